"""Follows the ledger and does what the rules say follows, from a position of its own.

The position moves after the commands are committed, never before: a crash in between repeats
commands whose references are derived from the fact, and a repetition finds that they hold already.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from registry.access.actors import Principal, Role
from registry.alerts.around import Around
from registry.alerts.rules import RULES, concerns, follows
from registry.errors import Refused, StaleVersion
from registry.events.catalogue import TOPICS as EVENT_TOPICS
from registry.law.arising import KINDS
from registry.ledger.port import AnyFact, Reader, Recorded
from registry.ledger.rows import Change
from registry.ledger.viewstore import ViewStore
from registry.values.identifiers import InstitutionId, KeyId, Position
from registry.views.base import View, quarantined
from registry.views.engine import POLL_FLOOR_SECONDS, serve_first
from registry.views.supervised import Pulse, Supervised

BATCH: Final = 200
TOPICS: Final = tuple(topic for topic, kind in EVENT_TOPICS.items() if kind in RULES or kind in KINDS)
REACTOR: Final = View(name="reactor", tables=(), on=lambda _: ())
"""How far the reactor is, kept where views keep it; its quarantine holds facts whose rule or command failed."""
REGISTRY: Final = Principal(
    institution=InstitutionId("registry"),
    key_id=KeyId("registry"),
    roles=frozenset({Role.REGISTRY}),
    jurisdictions=(),
)
"""The registry's own processes; the app may name another key."""


class Performs(Protocol):
    """What the reactor asks of the executor."""

    def perform(self, command: Any, *, principal: Principal, causation: AnyFact | None = None) -> object:  # noqa: ANN401  # any command of the rules
        """Carry out one command and answer after its commit."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Following:
    """What a process follows, and what it does of each fact."""

    view: View
    """How far it is, and the facts of which it failed, kept where views keep it."""
    topics: tuple[str, ...]
    commands: Callable[[Recorded], Iterable[Any]]


def by_rules(around: Callable[[Recorded], Around]) -> Following:
    """Follow what the rules speak of, and do what they say follows from it."""

    def commands(recorded: Recorded) -> Iterable[Any]:
        return follows(recorded.fact, around(recorded)) if concerns(recorded.fact) else ()

    return Following(view=REACTOR, topics=TOPICS, commands=commands)


class Reactor:
    """One thread; several processes may run one each, to no harm but work done twice."""

    def __init__(
        self,
        *,
        reader: Reader,
        store: ViewStore,
        executor: Performs,
        following: Following,
        principal: Principal = REGISTRY,
        batch: int = BATCH,
    ) -> None:
        """Take what is followed and who carries out what follows."""
        self._reader = reader
        self._store = store
        self._executor = executor
        self._following = following
        self._view = following.view
        self._principal = principal
        self._batch = batch
        self._process = Supervised(following.view.name, step=self.step, idle=self._idle)

    def start(self) -> None:
        """Start following."""
        self._process.start()

    def stop(self) -> None:
        """Stop; blocks until the running step is done."""
        self._process.stop()

    def pulse(self) -> Pulse:
        """Say how the thread is."""
        return self._process.pulse()

    def position(self) -> Position:
        """Give the position up to which all that follows has been done."""
        return self._store.position(self._view.name, self._generation())

    def refused(self) -> int:
        """Give how many facts have a rule or a command that failed; somebody must look at each."""
        return self._store.count(self._view.quarantine, self._generation())

    def step(self) -> bool:
        """Do what follows from the next facts; say whether there were any."""
        position = moved = self.position()
        # Asked before the facts: whatever is found missing among them below this head is not there to come.
        head = self._reader.head()
        found = self._reader.after(position, limit=self._batch, topics=self._following.topics)
        for recorded in found:
            if self._react(recorded, moved):
                moved = recorded.position
            position = recorded.position
        # Facts of which nothing follows are passed in one move: of most checks nothing does.
        last = head if len(found) < self._batch and head > position else position
        if last > moved:
            self._move((), last, moved)
        return bool(found)

    def _react(self, recorded: Recorded, position: Position) -> bool:
        """Do what follows from a fact and move past it; False if nothing follows, and nothing was moved."""
        try:
            if not self._carry_out(recorded):
                return False
        except StaleVersion:
            raise
        except (Refused, AttributeError, KeyError, TypeError, ValueError) as fault:
            # A no will be a no again. The fact is put aside where health shows it, and the others go on.
            self._move([quarantined(self._view, recorded, fault)], recorded.position, position)
        else:
            self._move((), recorded.position, position)
        return True

    def _carry_out(self, recorded: Recorded) -> bool:
        """Do all that follows, even if one of it is refused: the others are owed all the same. Say whether any did."""
        refusal: Refused | None = None
        any_follows = False
        for command in self._following.commands(recorded):
            any_follows = True
            try:
                self._executor.perform(command, principal=self._principal, causation=recorded.fact)
            except StaleVersion:
                raise  # Somebody wrote in between; the next step tries again.
            except Refused as no:
                refusal = no
        if refusal is not None:
            raise refusal
        return any_follows

    def _move(self, changes: Sequence[Change], to: Position, position: Position) -> None:
        self._store.apply(self._view.name, self._generation(), changes, to, after=position)

    def _generation(self) -> int:
        return self._store.active(self._view.name) or serve_first(self._store, self._view)

    def _idle(self) -> None:
        self._reader.wait_changed(self.position(), timeout=POLL_FLOOR_SECONDS)
