"""What is published next: the documents that jurisdictions signed, held against what is published; then the operator's.

Nothing is taken that a client would refuse, and nothing that a client would accept against the rules of this list.
Pure: bytes in, bytes out; the files go out in an order in which a reader always finds what a document names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Root, Signed, Snapshot, Targets, Timestamp

from registry.errors import ConfigurationError, NotTrusted, OutOfDate
from registry.trust.beginnings import beginnings_of, check_beginnings
from registry.trust.keylist import KeyList, check_follows, check_names, parse_key_list
from registry.trust.metadata import (
    Document,
    check_form,
    check_targets,
    moment,
    new_snapshot,
    new_timestamp,
    parse,
    target_path,
    verify,
    verify_root,
)
from registry.values.jurisdiction import Jurisdiction
from registry.values.keylist import PublishedFile
from registry.values.time import Instant, instant


@dataclass(frozen=True, kw_only=True, slots=True)
class Current:
    """The list as it is published. `lists` and `jwks` keep those of jurisdictions that have left."""

    roots: tuple[bytes, ...]
    """From the first on."""
    targets: bytes
    lists: Mapping[Jurisdiction, bytes]
    jwks: Mapping[Jurisdiction, bytes]
    snapshot: bytes
    timestamp: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Brought:
    """What the jurisdictions signed since; None and nothing where it stays as it is."""

    root: bytes | None = None
    targets: bytes | None = None
    lists: Mapping[Jurisdiction, bytes]
    jwks: Mapping[Jurisdiction, bytes]


@dataclass(frozen=True, kw_only=True, slots=True)
class OnlineSigners:
    """The operator's keys at work."""

    snapshot: CryptoSigner
    timestamp: CryptoSigner


@dataclass(frozen=True, kw_only=True, slots=True)
class Publication:
    """The list as it will be, and the files that are new, in the order in which they become visible."""

    current: Current
    files: tuple[tuple[PublishedFile, bytes], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """A jurisdiction's list by its chain of documents, and until when the chain counts."""

    list: KeyList
    ends: Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class TrustList:
    """A trust list whole, verified from the pinned root to each jurisdiction's keys."""

    lists: Mapping[Jurisdiction, KeyList]
    lapsed: tuple[Jurisdiction, ...]
    """Whose list is past its end: its keys count for nothing here until it is signed anew."""
    quorum: int | None
    """Of how many jurisdictions a witness must have cosigned; None where none was agreed."""
    root: int
    """Version of the newest root."""
    signs: tuple[int, int]
    """How many of how many jurisdictions sign root and targets."""
    ends: Instant
    """From then on somebody may be withholding a newer one."""


def compose(former: Current | None, brought: Brought, signers: OnlineSigners, *, now: Instant) -> Publication:
    """Put the next publication together; raises `NotTrusted`, `OutOfDate`, `ConfigurationError`."""
    roots = (*(former.roots if former else ()), *([brought.root] if brought.root else []))
    targets = brought.targets or (former.targets if former else None)
    if not roots or targets is None:
        raise ConfigurationError("the first publication needs a root and targets")
    root = _checked_roots(roots)
    delegated = _checked_targets(root, targets, former, now)
    lists = {**(former.lists if former else {}), **brought.lists}
    jwks = {**(former.jwks if former else {}), **brought.jwks}
    if not {*brought.lists, *brought.jwks} <= set(delegated) <= set(lists) or set(lists) != set(jwks):
        raise ConfigurationError("each jurisdiction of the targets has a list, and no other brings one")
    check_names(parse_key_list(jwks[of], of) for of in delegated)
    for of in delegated:
        new = verified(roots, targets, lists[of], jwks[of], of)
        if of in brought.lists:
            _in_time(str(of), parse(lists[of], Targets).signed, now)
        before = parse_key_list(former.jwks[of], of) if former is not None and of in former.jwks else None
        check_beginnings(before, new.list, beginnings_of(parse(targets, Targets).signed), now)
        if former is not None:
            _list_goes_on(former, of, lists[of], new.list)
    documents = {"targets": targets, **{str(code): raw for code, raw in lists.items()}}
    snapshot, timestamp = _signed(former, documents, signers, root, now)
    current = Current(roots=roots, targets=targets, lists=lists, jwks=jwks, snapshot=snapshot, timestamp=timestamp)
    return Publication(current=current, files=tuple(new_files(former, current)))


def verified(roots: Sequence[bytes], targets: bytes, document: bytes, jwks: bytes, of: Jurisdiction) -> Verified:
    """Walk the chain from a root that the caller trusts to a jurisdiction's keys; raises `NotTrusted`.

    Whether it counts still is the caller's to ask of `ends`: old evidence was good in its time.
    """
    root = _checked_roots(roots)
    top = parse(targets, Targets)
    verify(root, "targets", top)
    if of not in check_targets(top.signed, root):
        raise NotTrusted("trust list: no such jurisdiction")
    own = parse(document, Targets)
    verify(top.signed, str(of), own)
    target = own.signed.targets.get(target_path(of))
    if target is None or set(own.signed.targets) != {target_path(of)} or own.signed.delegations is not None:
        raise NotTrusted("trust list: a jurisdiction's document is over its own list and nothing else")
    if target.length != len(jwks) or target.hashes != {"sha256": sha256(jwks).hexdigest()}:
        raise NotTrusted("trust list: the list is not the one that was signed")
    ends = min(root.expires, top.signed.expires, own.signed.expires)
    return Verified(list=parse_key_list(jwks, of), ends=instant(ends))


def list_file(jurisdiction: Jurisdiction, jwks: bytes) -> str:
    """Name the file of a list, by its digest."""
    return f"targets/{jurisdiction}/{sha256(jwks).hexdigest()}.jwks.json"


def _checked_roots(roots: Sequence[bytes]) -> Root:
    former = None
    for raw in roots:
        root = parse(raw, Root)
        verify_root(root, former)
        former = root
    assert former is not None
    check_form(former.signed)
    return former.signed


def _checked_targets(root: Root, targets: bytes, former: Current | None, now: Instant) -> tuple[Jurisdiction, ...]:
    document = parse(targets, Targets)
    verify(root, "targets", document)
    if former is not None and targets != former.targets:
        _goes_on("targets", parse(former.targets, Targets), document)
    _in_time("root", root, now)
    _in_time("targets", document.signed, now)
    return check_targets(document.signed, root)


def _list_goes_on(former: Current, of: Jurisdiction, document: bytes, new: KeyList) -> None:
    if of in former.lists and document != former.lists[of]:
        _goes_on(str(of), parse(former.lists[of], Targets), parse(document, Targets))
        check_follows(parse_key_list(former.jwks[of], of), new)


def _signed(
    former: Current | None, documents: Mapping[str, bytes], signers: OnlineSigners, root: Root, now: Instant
) -> tuple[bytes, bytes]:
    before = parse(former.snapshot, Snapshot).signed.version if former else 0
    snapshot = new_snapshot(documents, version=before + 1, now=now)
    snapshot.sign(signers.snapshot)
    verify(root, "snapshot", snapshot)
    before = parse(former.timestamp, Timestamp).signed.version if former else 0
    raw = snapshot.to_bytes()
    timestamp = new_timestamp(raw, version=before + 1, now=now)
    timestamp.sign(signers.timestamp)
    verify(root, "timestamp", timestamp)
    return raw, timestamp.to_bytes()


def _goes_on(role: str, before: Document, after: Document) -> None:
    if after.signed.version != before.signed.version + 1:
        raise NotTrusted(f"trust list: {role} is not the version after the published one")


def _in_time(role: str, signed: Signed, now: Instant) -> None:
    if signed.is_expired(moment(now)):
        raise OutOfDate(f"trust list: {role} has expired and must be signed anew")


def new_files(former: Current | None, current: Current) -> list[tuple[PublishedFile, bytes]]:
    """List what is new since `former`, each file after those that it names; all of it for None."""
    files: list[tuple[PublishedFile, bytes]] = []

    def add(path: str, role: str, version: int, raw: bytes) -> None:
        file = PublishedFile(path=path, role=role, version=version, sha256=sha256(raw).hexdigest())
        files.append((file, raw))

    for raw in current.roots[len(former.roots) if former else 0 :]:
        version = parse(raw, Root).signed.version
        add(f"metadata/{version}.root.json", "root", version, raw)
    for code, raw in current.lists.items():
        version = parse(raw, Targets).signed.version
        if former is None or former.jwks.get(code) != current.jwks[code]:
            add(list_file(code, current.jwks[code]), str(code), version, current.jwks[code])
        if former is None or former.lists.get(code) != raw:
            add(f"metadata/{version}.{code}.json", str(code), version, raw)
    if former is None or former.targets != current.targets:
        version = parse(current.targets, Targets).signed.version
        add(f"metadata/{version}.targets.json", "targets", version, current.targets)
    version = parse(current.snapshot, Snapshot).signed.version
    add(f"metadata/{version}.snapshot.json", "snapshot", version, current.snapshot)
    add("metadata/timestamp.json", "timestamp", parse(current.timestamp, Timestamp).signed.version, current.timestamp)
    return files
