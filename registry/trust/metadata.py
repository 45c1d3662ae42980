"""The trust list's documents (TUF 1.0): made, read, signed, and held against one another. Pure but for the keys.

    root       the jurisdictions' keys, one each, k of n of them; and the operator's two online keys
    targets    signed by the same k of n: whose list of keys each jurisdiction's own key may sign, of how many
               jurisdictions the witnesses must have cosigned a checkpoint, and which keys count from long ago
    <J>        signed by the jurisdiction alone: the digest of `J/jwks.json`
    snapshot   signed by the operator: which versions belong together
    timestamp  signed by the operator: which snapshot is the newest

The operator holds neither a root key nor a jurisdiction's, so it can withhold and delay, for a week at most, and
change nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from securesystemslib.signer import CryptoSigner, SSlibKey
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization import DeserializationError

from registry.errors import ConfigurationError, NotTrusted
from registry.trust.beginnings import Beginnings, as_member, beginnings_of
from registry.values.jurisdiction import Jurisdiction, is_shaped_like_a_jurisdiction
from registry.values.time import DAY, EPOCH, MICROSECOND, Instant

MAXIMUM_DOCUMENT: Final = 500_000
"""Bytes of a document; TUF clients read no more of a root."""
PERIODS: Final[Mapping[str, int]] = {"root": 365, "targets": 365, "snapshot": 7, "timestamp": 7}
"""Days for which a document counts; a jurisdiction's list for `LIST_DAYS`."""
LIST_DAYS: Final = 90
SIGNED_BY_ALL: Final = ("root", "targets")
ONLINE: Final = ("snapshot", "timestamp")
JURISDICTION: Final = "x-po-jurisdiction"
"""Whose key it is, as a member of the key in root and targets."""
QUORUM: Final = "x-po-quorum"
"""Of how many jurisdictions a witness must have cosigned a checkpoint, the log's own not counted; member of targets."""
MINIMUM_MEMBERS: Final = 2

Kind = TypeVar("Kind", Root, Targets, Snapshot, Timestamp)
Document = Metadata[Any]
"""A document of any kind."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A jurisdiction that signs: its key for root and targets, kept offline, and the one for its own list."""

    jurisdiction: Jurisdiction
    root_key: SSlibKey
    list_key: SSlibKey


@dataclass(frozen=True, kw_only=True, slots=True)
class Online:
    """The operator's keys, which are where the registry runs."""

    snapshot: SSlibKey
    timestamp: SSlibKey


def new_root(
    members: Sequence[Member], online: Online, *, threshold: int, version: int, now: Instant
) -> Metadata[Root]:
    """Give an unsigned root. Raises `ConfigurationError` where fewer than most of the jurisdictions would suffice."""
    codes = [each.jurisdiction for each in members]
    if len(set(codes)) != len(codes) or not all(map(is_shaped_like_a_jurisdiction, codes)):
        raise ConfigurationError("each jurisdiction has its code and signs once")
    if len(members) < MINIMUM_MEMBERS or not len(members) < 2 * threshold <= 2 * len(members):
        raise ConfigurationError("at least two jurisdictions, and more than half of them, sign together")
    keys = [*(key for each in members for key in (each.root_key, each.list_key)), online.snapshot, online.timestamp]
    if len({key.keyid for key in keys}) != len(keys):
        raise ConfigurationError("a key has one holder and one purpose")
    root = Root(version=version, expires=_expires("root", now), consistent_snapshot=True)
    for member in members:
        for role in SIGNED_BY_ALL:
            root.add_key(_owned(member.root_key, member.jurisdiction), role)
    for role in SIGNED_BY_ALL:
        root.roles[role].threshold = threshold
    root.add_key(online.snapshot, "snapshot")
    root.add_key(online.timestamp, "timestamp")
    return Metadata(root)


def new_targets(
    members: Sequence[Member],
    *,
    version: int,
    now: Instant,
    quorum: int | None = None,
    beginnings: Beginnings | None = None,
) -> Metadata[Targets]:
    """Give unsigned targets: each jurisdiction's own key for its own path, and what else is agreed on, if anything is.

    Raises `ConfigurationError` for a quorum that cannot be met.
    """
    if quorum is not None and not 1 <= quorum < len(members):
        raise ConfigurationError("a quorum of witnesses is of the other jurisdictions: at least one, and never all")
    keys = {each.list_key.keyid: _owned(each.list_key, each.jurisdiction) for each in members}
    roles = {
        str(each.jurisdiction): DelegatedRole(
            name=str(each.jurisdiction),
            keyids=[each.list_key.keyid],
            threshold=1,
            terminating=True,
            paths=[f"{each.jurisdiction}/*"],
        )
        for each in members
    }
    delegations = Delegations(keys=dict(keys), roles=roles)
    more: dict[str, Any] = {} if quorum is None else {QUORUM: quorum}
    more |= {} if beginnings is None else as_member(beginnings)
    expires = _expires("targets", now)
    return Metadata(Targets(version=version, expires=expires, delegations=delegations, unrecognized_fields=dict(more)))


def new_list(jurisdiction: Jurisdiction, jwks: bytes, *, version: int, now: Instant) -> Metadata[Targets]:
    """Give a jurisdiction's unsigned document over its list of keys."""
    path = target_path(jurisdiction)
    expires = moment(Instant(now + LIST_DAYS * DAY))
    target = TargetFile.from_data(path, jwks, ["sha256"])
    return Metadata(Targets(version=version, expires=expires, targets={path: target}))


def new_snapshot(versions: Mapping[str, bytes], *, version: int, now: Instant) -> Metadata[Snapshot]:
    """Give an unsigned snapshot of targets and lists, by role and the document's bytes."""
    meta = {
        f"{role}.json": MetaFile.from_data(parse(raw, Targets).signed.version, raw, ["sha256"])
        for role, raw in versions.items()
    }
    return Metadata(Snapshot(version=version, expires=_expires("snapshot", now), meta=meta))


def new_timestamp(snapshot: bytes, *, version: int, now: Instant) -> Metadata[Timestamp]:
    """Give an unsigned timestamp over a snapshot's bytes."""
    meta = MetaFile.from_data(parse(snapshot, Snapshot).signed.version, snapshot, ["sha256"])
    return Metadata(Timestamp(version=version, expires=_expires("timestamp", now), snapshot_meta=meta))


def parse(raw: bytes, kind: type[Kind]) -> Metadata[Kind]:
    """Read a document of a kind; nothing in it is verified. Raises `NotTrusted`."""
    found = parse_any(raw)
    if not isinstance(found.signed, kind):
        raise NotTrusted("trust list: a document of another kind")
    return found


def parse_any(raw: bytes) -> Document:
    """Read a document of any kind; raises `NotTrusted`."""
    if len(raw) > MAXIMUM_DOCUMENT:
        raise NotTrusted("trust list: a document is too long")
    try:
        return Document.from_bytes(raw)
    except (DeserializationError, RecursionError):
        raise NotTrusted("trust list: not a document of TUF") from None


def sign(document: Document, signer: CryptoSigner, allowed: Iterable[str]) -> None:
    """Add a signature; raises `ConfigurationError` for a key that this document is not to be signed with."""
    if signer.public_key.keyid not in set(allowed):
        raise ConfigurationError("this key does not sign this document")
    document.sign(signer, append=True)


def combine(documents: Sequence[Document]) -> Document:
    """Put the signatures of copies of one document under one; raises `ConfigurationError` if they are not copies."""
    first, *others = documents
    for other in others:
        if other.signed_bytes != first.signed_bytes:
            raise ConfigurationError("the copies are not of one document")
        first.signatures.update(other.signatures)
    return first


def verify_root(root: Metadata[Root], former: Metadata[Root] | None) -> None:
    """Hold that k of the jurisdictions signed a root: those of the former root and its own. Raises `NotTrusted`."""
    if former is not None and root.signed.version != former.signed.version + 1:
        raise NotTrusted("trust list: the root is not the one after the published one")
    result = root.signed.get_root_verification_result(
        former.signed if former else None, root.signed_bytes, root.signatures
    )
    if not result.verified:
        raise NotTrusted("trust list: too few jurisdictions signed the root")
    check_form(root.signed)


def verify(delegator: Root | Targets, role: str, document: Document) -> None:
    """Hold that enough of a role's keys signed a document; raises `NotTrusted`."""
    try:
        delegator.verify_delegate(role, document.signed_bytes, document.signatures)
    except (RepositoryError, ValueError):
        raise NotTrusted(f"trust list: too few signatures on {role}") from None


def check_form(root: Root) -> None:
    """Hold what a root of ours is: the jurisdictions and not the operator decide, most of them. Raises `NotTrusted`."""
    members, online = set(root.roles["root"].keyids), {key for role in ONLINE for key in root.roles[role].keyids}
    if set(root.roles["targets"].keyids) != members or members & online:
        raise NotTrusted("trust list: an online key decides, or root and targets are signed by different ones")
    for role in SIGNED_BY_ALL:
        if not len(members) < 2 * root.roles[role].threshold <= 2 * len(members) or len(members) < MINIMUM_MEMBERS:
            raise NotTrusted("trust list: fewer than most of the jurisdictions would suffice")
    if not root.consistent_snapshot:
        raise NotTrusted("trust list: files must be named by version")


def check_targets(targets: Targets, root: Root) -> tuple[Jurisdiction, ...]:
    """Give the jurisdictions that targets delegate to; raises `NotTrusted` for anything but one path a jurisdiction."""
    delegations = targets.delegations
    if targets.targets or delegations is None or not delegations.roles:
        raise NotTrusted("trust list: targets delegate and do nothing else")
    for name, role in delegations.roles.items():
        own = role.paths == [f"{name}/*"] and role.terminating and role.threshold == 1
        if not own or not is_shaped_like_a_jurisdiction(name) or set(role.keyids) & set(root.keys):
            raise NotTrusted("trust list: a jurisdiction signs for its own path, with a key of its own")
    keys = [key for role in delegations.roles.values() for key in role.keyids]
    if len(set(keys)) != len(keys):
        raise NotTrusted("trust list: two jurisdictions share a key")
    codes = tuple(Jurisdiction(name) for name in delegations.roles)
    if quorum_of(targets) not in {None, *range(1, len(codes))}:
        raise NotTrusted("trust list: a quorum of witnesses that the other jurisdictions cannot make")
    beginnings_of(targets)
    return codes


def quorum_of(targets: Targets) -> int | None:
    """Give of how many jurisdictions witnesses must have cosigned; None where none was agreed. Raises `NotTrusted`."""
    said = targets.unrecognized_fields.get(QUORUM)
    if said is not None and type(said) is not int:
        raise NotTrusted("trust list: the quorum of witnesses is a number")
    return said


def target_path(jurisdiction: Jurisdiction) -> str:
    """Name a jurisdiction's list as a target."""
    return f"{jurisdiction}/jwks.json"


def moment(at: Instant) -> datetime:
    """Give an instant as the library takes one: with `datetime.UTC` itself and no other name of it."""
    return EPOCH + at * MICROSECOND


def half_life(role: str) -> timedelta:
    """Say how long before its end a document of a role ought to have been followed by another."""
    return timedelta(days=PERIODS.get(role, LIST_DAYS)) / 2


def _expires(role: str, now: Instant) -> datetime:
    return moment(Instant(now + PERIODS[role] * DAY))


def _owned(key: SSlibKey, jurisdiction: Jurisdiction) -> SSlibKey:
    return SSlibKey(key.keyid, key.keytype, key.scheme, key.keyval, {JURISDICTION: str(jurisdiction)})
