"""Decide what two persons change together: one proposes, another confirms exactly that, and only then it counts.

A second person is another `on_behalf_of` with a key of another line: a key that an institution added to its own is in
the same hands as the one it was added with. Where another institution governs the same places, or some of them, the
second person is of that one. One person alone can only take away for a while: a suspension in an emergency, which
lapses.
"""

from typing import Final, assert_never

from registry.access.actors import Principal
from registry.access.roll import Member, Proposal, Roll
from registry.commands.institution import ConfirmChange, ProposalCommand, ProposeChange, SuspendAtOnce, WithdrawChange
from registry.decisions.institution_changes import concerned, effects, governs, stays
from registry.decisions.institution_keys import Added, signing_key
from registry.errors import Conflict, NotFound, NotPermitted, Refused
from registry.events.institution import (
    ChangeConfirmed,
    ChangeProposed,
    ChangeWithdrawn,
    InstitutionEvent,
    InstitutionReinstated,
    InstitutionSuspended,
)
from registry.values.identifiers import InstitutionId, KeyId, ProposalRef
from registry.values.institution import Change, ChangeKind, change_digest
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import DAY, HOUR, Instant

PROPOSAL_LIFE: Final = 7 * DAY
EMERGENCY_LIFE: Final = 72 * HOUR
"""A weekend: for so long one person alone may keep an institution from signing in."""
MAXIMUM_PROPOSALS: Final = 200


def decide(
    command: ProposalCommand, roll: Roll, *, by: Principal, now: Instant, added: Added
) -> tuple[InstitutionEvent, ...]:
    """Answer the command with facts, or raise `Refused` kinds."""
    if by.on_behalf_of is None:
        raise Refused("person-needed")
    key = signing_key(roll, by, now)
    match command:
        case ProposeChange():
            return _propose(command, roll, by, now, added)
        case SuspendAtOnce():
            return _suspend(command, roll, by, now, added)
        case ConfirmChange():
            return _confirm(command, roll, by, now, added, key.line)
        case WithdrawChange():
            return _withdraw(command, roll, by, now, key.line)
        case _:
            assert_never(command)


def _propose(
    command: ProposeChange, roll: Roll, by: Principal, now: Instant, added: Added
) -> tuple[InstitutionEvent, ...]:
    change = command.change
    _govern(roll, by.institution, _places(change, roll))
    _room(roll, command.proposal_ref, now)
    effects(change, roll, now, added)  # what could not be done is not put before anybody
    return (_proposed(command.proposal_ref, change, roll, Instant(now + PROPOSAL_LIFE), emergency=False),)


def _suspend(
    command: SuspendAtOnce, roll: Roll, by: Principal, now: Instant, added: Added
) -> tuple[InstitutionEvent, ...]:
    """Suspend at once and propose that it stay so. Whoever cried before without being heard has no second cry."""
    change = Change(kind=ChangeKind.SUSPEND, institution=command.institution, reason=command.reason)
    _govern(roll, by.institution, _places(change, roll))
    _room(roll, command.proposal_ref, now)
    effects(change, roll, now, added)
    if by.institution in roll.members[command.institution].alarmed:
        raise Conflict("emergency-used")
    lapses = Instant(now + EMERGENCY_LIFE)
    return (
        _proposed(command.proposal_ref, change, roll, lapses, emergency=True),
        InstitutionSuspended(institution=command.institution, reason=command.reason, lapses=lapses),
    )


def _proposed(ref: ProposalRef, change: Change, roll: Roll, expires: Instant, *, emergency: bool) -> ChangeProposed:
    against = _version(change, roll)
    digest = change_digest(ref, change, against)
    return ChangeProposed(
        proposal_ref=ref, change=change, against=against, digest=digest, expires=expires, emergency=emergency
    )


def _confirm(  # noqa: PLR0917  # all that a second person is held to
    command: ConfirmChange, roll: Roll, by: Principal, now: Instant, added: Added, line: KeyId
) -> tuple[InstitutionEvent, ...]:
    proposal = _tabled(roll, command.proposal_ref)
    places = _places(proposal.change, roll)
    _second(proposal, roll, by, line, places, now)
    if now >= proposal.expires:
        raise Conflict("proposal-expired")
    if command.digest != proposal.digest:
        raise Conflict("digest-differs", field="/digest")
    if not _stands(proposal, roll, now):
        raise Conflict("proposal-void")
    if proposal.against != _version(proposal.change, roll):
        raise Conflict("proposal-outdated")
    confirmed = ChangeConfirmed(proposal_ref=command.proposal_ref, digest=proposal.digest)
    return (confirmed, *effects(proposal.change, roll, now, added))


def _second(  # noqa: PLR0917  # as above
    proposal: Proposal, roll: Roll, by: Principal, line: KeyId, places: tuple[Jurisdiction, ...], now: Instant
) -> None:
    """Hold the confirmer to be another person with another key, and of another institution where there is one.

    Of an institution that governs all of the places, or, where no other one does, some of them: whoever proposes must
    not be rid of who governs a court by adding a place to it that the other one does not govern.
    """
    first, others = proposal.by, _others(roll, proposal.by.institution, places, now)
    part_is_enough = by.institution in others and not any(governs(each, places) for each in others.values())
    if not part_is_enough:
        _govern(roll, by.institution, places)
    if by.on_behalf_of == first.on_behalf_of:
        raise NotPermitted("second-person-needed")
    if by.institution != first.institution:
        return
    if line == proposal.line:
        raise NotPermitted("second-person-needed")
    if others:
        raise NotPermitted("other-institution-needed")


def _others(
    roll: Roll, but: InstitutionId, places: tuple[Jurisdiction, ...], now: Instant
) -> dict[InstitutionId, Member]:
    """Give the other institutions that govern any of the places and could be asked: with a key that signs."""
    return {
        each.institution: each
        for each in roll.members.values()
        if each.institution != but and each.signing(now) and stays(each) and concerned(each, places)
    }


def _withdraw(
    command: WithdrawChange, roll: Roll, by: Principal, now: Instant, line: KeyId
) -> tuple[InstitutionEvent, ...]:
    """Let it be withdrawn by whoever could confirm it; an emergency by nobody but the person who cried it.

    What one person suspended another one alone does not lift: that would give back what was just taken.
    """
    proposal = _tabled(roll, command.proposal_ref)
    first = proposal.by
    own = (first.institution, first.on_behalf_of, proposal.line) == (by.institution, by.on_behalf_of, line)
    if not own:
        _govern(roll, by.institution, _places(proposal.change, roll))
    if now >= proposal.expires:
        raise Conflict("proposal-expired")
    withdrawn = ChangeWithdrawn(proposal_ref=command.proposal_ref)
    if not proposal.emergency:
        return (withdrawn,)
    if not own:
        raise NotPermitted("second-person-needed")
    subject = roll.members[proposal.change.institution]
    if subject.ended or subject.suspension is None or subject.suspension.lapses != proposal.expires:
        return (withdrawn,)
    return withdrawn, InstitutionReinstated(institution=proposal.change.institution, withdrawn=True)


def _places(change: Change, roll: Roll) -> tuple[Jurisdiction, ...]:
    """Give every place that a change is about: where the institution acts, and where it is to act."""
    member = roll.members.get(change.institution)
    before = member.rights.jurisdictions if member else ()
    return (*before, *(change.rights.jurisdictions if change.rights else ()))


def _govern(roll: Roll, institution: InstitutionId, places: tuple[Jurisdiction, ...]) -> None:
    """Hold an institution to govern at all, and everywhere that a change is about; raises `NotPermitted`."""
    member = roll.members[institution]
    if not governs(member, ()):
        raise NotPermitted("role-not-permitted")
    if not governs(member, places):
        raise NotPermitted("outside-own-jurisdiction")


def _stands(proposal: Proposal, roll: Roll, now: Instant) -> bool:
    """Say whether whoever proposed it could do so still: not suspended, not ended, the key not in wrong hands."""
    proposer = roll.members[proposal.by.institution]
    held = proposer.keys[proposal.by.key_id]
    return (
        held.compromised is None and not proposer.suspended(now) and governs(proposer, _places(proposal.change, roll))
    )


def _room(roll: Roll, ref: ProposalRef, now: Instant) -> None:
    if ref in roll.proposals:
        raise Conflict("reference-in-use")
    if sum(now < each.expires for each in roll.proposals.values()) >= MAXIMUM_PROPOSALS:
        raise Conflict("too-many-proposals")


def _tabled(roll: Roll, ref: ProposalRef) -> Proposal:
    proposal = roll.proposals.get(ref)
    if proposal is None:
        raise NotFound("no-such-proposal")
    return proposal


def _version(change: Change, roll: Roll) -> int:
    member = roll.members.get(change.institution)
    return member.version if member else 0
