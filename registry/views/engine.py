"""Keeps the views up with the ledger: batches of facts to rows and a position, in one transaction a view.

A fact that a view's function cannot take goes to the view's quarantine and the others go on; a
fact that does not decode stops all views, loudly, because no view could be right without it.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Condition
from time import monotonic
from typing import Final

from registry.errors import LedgerError, NotFound, StaleVersion, Unavailable
from registry.ledger.port import Reader, Recorded
from registry.ledger.rows import Change, Table
from registry.ledger.store import StatementRejected, StoreBroken
from registry.ledger.viewstore import ViewStore
from registry.values.identifiers import Position
from registry.values.time import Instant
from registry.views.base import View, quarantined
from registry.views.supervised import Pulse, Supervised

BATCH: Final = 500
POLL_FLOOR_SECONDS: Final = 0.5
"""The longest that a fact waits when no wake-up comes."""
FIRST_GENERATION: Final = 1
START: Final = Position(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class ViewHealth:
    """How far a view is. `lag` counts positions, which are not dense: an upper bound of facts."""

    view: str
    generation: int
    position: Position
    lag: int
    oldest_age: int
    """Microseconds since the oldest fact it has not seen was recorded; 0 when it has seen all."""
    quarantined: int


def changes_of(view: View, batch: Sequence[Recorded]) -> list[Change]:
    """Give the changes of a batch; a fact that the function cannot take gives its quarantine row."""
    changes: list[Change] = []
    for recorded in batch:
        try:
            # All of a fact's changes or none: a generator may fail after its first change.
            changes += list(view.on(recorded))
        except Exception as fault:  # noqa: BLE001  # whatever a pure function does wrong, it is about this fact
            changes.append(quarantined(view, recorded, fault))
    return changes


def advance(store: ViewStore, view: View, generation: int, batch: Sequence[Recorded], *, after: Position) -> None:
    """Bring a view from `after` to the end of a batch. Raises `StaleVersion` if somebody else moved it."""
    try:
        store.apply(view.name, generation, changes_of(view, batch), batch[-1].position, after=after)
    except LedgerError:
        # A row was refused, and the answer does not say whose: one by one, the fact is found.
        for recorded in batch:
            _advance_by_one(store, view, generation, recorded, after)
            after = recorded.position


def _advance_by_one(store: ViewStore, view: View, generation: int, recorded: Recorded, after: Position) -> None:
    try:
        store.apply(view.name, generation, changes_of(view, [recorded]), recorded.position, after=after)
    except LedgerError as fault:
        row = quarantined(view, recorded, fault)
        store.apply(view.name, generation, [row], recorded.position, after=after)


def make(store: ViewStore, view: View, generation: int) -> None:
    """Make the tables of a generation, as far as they are not there."""
    for table in view.all_tables:
        if not _is_there(store, view, table, generation):
            store.create(table, generation, view_name=view.name)


def _is_there(store: ViewStore, view: View, table: Table, generation: int) -> bool:
    """Say whether a table is there as described; one with other columns fails when it is made."""
    try:
        store.rows(table, {}, view_name=view.name, generation=generation, limit=1)
    except (NotFound, LedgerError, StoreBroken):
        return False
    return True


def index(store: ViewStore, view: View, generation: int) -> None:
    """Make the indexes of a generation, as far as they are not there."""
    for table in view.all_tables:
        # A store that is truly broken fails again at the next step; one that has them refuses.
        with suppress(StatementRejected, StoreBroken):
            store.index(table, generation)


def serve_first(store: ViewStore, view: View) -> int:
    """Give the generation that is served; a view that has none starts with an empty one.

    Raises whatever the store says of tables that are not as this code describes them: the view must
    be rebuilt, and a fact is not to blame.
    """
    generation = store.active(view.name)
    if generation is None:
        generation = FIRST_GENERATION
        make(store, view, generation)
        index(store, view, generation)
        store.activate(view.name, generation)
    for table in view.all_tables:
        store.rows(table, {}, view_name=view.name, generation=generation, limit=1)
    return generation


class Projector:
    """One thread for all views: a batch is read and decoded once, and applied to each."""

    def __init__(
        self,
        *,
        reader: Reader,
        store: ViewStore,
        views: Sequence[View],
        clock: Callable[[], Instant],
        batch: int = BATCH,
    ) -> None:
        """Take the views; `clock` gives UTC now in microseconds and is for health alone."""
        self._reader = reader
        self._store = store
        self._views = tuple(views)
        self._clock = clock
        self._batch = batch
        self._served: dict[str, tuple[int, Position]] = {}
        self._moved = Condition()
        self._process = Supervised("view-projector", step=self.step, idle=self._idle)

    def start(self) -> None:
        """Start following the ledger."""
        self._process.start()

    def stop(self) -> None:
        """Stop following; blocks until the running batch is done."""
        self._process.stop()

    def step(self) -> bool:
        """Apply one batch to every view that has not seen it; say whether there was one."""
        for view in self._views:
            self._look_up(view)
        lowest = min((position for _, position in self._served.values()), default=START)
        batch = self._reader.after(lowest, limit=self._batch)
        for view in self._views if batch else ():
            self._apply(view, batch)
        return bool(batch)

    def wait_for(self, view_name: str, position: Position, *, timeout: float) -> None:
        """Wait in a thread until a view has seen a position; raises `Unavailable` after `timeout` seconds."""
        deadline = monotonic() + timeout
        with self._moved:
            while self._served.get(view_name, (0, START))[1] < position:
                remaining = deadline - monotonic()
                if remaining <= 0:
                    raise Unavailable("view-behind")
                self._moved.wait(remaining)

    def pulse(self) -> Pulse:
        """Say how the thread is."""
        return self._process.pulse()

    def health(self) -> tuple[ViewHealth, ...]:
        """Say how far each view is; views that were never made are not named."""
        head = self._reader.head()
        return tuple(self._health(view, head) for view in self._views if self._store.active(view.name) is not None)

    def _health(self, view: View, head: Position) -> ViewHealth:
        generation = self._store.active(view.name) or FIRST_GENERATION
        position = self._store.position(view.name, generation)
        unseen = self._reader.after(position, limit=1) if position < head else ()
        return ViewHealth(
            view=view.name,
            generation=generation,
            position=position,
            lag=max(0, head - position),
            oldest_age=max(0, self._clock() - unseen[0].fact.recorded_at) if unseen else 0,
            quarantined=self._store.count(view.quarantine, generation),
        )

    def _look_up(self, view: View) -> None:
        """See which generation is served now; another one was perhaps activated, or another process wrote."""
        known = self._served.get(view.name)
        generation = self._store.active(view.name) if known else serve_first(self._store, view)
        if known is None or generation is None or generation != known[0]:
            generation = generation or FIRST_GENERATION
            self._note(view, generation, self._store.position(view.name, generation))

    def _apply(self, view: View, batch: Sequence[Recorded]) -> None:
        generation, position = self._served[view.name]
        unseen = [recorded for recorded in batch if recorded.position > position]
        if not unseen:
            return
        try:
            advance(self._store, view, generation, unseen, after=position)
        except StaleVersion:
            self._note(view, generation, self._store.position(view.name, generation))
        except BaseException:
            # It may have been applied in part: the next step looks.
            self._served.pop(view.name, None)
            raise
        else:
            self._note(view, generation, unseen[-1].position)

    def _note(self, view: View, generation: int, position: Position) -> None:
        with self._moved:
            self._served[view.name] = (generation, position)
            self._moved.notify_all()

    def _idle(self) -> None:
        lowest = min((position for _, position in self._served.values()), default=START)
        self._reader.wait_changed(lowest, timeout=POLL_FLOOR_SECONDS)
