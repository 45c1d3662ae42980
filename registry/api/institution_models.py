"""Requests about institutions and their keys: what is proposed, confirmed, added, retired, marked."""

from collections.abc import Callable
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from registry.api.models import Model
from registry.api.texts import Institution, JurisdictionCode, Moment, Reference, ShortText, refused
from registry.values.check import CheckPurpose
from registry.values.identifiers import FactId, InstitutionId, KeyId, Position
from registry.values.institution import Change, ChangeKind, KeyTerms, PublicKey, Rights, Role, SuspensionReason
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import BEGINNING_OF_TIME, Instant

KEY_PATTERN = r"[A-Za-z0-9._-]{1,64}"
_KeyName = Annotated[str, Field(pattern=f"^{KEY_PATTERN}$", description="The key's id.", examples=["2026-1"])]
_Coordinate = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$", description="32 bytes, base64url.")]
_Position = Annotated[int, Field(ge=1, lt=1 << 62, description="A position of the ledger.")]


class JsonWebKey(Model):
    """A public key (RFC 7517): Ed25519, or P-256. Never its private part: a key that was shown once is lost."""

    kid: _KeyName
    kty: Literal["OKP", "EC"]
    crv: Literal["Ed25519", "P-256"]
    x: _Coordinate
    y: _Coordinate | None = None

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        curved = self.kty == "EC"
        if curved is not (self.crv == "P-256") or curved is (self.y is None):
            raise refused("invalid")
        return self

    def value(self) -> PublicKey:
        """Give the key."""
        return PublicKey(kid=KeyId(self.kid), curve=self.crv, x=self.x, y=self.y)


class NewKey(Model):
    """A key, and from when until when it signs."""

    key: JsonWebKey
    begins: Moment | None = Field(default=None, description="From when on it signs; at once without it.")
    ends: Moment | None = Field(default=None, description="When it ends by itself; never without it.")

    def value(self) -> KeyTerms:
        """Give the key with its times."""
        begins = BEGINNING_OF_TIME if self.begins is None else Instant(self.begins)
        return KeyTerms(key=self.key.value(), begins=begins, ends=None if self.ends is None else Instant(self.ends))


class RightsModel(Model):
    """All rights as they will be."""

    roles: Annotated[tuple[Role, ...], Field(min_length=1, max_length=16)]
    jurisdictions: Annotated[tuple[JurisdictionCode, ...], Field(min_length=1, max_length=300)]
    purposes: Annotated[tuple[CheckPurpose, ...], Field(max_length=16)] = Field(
        default=(), description="For what it may check; for nothing without one."
    )

    def value(self) -> Rights:
        """Give the rights, each once."""
        return Rights(
            roles=tuple(sorted(set(self.roles))),
            jurisdictions=tuple(Jurisdiction(code) for code in dict.fromkeys(self.jurisdictions)),
            purposes=tuple(sorted(set(self.purposes))),
        )


class Since(Model):
    """From where on a key is not trusted: a position of the ledger, or an instant, exactly one of them."""

    position: _Position | None = None
    since: Moment | None = Field(default=None, description="Everything recorded after this instant is in doubt.")

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.position is None) is (self.since is None):
            raise refused("one-of-two")
        return self


class ChangeProposal(Model):
    """Propose a change to an institution. Which fields go with which `kind` is in the description of `kind`."""

    kind: ChangeKind = Field(
        description=(
            "ENROL: name, contact, rights, keys. CHANGE_RIGHTS: any of name, contact, rights. SUSPEND: reason. "
            "REINSTATE, END: nothing. ADD_KEY: keys. MARK_KEY_COMPROMISED: key_id, compromise."
        )
    )
    institution: Institution
    name: ShortText | None = None
    contact: ShortText | None = Field(default=None, description="Telephone of the desk that answers at all hours.")
    rights: RightsModel | None = None
    keys: Annotated[tuple[NewKey, ...], Field(max_length=8)] = ()
    key_id: _KeyName | None = None
    compromise: Since | None = None
    reason: SuspensionReason | None = None

    def to_change(self, position: Position | None) -> Change:
        """Give the change; `position` is what `compromise` comes to."""
        return Change(
            kind=self.kind,
            institution=InstitutionId(self.institution),
            name=self.name,
            contact=self.contact,
            rights=self.rights.value() if self.rights else None,
            keys=tuple(key.value() for key in self.keys),
            key_id=KeyId(self.key_id) if self.key_id is not None else None,
            position=position,
            reason=self.reason,
        )


class ChangeConfirmation(Model):
    """Confirm a change that another person proposed."""

    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="`digest` of the proposal as it was read.")]


class ChangeWithdrawal(Model):
    """Take a proposal off the table."""


class EmergencySuspension(Model):
    """Suspend an institution at once. It lapses after 72 hours unless another person confirms it."""

    institution: Institution
    reason: SuspensionReason


class KeyRetirement(Model):
    """Have a key of one's own sign no more."""

    at: Moment | None = Field(default=None, description="From when on; at once without it.")


class FactsConfirmation(Model):
    """Say that one recorded these facts oneself."""

    facts: Annotated[tuple[Reference, ...], Field(min_length=1, max_length=500)]

    def about_nothing(self, mint: Callable[[], UUID]) -> Self:
        """Give the same request about a fact that nobody recorded."""
        return self.model_copy(update={"facts": (mint(),)})

    def value(self) -> tuple[FactId, ...]:
        """Give the facts, each once."""
        return tuple(dict.fromkeys(FactId(each) for each in self.facts))
