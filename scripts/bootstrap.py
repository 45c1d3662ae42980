"""Make `.venv` from a hash-pinned lock and run a command in it: standard library only, any Python 3.11 to 3.13.

    python3 scripts/bootstrap.py runtime registry demo …      a command of `.venv/bin`
    python3 scripts/bootstrap.py dev -m scripts.suite …       a module of this project

A marker in `.venv` holds the digests of what was installed, so a second run starts at once. The development lock
holds all of the runtime lock: an environment made for tests also serves the demo. Wheels only, so that no code of a
package runs while it is installed. Index, proxy and certificates are whatever the environment says.
"""

from __future__ import annotations  # An older Python must get as far as being told so.

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
MARKER = VENV / "installed"
PYTHON = VENV / "bin" / "python"
LOCKS = {"runtime": "requirements.txt", "dev": "requirements-dev.txt"}
OLDEST, NEWEST = (3, 11), (3, 13)
INSTALL_LOCK = ("--require-hashes", "--only-binary", ":all:", "-r")
INSTALL_PROJECT = ("--no-deps", "--no-build-isolation", "--no-index", "-e", str(ROOT))


def main(arguments: list[str]) -> None:
    """Make the environment ready for `arguments[0]`, then become the command in the rest."""
    supported_python()
    kind, *command = arguments
    ready(kind)
    # Hundreds of processes start from this folder of our own; without bytecode each would compile everything again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if command[0] == "-m":
        os.chdir(ROOT)  # A module of ours is looked for where we are.
        os.execv(PYTHON, [str(PYTHON), *command])
    os.execv(VENV / "bin" / command[0], command)


def supported_python() -> None:
    """Go on in a Python that the project supports, or say which one is missing."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other and subprocess.run([other, "-c", ""], capture_output=True, check=False).returncode == 0:
            os.execv(other, [other, *sys.argv])
    sys.exit(f"Python 3.11, 3.12 or 3.13 is needed; this is {sys.version.split()[0]} and no other is on PATH.")


def ready(kind: str) -> None:
    """Install what `kind` needs unless the marker says that it is there. Two runs at a time wait for each other."""
    if installed(kind):
        return
    with one_at_a_time():
        if not installed(kind):
            install(kind)


def installed(kind: str) -> bool:
    """Whether the environment holds the lock of `kind`, exactly as it is now, and this project."""
    present = MARKER.read_text() if MARKER.exists() and PYTHON.exists() else ""
    return present in {wanted(kind), wanted("dev")}


def wanted(kind: str) -> str:
    """What the marker says when `kind` is installed: digests of the lock and of the project's metadata."""
    files = (ROOT / LOCKS[kind], ROOT / "pyproject.toml")
    return "\n".join([kind, *(hashlib.sha256(file.read_bytes()).hexdigest() for file in files), str(ROOT)])


@contextmanager
def one_at_a_time() -> Generator[None, None, None]:
    """Hold a lock on the project's folder; it ends with the process, however that ends."""
    handle = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def install(kind: str) -> None:
    """Fill the environment: by uv where it is on PATH, else, or if that fails, by pip.

    It is made anew, but for the step from a runtime lock that is current to the development lock that holds it: that
    one only adds, so that a demo that is running keeps what it runs on.
    """
    print(f"Making .venv from {LOCKS[kind]} (once).", file=sys.stderr, flush=True)
    marker, lock, add = wanted(kind), str(ROOT / LOCKS[kind]), installed("runtime")
    uv = shutil.which("uv")
    if not (uv and by_uv(uv, lock, add=add)):
        by_pip(lock, add=add)
    fresh = MARKER.with_suffix(".new")
    fresh.write_text(marker)
    fresh.replace(MARKER)


def by_uv(uv: str, lock: str, *, add: bool) -> bool:
    """Fill the environment by uv; False if uv cannot, as where only pip is told about the index."""
    if not add:
        make_venv("--without-pip")
    environment = {"UV_SYSTEM_CERTS": "true", **os.environ}  # Trust whom the machine trusts, as pip does.
    for what in ((*INSTALL_LOCK, lock), INSTALL_PROJECT):
        command = [uv, "pip", "install", "--quiet", "--python", str(PYTHON), *what]
        done = subprocess.run(command, env=environment, check=False)
        if done.returncode != 0:
            print("uv could not; trying pip.", file=sys.stderr, flush=True)
            return False
    return True


def by_pip(lock: str, *, add: bool) -> None:
    """Fill the environment by the pip that comes with Python, or exit with what failed."""
    if importlib.util.find_spec("ensurepip") is None:
        release = f"{sys.version_info[0]}.{sys.version_info[1]}"
        sys.exit(f"This Python cannot make environments. On Debian and Ubuntu: apt install python{release}-venv")
    if not (add and (VENV / "bin" / "pip").exists()):
        make_venv()
    pip = (PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet", "install")
    for what in ((*INSTALL_LOCK, lock), INSTALL_PROJECT):
        if subprocess.run([*pip, *what], check=False).returncode != 0:
            sys.exit("Installing failed; the reason stands above. Nothing was kept, the next run starts again.")


def make_venv(*options: str) -> None:
    """Make an empty environment in place of what is there."""
    MARKER.unlink(missing_ok=True)
    python = getattr(sys, "_base_executable", sys.executable)  # Not ours, should we run in the one to be replaced.
    if subprocess.run([python, "-m", "venv", "--clear", *options, VENV], check=False).returncode != 0:
        sys.exit("Making .venv failed; the reason stands above.")


if __name__ == "__main__":
    main(sys.argv[1:])
