"""What signing in needs, in one record, and what all ways of signing in share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from registry.access.actors import Role
from registry.access.directory import Enrolment
from registry.errors import ConfigurationError, RegistryError
from registry.people.attempts import Attempts
from registry.people.box import Box
from registry.people.passwords import Passwords
from registry.people.records import Records, Row
from registry.people.sessions import Sessions
from registry.values.time import Instant
from registry.vault.keys import Entropy

NAME: Final = "Registry of protective orders"
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})


class SignInFailed(RegistryError):
    """Somebody could not be signed in. Why, nobody is told: not the browser, not the log."""


class SpokenForByNobody(SignInFailed):
    """Somebody proved who they are, and their institution is suspended or gone: told like any failure, no guess."""


@dataclass(frozen=True, kw_only=True)
class House:
    """One ledger's people: how they are known and kept."""

    site: str
    """The address that people open, without a trailing slash: origin of its pages, and scope of its passkeys."""
    records: Records
    sessions: Sessions
    box: Box
    passwords: Passwords
    attempts: Attempts
    enrolment: Callable[[], Enrolment]
    clock: Callable[[], Instant]
    entropy: Entropy = field(repr=False)

    @property
    def host(self) -> str:
        """Give the host that passkeys belong to (WebAuthn's relying party id)."""
        return urlsplit(self.site).hostname or ""


def checked_site(site: str) -> str:
    """Give the address of the pages; raises `ConfigurationError` for one that browsers would not keep secrets for."""
    if not is_site(site):
        raise ConfigurationError("the site is an https address without a path; http only on this machine itself")
    return site


def is_site(site: str) -> bool:
    """Say whether an address is one that browsers would keep secrets for."""
    parts = urlsplit(site)
    trusted = parts.scheme == "https" or is_loopback(site)
    return trusted and bool(parts.hostname) and "@" not in site and site == origin_of(site)


def origin_of(address: str) -> str:
    """Give the beginning of an address: scheme, host, port."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def is_loopback(address: str) -> bool:
    """Say whether an address is http on this machine itself, which browsers trust as they trust https."""
    parts = urlsplit(address)
    return parts.scheme == "http" and parts.hostname in _LOOPBACK


def roles_of(row: Row) -> frozenset[Role]:
    """Give the roles of an account's row."""
    return frozenset(Role(word) for word in str(row["roles"]).split())
