"""Sends what waits in the outbox: content-free messages to protected persons, each by the way they agreed to.

The effect is once: a message goes out under its own reference as its id, and is taken from the
outbox by the fact that says it was handed over. A crash between the two repeats the message under
the same id, which the receiving side can recognise; nothing of ours can rule that out.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol
from uuid import UUID

from registry.access.actors import Principal
from registry.alerts.contact import CannotReach, Contacts
from registry.alerts.reactor import REGISTRY
from registry.commands.contact import RecordHandOver, RecordMessageFailure
from registry.errors import RegistryError
from registry.ledger.port import Reader
from registry.ledger.rows import Cell
from registry.ports import Channel, ChannelFailure, ChannelMessage
from registry.values.contact import MessageFailure
from registry.values.identifiers import MessageRef, OrderRef, PartyRef, derived
from registry.values.time import HOUR, MINUTE, SECOND, Instant
from registry.views.police import OUTBOX

CONCURRENT: Final = 16
"""Messages on their way at once; one that hangs holds one of these places and no more."""
DEADLINE_SECONDS: Final = 30
"""After this an attempt is over, whatever the channel is waiting for."""
FIRST_PAUSE: Final = 5 * SECOND
LONGEST_PAUSE: Final = 30 * MINUTE
GIVEN_UP_AFTER: Final = 24 * HOUR
"""Counted from when the message was due, so that a restart does not start it anew."""
POLL_SECONDS: Final = 0.5
_PAGE: Final = 200
_REFERENCE_DIGITS: Final = 4


class Executes(Protocol):
    """What the outbox asks of the executor."""

    async def execute(self, command: Any, *, principal: Principal) -> object:  # noqa: ANN401  # any command of contact
        """Carry out one command and answer after its commit."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A message that waits, as its row has it."""

    message_ref: MessageRef
    order_ref: OrderRef
    party_ref: PartyRef
    since: Instant


@dataclass(kw_only=True, slots=True)
class Attempts:
    """What was tried for a message in this process."""

    failures: int = 0
    next_at: Instant = Instant(0)  # noqa: RUF009  # an integer
    handed_over: str | None = None
    """The channel that took it, while the fact that says so could not be recorded yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OutboxHealth:
    """How the outbox is: messages on their way, messages tried before, and attempts that broke, by error class."""

    on_their_way: int
    tried: int
    broken: Mapping[str, int]


def pause_after(failures: int) -> int:
    """Give the microseconds to wait after so many failures: doubled each time, up to a ceiling."""
    return min(LONGEST_PAUSE, FIRST_PAUSE << min(max(failures, 1) - 1, 20))


def short_reference(message_ref: MessageRef) -> str:
    """Give the four digits a person can read out; they say nothing of what the message is about."""
    return f"{derived(message_ref, 'short reference').int % 10**_REFERENCE_DIGITS:0{_REFERENCE_DIGITS}d}"


class Outbox:
    """A task of the event loop. One process runs it; a second one would send some messages twice."""

    def __init__(
        self,
        *,
        reader: Reader,
        executor: Executes,
        contacts: Contacts,
        channels: Mapping[str, Channel],
        clock: Callable[[], Instant],
        principal: Principal = REGISTRY,
        concurrent: int = CONCURRENT,
        deadline_seconds: float = DEADLINE_SECONDS,
    ) -> None:
        """Take the channels by the code that contact plans name; `clock` gives UTC now in microseconds."""
        self._reader = reader
        self._executor = executor
        self._contacts = contacts
        self._channels = dict(channels)
        self._clock = clock
        self._principal = principal
        self._concurrent = concurrent
        self._deadline = deadline_seconds
        self._attempts: dict[MessageRef, Attempts] = {}
        self._running: dict[OrderRef, asyncio.Task[None]] = {}
        self._broken: dict[str, int] = {}

    async def run(self) -> None:
        """Send what waits until cancelled; then what is on its way is cancelled too, and sent again later."""
        try:
            while True:
                try:
                    head = await asyncio.to_thread(self._reader.head)
                    await self.start_due()
                    # For a new fact or, at most, until the poll floor: what was put off may be due.
                    await asyncio.to_thread(self._reader.wait_changed, head, timeout=POLL_SECONDS)
                except Exception as fault:  # noqa: BLE001  # the store may be away; messages must go out after it
                    self._count(fault)
                    await asyncio.sleep(POLL_SECONDS)
        finally:
            await self.close()

    async def start_due(self) -> int:
        """Start an attempt for every message whose turn it is, as far as there is room; give how many.

        Of one order only the oldest message is ever on its way: what happened first is told first.
        """
        started = 0
        blocked: set[OrderRef] = set(self._running)
        after: tuple[Cell, ...] = ()
        present: set[MessageRef] = set()
        while len(self._running) < self._concurrent:
            page = await asyncio.to_thread(self._page, after)
            for waiting in page:
                present.add(waiting.message_ref)
                if waiting.order_ref in blocked or len(self._running) >= self._concurrent:
                    continue
                blocked.add(waiting.order_ref)
                if self._attempts.get(waiting.message_ref, Attempts()).next_at <= self._clock():
                    self._start(waiting)
                    started += 1
            if len(page) < _PAGE:
                self._forget_all_but(present)
                break
            after = (page[-1].since, page[-1].message_ref.bytes)
        return started

    async def settle(self) -> None:
        """Wait until nothing is on its way."""
        while self._running:
            await asyncio.wait(list(self._running.values()))

    async def close(self) -> None:
        """Cancel what is on its way and wait for it to be over."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def health(self) -> OutboxHealth:
        """Say how it is."""
        return OutboxHealth(on_their_way=len(self._running), tried=len(self._attempts), broken=dict(self._broken))

    def _page(self, after: tuple[Cell, ...]) -> list[Waiting]:
        rows = self._reader.rows(OUTBOX, {}, order_by=("recorded_at", "message_ref"), after=after, limit=_PAGE)
        return [_waiting(row) for row in rows]

    def _start(self, waiting: Waiting) -> None:
        task = asyncio.get_running_loop().create_task(self._attempt(waiting))
        self._running[waiting.order_ref] = task
        task.add_done_callback(lambda _: self._running.pop(waiting.order_ref, None))

    def _forget_all_but(self, present: set[MessageRef]) -> None:
        for message_ref in self._attempts.keys() - present:
            del self._attempts[message_ref]

    async def _attempt(self, waiting: Waiting) -> None:
        """Try once; whatever happens is a fact, or a later try."""
        attempts = self._attempts.setdefault(waiting.message_ref, Attempts())
        try:
            if attempts.handed_over is None:
                async with asyncio.timeout(self._deadline):
                    attempts.handed_over = await self._send(waiting)
            await self._record(RecordHandOver(message_ref=waiting.message_ref, channel=attempts.handed_over))
        except CannotReach as no:
            await self._failed(waiting, attempts, no.reason, retry=False)
        except ChannelFailure as no:
            await self._failed(waiting, attempts, no.reason, retry=no.retry)
        except TimeoutError:
            await self._failed(waiting, attempts, MessageFailure.UNREACHABLE, retry=True)
        except Exception as fault:  # noqa: BLE001  # a channel's or the vault's fault must not end the outbox
            self._count(fault)
            await self._failed(waiting, attempts, MessageFailure.UNREACHABLE, retry=True)

    async def _send(self, waiting: Waiting) -> str:
        """Give the message to its channel; gives the channel's code. The plan is read anew at each attempt."""
        plan = await asyncio.to_thread(self._contacts.plan, waiting.order_ref, waiting.party_ref)
        channel = self._channels.get(plan.channel)
        if channel is None:
            # The only way the person agreed to is not set up here; it may be before the message is given up.
            raise ChannelFailure(MessageFailure.UNREACHABLE, retry=True)
        message = ChannelMessage(
            message_id=waiting.message_ref,
            reference=short_reference(waiting.message_ref),
            language=plan.language,
        )
        await channel.send(plan, message)
        return channel.CODE

    async def _failed(self, waiting: Waiting, attempts: Attempts, reason: MessageFailure, *, retry: bool) -> None:
        """Put the message off, or record that it will not be tried again."""
        now = self._clock()
        attempts.failures += 1
        attempts.next_at = Instant(now + pause_after(attempts.failures))
        over = not retry or now - waiting.since >= GIVEN_UP_AFTER
        if over and attempts.handed_over is None:
            # If the store cannot take it now, the message is tried once more and fails again.
            with suppress(RegistryError):
                await self._record(RecordMessageFailure(message_ref=waiting.message_ref, reason=reason))

    async def _record(self, command: RecordHandOver | RecordMessageFailure) -> None:
        await self._executor.execute(command, principal=self._principal)

    def _count(self, fault: Exception) -> None:
        name = type(fault).__name__
        self._broken[name] = self._broken.get(name, 0) + 1


def _waiting(row: Mapping[str, Cell]) -> Waiting:
    message_ref, order_ref, party_ref, since = (
        row["message_ref"],
        row["order_ref"],
        row["party_ref"],
        row["recorded_at"],
    )
    if not (
        isinstance(message_ref, bytes)
        and isinstance(order_ref, bytes)
        and isinstance(party_ref, bytes)
        and isinstance(since, int)
    ):
        message = "a row of the outbox is not as it was written"
        raise TypeError(message)
    return Waiting(
        message_ref=MessageRef(UUID(bytes=message_ref)),
        order_ref=OrderRef(UUID(bytes=order_ref)),
        party_ref=PartyRef(UUID(bytes=party_ref)),
        since=Instant(since),
    )
