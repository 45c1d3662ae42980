"""A desk: an institution's own client of the registry, over HTTP and nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import orjson
from aiohttp import ClientSession, ClientTimeout
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry import core
from registry.demo.cast import KEY_NAME, Player, encoded
from registry.demo.documents import takes_document
from registry.messages.document import HEADER, Bound, sign_document
from registry.messages.keys import SigningKey
from registry.messages.request import signed_headers
from registry.values.identifiers import InstitutionId
from registry.values.time import SECOND, Instant
from registry.vault.keys import Entropy

_ASSERTION_SECONDS: Final = 120
TIMEOUT: Final = ClientTimeout(total=10)


class Unexpected(Exception):  # what came back is not what the story tells
    """The registry answered otherwise than told; carries status and problem code, never a body."""

    def __init__(self, status: int, code: str) -> None:
        """Keep status and code."""
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """A body and its entity tag."""

    body: Any
    tag: str | None


@dataclass(kw_only=True)
class Desk:
    """One signed-in institution."""

    player: Player
    base: str
    issuer: str
    session: ClientSession
    entropy: Entropy
    clock: Callable[[], Instant] = core.clock
    token: str = field(default="", repr=False)
    ledger: str = ""
    """The ledger's own name, as the registry says it; documents are signed to it."""

    async def sign_in(self, now: Instant, on_behalf_of: str | None = None) -> None:
        """Prove the demo key (RFC 7523) and keep the access token."""
        assertion = signed_assertion(
            self.player, audience=f"{self.issuer}/v1/token", now=now, jti=self._fresh(), on_behalf_of=on_behalf_of
        )
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": assertion,
        }
        async with self.session.post(f"{self.base}/v1/token", data=form, timeout=TIMEOUT) as response:
            body = orjson.loads(await response.read())
            if response.status != 200:  # noqa: PLR2004  # OK
                raise Unexpected(response.status, str(body.get("code", "")))
            self.token = body["access_token"]
        if not self.ledger:
            self.ledger = (await self._send("GET", "/", {}, None)).body["ledger"]

    async def post(self, path: str, body: dict[str, Any], *, if_match: str | None = None) -> Any:  # noqa: ANN401  # JSON
        """Send a request once, under a key of its own."""
        headers = {"Idempotency-Key": self._fresh()}
        if if_match is not None:
            headers["If-Match"] = if_match
        return (await self._send("POST", path, headers, orjson.dumps(body))).body

    async def change(self, path: str, body: dict[str, Any]) -> Any:  # noqa: ANN401  # JSON
        """Change an order as it stands now: read its entity tag, then send with it."""
        order = path.rsplit("/", 1)[0]
        tag = (await self._send("GET", order, {}, None)).tag
        return await self.post(path, body, if_match=tag)

    async def get(self, path: str) -> Any:  # noqa: ANN401  # JSON
        """Read."""
        return (await self._send("GET", path, {}, None)).body

    async def _send(self, method: str, path: str, headers: dict[str, str], content: bytes | None) -> Answered:
        headers = {"Authorization": f"Bearer {self.token}", **headers}
        if content is not None:
            headers["Content-Type"] = "application/json"
            headers |= self.signature(method, path, headers, content)
        url = self.base + path
        async with self.session.request(method, url, headers=headers, data=content, timeout=TIMEOUT) as response:
            raw = await response.read()
            body: Any = orjson.loads(raw) if raw else None
            if response.status >= 400:  # noqa: PLR2004  # errors begin here
                raise Unexpected(response.status, _code(body))
            return Answered(body=body, tag=response.headers.get("ETag"))

    def signature(self, method: str, path: str, headers: Mapping[str, str], content: bytes) -> dict[str, str]:
        """Give the header fields that sign a request (RFC 9421), and its document where it hands one in (RFC 7515)."""
        key = self.signing_key()
        document: dict[str, str] = {}
        if takes_document(method, path) and HEADER not in headers:
            bound = Bound(
                institution=InstitutionId(self.player.institution),
                ledger=self.ledger,
                method=method,
                target_uri=self.issuer + path,
            )
            document[HEADER] = sign_document(key, content, bound, now=self.clock(), jti=self._fresh())
        return document | signed_headers(
            key,
            method=method,
            target_uri=self.issuer + path,
            headers={**headers, **document},
            body=content,
            now=self.clock(),
            nonce=self._fresh(),
        )

    def signing_key(self) -> SigningKey:
        """Give the key that signs."""
        return SigningKey(kid=KEY_NAME, private=self.player.key())

    def _fresh(self) -> str:
        return str(UUID(bytes=self.entropy(16)))


def _code(body: Any) -> str:  # noqa: ANN401  # JSON
    """Give the code of a problem document."""
    match body:
        case {"code": str(code)}:
            return code
        case _:
            return ""


def signed_assertion(player: Player, *, audience: str, now: Instant, jti: str, on_behalf_of: str | None = None) -> str:
    """Sign a `private_key_jwt` assertion with a player's demo key (RFC 7523 section 3)."""
    seconds = now // SECOND
    claims = {
        "iss": player.institution,
        "sub": player.institution,
        "aud": audience,
        "iat": seconds,
        "exp": seconds + _ASSERTION_SECONDS,
        "jti": jti,
    }
    if on_behalf_of is not None:
        claims["on_behalf_of"] = on_behalf_of
    return _compact({"alg": "EdDSA", "typ": "JWT", "kid": KEY_NAME}, claims, player.key())


def _compact(header: dict[str, str], claims: dict[str, Any], key: Ed25519PrivateKey) -> str:
    signing_input = f"{encoded(orjson.dumps(header))}.{encoded(orjson.dumps(claims))}"
    return f"{signing_input}.{encoded(key.sign(signing_input.encode()))}"
