"""Words of a look: why somebody read of an order without asking a check, on what ground, and what kinds of field."""

from enum import StrEnum


class FieldClass(StrEnum):
    """What kind of thing an answer shows of an order. A look names kinds, never what they held."""

    ORDER_FACTS = "ORDER_FACTS"
    """What the court ordered and what became of it; parties by reference."""
    IDENTITY = "IDENTITY"
    """Who a party is: a name, initials, a birth date."""
    ADDRESS = "ADDRESS"
    """Where a party is, or how it is reached."""
    EVIDENCE = "EVIDENCE"
    """What was handed in: documents, statements, the words of a report."""


class LookPurpose(StrEnum):
    """What the reader's request is for; the route says it, so that nobody chooses a convenient one."""

    CASE_HANDLING = "CASE_HANDLING"
    REGISTRATION = "REGISTRATION"
    """To see, before an order is entered, which ones that are there already cross it."""
    NOTICE_HANDLING = "NOTICE_HANDLING"
    HIT_CONFIRMATION = "HIT_CONFIRMATION"
    BREACH_HANDLING = "BREACH_HANDLING"
    CARD_ISSUE = "CARD_ISSUE"
    ERASURE = "ERASURE"
    ACCOUNT_OF_LOOKS = "ACCOUNT_OF_LOOKS"
    """To tell the protected person who looked."""
    BREAK_GLASS = "BREAK_GLASS"
    """In danger to life, by an officer who has no other way to the order."""
    BREAK_GLASS_REVIEW = "BREAK_GLASS_REVIEW"
    """A second person reads why the glass was broken."""


class LookGround(StrEnum):
    """What the reader states besides as the ground of this one look."""

    OWN_CASE = "OWN_CASE"
    REQUEST_OF_PROTECTED_PERSON = "REQUEST_OF_PROTECTED_PERSON"
    REQUEST_OF_AUTHORITY = "REQUEST_OF_AUTHORITY"
    CALL_FOR_HELP = "CALL_FOR_HELP"
    ARREST = "ARREST"
    THREAT_TO_LIFE = "THREAT_TO_LIFE"
    MISSING_PERSON = "MISSING_PERSON"
    COMPLAINT = "COMPLAINT"
    AUDIT = "AUDIT"


class DelayReason(StrEnum):
    """Why the protected person is told of looks later."""

    ONGOING_INVESTIGATION = "ONGOING_INVESTIGATION"
    ONGOING_PROSECUTION = "ONGOING_PROSECUTION"
    SAFETY_OF_ANOTHER_PERSON = "SAFETY_OF_ANOTHER_PERSON"


class LiftReason(StrEnum):
    """Why a delay ends before its time."""

    INVESTIGATION_CLOSED = "INVESTIGATION_CLOSED"
    NO_LONGER_NEEDED = "NO_LONGER_NEEDED"
    WRONGLY_SET = "WRONGLY_SET"
