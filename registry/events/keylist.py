"""Facts of keys: which files of the trust list were published; that a key was withdrawn. Nothing here is personal."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from registry.values.jurisdiction import Jurisdiction
from registry.values.keylist import KeyGround, PublishedFile, SigningUse
from registry.values.time import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyListUpdated:
    """Files of the trust list were published: whoever audits the ledger sees every key there ever was."""

    TOPIC: ClassVar[str] = "keylist.updated.1"

    files: tuple[PublishedFile, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyWithdrawalProposed:
    """Somebody says that a key is to count no more; it counts until another confirms."""

    TOPIC: ClassVar[str] = "key.withdrawal_proposed.1"

    kid: str
    """Its name in the JWK set."""
    use: SigningUse
    jurisdiction: Jurisdiction
    ground: KeyGround
    since: Instant
    """A whole second: nothing that the key signed from then on counts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyWithdrawn:
    """A key counts no more; said by two. What it signed before stays good where it is known to be from before."""

    TOPIC: ClassVar[str] = "key.withdrawn.1"

    kid: str
    """Its name in the JWK set."""
    use: SigningUse
    jurisdiction: Jurisdiction
    ground: KeyGround
    since: Instant
    """A whole second: nothing that the key signed from then on counts."""


KeyListEvent: TypeAlias = KeyListUpdated
KeyEvent: TypeAlias = KeyWithdrawalProposed | KeyWithdrawn
