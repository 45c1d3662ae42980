"""What people do with their accounts, on its way into the ledger: facts and the rows of their secrets, together or not.

The same writer and the same decider as every other command (registry/execute.py). What comes on top is a condition
that only the running transaction can tell: something that counts once was not used yet.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar
from uuid import UUID

from registry.commands.account import AccountCommand
from registry.decisions import account as decisions
from registry.errors import Conflict, StaleVersion, Unavailable
from registry.events.account import AccountEvent
from registry.events.base import Actor
from registry.execute import Executor, off_loop
from registry.ledger.port import Draft, Unit, Work
from registry.ledger.rows import Cell, Change, Drop, Put, Table
from registry.receipts import fact_of_command
from registry.states import ACCOUNT
from registry.values.account import SESSION_KEY, AccountRef
from registry.values.identifiers import FactId, InstitutionId, StreamId
from registry.values.time import Instant
from registry.views.account import SPENT

_SWEPT: Final = 50
"""Marks that are past their time and go with each new one."""
_ATTEMPTS: Final = 3
Row = dict[str, Cell]
Done = TypeVar("Done")


class UsedBefore(Conflict):
    """What counts once was used: a code, a challenge, a log-out token."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Once:
    """Something that counts once, and until when anybody could try it again."""

    mark: bytes
    until: Instant


@dataclass(frozen=True, kw_only=True)
class Records:
    """Writes and reads accounts of one ledger."""

    executor: Executor

    async def record(
        self,
        command: AccountCommand,
        *,
        institution: InstitutionId,
        by: AccountRef | None,
        once: Sequence[Once] = (),
        rows: Callable[[Unit], Iterable[Change]] = lambda _unit: (),
    ) -> tuple[AccountEvent, ...]:
        """Carry a command out, durably; gives its facts. Raises `Refused` kinds, `UsedBefore`, `Unavailable`.

        `rows` are written only where there are facts; `by` is the person's account, None for the registry itself.
        """
        swept = await self._swept() if once else ()
        fact_id = FactId(self.executor.mint())
        actor = Actor(institution=institution, key_id=SESSION_KEY, on_behalf_of=str(by) if by else None)

        def work(unit: Unit, /) -> tuple[AccountEvent, ...]:
            for each in once:
                if unit.rows(SPENT, {"mark": each.mark}):
                    raise UsedBefore("used-before")
            loaded = unit.state(StreamId(command.account_ref), ACCOUNT)
            version = loaded[0]
            events = decisions.decide(command, loaded[1], by=institution, now=unit.now)
            drafts = [
                Draft(fact_id=fact_of_command(fact_id, number), actor=actor, correlation=fact_id, event=event)
                for number, event in enumerate(events)
            ]
            if drafts:
                changes = [*rows(unit), *swept, *(_spent(each) for each in once)]
                unit.append(StreamId(command.account_ref), drafts, expected_version=version, rows=changes)
            return events

        return await self._submitted(work)

    async def write(self, account: AccountRef, rows: Sequence[Change], *, once: Sequence[Once] = ()) -> None:
        """Write rows alone: that a session was seen. Raises `UsedBefore`, `Unavailable`."""

        def work(unit: Unit, /) -> None:
            for each in once:
                if unit.rows(SPENT, {"mark": each.mark}):
                    raise UsedBefore("used-before")
            version, _ = unit.state(StreamId(account), ACCOUNT)
            unit.append(StreamId(account), (), expected_version=version, rows=[*rows, *(_spent(each) for each in once)])

        await self._submitted(work)

    async def rows(self, table: Table, **where: Cell) -> Sequence[Row]:
        """Read rows off the loop where that waits for a network."""
        return await off_loop(self.executor.reader, lambda: self.rows_now(table, **where))

    def rows_now(self, table: Table, **where: Cell) -> Sequence[Row]:
        """Read rows at once."""
        return [dict(row) for row in self.executor.reader.rows(table, where)]

    async def _submitted(self, work: Work[Done]) -> Done:
        for _ in range(_ATTEMPTS):
            try:
                return await self.executor.writer.submit(work)
            except StaleVersion:  # another process wrote the account's stream in between
                continue
        raise Unavailable("writer-fault")

    async def _swept(self) -> tuple[Change, ...]:
        reader, now = self.executor.reader, self.executor.clock()
        old = await off_loop(reader, lambda: reader.rows(SPENT, {}, order_by=("until", "mark"), limit=_SWEPT))
        return tuple(Drop(table=SPENT, where={"mark": row["mark"]}) for row in old if integer(row["until"]) <= now)


def _spent(once: Once) -> Put:
    return Put(table=SPENT, row={"mark": once.mark, "until": once.until})


def integer(cell: Cell) -> int:
    """Give a cell that is a number."""
    assert isinstance(cell, int)
    return cell


def raw(cell: Cell) -> bytes:
    """Give a cell that is bytes."""
    assert isinstance(cell, bytes)
    return cell


def reference(cell: Cell) -> UUID:
    """Give a cell that is a reference."""
    return UUID(bytes=raw(cell))
