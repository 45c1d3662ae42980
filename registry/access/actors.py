"""Who acts: institutions with roles and jurisdictions, and the principal a signed-in request speaks for."""

from dataclasses import dataclass
from typing import Final

from registry.values.check import CheckPurpose
from registry.values.identifiers import InstitutionId, KeyId
from registry.values.institution import Role
from registry.values.jurisdiction import Jurisdiction, covers

__all__ = ["EVERY_PURPOSE", "Directory", "Institution", "Principal", "Role"]

EVERY_PURPOSE: Final = frozenset(CheckPurpose)


@dataclass(frozen=True, kw_only=True, slots=True)
class Institution:
    """An enrolled institution. Nothing in it is personal."""

    institution: InstitutionId
    name: str
    roles: frozenset[Role]
    jurisdictions: tuple[Jurisdiction, ...]
    contact: str
    """Telephone of the desk that answers at all hours, as shown to officers."""
    purposes: frozenset[CheckPurpose] = EVERY_PURPOSE

    def principal(self, key_id: KeyId, on_behalf_of: str | None = None) -> "Principal":
        """Give who speaks when this institution does, with all its rights as they are."""
        return Principal(
            institution=self.institution,
            key_id=key_id,
            roles=self.roles,
            jurisdictions=self.jurisdictions,
            on_behalf_of=on_behalf_of,
            purposes=self.purposes,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Principal:
    """Who speaks in one request: an institution, by one of its keys, perhaps for an office or officer."""

    institution: InstitutionId
    key_id: KeyId
    roles: frozenset[Role]
    jurisdictions: tuple[Jurisdiction, ...]
    on_behalf_of: str | None = None
    purposes: frozenset[CheckPurpose] = EVERY_PURPOSE
    """For which it may check. Of an institution these are what it was enrolled with."""
    by_session: bool = False
    """A signed-in person, whose browser session is the channel: `on_behalf_of` is the account, and no key of the
    institution signs the request. Whatever asks machines to sign their requests asks this first."""

    def acts_in(self, jurisdiction: Jurisdiction) -> bool:
        """Say whether a jurisdiction is, or lies in, one of its own."""
        return any(covers(own, jurisdiction) for own in self.jurisdictions)


@dataclass(frozen=True, kw_only=True, slots=True)
class Directory:
    """All enrolled institutions."""

    institutions: tuple[Institution, ...]

    def find(self, institution: InstitutionId) -> Institution | None:
        """Find an institution by its id."""
        return next((each for each in self.institutions if each.institution == institution), None)

    def with_role(self, role: Role, jurisdiction: Jurisdiction) -> tuple[Institution, ...]:
        """Give the institutions with a role that answer for a jurisdiction, in the order they are enrolled."""
        return tuple(
            each
            for each in self.institutions
            if role in each.roles and any(covers(own, jurisdiction) for own in each.jurisdictions)
        )
