"""Carries checkpoints to witnesses over HTTP, by the one way out: no redirects, bounded answers, public addresses."""

from typing import Final

from registry.ledger.proof.signed_note import MAXIMUM_NOTE
from registry.ledger.witness_answers import Reply
from registry.limits.outgoing import Outgoing

SCHEMES: Final = frozenset({"https", "http"})
"""What is carried is public and signed, and so is what comes back: TLS adds nothing that the keys do not prove."""


class HttpCarrier:
    """Implements `registry.ledger.witnesses.Carrier` on a way out of the caller's, who closes it."""

    def __init__(self, way: Outgoing) -> None:
        """Take the way out; how long to wait is the caller's business, within the bounds of the way."""
        self._way = way

    async def post(self, url: str, body: bytes) -> Reply:
        """Send a body as plain text, as tlog-witness has it."""
        return await self._exchange("POST", url, body)

    async def get(self, url: str) -> Reply:
        """Fetch."""
        return await self._exchange("GET", url, None)

    async def _exchange(self, method: str, url: str, body: bytes | None) -> Reply:
        answered = await self._way.exchange(method, url, body, maximum=MAXIMUM_NOTE)
        return Reply(status=answered.status, media_type=answered.media_type, body=answered.body)
