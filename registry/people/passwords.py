"""Passwords: hashed with Argon2id in threads of their own, few at once, with the same work where there is no hash."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

from registry.errors import Refused, Unavailable
from registry.vault.keys import Entropy

Answer = TypeVar("Answer")
LENGTH: Final = range(15, 257)
"""Characters: 15 at least, which needs no rules about signs (NIST SP 800-63B-4, 3.1.1.2); longer ones only cost us."""
AT_ONCE: Final = 2
WAITING: Final = 32
_REPEATED: Final = 4
"""Different characters that a password must have."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What a hash costs. The default is the second recommendation of RFC 9106, 4: 64 MiB, three passes."""

    memory_kib: int = 65536
    passes: int = 3
    lanes: int = 4


@dataclass(kw_only=True)
class Passwords:
    """Hashes and verifies; one event loop uses it. Where too many wait, it says so at once."""

    entropy: Entropy = field(repr=False)
    cost: Cost = field(default_factory=Cost)

    def __post_init__(self) -> None:
        """Make the hash that unknown names are held against."""
        cost = self.cost
        self._hasher = PasswordHasher(
            time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=cost.lanes, type=Type.ID
        )
        self._nobody = self._hasher.hash(self.entropy(16).hex(), salt=self.entropy(16))
        self._threads = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="passwords")
        self._waiting = 0

    async def hashed(self, password: str) -> str:
        """Hash a new password; raises `Refused` for one that is too easily guessed."""
        if len(password) not in LENGTH or len(set(password)) < _REPEATED:
            raise Refused("password-too-weak", field="/password")
        salt = self.entropy(16)
        return await self._aside(lambda: self._hasher.hash(password, salt=salt))

    async def fits(self, password: str, stored: str | None) -> bool:
        """Say whether a password fits; without a stored hash the same work is done, and it does not."""
        held = stored or self._nobody
        given = password[: LENGTH.stop]
        fits = await self._aside(lambda: self._verified(held, given))
        return fits and stored is not None

    def _verified(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _aside(self, work: Callable[[], Answer]) -> Answer:
        if self._waiting >= WAITING:
            raise Unavailable("queue-full", retry_after=2)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Give the threads up."""
        self._threads.shutdown(wait=False, cancel_futures=True)
