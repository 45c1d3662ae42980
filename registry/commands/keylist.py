"""Commands of the trust list: record what is about to be published. Said by the registry itself."""

from dataclasses import dataclass

from registry.values.identifiers import StreamId
from registry.values.keylist import PublishedFile


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordKeyList:
    """Record the files of a publication, before anybody can fetch them."""

    stream: StreamId
    files: tuple[PublishedFile, ...]
