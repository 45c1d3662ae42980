"""A secret in shares, one under the key of each jurisdiction: it is there as long as the epochs of all of them are.

    secret = SHA-256("po-shares/v1" | for each share, by jurisdiction: "|" code "|" 32 random bytes)

What must not outlive the key of anybody of whom it tells is sealed with such a secret: once the epoch of one
jurisdiction is destroyed, no older copy of the shares gives it any more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Protocol

from registry.values.jurisdiction import Jurisdiction
from registry.vault.keys import Entropy, Keeper, asking

_SHARE_BYTES: Final = 32


class SharingKeeper(Keeper, Protocol):
    """A keeper that knows for whom it has keys."""

    def jurisdictions(self) -> tuple[Jurisdiction, ...]:
        """Give every jurisdiction that has a key."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """A share as a row keeps it."""

    jurisdiction: Jurisdiction
    epoch: int
    wrapped: bytes


def split(keeper: SharingKeeper, entropy: Entropy) -> tuple[Share, ...]:
    """Make the shares of a new secret, one for each jurisdiction that has a key. Raises `Unavailable`."""
    with asking():
        return tuple(_share(keeper, each, entropy) for each in keeper.jurisdictions())


def _share(keeper: Keeper, jurisdiction: Jurisdiction, entropy: Entropy) -> Share:
    epoch = keeper.current_epoch(jurisdiction)
    wrapped = keeper.wrap(jurisdiction, epoch, entropy(_SHARE_BYTES))
    return Share(jurisdiction=jurisdiction, epoch=epoch, wrapped=wrapped)


def joined(keeper: Keeper, shares: Iterable[Share]) -> bytes:
    """Give the secret. Raises `KeyErased` where an epoch was destroyed, `Tampered`, `Unavailable`."""
    digest = sha256(b"po-shares/v1")
    with asking():
        for each in sorted(shares, key=lambda share: share.jurisdiction):
            digest.update(f"|{each.jurisdiction}|".encode())
            digest.update(keeper.unwrap(each.jurisdiction, each.epoch, each.wrapped))
    return digest.digest()


def are_current(keeper: SharingKeeper, shares: Iterable[Share]) -> bool:
    """Say whether there is a share of the current epoch of every jurisdiction that has a key. Raises `Unavailable`."""
    with asking():
        now = {each: keeper.current_epoch(each) for each in keeper.jurisdictions()}
    return {each.jurisdiction: each.epoch for each in shares} == now
