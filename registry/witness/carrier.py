"""Carries checkpoints to witnesses over HTTP: no redirects, bounded answers."""

from typing import Final

import aiohttp

from registry.ledger.proof.signed_note import MAXIMUM_NOTE
from registry.ledger.witness_answers import Reply

_BEGINNINGS: Final = ("https://", "http://")


class HttpCarrier:
    """Implements `registry.ledger.witnesses.Carrier` on a session of the caller's, who closes it."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        """Take the session; how long to wait is the caller's business."""
        self._session = session

    async def post(self, url: str, body: bytes) -> Reply:
        """Send a body as plain text, as tlog-witness has it."""
        return await self._exchange("POST", url, body)

    async def get(self, url: str) -> Reply:
        """Fetch."""
        return await self._exchange("GET", url, None)

    async def _exchange(self, method: str, url: str, body: bytes | None) -> Reply:
        if not url.startswith(_BEGINNINGS):
            message = "a witness is reached over HTTP"
            raise OSError(message)
        try:
            async with self._session.request(method, url, data=body, allow_redirects=False) as response:
                content = await response.content.read(MAXIMUM_NOTE + 1)
                while len(content) <= MAXIMUM_NOTE and (more := await response.content.read(MAXIMUM_NOTE + 1)):
                    content += more
                if len(content) > MAXIMUM_NOTE:
                    message = "the witness answered too much"
                    raise OSError(message)
                return Reply(status=response.status, media_type=response.content_type, body=content)
        except aiohttp.ClientError as fault:
            # Its own words may quote the address or the answer.
            raise OSError(type(fault).__name__) from None
