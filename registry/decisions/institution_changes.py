"""Decide what a change comes to on the roll as it stands: the facts that two persons' agreement makes."""

from collections.abc import Iterable, Mapping
from typing import Final

from registry.access.actors import Role
from registry.access.roll import Member, Roll
from registry.decisions.institution_keys import Added, compromised, fresh
from registry.errors import Conflict, Refused
from registry.events.institution import (
    InstitutionEnded,
    InstitutionEnrolled,
    InstitutionEvent,
    InstitutionReinstated,
    InstitutionRightsChanged,
    InstitutionSuspended,
    KeyAdded,
)
from registry.values.institution import Change, ChangeKind, Rights
from registry.values.jurisdiction import Jurisdiction, covers
from registry.values.time import Instant

GOVERNING: Final = frozenset({Role.OPERATOR, Role.SUPERVISOR})
_NEEDED: Final[Mapping[ChangeKind, frozenset[str]]] = {
    ChangeKind.ENROL: frozenset({"name", "contact", "rights"}),
    ChangeKind.SUSPEND: frozenset({"reason"}),
    ChangeKind.ADD_KEY: frozenset({"keys"}),
    ChangeKind.MARK_KEY_COMPROMISED: frozenset({"key_id", "position"}),
}
_ALLOWED: Final[Mapping[ChangeKind, frozenset[str]]] = {
    ChangeKind.ENROL: frozenset({"keys"}),
    ChangeKind.CHANGE_RIGHTS: frozenset({"name", "contact", "rights"}),
}
_FIELDS: Final = ("name", "contact", "rights", "keys", "key_id", "position", "reason")
_NONE: Final[frozenset[str]] = frozenset()


def complete(change: Change) -> None:
    """Hold a change to say all that its kind needs, and nothing that would be read and not be done."""
    given = {name for name in _FIELDS if getattr(change, name)}
    needed = _NEEDED.get(change.kind, _NONE)
    if not needed <= given or not given <= needed | _ALLOWED.get(change.kind, _NONE):
        raise Refused("change-incomplete", field="/kind")


def effects(change: Change, roll: Roll, now: Instant, added: Added) -> tuple[InstitutionEvent, ...]:
    """Give the facts that a change comes to on the roll as it stands; raises `Refused` kinds where it cannot be."""
    complete(change)
    if change.kind is ChangeKind.ENROL:
        return (_enrolled(change, roll, now),)
    member = roll.members.get(change.institution)
    if member is None:
        raise Refused("no-such-institution", field="/institution")
    if member.ended:
        raise Conflict("institution-ended", field="/institution")
    match change.kind:
        case ChangeKind.ADD_KEY:
            return tuple(
                KeyAdded(institution=member.institution, terms=terms) for terms in fresh(change.keys, roll, member, now)
            )
        case ChangeKind.MARK_KEY_COMPROMISED:
            assert change.key_id is not None
            assert change.position is not None
            return compromised(member, change.key_id, change.position, added)
        case _:
            event = _of_rights(change, member, now)
    _still_governed(event, member, roll)
    return (event,)


def _of_rights(change: Change, member: Member, now: Instant) -> InstitutionEvent:
    if change.kind is ChangeKind.CHANGE_RIGHTS:
        return _rights(change, member)
    if change.kind is ChangeKind.END:
        return InstitutionEnded(institution=member.institution)
    for_good = member.suspension is not None and member.suspension.lapses is None
    if change.kind is ChangeKind.REINSTATE:
        if not member.suspended(now):
            raise Refused("nothing-to-change")
        return InstitutionReinstated(institution=member.institution)
    if for_good:
        raise Refused("nothing-to-change")
    assert change.reason is not None
    return InstitutionSuspended(institution=member.institution, reason=change.reason)


def _enrolled(change: Change, roll: Roll, now: Instant) -> InstitutionEnrolled:
    if change.institution in roll.members:
        raise Conflict("institution-enrolled", field="/institution")
    assert change.name is not None
    assert change.contact is not None
    assert change.rights is not None
    return InstitutionEnrolled(
        institution=change.institution,
        name=change.name,
        contact=change.contact,
        rights=_whole(change.rights),
        keys=fresh(change.keys, roll, None, now),
    )


def _rights(change: Change, member: Member) -> InstitutionRightsChanged:
    rights = _whole(change.rights or member.rights)
    event = InstitutionRightsChanged(
        institution=member.institution,
        name=change.name or member.name,
        contact=change.contact or member.contact,
        rights=rights,
        widened=not rights.within(member.rights),
        narrowed=not member.rights.within(rights),
    )
    if (event.name, event.contact, event.rights) == (member.name, member.contact, member.rights):
        raise Refused("nothing-to-change")
    return event


def _whole(rights: Rights) -> Rights:
    """Give rights that an institution can have: some role, somewhere; the registry itself never signs in."""
    if not rights.roles or not rights.jurisdictions or Role.REGISTRY in rights.roles:
        raise Refused("rights-incomplete", field="/rights")
    return rights


def _still_governed(event: InstitutionEvent, member: Member, roll: Roll) -> None:
    """Refuse what leaves nobody who could ever change anything again."""
    left = [each for each in roll.members.values() if _may_govern(each) and each is not member]
    keeps = isinstance(event, InstitutionRightsChanged) and set(event.rights.roles) & GOVERNING
    if _may_govern(member) and not left and not keeps:
        raise Conflict("nobody-would-govern")


def _may_govern(member: Member) -> bool:
    return bool(set(member.rights.roles) & GOVERNING) and not member.ended and stays(member)


def governs(member: Member, places: Iterable[Jurisdiction]) -> bool:
    """Say whether an institution governs others at all, and in all of these places."""
    own = member.rights.jurisdictions
    governing = bool(set(member.rights.roles) & GOVERNING) and not member.ended
    return governing and all(any(covers(each, place) for each in own) for place in places)


def concerned(member: Member, places: Iterable[Jurisdiction]) -> bool:
    """Say whether an institution governs any of these places, or a part of one."""
    own = member.rights.jurisdictions
    return governs(member, ()) and any(covers(each, place) or covers(place, each) for each in own for place in places)


def stays(member: Member) -> bool:
    """Say whether an institution is one that could be asked: an emergency alone does not make it none."""
    return member.suspension is None or member.suspension.lapses is not None
