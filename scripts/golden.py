"""The golden file of every event's schema: what is stored for ever may only grow.

    scripts/golden            write it; refused if a stored fact could no longer be read
    scripts/golden --check    compare it with the code and name what differs
    scripts/golden --break    write it all the same: only for what no ledger holds yet

One line a field: the topic, or the record within it, then field and type; `?` marks a field that may be absent. A
record that events hold is spelled out once under its own name, an enumeration with its words, because a stored word
must stay readable. What a generic record holds stands where it is used.
"""

import dataclasses
import enum
import sys
import typing
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any, TypeAlias, cast

from registry.events.base import Fact
from registry.events.catalogue import TOPICS

Kinds: TypeAlias = "dict[str, type[Any]]"
EVENTS = Path(__file__).resolve().parent.parent / "tests" / "golden" / "events.txt"


def main(arguments: list[str]) -> int:
    """Write or compare the golden file; 1 if it differs, or if writing it would orphan stored facts."""
    lines = event_lines()
    stored = EVENTS.read_text().splitlines() if EVENTS.exists() else []
    broken = breaks(stored, lines)
    if "--check" in arguments:
        for line in sorted(set(stored) ^ set(lines)):
            print("only in the golden file: " if line in stored else "only in the code: ", line)
        return int(stored != lines)
    if broken and "--break" not in arguments:
        print("Stored facts could not be read any more:", *broken, sep="\n  ")
        return 1
    EVENTS.parent.mkdir(parents=True, exist_ok=True)
    EVENTS.write_text("".join(f"{line}\n" for line in lines))
    return 0


def breaks(before: list[str], after: list[str]) -> list[str]:
    """Say what in `after` makes facts unreadable that were written under `before`.

    A line that is gone is one; so is a new field of a known record that must be present.
    """
    gone = [f"gone: {line}" for line in before if line not in set(after)]
    known = {place for line in before if (place := place_of(line))}
    return gone + [
        f"new but required: {line}"
        for line in after
        if line not in set(before) and place_of(line) in known and "?: " not in line
    ]


def place_of(line: str) -> str:
    """Give the topic or record that a field's line belongs to; empty for a line of another sort."""
    return line.partition(": ")[0].rpartition(" ")[0] if ": " in line else ""


def event_lines() -> list[str]:
    """Give the lines of the golden file: the envelope, each topic, then each record and enumeration they hold."""
    seen: Kinds = {}
    lines = [*record_lines("(envelope)", Fact, seen)]
    for topic in sorted(TOPICS):
        lines += [topic, *record_lines(topic, TOPICS[topic], seen)]
    spelled: set[str] = set()
    while rest := sorted(set(seen) - spelled):
        for name in rest:
            spelled.add(name)
            lines += kind_lines(name, seen[name], seen)
    head = [line for line in lines if not line.startswith("record ") and not line.startswith("words ")]
    return [*head, *sorted(set(lines) - set(head))]


def kind_lines(name: str, kind: type[Any], seen: Kinds) -> list[str]:
    """Spell out an enumeration or a record."""
    if issubclass(kind, enum.Enum):
        return [f"words {name} {member.value}" for member in kind]
    return [*record_lines(f"record {name}", kind, seen)]


def record_lines(place: str, kind: type[Any], seen: Kinds) -> Iterator[str]:
    """Give a line for each field of a record, and note the kinds that its fields hold."""
    hints: dict[str, Any] = typing.get_type_hints(kind)
    for field in dataclasses.fields(kind):
        optional = field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
        yield f"{place} {field.name}{'?' if optional else ''}: {written(hints[field.name], seen)}"


def written(hint: object, seen: Kinds) -> str:
    """Write a type the same way in every Python, and note records and enumerations on the way."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, UnionType}:
        return " | ".join(sorted(written(argument, seen) for argument in arguments))
    if origin is typing.Annotated:
        return written(arguments[0], seen)
    if origin is typing.Literal:
        return f"Literal[{', '.join(sorted(map(repr, arguments)))}]"
    if origin is not None:
        return f"{written(origin, seen)}[{', '.join(written(argument, seen) for argument in arguments)}]"
    name = plain(hint)
    if isinstance(hint, type) and (dataclasses.is_dataclass(hint) or issubclass(hint, enum.Enum)):
        known = cast("type[Any]", hint)
        if seen.setdefault(name, known) is not known:
            raise ValueError(f"two kinds are called {name}")
    return name


def plain(hint: object) -> str:
    """Name a type that has no parameters; a NewType with what it is made of."""
    if isinstance(hint, typing.NewType):
        return f"{hint.__name__}({plain(hint.__supertype__)})"
    if hint is Ellipsis:
        return "..."
    if hint is type(None):
        return "None"
    if isinstance(hint, typing.TypeVar):
        return "(its parameter)"
    return getattr(hint, "__name__", str(hint))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
