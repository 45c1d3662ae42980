"""Find Chromium for the tests of pages: the machine's own, else Debian's package where it may be installed."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")


def program() -> str | None:
    """Give the browser's program, installing Debian's if we may; None if there is none to be had."""
    found = told() or on_the_machine()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        install()
        found = on_the_machine()
    return found


def told() -> str | None:
    """Give the program that TEST_CHROMIUM names, if it can be run."""
    return shutil.which(os.environ.get("TEST_CHROMIUM", ""))


def on_the_machine() -> str | None:
    """Give the first browser on PATH."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def install() -> None:
    """Install Debian's Chromium; a failure is told and is not the end."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (("update", "-qq"), ("install", "-y", "-qq", "--no-install-recommends", "chromium")):
        done = subprocess.run(["apt-get", *command], env=environment, stdout=sys.stderr, check=False)
        if done.returncode != 0:
            print("Debian's Chromium could not be installed; going on without it.", file=sys.stderr)
            return
