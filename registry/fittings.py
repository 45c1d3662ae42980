"""What is fitted to an open registry from shelves and keys: channels, container formats, the key of access tokens."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from ssl import SSLContext
from typing import Any, Final, Protocol, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import OKPKey

from registry.access.directory import Enrolment
from registry.card_lists import CardLists
from registry.check import Checker
from registry.config import Settings
from registry.core import Core
from registry.errors import ConfigurationError, Unavailable
from registry.ledger.proof.self_check import LogSigner
from registry.limits.outgoing import Rule
from registry.limits.peers import networks_of
from registry.log_keys import NAME as LOG_SECRET
from registry.log_keys import key_name, message_key, unwitnessed
from registry.machines.access_tokens import AccessTokens
from registry.machines.certificates import tls
from registry.machines.issuer_keys import IssuerKeys
from registry.machines.issuers import parse_issuers
from registry.machines.keys_at import KeysAt
from registry.messages.keys import SigningKey
from registry.people.attempts import AttemptsHere
from registry.people.box import SECRET, box
from registry.people.carrier import HttpCarrier
from registry.people.house import House, checked_site, is_site, origin_of
from registry.people.passwords import Passwords
from registry.people.people import People
from registry.people.provider_side import ProviderSide, client_key
from registry.people.providers import Provider, read_providers
from registry.people.records import Records
from registry.people.relying_party import RETURN_PATH, RelyingParty
from registry.people.sessions import Sessions
from registry.people.sign_in import PasswordDoor
from registry.ports import Channel, ContainerFormat
from registry.shelf import shelf
from registry.values.time import Instant
from registry.vault.block import encoded
from registry.vault.keys import Entropy

LOG: Final = logging.getLogger("registry.fittings")
SPOOL_SECONDS: Final = 2.0
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


def way_out(settings: Settings) -> Rule:
    """Say where identity providers and issuers may be: public addresses by TLS, and the networks that are named.

    Whoever names a network of their own may ask in it without TLS. Raises `ConfigurationError`.
    """
    networks = networks_of(settings.outgoing_networks, "REGISTRY_OUTGOING_NETWORKS")
    return Rule(schemes=frozenset({"https", "http"} if networks else {"https"}), networks=networks)


def tls_of(settings: Settings) -> SSLContext | None:
    """Make what ends TLS here, if it does; raises `ConfigurationError`."""
    return tls(settings.tls_certificate, settings.tls_key_file, settings.tls_clients)


def issuers(settings: Settings) -> AccessTokens | None:
    """Read which other issuers' tokens are taken, if any; raises `ConfigurationError`."""
    if settings.issuers is None:
        return None
    try:
        content = settings.issuers.read_bytes()
    except OSError:
        raise ConfigurationError("the file of issuers cannot be read") from None
    found = parse_issuers(content)
    return AccessTokens(
        issuers={each.issuer: each for each in found}, keys=IssuerKeys(found, KeysAt(found, way_out(settings)))
    )


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
        await asyncio.sleep(SPOOL_SECONDS)


def people(
    opened: Core, clock: Callable[[], Instant], entropy: Entropy, enrolment: Callable[[], Enrolment]
) -> People | None:
    """Give what people sign in with; None where the registry's address is none that a browser keeps secrets for.

    Raises `ConfigurationError` for a site that was set and is such, and for a provider that cannot be used.
    """
    settings = opened.settings
    site = settings.site or origin_of(settings.issuer)
    if not settings.site and not is_site(site):
        return None
    sealed = box(opened.keeper.secret(SECRET), opened.executor.ledger_id, entropy)
    records = Records(executor=opened.executor)
    house = House(
        site=checked_site(site),
        records=records,
        sessions=Sessions(records=records, hashing=sealed.hashing, entropy=entropy),
        box=sealed,
        passwords=Passwords(entropy=entropy),
        attempts=AttemptsHere(clock=clock),
        enrolment=enrolment,
        clock=clock,
        entropy=entropy,
    )
    found = read_providers(settings.providers) if settings.providers else ()
    return People(
        house=house,
        passwords=PasswordDoor(house=house),
        providers={each.code: _relying(house, each, way_out(opened.settings)) for each in found},
    )


def _relying(house: House, provider: Provider, rule: Rule) -> RelyingParty:
    if provider.client_key is not None:
        client_key(provider)  # a key that cannot be read stops the start, not the first sign-in
    side = ProviderSide(
        provider=provider,
        carrier=HttpCarrier(rule),
        return_to=house.site + RETURN_PATH,
        clock=house.clock,
        entropy=house.entropy,
    )
    return RelyingParty(house=house, side=side)


async def fold_spool(checker: Checker) -> None:
    """Fold answers given while the store was down into the ledger, as soon as it takes them."""
    while True:
        try:
            await checker.fold_spool()
        except Unavailable:
            pass
        except Exception as fault:  # noqa: BLE001  # whatever it is, answers that come later must not wait for ever
            LOG.error("the spool waits: %s", type(fault).__name__)  # noqa: TRY400  # no values in logs
        await asyncio.sleep(SPOOL_SECONDS)
