"""A trust list of five jurisdictions, for tests: every key is at hand, also those an operator must not have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from time import time_ns

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner

from registry.trust.beginnings import Beginnings, vouching
from registry.trust.folder import TrustFolder
from registry.trust.keylist import KeyList, parse_key_list
from registry.trust.metadata import Member, Online, new_list, new_root, new_targets
from registry.trust.publication import Brought, OnlineSigners, Publication
from registry.trust.publisher import publish
from registry.values.jurisdiction import Jurisdiction
from registry.values.keylist import PublishedFile
from registry.values.time import SECOND, Instant
from registry.vault.block import encoded

JURISDICTIONS = tuple(Jurisdiction(code) for code in ("DE", "ES", "FR", "GB-EAW", "US-CA"))
FR = Jurisdiction("FR")
THRESHOLD = 3
START = Instant(time_ns() // 1000)
"""Now, on the machine's clock: a client that nobody here wrote asks no other."""


def signer(name: str) -> CryptoSigner:
    return CryptoSigner(Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest()))


def public(name: str) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest()).public_key().public_bytes_raw()


def jwk(kid: str, **members: object) -> dict[str, object]:
    key: dict[str, object] = {"kty": "OKP", "crv": "Ed25519", "x": encoded(public(kid)), "kid": kid}
    times = {"nbf": 1_700_000_000, "exp": 2_000_000_000}
    return {**key, **times, "x-po-use": "order", "x-po-status": "active", **members}


def jwks(*keys: Mapping[str, object]) -> bytes:
    return orjson.dumps({"keys": keys})


def a_list(*keys: Mapping[str, object]) -> KeyList:
    return parse_key_list(jwks(*keys), FR)


def member(code: Jurisdiction, generation: int = 1) -> Member:
    root, own = signer(f"{code} root {generation}"), signer(f"{code} list {generation}")
    return Member(jurisdiction=code, root_key=root.public_key, list_key=own.public_key)


ONLINE_SIGNERS = OnlineSigners(snapshot=signer("snapshot"), timestamp=signer("timestamp"))
ONLINE = Online(snapshot=ONLINE_SIGNERS.snapshot.public_key, timestamp=ONLINE_SIGNERS.timestamp.public_key)
MEMBERS = tuple(member(code) for code in JURISDICTIONS)


def root(
    version: int = 1,
    *,
    members: Sequence[Member] = MEMBERS,
    by: Sequence[str] = ("DE root 1", "ES root 1", "FR root 1"),
    online: Online = ONLINE,
    now: Instant = START,
) -> bytes:
    made = new_root(members, online, threshold=THRESHOLD, version=version, now=now)
    for name in by:
        made.sign(signer(name), append=True)
    return made.to_bytes()


def targets(
    version: int = 1,
    *,
    members: Sequence[Member] = MEMBERS,
    by: Sequence[str] = ("DE root 1", "ES root 1", "FR root 1"),
    now: Instant = START,
    quorum: int | None = None,
    beginnings: Beginnings | None = None,
) -> bytes:
    made = new_targets(members, version=version, now=now, quorum=quorum, beginnings=beginnings)
    for name in by:
        made.sign(signer(name), append=True)
    return made.to_bytes()


def list_of(code: Jurisdiction, keys: bytes, version: int = 1, *, by: str | None = None, now: Instant = START) -> bytes:
    made = new_list(code, keys, version=version, now=now)
    made.sign(signer(by or f"{code} list 1"))
    return made.to_bytes()


def first_keys(code: Jurisdiction) -> bytes:
    return jwks(jwk(f"{code}-order-1"), jwk(f"{code}-card-1", **{"x-po-use": "card"}))


def everything(now: Instant = START) -> Brought:
    """Give a first publication."""
    keys = {code: first_keys(code) for code in JURISDICTIONS}
    lists = {code: list_of(code, keys[code], now=now) for code in JURISDICTIONS}
    return Brought(root=root(now=now), targets=targets(now=now), lists=lists, jwks=keys)


def named(kid: str, use: str, name: str, **members: object) -> dict[str, object]:
    """Give a key that signs under a name."""
    return jwk(kid, **{"x-po-use": use, "x-po-name": name, **members})


def agreed(lists: Mapping[Jurisdiction, bytes], *, now: Instant = START) -> Beginnings:
    """Give what targets say where most of the jurisdictions have agreed on every key of some lists."""
    return Beginnings(since=now // SECOND, keys=vouching(parse_key_list(raw, of) for of, raw in lists.items()))


def brought_list(code: Jurisdiction, keys: bytes, version: int, *, by: str | None = None) -> Brought:
    return Brought(lists={code: list_of(code, keys, version, by=by)}, jwks={code: keys})


@dataclass
class Ledger:
    """What was recorded, in order."""

    said: list[tuple[PublishedFile, ...]] = field(default_factory=list)

    def record(self, files: Sequence[PublishedFile]) -> None:
        self.said.append(tuple(files))


class GivenKeys(TrustFolder):
    """A folder whose online keys are the test's."""

    def signers(self) -> OnlineSigners:
        return ONLINE_SIGNERS


def a_folder(path: Path) -> TrustFolder:
    return GivenKeys(path=path)


def published(path: Path, *brought: Brought, now: Instant = START) -> tuple[TrustFolder, Publication]:
    """Publish a first time, and then each of what was brought."""
    folder = a_folder(path)
    publication = publish(folder, everything(now), record=Ledger().record, now=now)
    for each in brought:
        publication = publish(folder, each, record=Ledger().record, now=now)
    return folder, publication
