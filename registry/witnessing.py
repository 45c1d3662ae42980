"""The log and its witnesses while the registry runs: asked before the first signature, and after each for theirs.

Nothing waits for a witness but the first signature after a start: a victim's order must count while a witness is
down. What is missing is shown: a receipt is PUBLISHED until enough have cosigned, and then WITNESSED. Whenever one says
that it holds what cannot come before ours, the log stops signing.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Final

from registry.errors import ConfigurationError, WouldFork
from registry.ledger.fsck import contains
from registry.ledger.heads import Heads
from registry.ledger.log_store import LogStore
from registry.ledger.proof.checkpoint import Checkpoint, parse_checkpoint
from registry.ledger.proof.errors import NotVerified, NotWellFormed
from registry.ledger.proof.policy import Policy, accept, parse_policy
from registry.ledger.proof.signed_note import Note, parse_note
from registry.ledger.proofs import Proofs, Witnessed
from registry.ledger.published import Signing
from registry.ledger.publisher import Publisher
from registry.ledger.witness_answers import Asked
from registry.ledger.witnesses import Witnesses, contradictions, hold_against
from registry.limits.outgoing import Rule, outgoing
from registry.limits.peers import networks_of
from registry.witness.carrier import SCHEMES, HttpCarrier

WAIT_SECONDS: Final = 1.0
"""How long one wait for a newer checkpoint lasts."""
BETWEEN_SECONDS: Final = 1.0
"""The least time from one asking to the next: witnesses are other people's machines."""

AGAIN_SECONDS: Final = 3600.0
"""After how long an unchanged checkpoint is cosigned again."""


def witness_rule(networks: str) -> Rule:
    """Give where witnesses may be: public addresses, and the setting's networks. Raises `ConfigurationError`."""
    return Rule(schemes=SCHEMES, networks=networks_of(networks, "REGISTRY_OUTGOING_NETWORKS"))


def witness_policy(path: Path, keys: Sequence[str]) -> Policy:
    """Read the policy of a log's witnesses, whose `log` lines are put in from the log's own keys."""
    try:
        own = "".join(f"log {key}\n" for key in keys)
        policy = parse_policy(own.encode() + path.read_bytes())
    except (OSError, NotWellFormed) as fault:
        raise ConfigurationError(f"the policy of witnesses: {fault}") from None
    if policy.quorum is None:
        raise ConfigurationError("the policy of witnesses: quorum none asks for no witness; leave the policy away then")
    return policy


@dataclass(kw_only=True)
class Witnessing:
    """Keeps one log's checkpoints cosigned. `former` is for the publisher's thread, the rest for the event loop."""

    policy: Policy
    store: LogStore
    heads: Heads
    origin: str
    rule: Rule = field(default_factory=lambda: Rule(schemes=SCHEMES))
    """Where witnesses may be."""
    seconds: Callable[[], float] = monotonic
    """A clock that only goes forward."""
    witnessed: Witnessed | None = None
    """The newest checkpoint that has the policy's quorum."""
    last: tuple[Asked, ...] = ()
    """What came of asking each witness last; operators are shown it."""
    _asked_of: int = field(default=-1, init=False)
    _asked_at: float = field(default=0.0, init=False)
    _silent: frozenset[str] = field(default=frozenset(), init=False)
    """Who has not said yet since the start what it holds."""

    def former(self) -> tuple[Checkpoint, ...]:
        """Ask what the witnesses hold of this log, before anything is signed. Raises `WouldFork`; blocks, bounded.

        While all are silent nothing is known, and the log's own memory has to do.
        """
        return asyncio.run(self._survey())

    async def _survey(self) -> tuple[Checkpoint, ...]:
        raw = self.heads.read()
        note = parse_note(raw) if raw is not None else None
        own = parse_checkpoint(note.text) if note is not None else None
        if note is not None and own is not None and own.origin != self.origin:
            note = own = None
        async with outgoing(self.rule) as way:
            found = await Witnesses(self.policy, HttpCarrier(way)).survey(self.origin, note)
        # A tree that the log does not hold yet is the publisher's to weigh: it may still grow to it from the facts.
        shown = tuple(each.checkpoint for each in found if each.checkpoint is not None)
        addressed = {each.name for each in self.policy.witnesses if each.url}
        self._silent = frozenset(each.witness for each in found if each.silent) & addressed
        hold_against(None, [each for each in found if each.claimed], self.store.read)
        return shown

    async def run(self, publisher: Publisher, proofs: Proofs) -> None:
        """Have each checkpoint cosigned, one after another, the newest there is. Until cancelled."""
        async with outgoing(self.rule) as way:
            witnesses = Witnesses(self.policy, HttpCarrier(way))
            while True:
                with suppress(Exception):  # a witness's fault, or a store's, is no reason to stop asking
                    await self._next(publisher, proofs, witnesses)
                await asyncio.sleep(BETWEEN_SECONDS)

    async def _next(self, publisher: Publisher, proofs: Proofs, witnesses: Witnesses) -> None:
        if self.seconds() - self._asked_at > AGAIN_SECONDS:
            self._asked_of = -1  # an idle log is cosigned again: nothing else was shown to anybody until now
        newer = await asyncio.to_thread(publisher.wait_size, self._asked_of + 1, timeout=WAIT_SECONDS)
        if self.witnessed is None:  # after the wait: from a start's first checkpoint on the tree is known to contain it
            self.witnessed = await asyncio.to_thread(self._kept, publisher)
        if not newer:
            await self.ask_again(publisher, witnesses)
            return
        published = publisher.published()
        if published.signing is not Signing.SIGNS or published.checkpoint is None:
            return  # what does not sign has nothing to be cosigned
        await self.ask_again(publisher, witnesses)
        asked = await self.ask(published.checkpoint, parse_note(published.note), proofs, witnesses)
        recorded = await asyncio.to_thread(self.store.sizes_signed, self.origin, limit=1)
        if found := contradictions(asked, recorded[0][0] if recorded else published.checkpoint.size):
            publisher.contradict("; ".join(found))

    def _kept(self, publisher: Publisher) -> Witnessed | None:
        """Give what was witnessed before the start, verified again; None while the stored tree may not contain it."""
        raw, published = self.heads.witnessed(), publisher.published()
        if raw is None or not published.contained:
            return None
        try:
            checkpoint = accept(raw, self.policy).checkpoint
        except (NotVerified, NotWellFormed):  # another policy by now, or other bytes: it is asked for anew
            return None
        if checkpoint.origin != self.origin or not contains(self.store, self.store.head(), checkpoint):
            return None
        return Witnessed(checkpoint=checkpoint, note=raw)

    async def ask_again(self, publisher: Publisher, witnesses: Witnesses) -> None:
        """Ask whoever was silent at the start what it holds, until each has said it; the first contradiction stops."""
        published = publisher.published()
        if not self._silent or published.signing is not Signing.SIGNS:
            return
        found = await witnesses.survey(self.origin, parse_note(published.note), self._silent)
        answered = [each for each in found if not each.silent]
        recorded = await asyncio.to_thread(self.store.sizes_signed, self.origin, limit=1)
        own = Checkpoint(origin=self.origin, size=recorded[0][0], root=recorded[0][1])
        try:
            await asyncio.to_thread(hold_against, own, answered, self.store.read)
        except WouldFork as fork:
            publisher.contradict(str(fork))
        self._silent -= {each.witness for each in answered}

    async def ask(self, checkpoint: Checkpoint, note: Note, proofs: Proofs, witnesses: Witnesses) -> tuple[Asked, ...]:
        """Have one checkpoint cosigned, and keep it if enough have; gives what came of each witness."""
        cosigned = await witnesses.cosign(note, lambda old: proofs.consistency(old, checkpoint.size))
        self.last = cosigned.asked
        if cosigned.witnessed:
            await asyncio.to_thread(self.heads.write_witnessed, cosigned.note.raw)
            self.witnessed = Witnessed(checkpoint=checkpoint, note=cosigned.note.raw)
            self._asked_of, self._asked_at = checkpoint.size, self.seconds()
        return cosigned.asked
