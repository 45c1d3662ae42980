"""A keeper for small sites: key-encryption keys and the ledger's secrets, each in a file of its own.

The folder is 0700 and every file 0600, owned by whoever runs the registry; anything wider, a link
or a file of the wrong size stops the start. Creating the folder is an explicit act. A key of a
destroyed epoch leaves an empty `.destroyed` file, so that its number is never used again.

Overwriting a file before removing it does what the disk allows: a journal, a snapshot or a flash
disk may keep the old bytes. Put the folder on an encrypted disk, outside every backup.

A key is read from its file each time and kept by nobody: what was destroyed is in no process's memory.
"""

import os
import stat
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Final

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from registry.errors import ConfigurationError, KeyErased, NoKey, Tampered
from registry.values.jurisdiction import Jurisdiction, is_shaped_like_a_jurisdiction

KEY_BYTES: Final = 32
SECRETS: Final = ("card", "claim", "index", "log", "token")
_KEK: Final = "kek_"
_FOLDER_MODE: Final = 0o700
_FILE_MODE: Final = 0o600
_OTHERS: Final = 0o077
_MAXIMUM_SECRET_NAME: Final = 32

Entropy = Callable[[int], bytes]


@dataclass(frozen=True, kw_only=True, slots=True)
class FileKeeper:
    """Keys in files; implements `registry.ports.KeyKeeper`. Any thread and several processes may use it."""

    CODE: ClassVar[str] = "file"

    folder: Path
    entropy: Entropy = field(default=os.urandom, repr=False)

    def current_epoch(self, jurisdiction: Jurisdiction, /) -> int:
        """Give the newest epoch; raises `NoKey` for a jurisdiction that has none yet."""
        made, destroyed = self._epochs(jurisdiction)
        if not made - destroyed:
            raise NoKey(f"no key for {jurisdiction}: rotate makes its first epoch")
        return max(made - destroyed)

    def wrap(self, jurisdiction: Jurisdiction, epoch: int, key: bytes, /) -> bytes:
        """Wrap a key (RFC 3394). Raises `KeyErased` for a destroyed epoch, `Tampered` for an unknown one."""
        return aes_key_wrap(self._key(jurisdiction, epoch), key)

    def unwrap(self, jurisdiction: Jurisdiction, epoch: int, wrapped: bytes, /) -> bytes:
        """Unwrap a key. Raises `KeyErased` for a destroyed epoch, `Tampered` for whatever does not fit."""
        try:
            return aes_key_unwrap(self._key(jurisdiction, epoch), wrapped)
        except InvalidUnwrap:
            raise Tampered("the wrapped key does not fit its epoch") from None

    def unwrap_many(self, jurisdiction: Jurisdiction, epoch: int, wrapped: Sequence[bytes], /) -> list[bytes]:
        """Unwrap keys of one epoch, whose key is read once for all of them; raises as `unwrap` where one cannot be."""
        held = self._key(jurisdiction, epoch)
        try:
            return [aes_key_unwrap(held, each) for each in wrapped]
        except InvalidUnwrap:
            raise Tampered("a wrapped key does not fit its epoch") from None

    def epochs(self, jurisdiction: Jurisdiction, /) -> tuple[int, ...]:
        """Give the epochs whose keys are there, rising."""
        made, destroyed = self._epochs(jurisdiction)
        return tuple(sorted(made - destroyed))

    def jurisdictions(self) -> tuple[Jurisdiction, ...]:
        """Give every jurisdiction that has a key, in order."""
        names = (name for name in os.listdir(self.folder) if name.startswith(_KEK))  # noqa: PTH208  # as below
        codes = {Jurisdiction(name.removeprefix(_KEK).rpartition("_")[0]) for name in names}
        return tuple(sorted(code for code in codes if self.epochs(code)))

    def unfinished(self, jurisdiction: Jurisdiction, /) -> tuple[int, ...]:
        """Give the epochs whose destruction was interrupted: the tombstone is there, and so is the key."""
        made, destroyed = self._epochs(jurisdiction)
        return tuple(sorted(made & destroyed))

    def rotate(self, jurisdiction: Jurisdiction, /) -> int:
        """Make the jurisdiction's next epoch (the first one is 1) and give its number."""
        made, destroyed = self._epochs(jurisdiction)
        epoch = max(made | destroyed, default=0) + 1
        _write_new(self._path(jurisdiction, epoch), self.entropy(KEY_BYTES))
        return epoch

    def destroy(self, jurisdiction: Jurisdiction, epoch: int, /) -> None:
        """Destroy an epoch's key for good, after its keys were wrapped anew. Never the current epoch's.

        Raises `ConfigurationError` for the current epoch, `Tampered` for one that never was. Doing it
        twice finishes what an interruption left.
        """
        path = self._path(jurisdiction, epoch)
        if not _tombstone(path).exists():
            if not path.exists():
                raise Tampered("no key of this epoch")
            if epoch == self.current_epoch(jurisdiction):
                raise ConfigurationError("the current epoch is not destroyed: rotate first")
            # First, so that nobody wraps under a key that is half gone; a key beside it is never taken for destroyed.
            _write_new(_tombstone(path), b"")
        _destroy(path)

    def secret(self, name: str, /) -> bytes:
        """Give one of the ledger's secrets, 32 bytes: one of `SECRETS`."""
        return _read(self.folder / f"secret_{_checked_name(name)}.key")

    def _epochs(self, jurisdiction: Jurisdiction) -> tuple[set[int], set[int]]:
        """List the epochs that were made and those that were destroyed, from the disk each time."""
        prefix = f"kek_{_checked(jurisdiction)}_"
        made: set[int] = set()
        destroyed: set[int] = set()
        for name in os.listdir(self.folder):  # noqa: PTH208  # a tenth of the time of Path.iterdir
            if name.startswith(prefix):
                number, _, ending = name.removeprefix(prefix).partition(".")
                if not number.isascii() or not number.isdecimal() or ending not in ("key", "destroyed"):
                    raise ConfigurationError(f"{name} does not belong in the folder of keys")
                (made if ending == "key" else destroyed).add(int(number))
        return made, destroyed

    def _path(self, jurisdiction: Jurisdiction, epoch: int) -> Path:
        return self.folder / f"kek_{_checked(jurisdiction)}_{epoch:d}.key"

    def _key(self, jurisdiction: Jurisdiction, epoch: int) -> bytes:
        path = self._path(jurisdiction, epoch)
        key = _read(path) if path.exists() else None
        # Asked of the disk each time, and last: what another process overwrites meanwhile is no key to wrap under.
        if _tombstone(path).exists():
            raise KeyErased("the key of this epoch was destroyed")
        if key is None:
            raise Tampered("no key of this epoch")
        return key


def create(folder: Path, jurisdictions: Iterable[Jurisdiction] = (), *, entropy: Entropy = os.urandom) -> FileKeeper:
    """Make the folder, the ledger's secrets, and a first epoch for each jurisdiction. Never over an old one."""
    try:
        folder.mkdir(mode=_FOLDER_MODE)
    except FileExistsError:
        raise ConfigurationError("the folder of keys exists already; creating one is done once") from None
    _sync(folder.parent)
    for name in SECRETS:
        _write_new(folder / f"secret_{name}.key", entropy(KEY_BYTES))
    keeper = FileKeeper(folder=folder, entropy=entropy)
    for jurisdiction in jurisdictions:
        keeper.rotate(jurisdiction)
    return keeper


def open_keeper(folder: Path) -> FileKeeper:
    """Open a folder of keys, checking every file in it; raises `ConfigurationError`.

    A destruction that was interrupted is finished.
    """
    try:
        found = folder.lstat()
    except OSError:
        raise ConfigurationError("there is no folder of keys; creating one is an explicit act") from None
    if not stat.S_ISDIR(found.st_mode) or found.st_mode & _OTHERS or found.st_uid != os.geteuid():
        raise ConfigurationError("the folder of keys must be a folder of ours with mode 0700")
    for path in folder.glob("*.key"):
        if _tombstone(path).exists():
            _destroy(path)
        else:
            _read(path)
    keeper = FileKeeper(folder=folder)
    for name in SECRETS:
        keeper.secret(name)
    return keeper


def _checked(jurisdiction: Jurisdiction) -> Jurisdiction:
    # The code becomes part of a file name.
    if not is_shaped_like_a_jurisdiction(jurisdiction):
        raise ConfigurationError("not the code of a jurisdiction")
    return jurisdiction


def _checked_name(name: str) -> str:
    if not 0 < len(name) <= _MAXIMUM_SECRET_NAME or not name.isascii() or not name.isalpha() or not name.islower():
        raise ConfigurationError("a secret's name is a lower-case word")
    return name


def _tombstone(path: Path) -> Path:
    return path.with_suffix(".destroyed")


def _read(path: Path) -> bytes:
    """Read a key through one descriptor, so that what was checked is what is read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        raise ConfigurationError(f"{path.name} cannot be opened") from None
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_mode & _OTHERS or found.st_uid != os.geteuid():
            raise ConfigurationError(f"{path.name} must be a file of ours with mode 0600")
        key = file.read(KEY_BYTES + 1)
    if len(key) != KEY_BYTES:
        raise ConfigurationError(f"{path.name} does not hold a key")
    return key


def _write_new(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, and never over another: written aside, synced, linked, synced."""
    aside = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, _FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        os.link(aside, path)
    except FileExistsError:
        raise ConfigurationError(f"{path.name} exists already") from None
    finally:
        aside.unlink(missing_ok=True)
    _sync(path.parent)


def _destroy(path: Path) -> None:
    """Overwrite a key and take its name away; one that is gone stays gone, whoever finished it."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    with os.fdopen(descriptor, "wb") as file:
        file.write(bytes(KEY_BYTES))
        file.flush()
        os.fsync(descriptor)
    path.unlink(missing_ok=True)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Make names in a folder durable, not only the bytes behind them."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class FileKeepers:
    """How keepers of this kind are made, once, and opened; implements `registry.ports.KeeperKind`."""

    CODE: ClassVar[str] = "file"

    def create(
        self,
        folder: Path,
        jurisdictions: Iterable[Jurisdiction],
        /,
        *,
        options: Mapping[str, str],  # noqa: ARG002  # the port's; files need none
    ) -> FileKeeper:
        """Make a folder of keys."""
        return create(folder, jurisdictions)

    def open(self, folder: Path, /, *, options: Mapping[str, str]) -> FileKeeper:  # noqa: ARG002  # as in create
        """Open a folder of keys, checking every file in it."""
        return open_keeper(folder)


KEEPER: Final = FileKeepers()
