"""Words of accounts: a person of an institution as the registry knows them, by references and never by a name."""

from enum import StrEnum
from typing import Final, NewType
from uuid import UUID

from registry.values.identifiers import KeyId

AccountRef = NewType("AccountRef", UUID)
"""A person's account within one institution: the pseudonym that stands as `on_behalf_of` in facts."""
CredentialRef = NewType("CredentialRef", UUID)
SessionRef = NewType("SessionRef", UUID)
"""Names a session to its owner and in facts; it opens nothing."""

SESSION_KEY: Final = KeyId("person-session")
"""Stands as the key in facts of people: one word for all, so that the log tells no person from another."""
ELSEWHERE: Final = KeyId("another-issuer")
"""In the place of a key's id while nothing is signed: another issuer signed the machine in."""
NO_KEYS: Final = frozenset({SESSION_KEY, ELSEWHERE})
"""What stands in a key's place. No institution may call a key so: whoever speaks without one would speak by it."""


class CredentialKind(StrEnum):
    """What a person signs in with."""

    PASSKEY = "PASSKEY"
    PASSWORD = "PASSWORD"  # noqa: S105  # a word of the list
    AUTHENTICATOR = "AUTHENTICATOR"
    """An app that shows a code which changes with time (RFC 6238)."""
    RECOVERY_CODES = "RECOVERY_CODES"
    PROVIDER = "PROVIDER"
    """The institution's own identity provider (OpenID Connect)."""


class SignInMethod(StrEnum):
    """How a person signed in."""

    PASSKEY = "PASSKEY"
    PASSWORD_AND_CODE = "PASSWORD_AND_CODE"  # noqa: S105  # a word of the list
    PASSWORD_AND_RECOVERY_CODE = "PASSWORD_AND_RECOVERY_CODE"  # noqa: S105  # a word of the list
    PROVIDER = "PROVIDER"


class AccountState(StrEnum):
    """How an account stands. A lock is apart from it."""

    INVITED = "INVITED"
    OPEN = "OPEN"
    ENDED = "ENDED"


class LockReason(StrEnum):
    """Why an account is locked, and so what the lock holds up."""

    TOO_MANY_ATTEMPTS = "TOO_MANY_ATTEMPTS"
    """Somebody guessed: passwords are no longer taken. What cannot be guessed still is, and sessions go on."""
    BY_INSTITUTION = "BY_INSTITUTION"
    """The institution stopped it: nothing is taken, and every session has ended."""


class EndOfSession(StrEnum):
    """Why sessions were ended before their time."""

    SIGNED_OUT = "SIGNED_OUT"
    BY_PERSON = "BY_PERSON"
    """From another session of the same account."""
    BY_INSTITUTION = "BY_INSTITUTION"
    BY_PROVIDER = "BY_PROVIDER"
    """The identity provider said so (back-channel log-out)."""
    OTHER_DEVICE = "OTHER_DEVICE"
    """The session's cookie came from another kind of browser than it was given to."""
