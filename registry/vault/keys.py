"""The keys of subjects: made once, kept wrapped, cached unwrapped, erased for good.

A key goes `none -> active -> erased`. Erased is a row without key bytes, not an absent row: an
absent row would let the next writer make a new key and bring the subject back unnoticed.
"""

from collections import OrderedDict
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from threading import Lock
from typing import Final, Protocol

from registry.errors import ConfigurationError, KeyErased, KeyLost, NoKey, Tampered, Unavailable
from registry.values.identifiers import SubjectId
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant

KEY_BYTES: Final = 32
CLOSED: Final = "CLOSED"
"""The state of an epoch's row once no key wrapped under it may be saved any more."""
KEY_ID_BYTES: Final = 16
CACHED_KEYS: Final = 65_536
PENDING_KEYS: Final = 8_192

Entropy = Callable[[int], bytes]
"""Gives that many random bytes, such as `os.urandom`; passed in, so that tests can repeat themselves."""


class Keeper(Protocol):
    """What the vault needs of a key keeper; `registry.ports.KeyKeeper` has the same shape."""

    def current_epoch(self, jurisdiction: Jurisdiction, /) -> int:
        """Give the epoch that new keys are wrapped under; raises `NoKey` where there is none yet."""
        ...

    def wrap(self, jurisdiction: Jurisdiction, epoch: int, key: bytes, /) -> bytes:
        """Wrap a key."""
        ...

    def unwrap(self, jurisdiction: Jurisdiction, epoch: int, wrapped: bytes, /) -> bytes:
        """Unwrap a key; raises `Tampered`, or `KeyErased` where the epoch's key was destroyed."""
        ...


class KeyState(StrEnum):
    """How a subject's key stands. No key at all is the absence of a row."""

    ACTIVE = "ACTIVE"
    ERASED = "ERASED"


@dataclass(frozen=True, kw_only=True, slots=True)
class SubjectKey:
    """An unwrapped key: 16 bytes that name it, 32 bytes that nobody prints."""

    subject: SubjectId
    key_id: bytes
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Hold the lengths, on which the layout of a block rests."""
        if len(self.key_id) != KEY_ID_BYTES or len(self.secret) != KEY_BYTES:
            raise Tampered("a subject key has an id of 16 and a secret of 32 bytes")


@dataclass(frozen=True, kw_only=True, slots=True)
class WrappedKey:
    """A subject's key as a row keeps it. Once erased, `wrapped` is empty and `erased_at` is set."""

    subject: SubjectId
    key_id: bytes
    jurisdiction: Jurisdiction
    epoch: int
    wrapped: bytes = field(repr=False)
    state: KeyState
    created_at: Instant
    erased_at: Instant | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SealingKey:
    """A key to seal under; `unsaved` is its row if no store is known to hold it yet."""

    key: SubjectKey
    unsaved: WrappedKey | None = None


@contextmanager
def asking() -> Generator[None, None, None]:
    """Turn a keeper that cannot answer now into `Unavailable`: no descriptors, a disk gone, a key not made yet.

    What it refuses for good, `KeyErased` and `Tampered`, passes.
    """
    try:
        yield
    except NoKey:
        raise Unavailable("jurisdiction-without-key", retry_after=60) from None
    except (OSError, ConfigurationError):
        # Their words name files of keys.
        raise Unavailable("keys-unavailable") from None


def new_key(
    subject: SubjectId, jurisdiction: Jurisdiction, keeper: Keeper, entropy: Entropy, now: Instant
) -> tuple[SubjectKey, WrappedKey]:
    """Make a key for a subject that has none, wrapped under the jurisdiction's current epoch.

    `now` is when it was made, for the row. The row must be saved with the first fact that uses it.
    """
    key = SubjectKey(subject=subject, key_id=entropy(KEY_ID_BYTES), secret=entropy(KEY_BYTES))
    epoch = keeper.current_epoch(jurisdiction)
    row = WrappedKey(
        subject=subject,
        key_id=key.key_id,
        jurisdiction=jurisdiction,
        epoch=epoch,
        wrapped=keeper.wrap(jurisdiction, epoch, key.secret),
        state=KeyState.ACTIVE,
        created_at=now,
    )
    return key, row


def unwrapped(row: WrappedKey, keeper: Keeper) -> SubjectKey:
    """Unwrap a row's key; raises `KeyErased` for an erased row, `KeyLost` for an epoch that is, `Tampered`."""
    if row.state is not KeyState.ACTIVE:
        raise KeyErased("the key was erased")
    try:
        secret = keeper.unwrap(row.jurisdiction, row.epoch, row.wrapped)
    except KeyErased:
        raise KeyLost("what the key was wrapped under was destroyed") from None
    return SubjectKey(subject=row.subject, key_id=row.key_id, secret=secret)


def rewrapped(row: WrappedKey, keeper: Keeper) -> WrappedKey:
    """Move a surviving key under the current epoch, so that the old epoch's key can be destroyed."""
    epoch = keeper.current_epoch(row.jurisdiction)
    if row.state is not KeyState.ACTIVE or row.epoch == epoch:
        return row
    secret = keeper.unwrap(row.jurisdiction, row.epoch, row.wrapped)
    return replace(row, epoch=epoch, wrapped=keeper.wrap(row.jurisdiction, epoch, secret))


def erased(row: WrappedKey, now: Instant) -> WrappedKey:
    """Give the tombstone of a key: same subject and id, no key bytes. Erasing twice changes nothing."""
    if row.state is KeyState.ERASED:
        return row
    return replace(row, wrapped=b"", state=KeyState.ERASED, erased_at=now)


class KeyRing:
    """Unwrapped keys at hand, a bounded number of them, the longest unused leaving first.

    Rows are fetched through callables, so that the vault does no I/O of its own. Any thread may call.
    """

    def __init__(
        self,
        keeper: Keeper,
        *,
        of_subject: Callable[[SubjectId], WrappedKey | None],
        by_key_id: Callable[[bytes], WrappedKey | None],
        size: int = CACHED_KEYS,
    ) -> None:
        """Take a keeper, and how to find the row of a subject and the row of a key id."""
        self._keeper = keeper
        self._of_subject = of_subject
        self._by_key_id = by_key_id
        self._size = size
        self._lock = Lock()
        self._keys: OrderedDict[bytes, SubjectKey] = OrderedDict()
        self._ids: dict[SubjectId, bytes] = {}
        self._pending: OrderedDict[SubjectId, SealingKey] = OrderedDict()
        self._forgotten = 0

    def __repr__(self) -> str:
        """Show how many keys are at hand, and none of them."""
        return f"KeyRing({len(self._keys)} of {self._size})"

    def to_seal(self, subject: SubjectId, *, jurisdiction: Jurisdiction, now: Instant, entropy: Entropy) -> SealingKey:
        """Give the subject's key, or make it one. Raises `KeyErased` where it was destroyed, `Unavailable`.

        A key made here is `unsaved` until its row is found in the store; every command sealed under
        it meanwhile carries the same row, so that it is saved with whichever fact comes first.
        """
        with self._lock:
            key_id = self._ids.get(subject)
            if key_id is not None:
                self._keys.move_to_end(key_id)
                return SealingKey(key=self._keys[key_id])
            mark = self._forgotten
        row = self._of_subject(subject)
        if row is not None:
            return SealingKey(key=self._kept(row, mark, lambda: self._of_subject(subject)))
        return self._made(subject, jurisdiction, now, entropy)

    def next_key(
        self, subject: SubjectId, *, now: Instant, entropy: Entropy
    ) -> tuple[WrappedKey, WrappedKey, tuple[SubjectKey, WrappedKey]] | None:
        """Make another key for a subject that has one: its row as it is, that row under the current epoch, the new key.

        None where it has none. The new one is not at hand until its row is found in the store: nobody else may seal
        under it before. Raises as `to_seal`.
        """
        if (row := self._of_subject(subject)) is None:
            return None
        with asking():
            unwrapped(row, self._keeper)
            made = new_key(subject, row.jurisdiction, self._keeper, entropy, now)
            return row, rewrapped(row, self._keeper), made

    def holds(self, subject: SubjectId) -> bool:
        """Say whether a subject's key is at hand at this moment, so that sealing under it asks nobody."""
        return subject in self._ids

    def to_open(self, key_id: bytes) -> SubjectKey:
        """Give the key that a block names. Raises `KeyErased` if destroyed, `Tampered` if unknown, `Unavailable`."""
        with self._lock:
            if (key := self._keys.get(key_id)) is not None:
                self._keys.move_to_end(key_id)
                return key
            mark = self._forgotten
        row = self._by_key_id(key_id)
        if row is None or row.key_id != key_id:
            raise Tampered("no key of this id")
        return self._kept(row, mark, lambda: self._by_key_id(key_id))

    def fetch(self, key_ids: Iterable[bytes]) -> None:
        """Have keys at hand that many blocks name; here each is fetched when it is used (vault/fetching.py)."""

    def unsaved(self, row: WrappedKey) -> SubjectKey:
        """Unwrap a key that no store holds, without keeping it. Raises as `to_open`."""
        with asking():
            return unwrapped(row, self._keeper)

    def saved(self, rows: Iterable[WrappedKey]) -> None:
        """Hold keys at hand whose rows have been committed, instead of fetching them at their next use."""
        with self._lock:
            for row in rows:
                pending = self._pending.get(row.subject)
                if pending is None or pending.key.key_id != row.key_id:
                    continue
                del self._pending[row.subject]
                self._keep(pending.key)

    def _keep(self, key: SubjectKey) -> None:
        """Put a key at hand; the lock is held."""
        former = self._ids.get(key.subject)
        if former is not None and former != key.key_id:
            del self._keys[former]
        self._keys[key.key_id] = key
        self._ids[key.subject] = key.key_id
        while len(self._keys) > self._size:
            _, oldest = self._keys.popitem(last=False)
            self._ids.pop(oldest.subject, None)

    def forget(self, subject: SubjectId, key_id: bytes | None = None) -> None:
        """Drop a subject's key from memory, after its row was erased or could not be saved; and a key by its id.

        A key may be at hand as the one of a party that has another by now.
        """
        with self._lock:
            self._forgotten += 1
            self._pending.pop(subject, None)
            for gone in (self._ids.get(subject), key_id):
                key = self._keys.pop(gone, None) if gone is not None else None
                if key is not None and self._ids.get(key.subject) == gone:
                    del self._ids[key.subject]

    def _kept(self, row: WrappedKey, mark: int, again: Callable[[], WrappedKey | None]) -> SubjectKey:
        """Unwrap a row's key and keep it, unless something was forgotten since the row was fetched."""
        # Without the mark, a row read before an erasure could be put back into memory after it.
        with asking():
            try:
                key = unwrapped(row, self._keeper)
            except KeyLost:  # its epoch turned since it was fetched: nobody erased it
                if (moved := again() or row) == row:
                    raise
                key = unwrapped(moved, self._keeper)
        with self._lock:
            self._pending.pop(row.subject, None)
            if mark == self._forgotten:
                self._keep(key)
        return key

    def _made(self, subject: SubjectId, jurisdiction: Jurisdiction, now: Instant, entropy: Entropy) -> SealingKey:
        """Make a key, unless another thread has made one for this subject that is not saved yet."""
        with self._lock:
            pending = self._pending.get(subject)
        if pending is not None:
            return pending
        with asking():
            key, row = new_key(subject, jurisdiction, self._keeper, entropy, now)
        with self._lock:
            chosen = self._pending.setdefault(subject, SealingKey(key=key, unsaved=row))
            while len(self._pending) > PENDING_KEYS:
                self._pending.popitem(last=False)
        return chosen
