"""Asks for the keys of issuers: at the addresses that the file names and at no other, whatever an answer says."""

from collections.abc import Sequence
from typing import Final

from aiohttp import ClientError, ClientSession, ClientTimeout

from registry.machines.issuers import MAXIMUM_SET, Issuer

_TIMEOUT: Final = ClientTimeout(total=5)
_OK: Final = 200


class KeysAt:
    """Gets what is at the addresses of a file of issuers; see `issuer_keys.Outgoing`."""

    def __init__(self, issuers: Sequence[Issuer]) -> None:
        """Take the addresses that may be asked."""
        self._allowed = frozenset(issuer.keys_at for issuer in issuers if issuer.keys_at is not None)

    async def get(self, address: str, /) -> bytes:
        """Give what is at an address, within five seconds; raises `OSError`. No redirection is followed."""
        if address not in self._allowed:
            raise PermissionError("not an address of the file of issuers")
        try:
            async with (
                ClientSession(timeout=_TIMEOUT, trust_env=False) as session,
                session.get(address, allow_redirects=False) as response,
            ):
                body = await response.content.read(MAXIMUM_SET + 1)
                while len(body) <= MAXIMUM_SET and not response.content.at_eof():
                    body += await response.content.read(MAXIMUM_SET + 1 - len(body))
        except (ClientError, TimeoutError) as fault:
            raise ConnectionError(type(fault).__name__) from None
        if response.status != _OK or len(body) > MAXIMUM_SET:
            raise ConnectionError("an issuer gave something else than its keys")
        return body
