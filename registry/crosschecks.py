"""THE LOOK BEFORE AN ORDER IS ENTERED: which orders that are there already cross it. Opens nothing, records nothing.

1 nominate  parties of the same name and full birth date             identity/exact.py
2 link      who was said to be one of them in further orders         dossiers.py, law/links.py
3 number    the same case number, at this court and at theirs        boundary.py, the claims
4 judge     duplicates, contradictions, mutual orders                law/crossing.py

Whoever shows what is found records the look first (api/previews.py). A party without a name or a full birth date is not
looked for, nor one of whom there are too many: that is said of each, and never taken for nothing found.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias
from uuid import UUID

from registry.dossiers import load
from registry.execute import Executor
from registry.identity.exact import person_keys
from registry.law.crossing import Crossed, crossings, sketch, sketch_of
from registry.law.links import counting
from registry.law.standing import Standing, fold
from registry.ledger.port import Reader, Unit
from registry.values.identifiers import ClaimId, OrderRef, PartyRef, StreamId
from registry.values.issuance import PartyRole
from registry.values.order import Court, OrderDetails
from registry.values.parties import Clear, Identity, Text
from registry.values.party import PartyOfOrder
from registry.values.text import case_number
from registry.values.time import END_OF_TIME, Instant
from registry.views.police import FINDING

MAXIMUM_LIKE: Final = 50
"""More parties than this like one party is too many, never cut silently."""
MAXIMUM_ORDERS: Final = 200
"""The same of the orders that all parties of one entry lead to."""
_Pairs: TypeAlias = set[tuple[PartyRef, PartyRef]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """An order that crosses the one to be entered, as it stands, and how."""

    standing: Standing
    crossed: tuple[Crossed, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CrossCheck:
    """What was found for one entry, and for which of its parties nobody was sought."""

    found: tuple[Found, ...]
    unsearched: tuple[PartyRef, ...]


@dataclass(frozen=True, slots=True)
class _Nominated:
    same: Mapping[OrderRef, _Pairs]
    standings: Mapping[OrderRef, Standing]
    unsearched: tuple[PartyRef, ...]


def parties_like(reader: Reader, index_key: bytes, identity: Identity) -> set[PartyOfOrder] | None:
    """Give the registered parties who may be this person; None where it cannot be told, or there are too many."""
    keys = person_keys(index_key, identity)
    rows = [row for key in keys for row in reader.rows(FINDING, {"finding_key": key}, limit=MAXIMUM_LIKE + 1)]
    found = {
        PartyOfOrder(order_ref=OrderRef(UUID(bytes=order)), party_ref=PartyRef(UUID(bytes=party)))
        for order, party in ((row["order_ref"], row["party_ref"]) for row in rows)
        if isinstance(order, bytes) and isinstance(party, bytes)
    }
    return found if keys and len(found) <= MAXIMUM_LIKE else None


@dataclass(frozen=True, kw_only=True)
class CrossChecker:
    """Looks for what crosses an order that is about to be entered in one ledger."""

    executor: Executor
    clock: Callable[[], Instant]

    async def check(self, details: OrderDetails[Clear]) -> CrossCheck:
        """Look, from the event loop, and beside it: whole orders are read, and no check waits for that."""
        nominated = await asyncio.to_thread(self._nominated, details)
        claims = self._claims(details, nominated)
        held = await self.executor.writer.submit(lambda unit: _holders(unit, claims))
        return await asyncio.to_thread(self._judged, details, nominated, held)

    def look(self, details: OrderDetails[Clear]) -> CrossCheck:
        """Do the same for a caller in another thread, which waits: a rehearsed import."""
        nominated = self._nominated(details)
        claims = self._claims(details, nominated)
        held = self.executor.writer.perform(lambda unit: _holders(unit, claims), urgent=False)
        return self._judged(details, nominated, held)

    def _nominated(self, details: OrderDetails[Clear]) -> _Nominated:
        """Steps 1 and 2."""
        same: dict[OrderRef, _Pairs] = {}
        unsearched: list[PartyRef] = []
        for party in details.parties:
            identity = party.identity.content if party.identity else None
            like = self._like(identity) if isinstance(identity, Identity) else None
            if like is None:
                unsearched.append(party.party_ref)
            for each in like or ():
                same.setdefault(each.order_ref, set()).add((party.party_ref, each.party_ref))
        if len(same) > MAXIMUM_ORDERS:
            return _Nominated({}, {}, tuple(party.party_ref for party in details.parties))
        self._add_linked(same)
        standings = {ref: standing for ref in same if (standing := self._standing(ref)) is not None}
        left = {ref: _not_erased(same[ref], standing) for ref, standing in standings.items()}
        return _Nominated(left, standings, tuple(unsearched))

    def _like(self, identity: Identity) -> set[PartyOfOrder] | None:
        return parties_like(self.executor.reader, self.executor.index_key, identity)

    def _add_linked(self, same: dict[OrderRef, _Pairs]) -> None:
        """Add whoever was said to be the same person in further orders, as known now."""
        reader = self.executor.reader
        for order_ref, pairs in [(ref, frozenset(pairs)) for ref, pairs in same.items()]:
            for paired in load(reader, order_ref, upto=reader.head()).pair:
                links = counting(paired.shared, END_OF_TIME)
                known = {(mine, links[theirs]) for mine, theirs in pairs if theirs in links}
                if known and paired.order.facts:
                    same.setdefault(OrderRef(paired.order.facts[0].stream), set()).update(known)

    def _standing(self, order_ref: OrderRef) -> Standing | None:
        return fold(recorded.fact for recorded in self.executor.reader.stream(StreamId(order_ref)))

    def _claims(self, details: OrderDetails[Clear], nominated: _Nominated) -> list[ClaimId]:
        """Step 3. Elsewhere the number counts beside the persons alone: by itself it would tell of others' cases."""
        number = details.number
        said = case_number(number.content.text) if number and isinstance(number.content, Text) else ""
        if not said:
            return []
        found = nominated.standings.items()
        courts = [each.details.court for ref, each in found if _a_pair(details, nominated.same[ref])]
        distinct = {(court.jurisdiction, court.code): court for court in [details.court, *courts]}
        return [self.executor.boundary.number_claim(court, said) for court in distinct.values()]

    def _judged(self, details: OrderDetails[Clear], nominated: _Nominated, held: frozenset[OrderRef]) -> CrossCheck:
        """Step 4."""
        own, now, found = sketch(details), self.clock(), list[Found]()
        standings = dict(nominated.standings)
        for ref in held - standings.keys():
            standing = self._standing(ref)
            if standing is not None and _of_court(standing, details.court):
                standings[ref] = standing
        for ref, standing in sorted(standings.items()):
            same = frozenset(nominated.same.get(ref, ()))
            numbered = ref in held and (_a_pair(details, same) or _of_court(standing, details.court))
            crossed = crossings(own, sketch_of(standing), same, at=now, same_number=numbered)
            if crossed:
                found.append(Found(standing=standing, crossed=crossed))
        return CrossCheck(found=tuple(found), unsearched=nominated.unsearched)


def _holders(unit: Unit, claims: Sequence[ClaimId]) -> frozenset[OrderRef]:
    held = (unit.holder(claim) for claim in claims)
    return frozenset(OrderRef(each.stream) for each in held if each is not None)


def _of_court(standing: Standing, court: Court) -> bool:
    made = standing.details.court
    return (made.jurisdiction, made.code) == (court.jurisdiction, court.code)


def _not_erased(same: _Pairs, standing: Standing) -> _Pairs:
    """Leave out parties whose data was erased: links may lead to them still, and they are nobody any more."""
    return {(mine, theirs) for mine, theirs in same if theirs not in standing.erased}


def _a_pair(details: OrderDetails[Clear], same: Collection[tuple[PartyRef, PartyRef]]) -> bool:
    """Say whether a respondent and a protected person are shared, on whichever side they are there."""
    mine = {own for own, _ in same}
    return {party.role for party in details.parties if party.party_ref in mine} == set(PartyRole)
