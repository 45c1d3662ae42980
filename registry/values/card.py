"""Words of the card: what it shows, and why one is taken back."""

from enum import StrEnum


class CardForm(StrEnum):
    """What a card says of its order."""

    FULL = "FULL"
    """Names, measures and days, so that it can be acted on without a network."""
    POINTER = "POINTER"
    """The order's reference alone, for a protected person who wants no names inside."""


class WithdrawalReason(StrEnum):
    """Why a card no longer stands for its order. None of them ends the order."""

    LOST = "LOST"
    STOLEN = "STOLEN"
    DAMAGED = "DAMAGED"
    ISSUED_IN_ERROR = "ISSUED_IN_ERROR"
    ON_REQUEST_OF_PROTECTED_PERSON = "ON_REQUEST_OF_PROTECTED_PERSON"
    NOT_STATED = "NOT_STATED"
