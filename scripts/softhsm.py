"""Find SoftHSM for the tests of the hardware keeper: the machine's own, else Debian's if we may."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PROGRAM = "softhsm2-util"
LIBRARIES = ("softhsm/libsofthsm2.so", "libsofthsm2.so")
FOLDERS = (Path("/usr/lib"), *sorted(Path("/usr/lib").glob("*-linux-gnu")), Path("/usr/lib64"), Path("/usr/local/lib"))


def library() -> Path | None:
    """Give SoftHSM's library, installing Debian's if we may; None if there is none to be had."""
    found = on_the_machine()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        install()
        found = on_the_machine()
    return found


def on_the_machine() -> Path | None:
    """Give the library, if its program is there too: without it no token can be made."""
    if shutil.which(PROGRAM) is None:
        return None
    candidates = (folder / name for folder in FOLDERS for name in LIBRARIES)
    return next((file for file in candidates if file.is_file()), None)


def install() -> None:
    """Install Debian's SoftHSM; a failure is told and is not the end."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (("update", "-qq"), ("install", "-y", "-qq", "--no-install-recommends", "softhsm2")):
        done = subprocess.run(["apt-get", *command], env=environment, stdout=sys.stderr, check=False)
        if done.returncode != 0:
            print("Debian's SoftHSM could not be installed; going on without it.", file=sys.stderr)
            return
