"""Plays a lesson: takes its commands and what it shows out of the Markdown, runs them, compares.

A block of kind `sh` is run, one of kind `json` or `text` beneath it is what it must print; any other is for people
alone. In what a lesson shows, `…` stands for anything; in a command, `«words»` stands for something that the
reader takes from the answer before.
"""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import orjson

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PLACEHOLDER = re.compile("«([^»]+)»")
ANYTHING = "…"
PATIENCE_SECONDS = 20
"""How long an answer that follows the ledger from behind may take to come out as shown."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """Commands that a reader types, and what they then see; None where the lesson shows nothing."""

    commands: str
    kind: str | None
    shown: str | None


def steps(lesson: str) -> list[Step]:
    """Take a lesson apart."""
    blocks = BLOCK.findall(lesson)
    following = [*blocks[1:], ("", "")]
    return [
        Step(
            commands=body,
            kind=after[0] if after[0] in {"json", "text"} else None,
            shown=after[1] if after[0] in {"json", "text"} else None,
        )
        for (kind, body), after in zip(blocks, following, strict=True)
        if kind == "sh"
    ]


def told(shown: Any, printed: Any) -> bool:
    """Whether what a lesson shows tells the truth about what was printed; both are read JSON."""
    if shown == ANYTHING:
        return True
    if isinstance(shown, str) and isinstance(printed, str):
        return told_in_words(shown, printed)
    if isinstance(shown, dict) and isinstance(printed, dict):
        known = {name: value for name, value in shown.items() if name != ANYTHING}
        whole = ANYTHING in shown or set(known) == set(printed)
        return whole and all(name in printed and told(value, printed[name]) for name, value in known.items())
    if isinstance(shown, list) and isinstance(printed, list):
        return _told_in_order(shown, printed)
    return type(shown) is type(printed) and shown == printed


def _told_in_order(shown: list, printed: list) -> bool:
    if shown[:1] == [ANYTHING] and len(shown) > 1:
        rest = shown[1:]
        return len(printed) >= len(rest) and _told_in_order(rest, printed[len(printed) - len(rest) :])
    if shown[-1:] == [ANYTHING] and len(shown) > 1:
        rest = shown[:-1]
        return len(printed) >= len(rest) and _told_in_order(rest, printed[: len(rest)])
    return len(shown) == len(printed) and all(map(told, shown, printed))


def told_in_words(shown: str, printed: str) -> bool:
    """The same for plain text; how lines are broken does not matter."""
    said = [re.escape(" ".join(part.split())) for part in shown.split(ANYTHING)]
    return re.fullmatch(r"\s*.*?\s*".join(said), " ".join(printed.split()), re.DOTALL) is not None


@dataclass(kw_only=True)
class Reader:
    """Somebody who follows a lesson word by word in a shell, in a folder of their own."""

    folder: Path
    environment: Mapping[str, str]
    last: str = ""

    def follow(self, step: Step, *, replaced: Mapping[str, str], found: Mapping[str, Callable[[str], str]]) -> None:
        """Do a step and compare; a step that only asks is done again until it comes out, or patience ends."""
        commands = step.commands
        for written, instead in replaced.items():
            commands = commands.replace(written, instead)
        commands = PLACEHOLDER.sub(lambda match: found[match[1]](self.last), commands)
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            printed = self._run(commands)
            if self._as_shown(step, printed):
                break
            asks_only = " -d " not in commands and "import" not in commands
            again = asks_only and time.monotonic() < end
            assert again, f"not as the lesson shows:\n{commands}\n{printed}"
            Event().wait(0.2)
        self.last = printed or self.last

    def _as_shown(self, step: Step, printed: str) -> bool:
        if step.shown is None:
            return True
        if step.kind == "text":
            return told_in_words(step.shown, printed)
        try:
            return told(orjson.loads(step.shown), orjson.loads(printed))
        except orjson.JSONDecodeError:
            return False

    def _run(self, commands: str) -> str:
        """Run commands in a shell that knows the variables of the steps before; gives what they print."""
        state = "variables"
        script = (
            f"[ -f {state} ] && . ./{state}\n{commands}\n" + f"declare -p | grep -v '^declare -[a-z]*r' > {state}\n"
        )
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=dict(self.environment),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


CURL = f"""#!{sys.executable}
\"\"\"Stands in for curl where the machine has none: the few options that lessons use.\"\"\"
import sys
import urllib.error
import urllib.request

url, headers, data, shows_head = "", {{}}, None, False
words = iter(sys.argv[1:])
for word in words:
    if word in ("-s", "-si"):
        shows_head = word == "-si"
    elif word == "-H":
        name, _, value = next(words).partition(": ")
        headers[name] = value
    elif word == "-d":
        data = next(words).encode()
        data = sys.stdin.buffer.read() if data == b"@-" else data
    elif word.startswith("-"):
        sys.exit(f"this curl does not know {{word}}")
    else:
        url = word
try:
    answer = urllib.request.urlopen(urllib.request.Request(url, data=data, headers=headers), timeout=30)
except urllib.error.HTTPError as error:
    answer = error
if shows_head:
    print(answer.headers)
sys.stdout.flush()
sys.stdout.buffer.write(answer.read())
"""
