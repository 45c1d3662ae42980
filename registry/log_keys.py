"""The keys that this registry signs with, derived from one secret of the keeper: one key for one purpose.

checkpoints   Ed25519, which every client knows, and ML-DSA-44, for the years to come
receipts      Ed25519: what the registry recorded, and what it answered
messages      Ed25519: the answers to signed requests, on their way
"""

from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from registry.ledger.proof.cosignature import SubtreeKey
from registry.ledger.proof.self_check import LogSigner
from registry.ledger.proof.signed_note import NoteKey
from registry.ledger.proof.vkey import to_vkey

NAME: Final = "log"
"""What the keeper calls the secret."""
_SEED_BYTES: Final = 32


def log_signer(secret: bytes, origin: str) -> LogSigner:
    """Give the two keys of a log's checkpoints, under the log's name. A new log has new keys."""
    ed25519 = Ed25519PrivateKey.from_private_bytes(_seed(secret, "checkpoint-ed25519", origin))
    ml_dsa_44 = MLDSA44PrivateKey.from_seed_bytes(_seed(secret, "checkpoint-ml-dsa-44", origin))
    return LogSigner(
        ed25519=NoteKey(name=origin, public=ed25519.public_key().public_bytes_raw()),
        sign_ed25519=ed25519.sign,
        ml_dsa_44=SubtreeKey(name=origin, public=ml_dsa_44.public_key().public_bytes_raw()),
        sign_ml_dsa_44=ml_dsa_44.sign,
    )


def unwitnessed(signer: LogSigner) -> str:
    """Give the policy of whoever trusts the log's own keys and asks for no witness."""
    return "".join(f"log {to_vkey(key)}\n" for key in (signer.ed25519, signer.ml_dsa_44)) + "quorum none\n"


def receipt_key(secret: bytes, ledger_id: str) -> Ed25519PrivateKey:
    """Give the key of receipts and answers."""
    return Ed25519PrivateKey.from_private_bytes(_seed(secret, "receipt-ed25519", ledger_id))


def message_key(secret: bytes, ledger_id: str) -> Ed25519PrivateKey:
    """Give the key of answers to signed requests (RFC 9421)."""
    return Ed25519PrivateKey.from_private_bytes(_seed(secret, "message-ed25519", ledger_id))


def key_name(public: bytes) -> str:
    """Give the `kid` of a public key: the first 16 hexadecimal digits of its SHA-256."""
    return sha256(public).hexdigest()[:16]


def _seed(secret: bytes, purpose: str, name: str) -> bytes:
    info = f"po-log/v1|{purpose}|{name}".encode()
    return HKDF(algorithm=SHA256(), length=_SEED_BYTES, salt=None, info=info).derive(secret)
