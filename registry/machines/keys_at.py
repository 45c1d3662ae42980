"""Asks for the keys of issuers: at the addresses that the file names and at no other, whatever an answer says."""

from collections.abc import Sequence
from typing import Final

from registry.limits.outgoing import Rule, outgoing
from registry.machines.issuers import MAXIMUM_SET, Issuer

_SECONDS: Final = 5.0
_OK: Final = 200


class KeysAt:
    """Gets what is at the addresses of a file of issuers; see `issuer_keys.Outgoing`."""

    def __init__(self, issuers: Sequence[Issuer], rule: Rule) -> None:
        """Take the addresses that may be asked, and the rule of the way out."""
        self._rule = rule
        self._allowed = frozenset(issuer.keys_at for issuer in issuers if issuer.keys_at is not None)

    async def get(self, address: str, /) -> bytes:
        """Give what is at an address, within five seconds; raises `OSError`. No redirection is followed."""
        if address not in self._allowed:
            raise PermissionError("not an address of the file of issuers")
        try:
            async with outgoing(self._rule) as way:
                answered = await way.exchange("GET", address, maximum=MAXIMUM_SET, seconds=_SECONDS)
        except (OSError, TimeoutError) as fault:
            raise ConnectionError(type(fault).__name__) from None
        if answered.status != _OK:
            raise ConnectionError("an issuer gave something else than its keys")
        return answered.body
