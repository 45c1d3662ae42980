"""The log's side of its witnesses: have checkpoints cosigned, and ask what they hold before signing after a restore.

Publishing never waits for a witness: `cosign` answers within its time-out whoever is down, and says who was. Signing
does wait: `survey` and `hold_against` stop a log that was set back from telling a second history under its own key.

How bytes travel is the `Carrier`'s business (`registry/witness/carrier.py` for HTTP).
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from registry.errors import WouldFork
from registry.ledger.proof.checkpoint import Checkpoint, parse_checkpoint
from registry.ledger.proof.encoding import number, utf8
from registry.ledger.proof.errors import NotVerified, NotWellFormed
from registry.ledger.proof.policy import Policy, Witness, check_quorum
from registry.ledger.proof.restart import check_restart
from registry.ledger.proof.signed_note import Note, parse_note, verify_note
from registry.ledger.proof.tiles import ReadTile
from registry.ledger.proof.witness import SIZE_TYPE, Submission, with_cosignatures
from registry.ledger.witness_answers import Asked, Carrier, Cosigned, Latest, Outcome, Reply

TIMEOUT: Final = 2.0
"""Seconds in which a witness must have answered, a second attempt after a conflict included."""
ADD_CHECKPOINT: Final = "add-checkpoint"
_OK: Final = 200
_NOT_FOUND: Final = 404
_CONFLICT: Final = 409
_UNPROCESSABLE: Final = 422

Prove = Callable[[int], Sequence[bytes]]
"""Gives the consistency proof from a smaller size to the checkpoint at hand; called in a thread, since it reads."""


class Witnesses:
    """The witnesses of one log, by its policy. One event loop uses it; `last` is what operators are shown."""

    def __init__(self, policy: Policy, carrier: Carrier, *, timeout: float = TIMEOUT) -> None:
        """Take a policy whose `log` lines are this log's own keys."""
        self._policy = policy
        self._carrier = carrier
        self._timeout = timeout
        self._held: dict[str, int] = {}
        self._one = asyncio.Lock()
        self.last: tuple[Asked, ...] = ()

    async def cosign(self, note: Note, prove: Prove) -> Cosigned:
        """Ask every witness at once to cosign a checkpoint that this log has signed. Never raises for a witness.

        One checkpoint at a time: a larger one that overtook this one would look as if the log had been set back.
        """
        async with self._one:
            return await self._cosign(note, prove)

    async def _cosign(self, note: Note, prove: Prove) -> Cosigned:
        checkpoint = parse_checkpoint(note.text)
        addressed = self._by_url()
        exchanges = [self._cosign_at(url, note, checkpoint, prove) for url in addressed]
        found = await asyncio.gather(*exchanges)
        answers = dict(zip(addressed, found, strict=True))
        asked: list[Asked] = []
        for witness in self._policy.witnesses:
            outcome, answer, status = answers.get(witness.url or "", (Outcome.NOT_ASKED, b"", None))
            made = _Made(witness=witness, outcome=outcome, status=status, held=self._held.get(witness.url or ""))
            note, each = made.put_under(note, answer)
            asked.append(each)
        self.last = tuple(asked)
        return Cosigned(note=note, witnessed=self._makes_quorum(note), asked=self.last)

    async def survey(self, origin: str, own: Note | None, among: Collection[str] | None = None) -> tuple[Latest, ...]:
        """Ask witnesses what they hold of this log; `own` is the last checkpoint this log knows it has signed.

        `among` names those to ask by the policy's names; without it all are asked.
        """
        witnesses = [each for each in self._policy.witnesses if among is None or each.name in among]
        return tuple(await asyncio.gather(*(self._latest(each, origin, own) for each in witnesses)))

    def _by_url(self) -> list[str]:
        # A witness with keys of two kinds stands in the policy twice and is asked once.
        return list(dict.fromkeys(each.url for each in self._policy.witnesses if each.url))

    def _makes_quorum(self, note: Note) -> bool:
        names = {(each.key.name, each.key.key_id): each.name for each in self._policy.witnesses}
        cosigned: set[str] = set()
        with suppress(NotVerified):
            verified = verify_note(note, [each.key for each in self._policy.witnesses])
            cosigned = {names[each.key.name, each.key.key_id] for each in verified}
        try:
            check_quorum(self._policy, cosigned)
        except NotVerified:
            return False
        return bool(cosigned)  # a policy that asks for nobody does not make a checkpoint witnessed

    async def _cosign_at(
        self, url: str, note: Note, checkpoint: Checkpoint, prove: Prove
    ) -> tuple[Outcome, bytes, int | None]:
        try:
            async with asyncio.timeout(self._timeout):
                reply = await self._submit(url, note, checkpoint, prove)
                told = _held_by(reply)
                if told is not None:
                    self._held[url] = told
                    if told > checkpoint.size:
                        return Outcome.AHEAD, b"", reply.status
                    reply = await self._submit(url, note, checkpoint, prove)
        except (OSError, TimeoutError):
            return Outcome.UNREACHABLE, b"", None
        if reply.status != _OK:
            return Outcome.REFUSED, b"", reply.status
        self._held[url] = checkpoint.size
        return Outcome.COSIGNED, reply.body, reply.status

    async def _submit(self, url: str, note: Note, checkpoint: Checkpoint, prove: Prove) -> Reply:
        old = min(self._held.get(url, 0), checkpoint.size)
        path = tuple(await asyncio.to_thread(prove, old)) if 0 < old < checkpoint.size else ()
        return await self._carrier.post(_under(url, ADD_CHECKPOINT), Submission(old=old, path=path, note=note).raw)

    async def _latest(self, witness: Witness, origin: str, own: Note | None) -> Latest:
        if not witness.url:
            return Latest(witness=witness.name, silent=True)
        try:
            async with asyncio.timeout(self._timeout):
                return await self._shown(witness, witness.url, origin, own)
        except (OSError, TimeoutError):
            return Latest(witness=witness.name, silent=True)

    async def _shown(self, witness: Witness, url: str, origin: str, own: Note | None) -> Latest:
        reply = await self._carrier.get(_under(url, f"{sha256(origin.encode()).hexdigest()}/checkpoint"))
        if reply.status == _OK:
            try:
                return Latest(witness=witness.name, checkpoint=self._own(reply.body, origin))
            except (NotVerified, NotWellFormed):
                return Latest(witness=witness.name, silent=True)
        if own is not None:
            return await self._probed(witness.name, url, own)
        return Latest(witness=witness.name, nothing=reply.status == _NOT_FOUND, silent=reply.status != _NOT_FOUND)

    def _own(self, raw: bytes, origin: str) -> Checkpoint:
        """Read a checkpoint that this log has signed; raises `NotVerified` for one that it has not."""
        note = parse_note(raw)
        verify_note(note, [log.key for log in self._policy.logs])
        checkpoint = parse_checkpoint(note.text)
        if checkpoint.origin != origin:
            raise NotVerified("witness: the checkpoint of another log")
        return checkpoint

    async def _probed(self, name: str, url: str, own: Note) -> Latest:
        """Send the last checkpoint once more, as one that follows itself: the protocol's refusals tell what is held."""
        size = parse_checkpoint(own.text).size
        reply = await self._carrier.post(_under(url, ADD_CHECKPOINT), Submission(old=size, path=(), note=own).raw)
        told = _held_by(reply)
        if told is not None and told > size:
            return Latest(witness=name, claimed="a larger tree")
        if reply.status == _UNPROCESSABLE:
            return Latest(witness=name, claimed="another root at this size")
        known = told is not None or reply.status == _OK
        return Latest(witness=name, nothing=known, silent=not known)


def hold_against(own: Checkpoint | None, found: Sequence[Latest], read: ReadTile) -> None:
    """Raise `WouldFork` if a witness holds, or claims to hold, what cannot come before the next signature.

    `own` is the last checkpoint this log knows it has signed, None if it knows of none; `read` gives the tiles that it
    has. Silent witnesses refuse nothing here: whether to sign while nobody answers is the caller's to decide, and to
    show. Blocks while it reads.
    """
    try:
        if own is not None:
            check_restart(own, seen=(), read=read)
    except NotVerified as reason:
        raise WouldFork(str(reason)) from None
    reasons = [f"{each.witness}: {why}" for each in found if (why := _against(own, each, read))]
    if reasons:
        raise WouldFork("; ".join(reasons))


def contradictions(asked: Sequence[Asked], signed: int) -> list[str]:
    """Say which answers to a submission hold that this log tells two histories; `signed` is its largest size on record.

    A witness ahead of one checkpoint may have cosigned a later one of ours, by another process. One that is ahead of
    all that was ever signed here, or whose tree ours does not contain (422), has seen what this log does not know.
    """
    ahead = [each for each in asked if each.outcome is Outcome.AHEAD and (each.held or 0) > signed]
    refused = [each for each in asked if each.outcome is Outcome.REFUSED and each.status == _UNPROCESSABLE]
    return [
        *(
            f"{each.witness} says that it has cosigned {each.held} entries, where {signed} were signed"
            for each in ahead
        ),
        *(f"{each.witness} holds a tree that this log does not contain" for each in refused),
    ]


def _against(own: Checkpoint | None, each: Latest, read: ReadTile) -> str | None:
    held = each.checkpoint
    if held is None:
        return each.claimed and f"claims {each.claimed}"
    if own is None:
        return f"holds a tree of {held.size} leaves, signed by this log, which knows of none"
    try:
        check_restart(own, seen=(held,), read=read)
    except NotVerified as reason:
        return f"holds a tree of {held.size} leaves, where this log knows of {own.size}: {reason}"
    return None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Made:
    """What an exchange came to for one line of the policy."""

    witness: Witness
    outcome: Outcome
    status: int | None
    held: int | None

    def put_under(self, note: Note, answer: bytes) -> tuple[Note, Asked]:
        outcome, timestamp = self.outcome, None
        if outcome is Outcome.COSIGNED:
            try:
                note = with_cosignatures(note, answer, [self.witness.key])
                timestamp = max(each.timestamp or 0 for each in verify_note(note, [self.witness.key]))
            except (NotVerified, NotWellFormed):
                outcome = Outcome.UNUSABLE
        asked = Asked(
            witness=self.witness.name, outcome=outcome, status=self.status, held=self.held, timestamp=timestamp
        )
        return note, asked


def _held_by(reply: Reply) -> int | None:
    """Give the size that a conflict names; None for any other answer, or one that names none."""
    if reply.status != _CONFLICT or reply.media_type != SIZE_TYPE:
        return None
    try:
        text = utf8(reply.body, place="witness's answer")
        return number(text.removesuffix("\n"), place="witness's answer, size")
    except NotWellFormed:
        return None


def _under(url: str, path: str) -> str:
    return f"{url.rstrip('/')}/{path}"
