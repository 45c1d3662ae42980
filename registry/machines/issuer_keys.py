"""The keys of issuers, fetched beside the requests: no request waits for another's server, and none makes us ask it.

every ten minutes    each issuer's keys are fetched anew, so that a key that is taken out counts no more
an unknown `kid`     is refused, and has the keys fetched earlier: once a minute at most, whoever asks
a day without        and what was fetched last is not believed any more: its tokens are refused
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from registry.errors import RegistryError
from registry.machines.issuers import Issuer, Key, read_keys
from registry.values.time import DAY, MINUTE, Instant

LOG: Final = logging.getLogger("registry.machines")
REFRESH: Final = 10 * MINUTE
RETRY: Final = MINUTE
MAXIMUM_AGE: Final = DAY
_PAUSE_SECONDS: Final = 1.0


class Outgoing(Protocol):
    """What asks other servers: it holds to the list of addresses that may be asked, and bounds size and time."""

    async def get(self, address: str, /) -> bytes:
        """Give what is at an address; raises `OSError` or `RegistryError` whatever went wrong."""
        ...


@dataclass(kw_only=True, slots=True)
class _Held:
    keys: dict[str, Key] = field(default_factory=dict[str, Key])
    fetched: Instant | None = None
    tried: Instant | None = None
    wanted: bool = False


class IssuerKeys:
    """Holds the keys of every issuer. One event loop uses it."""

    def __init__(self, issuers: Sequence[Issuer], outgoing: Outgoing) -> None:
        """Take the issuers; nothing is fetched yet."""
        self._fetched = [issuer for issuer in issuers if issuer.keys_at is not None]
        self._outgoing = outgoing
        self._held = {issuer.issuer: _Held() for issuer in self._fetched}

    def find(self, issuer: Issuer, kid: str, now: Instant) -> Key | None:
        """Give a key of an issuer; None where there is none that is believed now."""
        if issuer.keys_at is None:
            return issuer.pinned.get(kid)
        held = self._held[issuer.issuer]
        if held.fetched is None or now - held.fetched >= MAXIMUM_AGE:
            return None
        key = held.keys.get(kid)
        held.wanted = held.wanted or key is None
        return key

    async def run(self, clock: Callable[[], Instant]) -> None:
        """Keep the keys fresh, for as long as the registry runs."""
        while self._fetched:
            await self.refresh(clock)
            await asyncio.sleep(_PAUSE_SECONDS)

    async def refresh(self, clock: Callable[[], Instant]) -> None:
        """Fetch the keys of the issuers whose turn it is."""
        for issuer in self._fetched:
            held, now = self._held[issuer.issuer], clock()
            if _due(held, now):
                await self._fetch(issuer, held, now)

    async def _fetch(self, issuer: Issuer, held: _Held, now: Instant) -> None:
        held.tried, held.wanted = now, False
        try:
            held.keys = read_keys(await self._outgoing.get(str(issuer.keys_at)))
        except (OSError, RegistryError, ValueError) as fault:
            # The fault's own words may quote what came.
            LOG.warning("the keys of %s could not be fetched: %s", issuer.issuer, type(fault).__name__)
        else:
            held.fetched = now


def _due(held: _Held, now: Instant) -> bool:
    if held.tried is None:
        return True
    if held.wanted or held.fetched is None or now - held.fetched >= REFRESH:
        return now - held.tried >= RETRY
    return False
