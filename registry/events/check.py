"""Facts of checking: what was asked, and what the registry said. Each answer is kept for ever."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from registry.values.check import SURE, Band, CheckPurpose, EnforcementStatus, SourceState, Word
from registry.values.identifiers import OrderRef, PartyRef, Position, SealedBlock
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
class PersonMeant:
    """A party that was shown as perhaps the one asked about."""

    order_ref: OrderRef
    party_ref: PartyRef
    band: Band
    bits: int
    """What the evidence came to, in hundredths of a bit."""
    exact: bool
    """Whether name and birth date were written alike."""
    classes: tuple[FieldClass, ...]
    """What kinds of field the answer held of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonSearch:
    """What a search by person rested on: `engine` names the versions of the index and of the weights."""

    meant: tuple[PersonMeant, ...]
    """In the order in which they were shown."""
    persons: int
    """Among how many registered persons was searched."""
    complete: bool
    """False where somebody may be missing: a list was too long, or a row did not open."""
    too_many: bool = False
    """Whether more may be meant than are shown, so that nobody was."""
    stale: bool = False
    """Whether a feed was read too long ago: what it has not said yet may be of who was asked about."""

    @property
    def settled(self) -> bool:
        """Say whether nobody may be meant but those whose orders were answered, and no source is late."""
        return self.complete and not self.stale and all(each.exact or each.band in SURE for each in self.meant)


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
    search: PersonSearch | None = None
    """What was found by person; None where it was asked by order, and for answers given before persons were ranked."""
    spooled: bool = False
    """True when the store was down and the answer was kept in the local spool first."""
    word: Word | None = None
    """The word over all of it, as it was said; None for answers given before it was noted."""

    @property
    def named(self) -> tuple[OrderRef, ...]:
        """Every order that the answer is about: those it tells of, and those of persons it shows, each once."""
        meant = self.search.meant if self.search is not None else ()
        return tuple(dict.fromkeys((*(each.order_ref for each in self.answered), *(each.order_ref for each in meant))))


CheckEvent: TypeAlias = AnswerGiven
