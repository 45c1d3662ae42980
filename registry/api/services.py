"""What handlers need of the rest: one record that the composition root fills."""

from collections import Counter
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from aiohttp import web

from registry.access.directory import Enrolment
from registry.access.patterns import Looked
from registry.api.problems import HttpProblem
from registry.api.tokens import SignIn
from registry.card_lists import CardLists
from registry.cards import CardOffice
from registry.check import Checker
from registry.execute import Executor
from registry.ledger.nonces import Nonces
from registry.ledger.port import Reader, Recorded
from registry.ledger.proofs import Proofs
from registry.ledger.witness_answers import Asked
from registry.limits.gate import Gate, monotonic
from registry.limits.lock_out import LockOut
from registry.limits.peers import Peers
from registry.looks import Lookbook
from registry.messages.keys import SigningKey
from registry.people.people import People
from registry.ports import ContainerFormat
from registry.roster import Roster
from registry.values.conflict import ConflictRef
from registry.values.duty import DutyCode, Whom
from registry.values.glass import GlassRef
from registry.values.identifiers import (
    AlertRef,
    FactId,
    HitRef,
    InstitutionId,
    NoticeRef,
    OrderRef,
    Position,
    ViolationRef,
)
from registry.values.notice import NoticeKind
from registry.values.time import Instant
from registry.vault.keys import Entropy


@dataclass(frozen=True, kw_only=True, slots=True)
class InboxRow:
    """A notice that waits for an institution's acknowledgment; `position` is that of its issue."""

    position: Position
    notice_ref: NoticeRef
    order_ref: OrderRef
    about: FactId
    kind: NoticeKind
    issued_at: Instant
    due: Instant
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertRow:
    """An alert that an institution has not acknowledged; `position` is that of its raising."""

    position: Position
    alert_ref: AlertRef
    violation_ref: ViolationRef | None
    """The breach; None where a hit is to be confirmed, or a break-glass to be taken in hand."""
    order_ref: OrderRef
    raised_at: Instant
    due: Instant
    basis: str
    hit_ref: HitRef | None = None
    glass_ref: GlassRef | None = None
    conflict_ref: ConflictRef | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadlineRow:
    """A moment by which an institution has to do something; `key` pages, in the order of `due`."""

    key: str
    """Opaque to clients, of letters, digits, dots, hyphens and underscores, at most 128."""
    kind: str
    due: Instant
    """When it is due; where the law says without delay and names no time, when it arose."""
    order_ref: OrderRef
    subject: UUID
    """The notice, alert, procedure, duty or other thing that has to be dealt with."""
    basis: str
    verified: bool | None = None
    """Whether the text of the rule was read; None where it is the registry's own."""
    overdue: bool
    without_delay: bool = False
    code: DutyCode | None = None
    """Of a duty to tell: what of."""
    whom: Whom | None = None
    """And who is to be told."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LookRow:
    """A look at an order, or a check that found none; `position` is that of its fact."""

    position: Position
    look: Looked
    jurisdiction: str
    ground: str | None
    classes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Bounds on what comes from outside."""

    body_seconds: float = 10.0
    depth: int = 16
    page: int = 200
    failed_sign_in_seconds: float = 0.05
    """After how long, or a multiple of it, a sign-in that fails is answered; the work for it takes a tenth of that."""
    absent_seconds: float = 0.02
    """After how long, or a multiple of it, it is answered that there is nothing, or nothing of one's own."""
    streams: int = 256
    streams_an_institution: int = 16
    heartbeat_seconds: float = 15.0
    poll_seconds: float = 0.25
    """How often a stream looks for new alerts."""


class Streams:
    """Counts the streams that are open, so that nobody holds more than the limits say."""

    def __init__(self) -> None:
        """Start with none."""
        self.closing = False
        self._held: Counter[InstitutionId] = Counter()

    def open(self) -> int:
        """Say how many streams are open."""
        return self._held.total()

    @contextmanager
    def place(self, institution: InstitutionId, limits: Limits) -> Generator[None, None, None]:
        """Hold a place while a stream is open; raises `HttpProblem` where there is none left."""
        if self._held[institution] >= limits.streams_an_institution or self._held.total() >= limits.streams:
            raise HttpProblem("too-many-streams")
        self._held[institution] += 1
        try:
            yield
        finally:
            self._held[institution] -= 1


@dataclass(frozen=True, kw_only=True)
class Services:
    """The registry as handlers see it. `enrolment` is asked at each request, so that a removal counts at once."""

    executor: Executor
    checker: Checker
    cards: CardOffice
    lists: CardLists
    reader: Reader
    enrolment: Callable[[], Enrolment]
    roster: Roster
    """All that the ledger says of institutions; brought up to the ledger's head before a change is answered."""
    sign_in: SignIn
    nonces: Nonces
    """What was used and may be used once: nonces of requests, ids of assertions."""
    answer_key: SigningKey
    """Signs the answers to signed requests."""
    clock: Callable[[], Instant]
    entropy: Entropy
    inbox: Callable[[InstitutionId, Position, int], Sequence[InboxRow]]
    """Rows after a position, oldest first, at most so many."""
    alerts: Callable[[InstitutionId, Position, int], Sequence[AlertRow]]
    deadlines: Callable[[InstitutionId, str, int], Sequence[DeadlineRow]]
    """Rows after a key (empty: from the first), soonest first."""
    history: Callable[[OrderRef, Position, int], Sequence[Recorded]]
    """Facts of an order and of its recognitions after a position, in ledger order."""
    looks_at: Callable[[OrderRef, Position, int], Sequence[LookRow]]
    """Who looked at an order after a position, in ledger order."""
    looks_by: Callable[[InstitutionId, tuple[Instant, Position]], Sequence[LookRow]]
    """What an institution looked at after an instant and position: a page, oldest first."""
    followed: Callable[[OrderRef, InstitutionId], Sequence[Instant]]
    """When an institution did something on an order."""
    proofs: Proofs
    """The transparency log."""
    log_keys: str
    """The log's public keys, as `vkey` lines."""
    log_policy: str
    """Whom to trust in the log's name, and how many witnesses: a tlog-policy."""
    witnesses: Callable[[], Sequence[Asked]] = tuple
    """What came of asking each of the log's witnesses last."""
    views: Callable[[], Mapping[str, Position]] = dict
    """Up to which position each view has come."""
    caught_up: Callable[[str, Position], Awaitable[None]]
    """Waits until a view has come to a position; raises `Unavailable` when it does not in time."""
    containers: Mapping[str, ContainerFormat] = field(default_factory=dict[str, ContainerFormat])
    """Formats of signed containers, by media type."""
    zone_rules: str
    """Version of the time zone data."""
    limits: Limits = field(default_factory=Limits)
    streams: Streams = field(default_factory=Streams)
    refusals: Counter[str] = field(default_factory=Counter[str])
    """How often each refusal that tells of an attempt was given since the start, by its code."""
    glasses: Counter[InstitutionId] = field(default_factory=Counter[InstitutionId])
    """How often each institution broke the glass since the start."""
    people: People | None = None
    """Who signs in as a person; None where only machines do."""
    doors: Sequence[web.RouteDef] = ()
    """Paths whose form others have laid down, and which answer in it: the trust list, the witness."""
    gate: Gate = field(default_factory=Gate)
    """Budgets of requests, counted in this process."""
    peers: Peers = field(default_factory=Peers)
    """Whom requests come from."""
    lock_out: LockOut = field(default_factory=lambda: LockOut(clock=monotonic))
    """Who failed too often to sign in; in memory alone where no file is given."""

    @property
    def looks(self) -> Lookbook:
        """Give where looks are recorded: beside the checks, and in the same spool while the store is down."""
        return Lookbook(executor=self.executor, clock=self.clock, spool=self.checker.spool)
