"""Asks an identity provider: one address, no redirect, a bounded answer in a bounded time."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Final, Protocol
from urllib.parse import quote_plus

from aiohttp import ClientError, ClientSession, ClientTimeout

from registry.errors import Unavailable

SECONDS: Final = 10.0
MAXIMUM_ANSWER: Final = 1 << 20
_FINE: Final = 200
_SENT: Final[Mapping[str, str]] = {"Accept": "application/json, application/jwt"}


class Carrier(Protocol):
    """Gets and posts. Raises `Unavailable` where no answer came, or none that was asked for."""

    async def get(self, address: str, /) -> bytes:
        """Get what stands at an address."""
        ...

    async def post(self, address: str, form: Mapping[str, str], /, *, basic: tuple[str, str] | None = None) -> bytes:
        """Post a form."""
        ...


class HttpCarrier:
    """Over HTTP. A session of its own for each request: asking is rare, and nothing is to be remembered between."""

    async def get(self, address: str, /) -> bytes:
        """Get what stands at an address."""
        return await self._asked("GET", address, None, None)

    async def post(self, address: str, form: Mapping[str, str], /, *, basic: tuple[str, str] | None = None) -> bytes:
        """Post a form."""
        return await self._asked("POST", address, form, basic)

    async def _asked(
        self, method: str, address: str, form: Mapping[str, str] | None, basic: tuple[str, str] | None
    ) -> bytes:
        headers = {**_SENT, **(_basic(*basic) if basic else {})}
        try:
            async with (
                ClientSession(timeout=ClientTimeout(total=SECONDS)) as session,
                session.request(method, address, data=form, headers=headers, allow_redirects=False) as response,
            ):
                content = await response.content.read(MAXIMUM_ANSWER + 1)
                while len(content) <= MAXIMUM_ANSWER and (more := await response.content.read(MAXIMUM_ANSWER)):
                    content += more
                status = response.status
        except (ClientError, TimeoutError, OSError):
            raise Unavailable("identity-provider-unreachable") from None
        if status != _FINE or len(content) > MAXIMUM_ANSWER:
            raise Unavailable("identity-provider-unreachable")
        return content


def _basic(name: str, secret: str) -> dict[str, str]:
    """Write client credentials as RFC 6749, 2.3.1 wants them: each part form-encoded first."""
    said = f"{quote_plus(name)}:{quote_plus(secret)}"
    return {"Authorization": f"Basic {b64encode(said.encode()).decode('ascii')}"}
