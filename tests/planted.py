"""Names, addresses, numbers and keys that the suite's own fixtures plant, and a watch for where they must not be.

The watch looks at everything that a run writes where no personal data and no secret belongs: every line in a log,
the words of every error, what is printed on stderr, the headers of every answer, the body of every problem and of
every public answer, every URL in an answer. What a court or an officer is shown on purpose is not looked at.
"""

import logging
import os
import re
import traceback
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

PLANTED: Final[dict[str, tuple[str, ...]]] = {
    "tests/http/given.py": ("Martinsecret", "Adasecret", "Hidden Lane", "ada@hidden.example", "RG 26/01234"),
    "tests/http/trials.py": (
        "Bartholdyname",
        "Ahornplatzweg",
        "Wisniewskaname",
        "Zenobiagiven",
        "Geheimgasse",
        "zenobia@planted.example",
        "RG 26/55021",
        "Wortlautbedingung",
        "Wortlautmeldung",
    ),
    "tests/journeys/house.py": (
        "Zywiolkowska",
        "Quintessa",
        "Vandermolenaar",
        "Xaverius",
        "Kanarienvogelgasse",
        "1991-04-05",
    ),
    "tests/journeys/test_execute.py": ("RG 24/00117",),
    "registry/demo/people.py": (
        "Mercier",
        "Robles Iglesias",
        "c.fontaine@mailbox.invalid",
        "rue des Tisserands",
        "RG 26/04127",
        "OEP 118/2026",
        "151 F 8830/26",
        "Nachrichten ueber ein Messenger-Konto",
    ),
    "tests/samples/courts/us-hi/records-that-cannot-be-entered.xml": ("Fairweather", "900-55-0143"),
    "tests/security/specimens.py": ("Querido", "Bellwether", "Rue des Planteurs", "+33 6 39 98 47 11", "RG 26/77031"),
}
"""What each file plants. Words that stand in a file name, a place or a code are none of them."""

SECRETS: Final = (
    ("a token", re.compile(r"eyJ[\w-]{8,}\.[\w-]{8,}\.")),
    ("a private key", re.compile(r"PRIVATE KEY|\"d\"\s*:\s*\"[\w-]{40,}\"|PRIVATE\+KEY\+")),
    ("a password in a connection string", re.compile(r"(?i)postgres(?:ql)?://[^\s:/]+:[^\s@]+@|password=[^\s'\"]")),
    ("a bearer's header", re.compile(r"(?i)bearer [\w-]{20,}")),
)
_WORDS: Final = tuple(word.casefold() for words in PLANTED.values() for word in words)
_MAXIMUM: Final = 100


@dataclass
class Watch:
    """Looks at texts and keeps what it found: which kind of text, in which test, and which word."""

    looked: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)

    def look(self, kind: str, text: str | bytes, *, secrets: bool = True, test: str = "") -> None:
        """Look at a text. `secrets` is False where tokens are what is asked for; `test` says which it is of."""
        self.looked[kind] += 1
        said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        folded = said.casefold()
        for word in _WORDS:
            if word in folded:
                self._keep(kind, word, folded, test)
        for name, shape in SECRETS if secrets else ():
            if shape.search(said):
                self._keep(kind, name, "", test)

    def _keep(self, kind: str, word: str, folded: str, test: str) -> None:
        at = folded.find(word) if folded else 0
        near = folded[max(0, at - 60) : at].replace("\n", " ")
        test = test or os.environ.get("PYTEST_CURRENT_TEST", "no test").rpartition(" ")[0]
        if len(self.found) < _MAXIMUM:
            self.found.append(f"{kind}: {word!r} after {near!r} in {test}")


WATCH: Final = Watch()
"""The one of this process."""


class Listener(logging.Handler):
    """Renders every record as a handler would write it, traceback and all, and lets the watch look at it."""

    def __init__(self, watch: Watch = WATCH) -> None:
        super().__init__(logging.NOTSET)
        self.watch = watch

    def emit(self, record: logging.LogRecord) -> None:
        parts = [record.name, record.getMessage(), record.stack_info or ""]
        if record.exc_info and record.exc_info[1] is not None:
            parts += traceback.format_exception(record.exc_info[1])
        self.watch.look("lines of logs", "\n".join(parts))
