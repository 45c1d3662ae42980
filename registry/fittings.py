"""What is fitted to an open registry from shelves and keys: channels, container formats, the key of access tokens."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from ssl import SSLContext
from typing import Any, Final, Protocol, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import OKPKey

from registry.card_lists import CardLists
from registry.config import Settings
from registry.core import Core
from registry.errors import ConfigurationError
from registry.ledger.proof.self_check import LogSigner
from registry.log_keys import NAME as LOG_SECRET
from registry.log_keys import key_name, message_key, unwitnessed
from registry.machines.access_tokens import AccessTokens
from registry.machines.certificates import tls
from registry.machines.issuer_keys import IssuerKeys
from registry.machines.issuers import parse_issuers
from registry.machines.keys_at import KeysAt
from registry.messages.keys import SigningKey
from registry.ports import Channel, ContainerFormat
from registry.shelf import shelf
from registry.values.time import Instant
from registry.vault.block import encoded

LOG: Final = logging.getLogger("registry.fittings")
_AGAIN_SECONDS: Final = 2.0
_TLS: Final = {"STARTTLS": "starttls", "TLS": "implicit", "NONE": "none"}


class ChannelKind(Protocol):
    """A kind of channel, as its shelf offers it."""

    def open(self, settings: Mapping[str, str], /, *, clock: Callable[[], Instant]) -> Channel:
        """Make the channel from its settings."""
        ...


def containers() -> dict[str, ContainerFormat]:
    """Find the formats of signed containers, by media type."""
    kinds = cast("dict[str, ContainerFormat]", shelf("containers", "CONTAINER", default="adapters.containers"))
    return {kind.MEDIA_TYPE: kind for kind in kinds.values()}


def token_key(opened: Core) -> OKPKey:
    """Make the Ed25519 key that signs access tokens from the ledger's `token` secret."""
    secret = opened.keeper.secret("token")
    public = Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
    members = {"kty": "OKP", "crv": "Ed25519", "d": encoded(secret), "x": encoded(public), "kid": "token-1"}
    return OKPKey.import_key(cast("Any", members))


def answer_key(opened: Core) -> SigningKey:
    """Make the key that signs the answers to signed requests; it is named by its digest."""
    private = message_key(opened.keeper.secret(LOG_SECRET), opened.executor.ledger_id)
    return SigningKey(kid=key_name(private.public_key().public_bytes_raw()), private=private)


def tls_of(settings: Settings) -> SSLContext | None:
    """Make what ends TLS here, if it does; raises `ConfigurationError`."""
    return tls(settings.tls_certificate, settings.tls_key, settings.tls_clients)


def issuers(settings: Settings) -> AccessTokens | None:
    """Read which other issuers' tokens are taken, if any; raises `ConfigurationError`."""
    if settings.issuers is None:
        return None
    try:
        content = settings.issuers.read_bytes()
    except OSError:
        raise ConfigurationError("the file of issuers cannot be read") from None
    found = parse_issuers(content)
    return AccessTokens(issuers={each.issuer: each for each in found}, keys=IssuerKeys(found, KeysAt(found)))


def log_policy(settings: Settings, signer: LogSigner) -> str:
    """Give the policy that evidence is handed out with: the log's own keys, and its witnesses if it has any."""
    if settings.witnesses is None:
        return unwitnessed(signer)
    return unwitnessed(signer).removesuffix("quorum none\n") + settings.witnesses.read_text(encoding="utf-8")


def channels(settings: Settings, clock: Callable[[], Instant]) -> dict[str, Channel]:
    """Open the channels that are set up; without a mail server messages wait in the outbox."""
    if not settings.smtp_host:
        return {}
    kinds = cast("dict[str, ChannelKind]", shelf("channels", "CHANNEL", default="adapters.channels"))
    given = {
        "host": settings.smtp_host,
        "port": str(settings.smtp_port),
        "sender": settings.smtp_sender,
        "tls": _TLS[settings.smtp_security],
    }
    return {"email": kinds["email"].open(given, clock=clock)}


async def publish(lists: CardLists) -> None:
    """Publish status lists for as long as the registry runs; what cannot be recorded now is tried again."""
    while True:
        try:
            await lists.run()
        except Exception as fault:  # noqa: BLE001  # whatever it is, lists that are due later must not wait for ever
            LOG.error("status lists wait: %s", getattr(fault, "code", type(fault).__name__))  # noqa: TRY400  # no values
        await asyncio.sleep(_AGAIN_SECONDS)
