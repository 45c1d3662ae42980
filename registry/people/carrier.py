"""Asks an identity provider: one address, no redirect, a bounded answer in a bounded time."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Final, Protocol
from urllib.parse import quote_plus, urlencode

from registry.errors import Unavailable
from registry.limits.outgoing import Rule, outgoing

SECONDS: Final = 10.0
MAXIMUM_ANSWER: Final = 1 << 20
_FINE: Final = 200
_SENT: Final[Mapping[str, str]] = {"Accept": "application/json, application/jwt"}
_FORM: Final[Mapping[str, str]] = {"Content-Type": "application/x-www-form-urlencoded"}


class Carrier(Protocol):
    """Gets and posts. Raises `Unavailable` where no answer came, or none that was asked for."""

    async def get(self, address: str, /) -> bytes:
        """Get what stands at an address."""
        ...

    async def post(self, address: str, form: Mapping[str, str], /, *, basic: tuple[str, str] | None = None) -> bytes:
        """Post a form."""
        ...


class HttpCarrier:
    """Over HTTP, by the one way out, opened anew each time: asking is rare, and nothing is to be remembered."""

    def __init__(self, rule: Rule) -> None:
        """Take where providers may be."""
        self._rule = rule

    async def get(self, address: str, /) -> bytes:
        """Get what stands at an address."""
        return await self._asked("GET", address, None, None)

    async def post(self, address: str, form: Mapping[str, str], /, *, basic: tuple[str, str] | None = None) -> bytes:
        """Post a form."""
        return await self._asked("POST", address, form, basic)

    async def _asked(
        self, method: str, address: str, form: Mapping[str, str] | None, basic: tuple[str, str] | None
    ) -> bytes:
        headers = {**_SENT, **(_FORM if form is not None else {}), **(_basic(*basic) if basic else {})}
        body = None if form is None else urlencode(form).encode()
        try:
            async with outgoing(self._rule) as way:
                answered = await way.exchange(
                    method, address, body, headers=headers, maximum=MAXIMUM_ANSWER, seconds=SECONDS
                )
        except (TimeoutError, OSError):
            raise Unavailable("identity-provider-unreachable") from None
        if answered.status != _FINE:
            raise Unavailable("identity-provider-unreachable")
        return answered.body


def _basic(name: str, secret: str) -> dict[str, str]:
    """Write client credentials as RFC 6749, 2.3.1 wants them: each part form-encoded first."""
    said = f"{quote_plus(name)}:{quote_plus(secret)}"
    return {"Authorization": f"Basic {b64encode(said.encode()).decode('ascii')}"}
