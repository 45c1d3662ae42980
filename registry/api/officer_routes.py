"""The routes of officers: an institution gives what is compared with parties, and takes it away."""

from typing import Annotated, Final

from pydantic import Field

from registry.access.permissions import Action
from registry.api.lines import write
from registry.api.models import Asking, Model
from registry.api.person_models import NameModel
from registry.api.receipt_models import Receipt, Ref
from registry.api.route import Route
from registry.api.texts import BirthDate
from registry.api.writing import writes
from registry.commands.officer import EndOfficer, EnrolOfficer
from registry.values.parties import Identity

OfficerReference = Annotated[
    str,
    Field(
        min_length=1,
        max_length=64,
        pattern=r"^[A-Za-z0-9-]{1,64}$",
        description="As it stands in `on_behalf_of`, or the reference of an account.",
        examples=["o-77"],
    ),
]
MAXIMUM_NAMES: Final = 16


class OfficerEnrolment(Model):
    """Say who one of your officers is. Keyed hashes are kept, and nothing else; said again, it replaces them."""

    officer: OfficerReference
    name: NameModel
    other_names: Annotated[tuple[NameModel, ...], Field(max_length=MAXIMUM_NAMES)] = ()
    birth_date: BirthDate

    def to_command(self, asking: Asking) -> EnrolOfficer:
        """Give the command."""
        others = tuple(name.value() for name in self.other_names)
        identity = Identity(name=self.name.value(), other_names=others, birth_date=self.birth_date)
        return EnrolOfficer(by=asking.principal.institution, officer=self.officer, identity=identity)


class OfficerEnd(Model):
    """Destroy what is kept of one of your officers."""

    officer: OfficerReference

    def to_command(self, asking: Asking) -> EndOfficer:
        """Give the command."""
        return EndOfficer(by=asking.principal.institution, officer=self.officer)


class OfficerReceipt(Receipt):
    """What was recorded of an officer."""

    stream: Ref


OFFICER_ROUTES: Final[tuple[Route, ...]] = (
    write(
        "/v1/officers",
        Action.MANAGE_ACCOUNTS,
        OfficerEnrolment,
        writes("stream"),
        OfficerReceipt,
        "Enrol an officer of yours by name and birth date, of which keyed hashes alone are kept.",
        "account-managed-by-key",
        "name-needed",
        "birth-date-implausible",
        absent="no-such-officer",
    ),
    write(
        "/v1/officers/end",
        Action.MANAGE_ACCOUNTS,
        OfficerEnd,
        writes("stream"),
        OfficerReceipt,
        "Destroy what is kept of an officer of yours.",
        "account-managed-by-key",
        absent="no-such-officer",
    ),
)
