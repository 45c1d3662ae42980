"""Birth dates as far as they are known, and those that are taken for each other: day for month, one digit off."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

_PACKED_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class Born:
    """A birth date; 0 stands for what is not known."""

    number: int = 0
    """The year."""
    month: int = 0
    day: int = 0

    @classmethod
    def read(cls, text: str | None) -> Self:
        """Read `YYYY-MM-DD`, `YYYY-MM` or `YYYY`; whatever is no date of the calendar is as far as it is one."""
        parts = (text or "").split("-")
        if not all(part.isascii() and part.isdigit() for part in parts) or len(parts[0]) != 4:  # noqa: PLR2004  # a year
            return cls()
        year, month, day = (*(int(part) for part in parts[:3]), 0, 0)[:3]
        for known in ((year, month, day), (year, month, 1), (year, 1, 1)):
            try:
                date(*known)
            except ValueError:
                continue
            whole, monthly = known == (year, month, day), known[1] == month
            return cls(year, month if monthly else 0, day if whole else 0)
        return cls()

    @property
    def is_whole(self) -> bool:
        """Say whether year, month and day are known."""
        return self.day > 0

    @property
    def year(self) -> str:
        """Give the year in four digits; empty where it is not known."""
        return f"{self.number:04}" if self.number else ""

    @property
    def text(self) -> str:
        """Give the whole date as `YYYY-MM-DD`."""
        return f"{self.number:04}-{self.month:02}-{self.day:02}"

    def packed(self) -> bytes:
        """Give the date in four bytes."""
        return self.number.to_bytes(2) + bytes((self.month, self.day))


def swapped(born: Born) -> Iterator[Born]:
    """Give a whole date with day and month exchanged, where that is another date."""
    other = Born.read(f"{born.number:04}-{born.day:02}-{born.month:02}")
    if other.is_whole and other != born:
        yield other


def near_years(born: Born) -> tuple[str, ...]:
    """Give the year, those beside it, and, of a whole date, those one digit of the decade or the year away."""
    if not born.number:
        return ()
    near = {born.number: None, born.number - 1: None, born.number + 1: None}
    if born.is_whole:
        for step in (1, 10):
            digit = born.number // step % 10
            near |= {born.number + (other - digit) * step: None for other in range(10)}
    return tuple(f"{year:04}" for year in near if 0 < year < 10_000)  # noqa: PLR2004  # four digits


def may_be(asked: Born) -> Callable[[bytes], bool]:
    """Give what says of a packed date whether it may be the one that was asked; lists of many are read by it.

    Two of three parts agree, or one is unknown. Day and month may stand in each other's place. Where a year is all that
    both have, it may be one off.
    """
    year, month, day = asked.number, asked.month, asked.day

    def near(packed: bytes) -> bool:
        there = packed[0] << 8 | packed[1]
        return not there or abs(year - there) <= 1

    def agrees(packed: bytes) -> bool:
        there, same_month, same_day = packed[0] << 8 | packed[1], packed[2] == month, packed[3] == day
        if not there or not packed[3]:
            return near(packed)
        crossed = packed[2] == day and packed[3] == month
        return crossed or ((same_month or same_day) if there == year else same_month and same_day)

    if not year:
        return lambda _: True
    return agrees if asked.is_whole else near
