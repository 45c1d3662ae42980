"""All that signing in is made of, in one record that the composition root fills."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from registry.people.house import House
from registry.people.relying_party import RelyingParty
from registry.people.sign_in import PasswordDoor


@dataclass(frozen=True, kw_only=True)
class People:
    """The people of one ledger, and the ways by which they sign in."""

    house: House
    passwords: PasswordDoor
    providers: Mapping[str, RelyingParty] = field(default_factory=dict[str, RelyingParty])
    """By the provider's code."""
