"""Which list of keys was the published one when, out of the ledger: "which key was valid then?" gets a date. Pure."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from registry.errors import NotTrusted
from registry.trust.keylist import Listed, parse_key_list
from registry.values.jurisdiction import Jurisdiction
from registry.values.keylist import PublishedFile

Read = Callable[[str], bytes | None]
"""Gives a published file by its path below `/trust/`; files of lists are named by digest and stay for ever."""


def history_of(
    jurisdiction: Jurisdiction, publications: Iterable[tuple[int, Sequence[PublishedFile]]], read: Read
) -> tuple[Listed, ...]:
    """Give a jurisdiction's lists, each with the leaf from which on it was the published one.

    `publications` are the `keylist.updated` facts with the index of their leaves, in ledger order. Raises `NotTrusted`
    where a file is missing or is not the one that the ledger knows.
    """
    found: list[Listed] = []
    for leaf, files in publications:
        for file in files:
            if file.path.startswith(f"targets/{jurisdiction}/"):
                raw = read(file.path)
                if raw is None or sha256(raw).hexdigest() != file.sha256:
                    raise NotTrusted("trust list: a list is not the one that the ledger knows")
                found.append(Listed(leaf=leaf, list=parse_key_list(raw, jurisdiction)))
    return tuple(found)
