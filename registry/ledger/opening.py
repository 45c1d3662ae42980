"""A ledger is created once, on purpose, and opened from then on; opening creates nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Condition
from uuid import UUID

from registry.errors import ConfigurationError, LedgerError, NoLedger
from registry.ledger import sqlite_store
from registry.ledger.cache import Cache
from registry.ledger.codec import Codec
from registry.ledger.port import Recorded
from registry.ledger.reader import LedgerReader
from registry.ledger.rows import Change, Table
from registry.ledger.settings import LedgerSettings
from registry.ledger.store import Store
from registry.ledger.tables import checked
from registry.ledger.unit import Clock, Project, Tools
from registry.ledger.writer import GroupWriter
from registry.values.time import Instant

SCHEMA = "1"
"""Version of the ledger's own tables; another one is not opened."""
RESERVED = frozenset({"stored_events", "claim", "meta", "tracking"})
_FILL_BATCH = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Ledger:
    """An open ledger."""

    ledger_id: UUID
    inception: Instant
    writer: GroupWriter
    reader: LedgerReader
    store: Store

    def close(self) -> None:
        """Do what waits, then give everything up. Blocks."""
        self.writer.close()
        self.reader.close()
        self.store.close()


def no_rows(recorded: Recorded) -> Iterable[Change]:  # noqa: ARG001  # the shape of a projection
    """Project a fact to nothing."""
    return ()


def create_ledger(
    settings: LedgerSettings, *, ledger_id: UUID, inception: Instant, tables: Sequence[Table] = ()
) -> None:
    """Make an empty ledger, with its identity, its time of birth and the tables written with the facts.

    Raises `LedgerError` if there is anything here already, `NotDurable` if the store would not keep
    what it acknowledges.
    """
    _check_names(tables)
    meta = {"schema": SCHEMA, "ledger_id": str(ledger_id), "inception": str(int(inception))}
    store_at(settings).create(meta, tables)


def open_ledger(
    settings: LedgerSettings, *, clock: Clock, project: Project = no_rows, tables: Sequence[Table] = ()
) -> Ledger:
    """Open a ledger and start its writer. `clock` gives UTC now in microseconds; any thread may call it.

    Raises `NoLedger` if there is none, `LedgerError` if another process writes it, if its tables are
    not those described, or if its schema is another; `NotDurable` as `create_ledger`.
    """
    _check_names(tables)
    store = store_at(settings)
    meta = store.open()
    try:
        ledger_id, inception = identity(meta)
        _check_tables(store, tables)
    except BaseException:
        store.close()
        raise
    codec = Codec()
    changed = Condition()
    tools = Tools(
        session=store.session(), codec=codec, cache=Cache(settings.cache_streams), clock=clock, project=project
    )
    return Ledger(
        ledger_id=ledger_id,
        inception=inception,
        writer=GroupWriter(tools, queue_bound=settings.queue_bound, batch_cap=settings.batch_cap, changed=changed),
        reader=LedgerReader(store.reads(), codec, changed),
        store=store,
    )


def open_reader(settings: LedgerSettings) -> LedgerReader:
    """Open a ledger for reading alone, beside the process that writes it. Raises `NoLedger`."""
    store = store_at(settings)
    identity(store.meta())
    return LedgerReader(store.reads(), Codec(), Condition())


def add_tables(settings: LedgerSettings, *, project: Project, tables: Sequence[Table]) -> Sequence[str]:
    """Make the tables that are described and missing, filled from the facts; gives their names.

    An explicit step of an upgrade, with no writer running. Rows that commands wrote by `rows=` and
    no projection gives are not among them.
    """
    _check_names(tables)
    store = store_at(settings)
    identity(store.open())
    try:
        present = store.columns()
        missing = [table for table in tables if table.name not in present]
        if missing:
            names = {table.name for table in missing}
            store.add_tables(missing, _changes_for(store, project, names))
        return [table.name for table in missing]
    finally:
        store.close()


def _changes_for(store: Store, project: Project, names: set[str]) -> Iterable[Sequence[Change]]:
    reader = LedgerReader(store.reads(), Codec(), Condition())
    position = 0
    while facts := reader.after(position, limit=_FILL_BATCH):  # type: ignore[arg-type]  # 0 comes before every position
        yield [change for recorded in facts for change in project(recorded) if change.table.name in names]
        position = facts[-1].position
    reader.close()


def store_at(settings: LedgerSettings) -> Store:
    """Give the place that the settings name; raises `ConfigurationError` where they name none, or two."""
    if (settings.path is None) == (settings.dsn is None):
        raise ConfigurationError("a ledger is at a path or at a dsn, one of them")
    if settings.queue_bound < 1 or settings.batch_cap < 1 or settings.cache_streams < 1:
        raise ConfigurationError("the bounds of a ledger are at least 1")
    if settings.path is not None:
        return sqlite_store.SQLiteStore(settings.path)
    # Here and not above: the driver is a sixth of the start-up of a registry that keeps its ledger in a file.
    from registry.ledger import postgres_store  # noqa: PLC0415

    return postgres_store.PostgresStore(settings)


def identity(meta: Mapping[str, str]) -> tuple[UUID, Instant]:
    """Read who a ledger is and when it was born; raises `NoLedger`, and `LedgerError` for another schema."""
    if not meta:
        raise NoLedger("there is no ledger here; creating one is an explicit act")
    if meta.get("schema") != SCHEMA:
        raise LedgerError("the ledger's tables are of another version than this code")
    return UUID(meta["ledger_id"]), Instant(int(meta["inception"]))


def _check_names(tables: Sequence[Table]) -> None:
    names = [checked(table.name) for table in tables]
    if len(set(names)) != len(names) or RESERVED & set(names):
        raise LedgerError("each table has a name of its own, and not one of the ledger's")


def _check_tables(store: Store, tables: Sequence[Table]) -> None:
    present = store.columns()
    for table in tables:
        if present.get(table.name) != tuple(sorted(table.columns)):
            raise LedgerError(f"the table {checked(table.name)} is not there as described; the upgrade step makes it")
