"""The trust list as the ledger knows it: no file of a version is ever published twice with different bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from registry.commands.keylist import RecordKeyList
from registry.errors import Conflict, Refused
from registry.events.base import Fact
from registry.events.catalogue import AnyEvent
from registry.events.keylist import KeyListUpdated
from registry.values.keylist import PublishedFile

MAXIMUM_FILES: Final = 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """The newest file of each role and kind."""

    newest: Mapping[tuple[str, bool], PublishedFile]
    """By role, and whether it is metadata."""


def decide(command: RecordKeyList, published: Published | None) -> tuple[KeyListUpdated, ...]:
    """Answer with the files that are new; nothing is new twice. Raises `Refused`, `Conflict`."""
    if len(command.files) > MAXIMUM_FILES:
        raise Refused("too-many", field="/files")
    known = dict(published.newest) if published else {}
    new: list[PublishedFile] = []
    for file in command.files:
        before = known.get(_place(file))
        if before == file:
            continue
        if before is not None and file.version <= before.version:
            raise Conflict("key-list-went-backwards", field="/files")
        known[_place(file)] = file
        new.append(file)
    return (KeyListUpdated(files=tuple(new)),) if new else ()


def evolve(published: Published | None, fact: Fact[AnyEvent]) -> Published | None:
    """Give the list after the fact; None for a stream that is of another noun."""
    match fact.event:
        case KeyListUpdated() as event:
            newest = dict(published.newest) if published else {}
            return Published(newest=newest | {_place(file): file for file in event.files})
        case _:
            return published


def _place(file: PublishedFile) -> tuple[str, bool]:
    return file.role, file.path.startswith("metadata/")
