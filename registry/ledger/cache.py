"""What the writer remembers of streams: their version and the states folded from them.

An entry is replaced, never changed, so that a command or a batch that fails leaves nothing behind.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from registry.ledger.port import Fold, Recorded
from registry.values.identifiers import StreamId


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """A stream at a version, with the states (by name of their fold) that are at that version too."""

    version: int
    states: Mapping[str, tuple[Fold[Any], Any]] = field(default_factory=dict[str, tuple[Fold[Any], Any]])

    def advanced(self, recorded: Iterable[Recorded]) -> "Known":
        """Give what is known after further facts."""
        version = self.version
        states = dict(self.states)
        for each in recorded:
            fact = each.fact
            version = fact.version
            for name, (fold, state) in states.items():
                states[name] = (fold, fold.evolve(state, fact))
        return Known(version=version, states=states)

    def with_state(self, fold: Fold[Any], state: object) -> "Known":
        """Give what is known with one more state, which is at our version."""
        return Known(version=self.version, states={**self.states, fold.name: (fold, state)})


class Cache:
    """The streams used last, as committed. Only the writer's thread touches it."""

    def __init__(self, bound: int) -> None:
        """Take how many streams to keep."""
        self._bound = bound
        # By the integer inside a UUID: its own hash and comparison are Python and cost three times as much.
        self._known: OrderedDict[int, Known] = OrderedDict()

    def get(self, number: int) -> Known | None:
        """Give what is known of a stream, by the number that its id is."""
        known = self._known.get(number)
        if known is not None:
            self._known.move_to_end(number)
        return known

    def keep(self, known: Mapping[int, Known]) -> None:
        """Take in what a committed batch came to know; the longest unused goes."""
        self._known.update(known)
        for number in known:
            self._known.move_to_end(number)
        while len(self._known) > self._bound:
            self._known.popitem(last=False)

    def forget(self, streams: Iterable[StreamId] | None) -> None:
        """Forget streams that another process has written; None: all."""
        if streams is None:
            self._known.clear()
            return
        for stream in streams:
            self._known.pop(stream.int, None)

    def __len__(self) -> int:
        """Give how many streams are kept."""
        return len(self._known)
