"""Find npm's oidc-provider for the tests of signing in: where it was installed, else from the lock beside the tests.

Nothing of it runs while it is installed, and every package is held to the hash in the lock.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

LOCK: Final = Path(__file__).resolve().parent.parent / "tests" / "oidc"
FILES: Final = ("package.json", "package-lock.json")
FOLDER: Final = Path(sys.prefix) / "oidc-provider"
"""Beside the packages that Python was given: no part of the project, and gone with its environment."""
SECONDS: Final = 300


def folder() -> Path | None:
    """Give the folder it is installed in, installing it where there are Node and npm; None if it is not to be had."""
    found = on_the_machine()
    if found is None and shutil.which("node") and shutil.which("npm"):
        install()
        found = on_the_machine()
    return found


def on_the_machine() -> Path | None:
    """Give the folder it is installed in, if that is what the lock asks for and there is Node to run it."""
    installed = (FOLDER / "node_modules" / "oidc-provider" / "package.json").is_file()
    return FOLDER if installed and shutil.which("node") and _is_of_the_lock() else None


def _is_of_the_lock() -> bool:
    return all(
        (FOLDER / name).is_file() and (FOLDER / name).read_bytes() == (LOCK / name).read_bytes() for name in FILES
    )


def install() -> None:
    """Install what the lock names; a failure is told and is not the end."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copyfile(LOCK / name, FOLDER / name)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    environment = {**os.environ, "npm_config_update_notifier": "false"}
    try:
        subprocess.run(command, cwd=FOLDER, env=environment, stdout=sys.stderr, check=True, timeout=SECONDS)
    except (OSError, subprocess.SubprocessError):
        (FOLDER / FILES[-1]).unlink()
        print("npm's oidc-provider could not be installed; going on without it.", file=sys.stderr)
