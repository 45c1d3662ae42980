"""From when a key of a registry or witness counts: what lies long ago, most of the jurisdictions have to say.

    x-po-beginnings   member of targets: `since`, and `keys` of jurisdiction, kid, x-po-use, sha256, nbf

A jurisdiction lists its keys alone, with a beginning of its own choosing. If that could lie years back, a registry and
its jurisdiction could make a key today and sign receipts of years ago with it. So a key that vouches for something
(`NAMED`) counts by its jurisdiction's word alone from `LEAVE` before `since` on, which is when most of the
jurisdictions last signed targets; from earlier only if these targets name it, with its bytes and its beginning. Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import msgspec
from tuf.api.metadata import Targets

from registry.errors import NotTrusted
from registry.trust.keylist import NAMED, Jwk, KeyList, KeyUse
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import DAY, SECOND, Instant

MEMBER: Final = "x-po-beginnings"
LEAVE: Final = 7 * DAY // SECOND
"""Seconds between the first signature with a key and its publication that nobody else is asked about: a ceremony takes
days, and a timestamp counts as long."""


class Agreed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key that most of the jurisdictions say counts from its beginning on."""

    jurisdiction: str
    kid: str
    use: KeyUse = msgspec.field(name="x-po-use")
    sha256: str
    """Of the public key's bytes, lower-case hex."""
    not_before: int = msgspec.field(name="nbf")


class _Member(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    since: int
    keys: tuple[Agreed, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Beginnings:
    """What targets say of beginnings."""

    since: int
    """When they were made, NumericDate."""
    keys: frozenset[Agreed]

    def held(self, keys: KeyList) -> KeyList:
        """Give a list in which no key counts from earlier than was agreed on."""
        return KeyList(
            jurisdiction=keys.jurisdiction,
            keys=tuple(
                key
                if self.allows(keys.jurisdiction, key)
                else msgspec.structs.replace(key, not_before=max(key.not_before, self.since))
                for key in keys.keys
            ),
        )

    def allows(self, of: Jurisdiction, key: Jwk) -> bool:
        """Say whether a key may count from its beginning on."""
        return key.use not in NAMED or key.not_before >= self.since - LEAVE or agreed(of, key) in self.keys


def agreed(of: Jurisdiction, key: Jwk) -> Agreed:
    """Give what targets say of a key that most of the jurisdictions agree on."""
    digest = sha256(key.material).hexdigest()
    return Agreed(jurisdiction=str(of), kid=key.kid, use=key.use, sha256=digest, not_before=key.not_before)


def vouching(lists: Iterable[KeyList]) -> frozenset[Agreed]:
    """Give the keys of lists that vouch for something, as targets name them."""
    return frozenset(agreed(each.jurisdiction, key) for each in lists for key in each.keys if key.use in NAMED)


def as_member(beginnings: Beginnings) -> dict[str, Any]:
    """Give the member of targets."""
    keys = sorted(beginnings.keys, key=lambda key: (key.jurisdiction, key.kid))
    return {MEMBER: msgspec.to_builtins(_Member(since=beginnings.since, keys=tuple(keys)))}


def beginnings_of(targets: Targets) -> Beginnings | None:
    """Read what targets say; None where they were made before anybody was asked. Raises `NotTrusted`."""
    said = targets.unrecognized_fields.get(MEMBER)
    if said is None:
        return None
    try:
        found = msgspec.convert(said, _Member)
    except msgspec.ValidationError:
        raise NotTrusted("trust list: beginnings of keys are not in their form") from None
    return Beginnings(since=found.since, keys=frozenset(found.keys))


def check_beginnings(former: KeyList | None, new: KeyList, said: Beginnings | None, now: Instant) -> None:
    """Hold that each key may count from its beginning on; raises `NotTrusted`.

    A key that comes may begin `LEAVE` before now; one that is listed already keeps its beginning, and targets that
    speak of beginnings name it.
    """
    alone = Beginnings(since=now // SECOND, keys=said.keys if said else frozenset())
    for key in new.keys:
        comes = former is None or former.find(key.kid) is None
        if (comes and not alone.allows(new.jurisdiction, key)) or not (
            said is None or said.allows(new.jurisdiction, key)
        ):
            raise NotTrusted("key list: a key begins so long ago that targets must name it, signed by most of you")
