"""THE WRITE PATH, whole and numbered: what happens to a command between the door and its receipt.

1 permit    the role, before anything is read                    access/permissions.py
2 queue     for the single writer; police and courts first       ledger/writer.py
3 mint      fact id, from which all further ids derive           here, in the writer, before its transaction,
4 seal      every clear block, under its subject's key           or before 2 where a read waits; boundary.py, vault/,
            and the signed document that it came in           handing_in.py
  permit    the role again, as the institution stands now        rights.py
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
from registry.asked import Asked, drafts_of
from registry.boundary import Attachment, Bound, Boundary, Idempotency
from registry.errors import AlreadyTaken, KeyReused, StaleVersion, Unavailable
from registry.events.base import Claim
from registry.events.erasure import QueriesErased, SubjectErased
from registry.handing_in import HandedIn, Kept, record_handed_in, seal_handed_in
from registry.held_keys import KeyMadeMeanwhile, assert_active, key_changes, keys_stand
from registry.ledger.port import AnyFact, Draft, Reader, Recorded, Result, Unit, Writer
from registry.ledger.rows import Change
from registry.ledger.tables import StatementRejected
from registry.plans import PLANS
from registry.receipts import Receipt, as_it_stood, fact_of_command, receipt_of
from registry.rights import permit_now
from registry.states import Outcome
from registry.values.identifiers import FactId
from registry.values.time import Instant
from registry.vault.keys import Entropy, KeyRing

ID_BYTES: Final = 16
_ATTEMPTS: Final = 3


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
        handed_in: HandedIn | None = None,
        urgent: bool = True,
    ) -> Receipt:
        """Carry out one command; raises `Refused` and its kinds, or `Unavailable`. See the module's steps."""
        asked = Asked(
            principal=principal,
            idempotency=idempotency,
            expected_version=expected_version,
            attachment=attachment,
            handed_in=handed_in,
        )
        passage = Passage(self, command, asked)
        for _ in range(_ATTEMPTS):
            aside = passage.reads()
            if aside:
                await asyncio.to_thread(passage.prepare)
            try:
                receipt = await self.writer.submit(passage, urgent=urgent, prepare=None if aside else passage.prepare)
            except (KeyMadeMeanwhile, StatementRejected):
                if await self.writer.submit(passage.keys_stand, urgent=urgent):
                    raise
                passage.forget()
            else:
                passage.saved()
                return receipt
        raise _gave_up()

    def perform(
        self,
        command: Any,  # noqa: ANN401  # as in execute
        *,
        principal: Principal,
        idempotency: Idempotency | None = None,
        expected_version: int | None = None,
        causation: AnyFact | None = None,
        attachment: Attachment | None = None,
        rehearsal: bool = False,
        urgent: bool = False,
    ) -> Receipt:
        """Do the same for a caller in another thread, which waits: imports and the registry's own processes."""
        asked = Asked(
            principal=principal,
            idempotency=idempotency,
            expected_version=expected_version,
            causation=causation,
            attachment=attachment,
            rehearsal=rehearsal,
        )
        passage = Passage(self, command, asked)
        for _ in range(_ATTEMPTS):
            aside = passage.reads()
            if aside:
                passage.prepare()
            try:
                receipt = self.writer.perform(passage, urgent=urgent, prepare=None if aside else passage.prepare)
            except (KeyMadeMeanwhile, StatementRejected):
                if self.writer.perform(passage.keys_stand, urgent=urgent):
                    raise
                passage.forget()
            except _Rehearsed as rehearsed:
                return rehearsed.receipt
            else:
                passage.saved()
                return receipt
        raise _gave_up()


class Passage:
    """One command on its way: permitted at once, sealed and decided in the writer's thread.

    One interpreter runs one thread at a time. Sealing beside the writer made the two take turns at
    its lock, which cost more than a quarter of all; so the writer seals what it takes, in the time
    before its transaction begins, and the loop is left to the doors.
    Where it has to ask a store behind a network, it is sealed aside before it is queued: a slow answer
    must not hold up the one thread that everybody waits for.
    """

    __slots__ = ("_asked", "_bound", "_command", "_erased", "_executor", "_fact_id", "_kept", "_plan")

    def __init__(self, executor: "Executor", command: Any, asked: Asked) -> None:  # noqa: ANN401  # as in execute
        """Step 1."""
        permit_command(command, asked.principal)
        self._executor = executor
        self._command = command
        self._asked = asked
        self._plan = PLANS[type(command)]
        self._erased: tuple[SubjectErased | QueriesErased, ...] = ()
        self._bound = Bound(command=command, claims=(), rows=())
        self._kept: Kept | None = None

    def reads(self) -> bool:
        """Say whether sealing would wait for the store's answer, so that it is not the writer's to do."""
        executor = self._executor
        return executor.reader.waits and (self._asked.handed_in is not None or executor.boundary.reads(self._command))

    def prepare(self) -> None:
        """Steps 3 and 4; raises what makes the command impossible to seal."""
        executor, asked = self._executor, self._asked
        self._fact_id = FactId(executor.mint())
        self._bound = executor.boundary.bind(
            self._command,
            fact_id=self._fact_id,
            principal=asked.principal,
            idempotency=asked.idempotency,
            attachment=asked.attachment,
        )
        if asked.handed_in is not None:
            self._bound, self._kept = seal_handed_in(
                executor.boundary,
                self._bound,
                asked.handed_in,
                fact_id=self._fact_id,
                principal=asked.principal,
            )

    def __call__(self, unit: Unit, /) -> Receipt:
        """Steps 5 to 8."""
        bound, asked = self._bound, self._asked
        principal = permit_now(self._command, asked.principal, unit, self._executor.ledger_id)
        recalled = _recall(unit, bound.claims)
        if recalled is not None:
            return recalled
        outcome = self._plan(bound.command, unit, principal)
        _fresh(outcome, asked.expected_version)
        if not outcome.events:
            return _unchanged(unit, outcome, bound.claims)
        self._erased = tuple(each for each in outcome.events if isinstance(each, SubjectErased | QueriesErased))
        rows = [*key_changes(bound.new_keys, bound.held, bound.renewals), *bound.rows]
        drafts = drafts_of(outcome, self._fact_id, bound.claims, asked)
        receipt = receipt_of(_appended(unit, outcome, drafts, rows))
        if asked.handed_in is not None:
            record_handed_in(unit, self._kept, receipt.recorded, ledger_id=self._executor.ledger_id)
        if asked.rehearsal:
            assert_active(unit, bound.new_keys, bound.held)
            raise _Rehearsed(receipt)
        return receipt

    def keys_stand(self, unit: Unit, /) -> bool:
        """Say, in the writer, whether all its keys are as they were: then it was refused for something else."""
        return keys_stand(unit, self._bound.new_keys, self._bound.held, self._bound.renewals)

    def forget(self) -> None:
        """Let it be sealed again, from the rows there are: another command saved a key, or one was erased."""
        self._executor.boundary.forget(self._bound)

    def saved(self) -> None:
        """Hold at hand the keys that were saved with the command's facts, and forget those that were destroyed."""
        ring = self._executor.ring
        ring.saved(self._bound.new_keys)
        for renewal in self._bound.renewals:
            ring.forget(renewal.new.subject)
        for event in self._erased:
            ring.forget(event.subject, bytes.fromhex(event.key_id))


async def off_loop(reader: Reader, ask: Callable[[], Result]) -> Result:
    """Ask what reads the store: at once where that is quick, in a thread where it waits for a network."""
    return await asyncio.to_thread(ask) if reader.waits else ask()


def _gave_up() -> Unavailable:
    # Not `KeyErased`: who was erased is told so when the command is sealed again.
    return Unavailable("key-contested")


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
        return as_it_stood(first, replayed=True)
    ids = {fact_of_command(held.fact_id, number) for number in range(len(facts))}
    return receipt_of([recorded for recorded in facts if recorded.fact.fact_id in ids], replayed=True)


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
    return as_it_stood(last)
