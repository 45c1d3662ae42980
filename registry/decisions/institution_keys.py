"""Decide the keys of institutions: a new one beside the old, the old one retired without a gap, one in wrong hands."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias, assert_never

from registry.access.actors import Principal
from registry.access.directory import MAXIMUM_KEYS
from registry.access.roll import HeldKey, Member, Roll
from registry.commands.institution import AddOwnKey, MarkOwnKeyCompromised, OwnKeyCommand, RetireOwnKey
from registry.errors import Conflict, NotFound, NotPermitted, Refused
from registry.events.institution import InstitutionEvent, KeyAdded, KeyCompromised, KeyRetired
from registry.values.account import NO_KEYS
from registry.values.identifiers import InstitutionId, KeyId, Position
from registry.values.institution import KeyTerms
from registry.values.time import DAY, Instant

Added: TypeAlias = Mapping[tuple[InstitutionId, KeyId], Position]
"""Where in the ledger each key was added that an institution added itself."""
FURTHEST_BEGINNING: Final = 366 * DAY
"""A key is announced at most a year ahead."""


def decide(
    command: OwnKeyCommand,
    roll: Roll,
    *,
    by: Principal,
    now: Instant,
    added: Added,
) -> tuple[InstitutionEvent, ...]:
    """Answer the command with facts, or raise `Refused` kinds; what holds already gives none."""
    signing_key(roll, by, now)
    member = roll.members[by.institution]
    match command:
        case AddOwnKey():
            (terms,) = fresh((command.terms,), roll, member, now)
            return (KeyAdded(institution=by.institution, terms=terms, beside=by.key_id),)
        case RetireOwnKey():
            return _retired(command, member, now)
        case MarkOwnKeyCompromised():
            return compromised(member, command.key_id, command.position, added)
        case _:
            assert_never(command)


def signing_key(roll: Roll, by: Principal, now: Instant) -> HeldKey:
    """Give the key that somebody speaks with, if it signs at this instant; raises `NotPermitted`.

    Asked again in the ledger's own order: between signing in and deciding a key may have been taken away. A person's
    session is no key, whatever an institution calls its own.
    """
    member = roll.members.get(by.institution)
    held = member.keys.get(by.key_id) if member else None
    if by.by_session or member is None or held is None or member.ended or member.suspended(now):
        raise NotPermitted("key-not-signing")
    if not held.signs(now):
        raise NotPermitted("key-not-signing")
    return held


def fresh(keys: Sequence[KeyTerms], roll: Roll, member: Member | None, now: Instant) -> tuple[KeyTerms, ...]:
    """Give keys that may be added, beginning at once where they name no later time; raises `Refused` kinds.

    Neither the name nor the key itself may be known: a key that two institutions hold would be one hand for two. Nor
    may a key be called what stands in facts for no key at all.
    """
    held: Mapping[KeyId, HeldKey] = member.keys if member else {}
    if len(keys) + sum(_counts(each, now) for each in held.values()) > MAXIMUM_KEYS:
        raise Refused("too-many", field="/keys")
    names = {*held, *(terms.key.kid for terms in keys)}
    known = {each.key.material for every in roll.members.values() for each in every.keys.values()}
    new = {terms.key.material for terms in keys}
    if len(names) < len(held) + len(keys) or len(new) < len(keys) or new & known or names & NO_KEYS:
        raise Conflict("key-in-use", field="/keys")
    return tuple(_begun(terms, now) for terms in keys)


def _counts(held: HeldKey, now: Instant) -> bool:
    """Say whether a key takes one of the places: it signs, or will."""
    return held.compromised is None and (held.ends is None or now < held.ends)


def _begun(terms: KeyTerms, now: Instant) -> KeyTerms:
    begins = Instant(max(terms.begins, now))
    if begins > now + FURTHEST_BEGINNING or (terms.ends is not None and terms.ends <= begins):
        raise Refused("key-times-implausible", field="/keys")
    return KeyTerms(key=terms.key, begins=begins, ends=terms.ends)


def _retired(command: RetireOwnKey, member: Member, now: Instant) -> tuple[KeyRetired, ...]:
    """Let it end when another one signs at that instant, so that there is none at which nobody can sign in."""
    held = member.keys.get(command.key_id)
    if held is None:
        raise NotFound("no-such-key")
    at = now if command.at is None else Instant(max(command.at, now))
    if held.compromised is not None or (held.ends is not None and held.ends <= at):
        return ()
    if not any(each.signs(at) for key_id, each in member.keys.items() if key_id != command.key_id):
        raise Conflict("last-key")
    return (KeyRetired(institution=member.institution, key_id=command.key_id, at=at),)


def compromised(
    member: Member,
    key_id: KeyId,
    position: Position,
    added: Added,
) -> tuple[KeyCompromised, ...]:
    """Mark a key, and every key that was added with it from that position on: whoever had the one made the other.

    A mark moves towards the beginning only; where it stands there already, nothing follows.
    """
    if key_id not in member.keys:
        raise NotFound("no-such-key")
    found: dict[KeyId, Position] = {}
    waiting = [(key_id, position)]
    while waiting:
        each, begins = waiting.pop()
        found[each] = begins
        waiting += [
            (other, at)
            for other, held in member.keys.items()
            if held.beside == each and (at := added[member.institution, other]) >= begins
        ]
    return tuple(
        KeyCompromised(institution=member.institution, key_id=each, position=begins)
        for each, begins in found.items()
        if begins < (member.keys[each].compromised or _NEVER)
    )


_NEVER: Final = Position(2**62)
