"""Whatever officers and reviewers do in whatever order: nothing opens without a fact, an alert and an open review."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from registry.commands.glass import AcknowledgeGlass, BreakGlass, NoteReviewOverdue, ReviewGlass, Told
from registry.decisions.glass import Glass, Record, decide, fold
from registry.errors import Refused
from registry.events.base import Actor, Fact
from registry.events.glass import GlassAlerted, GlassBroken, GlassReviewed
from registry.ledger.port import Recorded
from registry.ledger.rows import Amend, Put
from registry.values.glass import REASONS, TERMS, GlassRef, ReviewVerdict, SealedStatement
from registry.values.identifiers import FactId, InstitutionId, KeyId, OrderRef, Position, StreamId
from registry.values.jurisdiction import Jurisdiction
from registry.values.look import LookGround
from registry.values.time import DAY, HOUR, MINUTE, Instant
from registry.views.police import GLASS
from registry.views.police_rows import project

START = Instant(1_790_000_000_000_000)
FORCES = tuple(InstitutionId(each) for each in ("de-polizei", "fr-police"))
COURT, WATCH = InstitutionId("fr-tj"), InstitutionId("de-aufsicht")
OFFICERS, KEYS = ("o-1", "o-2", "o-3"), ("k1", "k2")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["break", "review", "acknowledge", "late", "wait", "wait long"]),
        st.integers(0, 5),
        st.sampled_from([*FORCES, WATCH]),
        st.sampled_from(OFFICERS),
        st.sampled_from(KEYS),
        st.sampled_from(list(LookGround)),
        st.booleans(),
    ),
    min_size=1,
    max_size=30,
)


@dataclass
class World:
    """Facts as they were recorded, the rows that they wrote, and the time."""

    now: Instant = START
    facts: dict[GlassRef, list[Fact]] = field(default_factory=dict)
    rows: dict[bytes, dict] = field(default_factory=dict)
    """The open reviews are those without a verdict."""

    def glass(self, ref: GlassRef) -> Glass | None:
        return fold(self.facts.get(ref, ()))

    def record(self, by: InstitutionId, officer: str) -> Record:
        own = [row for row in self.rows.values() if row["institution"] == by]
        mine = [row for row in own if row["officer"] == officer]
        late = any(row["verdict"] is None and row["review_due"] <= self.now for row in mine)
        wrong = any(row["verdict"] == ReviewVerdict.NOT_JUSTIFIED.value for row in mine)
        waiting, of_officer = (sum(row["verdict"] is None for row in rows) for rows in (own, mine))
        return Record(barred=late or wrong, waiting=waiting, of_officer=of_officer)

    def say(self, command, actor: Actor, **more) -> None:
        ref = command.glass_ref
        with suppress(Refused):
            for event in decide(command, self.glass(ref), now=self.now, **more):
                version = len(self.facts.setdefault(ref, [])) + 1
                fact = Fact(
                    fact_id=FactId(UUID(int=version)),
                    stream=StreamId(ref),
                    version=version,
                    recorded_at=self.now,
                    actor=actor,
                    correlation=UUID(int=1),
                    event=event,
                )
                self.facts[ref].append(fact)
                self._take(fact)

    def _take(self, fact: Fact) -> None:
        for change in project(Recorded(position=Position(fact.version), fact=fact)):
            if isinstance(change, Put) and change.table == GLASS:
                self.rows[change.row["glass_ref"]] = dict(change.row)
            if isinstance(change, Amend) and change.table == GLASS:
                self.rows[change.key["glass_ref"]] |= change.cells


def step(world: World, way) -> None:
    act, number, by, person, key, ground, whereabouts = way
    ref, actor = GlassRef(UUID(int=number + 1)), Actor(institution=by, key_id=KeyId(key), on_behalf_of=person)
    if act == "break":
        command = BreakGlass(
            glass_ref=ref,
            order_ref=OrderRef(UUID(int=99)),
            by=by,
            person=person,
            patrol=by in FORCES,
            jurisdiction=Jurisdiction("DE"),
            ground=ground,
            whereabouts=whereabouts,
            statement=SealedStatement(commitment="m", query="c2VhbGVk"),
            told=Told(at_once=(COURT, by), louder=(), review_by=WATCH),
        )
        world.say(command, actor, order=True, record=world.record(by, person))
    elif act == "review":
        verdict = ReviewVerdict.JUSTIFIED if whereabouts else ReviewVerdict.NOT_JUSTIFIED
        reason = min(REASONS[verdict])
        world.say(ReviewGlass(glass_ref=ref, by=by, person=person, key=key, verdict=verdict, reason=reason), actor)
    elif act == "acknowledge":
        world.say(AcknowledgeGlass(glass_ref=ref, by=by), actor)
    elif act == "late":
        world.say(NoteReviewOverdue(glass_ref=ref, recipients=(COURT,)), replace(actor, on_behalf_of=None))
    else:
        world.now = Instant(world.now + (20 * MINUTE if act == "wait" else 2 * DAY))


@given(ways=STEPS)
def test_nothing_opens_without_a_fact_before_it_an_alert_and_a_review_that_is_owed(ways):
    world = World()
    for way in ways:
        step(world, way)
        for ref, facts in world.facts.items():
            hold(world, ref, facts)


def hold(world: World, ref: GlassRef, facts: list[Fact]) -> None:
    glass, first = world.glass(ref), facts[0]
    assert isinstance(first.event, GlassBroken)
    openers = [
        (force, officer)
        for force in (*FORCES, WATCH, COURT)
        for officer in (*OFFICERS, None)
        if glass.opens_for(force, officer, world.now)
    ]
    assert openers in ([], [(first.actor.institution, first.actor.on_behalf_of)])
    told = {each.event.recipient for each in facts if isinstance(each.event, GlassAlerted)}
    assert {COURT, WATCH} <= told
    row = world.rows[ref.bytes]
    reviews = [each for each in facts if isinstance(each.event, GlassReviewed)]
    assert (row["verdict"] is None) == (not reviews)
    if openers:
        assert first.recorded_at <= world.now < first.recorded_at + HOUR
        assert row["verdict"] != ReviewVerdict.NOT_JUSTIFIED.value
    for review in reviews:
        assert review.actor.on_behalf_of
        same = review.actor.institution == first.actor.institution
        assert not (same and review.actor.on_behalf_of == first.actor.on_behalf_of)
        assert not (same and review.actor.key_id == first.actor.key_id)


@given(ways=STEPS)
def test_an_officer_with_one_that_was_wrong_or_is_overdue_or_with_five_that_wait_breaks_no_other(ways):
    world = World()
    for way in ways:
        record = world.record(way[2], way[3])
        assert record.of_officer <= TERMS.most_waiting
        barred = record.barred or record.of_officer == TERMS.most_waiting
        before = len(world.facts)
        step(world, way)
        if way[0] == "break" and barred:
            assert len(world.facts) == before


def test_a_step_that_breaks_is_one_of_those_tried():
    world = World()
    step(world, ("break", 0, FORCES[0], "o-1", "k1", LookGround.CALL_FOR_HELP, True))
    (ref,) = world.facts
    assert world.glass(ref).opens_for(FORCES[0], "o-1", world.now)
    hold(world, ref, world.facts[ref])
