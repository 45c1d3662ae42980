"""Facts of officers: an institution gave the registry what to compare with parties, or took it away."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from registry.values.identifiers import InstitutionId


@dataclass(frozen=True, kw_only=True, slots=True)
class OfficerEnrolled:
    """Keyed hashes of the officer's names and birth date are held beside the ledger; nothing of them is in it."""

    TOPIC: ClassVar[str] = "officer.enrolled.1"

    institution: InstitutionId
    officer: str
    """Opaque reference, as it stands in `on_behalf_of`, or of an account."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OfficerEnded:
    """What was held of the officer is destroyed; looks of before keep their reference."""

    TOPIC: ClassVar[str] = "officer.ended.1"

    institution: InstitutionId
    officer: str


OfficerEvent: TypeAlias = OfficerEnrolled | OfficerEnded
