"""Find Go and golang.org/x/mod for the audit by a client that nobody here wrote; install Debian's packages if we may.

Nothing is fetched by Go itself: its packages are taken from where Debian, or Go's own sources, keep them.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

PACKAGES: Final = ("golang-go", "golang-golang-x-mod-dev", "golang-golang-x-crypto-dev")
NEEDED: Final = ("golang.org/x/mod/sumdb/tlog", "golang.org/x/mod/sumdb/note", "golang.org/x/crypto/ed25519")
DEBIAN: Final = Path("/usr/share/gocode/src")


def sources() -> Path | None:
    """Give the folder that holds golang.org/x, installing Debian's packages if we may; None if there is none."""
    found = on_the_machine()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        install()
        found = on_the_machine()
    return found


def on_the_machine() -> Path | None:
    """Give the folder that holds golang.org/x, where there is Go too."""
    go = shutil.which("go")
    if go is None:
        return None
    told = subprocess.run([go, "env", "GOROOT"], capture_output=True, check=False, text=True).stdout.strip()
    candidates = (DEBIAN, Path(told) / "src" / "cmd" / "vendor")
    return next((each for each in candidates if (each / NEEDED[0]).is_dir() and (each / NEEDED[1]).is_dir()), None)


def build(program: Path, into: Path) -> Path | None:
    """Build a Go program of one file in an empty folder; None where there is no Go. Raises if it does not compile."""
    environment = workspace(into)
    if environment is None:
        return None
    built = into / program.stem
    subprocess.run(["go", "build", "-o", built, program], env=environment, check=True, cwd=into)
    return built


def workspace(folder: Path) -> dict[str, str] | None:
    """Lay out Go's packages in a folder; give the environment to run Go in, None where there is none."""
    found = on_the_machine()
    if found is None:
        return None
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "golang.org").symlink_to(found / "golang.org")
    place = {"GOPATH": str(folder), "GOCACHE": str(folder / "cache"), "GO111MODULE": "off", "GOFLAGS": ""}
    return {**os.environ, **place, "GOTOOLCHAIN": "local", "GOPROXY": "off"}


def install() -> None:
    """Install Debian's packages; a failure is told and is not the end."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (("update", "-qq"), ("install", "-y", "-qq", "--no-install-recommends", *PACKAGES)):
        done = subprocess.run(["apt-get", *command], env=environment, stdout=sys.stderr, check=False)
        if done.returncode != 0:
            print("Debian's Go could not be installed; going on without it.", file=sys.stderr)
            return
