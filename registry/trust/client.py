"""Whoever relies on a trust list: fetches it as any TUF client does, from one pinned root, and refuses the rest.

Refused are: keys that the jurisdiction did not sign for, a root that too few jurisdictions signed, anything older than
was seen before (roll-back), a list past its end (freeze), and documents that do not belong together (mix-and-match).
"""

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from tuf.api import exceptions
from tuf.api.metadata import Root, Targets, Timestamp
from tuf.ngclient import Updater, UpdaterConfig
from tuf.ngclient.fetcher import FetcherInterface

from registry.errors import NotTrusted, OutOfDate, TrustError, Unavailable
from registry.trust.beginnings import beginnings_of
from registry.trust.folder import MAXIMUM_FILE, PATH
from registry.trust.keylist import MAXIMUM_BYTES, KeyList, check_follows, check_names, parse_key_list
from registry.trust.metadata import (
    MAXIMUM_DOCUMENT,
    Kind,
    check_targets,
    moment,
    parse,
    quorum_of,
    target_path,
)
from registry.trust.publication import Publication, TrustList, Verified, new_files, verified
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant, instant

_NOT_FOUND: Final = 404
_METADATA, _TARGETS = "metadata", "targets"
_CONFIG: Final = UpdaterConfig(
    max_delegations=2,
    root_max_length=MAXIMUM_DOCUMENT,
    timestamp_max_length=16_384,
    snapshot_max_length=MAXIMUM_DOCUMENT,
    targets_max_length=MAXIMUM_DOCUMENT,
    app_user_agent="protective-order-registry",
)


def fetch(
    base: str,
    jurisdictions: Iterable[Jurisdiction],
    *,
    root: bytes,
    folder: Path,
    now: Instant,
    fetcher: FetcherInterface | None = None,
) -> dict[Jurisdiction, KeyList]:
    """Fetch the lists of jurisdictions from `base` (a URL that ends in `/trust`), trusting `root` alone.

    `folder` keeps what was seen, so that nothing older is taken later: one folder a list, for one process. Blocks.
    Raises `NotTrusted`, `OutOfDate`, and `Unavailable` where it cannot be reached.
    """
    with _refusing():
        updater = _refreshed(base, root=root, folder=folder, now=now, fetcher=fetcher)
        said = beginnings_of(_kept(folder / _METADATA, "targets", Targets))
        lists = {code: _list(updater, code, folder / _TARGETS) for code in jurisdictions}
        return {code: said.held(keys) if said else keys for code, keys in lists.items()}


def fetch_all(
    base: str, *, root: bytes, folder: Path, now: Instant, fetcher: FetcherInterface | None = None
) -> TrustList:
    """Fetch the lists of all jurisdictions, as `fetch` does. One whose list is past its end is named and passed over.

    Raises also `NotTrusted` where two jurisdictions list keys under one name.
    """
    lists: dict[Jurisdiction, KeyList] = {}
    lapsed: list[Jurisdiction] = []
    with _refusing():
        updater = _refreshed(base, root=root, folder=folder, now=now, fetcher=fetcher)
        metadata = folder / _METADATA
        top, targets = _kept(metadata, "root", Root), _kept(metadata, "targets", Targets)
        for code in check_targets(targets, top):
            try:
                lists[code] = _list(updater, code, folder / _TARGETS)
            except exceptions.ExpiredMetadataError:
                lapsed.append(code)
    check_names(lists.values())
    said = beginnings_of(targets)
    ends = min(top.expires, targets.expires, _kept(metadata, "timestamp", Timestamp).expires)
    return TrustList(
        lists={code: said.held(keys) if said else keys for code, keys in lists.items()},
        lapsed=tuple(lapsed),
        quorum=quorum_of(targets),
        root=top.version,
        signs=(top.roles["root"].threshold, len(top.roles["root"].keyids)),
        ends=instant(ends),
    )


def fetch_from(folder: Path, *, root: bytes, seen: Path, now: Instant) -> TrustList:
    """Read a whole list from a copy of what is published (`metadata/`, `targets/`), as `fetch_all` does from a server.

    `seen` is as `folder` there: without what was seen before nobody can tell an older copy from the newest.
    """
    return fetch_all("file:///trust", root=root, folder=seen, now=now, fetcher=_Copy(folder))


@contextmanager
def _refusing() -> Generator[None, None, None]:
    try:
        yield
    except exceptions.RepositoryError as fault:
        raise refusal(fault) from None
    except exceptions.DownloadError:
        raise Unavailable("trust-list-unreachable") from None


def _refreshed(base: str, *, root: bytes, folder: Path, now: Instant, fetcher: FetcherInterface | None) -> Updater:
    metadata, targets = folder / _METADATA, folder / _TARGETS
    for each in (metadata, targets):
        each.mkdir(mode=0o700, parents=True, exist_ok=True)
    updater = Updater(
        metadata_dir=str(metadata),
        metadata_base_url=f"{base}/metadata",
        target_dir=str(targets),
        target_base_url=f"{base}/targets",
        fetcher=fetcher,
        config=_CONFIG,
        bootstrap=root,
    )
    # Time is passed in here as everywhere; the library offers no other way to say what time it is.
    updater._trusted_set.reference_time = moment(now)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    updater.refresh()
    return updater


def _kept(metadata: Path, role: str, kind: type[Kind]) -> Kind:
    return parse((metadata / f"{role}.json").read_bytes(), kind).signed


def check(publication: Publication, jurisdictions: Iterable[Jurisdiction], *, folder: Path, now: Instant) -> None:
    """Read a publication as a client would that starts from the first root; raises what the client would."""
    root = publication.current.roots[0]
    fetch("file:///trust", jurisdictions, root=root, folder=folder, now=now, fetcher=_Files(publication))


def kept(folder: Path, jurisdiction: Jurisdiction, *, root: bytes) -> Verified:
    """Read what `fetch` has kept, without a network; raises `NotTrusted`.

    `ends` may have passed: whoever goes on with it then says so, as an officer's device does.
    """
    metadata = folder / "metadata"
    first = parse(root, Root).signed.version
    try:
        roots = [root]
        while (path := metadata / "root_history" / f"{first + len(roots)}.root.json").exists():
            roots.append(path.read_bytes())
        targets, own = (metadata / "targets.json").read_bytes(), (metadata / f"{jurisdiction}.json").read_bytes()
        jwks = (folder / "targets" / f"{jurisdiction}%2Fjwks.json").read_bytes()
    except OSError:
        raise NotTrusted("trust list: nothing was kept of it") from None
    found, said = verified(roots, targets, own, jwks, jurisdiction), beginnings_of(parse(targets, Targets).signed)
    return replace(found, list=said.held(found.list)) if said else found


def refusal(fault: exceptions.RepositoryError) -> TrustError:
    """Give our error for the library's: its kind and none of its words, which quote what was fetched."""
    if isinstance(fault, exceptions.ExpiredMetadataError):
        return OutOfDate("trust list: past its end; a newer one exists, or somebody withholds it")
    return NotTrusted(f"trust list: refused ({type(fault).__name__})")


def _list(updater: Updater, of: Jurisdiction, folder: Path) -> KeyList:
    info = updater.get_targetinfo(target_path(of))
    if info is None:
        raise NotTrusted("trust list: no such jurisdiction")
    if info.length > MAXIMUM_BYTES:
        raise NotTrusted("trust list: a list is too long")
    place = folder / f"{of}%2Fjwks.json"
    if updater.find_cached_target(info, str(place)) is None:
        # Beside what was kept: a list that does not follow it never takes its place, however often it is fetched.
        beside = place.with_suffix(".new")
        updater.download_target(info, str(beside))
        if place.exists():
            former = parse_key_list(place.read_bytes(), of)
            check_follows(former, parse_key_list(beside.read_bytes(), of))
        beside.replace(place)
    return parse_key_list(place.read_bytes(), of)


class _Copy(FetcherInterface):
    """Fetches from a copy in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _fetch(self, url: str) -> Iterator[bytes]:
        path = urlsplit(url).path.removeprefix("/trust/")
        place = self._folder / path
        if not PATH.fullmatch(path) or not place.is_file():
            raise exceptions.DownloadHTTPError("not there", _NOT_FOUND)
        with place.open("rb") as file:
            return iter([file.read(MAXIMUM_FILE)])


class _Files(FetcherInterface):
    """Fetches from a publication that nobody can see yet."""

    def __init__(self, publication: Publication) -> None:
        self._files = {file.path: raw for file, raw in new_files(None, publication.current)}

    def _fetch(self, url: str) -> Iterator[bytes]:
        found = self._files.get(urlsplit(url).path.removeprefix("/trust/"))
        if found is None:
            raise exceptions.DownloadHTTPError("not there", _NOT_FOUND)
        return iter([found])
