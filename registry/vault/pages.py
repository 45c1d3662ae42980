"""Many bytes sealed in pages, under a key that seals this once and never again.

    page n of N = AES-256-GCM(key, nonce n (12 bytes), a mebibyte at most, bound | "|" n "|" N)

    key = HKDF-SHA256(secret, salt, info = "po-pages/v1|" purpose)

A fresh salt gives a fresh key, which makes counted nonces safe. A page that is missing, doubled, or in another place
does not open.
"""

from collections.abc import Iterator
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from registry.errors import Tampered

PAGE_BYTES: Final = 1 << 20
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_KEY_BYTES: Final = 32


def page_key(secret: bytes, salt: bytes, purpose: str) -> bytes:
    """Derive the key of one sealing. The salt is secret, random, and of 32 bytes."""
    info = f"po-pages/v1|{purpose}".encode()
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=salt, info=info).derive(secret)


def sealed_pages(content: bytes, *, key: bytes, bound: bytes) -> Iterator[bytes]:
    """Give the pages; whoever opens them names the same `bound`."""
    cipher, pages = AESGCM(key), -(-len(content) // PAGE_BYTES)
    for number in range(pages):
        page = content[number * PAGE_BYTES : (number + 1) * PAGE_BYTES]
        yield cipher.encrypt(number.to_bytes(_NONCE_BYTES), page, _bound(bound, number, pages))


def opened_pages(sealed: bytes, *, key: bytes, bound: bytes) -> bytes:
    """Open all pages; raises `Tampered` where anything is not as it was sealed."""
    size = PAGE_BYTES + _TAG_BYTES
    cipher, pages, seen = AESGCM(key), -(-len(sealed) // size), memoryview(sealed)
    try:
        return b"".join(
            cipher.decrypt(
                number.to_bytes(_NONCE_BYTES), seen[number * size : (number + 1) * size], _bound(bound, number, pages)
            )
            for number in range(pages)
        )
    except InvalidTag:
        raise Tampered("the pages are not as they were sealed") from None


def _bound(bound: bytes, number: int, pages: int) -> bytes:
    return bound + b"|%d|%d" % (number, pages)
