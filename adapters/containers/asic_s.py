"""ASiC-S (ETSI TS 102 918): a ZIP of one data object and a XAdES signature that names its digest.

What is checked is that the digests in the signature are those of the bytes beside it. Whether the signature
itself is good, and whose it is, is not checked here: a container without a fault is intact, not authentic.
"""

import hashlib
from base64 import b64decode
from io import BytesIO
from struct import error as StructError  # noqa: N812  # as with zlib
from typing import ClassVar, Final
from urllib.parse import unquote
from xml.etree.ElementTree import Element  # noqa: TID251  # the type alone; parsing is defusedxml's
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812  # a class, in lower case for reasons of its age

from adapters.errors import Unreadable
from adapters.formats import xml_document
from registry.values.notice import ContainerFault

MAXIMUM_BYTES: Final = 16 << 20
"""Of the container, and of all that is in it once it is unpacked."""
MAXIMUM_ENTRIES: Final = 64
MAXIMUM_SIGNATURES: Final = 1 << 20
"""Bytes of the signatures' XML."""
SIGNATURES: Final = "META-INF/signatures.xml"
_DS: Final = "{http://www.w3.org/2000/09/xmldsig#}"
_DIGESTS: Final = {
    "http://www.w3.org/2000/09/xmldsig#sha1": "sha1",
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
}
_WEAK: Final = frozenset({"sha1"})
"""Compared, so that an altered content is called that; never enough."""


class AsicS:
    """Checks containers of one signed data object."""

    CODE: ClassVar[str] = "asic-s"
    MEDIA_TYPE: ClassVar[str] = "application/vnd.etsi.asic-s+zip"

    def fault(self, content: bytes, /) -> ContainerFault | None:
        """Say what is wrong with a container; None where every digest fits. Never raises."""
        try:
            with ZipFile(BytesIO(content)) as archive:
                return _fault(archive, len(content))
        except (BadZipFile, ZlibError, StructError, RuntimeError, ValueError, EOFError, OSError):
            # Whatever the archive does to its reader, it is none that can be trusted.
            return ContainerFault.NOT_A_CONTAINER


def _fault(archive: ZipFile, size: int) -> ContainerFault | None:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAXIMUM_ENTRIES or max(size, unpacked) > MAXIMUM_BYTES:
        return ContainerFault.TOO_LARGE
    names = [entry.filename for entry in entries]
    plain = all(entry.compress_type in {ZIP_STORED, ZIP_DEFLATED} for entry in entries)
    if SIGNATURES not in names or len(names) != len(set(names)) or not plain:
        return ContainerFault.NOT_A_CONTAINER
    try:
        root = xml_document.read(archive.read(SIGNATURES), MAXIMUM_SIGNATURES)
    except Unreadable:
        return ContainerFault.NOT_A_CONTAINER
    references = {_name(each): each for each in root.iter(f"{_DS}Reference") if not _name(each).startswith("#")}
    objects = [name for name in names if name != "mimetype" and not name.startswith("META-INF/")]
    if len(objects) != 1 or set(references) != set(objects):
        return ContainerFault.CONTENT_NOT_SIGNED
    return _digest_fault(references[objects[0]], archive.read(objects[0]))


def _name(reference: Element) -> str:
    return unquote(reference.get("URI", ""))


def _digest_fault(reference: Element, content: bytes) -> ContainerFault | None:
    """Compare the digest with the bytes; one of an algorithm we do not know says nothing of them."""
    method, value = reference.find(f"{_DS}DigestMethod"), reference.find(f"{_DS}DigestValue")
    algorithm = _DIGESTS.get(method.get("Algorithm", "")) if method is not None else None
    if algorithm is None or value is None or reference.find(f"{_DS}Transforms") is not None:
        return ContainerFault.DIGEST_UNREADABLE
    try:
        stated = b64decode("".join((value.text or "").split()), validate=True)
    except ValueError:
        return ContainerFault.DIGEST_UNREADABLE
    if hashlib.new(algorithm, content, usedforsecurity=False).digest() != stated:
        return ContainerFault.DIGEST_MISMATCH
    return ContainerFault.DIGEST_TOO_WEAK if algorithm in _WEAK else None


CONTAINER = AsicS()
