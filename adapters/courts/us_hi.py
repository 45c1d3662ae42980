"""Hawaii: protection orders in rap sheets of the State's criminal history repository (NIEM 2 XML).

A court's State is taken from the record where it stands there; where it does not, Hawaii is assumed and the report
says `jurisdiction-not-stated`, because a sheet may hold orders of other States.
"""

from collections.abc import Iterator
from typing import ClassVar

from adapters.formats import niem_rap_sheet
from registry.ports import EnteredRecord, Mint, RejectedRecord
from registry.values.jurisdiction import Jurisdiction


class Hawaii:
    """The courts of Hawaii, through the criminal history repository."""

    CODE: ClassVar[str] = "us-hi"
    JURISDICTION: ClassVar[Jurisdiction] = Jurisdiction("US-HI")
    NAME: ClassVar[str] = "Hawaii: criminal history rap sheets"
    STALE_AFTER_SECONDS: ClassVar[int] = 26 * 60 * 60
    """Taken as a nightly feed; a sheet is asked for one person and is old the day after."""
    MAXIMUM_BYTES: ClassVar[int] = 8 * 1024 * 1024

    def parse(self, document: bytes, mint: Mint, /) -> Iterator[EnteredRecord | RejectedRecord]:
        """Read every order of a rap sheet; raises `Unreadable` for a document that is none."""
        return niem_rap_sheet.parse(
            document, mint, code=self.CODE, state=self.JURISDICTION, maximum_bytes=self.MAXIMUM_BYTES
        )


COURT = Hawaii()
