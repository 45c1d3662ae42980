"""What a trust list says of evidence: whose key signed, whose log it stands in, which witnesses count. Pure.

A court in another State has one root of trust. From it follow, signed by whom it concerns and never by the operator:

    the key of receipts and answers    listed by a jurisdiction, for an issuer
    the keys of the log                listed by the same jurisdiction, for the log's origin
    witnesses' keys                    each listed by a jurisdiction of its own, under the witness's name
    the quorum                         signed by most of the jurisdictions, with root and targets
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from registry.errors import NotTrusted
from registry.ledger.proof.cosignature import CosignatureKey, SubtreeKey
from registry.ledger.proof.policy import Accepted, Log, Policy, Witness
from registry.ledger.proof.signed_note import NoteKey
from registry.ledger.proof.vkey import AnyKey, to_vkey
from registry.trust.keylist import Jwk, KeyStatus, KeyUse, before_its_last
from registry.trust.publication import TrustList
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import SECOND, Instant

ED25519: Final = "Ed25519"
_QUORUM: Final = "quorum"


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """A key as a list has it, whose it is, and as signatures are verified with it."""

    jurisdiction: Jurisdiction
    jwk: Jwk
    key: AnyKey

    @property
    def label(self) -> str:
        """Name it in a policy."""
        return f"{self.jurisdiction}/{self.jwk.kid}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Witnessed:
    """Of which jurisdictions a witness has cosigned, and when the last did; POSIX seconds."""

    by: frozenset[Jurisdiction]
    latest: int


def receipt_key_of(trusted: TrustList, x: str, issuer: str) -> tuple[Jurisdiction, Jwk]:
    """Find who lists a key (its `x`) for receipts and answers, first of all for an issuer; raises `NotTrusted`.

    Anybody can list anybody's public key. One name is of one jurisdiction, so the one that lists it for the issuer is
    asked, and another's list does not stand in the way.
    """
    found = [
        (jurisdiction, key)
        for jurisdiction, keys in trusted.lists.items()
        for key in keys.keys
        if key.use is KeyUse.ANSWER and key.kind[1] == ED25519 and key.x == x
    ]
    named = [each for each in found if each[1].name is not None]
    if not named:
        nobody, nameless = "no jurisdiction lists it for receipts and answers", "listed without the name it signs under"
        raise NotTrusted(f"key: {nameless if found else nobody}")
    return next((each for each in named if each[1].name == issuer), named[0])


def logs_of(trusted: TrustList, of: Jurisdiction) -> tuple[Named, ...]:
    """Give the keys of a jurisdiction's logs, whatever their state."""
    return tuple(_named(trusted, KeyUse.LOG, of))


def witnesses_of(trusted: TrustList, of: Jurisdiction) -> tuple[Named, ...]:
    """Give the keys that may witness a jurisdiction's logs: those of all others, but what is in wrong hands.

    A cosignature bears nothing but its own time, so a thief could date one back: such a key witnesses nothing.
    """
    others = [code for code in trusted.lists if code != of]
    found = [each for code in others for each in _named(trusted, KeyUse.WITNESS, code)]
    return tuple(each for each in found if each.jwk.status is not KeyStatus.COMPROMISED)


def policy_of(trusted: TrustList, of: Jurisdiction) -> Policy:
    """Give what signatures of a checkpoint are verified with. Which of them count is said by `witnessed`, `counts`."""
    return Policy(
        logs=tuple(Log(key=each.key, url=None) for each in logs_of(trusted, of)),
        witnesses=tuple(Witness(name=each.label, key=each.key, url=None) for each in witnesses_of(trusted, of)),
        groups=(),
        quorum=None,
    )


def witnessed(trusted: TrustList, of: Jurisdiction, accepted: Accepted) -> Witnessed:
    """Say which jurisdictions' witnesses have cosigned within their keys' times."""
    keys = {each.label: each for each in witnesses_of(trusted, of)}
    good = [(keys[name].jurisdiction, time) for name, time in accepted.witnesses if in_its_time(keys[name].jwk, time)]
    return Witnessed(by=frozenset(code for code, _ in good), latest=max((time for _, time in good), default=0))


def in_its_time(key: Jwk, time: int) -> bool:
    """Say whether a key counts at a second: within its time, and before the last one that it counts at."""
    return key.not_before <= time < key.expires and before_its_last(key, Instant(time * SECOND))


def counts(each: Jwk, *, size: int, at: Instant, quorate: bool) -> None:
    """Hold that a log's key counts under a checkpoint of a size, signed at the earliest at an instant.

    Whoever holds a stolen key can sign a small tree as well as a large one. So a key in wrong hands counts up to the
    leaf of the theft only where the witnesses' quorum has seen the checkpoint. Raises `NotTrusted`.
    """
    if not each.not_before * SECOND <= at < each.expires * SECOND:
        raise NotTrusted("log's key: outside its time")
    if not before_its_last(each, at):
        raise NotTrusted(f"log's key: {each.status} since a second that was over when the checkpoint was signed")
    first_bad = each.since_leaf
    if first_bad is None and each.status is KeyStatus.COMPROMISED:
        first_bad = 0
    if first_bad is not None and size > first_bad:
        raise NotTrusted(f"log's key: {each.status} since leaf {first_bad}, and the checkpoint is of {size} leaves")
    if each.status is KeyStatus.COMPROMISED and not quorate:
        raise NotTrusted("log's key: compromised, and too few witnesses have seen the checkpoint")


def policy_text(trusted: TrustList, of: Jurisdiction, now: Instant) -> str:
    """Write a tlog-policy of the keys that count now: a group for each jurisdiction, and the quorum over them.

    Raises `NotTrusted` where no key of a log is listed, or fewer jurisdictions list witnesses than the quorum needs.
    """
    logs = [each for each in logs_of(trusted, of) if _active(each.jwk, now)]
    witnesses = _by_jurisdiction(each for each in witnesses_of(trusted, of) if _active(each.jwk, now))
    if not logs:
        raise NotTrusted("trust list: this jurisdiction lists no key of a log that counts now")
    lines = [f"log {to_vkey(each.key)}" for each in logs]
    for code, keys in witnesses.items():
        lines += [f"witness {each.label} {to_vkey(each.key)}" for each in keys]
        lines.append(f"group {code} any {' '.join(each.label for each in keys)}")
    if trusted.quorum is None:
        lines.append("quorum none")
    else:
        lines.append(f"group {_QUORUM} {_needed(trusted.quorum, witnesses)} {' '.join(witnesses)}")
        lines.append(f"quorum {_QUORUM}")
    return "".join(f"{line}\n" for line in lines)


def safe_count(trusted: TrustList, witnesses: Iterable[Named]) -> int | None:
    """Say how many names of some witnesses make the quorum of jurisdictions for whoever counts names; None for none."""
    if trusted.quorum is None:
        return None
    names = {code: len({each.key.name for each in keys}) for code, keys in _by_jurisdiction(witnesses).items()}
    largest = sorted(names.values(), reverse=True)
    return sum(largest[: _needed(trusted.quorum, names) - 1]) + 1


def _needed(quorum: int, witnesses: Mapping[Jurisdiction, object]) -> int:
    if len(witnesses) < quorum:
        raise NotTrusted("trust list: fewer jurisdictions list a witness than the quorum needs")
    return quorum


def _by_jurisdiction(witnesses: Iterable[Named]) -> dict[Jurisdiction, list[Named]]:
    found: dict[Jurisdiction, list[Named]] = {}
    for each in witnesses:
        found.setdefault(each.jurisdiction, []).append(each)
    return found


def _active(key: Jwk, now: Instant) -> bool:
    return key.status is KeyStatus.ACTIVE and key.not_before * SECOND <= now < key.expires * SECOND


def _named(trusted: TrustList, use: KeyUse, of: Jurisdiction) -> Iterator[Named]:
    plain = NoteKey if use is KeyUse.LOG else CosignatureKey
    keys = trusted.lists[of].keys if of in trusted.lists else ()
    for jwk in keys:
        if jwk.use is use and jwk.name is not None:
            if jwk.kind[1] == ED25519:
                yield Named(jurisdiction=of, jwk=jwk, key=plain(name=jwk.name, public=jwk.material))
            elif jwk.kty == "AKP":
                yield Named(jurisdiction=of, jwk=jwk, key=SubtreeKey(name=jwk.name, public=jwk.material))
