"""The single writer: one thread that takes all that waits, writes it in one transaction, then answers.

A command that fails, fails alone. When the transaction fails, everybody in it is told that the
registry is unavailable, nothing is remembered, and the thread goes on with the next batch.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass
from threading import Condition, Thread
from typing import Any

from registry.errors import RegistryError, Unavailable
from registry.ledger.lanes import Lanes
from registry.ledger.port import Result, Work
from registry.ledger.store import StatementRejected, StoreBroken
from registry.ledger.unit import Batch, Share, Tools

Prepare = Callable[[], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """A command that waits, and whom to answer. Without a loop the future is a thread's."""

    work: Work[Any]
    future: "asyncio.Future[Any] | Future[Any]"
    loop: asyncio.AbstractEventLoop | None
    prepare: Prepare | None = None
    """Done once before the transaction begins; where it raises, the work is not done."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came of a command: a result, or an error to raise."""

    result: Any = None
    error: BaseException | None = None


class GroupWriter:
    """The `port.Writer` of a ledger."""

    def __init__(self, tools: Tools, *, queue_bound: int, batch_cap: int, changed: Condition) -> None:
        """Start the thread. `changed` is notified after each commit."""
        self._tools = tools
        self._lanes: Lanes[Ticket] = Lanes(bound=queue_bound, cap=batch_cap)
        self._changed = changed
        self._thread = Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    def submit(
        self, work: Work[Result], /, *, urgent: bool = True, prepare: Prepare | None = None
    ) -> Awaitable[Result]:
        """Run work and answer after its commit; from the event loop. Raises `Unavailable` when full."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self._lanes.put(Ticket(work=work, future=future, loop=loop, prepare=prepare), urgent=urgent)
        return future

    def perform(
        self, work: Work[Result], /, *, urgent: bool = True, prepare: Prepare | None = None, timeout: float = 30.0
    ) -> Result:
        """Do the same for a caller in another thread, which waits at most `timeout` seconds.

        After `Unavailable("timed-out")` it is open whether the work was done: a claim tells.
        """
        future: Future[Result] = Future()
        self._lanes.put(Ticket(work=work, future=future, loop=None, prepare=prepare), urgent=urgent)
        try:
            return future.result(timeout)
        except TimeoutError:
            if future.done():
                raise  # the work's own
            future.cancel()
            raise Unavailable("timed-out") from None

    def close(self) -> None:
        """Take no more work, do what waits, stop. Blocks; not for the event loop."""
        self._lanes.close()
        self._thread.join()

    @property
    def waiting(self) -> int:
        """How many commands wait."""
        return len(self._lanes)

    def _run(self) -> None:
        while taken := self._lanes.take():
            batch, unprepared = _prepared([ticket for ticket in taken if not ticket.future.cancelled()])
            _deliver(unprepared)
            answers = self._answers(batch)
            with self._changed:
                self._changed.notify_all()
            _deliver(list(zip(batch, answers, strict=True)))
        self._tools.session.close()

    def _answers(self, tickets: Sequence[Ticket]) -> Sequence[Answer]:
        """Do a batch, whatever happens: this is where the thread's survival is."""
        if not tickets:
            return []
        try:
            try:
                return self._together(tickets)
            except StatementRejected:
                # Somebody's share cannot be written, or a claim was taken: find out whose it was.
                return self._one_by_one(tickets)
        except StoreBroken as fault:
            return [Answer(error=Unavailable(fault.code)) for _ in tickets]
        except RegistryError as fault:
            return [Answer(error=type(fault)(*fault.args)) for _ in tickets]
        except Exception:  # noqa: BLE001  # no fault, known or not, may end the writer's thread
            return [Answer(error=Unavailable("writer-fault")) for _ in tickets]
        finally:
            self._tools.session.rollback()

    def _together(self, tickets: Sequence[Ticket]) -> Sequence[Answer]:
        """Run all, write all that succeeded at once, commit."""
        batch = self._begin()
        answers = [self._one(ticket, batch) for ticket in tickets]
        return self._commit(batch, answers)

    def _one_by_one(self, tickets: Sequence[Ticket]) -> Sequence[Answer]:
        """Run each behind a savepoint of its own and write it before the next; commit."""
        self._tools.session.rollback()
        batch = self._begin()
        batch.apart = True
        answers = [self._one_apart(ticket, batch) for ticket in tickets]
        return self._commit(batch, answers)

    def _begin(self) -> Batch:
        start = self._tools.session.begin()
        self._tools.cache.forget(start.written_elsewhere)
        return Batch(next_position=start.next_position, last_recorded_at=start.last_recorded_at)

    def _one(self, ticket: Ticket, batch: Batch) -> Answer:
        """Run a command in memory. A fault of the store concerns the whole batch and is raised."""
        share = Share(batch, self._tools)
        answer = _run(ticket.work, share)
        if batch.fault is not None:
            raise batch.fault
        if answer.error is None:
            share.keep()
        else:
            share.undo()
        return answer

    def _one_apart(self, ticket: Ticket, batch: Batch) -> Answer:
        """Run and write a command behind a savepoint; what the store refuses concerns it alone."""
        share = Share(batch, self._tools)
        share.mark()
        answer = _run(ticket.work, share)
        if isinstance(batch.fault, StoreBroken):
            raise batch.fault
        if batch.fault is not None:
            answer, batch.fault = Answer(error=batch.fault), None
        if answer.error is None:
            try:
                share.keep()
            except StatementRejected as refusal:
                answer = Answer(error=refusal)
        if answer.error is not None:
            share.undo()
        return answer

    def _commit(self, batch: Batch, answers: Sequence[Answer]) -> Sequence[Answer]:
        """Write what waits and commit; only then is anything remembered."""
        session = self._tools.session
        if batch.pending:
            session.write(batch.pending)
        if batch.dirty:
            try:
                session.commit()
            except StoreBroken:
                # The answer to COMMIT was lost or bad. What is stored decides, not what we heard.
                if batch.last is None or not session.resolve(batch.last):
                    raise
        self._tools.cache.keep(batch.known)
        return answers


def _prepared(tickets: Sequence[Ticket]) -> tuple[list[Ticket], list[tuple[Ticket, Answer]]]:
    """Prepare each on its own; give those that may run, and the answers of those that may not."""
    ready: list[Ticket] = []
    failed: list[tuple[Ticket, Answer]] = []
    for ticket in tickets:
        try:
            if ticket.prepare is not None:
                ticket.prepare()
        except BaseException as error:  # noqa: BLE001  # it is the caller's, whatever it is
            failed.append((ticket, Answer(error=error)))
        else:
            ready.append(ticket)
    return ready, failed


def _run(work: Work[Any], share: Share) -> Answer:
    try:
        result = work(share)
    except BaseException as error:  # noqa: BLE001  # it is the caller's, whatever it is
        return Answer(error=error)
    finally:
        share.end()
    return Answer(result=result) if share.failure is None else Answer(error=share.failure)


def _deliver(answered: Sequence[tuple[Ticket, Answer]]) -> None:
    """Answer all; each event loop is woken once."""
    by_loop: dict[asyncio.AbstractEventLoop | None, list[tuple[Ticket, Answer]]] = {}
    for ticket, answer in answered:
        by_loop.setdefault(ticket.loop, []).append((ticket, answer))
    for loop, pairs in by_loop.items():
        if loop is None:
            _settle(pairs)
            continue
        try:
            loop.call_soon_threadsafe(_settle, pairs)
        except RuntimeError:
            continue  # the loop is closed: nobody waits there any more


def _settle(pairs: Sequence[tuple[Ticket, Answer]]) -> None:
    for ticket, answer in pairs:
        future = ticket.future
        if future.done():
            continue  # the caller has gone
        try:
            if answer.error is None:
                future.set_result(answer.result)
            elif isinstance(answer.error, StopIteration):
                future.set_exception(RuntimeError("a command raised StopIteration"))  # futures refuse it
            else:
                future.set_exception(answer.error)
        except (InvalidStateError, asyncio.InvalidStateError):
            continue  # the caller went in this very moment
