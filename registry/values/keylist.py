"""Words of the published trust list: a file of it as the ledger names it, and the stream its facts stand in."""

from dataclasses import dataclass
from uuid import UUID

from registry.values.identifiers import StreamId, derived


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedFile:
    """A file that the registry serves under `/trust/`, by what it is and what it hashes to."""

    path: str
    """Below `/trust/`, such as `metadata/2.root.json`."""
    role: str
    """The TUF role that signed it; for a list of keys, the jurisdiction."""
    version: int
    sha256: str
    """Of the file's bytes, lower-case hex."""


def key_list_stream(ledger_id: UUID) -> StreamId:
    """Give the one stream of a ledger in which its trust list's publications stand."""
    return StreamId(derived(ledger_id, "keylist"))
