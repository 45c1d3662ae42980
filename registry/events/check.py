"""Facts of checking: what was asked, and what the registry said. Each answer is kept for ever."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from registry.values.check import CheckPurpose, EnforcementStatus, SourceState, Word
from registry.values.identifiers import OrderRef, Position, SealedBlock
from registry.values.jurisdiction import Jurisdiction
from registry.values.look import FieldClass
from registry.values.time import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class AnsweredOrder:
    """What was said of one order."""

    order_ref: OrderRef
    status: EnforcementStatus
    source: SourceState
    word: Word
    classes: tuple[FieldClass, ...] | None = None
    """What kinds of field the answer held of it; None for answers given before it was noted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerGiven:
    """An institution asked, and this was the answer."""

    TOPIC: ClassVar[str] = "check.answer_given.1"

    check_ref: str
    jurisdiction: Jurisdiction
    purpose: CheckPurpose
    commitment: str
    """HMAC-SHA256 of the canonical query under a random salt that is inside `query` (base64url)."""
    query: SealedBlock
    valid_at: Instant
    known_at: Instant
    known_position: Position
    given_at: Instant
    answered: tuple[AnsweredOrder, ...]
    engine: str
    """Versions of the law tables, the tz data and the matcher that answered."""
    signed: str | None = None
    """SHA-256 of the signed answer as it was given, base64url; None for answers given before answers were signed."""
    incident_stated: bool | None = None
    """Whether an incident was named; None for answers given before it was noted."""
    spooled: bool = False
    """True when the store was down and the answer was kept in the local spool first."""


CheckEvent: TypeAlias = AnswerGiven
