"""Who is one person in several orders: what was said of two parties at a time, closed over all that was said.

If A is B and B is C then A is C, whoever said it, in whatever order and direction. Two parties of one order are two
persons: where sayings would make them one, what they say of that order cannot be told and counts for nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from registry.law.dossier import PartyLink
from registry.values.identifiers import LinkRef, OrderRef, PartyRef
from registry.values.party import PartyOfOrder
from registry.values.time import Instant

Pair = tuple[PartyOfOrder, PartyOfOrder]


@dataclass(frozen=True, kw_only=True, slots=True)
class Saying:
    """That two parties are one person was said, and perhaps taken back: one time for which it counted."""

    one: PartyOfOrder
    other: PartyOfOrder
    recorded_at: Instant
    retracted_at: Instant | None = None

    def counts(self, at: Instant) -> bool:
        """Say whether it counted at an instant of recording."""
        return self.recorded_at <= at and (self.retracted_at is None or at < self.retracted_at)


def persons(pairs: Iterable[Pair]) -> list[set[PartyOfOrder]]:
    """Give the parties that are one person, a set for each person who is more than one party."""
    of: dict[PartyOfOrder, set[PartyOfOrder]] = {}
    for one, other in pairs:
        joined = of.get(one, {one}) | of.get(other, {other})
        of.update(dict.fromkeys(joined, joined))
    return list({id(joined): joined for joined in of.values()}.values())


def contradicts(pairs: Iterable[Pair]) -> bool:
    """Say whether two parties of one order would be one person."""
    return any(len(person) != len({party.order_ref for party in person}) for person in persons(pairs))


def same_persons(own: OrderRef, sayings: Sequence[Saying]) -> dict[OrderRef, tuple[PartyLink, ...]]:
    """Give for each other order which of its parties are this order's, and for which time of recording that counted.

    The same for the same sayings, in whatever order and direction they come.
    """
    moments = {saying.recorded_at for saying in sayings}
    moments |= {saying.retracted_at for saying in sayings if saying.retracted_at is not None}
    since: dict[tuple[PartyRef, PartyOfOrder], Instant] = {}
    found: list[tuple[OrderRef, PartyLink]] = []
    for moment in sorted(moments):
        now = _of_order(own, [(each.one, each.other) for each in sayings if each.counts(moment)])
        found += [_link(*key, since.pop(key), moment) for key in since.keys() - now]
        for key in now:
            since.setdefault(key, moment)
    found += [_link(mine, theirs, begun, None) for (mine, theirs), begun in since.items()]
    links: dict[OrderRef, tuple[PartyLink, ...]] = {}
    for order_ref, link in sorted(found, key=lambda each: (each[0], each[1].recorded_at, each[1].own, each[1].other)):
        links[order_ref] = (*links.get(order_ref, ()), link)
    return links


def _of_order(own: OrderRef, pairs: Iterable[Pair]) -> set[tuple[PartyRef, PartyOfOrder]]:
    return {
        (mine.party_ref, theirs)
        for person in persons(pairs)
        for mine in person
        if mine.order_ref == own
        for theirs in person
        if theirs.order_ref != own
    }


def _link(mine: PartyRef, theirs: PartyOfOrder, since: Instant, until: Instant | None) -> tuple[OrderRef, PartyLink]:
    return theirs.order_ref, PartyLink(own=mine, other=theirs.party_ref, recorded_at=since, retracted_at=until)


def counting(links: Iterable[PartyLink], known_at: Instant) -> dict[PartyRef, PartyRef]:
    """Give who is whom in another order as known then; whoever would be two parties of one order is nobody there."""
    known = {(link.own, link.other) for link in links if link.known(known_at)}
    mine, theirs = [own for own, _ in known], [other for _, other in known]
    return {own: other for own, other in known if mine.count(own) == 1 and theirs.count(other) == 1}


def reached(
    start: Iterable[OrderRef], links_of: Callable[[OrderRef], Iterable[tuple[LinkRef, OrderRef]]], *, most: int
) -> list[LinkRef]:
    """Give every link that leads on from some orders, however many orders away; at most one more than `most`."""
    orders, seen = list(start), dict[LinkRef, None]()
    visited = set(orders)
    while orders and len(seen) <= most:
        for link_ref, linked in links_of(orders.pop()):
            seen[link_ref] = None
            if linked not in visited:
                visited.add(linked)
                orders.append(linked)
    return list(seen)[: most + 1]
