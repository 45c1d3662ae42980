"""Commands of officers: give what is compared with parties, and take it away."""

from dataclasses import dataclass, field
from typing import TypeAlias

from registry.values.identifiers import InstitutionId
from registry.values.parties import Identity


@dataclass(frozen=True, kw_only=True, slots=True)
class EnrolOfficer:
    """Enrol an officer of one's own, or set right who it is."""

    by: InstitutionId
    officer: str
    identity: Identity | None = field(repr=False)
    """Names and birth date; None behind the command boundary, where keyed hashes alone are left."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EndOfficer:
    """Destroy what is held of an officer of one's own."""

    by: InstitutionId
    officer: str


OfficerCommand: TypeAlias = EnrolOfficer | EndOfficer
