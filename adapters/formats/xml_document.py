"""An XML delivery, read within bounds and by namespace: no entities, no DTD, no network, no prefixes.

Elements are named `{namespace}name` whatever prefix a document chose. Readers answer text or nothing; what they
raise is `Unreadable` with a place and no value.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Final
from xml.etree.ElementTree import (  # noqa: TID251  # types and writing; all reading is defusedxml's
    Element,
    ParseError,
    canonicalize,
    tostring,
)

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from adapters.errors import Unreadable
from adapters.formats.codes import Fault

MAXIMUM_DEPTH: Final = 64
MAXIMUM_NODES: Final = 200_000
_LONGEST_NAME: Final = 80
MAXIMUM_TEXT: Final = 2_000


def read(document: bytes, maximum_bytes: int) -> Element:
    """Parse a delivery and give its root; raises `Unreadable` for what is no XML, or forbidden, or out of bounds."""
    if len(document) > maximum_bytes:
        raise Unreadable(Fault.SIZE)
    if not document.strip():
        raise Unreadable(Fault.EMPTY)
    try:
        return _root(document)
    except DefusedXmlException:
        raise Unreadable(Fault.FORBIDDEN) from None
    except (ParseError, ValueError, LookupError):  # LookupError: an encoding nobody knows
        raise Unreadable(Fault.NOT_XML) from None


def _root(document: bytes) -> Element:
    """Build the tree and stop at the first element too deep or too many."""
    depth = nodes = 0
    root: Element | None = None
    walk = iterparse(BytesIO(document), events=("start", "end"), forbid_dtd=True, forbid_entities=True)
    for event, element in walk:
        if event == "end":
            depth -= 1
            continue
        root = element if root is None else root
        depth += 1
        nodes += 1
        if depth > MAXIMUM_DEPTH:
            raise Unreadable(Fault.DEPTH)
        if nodes > MAXIMUM_NODES:
            raise Unreadable(Fault.NODES)
    if root is None:
        raise Unreadable(Fault.NOT_XML)
    return root


def texts(element: Element | None, *path: str) -> tuple[str, ...]:
    """Give the texts, trimmed and not blank, of every element at the end of a path; raises for one too long."""
    found: list[str] = []
    for leaf in _all(element, path):
        written = " ".join((leaf.text or "").split())
        if len(written) > MAXIMUM_TEXT:
            raise Unreadable(Fault.TOO_LONG, place=local_name(leaf.tag))
        if written:
            found.append(written)
    return tuple(found)


def text(element: Element | None, *path: str) -> str | None:
    """Give the first text at the end of a path that is not blank, or None."""
    found = texts(element, *path)
    return found[0] if found else None


def _all(element: Element | None, path: tuple[str, ...]) -> Iterator[Element]:
    """Walk a path of names down from an element."""
    if element is None:
        return
    if not path:
        yield element
        return
    for child in element.findall(path[0]):
        yield from _all(child, path[1:])


def local_name(tag: str) -> str:
    """Give a name without its namespace, for a place in a report; names that are not ours are not repeated."""
    name = tag.rpartition("}")[2]
    return name if name.isascii() and name.isalnum() and len(name) <= _LONGEST_NAME else "element"


def canonical(elements: tuple[Element, ...], wrapper: str) -> bytes:
    """Write elements under a wrapper as canonical XML 2.0 with numbered prefixes: the same bytes every time."""
    whole = Element(wrapper)
    whole.extend(elements)
    return canonicalize(tostring(whole, encoding="unicode"), rewrite_prefixes=True).encode()
