"""What an officer asks, and what the answer is made of."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import orjson

from registry.access.fields import Field
from registry.errors import Malformed
from registry.events.check import AnsweredOrder, PersonMeant, PersonSearch
from registry.law.instrument import Information
from registry.law.standing import AnyFact, Standing
from registry.law.verdict import ABSENCE, Verdict
from registry.law.word import overall
from registry.receipts import Receipt
from registry.sources import Source
from registry.values.check import Band, CheckPurpose, SourceState, Word
from registry.values.identifiers import FactId, OrderRef, PartyRef, Position, SealedBlock
from registry.values.issuance import PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.look import FieldClass
from registry.values.parties import Condition, Identity, Party
from registry.values.time import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What an officer asks. Exactly one of `order_ref` and `identity` is given."""

    jurisdiction: Jurisdiction
    purpose: CheckPurpose
    order_ref: OrderRef | None = None
    identity: Identity | None = field(default=None, repr=False)
    valid_at: Instant | None = None
    known_at: Instant | None = None
    incident: str | None = field(default=None, repr=False)
    person_shown_in: str | None = None
    """The check in which whom the order is about was shown: the officer says that this is the person."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderAnswer:
    """The answer on one order."""

    word: Word
    verdict: Verdict
    source: Source
    standing: Standing
    """The order whose terms count: the adopted measure, where there is one."""
    corrected: frozenset[SealedBlock] = frozenset()
    """Blocks known then that were set right since: the answer opens none of them."""
    facts: tuple[AnyFact, ...]
    """The facts of that order, as known then: the answer opens blocks from here, and from nowhere else."""
    conditions: tuple[Condition[SealedBlock], ...] = ()
    """The conditions of the terms that count, as they read where it was asked."""
    information: tuple[Information, ...] = ()
    """What instruments tell of the order asked about, there and then, besides the verdict."""
    doubts: tuple[FactId, ...] = ()
    """Facts that it rests on and that were recorded with a key in wrong hands, not confirmed since."""

    def classes(self, granted: frozenset[Field]) -> tuple[FieldClass, ...]:
        """Give what kinds of field an answer holds of it that may hold these, as far as no key is missing."""
        named = any(_shows(party, granted, self.corrected) for party in self.standing.details.parties)
        return (FieldClass.IDENTITY, FieldClass.ORDER_FACTS) if named else (FieldClass.ORDER_FACTS,)


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonAnswer:
    """A party that may be the person asked about."""

    order_ref: OrderRef
    party: Party[SealedBlock]
    band: Band
    bits: int
    features: tuple[str, ...] = field(repr=False)
    """In words, some of the person's own: shown to whoever may see who it is, and to nobody else."""
    exact: bool
    sure: bool
    """Whether its orders are in the answer; else it is asked for by the order, once this is known to be the person."""
    facts: tuple[AnyFact, ...]
    """The facts of the order, as known then: the answer opens blocks from here, and from nowhere else."""
    corrected: frozenset[SealedBlock] = frozenset()

    def classes(self, granted: frozenset[Field]) -> tuple[FieldClass, ...]:
        """Give what kinds of field an answer holds of it that may hold these, as far as no key is missing."""
        shown = _shows(self.party, granted, self.corrected)
        return (FieldClass.IDENTITY, FieldClass.ORDER_FACTS) if shown else (FieldClass.ORDER_FACTS,)


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What a search by person came to, besides the orders."""

    persons: tuple[PersonAnswer, ...]
    look_alikes: int
    """How many other registered persons chance alone makes agree in what was asked, in hundredths."""
    ask: tuple[str, ...]
    complete: bool
    among: int
    sources: tuple[Source, ...] = ()
    """How old our last word from every feed is."""
    too_many: bool = False
    """Whether more may be meant than are shown, so that nobody is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What is given to the officer, after it was recorded."""

    check_ref: str
    orders: tuple[OrderAnswer, ...]
    word: Word
    valid_at: Instant
    known_at: Instant
    known_position: Position
    receipt: Receipt
    signed: str
    """The answer as a JWS; its digest is in the recorded fact."""
    opening: str = field(repr=False)
    """Opens the commitment to the question that the fact and the signed answer hold."""
    question: str = field(repr=False)
    """What was asked, as it was committed to, base64url: without these bytes nobody can show it."""
    statement: str = ABSENCE
    found: Found | None = None
    """None where it was asked by order."""


def _shows(party: Party[SealedBlock], granted: frozenset[Field], corrected: frozenset[SealedBlock]) -> bool:
    """Say whether anything of who a party is shows."""
    respondents = Field.RESPONDENT_IDENTITY in granted
    protected = not granted.isdisjoint({Field.PROTECTED_INITIALS, Field.PROTECTED_IDENTITY})
    return (
        party.identity not in corrected | {None}
        and "identity" not in party.withheld
        and (respondents if party.role is PartyRole.RESPONDENT else protected)
    )


def canonical(question: Question) -> bytes:
    """Write a question as bytes; raises `Malformed` for text that is not Unicode, without showing it."""
    try:
        return orjson.dumps(question)
    except TypeError:
        raise Malformed("not-unicode", field="/identity") from None


def without_shadowed(found: Sequence[OrderAnswer]) -> tuple[OrderAnswer, ...]:
    """Show an adopted measure once: not again under the foreign order it was adopted from."""
    own = {answer.verdict.order_ref for answer in found}
    return tuple(
        answer
        for answer in found
        if answer.verdict.enforced_ref == answer.verdict.order_ref or answer.verdict.enforced_ref not in own
    )


def answered_order(order: OrderAnswer, granted: frozenset[Field]) -> AnsweredOrder:
    """Give what the fact of an answer keeps of one order."""
    return AnsweredOrder(
        order_ref=order.verdict.order_ref or order.standing.order_ref,
        status=order.verdict.status,
        source=order.source.state,
        word=order.word,
        classes=order.classes(granted),
    )


def word_of(answered: tuple[AnsweredOrder, ...], search: PersonSearch | None) -> Word:
    """Give the word over a whole answer."""
    return overall([order.word for order in answered], settled=search is None or search.settled)


def person_search(found: Found | None, granted: frozenset[Field]) -> PersonSearch | None:
    """Give what the fact of an answer keeps of a search by person; None where it was asked by order."""
    if found is None:
        return None
    meant = tuple(
        PersonMeant(
            order_ref=each.order_ref,
            party_ref=PartyRef(each.party.party_ref),
            band=each.band,
            bits=each.bits,
            exact=each.exact,
            classes=each.classes(granted),
        )
        for each in found.persons
    )
    return PersonSearch(
        meant=meant,
        persons=found.among,
        complete=found.complete,
        too_many=found.too_many,
        stale=any(source.state is not SourceState.CURRENT for source in found.sources),
    )
