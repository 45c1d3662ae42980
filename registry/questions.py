"""What an officer asks, and what the answer is made of."""

from dataclasses import dataclass, field

from registry.law.standing import AnyFact, Standing
from registry.law.verdict import ABSENCE, Verdict
from registry.receipts import Receipt
from registry.sources import Source
from registry.values.check import CheckPurpose, Word
from registry.values.identifiers import OrderRef, Position, SealedBlock
from registry.values.jurisdiction import Jurisdiction
from registry.values.parties import Identity
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
    statement: str = ABSENCE
