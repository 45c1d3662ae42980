"""Base45 (RFC 9285): bytes as the alphabet of a QR code's alphanumeric mode."""

from typing import Final

from registry.card.refusals import CardRefused, Check

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES: Final = {letter: value for value, letter in enumerate(ALPHABET)}
_BASE: Final = 45
_PAIR: Final = 2
_TRIPLE: Final = 3


def encode(content: bytes) -> str:
    """Write two bytes as three letters, a last single one as two, the least significant first (RFC 9285, 4)."""
    letters: list[str] = []
    for start in range(0, len(content), _PAIR):
        chunk = content[start : start + _PAIR]
        value = int.from_bytes(chunk, "big")
        for _ in range(len(chunk) + 1):
            value, digit = divmod(value, _BASE)
            letters.append(ALPHABET[digit])
    return "".join(letters)


def decode(text: str) -> bytes:
    """Read it back; raises `CardRefused` for another letter, a letter left over, a value out of range (RFC 9285, 6)."""
    content = bytearray()
    for start in range(0, len(text), _TRIPLE):
        chunk = text[start : start + _TRIPLE]
        size = len(chunk) - 1
        if not size:
            raise CardRefused(Check.TEXT, "base45-length")
        value = 0
        for letter in reversed(chunk):
            if letter not in _VALUES:
                raise CardRefused(Check.TEXT, "base45-letter")
            value = value * _BASE + _VALUES[letter]
        if value >= 256**size:
            raise CardRefused(Check.TEXT, "base45-value")
        content += value.to_bytes(size, "big")
    return bytes(content)
