"""Words of institutions: what they are, what they may do, by which keys they sign, and how that is changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final
from uuid import UUID

import orjson

from registry.values.check import CheckPurpose
from registry.values.identifiers import InstitutionId, KeyId, Position, ProposalRef, StreamId, derived
from registry.values.jurisdiction import Jurisdiction, covers
from registry.values.time import Instant

_KINDS: Final[Mapping[str, str]] = {"Ed25519": "OKP", "P-256": "EC"}


class Role(StrEnum):
    """What an institution is in the life of an order."""

    COURT = "COURT"
    EXECUTING_AUTHORITY = "EXECUTING_AUTHORITY"
    SERVING_AUTHORITY = "SERVING_AUTHORITY"
    POLICE = "POLICE"
    PROSECUTOR = "PROSECUTOR"
    """Takes up breaches that were reported to it. Where it also receives orders from abroad, it is an authority too."""
    PLATFORM = "PLATFORM"
    """An online service that breaches are reported to or by."""
    ADVOCATE = "ADVOCATE"
    """An organisation that stands by protected persons."""
    SUPERVISOR = "SUPERVISOR"
    """Watches over the others: confirms what an operator proposes, and looks into who looked."""
    OPERATOR = "OPERATOR"
    REGISTRY = "REGISTRY"
    """The registry's own processes: they issue notices, alerts and messages from the rules."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicKey:
    """A public key as its JWK gives it: Ed25519 with `x`, or P-256 with `x` and `y` (base64url)."""

    kid: KeyId
    curve: str
    x: str
    y: str | None = None
    demo: bool = False

    @property
    def jwk(self) -> dict[str, str]:
        """Give the members that RFC 7517 knows."""
        members = {"kty": _KINDS[self.curve], "crv": self.curve, "x": self.x, "kid": self.kid}
        return members if self.y is None else {**members, "y": self.y}

    @property
    def material(self) -> tuple[str, str, str | None]:
        """Give what makes it this key, whatever it is called."""
        return self.curve, self.x, self.y


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyTerms:
    """A key, and from when until when it signs: [begins, ends)."""

    key: PublicKey
    begins: Instant
    ends: Instant | None = None
    """None: until it is retired."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rights:
    """What an institution is, where, and what it may ask for. Each without repetition and in order."""

    roles: tuple[Role, ...]
    jurisdictions: tuple[Jurisdiction, ...]
    purposes: tuple[CheckPurpose, ...] = ()
    """Purposes for which it may check; without one it checks nothing."""

    def within(self, wider: "Rights") -> bool:
        """Say whether there is nothing in these that is not in the others."""
        return (
            set(self.roles) <= set(wider.roles)
            and all(any(covers(own, each) for own in wider.jurisdictions) for each in self.jurisdictions)
            and set(self.purposes) <= set(wider.purposes)
        )


class ChangeKind(StrEnum):
    """What two persons may change together."""

    ENROL = "ENROL"
    CHANGE_RIGHTS = "CHANGE_RIGHTS"
    SUSPEND = "SUSPEND"
    REINSTATE = "REINSTATE"
    END = "END"
    ADD_KEY = "ADD_KEY"
    MARK_KEY_COMPROMISED = "MARK_KEY_COMPROMISED"


class SuspensionReason(StrEnum):
    """Why an institution's keys are kept from signing in. A closed list: no free text is public."""

    KEY_IN_WRONG_HANDS = "KEY_IN_WRONG_HANDS"
    MISUSE = "MISUSE"
    INQUIRY = "INQUIRY"
    AT_ITS_OWN_REQUEST = "AT_ITS_OWN_REQUEST"


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One change to one institution. Which of the rest is there follows from `kind`."""

    kind: ChangeKind
    institution: InstitutionId
    name: str | None = None
    contact: str | None = None
    rights: Rights | None = None
    """All rights as they will be, so that nobody has to add up what he confirms."""
    keys: tuple[KeyTerms, ...] = ()
    key_id: KeyId | None = None
    position: Position | None = None
    """From where on in the ledger a key is not trusted."""
    reason: SuspensionReason | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Enrolled:
    """An institution as a founding list has it."""

    institution: InstitutionId
    name: str
    contact: str
    rights: Rights
    keys: tuple[PublicKey, ...]


def change_digest(proposal_ref: ProposalRef, change: Change, against: int) -> str:
    """Give the SHA-256, in hexadecimal, of exactly what is proposed and of the state it was proposed against."""
    said = {"against": against, "change": change, "proposal_ref": str(proposal_ref)}
    return sha256(b"po-change/v1\n" + orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def directory_stream(ledger_id: UUID) -> StreamId:
    """Give the one stream of a ledger in which its institutions stand."""
    return StreamId(derived(ledger_id, "directory"))
