"""What is fitted to an open registry from shelves and keys: channels, container formats, the key of access tokens."""

import hmac
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import OKPKey

from registry.api.connections import Connections
from registry.api.services import Services
from registry.config import Settings
from registry.core import Core
from registry.errors import ConfigurationError
from registry.limits.lock_file import FILE as LOCK_FILE
from registry.limits.lock_file import LockFile
from registry.limits.lock_out import LockOut
from registry.limits.table import MAXIMUM_FILE, Budget, table_of
from registry.limits.tally import Teller
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


def limits_table(settings: Settings) -> Mapping[str, Budget]:
    """Give the table of budgets with an operator's own lines in it; raises `ConfigurationError`."""
    if settings.limits is None:
        return table_of("")
    try:
        with settings.limits.open("rb") as file:
            content = file.read(MAXIMUM_FILE + 1)
        text = content.decode()
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError("the file of limits cannot be read") from None
    if len(content) > MAXIMUM_FILE:
        raise ConfigurationError("the file of limits is longer than any table of them")
    return table_of(text)


def lock_out(opened: Core, clock: Callable[[], Instant]) -> LockOut:
    """Open what is remembered of failed sign-ins, in the data folder; its hashes have a key of their own."""
    key = hmac.digest(opened.keeper.secret("token"), b"places of failed sign-ins", "sha256")
    return LockOut(clock=clock, file=LockFile(opened.settings.data / LOCK_FILE), key=key)


def teller(services: Services, connections: Connections) -> Teller:
    """Give what tells in the log how often a limit was reached."""
    return Teller(
        tallies=(services.gate.tally, services.lock_out.tally, connections.tally),
        now_open=lambda: {"connections": connections.open(), "streams": services.streams.open()},
    )


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
