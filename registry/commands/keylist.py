"""Commands of keys: record what is about to be published of the trust list; propose and confirm a withdrawal."""

from dataclasses import dataclass
from typing import TypeAlias

from registry.values.identifiers import InstitutionId, StreamId
from registry.values.jurisdiction import Jurisdiction
from registry.values.keylist import KeyGround, PublishedFile, SigningUse
from registry.values.time import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordKeyList:
    """Record the files of a publication, before anybody can fetch them. Said by the registry itself."""

    stream: StreamId
    files: tuple[PublishedFile, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProposeKeyWithdrawal:
    """Say that a key is to count no more."""

    kid: str
    """Its name in the JWK set."""
    use: SigningUse
    jurisdiction: Jurisdiction
    ground: KeyGround
    since: Instant
    """A whole second: nothing that the key signed from then on counts."""
    by: InstitutionId
    """Who proposes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfirmKeyWithdrawal:
    """Say so too, as another institution; the key counts no more."""

    stream: StreamId
    since: Instant
    """As it was proposed: whoever confirms has read which one."""
    ground: KeyGround
    """As it was proposed too: another proposal of the same second may say less of the key."""
    by: InstitutionId
    """Who confirms: another institution than the one that proposed."""


WithdrawalCommand: TypeAlias = ProposeKeyWithdrawal | ConfirmKeyWithdrawal
