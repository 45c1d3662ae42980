"""From the bytes of a story to a tree of words with their lines: every value is text, nothing is constructed.

YAML's own guesses are not taken: `NO` stays Norway, `2024-02-30` is not silently no date, and an error names
the line it stands on. Anchors and aliases are refused, and so is a key that comes twice.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, TypeVar, cast

import yaml

from registry.errors import RegistryError
from registry.values.time import Instant, instant

MAXIMUM_BYTES: Final = 262_144
MAXIMUM_DEPTH: Final = 12
Word = TypeVar("Word")
# The stubs say less of this function than the library does.
_COMPOSE: Final = cast(
    "Callable[..., Iterable[yaml.Node | None]]",
    yaml.compose_all,  # pyright: ignore[reportUnknownMemberType]
)


class StoryUnreadable(RegistryError):
    """A story that cannot be read; the message names the line and what is wrong there, never a value."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Branch:
    """A place in a story: a word, a list or a set of named branches, and the line it stands on."""

    line: int
    word: str | None = None
    items: tuple["Branch", ...] | None = None
    named: dict[str, "Branch"] | None = None
    read: set[str] = field(default_factory=set[str])

    def wrong(self, what: str) -> StoryUnreadable:
        """Make the error of this place."""
        return StoryUnreadable(f"line {self.line}: {what}")

    def text(self) -> str:
        """Give the word that stands here."""
        if self.word is None:
            raise self.wrong("a word is expected here")
        return self.word

    def list(self) -> tuple["Branch", ...]:
        """Give the items of a list; a single word is a list of one."""
        if self.items is not None:
            return self.items
        return (self,)

    def words(self) -> tuple[str, ...]:
        """Give the words of a list."""
        return tuple(item.text() for item in self.list())

    def get(self, key: str) -> "Branch | None":
        """Give a named branch; None if it is not there."""
        if self.named is None:
            raise self.wrong("names with values are expected here")
        self.read.add(key)
        return self.named.get(key)

    def list_of(self, key: str) -> "tuple[Branch, ...]":
        """Give the items of a named branch; none if it is not there."""
        given = self.get(key)
        return given.list() if given else ()

    def need(self, key: str) -> "Branch":
        """Give a named branch that must be there."""
        found = self.get(key)
        if found is None:
            raise self.wrong(f"'{key}' is missing")
        return found

    def entries(self) -> Iterator[tuple[str, "Branch"]]:
        """Give all named branches."""
        if self.named is None:
            raise self.wrong("names with values are expected here")
        self.read.update(self.named)
        yield from self.named.items()

    def nothing_else(self) -> None:
        """Refuse a name that nobody asked for: a misspelt one must not be passed over."""
        strange = [branch for key, branch in (self.named or {}).items() if key not in self.read]
        if strange:
            known = ", ".join(sorted(self.read))
            raise strange[0].wrong(f"a name that means nothing here; there are: {known}")

    def one_of(self, words: dict[str, Word]) -> Word:
        """Give what a word of a closed list stands for."""
        found = words.get(self.text().upper().replace(" ", "_"), words.get(self.text()))
        if found is None:
            raise self.wrong(f"not one of: {', '.join(sorted(words))}")
        return found

    def instant(self) -> Instant:
        """Read an instant with its offset, such as `2024-06-01T21:00:00-07:00`."""
        try:
            stated = datetime.fromisoformat(self.text())
        except ValueError:
            raise self.wrong("an instant such as 2024-06-01T21:00:00-07:00 is expected here") from None
        if stated.tzinfo is None:
            raise self.wrong("an instant needs an offset, such as +02:00")
        return instant(stated)

    def stated(self) -> datetime | date:
        """Read a date, or a date and hour without an offset."""
        text = self.text()
        try:
            read: datetime | date = datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
        except ValueError:
            raise self.wrong("a date (2024-02-10) or a date and hour (2024-02-10T18:05) is expected here") from None
        if isinstance(read, datetime) and read.tzinfo is not None:
            raise self.wrong("a legal date has a zone of its court and no offset")
        return read


def read_tree(content: bytes) -> tuple[Branch, ...]:
    """Read the documents of a file. Raises `StoryUnreadable`."""
    if len(content) > MAXIMUM_BYTES:
        raise StoryUnreadable("the file is too long")
    try:
        roots = list(_COMPOSE(content, Loader=yaml.SafeLoader))
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        mark = getattr(fault, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark else ""
        raise StoryUnreadable(f"{line}this is not YAML") from None
    seen: set[int] = set()
    return tuple(_branch(root, seen, 0) for root in roots if root is not None)


def _branch(node: yaml.Node, seen: set[int], depth: int) -> Branch:
    line = node.start_mark.line + 1
    if id(node) in seen:
        raise StoryUnreadable(f"line {line}: an alias is not allowed")
    seen.add(id(node))
    if depth > MAXIMUM_DEPTH:
        raise StoryUnreadable(f"line {line}: nested too deep")
    if isinstance(node, yaml.ScalarNode):
        return Branch(line=line, word=str(node.value))
    if isinstance(node, yaml.SequenceNode):
        return Branch(line=line, items=tuple(_branch(item, seen, depth + 1) for item in node.value))
    named: dict[str, Branch] = {}
    for key, value in node.value:
        name = _branch(key, seen, depth + 1).text()
        if name in named:
            raise StoryUnreadable(f"line {key.start_mark.line + 1}: a name that comes twice")
        named[name] = _branch(value, seen, depth + 1)
    return Branch(line=line, named=named)
