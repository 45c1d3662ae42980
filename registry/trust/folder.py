"""The trust list on the disk: what is published, the operator's keys, and a publication that is under way.

    online/snapshot.key online/timestamp.key    mode 0600
    pending/                                    a whole publication, durable, before the ledger is told of it
    published/metadata/ published/targets/      what is served, file by file replaced, the timestamp last

A publication is staged, recorded in the ledger, and then made visible. After a death in between, `pending` finds it and
whoever publishes next finishes it, with the same bytes: nothing is visible that the ledger does not know.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from tuf.api.metadata import Snapshot, Targets, Timestamp

from registry.errors import ConfigurationError, NotTrusted
from registry.trust.keys import make_key, public_path, read_public, read_signer, write_new
from registry.trust.metadata import Online, parse, target_path
from registry.trust.publication import Current, OnlineSigners, Publication
from registry.values.jurisdiction import Jurisdiction
from registry.values.keylist import PublishedFile

MAXIMUM_FILE: Final = 2_000_000
_CODE: Final = r"[A-Z]{2}(?:-[A-Z0-9]{1,21}){0,2}"
PATH: Final = re.compile(
    rf"metadata/(?:timestamp|[1-9][0-9]{{0,8}}\.(?:root|targets|snapshot|{_CODE}))\.json"
    rf"|targets/{_CODE}/[0-9a-f]{{64}}\.jwks\.json"
)
"""What is published, by its path below `/trust/`."""
_MANIFEST: Final = "manifest.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class TrustFolder:
    """One registry's trust list on the disk."""

    path: Path

    @property
    def published(self) -> Path:
        """Where the served files are."""
        return self.path / "published"

    def online(self) -> Online:
        """Give the operator's public keys; made here the first time."""
        folder = self.path / "online"
        _private(folder)
        for name in ("snapshot", "timestamp"):
            if not (folder / f"{name}.key").exists():
                make_key(folder / f"{name}.key")
        return Online(
            snapshot=read_public(public_path(folder / "snapshot.key")),
            timestamp=read_public(public_path(folder / "timestamp.key")),
        )

    def signers(self) -> OnlineSigners:
        """Read the operator's keys; raises `ConfigurationError`."""
        folder = self.path / "online"
        return OnlineSigners(
            snapshot=read_signer(folder / "snapshot.key"), timestamp=read_signer(folder / "timestamp.key")
        )

    def current(self) -> Current | None:
        """Read what is published; None before the first publication. Raises `NotTrusted` where a file is missing."""
        timestamp = self.read("metadata/timestamp.json")
        if timestamp is None:
            return None
        version = parse(timestamp, Timestamp).signed.snapshot_meta.version
        snapshot = self._there(f"metadata/{version}.snapshot.json")
        meta = {
            name.removesuffix(".json"): file.version for name, file in parse(snapshot, Snapshot).signed.meta.items()
        }
        lists = {
            Jurisdiction(role): self._there(f"metadata/{version}.{role}.json")
            for role, version in meta.items()
            if role != "targets"
        }
        roots: list[bytes] = []
        while (root := self.read(f"metadata/{len(roots) + 1}.root.json")) is not None:
            roots.append(root)
        return Current(
            roots=tuple(roots),
            targets=self._there(f"metadata/{meta['targets']}.targets.json"),
            lists=lists,
            jwks={code: self._jwks(code, raw) for code, raw in lists.items()},
            snapshot=snapshot,
            timestamp=timestamp,
        )

    def stage(self, publication: Publication) -> None:
        """Put a publication aside, durably and whole; raises `ConfigurationError` while another is under way."""
        if self.pending() is not None:
            raise ConfigurationError("a publication is under way")
        aside = self.path / "staging"
        for left in (aside, self.path / "pending"):
            shutil.rmtree(left, ignore_errors=True)
        _private(aside)
        for number, (_, raw) in enumerate(publication.files):
            write_new(aside / str(number), raw, mode=0o600)
        write_new(aside / _MANIFEST, msgspec.json.encode([file for file, _ in publication.files]), mode=0o600)
        _sync(aside)
        aside.rename(self.path / "pending")
        _sync(self.path)

    def pending(self) -> tuple[PublishedFile, ...] | None:
        """Give the files of the publication that is under way."""
        manifest = self.path / "pending" / _MANIFEST
        if not manifest.exists():
            return None
        return msgspec.json.decode(manifest.read_bytes(), type=tuple[PublishedFile, ...])

    def finish(self) -> None:
        """Make the publication that is under way visible, in its order. May be done again after a death."""
        pending = self.path / "pending"
        for number, file in enumerate(self.pending() or ()):
            place = self.published / file.path
            _private(place.parent)
            beside = place.with_name(f".{place.name}.new")
            beside.unlink(missing_ok=True)
            write_new(beside, (pending / str(number)).read_bytes(), mode=0o600)
            beside.rename(place)
            _sync(place.parent)
        # The manifest goes first: without it the rest means nothing, and the next staging clears it away.
        if pending.exists():
            (pending / _MANIFEST).unlink(missing_ok=True)
            _sync(pending)
        shutil.rmtree(pending, ignore_errors=True)

    @contextmanager
    def alone(self) -> Generator[None, None, None]:
        """Keep other publishers out, of this process and of others, for the length of a block."""
        _private(self.path)
        descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def read(self, path: str) -> bytes | None:
        """Read a published file; None if there is none."""
        try:
            raw = (self.published / path).read_bytes()
        except FileNotFoundError:
            return None
        return raw if len(raw) <= MAXIMUM_FILE else None

    def _there(self, path: str) -> bytes:
        raw = self.read(path)
        if raw is None:
            raise NotTrusted("trust list: a published file is missing")
        return raw

    def _jwks(self, of: Jurisdiction, document: bytes) -> bytes:
        target = parse(document, Targets).signed.targets.get(target_path(of))
        if target is None:
            raise NotTrusted("trust list: a jurisdiction's document is not over its list")
        return self._there(f"targets/{of}/{target.hashes['sha256']}.jwks.json")


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _private(folder: Path) -> None:
    """Make a folder and those above it that are not there, closed to other users of the machine."""
    for each in reversed((folder, *folder.parents)):
        each.mkdir(mode=0o700, exist_ok=True)
