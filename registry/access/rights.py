"""What whoever speaks may still do, as the roll has their institution at an instant. Pure."""

from dataclasses import replace

from registry.access.actors import Principal
from registry.access.roll import Roll
from registry.values.jurisdiction import covers
from registry.values.time import Instant


def as_it_stands(roll: Roll, principal: Principal, now: Instant) -> Principal:
    """Give who speaks with no more than the roll says: nothing once it is suspended or ended, or by a key that ended.

    Nothing is ever added. Whoever is in no roll, as the registry itself, is as they were.
    """
    member = roll.members.get(principal.institution)
    if member is None:
        return principal
    key = member.keys.get(principal.key_id)
    if member.ended or member.suspended(now) or (key is not None and not key.signs(now)):
        return replace(principal, roles=frozenset())
    places = member.rights.jurisdictions
    return replace(
        principal,
        roles=principal.roles & frozenset(member.rights.roles),
        jurisdictions=tuple(each for each in principal.jurisdictions if any(covers(own, each) for own in places)),
        purposes=principal.purposes & frozenset(member.rights.purposes),
    )
