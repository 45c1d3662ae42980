"""Upkeep beside the process that writes facts: short transactions of rows alone, and sweeping what deleting leaves.

No fact is appended here, so the writing process' own picture of the streams stays true; the store's
own lock lets the two take turns. What a transaction rests on is read inside it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from registry.errors import NoLedger, Unavailable
from registry.ledger.opening import store_at
from registry.ledger.rows import Change, Table
from registry.ledger.settings import LedgerSettings
from registry.ledger.sqlite_store import SQLiteStore
from registry.ledger.store import Pending, Session, StoreBroken
from registry.ledger.view_connections import FILE_NAME

_ATTEMPTS: Final = 5
Work = Callable[[Session], Iterable[Change]]
"""Reads in a running transaction and gives the changes that follow."""


class Upkeep:
    """Changes rows of a ledger that another process may be writing. One thread uses it."""

    def __init__(self, settings: LedgerSettings) -> None:
        """Take the ledger; raises `NoLedger` if there is none."""
        self._store = store_at(settings)
        if not self._store.meta():
            raise NoLedger("there is no ledger here; creating one is an explicit act")
        self._session = self._store.session()
        self._views = settings.path.with_name(FILE_NAME) if settings.path else None

    def change(self, work: Work) -> None:
        """Write what `work` says in one transaction; raises `Unavailable` when the store stays busy or breaks.

        `work` may be run again, in another transaction.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                self._change(work)
            except StoreBroken as fault:
                if attempt == _ATTEMPTS:
                    raise Unavailable(fault.code) from None
            else:
                return
            finally:
                self._session.rollback()

    def _change(self, work: Work) -> None:
        session = self._session
        session.begin()
        pending = Pending()
        pending.change(work(session))
        if pending:
            session.write(pending)
        session.commit()

    def sweep(self, tables: Sequence[Table], *, compact: bool) -> None:
        """Remove what deleting leaves in the ledger's files and the views'; see `store.Store.sweep`.

        Raises `Unavailable` when readers or writers leave no room for it; it can be done again.
        """
        try:
            self._session.close()
            self._store.sweep(tables, compact=compact)
            if self._views is not None and self._views.exists():
                SQLiteStore(self._views).sweep((), compact=compact)
        except StoreBroken as fault:
            raise Unavailable(fault.code) from None

    def close(self) -> None:
        """Give the connection up."""
        self._session.close()
