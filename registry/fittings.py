"""What is fitted to an open registry from shelves and keys: channels, container formats, the key of access tokens."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import OKPKey

from registry.config import Settings
from registry.core import Core
from registry.ledger.proof.self_check import LogSigner
from registry.log_keys import unwitnessed
from registry.ports import Channel, ContainerFormat
from registry.shelf import shelf
from registry.values.time import Instant
from registry.vault.block import encoded

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
