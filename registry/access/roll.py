"""The roll: every institution there ever was with its rights and keys, and the proposals on the table, from the facts.

`enrolment_at` says who may sign in by which key at an instant; times alone (a key that begins or ends, an emergency
that lapses) change it between two facts, so it also says until when it holds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias, assert_never

from registry.access.actors import Directory, Institution
from registry.access.directory import Enrolment, PublicKey
from registry.events.base import Actor, Fact
from registry.events.catalogue import AnyEvent
from registry.events.institution import (
    ChangeConfirmed,
    ChangeProposed,
    ChangeWithdrawn,
    DirectoryFounded,
    FactDoubted,
    FactsConfirmed,
    InstitutionEnded,
    InstitutionEnrolled,
    InstitutionReinstated,
    InstitutionRightsChanged,
    InstitutionSuspended,
    KeyAdded,
    KeyCompromised,
    KeyRetired,
)
from registry.values.identifiers import FactId, InstitutionId, KeyId, Position, ProposalRef
from registry.values.institution import Change, KeyTerms, Rights, SuspensionReason
from registry.values.time import END_OF_TIME, Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldKey:
    """A key of an institution. It stays for ever under its name, so that no other ever takes that."""

    key: PublicKey
    begins: Instant
    ends: Instant | None
    line: KeyId
    """The key from which it descends: whoever held that one may have made all of its line."""
    beside: KeyId | None = None
    """The own key with which it was added."""
    compromised: Position | None = None
    """From where on in the ledger it is not trusted."""

    def signs(self, now: Instant) -> bool:
        """Say whether it signs at an instant."""
        return self.compromised is None and self.begins <= now and (self.ends is None or now < self.ends)


@dataclass(frozen=True, kw_only=True, slots=True)
class Suspension:
    """That an institution is suspended, and until when if one person alone has said it."""

    reason: SuspensionReason
    lapses: Instant | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """An institution as the facts have it."""

    institution: InstitutionId
    name: str
    contact: str
    rights: Rights
    keys: Mapping[KeyId, HeldKey]
    version: int
    """The version of the stream that its rights were last set by."""
    suspension: Suspension | None = None
    ended: bool = False
    alarmed: frozenset[InstitutionId] = frozenset()
    """Who suspended it in an emergency since two persons last agreed on what it may do."""

    def suspended(self, now: Instant) -> bool:
        """Say whether it is suspended at an instant."""
        held = self.suspension
        return held is not None and (held.lapses is None or now < held.lapses)

    def signing(self, now: Instant) -> dict[KeyId, HeldKey]:
        """Give the keys that sign at an instant, whether or not the institution may use them."""
        return {key_id: held for key_id, held in self.keys.items() if held.signs(now)}

    def shown(self) -> Institution:
        """Give the institution as the directory has it."""
        return Institution(
            institution=self.institution,
            name=self.name,
            roles=frozenset(self.rights.roles),
            jurisdictions=self.rights.jurisdictions,
            contact=self.contact,
            purposes=frozenset(self.rights.purposes),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """A change on the table, and who put it there."""

    proposal_ref: ProposalRef
    change: Change
    against: int
    digest: str
    proposed: Instant
    expires: Instant
    by: Actor
    line: KeyId
    """The line of the key that it was proposed with."""
    emergency: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Roll:
    """All institutions, all proposals that are neither confirmed nor withdrawn, and which facts were asked and told."""

    members: Mapping[InstitutionId, Member] = field(default_factory=dict[InstitutionId, Member])
    proposals: Mapping[ProposalRef, Proposal] = field(default_factory=dict[ProposalRef, Proposal])
    doubted: Mapping[FactId, FactDoubted] = field(default_factory=dict[FactId, FactDoubted])
    """Facts that an institution was held to answer for."""
    confirmed: Mapping[FactId, frozenset[KeyId]] = field(default_factory=dict[FactId, frozenset[KeyId]])
    """By which keys each was confirmed since it was last asked of."""
    version: int = 0

    def answered(self, fact_id: FactId) -> bool:
        """Say whether a fact was confirmed by a key that is not in wrong hands."""
        keys = self.members[self.doubted[fact_id].institution].keys
        return any(keys[each].compromised is None for each in self.confirmed.get(fact_id, ()))


NOBODY: Final = Roll()
_NO_KEYS: Final[frozenset[KeyId]] = frozenset()


def evolve(roll: Roll | None, fact: Fact[AnyEvent]) -> Roll | None:
    """Give the roll after the fact; None for a stream of another noun."""
    before = roll or NOBODY
    match fact.event:
        case DirectoryFounded():
            return replace(before, version=fact.version)
        case FactDoubted() as event:
            confirmed = {fact_id: keys for fact_id, keys in before.confirmed.items() if fact_id != event.fact_id}
            doubted = {**before.doubted, event.fact_id: event}
            return replace(before, doubted=doubted, confirmed=confirmed, version=fact.version)
        case FactsConfirmed() as event:
            by = {fact.actor.key_id}
            said = {fact_id: before.confirmed.get(fact_id, _NO_KEYS) | by for fact_id in event.facts}
            return replace(before, confirmed={**before.confirmed, **said}, version=fact.version)
        case ChangeProposed() | ChangeConfirmed() | ChangeWithdrawn() as event:
            return replace(before, proposals=_tabled(before, fact, event), version=fact.version)
        case InstitutionEnrolled() as event:
            return _with(before, _enrolled(event, fact.version), fact.version)
        case (
            InstitutionRightsChanged()
            | InstitutionSuspended()
            | InstitutionReinstated()
            | InstitutionEnded()
            | KeyAdded()
            | KeyRetired()
            | KeyCompromised() as event
        ):
            # Of whom nobody enrolled nothing can be said: no decider gives such a fact, and it takes nobody's rights.
            member = before.members.get(event.institution)
            if member is None:
                return replace(before, version=fact.version)
            return _with(before, _member(member, event, fact), fact.version)
        case _:
            return roll


_OfMember: TypeAlias = (
    InstitutionRightsChanged
    | InstitutionSuspended
    | InstitutionReinstated
    | InstitutionEnded
    | KeyAdded
    | KeyRetired
    | KeyCompromised
)


def _member(member: Member, event: _OfMember, fact: Fact[AnyEvent]) -> Member:
    """Take in what happened to an institution that is enrolled."""
    version = fact.version
    match event:
        case InstitutionRightsChanged():
            return replace(
                member, name=event.name, contact=event.contact, rights=event.rights, version=version, alarmed=_CALM
            )
        case InstitutionSuspended(lapses=None):
            suspension = Suspension(reason=event.reason, lapses=None)
            return replace(member, suspension=suspension, version=version, alarmed=_CALM)
        case InstitutionSuspended():
            suspension = Suspension(reason=event.reason, lapses=event.lapses)
            # Not a new version: what others proposed of it stays as it was read.
            return replace(member, suspension=suspension, alarmed=member.alarmed | {fact.actor.institution})
        case InstitutionReinstated(withdrawn=True):
            return replace(member, suspension=None)
        case InstitutionReinstated():
            return replace(member, suspension=None, version=version, alarmed=_CALM)
        case InstitutionEnded():
            return replace(member, ended=True, version=version)
        case KeyAdded() | KeyRetired() | KeyCompromised():
            return replace(member, keys={**member.keys, **_keys(member, event)})
        case _:
            assert_never(event)


_CALM: Final[frozenset[InstitutionId]] = frozenset()


def _keys(member: Member, event: KeyAdded | KeyRetired | KeyCompromised) -> dict[KeyId, HeldKey]:
    if isinstance(event, KeyAdded):
        parent = member.keys.get(event.beside) if event.beside is not None else None
        return {event.terms.key.kid: _held(event.terms, line=parent.line if parent else None, beside=event.beside)}
    held = member.keys[event.key_id]
    if isinstance(event, KeyRetired):
        return {event.key_id: replace(held, ends=event.at)}
    return {event.key_id: replace(held, compromised=event.position)}


def _held(terms: KeyTerms, *, line: KeyId | None = None, beside: KeyId | None = None) -> HeldKey:
    return HeldKey(key=terms.key, begins=terms.begins, ends=terms.ends, line=line or terms.key.kid, beside=beside)


def _enrolled(event: InstitutionEnrolled, version: int) -> Member:
    return Member(
        institution=event.institution,
        name=event.name,
        contact=event.contact,
        rights=event.rights,
        keys={terms.key.kid: _held(terms) for terms in event.keys},
        version=version,
    )


def _with(roll: Roll, member: Member, version: int) -> Roll:
    return replace(roll, members={**roll.members, member.institution: member}, version=version)


def _tabled(
    roll: Roll, fact: Fact[AnyEvent], event: ChangeProposed | ChangeConfirmed | ChangeWithdrawn
) -> dict[ProposalRef, Proposal]:
    """Give what is on the table; what has expired meanwhile goes from it."""
    tabled = {ref: each for ref, each in roll.proposals.items() if fact.recorded_at < each.expires}
    if not isinstance(event, ChangeProposed):
        tabled.pop(event.proposal_ref, None)
        return tabled
    proposer = roll.members.get(fact.actor.institution)
    held = proposer.keys.get(fact.actor.key_id) if proposer else None
    tabled[event.proposal_ref] = Proposal(
        proposal_ref=event.proposal_ref,
        change=event.change,
        against=event.against,
        digest=event.digest,
        proposed=fact.recorded_at,
        expires=event.expires,
        by=fact.actor,
        line=held.line if held else fact.actor.key_id,
        emergency=event.emergency,
    )
    return tabled


def enrolment_at(roll: Roll, now: Instant) -> tuple[Enrolment, Instant]:
    """Give who takes part and by which keys they sign in, and the first instant at which that may be otherwise.

    Who is suspended is still found, with the telephone that an officer needs, and nobody speaks for it. Who ended
    is not found.
    """
    members = [member for member in roll.members.values() if not member.ended]
    shown = {member.institution: member.shown() for member in members}
    suspended = frozenset(member.institution for member in members if member.suspended(now))
    keys = {
        (member.institution, key_id): held.key
        for member in members
        if member.institution not in suspended
        for key_id, held in member.signing(now).items()
    }
    until = min((at for member in members for at in _turns(member) if at > now), default=END_OF_TIME)
    directory = Directory(institutions=tuple(shown.values()))
    return Enrolment(directory=directory, institutions=shown, keys=keys, suspended=suspended), until


def _turns(member: Member) -> Iterator[Instant]:
    """Give the instants at which something of an institution begins or ends by itself."""
    if member.suspension is not None and member.suspension.lapses is not None:
        yield member.suspension.lapses
    for held in member.keys.values():
        yield held.begins
        if held.ends is not None:
            yield held.ends
