"""THE WRITE PATH, whole and numbered: what happens to a command between the door and its receipt.

1 permit    the role, before anything is read                    access/permissions.py
2 mint      fact id, from which all further ids derive           here
3 seal      every clear block, under its subject's key           boundary.py, vault/
4 queue     for the single writer; police and courts first       ledger/writer.py
5 recall    an idempotency key that was seen: the old receipt    here, in the writer
6 decide    states, scope, the law, the pure decider             plans.py, decisions/, law/
7 append    facts, rows, new keys: one SAVEPOINT, one COMMIT     ledger/
8 receipt   after the commit: acknowledged is durable            here
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from registry.access.actors import Principal
from registry.access.commands import permit_command
from registry.boundary import Attachment, Bound, Boundary, Idempotency, KeyMadeMeanwhile, assert_active, key_changes
from registry.errors import AlreadyTaken, KeyErased, KeyReused, StaleVersion
from registry.events.base import Actor, Claim
from registry.ledger.port import AnyFact, Draft, Reader, Recorded, Result, Unit, Work, Writer
from registry.ledger.rows import Change
from registry.ledger.tables import StatementRejected
from registry.plans import PLANS, Outcome
from registry.values.identifiers import FactId, Position, StreamId, derived
from registry.values.time import Instant
from registry.vault.keys import Entropy, KeyRing

ID_BYTES: Final = 16
_ATTEMPTS: Final = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What the registry recorded of a command. `facts` is empty where it held already."""

    stream: StreamId
    version: int
    position: Position
    recorded_at: Instant
    facts: tuple[FactId, ...]
    replayed: bool = False
    spooled: bool = False
    """An answer that waits in the spool: it has no place in the ledger yet, and `position` is 0."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What comes with a command: who asks, how it may be repeated, what it rests on."""

    principal: Principal
    idempotency: Idempotency | None = None
    expected_version: int | None = None
    causation: AnyFact | None = None
    attachment: Attachment | None = None
    rehearsal: bool = False
    """Do everything but keep it: a dry run meets every rule that the real one would."""


class _Rehearsed(Exception):  # a signal to undo, not a fault
    """A rehearsal came to its end; carries the receipt that would have been given."""

    def __init__(self, receipt: Receipt) -> None:
        """Keep the receipt."""
        super().__init__()
        self.receipt = receipt


@dataclass(frozen=True, kw_only=True)
class Executor:
    """Carries out commands against one ledger."""

    boundary: Boundary
    writer: Writer
    reader: Reader
    ring: KeyRing
    clock: Callable[[], Instant]
    entropy: Entropy

    @property
    def ledger_id(self) -> str:
        """Give the ledger's own id, which every sealed block is bound to."""
        return self.boundary.ledger_id

    @property
    def index_key(self) -> bytes:
        """Give the key under which parties are found by exact name and birth date."""
        return self.boundary.index_key

    def mint(self) -> UUID:
        """Give 128 fresh random bits."""
        return UUID(bytes=self.entropy(ID_BYTES))

    async def execute(
        self,
        command: Any,  # noqa: ANN401  # any command of PLANS; the plan types it
        *,
        principal: Principal,
        idempotency: Idempotency | None = None,
        expected_version: int | None = None,
        attachment: Attachment | None = None,
        urgent: bool = True,
    ) -> Receipt:
        """Carry out one command; raises `Refused` and its kinds, or `Unavailable`. See the module's steps."""
        asked = Asked(
            principal=principal,
            idempotency=idempotency,
            expected_version=expected_version,
            attachment=attachment,
        )
        for _ in range(_ATTEMPTS):
            work, bound = await off_loop(self.reader, lambda: self._prepared(command, asked))
            try:
                receipt = await self.writer.submit(work, urgent=urgent)
            except (KeyMadeMeanwhile, StatementRejected):
                self._again(bound)
            else:
                self.ring.saved(bound.new_keys)
                return receipt
        raise _gave_up()

    def perform(
        self,
        command: Any,  # noqa: ANN401  # as in execute
        *,
        principal: Principal,
        idempotency: Idempotency | None = None,
        causation: AnyFact | None = None,
        attachment: Attachment | None = None,
        rehearsal: bool = False,
        urgent: bool = False,
    ) -> Receipt:
        """Do the same for a caller in another thread, which waits: imports and the registry's own processes."""
        asked = Asked(
            principal=principal,
            idempotency=idempotency,
            causation=causation,
            attachment=attachment,
            rehearsal=rehearsal,
        )
        for _ in range(_ATTEMPTS):
            work, bound = self._prepared(command, asked)
            try:
                receipt = self.writer.perform(work, urgent=urgent)
            except (KeyMadeMeanwhile, StatementRejected):
                self._again(bound)
            except _Rehearsed as rehearsed:
                return rehearsed.receipt
            else:
                self.ring.saved(bound.new_keys)
                return receipt
        raise _gave_up()

    def _again(self, bound: Bound) -> None:
        """Seal again, if it can have been a key that stood in the way; whatever else was refused stays so."""
        if not bound.subjects:
            raise  # noqa: PLE0704  # called while the refusal is handled
        self.boundary.forget(bound)

    def _prepared(self, command: Any, asked: Asked) -> tuple[Work[Receipt], Bound]:  # noqa: ANN401  # as in execute
        """Steps 1 to 3; what is left for the writer is closed over."""
        permit_command(command, asked.principal)
        fact_id = FactId(self.mint())
        bound = self.boundary.bind(
            command,
            fact_id=fact_id,
            principal=asked.principal,
            idempotency=asked.idempotency,
            attachment=asked.attachment,
        )
        plan = PLANS[type(command)]

        def work(unit: Unit) -> Receipt:
            recalled = _recall(unit, bound.claims)
            if recalled is not None:
                return recalled
            outcome = plan(bound.command, unit, asked.principal)
            _fresh(outcome, asked.expected_version)
            if not outcome.events:
                return _unchanged(unit, outcome, bound.claims)
            rows = [*key_changes(bound.new_keys, bound.subjects), *bound.rows]
            drafts = _drafts(outcome, fact_id, bound.claims, asked)
            receipt = _receipt(_appended(unit, outcome, drafts, rows))
            if asked.rehearsal:
                assert_active(unit, bound.subjects - {key.subject for key in bound.new_keys})
                raise _Rehearsed(receipt)
            return receipt

        return work, bound


async def off_loop(reader: Reader, ask: Callable[[], Result]) -> Result:
    """Ask what reads the store: at once where that is quick, in a thread where it waits for a network."""
    return await asyncio.to_thread(ask) if reader.waits else ask()


def _gave_up() -> KeyErased:
    return KeyErased("a subject's key changed under every attempt")


def _appended(unit: Unit, outcome: Outcome, drafts: list[Draft], rows: list[Change]) -> Sequence[Recorded]:
    """Step 7; says which field it was that somebody else holds already."""
    try:
        return unit.append(outcome.stream, drafts, expected_version=outcome.version, rows=rows)
    except AlreadyTaken as taken:
        raise AlreadyTaken(taken.code, field="/number") from None


def _recall(unit: Unit, claims: Sequence[Claim]) -> Receipt | None:
    """Step 5: the same key with the same body is answered as before; with another body it is refused."""
    keyed = next((claim for claim in claims if claim.digest is not None), None)
    held = unit.holder(keyed.claim_id) if keyed else None
    if keyed is None or held is None:
        return None
    if held.digest != keyed.digest:
        raise KeyReused("idempotency-key-reused", field="Idempotency-Key")
    facts = unit.facts(held.stream)
    first = next(recorded for recorded in facts if recorded.fact.fact_id == held.fact_id)
    if keyed.claim_id not in {claim.claim_id for claim in first.fact.claims}:
        return _as_it_stood(first, replayed=True)
    ids = {_fact_id(held.fact_id, number) for number in range(len(facts))}
    return _receipt([recorded for recorded in facts if recorded.fact.fact_id in ids], replayed=True)


def _fresh(outcome: Outcome, expected_version: int | None) -> None:
    if expected_version is not None and expected_version != outcome.version:
        raise StaleVersion("order-has-changed", field="If-Match")


def _unchanged(unit: Unit, outcome: Outcome, claims: Sequence[Claim]) -> Receipt:
    """Answer a command that holds already with the place where the stream stands.

    The caller's key is held all the same: sent again later, when it would no longer hold, the
    same request still changes nothing.
    """
    last = unit.facts(outcome.stream)[-1]
    for claim in claims:
        if claim.digest is not None:
            unit.hold(claim, last)
    return _as_it_stood(last)


def _as_it_stood(last: Recorded, *, replayed: bool = False) -> Receipt:
    return Receipt(
        stream=last.fact.stream,
        version=last.fact.version,
        position=last.position,
        recorded_at=last.fact.recorded_at,
        facts=(),
        replayed=replayed,
    )


def _fact_id(first: FactId, number: int) -> FactId:
    """Give the id of a command's facts: the first is random, the others derive from it."""
    return first if number == 0 else FactId(derived(first, f"fact/{number}"))


def _drafts(outcome: Outcome, fact_id: FactId, claims: tuple[Claim, ...], asked: Asked) -> list[Draft]:
    """Step 7: put the events into envelopes. The first one takes the claims; ids derive from the first."""
    principal, causation = asked.principal, asked.causation
    actor = Actor(institution=principal.institution, key_id=principal.key_id, on_behalf_of=principal.on_behalf_of)
    correlation = causation.correlation if causation else fact_id
    return [
        Draft(
            fact_id=_fact_id(fact_id, number),
            actor=actor,
            correlation=correlation,
            causation=causation.fact_id if causation else None,
            claims=claims if number == 0 else (),
            event=event,
        )
        for number, event in enumerate(outcome.events)
    ]


def _receipt(recorded: Sequence[Recorded], *, replayed: bool = False) -> Receipt:
    """Step 8."""
    last = recorded[-1]
    return Receipt(
        stream=last.fact.stream,
        version=last.fact.version,
        position=last.position,
        recorded_at=last.fact.recorded_at,
        facts=tuple(each.fact.fact_id for each in recorded),
        replayed=replayed,
    )
