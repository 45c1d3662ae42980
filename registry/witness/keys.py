"""A witness's folder: its two keys, each a seed in a file of mode 0600, its policy, and what it remembers."""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from registry.errors import ConfigurationError
from registry.ledger.proof.cosignature import CosignatureKey, SubtreeKey
from registry.ledger.proof.errors import NotWellFormed
from registry.ledger.proof.policy import MAXIMUM_POLICY, Policy, parse_policy
from registry.ledger.proof.signed_note import Key, Sign, check_name
from registry.ledger.proof.vkey import to_vkey
from registry.witness.store import FILE, WitnessStore

SEED_BYTES: Final = 32
ED25519_FILE: Final = "ed25519.key"
ML_DSA_44_FILE: Final = "ml-dsa-44.key"
NAME_FILE: Final = "name"
POLICY_FILE: Final = "policy"
EMPTY_POLICY: Final = b"""# The logs that this witness follows, a line each:
# log <vkey> <url>
quorum none
"""
_OTHERS: Final = 0o077
_MAXIMUM_NAME: Final = 256


@dataclass(frozen=True, kw_only=True, slots=True)
class WitnessKeys:
    """The keys by which a witness cosigns: Ed25519, which every client knows, and ML-DSA-44 for the years to come."""

    name: str
    signers: tuple[tuple[CosignatureKey | SubtreeKey, Sign], ...] = field(repr=False)

    @property
    def vkeys(self) -> tuple[str, ...]:
        """The public keys as text, as policies carry them."""
        return tuple(to_vkey(key) for key, _ in self.signers)


def create_witness(folder: Path, name: str, *, entropy: Callable[[int], bytes] = os.urandom) -> WitnessKeys:
    """Make a witness's folder, once: keys, a policy that follows nobody, an empty memory."""
    try:
        check_name(name)
    except NotWellFormed as reason:
        raise ConfigurationError(str(reason)) from None
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        raise ConfigurationError("the folder exists already; making a witness is done once") from None
    write_new(folder / NAME_FILE, name.encode())
    for file in (ED25519_FILE, ML_DSA_44_FILE):
        write_new(folder / file, entropy(SEED_BYTES))
    write_new(folder / POLICY_FILE, EMPTY_POLICY)
    WitnessStore.create(folder / FILE)
    sync_folder(folder)
    return open_keys(folder)


def open_keys(folder: Path) -> WitnessKeys:
    """Read the keys; raises `ConfigurationError` where a file is missing, wider than 0600 or not a key."""
    name = _read(folder / NAME_FILE, _MAXIMUM_NAME).decode(errors="replace").strip()
    ed25519 = Ed25519PrivateKey.from_private_bytes(_seed(folder / ED25519_FILE))
    ml_dsa_44 = MLDSA44PrivateKey.from_seed_bytes(_seed(folder / ML_DSA_44_FILE))
    try:
        signers: tuple[tuple[CosignatureKey | SubtreeKey, Sign], ...] = (
            (CosignatureKey(name=name, public=ed25519.public_key().public_bytes_raw()), ed25519.sign),
            (SubtreeKey(name=name, public=ml_dsa_44.public_key().public_bytes_raw()), ml_dsa_44.sign),
        )
    except NotWellFormed as reason:
        raise ConfigurationError(str(reason)) from None
    return WitnessKeys(name=name, signers=signers)


def open_policy(folder: Path) -> Policy:
    """Read the policy (tlog-policy); only its `log` lines count for a witness. Raises `ConfigurationError`."""
    try:
        return parse_policy(_read(folder / POLICY_FILE, MAXIMUM_POLICY))
    except NotWellFormed as reason:
        raise ConfigurationError(str(reason)) from None


def followed(policy: Policy) -> dict[str, tuple[Key, ...]]:
    """Give the trusted keys by the origin of their log."""
    logs: dict[str, tuple[Key, ...]] = {}
    for log in policy.logs:
        logs[log.key.name] = (*logs.get(log.key.name, ()), log.key)
    return logs


def write_new(path: Path, content: bytes) -> None:
    """Write a file of mode 0600 that must not exist yet, durably."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Make names in a folder durable, not only the bytes behind them."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _seed(path: Path) -> bytes:
    seed = _read(path, SEED_BYTES, private=True)
    if len(seed) != SEED_BYTES:
        raise ConfigurationError(f"{path.name} does not hold a key")
    return seed


def _read(path: Path, maximum: int, *, private: bool = False) -> bytes:
    """Read a bounded file through one descriptor, so that what was checked is what is read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        raise ConfigurationError(f"{path.name} cannot be opened") from None
    with os.fdopen(descriptor, "rb") as file:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode) or (private and mode & _OTHERS):
            raise ConfigurationError(f"{path.name} must be a file of mode 0600")
        content = file.read(maximum + 1)
    if len(content) > maximum:
        raise ConfigurationError(f"{path.name} is too long")
    return content
