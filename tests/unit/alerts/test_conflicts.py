"""Who is told that an officer met an order of their own, and what happens when nobody takes it in hand."""

from uuid import UUID

import pytest

from registry.access.actors import Directory, Institution, Role
from registry.alerts.conflicts import alerted_next, chain, told
from registry.alerts.lapses import LAPSES, Looking
from registry.alerts.reactor import REGISTRY
from registry.commands.conflict import AcknowledgeConflict, AlertConflictAgain, NoteConflict
from registry.decisions.conflict import fold
from registry.desks import Desks
from registry.errors import NotFound, NotPermitted
from registry.events.conflict import ConflictAlerted, ConflictMet
from registry.values.conflict import ConflictRef, Met
from registry.values.identifiers import AlertRef, InstitutionId, StreamId
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import DAY, SECOND
from registry.views.deadline_rows import DeadlineKind
from tests.unit.alerts.given import BERLIN, DIRECTORY, LILLE, OPERATOR, POLICE, a_world

PLACE, FRANCE = Jurisdiction("DE-BE"), Jurisdiction("FR")
A_DAY = DAY // SECOND + 1


def institution(word, *roles, within="DE-BE"):
    return Institution(
        institution=InstitutionId(word),
        name=word,
        roles=frozenset(roles),
        jurisdictions=(Jurisdiction(within),),
        contact="+49",
    )


FORCE = institution("polizei", Role.POLICE, Role.SUPERVISOR)
WATCH, RUNS = institution("aufsicht", Role.SUPERVISOR), institution("runs", Role.OPERATOR)
IGPN, OPS = institution("igpn", Role.SUPERVISOR, within="FR"), institution("ops", Role.OPERATOR, within="FR")


def directory(*members):
    return Directory(institutions=members)


@pytest.fixture
def world(tmp_path):
    with a_world(tmp_path) as world:
        yield world


def met(world, *recipients, order_ref=None):
    ref = ConflictRef(world.uuid())
    command = NoteConflict(
        conflict_ref=ref,
        order_ref=order_ref or world.enter().order_ref,
        institution=POLICE,
        officer="o-77",
        jurisdiction=PLACE,
        met=Met.CHECK,
        recipients=recipients,
    )
    world.executor.perform(command, principal=REGISTRY)
    world.project()
    return ref


def after(world, seconds=A_DAY):
    world.clock.advance(seconds)
    world.lapses().step()
    world.project()


def recipients(world):
    return [each.recipient for each in world.events(ConflictAlerted)]


def desk(world, of):
    desks = Desks(store=world.store, reader=world.ledger.reader)
    due = desks.deadlines(of, "", 100, world.clock())
    alerts = [row.conflict_ref for row in desks.alerts(of, 0, 100)]
    return alerts, [row.subject for row in due if row.kind == "CONFLICT_ALERT"]


def state(world, ref):
    return fold(each.fact for each in world.ledger.reader.stream(StreamId(ref)))


def test_the_officers_own_institution_is_told_only_where_there_is_nobody_else():
    asked = {"by": FORCE.institution, "place": PLACE, "issuing": None}
    assert told(directory(FORCE, WATCH, RUNS), **asked) == ("aufsicht",)
    assert told(directory(FORCE, RUNS), **asked | {"issuing": InstitutionId("court")}) == ("court",)
    assert told(directory(FORCE), **asked) == ("polizei",)


def test_next_are_supervisors_then_operators_of_the_place_then_of_the_orders_and_never_the_own(world):
    conflict = state(world, met(world, LILLE))
    found = chain(directory(FORCE, RUNS, WATCH, OPS, IGPN), conflict, FRANCE)
    assert found == ("polizei", "aufsicht", "runs", "igpn", "ops")  # a force of another name is another institution
    own = institution(POLICE, Role.POLICE, Role.SUPERVISOR)
    assert chain(directory(own, WATCH), conflict, FRANCE) == ("aufsicht",)


def test_what_nobody_takes_in_hand_goes_on_to_the_next_once_and_shows_on_its_desk(world):
    ref = met(world, LILLE)
    after(world, 60)
    assert recipients(world) == []
    after(world)
    after(world, 60)
    assert recipients(world) == [OPERATOR]
    assert desk(world, OPERATOR) == ([ref], [ref])
    (again,) = world.events(ConflictAlerted)
    assert again.due - world.clock() > 23 * DAY // 24
    world.perform(AcknowledgeConflict(conflict_ref=ref, by=OPERATOR), OPERATOR)
    world.project()
    assert desk(world, OPERATOR) == ([], [])
    assert desk(world, LILLE) == ([ref], [ref])


def test_what_was_taken_in_hand_goes_on_to_nobody_and_neither_does_the_last(world):
    ref = met(world, LILLE)
    world.perform(AcknowledgeConflict(conflict_ref=ref, by=LILLE), LILLE)
    world.project()
    after(world)
    assert recipients(world) == []
    met(world, OPERATOR)
    after(world)
    after(world)
    assert recipients(world) == []


def test_each_alert_that_lapses_goes_on_by_itself_and_nobody_is_alerted_twice(world):
    ref = met(world, LILLE, BERLIN)
    after(world)
    after(world)
    assert recipients(world) == [OPERATOR]
    asked = [whose for whose, _ in state(world, ref).alerts().values()]
    assert asked == [LILLE, BERLIN, OPERATOR]


def test_one_that_is_said_again_with_others_to_choose_from_is_said_once(world):
    ref = met(world, LILLE)
    lapsed = world.events(ConflictMet)[0].alerts[0]
    after(world)
    again = AlertConflictAgain(conflict_ref=ref, lapsed=lapsed, candidates=(BERLIN,))
    world.executor.perform(again, principal=REGISTRY)
    assert recipients(world) == [OPERATOR]
    assert alerted_next(state(world, ref), AlertRef(UUID(int=1)), DIRECTORY, FRANCE, now=world.clock()) is None


def test_the_registry_alone_says_so_and_of_a_conflict_that_is_there(world):
    again = AlertConflictAgain(conflict_ref=ConflictRef(UUID(int=9)), lapsed=AlertRef(UUID(int=1)), candidates=())
    with pytest.raises(NotFound, match="no-such-conflict"):
        world.executor.perform(again, principal=REGISTRY)
    with pytest.raises(NotPermitted):
        world.perform(again, LILLE)


def test_a_row_of_what_is_not_there_brings_nothing_about(world):
    row = {"about": bytes(16), "subject": bytes(16), "order_ref": bytes(16)}
    looking = Looking(reader=world.ledger.reader, directory=DIRECTORY, now=world.clock())
    assert LAPSES[DeadlineKind.CONFLICT_ALERT](row, looking) is None
