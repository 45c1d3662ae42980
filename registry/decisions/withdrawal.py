"""The withdrawal of a key: one institution proposes, another confirms, and a date only moves towards the beginning.

Another key of the same institution is no second voice: an institution adds keys to its own alone.
"""

from dataclasses import dataclass, replace
from typing import Final, assert_never

from registry.commands.keylist import ConfirmKeyWithdrawal, ProposeKeyWithdrawal, WithdrawalCommand
from registry.errors import Conflict, NotFound, Refused
from registry.events.base import Fact
from registry.events.catalogue import AnyEvent
from registry.events.keylist import KeyEvent, KeyWithdrawalProposed, KeyWithdrawn
from registry.values.identifiers import InstitutionId
from registry.values.keylist import KeyGround
from registry.values.time import SECOND, Instant

MAXIMUM_WAITING: Final = 16
"""Proposals of one institution for one key that wait. Each has its own, so that nobody takes up another's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Withdrawal:
    """What was said of a key."""

    waiting: tuple[tuple[KeyWithdrawalProposed, InstitutionId], ...] = ()
    """What waits for a second person, and who proposed it. None takes another's place: whoever could propose something
    else would otherwise keep a stolen key in use."""
    withdrawn: KeyWithdrawn | None = None

    @property
    def said(self) -> KeyWithdrawalProposed | KeyWithdrawn | None:
        """What holds, or else what was proposed last, if anything was."""
        return self.withdrawn or (self.waiting[-1][0] if self.waiting else None)


def decide(command: WithdrawalCommand, state: Withdrawal | None, *, now: Instant) -> tuple[KeyEvent, ...]:
    """Answer with a fact, or none where it holds already. Raises `Refused`, `Conflict`, `NotFound`."""
    match command:
        case ProposeKeyWithdrawal():
            return _propose(command, state or Withdrawal(), now)
        case ConfirmKeyWithdrawal():
            return _confirm(command, state or Withdrawal())
        case _:
            assert_never(command)


def _propose(command: ProposeKeyWithdrawal, state: Withdrawal, now: Instant) -> tuple[KeyEvent, ...]:
    if command.since > now or command.since % SECOND:
        raise Refused("withdrawal-of-another-time", field="/since")
    held = state.withdrawn
    if held is not None and (held.since, held.ground) == (command.since, command.ground):
        return ()
    if held is not None and not _adds(command, held):
        raise Conflict("key-withdrawn-earlier", field="/since" if held.since < command.since else "/ground")
    event = KeyWithdrawalProposed(
        kid=command.kid,
        use=command.use,
        jurisdiction=command.jurisdiction,
        ground=command.ground,
        since=command.since,
    )
    if event in {each for each, _ in state.waiting}:
        return ()
    if sum(by == command.by for _, by in state.waiting) >= MAXIMUM_WAITING:
        raise Conflict("too-many-proposals")
    return (event,)


def _adds(said: ProposeKeyWithdrawal | KeyWithdrawalProposed, held: KeyWithdrawn) -> bool:
    """Say whether something says more of a key than what holds: an earlier date, or of the same that it is a theft.

    What is in wrong hands is not taken back into good ones by moving its date.
    """
    stolen = said.ground is KeyGround.COMPROMISED or held.ground is not KeyGround.COMPROMISED
    return stolen and said.since <= held.since and (said.since, said.ground) != (held.since, held.ground)


def _confirm(command: ConfirmKeyWithdrawal, state: Withdrawal) -> tuple[KeyEvent, ...]:
    held = state.withdrawn
    if held is not None and (held.since, held.ground) == (command.since, command.ground):
        return ()
    if not state.waiting:
        raise NotFound("no-such-key-withdrawal")
    since = [each for each in state.waiting if each[0].since == command.since]
    found = next((each for each in since if each[0].ground is command.ground), None)
    if found is None:
        raise Conflict("another-withdrawal-proposed", field="/ground" if since else "/since")
    proposed, by = found
    # Whichever key it signs in with: whoever holds one key of an institution can add another.
    if command.by == by:
        raise Refused("proposer-does-not-confirm")
    return (
        KeyWithdrawn(
            kid=proposed.kid,
            use=proposed.use,
            jurisdiction=proposed.jurisdiction,
            ground=proposed.ground,
            since=proposed.since,
        ),
    )


def evolve(state: Withdrawal | None, fact: Fact[AnyEvent]) -> Withdrawal | None:
    """Give what was said of the key after the fact; None for a stream of another noun."""
    match fact.event:
        case KeyWithdrawalProposed() as event:
            former = state or Withdrawal()
            return replace(former, waiting=(*former.waiting, (event, fact.actor.institution)))
        case KeyWithdrawn() as event:
            # What says more than what was confirmed goes on to wait: a lesser word does not take its place.
            left = tuple(each for each in (state or Withdrawal()).waiting if _adds(each[0], event))
            return Withdrawal(waiting=left, withdrawn=event)
        case _:
            return state
