"""Keys that sign the trust list: made where they are used, each in a file of its own; only the public part travels."""

import os
import stat
from pathlib import Path
from typing import Final

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from securesystemslib.signer import CryptoSigner, SSlibKey

from registry.errors import ConfigurationError

MAXIMUM_KEY: Final = 4096
_OTHERS: Final = 0o077


class PublicKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The public part of a key as a file that is handed to the others."""

    ed25519: str
    """32 bytes, lower-case hex."""


def make_key(path: Path, *, passphrase: bytes | None = None) -> SSlibKey:
    """Make a private key in a file of mode 0600 that must not exist yet, and its public part beside it as `.pub`."""
    private = Ed25519PrivateKey.generate()
    sealing = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    pem = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, sealing)
    write_new(path, pem, mode=0o600)
    public = private.public_key().public_bytes_raw()
    write_new(public_path(path), msgspec.json.encode(PublicKey(ed25519=public.hex())) + b"\n", mode=0o600)
    return public_key_of(public)


def public_path(path: Path) -> Path:
    """Say where the public part of a key lies: beside it."""
    return path.with_name(f"{path.name}.pub")


def read_signer(path: Path, *, passphrase: bytes | None = None) -> CryptoSigner:
    """Read a private key; raises `ConfigurationError` where others may read the file, or it does not open."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        raise ConfigurationError(f"{path.name} cannot be opened") from None
    with os.fdopen(descriptor, "rb") as file:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode) or mode & _OTHERS:
            raise ConfigurationError(f"{path.name} must be a file of mode 0600")
        pem = file.read(MAXIMUM_KEY)
    try:
        private = serialization.load_pem_private_key(pem, passphrase)
    except (ValueError, TypeError):
        raise ConfigurationError(f"{path.name} holds no key, or the passphrase does not open it") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise ConfigurationError(f"{path.name} holds no Ed25519 key")
    return CryptoSigner(private)


def read_public(path: Path) -> SSlibKey:
    """Read the public part of a key; raises `ConfigurationError`."""
    try:
        raw = path.read_bytes()[: MAXIMUM_KEY + 1]
        public = bytes.fromhex(msgspec.json.decode(raw, type=PublicKey).ed25519)
        key = public_key_of(public)
    except (OSError, ValueError):
        raise ConfigurationError(f"{path.name} holds no public key") from None
    return key


def public_key_of(public: bytes) -> SSlibKey:
    """Give a public key as TUF has it; its id is made from it and nothing else. Raises ValueError."""
    return SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(public))


def write_new(path: Path, content: bytes, *, mode: int) -> None:
    """Write a file that must not exist yet, durably; raises `ConfigurationError` if it does."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    except FileExistsError:
        raise ConfigurationError(f"{path.name} exists already") from None
    except OSError:
        raise ConfigurationError(f"{path.name} cannot be written") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
