"""Facts of the trust list: which files of it were published. Nothing here is personal."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from registry.values.keylist import PublishedFile


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyListUpdated:
    """Files of the trust list were published: whoever audits the ledger sees every key there ever was."""

    TOPIC: ClassVar[str] = "keylist.updated.1"

    files: tuple[PublishedFile, ...]


KeyListEvent: TypeAlias = KeyListUpdated
