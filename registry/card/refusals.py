"""What a check can say, and the one way in which it says no: by name, never by False."""

from enum import StrEnum


class Check(StrEnum):
    """The checks of a card, in the order in which they are made."""

    TEXT = "TEXT"
    """The text of the QR code: prefix, length, Base45 (RFC 9285)."""
    FORM = "FORM"
    """The bytes: deterministic CBOR (RFC 8949, 4.2), nothing after it, COSE_Sign1 as laid down (RFC 9052)."""
    CONTENT = "CONTENT"
    """The claims: each known, of its type and within its bounds."""
    KEY = "KEY"
    """A key that is trusted for this jurisdiction's cards."""
    SIGNATURE = "SIGNATURE"
    PERIOD_OF_KEY = "PERIOD_OF_KEY"
    """Signed while the key signed, and valid no longer than the key."""
    STANDING_OF_KEY = "STANDING_OF_KEY"
    """Of a key that was withdrawn: that the card is from before. Of no other key."""
    PACK = "PACK"
    """The offline pack or status list: its form, its signature."""
    FRESHNESS = "FRESHNESS"
    """How old the pack is."""
    FINGERPRINT = "FINGERPRINT"
    """That this very card was issued, by the pack's list of fingerprints."""
    STATUS = "STATUS"
    """What the status list says of the card."""
    DATES = "DATES"
    """The order's own days, and the end of the card."""


class CardRefused(Exception):  # an expected no is named as a no
    """A card, a pack or a status list is not what it should be; `reason` is a lower-case code, never a value."""

    def __init__(self, check: Check, reason: str) -> None:
        """Keep which check it was and why."""
        super().__init__(f"{check.value}: {reason}")
        self.check = check
        self.reason = reason
