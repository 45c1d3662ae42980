"""Who bears which words, by their numbers, in some thirty bytes a person: a sorted list, and who came since.

Persons are named by the 16 bytes of their reference. The list is two flat arrays beside the references; who was filed
since waits in a dictionary until `settle` puts all together. Whoever is taken out of the list leaves no number in it.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

REFERENCE_BYTES: Final = 16
LONGEST: Final = 0xFFFF
"""Words of one person that can be counted; keys are made of far fewer."""
_BLOCK: Final = 64
"""Persons after whom the place of the next one's numbers is noted."""


class Bearers:
    """Persons with the numbers of their words."""

    __slots__ = ("_blocks", "_gone", "_lengths", "_numbers", "_parties", "_since")

    def __init__(
        self, parties: bytes = b"", lengths: "array[int] | None" = None, numbers: "array[int] | None" = None
    ) -> None:
        """Begin with nobody, or with what `settled` gave: references rising, how many words each, and the numbers."""
        self._parties = parties
        self._lengths = array("H") if lengths is None else lengths
        self._numbers = array("I") if numbers is None else numbers
        self._blocks = _block_places(self._lengths)
        self._gone: set[int] = set()
        self._since: dict[bytes, tuple[int, ...]] = {}

    def __len__(self) -> int:
        """Say how many persons there are."""
        return len(self._lengths) - len(self._gone) + len(self._since)

    def put(self, party: bytes, numbers: tuple[int, ...]) -> None:
        """Note a person who is not there."""
        self._since[party] = numbers

    def take(self, party: bytes) -> tuple[int, ...]:
        """Take a person out; nothing for one who is not there."""
        found = self.get(party)
        if self._since.pop(party, None) is not None or (slot := self._slot(party)) is None:
            return found
        at, end = self._span(slot)
        self._numbers[at:end] = array("I", bytes(self._numbers.itemsize * (end - at)))
        self._gone.add(slot)
        return found

    def get(self, party: bytes) -> tuple[int, ...]:
        """Give a person's numbers; nothing for one who is not there."""
        since = self._since.get(party)
        if since is not None:
            return since
        slot = self._slot(party)
        if slot is None:
            return ()
        at, end = self._span(slot)
        return tuple(self._numbers[at:end])

    def settle(self) -> None:
        """Put who came since among the others, and leave out who was taken: a copy of the list, in runs."""
        if not self._since and not self._gone:
            return
        parties, lengths, numbers = bytearray(), array("H"), array("I")
        at = 0
        for slot, party in self._cuts():
            self._copy(at, slot, parties, lengths, numbers)
            at = slot
            if party:
                came = self._since[party]
                parties += party
                lengths.append(len(came))
                numbers.extend(came)
            else:
                at = slot + 1
        self._copy(at, len(self._lengths), parties, lengths, numbers)
        self._parties, self._lengths, self._numbers = bytes(parties), lengths, numbers
        self._blocks, self._gone, self._since = _block_places(lengths), set(), {}

    def settled(self) -> "tuple[bytes, array[int], array[int]]":
        """Settle, and give what one is made of; not to be changed."""
        self.settle()
        return self._parties, self._lengths, self._numbers

    def _cuts(self) -> list[tuple[int, bytes]]:
        """Give the places at which the list changes: before which slot who comes in, and which slot goes out."""
        came = [(bisect_left(_Parties(self._parties), party), party) for party in sorted(self._since)]
        # Whoever comes in before a slot that goes out comes first: an empty reference sorts last here.
        return sorted([*came, *((slot, b"") for slot in self._gone)], key=lambda cut: (cut[0], not cut[1], cut[1]))

    def _copy(self, at: int, end: int, parties: bytearray, lengths: "array[int]", numbers: "array[int]") -> None:
        if at < end:
            parties += self._parties[at * REFERENCE_BYTES : end * REFERENCE_BYTES]
            lengths.extend(self._lengths[at:end])
            numbers.extend(self._numbers[self._place(at) : self._place(end)])

    def _slot(self, party: bytes) -> int | None:
        slot = bisect_left(_Parties(self._parties), party)
        is_there = self._parties[slot * REFERENCE_BYTES : (slot + 1) * REFERENCE_BYTES] == party
        return slot if is_there and slot not in self._gone else None

    def _span(self, slot: int) -> tuple[int, int]:
        at = self._place(slot)
        return at, at + self._lengths[slot]

    def _place(self, slot: int) -> int:
        block = slot // _BLOCK
        return self._blocks[block] + sum(self._lengths[block * _BLOCK : slot])


class _Parties:
    """References in one piece, seen as a list."""

    __slots__ = ("_all",)

    def __init__(self, references: bytes) -> None:
        """Take them."""
        self._all = references

    def __len__(self) -> int:
        """Say how many there are."""
        return len(self._all) // REFERENCE_BYTES

    def __getitem__(self, place: int) -> bytes:
        """Give one."""
        return self._all[place * REFERENCE_BYTES : (place + 1) * REFERENCE_BYTES]


def _block_places(lengths: "array[int]") -> "array[int]":
    """Give the place of the first number of each block, and of what would come after the last."""

    def places() -> Iterator[int]:
        place = 0
        for start in range(0, len(lengths) + 1, _BLOCK):
            yield place
            place += sum(lengths[start : start + _BLOCK])

    return array("Q", places())
