"""A story: orders, dated facts, questions with the expected answers. Read here into real facts of the registry."""

from dataclasses import dataclass, field
from hashlib import sha256
from itertools import product
from uuid import UUID

from registry.events.base import Actor, Fact
from registry.events.catalogue import AnyEvent
from registry.events.issuance import OrderIssued
from registry.law.dossier import Dossier, PairedOrder, PartyLink
from registry.law.standing import AnyFact
from registry.law.stories.orders import Cast, order_details
from registry.law.stories.tree import Branch, read_tree
from registry.law.stories.verbs import event_of
from registry.values.identifiers import FactId, InstitutionId, KeyId, OrderRef, PartyRef, StreamId
from registry.values.time import BEGINNING_OF_TIME, Instant

_ACTOR = Actor(institution=InstitutionId("story"), key_id=KeyId("story"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One thing that happened: in which stream, when it became known, and what it was."""

    fact_id: FactId
    stream: UUID
    known: Instant
    event: AnyEvent


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """One case: its name, what it rests on, the facts, and the questions as they stand in the file."""

    name: str
    title: str
    basis: tuple[str, ...]
    source: str
    outside: str | None
    """Why the law has nothing to answer here: the case is of another room of the registry."""
    cast: Cast
    told: tuple[Told, ...]
    questions: tuple[Branch, ...]
    facts: dict[UUID, tuple[AnyFact, ...]] = field(default_factory=dict[UUID, tuple[AnyFact, ...]])

    def dossier(self, order_ref: OrderRef, *, pair: bool = True) -> Dossier:
        """Give the dossier of an order: its facts, recognitions, kin, and the other orders of the same persons."""
        facts = self.facts.get(order_ref, ())
        recognitions = tuple(
            stream
            for stream in self.facts.values()
            if getattr(stream[0].event, "recognition_ref", None) is not None
            and getattr(stream[0].event, "order_ref", None) == order_ref
        )
        if not pair:
            return Dossier(facts=facts, recognitions=recognitions)
        return Dossier(
            facts=facts,
            recognitions=recognitions,
            linked=tuple(self.dossier(ref, pair=False) for ref in self._kin(order_ref, recognitions)),
            pair=tuple(self._paired(order_ref, other) for other in self.cast.orders.values() if other != order_ref),
        )

    def _kin(self, order_ref: OrderRef, recognitions: tuple[tuple[AnyFact, ...], ...]) -> list[OrderRef]:
        kin = [getattr(fact.event, "adopted", None) for stream in recognitions for fact in stream]
        issued = next((fact.event for fact in self.facts.get(order_ref, ())), None)
        if isinstance(issued, OrderIssued):
            kin.append(issued.details.origin)
        return [ref for ref in dict.fromkeys(kin) if ref is not None]

    def _said(self, one: PartyRef, other: PartyRef) -> tuple[Instant, Instant | None] | None:
        """Give from when to when two parties were said to be one person: what a fact says, else their names."""
        for pair in ((one, other), (other, one)):
            if pair in self.cast.links:
                return self.cast.links[pair]
        names = {name for named in self.cast.parties.values() for name, party in named.items() if party in {one, other}}
        return (BEGINNING_OF_TIME, None) if len(names) == 1 else None

    def _paired(self, order_ref: OrderRef, other: OrderRef) -> PairedOrder:
        own, theirs = self.cast.parties[order_ref], self.cast.parties[other]
        links = tuple(
            PartyLink(own=one, other=another, recorded_at=since, retracted_at=until)
            for one, another in product(own.values(), theirs.values())
            if (said := self._said(one, another)) is not None
            for since, until in (said,)
        )
        return PairedOrder(order=self.dossier(other, pair=False), shared=links)


def ref(*words: str) -> UUID:
    """Give the same reference for the same words."""
    return UUID(bytes=sha256("\n".join(("story", *words)).encode()).digest()[:16])


def read_stories(content: bytes) -> tuple[Story, ...]:
    """Read the stories of a file, one a document. Raises `StoryUnreadable`, which names the line."""
    return tuple(_story(root) for root in read_tree(content))


def _story(root: Branch) -> Story:
    name, outside = root.need("story").text(), root.get("outside")
    cast, told = Cast(name=name), list[Told]()
    orders = root.get("orders")
    for key, branch in orders.entries() if orders else ():
        order_ref, known, details = order_details(key, branch, cast)
        told.append(
            _told(cast.note(order_ref, "issued"), order_ref, known, OrderIssued(order_ref=order_ref, details=details))
        )
    facts = root.get("facts")
    for branch in facts.list() if facts else ():
        told.extend(_told(*each) for each in event_of(branch, cast))
    questions, source, why = root.get("questions"), root.get("source"), root.get("why")
    story = Story(
        name=name,
        title=root.need("title").text(),
        basis=root.need("basis").words(),
        source=source.text() if source else "DESIGN",
        outside=outside.text() if outside else None,
        cast=cast,
        told=tuple(told),
        questions=questions.list() if questions else (),
        facts=_recorded(told),
    )
    if why is not None:
        why.text()
    root.nothing_else()
    if not story.questions and outside is None:
        raise root.wrong("a story asks something, or says in 'outside' whose affair it is")
    return story


def _told(fact_id: FactId, stream: UUID, known: Instant, event: AnyEvent) -> Told:
    return Told(fact_id=fact_id, stream=stream, known=known, event=event)


def _recorded(told: list[Told]) -> dict[UUID, tuple[AnyFact, ...]]:
    """Record what was told in the order in which it became known; the ledger's clock strictly increases."""
    streams: dict[UUID, list[AnyFact]] = {}
    last = BEGINNING_OF_TIME
    for number, each in enumerate(sorted(told, key=lambda each: each.known)):
        last = Instant(max(each.known, last + 1))
        facts = streams.setdefault(each.stream, [])
        facts.append(
            Fact(
                fact_id=each.fact_id,
                stream=StreamId(each.stream),
                version=len(facts) + 1,
                recorded_at=last,
                actor=_ACTOR,
                correlation=ref("correlation", str(number)),
                event=each.event,
            )
        )
    return {stream: tuple(facts) for stream, facts in streams.items()}


def party_names(story: Story, order_ref: OrderRef) -> dict[PartyRef, str]:
    """Give the names that a story gives the parties of an order."""
    return {party: name for name, party in story.cast.parties.get(order_ref, {}).items()}
