"""tlog-proof: one file that shows offline that an entry is in a log, and who saw the log then (`.tlog-proof`).

c2sp.org/tlog-proof@v1
extra <base64>            where there is any; nobody signs it
index <n>
<base64 hash>             from the leaf's sibling up to the root's child
                          (a blank line)
the checkpoint with its signatures
"""

from dataclasses import dataclass
from typing import Final

from registry.ledger.proof.encoding import from_base64, hash_from_base64, number, to_base64, utf8
from registry.ledger.proof.errors import NotWellFormed
from registry.ledger.proof.inclusion import verify_inclusion
from registry.ledger.proof.policy import Accepted, Policy, accept
from registry.ledger.proof.signed_note import MAXIMUM_NOTE

HEADER: Final = "c2sp.org/tlog-proof@v1"
MAXIMUM_PATH: Final = 63
"""Hashes of a path: no tree is higher."""
MAXIMUM_EXTRA: Final = 1 << 16
_MAXIMUM_HEAD: Final = 2 * MAXIMUM_EXTRA


@dataclass(frozen=True, kw_only=True, slots=True)
class TlogProof:
    """What the file says; nothing of it is verified yet."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    """The signed note, byte for byte."""
    extra: bytes | None = None
    """Whatever the application put beside the proof. Not authenticated by anybody."""

    @property
    def raw(self) -> bytes:
        """The bytes of the file."""
        extra = [] if self.extra is None else [f"extra {to_base64(self.extra)}"]
        lines = [HEADER, *extra, f"index {self.index}", *map(to_base64, self.path), ""]
        return "".join(f"{line}\n" for line in lines).encode() + self.checkpoint


@dataclass(frozen=True, kw_only=True, slots=True)
class Included:
    """What has been shown: this leaf is at this index of the tree that the accepted checkpoint names."""

    index: int
    accepted: Accepted


def parse_tlog_proof(raw: bytes) -> TlogProof:
    """Read a proof; raises `NotWellFormed`."""
    if len(raw) > MAXIMUM_NOTE + _MAXIMUM_HEAD:
        raise NotWellFormed("proof: too long")
    head, blank, checkpoint = raw.partition(b"\n\n")
    lines = utf8(head, place="proof").split("\n")
    if not blank or lines.pop(0) != HEADER:
        raise NotWellFormed("proof: no header, or no blank line before the checkpoint")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = from_base64(lines.pop(0).removeprefix("extra "), place="proof, extra")
        if len(extra) > MAXIMUM_EXTRA:
            raise NotWellFormed("proof: too much extra data")
    if not lines or not lines[0].startswith("index "):
        raise NotWellFormed("proof: no index")
    index = number(lines.pop(0).removeprefix("index "), place="proof, index")
    if len(lines) > MAXIMUM_PATH:
        raise NotWellFormed("proof: the path is too long")
    path = tuple(hash_from_base64(line, place="proof, path") for line in lines)
    return TlogProof(index=index, path=path, checkpoint=checkpoint, extra=extra)


def verify_tlog_proof(proof: TlogProof, *, leaf: bytes, policy: Policy) -> Included:
    """Show that a leaf is in a trusted, witnessed tree; raises `NotWellFormed` or `NotVerified`.

    The caller does step 1 of the specification: `leaf` is the hash of the entry, made from what is to be proved.
    """
    # 2. The checkpoint is of a trusted log. 3. Enough known witnesses have cosigned it.
    accepted = accept(proof.checkpoint, policy)
    # 4. The path leads from the leaf to its root.
    verify_inclusion(
        index=proof.index,
        size=accepted.checkpoint.size,
        leaf=leaf,
        root=accepted.checkpoint.root,
        proof=proof.path,
    )
    return Included(index=proof.index, accepted=accepted)
