"""Builds a view anew beside the one that is served, and switches when the new one has caught up.

It can be stopped at any point and goes on from the half-built generation's own position. Nobody is
told anything twice: views send nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from registry.errors import NotFound
from registry.ledger.port import Reader
from registry.ledger.viewstore import ViewStore
from registry.values.identifiers import Position
from registry.values.time import SECOND, Instant
from registry.views.base import View
from registry.views.engine import advance, index, make

BATCH: Final = 2_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far a rebuild is. `facts` and `per_second` count what this run has read."""

    view: str
    generation: int
    position: Position
    head: Position
    facts: int
    per_second: int
    remaining_seconds: int | None
    """None while no rate is known. An estimate: positions are not dense, and the ledger grows."""
    served: bool = False
    """Whether the new generation is the one that is served now."""


Report = Callable[[Progress], None]


def _quiet(_: Progress) -> None:
    return


def _go_on() -> bool:
    return False


def rebuild(
    view: View,
    *,
    reader: Reader,
    store: ViewStore,
    clock: Callable[[], Instant],
    report: Report = _quiet,
    stopped: Callable[[], bool] = _go_on,
    fresh: bool = False,
    batch: int = BATCH,
) -> Progress:
    """Build the next generation from the first fact, or go on with the one half built, and serve it.

    `stopped` is asked after each batch; when it says so, the half-built generation stays and the
    answer has `served=False`. `fresh` throws a half-built generation away first: needed when the
    view's function has changed since. The former generation is kept until `discard`.
    """
    (progress,) = rebuild_together(
        (view,), reader=reader, store=store, clock=clock, report=report, stopped=stopped, fresh=fresh, batch=batch
    )
    return progress


def rebuild_together(
    views: Sequence[View],
    *,
    reader: Reader,
    store: ViewStore,
    clock: Callable[[], Instant],
    report: Report = _quiet,
    stopped: Callable[[], bool] = _go_on,
    fresh: bool = False,
    batch: int = BATCH,
) -> tuple[Progress, ...]:
    """Do for several views what `rebuild` does for one, reading and decoding each fact once for all of them."""
    generations = {view.name: (store.active(view.name) or 0) + 1 for view in views}
    for view in views:
        if fresh:
            discard(view, store=store, generation=generations[view.name])
        make(store, view, generations[view.name])
    at = {view.name: store.position(view.name, generations[view.name]) for view in views}
    start = lowest = min(at.values())
    began, facts = clock(), 0
    while found := reader.after(lowest, limit=batch):
        for view in views:
            unseen = [recorded for recorded in found if recorded.position > at[view.name]]
            if unseen:
                advance(store, view, generations[view.name], unseen, after=at[view.name])
                at[view.name] = unseen[-1].position
        lowest = found[-1].position
        facts += len(found)
        head = reader.head()
        told = [_progress(v, generations[v.name], (start, lowest, head), facts, clock() - began) for v in views]
        for progress in told:
            report(progress)
        if stopped():
            return tuple(told)
    bounds = (start, lowest, max(lowest, reader.head()))
    served: list[Progress] = []
    for view in views:
        generation = generations[view.name]
        index(store, view, generation)
        store.activate(view.name, generation)
        served.append(_progress(view, generation, bounds, facts, clock() - began, served=True))
        report(served[-1])
    return tuple(served)


def discard(view: View, *, store: ViewStore, generation: int) -> None:
    """Drop a generation that is not served; one that is not there is dropped already. Raises `LedgerError`."""
    try:
        store.position(view.name, generation)
    except NotFound:
        return
    store.drop(view.name, generation)


def _progress(
    view: View,
    generation: int,
    bounds: tuple[Position, Position, Position],
    facts: int,
    elapsed: int,
    *,
    served: bool = False,
) -> Progress:
    start, position, head = bounds
    done = position - start
    return Progress(
        view=view.name,
        generation=generation,
        position=position,
        head=head,
        facts=facts,
        per_second=facts * SECOND // elapsed if elapsed > 0 else 0,
        remaining_seconds=(head - position) * elapsed // (done * SECOND) if done > 0 and elapsed > 0 else None,
        served=served,
    )
