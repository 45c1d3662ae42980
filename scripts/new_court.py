"""Begin a new court system: one adapter file and one sample, and nothing else.

The adapter is found by scan, so nothing is registered anywhere. What it makes reads a small JSON document of its
own; it passes the contract but for the samples, of which the test asks for more.
"""

import re
import sys
from pathlib import Path

from scripts.checks import ROOT

_CODE = re.compile(r"[a-z]{2}(?:-[a-z0-9]{1,10})*")
_USAGE = 'usage: scripts/new-court <code> "<name>", such as: scripts/new-court us-vt "Vermont: judiciary feed"'
_NAME_LENGTH = 80


def main(arguments: list[str]) -> int:
    """Write the two files; 2 for wrong usage, 1 if the court is there already."""
    if len(arguments) != 2 or not _CODE.fullmatch(arguments[0]) or not is_a_name(arguments[1]):  # noqa: PLR2004
        print(_USAGE)
        return 2
    made = begin(ROOT, *arguments)
    if made is None:
        print(f"{arguments[0]} is there already; nothing was changed")
        return 1
    print("\n".join(str(file.relative_to(ROOT)) for file in made))
    print("next: docs/how-to/add-a-court.md")
    return 0


def is_a_name(name: str) -> bool:
    """Say whether a text can stand as a name in a Python file."""
    return 0 < len(name) <= _NAME_LENGTH and name.isprintable() and not set(name) & set('"\\{}')


def begin(root: Path, code: str, name: str) -> tuple[Path, Path] | None:
    """Write the adapter and its first sample under a root; None if either is there."""
    adapter = root / "adapters" / "courts" / f"{code.replace('-', '_')}.py"
    samples = root / "tests" / "samples" / "courts" / code
    if adapter.exists() or samples.exists():
        return None
    samples.mkdir(parents=True)
    sample = samples / "first.json"
    words = "".join(part.capitalize() for part in code.split("-"))
    filled = {"@NAME@": name, "@CODE@": code, "@JURISDICTION@": code.upper(), "@CLASS@": f"{words}Courts"}
    text = _ADAPTER
    for mark, value in filled.items():
        text = text.replace(mark, value)
    adapter.write_text(text)
    sample.write_text(_SAMPLE)
    return adapter, sample


_SAMPLE = """{
  "orders": [
    {
      "id": "1",
      "made": "2026-01-15",
      "respondent": { "family": "Example", "given": "Rowan" }
    }
  ]
}
"""

_ADAPTER = '''"""@NAME@."""

from collections.abc import Iterator
from typing import ClassVar

from adapters.errors import Unreadable
from adapters.formats import dates, json_document
from adapters.formats.codes import Attention, Rejection
from adapters.formats.court_codes import NOT_STATED
from adapters.formats.fields import Fields, group, inner, listed, reference, text
from adapters.formats.records import Reader, entered, unrepeated
from registry.commands.issuance import EnterOrder
from registry.ports import EnteredRecord, Mint, RejectedRecord
from registry.values.identifiers import OrderRef, PartyRef, SubjectId
from registry.values.issuance import Nature, OrderKind, PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.order import Court, OrderDetails
from registry.values.parties import Clear, Identity, Name, Party
from registry.values.time import UNKNOWN_EXPIRY


class @CLASS@:
    """@NAME@."""

    CODE: ClassVar[str] = "@CODE@"
    JURISDICTION: ClassVar[Jurisdiction] = Jurisdiction("@JURISDICTION@")
    NAME: ClassVar[str] = "@NAME@"
    STALE_AFTER_SECONDS: ClassVar[int] = 26 * 60 * 60
    MAXIMUM_BYTES: ClassVar[int] = 8 * 1024 * 1024

    def parse(self, document: bytes, mint: Mint, /) -> Iterator[EnteredRecord | RejectedRecord]:
        """Read every order; raises `Unreadable` for a delivery that is not this court system's."""
        root = group(json_document.read(document, self.MAXIMUM_BYTES), "")
        orders = listed(root, "orders")
        parts = json_document.slices(document, "orders", len(orders))
        places = (f"orders/{index}" for index in range(len(orders)))
        return unrepeated(
            entered(place, _reader(order, part, place, mint))
            for order, part, place in zip(orders, parts, places, strict=True)
        )


def _reader(order: object, source: bytes, place: str, mint: Mint) -> Reader:
    def read(notes: list[str]) -> EnteredRecord:
        return _record(group(order, place), source, mint, notes)

    return read


def _record(order: Fields, source: bytes, mint: Mint, notes: list[str]) -> EnteredRecord:
    """Read one order. What the record does not say stays unknown, and a note says so."""
    number, family = reference(order, "id"), text(inner(order, "respondent"), "family")
    if number is None:
        raise Unreadable(Rejection.REFERENCE_NOT_STATED, place=order.place)
    if family is None:
        raise Unreadable(Rejection.RESPONDENT_NOT_NAMED, place=order.place)
    made = dates.issued(text(order, "made"), order.place, "UTC")
    party_ref = PartyRef(mint("party"))
    name = Name(family=family, given=text(inner(order, "respondent"), "given") or "")
    identity = Clear(subject=SubjectId(party_ref), name="identity", content=Identity(name=name))
    notes += (
        Attention.CONDITIONS_NOT_STATED,
        Attention.COURT_NOT_STATED,
        Attention.EXPIRY_NOT_STATED,
        Attention.NATURE_NOT_STATED,
        Attention.NOTICE_NOT_STATED,
        Attention.ORDER_KIND_NOT_STATED,
        Attention.PROTECTED_PERSON_NOT_STATED,
        Attention.SERVICE_NOT_STATED,
        Attention.TIME_ZONE_UNCERTAIN,
    )
    details = OrderDetails(
        court=Court(jurisdiction=@CLASS@.JURISDICTION, code=NOT_STATED),
        kind=OrderKind.UNKNOWN,
        nature=Nature.UNKNOWN,
        issued=made,
        expiry=UNKNOWN_EXPIRY,
        parties=(Party(party_ref=party_ref, role=PartyRole.RESPONDENT, identity=identity),),
        conditions=(),
    )
    return EnteredRecord(
        reference=number,
        place=order.place,
        enter=EnterOrder(order_ref=OrderRef(mint("order")), details=details),
        source=source,
        media_type="application/json",
    )


COURT = @CLASS@()
'''


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
