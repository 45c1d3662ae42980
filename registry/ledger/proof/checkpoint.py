"""tlog-checkpoint: the head of a log's tree at one size, as the text of a signed note."""

from dataclasses import dataclass
from typing import Final

from registry.ledger.proof.encoding import HASH_BYTES, MAXIMUM_NUMBER, hash_from_base64, number, to_base64, utf8
from registry.ledger.proof.errors import NotWellFormed

MAXIMUM_ORIGIN: Final = 255
"""Bytes of an origin: ML-DSA-44 signatures write its length in one."""
_LINES: Final = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkpoint:
    """A statement of a log: my tree of `size` leaves has this root."""

    origin: str
    """The log's name: a URL without a scheme, and the name of its keys."""
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()
    """Further lines. ML-DSA-44 signatures do not cover them and nobody audits them: rely on none, write none."""

    def __post_init__(self) -> None:
        """Hold what the format can carry; raises `NotWellFormed`."""
        if not _is_line(self.origin) or len(self.origin.encode()) > MAXIMUM_ORIGIN:
            raise NotWellFormed("checkpoint: the origin is one line of 1 to 255 bytes")
        if not 0 <= self.size <= MAXIMUM_NUMBER:
            raise NotWellFormed("checkpoint: the size is out of range")
        if len(self.root) != HASH_BYTES:
            raise NotWellFormed("checkpoint: the root has 32 bytes")
        if not all(_is_line(line) for line in self.extensions):
            raise NotWellFormed("checkpoint: an extension is one line, not empty")

    @property
    def text(self) -> bytes:
        """The text that is signed, with its last newline."""
        lines = (self.origin, str(self.size), to_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines).encode()


def parse_checkpoint(text: bytes) -> Checkpoint:
    """Read the text of a note as a checkpoint, strictly; whether it is signed is another question."""
    lines = utf8(text, place="checkpoint").split("\n")
    if len(lines) <= _LINES or lines.pop():
        raise NotWellFormed("checkpoint: at least three lines, each with its newline")
    return Checkpoint(
        origin=lines[0],
        size=number(lines[1], place="checkpoint, size"),
        root=hash_from_base64(lines[2], place="checkpoint, root"),
        extensions=tuple(lines[_LINES:]),
    )


def _is_line(text: str) -> bool:
    # The note holds the same rule; held here too, nothing can be built that would not read back.
    return bool(text) and all(character >= " " and not "\ud800" <= character <= "\udfff" for character in text)
