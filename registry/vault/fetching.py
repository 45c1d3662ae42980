"""A ring that fetches the keys of many blocks by one question each of store and keeper: whoever compares opens many."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, runtime_checkable

from registry.errors import KeyErased, Tampered
from registry.values.identifiers import SubjectId
from registry.values.jurisdiction import Jurisdiction
from registry.vault.keys import CACHED_KEYS, Keeper, KeyRing, KeyState, SubjectKey, WrappedKey, asking


@runtime_checkable
class ManyKeeper(Protocol):
    """A keeper that unwraps many keys of one epoch for little more than one."""

    def unwrap_many(self, jurisdiction: Jurisdiction, epoch: int, wrapped: Sequence[bytes], /) -> list[bytes]:
        """Unwrap keys, in their order; raises as `unwrap` where one of them cannot be."""
        ...


class FetchingRing(KeyRing):
    """A ring that knows how to find the rows of many key ids at once."""

    def __init__(
        self,
        keeper: Keeper,
        *,
        of_subject: Callable[[SubjectId], WrappedKey | None],
        by_key_id: Callable[[bytes], WrappedKey | None],
        by_key_ids: Callable[[Sequence[bytes]], Iterable[WrappedKey]],
        size: int = CACHED_KEYS,
    ) -> None:
        """Take what a ring takes, and how to find the rows of many key ids."""
        super().__init__(keeper, of_subject=of_subject, by_key_id=by_key_id, size=size)
        self._by_key_ids = by_key_ids
        self._many = keeper if isinstance(keeper, ManyKeeper) else None

    def fetch(self, key_ids: Iterable[bytes]) -> None:
        """Have keys at hand that many blocks name, where the keeper unwraps many for little more than one.

        What does not come is left to `to_open`, which says why. Raises `Unavailable`.
        """
        if self._many is None:
            return
        with self._lock:
            missing = [key_id for key_id in dict.fromkeys(key_ids) if key_id not in self._keys]
            mark = self._forgotten
        if len(missing) < 2:  # noqa: PLR2004  # one is fetched when it is used
            return
        by_epoch: dict[tuple[Jurisdiction, int], list[WrappedKey]] = {}
        for row in self._by_key_ids(missing):
            if row.state is KeyState.ACTIVE:
                by_epoch.setdefault((row.jurisdiction, row.epoch), []).append(row)
        for (jurisdiction, epoch), rows in by_epoch.items():
            try:
                with asking():
                    secrets = self._many.unwrap_many(jurisdiction, epoch, [row.wrapped for row in rows])
            except (KeyErased, Tampered):
                continue
            with self._lock:
                for row, secret in zip(rows, secrets, strict=True):
                    self._pending.pop(row.subject, None)
                    if mark == self._forgotten:
                        self._keep(SubjectKey(subject=row.subject, key_id=row.key_id, secret=secret))
