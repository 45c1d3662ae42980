"""Audit a running registry's log by golang.org/x/mod/sumdb, a client that nobody here wrote, entry by entry.

scripts/audit-with-go URL --token-file FILE [--keys FILE] [--since FILE]

The token is an access token of a participant (for the demo: `registry demo-token INSTITUTION`). Without --keys the
log's own word on its keys is taken, which proves nothing against whoever serves it; --since is a checkpoint that was
saved earlier. Needs Go and golang.org/x/mod; as root it installs Debian's packages.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.request import urlopen

from registry.ledger.proof.signed_note import MAXIMUM_NOTE, NoteKey
from registry.ledger.proof.vkey import parse_vkey
from scripts import golang

PROGRAM: Final = Path(__file__).with_name("web_auditor.go")
_UNAVAILABLE: Final = 2


def main(arguments: list[str]) -> int:
    """Build the program and run it; 0 if the log holds, 1 if not, 2 where there is no Go."""
    parser = argparse.ArgumentParser(prog="scripts/audit-with-go")
    parser.add_argument("url")
    parser.add_argument("--token-file", type=Path, required=True)
    parser.add_argument("--keys", type=Path)
    parser.add_argument("--since", type=Path)
    given = parser.parse_args(arguments)
    if golang.sources() is None:
        print("There is no Go with golang.org/x/mod here: nobody else's client has audited the log.", file=sys.stderr)
        return _UNAVAILABLE
    with TemporaryDirectory(prefix="audit-with-go-") as folder:
        program = golang.build(PROGRAM, Path(folder))
        return audit(program, given.url, given.token_file, given.keys, given.since) if program else _UNAVAILABLE


def audit(program: Path, url: str, token_file: Path, keys: Path | None, since: Path | None) -> int:
    """Run the built program against a log."""
    if not url.startswith(("http://", "https://")):
        print("The address begins with http:// or https://.", file=sys.stderr)
        return _UNAVAILABLE
    if keys is None:
        print("The keys are the log's own word: have them by another way, and give --keys.", file=sys.stderr)
        with urlopen(f"{url.rstrip('/')}/log/keys", timeout=20) as answer:  # noqa: S310  # http or https, held above
            text = answer.read(MAXIMUM_NOTE).decode()
    else:
        text = keys.read_text()
    command = [str(program), url, ed25519(text), *([str(since)] if since else [])]
    environment = {**os.environ, "AUDIT_TOKEN": token_file.read_text().strip()}
    return subprocess.run(command, env=environment, check=False).returncode


def ed25519(vkeys: str) -> str:
    """Give the line of the key that Go knows how to verify."""
    return next(line for line in vkeys.splitlines() if line and isinstance(parse_vkey(line), NoteKey))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
