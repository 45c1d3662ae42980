"""Where the transparency log keeps its tiles: a file of its own beside an SQLite ledger, PostgreSQL's own database.

The log can be made again from the facts, entry by entry and byte by byte; what it signed cannot, and is
remembered elsewhere too (`heads.py`). Growing is one transaction that begins at a known size, or does not happen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from registry.errors import NoLedger, StaleVersion
from registry.ledger.proof.errors import TileMissing
from registry.ledger.proof.tiles import ENTRIES, WIDTH, Tile, entries_of, narrowed, tile_at
from registry.ledger.rows import Add, Cell, Change, Put, Table
from registry.ledger.settings import LedgerSettings
from registry.ledger.tables import Statements
from registry.ledger.view_connections import SQLiteViews
from registry.ledger.viewstore import Run, ViewConnections, Writes
from registry.values.identifiers import Position

FILE_NAME: Final = "log.db"

TILE: Final = Table(
    name="log_tile",
    columns={"level": "integer", "place": "integer", "content": "bytes"},
    key=("level", "place"),
)
"""The last tile of a level is overwritten as it fills; a narrower one is the beginning of it."""
LEAF: Final = Table(
    name="log_leaf",
    columns={"leaf": "integer", "position": "integer", "stream": "bytes", "version": "integer", "fact_id": "bytes"},
    key=("leaf",),
    indexes=(("stream", "version"), ("fact_id",)),
)
SIGNED: Final = Table(
    name="log_signed",
    columns={"origin": "text", "size": "integer", "root": "bytes", "signed_at": "integer"},
    key=("origin", "size"),
)
"""Every size that was ever signed, with its root."""
_TABLES: Final = (TILE, LEAF, SIGNED)
_META: Final = (
    "CREATE TABLE log_meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE log_head (only_one BIGINT PRIMARY KEY, size BIGINT NOT NULL, position BIGINT NOT NULL)",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class LogHead:
    """How far the log has come: its size in entries, and the ledger's position that the last of them is of."""

    size: int
    position: Position


@dataclass(frozen=True, kw_only=True, slots=True)
class LeafRow:
    """An entry's place, for finding it by what it is about."""

    leaf: int
    position: Position
    stream: UUID
    version: int
    fact_id: UUID


class LogStore:
    """The tables of one log. Any thread may call; writers wait for one another."""

    def __init__(self, connections: ViewConnections) -> None:
        """Take the connections; nothing is made."""
        self.connections = connections
        self._statements = Statements(connections.dialect)
        self._mark = "?" if connections.dialect == "sqlite" else "%s"

    def create(self, origin: str) -> None:
        """Make an empty log under a name, once. An explicit act, like that of making the ledger."""

        def act(run: Writes) -> None:
            for sql in _META:
                run(sql)
            for table in _TABLES:
                for sql in (*self._statements.create(table), *self._statements.create_indexes(table)):
                    run(sql)
            self._begin(run, {"origin": origin})

        self.connections.write(act)

    def begin_anew(self, origin: str, *, reason: str = "", at: int = 0) -> None:
        """Forget every tile and entry and begin under another name; what was signed stays on record.

        `reason` is a word of the operator's and `at` when it was decided, UTC in microseconds; `story` gives them.
        """

        def act(run: Writes) -> None:
            run('DELETE FROM "log_tile"')
            run('DELETE FROM "log_leaf"')
            run("DELETE FROM log_head")
            former = run("SELECT value FROM log_meta WHERE name = 'origin'")[0][0]
            run("DELETE FROM log_meta")
            self._begin(run, {"origin": origin, "former": str(former), "reason": reason, "begun_at": str(at)})

        self.connections.write(act)

    def origin(self) -> str:
        """Give the log's name; raises `NoLedger` where no log was made."""

        def ask(run: Run) -> str:
            if not self._is_there(run):
                raise no_log()
            return str(run("SELECT value FROM log_meta WHERE name = 'origin'")[0][0])

        found: str = self.connections.read(ask)
        return found

    def story(self) -> dict[str, str]:
        """Give what is known of the log's beginning: `origin`, and where it followed another one, which and why."""
        found: list[tuple[Any, ...]] = self.connections.read(lambda run: run("SELECT name, value FROM log_meta"))
        return {str(name): str(value) for name, value in found}

    def head(self) -> LogHead:
        """Give how far the log has come."""
        found: LogHead = self.connections.read(self._head)
        return found

    def grow(
        self, former: LogHead, head: LogHead, leaves: Sequence[LeafRow], tiles: Sequence[tuple[Tile, bytes]]
    ) -> None:
        """Store what was appended, all or nothing. Raises `StaleVersion` unless the log is still at `former`."""
        changes: list[Change] = [
            Put(table=TILE, row={"level": tile.level, "place": tile.index, "content": data}) for tile, data in tiles
        ]
        changes += [
            Add(
                table=LEAF,
                row={
                    "leaf": each.leaf,
                    "position": each.position,
                    "stream": each.stream.bytes,
                    "version": each.version,
                    "fact_id": each.fact_id.bytes,
                },
            )
            for each in leaves
        ]
        steps = self._statements.steps(changes)

        def act(run: Writes) -> None:
            if self._head(run, lock=True) != former:
                raise StaleVersion("log-has-moved")
            for step in steps:
                run.many(step.sql, step.parameters)
            run(self._sql("UPDATE log_head SET size = ?, position = ?"), (head.size, head.position))

        self.connections.write(act)

    def read(self, tile: Tile) -> bytes:
        """Give a tile or a bundle of entries; raises `TileMissing`. The port `proof.tiles.ReadTile`."""
        query = self._statements.select(TILE, {"level": tile.level, "place": tile.index})
        found: list[tuple[Any, ...]] = self.connections.read(lambda run: run(query.sql, query.parameters))
        if not found:
            raise TileMissing("tile: the log has none at this place")
        return narrowed(tile, bytes(found[0][2]))

    def last_bundle(self, size: int) -> list[bytes]:
        """Give the entries of the bundle that is not full yet."""
        if size % WIDTH == 0:
            return []
        tile = tile_at(size, ENTRIES, size // WIDTH)
        return entries_of(tile, self.read(tile))

    def leaf_of(self, stream: UUID, version: int) -> int | None:
        """Give the index of the entry that brought a stream to a version."""
        return self._leaf({"stream": stream.bytes, "version": version})

    def leaf_of_fact(self, fact_id: UUID) -> int | None:
        """Give the index of a fact's entry; None while it has none."""
        return self._leaf({"fact_id": fact_id.bytes})

    def position_of(self, leaf: int) -> Position | None:
        """Give the ledger's position of an entry."""
        query = self._statements.select(LEAF, {"leaf": leaf})
        found: list[tuple[Any, ...]] = self.connections.read(lambda run: run(query.sql, query.parameters))
        return Position(found[0][1]) if found else None

    def signed(self, origin: str, size: int, root: bytes, signed_at: int) -> None:
        """Put on record that this size was signed, with this root."""
        row: dict[str, Cell] = {"origin": origin, "size": size, "root": root, "signed_at": signed_at}
        (step,) = self._statements.steps([Put(table=SIGNED, row=row)])
        self.connections.write(lambda run: run.many(step.sql, step.parameters))

    def sizes_signed(self, origin: str, *, limit: int = 1_000) -> list[tuple[int, bytes]]:
        """Give the sizes that were signed last, with their roots, the largest first."""
        sql = self._sql('SELECT size, root FROM "log_signed" WHERE origin = ? ORDER BY size DESC LIMIT ?')
        found: list[tuple[Any, ...]] = self.connections.read(lambda run: run(sql, (origin, limit)))
        return [(int(size), bytes(root)) for size, root in found]

    def signed_after(self, origin: str, size: int, *, limit: int = 1_000) -> list[tuple[int, bytes]]:
        """Give the sizes above one that were signed under a name, with their roots, the smallest first."""
        sql = self._sql('SELECT size, root FROM "log_signed" WHERE origin = ? AND size > ? ORDER BY size LIMIT ?')
        found: list[tuple[Any, ...]] = self.connections.read(lambda run: run(sql, (origin, size, limit)))
        return [(int(each), bytes(root)) for each, root in found]

    def origins_signed(self) -> list[str]:
        """Give the names under which anything was signed."""
        sql = 'SELECT DISTINCT origin FROM "log_signed" ORDER BY origin'
        found: list[tuple[Any, ...]] = self.connections.read(lambda run: run(sql))
        return [str(origin) for (origin,) in found]

    def leaves(self, first: int, limit: int) -> list[LeafRow]:
        """Give the index's rows of some entries, in order."""
        sql = self._sql(
            'SELECT leaf, position, stream, version, fact_id FROM "log_leaf" WHERE leaf >= ? ORDER BY leaf LIMIT ?'
        )
        found: list[tuple[Any, ...]] = self.connections.read(lambda run: run(sql, (first, limit)))
        return [
            LeafRow(
                leaf=int(leaf),
                position=Position(position),
                stream=UUID(bytes=bytes(stream)),
                version=int(version),
                fact_id=UUID(bytes=bytes(fact_id)),
            )
            for leaf, position, stream, version, fact_id in found
        ]

    def close(self) -> None:
        """Give the connections up."""
        self.connections.close()

    def _begin(self, run: Run, story: Mapping[str, str]) -> None:
        for each in story.items():
            run(self._sql("INSERT INTO log_meta (name, value) VALUES (?, ?)"), each)
        run("INSERT INTO log_head (only_one, size, position) VALUES (1, 0, 0)")

    def _head(self, run: Run, *, lock: bool = False) -> LogHead:
        tail = " FOR UPDATE" if lock and self.connections.dialect == "postgres" else ""
        ((size, position),) = run(f"SELECT size, position FROM log_head{tail}")  # noqa: S608  # constants
        return LogHead(size=int(size), position=Position(position))

    def _leaf(self, where: dict[str, Any]) -> int | None:
        query = self._statements.select(LEAF, where)
        found: list[tuple[Any, ...]] = self.connections.read(lambda run: run(query.sql, query.parameters))
        return int(found[0][0]) if found else None

    def _is_there(self, run: Run) -> bool:
        if self.connections.dialect == "sqlite":
            return bool(run("SELECT 1 FROM sqlite_master WHERE name = 'log_meta'"))
        return run("SELECT to_regclass('log_meta')")[0][0] is not None

    def _sql(self, text: str) -> str:
        return text.replace("?", self._mark)


def no_log() -> NoLedger:
    """Give the error of a ledger without a log."""
    return NoLedger("this ledger has no transparency log; `registry ledger create-log` makes it")


def open_log(settings: LedgerSettings) -> LogStore:
    """Open the log of a ledger; whether there is one, `origin` tells."""
    if settings.path is not None:
        return LogStore(SQLiteViews(settings.path.with_name(FILE_NAME)))
    # Here and not above: the driver is a sixth of the start-up of a registry that keeps its ledger in a file.
    from registry.ledger.postgres_views import PostgresViews  # noqa: PLC0415

    return LogStore(PostgresViews(settings))
