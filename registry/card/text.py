"""The card as the text of a QR code: `PO1:` and Base45, and back."""

from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from registry.card import base45, content, cose
from registry.card.content import Card
from registry.card.refusals import CardRefused, Check

PREFIX: Final = "PO1:"
MAXIMUM_TEXT: Final = 4296
"""What the largest QR code holds in alphanumeric mode (ISO/IEC 18004)."""


def seal(card: Card, key: ec.EllipticCurvePrivateKey) -> bytes:
    """Sign a card; gives its COSE bytes, whose SHA-256 is its fingerprint."""
    return cose.sign(content.encode(card), key)


def written(message: bytes) -> str:
    """Give the text of a card's QR code."""
    return PREFIX + base45.encode(message)


def read(text: str) -> bytes:
    """Give the COSE bytes that a text holds; raises `CardRefused`."""
    if len(text) > MAXIMUM_TEXT:
        raise CardRefused(Check.TEXT, "too-long")
    if not text.startswith(PREFIX):
        raise CardRefused(Check.TEXT, "not-a-card")
    return base45.decode(text.removeprefix(PREFIX))


def fingerprint(message: bytes) -> bytes:
    """Give the SHA-256 of a card's COSE bytes."""
    return sha256(message).digest()
