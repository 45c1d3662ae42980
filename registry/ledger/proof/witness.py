"""tlog-witness: the decision behind `POST add-checkpoint`, and the log's side of it. Pure: who stores is outside.

A witness remembers one checkpoint for each log. It cosigns the next one only with a proof that it contains the last.
Deciding and remembering must be one atomic step, durable before the answer leaves: compare and swap on the held
checkpoint, else two requests at once could roll a log back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from registry.ledger.proof.checkpoint import Checkpoint, parse_checkpoint
from registry.ledger.proof.consistency import verify_consistency
from registry.ledger.proof.cosignature import CosignatureKey, SubtreeKey
from registry.ledger.proof.encoding import hash_from_base64, number, to_base64, utf8
from registry.ledger.proof.errors import (
    BadSubmission,
    NotConsistent,
    NotSigned,
    NotVerified,
    NotWellFormed,
    StaleSize,
    UnknownOrigin,
)
from registry.ledger.proof.merkle import EMPTY_ROOT
from registry.ledger.proof.signed_note import (
    MAXIMUM_NOTE,
    MAXIMUM_SIGNATURES,
    Key,
    Note,
    Sign,
    Signature,
    Verified,
    parse_note,
    parse_signature,
    verify_note,
)

MAXIMUM_PATH: Final = 63
MAXIMUM_SUBMISSION: Final = 1 << 16
"""Bytes of a request; 63 hashes and a log's signatures of both kinds are a tenth of it. Anybody may send one."""
SIZE_TYPE: Final = "text/x.tlog.size"
"""The Content-Type of the body that goes with `StaleSize`: the held size and a newline."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Submission:
    """What a log sends: the size it believes the witness to hold, a proof from there, and its checkpoint."""

    old: int
    path: tuple[bytes, ...]
    note: Note

    @property
    def raw(self) -> bytes:
        """The body of the request."""
        lines = (f"old {self.old}", *map(to_base64, self.path), "")
        return "".join(f"{line}\n" for line in lines).encode() + self.note.raw


@dataclass(frozen=True, kw_only=True, slots=True)
class Follows:
    """The checkpoint may be cosigned, once it is stored in place of the one that was held."""

    checkpoint: Checkpoint
    text: bytes
    logs: tuple[Verified, ...]
    """The log's own signatures, to be served with the cosigned checkpoint."""


def parse_submission(body: bytes) -> Submission:
    """Read the body of a request; raises `BadSubmission`."""
    if len(body) > MAXIMUM_SUBMISSION:
        raise BadSubmission("submission: too long")
    head, blank, note = body.partition(b"\n\n")
    try:
        first, *lines = utf8(head, place="submission").split("\n")
        if not blank or not first.startswith("old ") or len(lines) > MAXIMUM_PATH:
            raise BadSubmission("submission: an old size, up to 63 hashes, a blank line and a checkpoint")
        return Submission(
            old=number(first.removeprefix("old "), place="submission, old size"),
            path=tuple(hash_from_base64(line, place="submission, path") for line in lines),
            note=parse_note(note),
        )
    except NotWellFormed as reason:
        raise BadSubmission(str(reason)) from None


def decide(submission: Submission, *, logs: Mapping[str, Sequence[Key]], held: Checkpoint | None) -> Follows:
    """Decide whether a checkpoint follows the one that is held for its origin, None if none was ever cosigned.

    `logs` gives the trusted keys by origin. Raises the `WitnessRefusal` that tlog-witness prescribes, in its order.
    """
    # 1. It names a log that the witness follows (404).
    try:
        checkpoint = parse_checkpoint(submission.note.text)
    except NotWellFormed as reason:
        raise BadSubmission(str(reason)) from None
    keys = logs.get(checkpoint.origin)
    if keys is None:
        raise UnknownOrigin("witness: no log of this origin is followed here")
    # 2. That log has signed it, and no trusted signature fails (403).
    try:
        verified = verify_note(submission.note, keys)
    except NotVerified as reason:
        raise NotSigned(str(reason)) from None
    # 3. It does not go backwards (400).
    if submission.old > checkpoint.size:
        raise BadSubmission("submission: the old size is above the checkpoint's")
    # 4. It starts from what the witness holds (409).
    held_size = held.size if held else 0
    if submission.old != held_size:
        raise StaleSize("witness: another size is held", held=held_size)
    # 5. The tree contains the one that was cosigned (422).
    _check_consistent(submission, checkpoint, held)
    return Follows(checkpoint=checkpoint, text=submission.note.text, logs=verified)


def cosign(
    follows: Follows, signers: Iterable[tuple[CosignatureKey | SubtreeKey, Sign]], *, timestamp: int
) -> tuple[Signature, ...]:
    """Cosign what was decided and durably stored, as of a time in POSIX seconds; raises ValueError for time 0."""
    if timestamp <= 0:
        message = "a witness's cosignature has its time"
        raise ValueError(message)
    return tuple(key.sign(follows.text, sign, timestamp=timestamp) for key, sign in signers)


def cosigned_note(follows: Follows, cosignatures: Sequence[Signature]) -> Note:
    """Give the checkpoint as the witness serves it: the log's verified signatures and the witness's own."""
    return Note(text=follows.text, signatures=(*(each.signature for each in follows.logs), *cosignatures))


def with_cosignatures(note: Note, answer: bytes, witnesses: Iterable[Key]) -> Note:
    """The log's side: put a witness's verified answer under the checkpoint; lines by strangers are left out.

    Raises `NotWellFormed` for what is no answer, `NotVerified` where a known key's line fails or none is there.
    """
    if len(answer) > MAXIMUM_NOTE:
        raise NotWellFormed("witness's answer: too long")
    lines = utf8(answer, place="witness's answer").split("\n")
    if lines.pop() or not 0 < len(lines) <= MAXIMUM_SIGNATURES:
        raise NotWellFormed("witness's answer: signature lines, each with its newline")
    offered = Note(text=note.text, signatures=tuple(parse_signature(line) for line in lines))
    new = [each.signature for each in verify_note(offered, witnesses)]
    return Note(text=note.text, signatures=(*note.signatures, *(each for each in new if each not in note.signatures)))


def monitoring_path(origin: str) -> str:
    """Give the path below the monitoring prefix where a witness serves its last checkpoint of a log."""
    return f"{sha256(origin.encode()).hexdigest()}/checkpoint"


def _check_consistent(submission: Submission, checkpoint: Checkpoint, held: Checkpoint | None) -> None:
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        raise NotConsistent("witness: the empty tree has one root")
    if held is None or held.size == 0:
        if submission.path:
            raise NotConsistent("witness: from the empty tree there is no proof")
        return
    try:
        verify_consistency(
            old=held.size,
            new=checkpoint.size,
            old_root=held.root,
            new_root=checkpoint.root,
            proof=submission.path,
        )
    except NotVerified as reason:
        raise NotConsistent(str(reason)) from None
