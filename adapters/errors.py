"""What can go wrong outside: a delivery cannot be read, a system not be reached, or it says no.

AdapterError
├── Unreadable      the bytes are not what they should be; trying again does not help
├── Unreachable     nobody answered in time; trying again may help
└── Rejected        the other system understood and refused

A message holds codes and places only, never a value from a document or another system's own words.
"""

from registry.errors import RegistryError


class AdapterError(RegistryError):
    """Root of everything an adapter raises on purpose."""

    def __init__(self, code: str, *, place: str | None = None) -> None:
        """Keep a code for machines and where it happened, such as `cases/0/orderCollection/0`."""
        super().__init__(code if place is None else f"{code} at {place}")
        self.code = code
        self.place = place


class Unreadable(AdapterError):
    """A delivery as a whole is not what it should be."""


class Unreachable(AdapterError):
    """The other system did not answer in time, or not at all."""


class Rejected(AdapterError):
    """The other system understood, and refused."""
