"""What `registry trust` does: the ceremony's documents in a folder that travels, and the list in the data folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, cast

from securesystemslib.signer import SSlibKey
from tuf.api.metadata import Root, Targets

from registry import core
from registry.config import Settings
from registry.errors import ConfigurationError
from registry.trust import client, publisher
from registry.trust.beginnings import LEAVE, Agreed, Beginnings, beginnings_of, vouching
from registry.trust.keylist import KeyList, parse_key_list, to_bytes
from registry.trust.keys import read_public, read_signer
from registry.trust.metadata import (
    JURISDICTION,
    Document,
    Member,
    combine,
    new_list,
    new_root,
    new_targets,
    parse,
    parse_any,
    quorum_of,
    sign,
)
from registry.trust.publication import Brought, Current
from registry.trust_list import folder_of, recording
from registry.values.jurisdiction import Jurisdiction, is_shaped_like_a_jurisdiction
from registry.values.time import SECOND, Instant, instant, iso
from registry.verbs import bounded

ROOT, TARGETS = "root.json", "targets.json"
_KEYS: Final = ".jwks.json"


def prepare(
    settings: Settings,
    place: Path,
    given: Sequence[tuple[str, Path, Path]],
    *,
    leaving: Sequence[str] = (),
    threshold: int | None = None,
    quorum: int | None = None,
    begun: Sequence[tuple[str, Path]] = (),
) -> tuple[Path, ...]:
    """Write the next root and targets, unsigned, into a folder: the first ones, or those after the published ones.

    `given` names each jurisdiction that comes or changes its keys, with its two public keys; those of the others stay,
    but for those of `leaving`. `quorum` is of how many jurisdictions witnesses must cosign; None leaves it as it is.
    `begun` are lists with keys that count from long ago; those of published lists go on to.
    """
    if (place / ROOT).exists() or (place / TARGETS).exists():
        raise ConfigurationError("the folder holds documents already, and their signatures")
    folder = folder_of(settings)
    current = folder.current()
    members = {each.jurisdiction: each for each in members_of(current)} if current else {}
    for code, root_key, list_key in given:
        members[_code(code)] = Member(
            jurisdiction=_code(code), root_key=read_public(root_key), list_key=read_public(list_key)
        )
    for code in leaving:
        if members.pop(_code(code), None) is None:
            raise ConfigurationError("a jurisdiction that leaves is not one that signs")
    former = parse(current.roots[-1], Root).signed if current else None
    most = threshold or (former.roles["root"].threshold if former else len(members) // 2 + 1)
    version = former.version if former else 0
    now = core.clock()
    root = new_root(tuple(members.values()), folder.online(), threshold=most, version=version + 1, now=now)
    before = parse(current.targets, Targets).signed if current else None
    version = before.version if before else 0
    agreed = quorum or (quorum_of(before) if before else None)
    listed = [parse_key_list(raw, code) for code, raw in current.jwks.items()] if current else []
    listed += [parse_key_list(bounded(path), _code(code)) for code, path in begun]
    beginnings = Beginnings(since=now // SECOND, keys=vouching(listed))
    signing = tuple(members.values())
    targets = new_targets(signing, version=version + 1, now=now, quorum=agreed, beginnings=beginnings)
    place.mkdir(parents=True, exist_ok=True)
    for name, document in ((ROOT, root), (TARGETS, targets)):
        _write(place / name, document)
    return place / ROOT, place / TARGETS


def members_of(current: Current) -> tuple[Member, ...]:
    """Read who signs now from the published root and targets."""
    root, targets = parse(current.roots[-1], Root).signed, parse(current.targets, Targets).signed
    delegations = targets.delegations
    assert delegations is not None
    assert delegations.roles is not None
    by_code = {str(key.unrecognized_fields.get(JURISDICTION)): key for key in _keys(root, root.roles["root"].keyids)}
    return tuple(
        Member(
            jurisdiction=Jurisdiction(code),
            root_key=by_code[code],
            list_key=cast("SSlibKey", delegations.keys[role.keyids[0]]),
        )
        for code, role in delegations.roles.items()
        if code in by_code
    )


def sign_file(path: Path, key: Path, passphrase: bytes | None, *, former: Path | None) -> str:
    """Add a signature to root or targets, in place; gives what was signed, in words. Raises `ConfigurationError`.

    `former` is the published root, for a key that it names and the new one need not: it lets the new one follow.
    """
    document = parse_any(bounded(path))
    if former is not None:
        allowed = parse(bounded(former), Root).signed.roles["root"].keyids
    elif isinstance(document.signed, Root):
        allowed = document.signed.roles["root"].keyids
    elif (path.parent / ROOT).exists():
        allowed = parse(bounded(path.parent / ROOT), Root).signed.roles["targets"].keyids
    else:
        raise ConfigurationError("targets are signed beside the root that names their keys")
    sign(document, read_signer(key, passphrase=passphrase), allowed)
    _write(path, document)
    return said(path.name, document)


def combine_files(into: Path, others: Sequence[Path]) -> str:
    """Put the signatures of copies under one document; gives what it carries now."""
    document = combine([parse_any(bounded(path)) for path in (into, *others)])
    _write(into, document)
    return said(into.name, document)


def add_list(place: Path, code: str, jwks: Path, *, key: Path, passphrase: bytes | None, version: int) -> str:
    """Sign a jurisdiction's list of keys and put both into the folder that travels; gives what was signed."""
    raw = to_bytes(parse_key_list(bounded(jwks), _code(code)))
    document = new_list(_code(code), raw, version=version, now=core.clock())
    document.sign(read_signer(key, passphrase=passphrase))
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{code}{_KEYS}").write_bytes(raw)
    _write(place / f"{code}.json", document)
    return said(f"{code}.json", document)


def said_of(path: Path) -> str:
    """Say what a document of the ceremony is."""
    return said(path.name, parse_any(bounded(path)))


def said(name: str, document: Document) -> str:
    """Say in words what a document is, until when, and whose signatures it carries."""
    signed = document.signed
    line = f"{name}: {signed.type}, version {signed.version}, ends {iso(instant(signed.expires))}"
    if isinstance(signed, Root):
        role = signed.roles["root"]
        codes = [str(key.unrecognized_fields.get(JURISDICTION)) for key in _keys(signed, role.keyids)]
        by = [code for code, keyid in zip(codes, role.keyids, strict=True) if keyid in document.signatures]
        return (
            f"{line}; {role.threshold} of {len(codes)} sign ({', '.join(codes)}); signed by {', '.join(by) or 'nobody'}"
        )
    quorum = quorum_of(signed) if isinstance(signed, Targets) else None
    witnessed = "" if quorum is None else f"; witnesses of {quorum} jurisdictions cosign"
    said = beginnings_of(signed) if isinstance(signed, Targets) else None
    keys = sorted(said.keys, key=lambda key: (key.jurisdiction, key.not_before, key.kid)) if said else []
    alone = (
        [f"  any other key counts from {iso(Instant((said.since - LEAVE) * SECOND))} at the earliest"] if said else []
    )
    return "\n".join([f"{line}{witnessed}; signatures {len(document.signatures)}", *map(_begun, keys), *alone])


def _begun(key: Agreed) -> str:
    return f"  {key.jurisdiction} {key.kid}: {key.use}, counts from {iso(Instant(key.not_before * SECOND))}"


def brought(place: Path) -> Brought:
    """Read what a folder of the ceremony holds."""
    lists = {
        Jurisdiction(path.stem): bounded(path)
        for path in sorted(place.glob("*.json"))
        if path.name not in {ROOT, TARGETS} and not path.name.endswith(_KEYS)
    }
    return Brought(
        root=bounded(place / ROOT) if (place / ROOT).exists() else None,
        targets=bounded(place / TARGETS) if (place / TARGETS).exists() else None,
        lists=lists,
        jwks={code: bounded(place / f"{code}{_KEYS}") for code in lists if (place / f"{code}{_KEYS}").exists()},
    )


def publish(settings: Settings, place: Path) -> list[str]:
    """Publish what a folder of the ceremony holds; gives the paths of the new files."""
    with core.opened(settings) as opened:
        publication = publisher.publish(
            folder_of(settings), brought(place), record=recording(opened.executor), now=core.clock()
        )
    return [file.path for file, _ in publication.files]


def refresh(settings: Settings) -> bool:
    """Sign snapshot and timestamp anew if they are a day old; finish what was begun. Says whether it did."""
    with core.opened(settings) as opened:
        return publisher.refresh(folder_of(settings), record=recording(opened.executor), now=core.clock())


def account(settings: Settings) -> dict[str, Any]:
    """Say what is published, until when each document counts, and which are due."""
    current = publisher.required(folder_of(settings).current())
    now = core.clock()
    due = publisher.due(current, now)
    root = parse(current.roots[-1], Root).signed
    return {
        "threshold": root.roles["root"].threshold,
        "quorum": quorum_of(parse(current.targets, Targets).signed),
        "jurisdictions": [str(each.jurisdiction) for each in members_of(current)],
        "documents": [
            {
                "role": role,
                "version": signed.version,
                "ends": iso(instant(signed.expires)),
                "due": role in due,
            }
            for role, signed in publisher.ends(current).items()
        ],
        "keys": [_shown(parse_key_list(raw, code)) for code, raw in current.jwks.items()],
    }


def verify(base: str, root: Path, kept: Path, codes: Sequence[str]) -> list[dict[str, Any]]:
    """Fetch lists as a client, trusting one root file; raises `TrustError` kinds, `Unavailable`."""
    found = client.fetch(
        base.rstrip("/"), [_code(code) for code in codes], root=bounded(root), folder=kept, now=core.clock()
    )
    return [_shown(keys) for keys in found.values()]


def _shown(keys: KeyList) -> dict[str, Any]:
    shown = [
        {
            "kid": key.kid,
            "use": key.use,
            "name": key.name,
            "status": key.status,
            "since_leaf": key.since_leaf,
            "since": key.since,
        }
        for key in keys.keys
    ]
    return {"jurisdiction": str(keys.jurisdiction), "keys": shown}


def _keys(root: Root, keyids: Sequence[str]) -> list[SSlibKey]:
    return [cast("SSlibKey", root.keys[keyid]) for keyid in keyids]


def _code(text: str) -> Jurisdiction:
    if not is_shaped_like_a_jurisdiction(text):
        raise ConfigurationError("that is no jurisdiction code")
    return Jurisdiction(text)


def _write(path: Path, document: Document) -> None:
    """Replace a document of the ceremony whole or not at all."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(document.to_bytes())
    beside.replace(path)
