"""The reactor does what follows, once, wherever it is killed."""

from datetime import date

import pytest

from registry.alerts.reactor import REACTOR
from registry.alerts.surroundings import Surroundings
from registry.commands.issuance import IssueCertificate, RevokeOrder
from registry.commands.service import RecordService
from registry.errors import NotFound, Unavailable
from registry.events.base import Actor
from registry.events.contact import MessageDue
from registry.events.issuance import OrderRegistered
from registry.events.notice import NoticeIssued
from registry.events.violation import AlertRaised
from registry.ledger.port import Draft
from registry.values.issuance import CertificateForm, EndReason, OrderKind
from registry.values.notice import NoticeKind
from registry.values.service import ServiceState
from registry.values.time import LegalMoment, expires
from registry.views.supervised import Life
from tests.unit.alerts.given import BERLIN, DAY, DIRECTORY, LILLE, POLICE, a_world, plan


@pytest.fixture
def world(tmp_path):
    with a_world(tmp_path) as world:
        yield world


class Killed(BaseException):
    """What a process feels of a kill."""


class Mortal:
    """Passes calls on and is killed at one of them, before or after it is done."""

    def __init__(self, inner, name, at, *, after):
        self.inner, self.name, self.left, self.after = inner, name, at, after

    def __getattr__(self, name):
        found = getattr(self.inner, name)
        return found if name != self.name else lambda *a, **k: self._call(found, a, k)

    def _call(self, found, arguments, options):
        self.left -= 1
        if self.left == 0 and not self.after:
            raise Killed
        given = found(*arguments, **options)
        if self.left == 0:
            raise Killed
        return given


def certify(world, entered):
    """Have it served, as Art 6 asks, and certified for Germany."""
    service = RecordService(
        order_ref=entered.order_ref,
        respondent=entered.respondent,
        terms=1,
        state=ServiceState.SERVED_PERSONAL,
        at=DAY,
        served_by=LILLE,
    )
    world.perform(service, LILLE)
    certificate = IssueCertificate(
        order_ref=entered.order_ref,
        certificate_ref=world.uuid(),
        form=CertificateForm.ARTICLE_5,
        issued=DAY,
        destinations=("DE",),
    )
    world.perform(certificate, LILLE)


def revoke(world, order_ref):
    command = RevokeOrder(order_ref=order_ref, from_=DAY, reason=EndReason.NOT_STATED, revoked_in="FR")
    world.perform(command, LILLE)


def a_story(world):
    """An order with a certificate, a service, a breach, and its end."""
    entered = world.enter(contact=plan())
    certify(world, entered)
    world.report(entered.order_ref)
    return entered


def told(world):
    """What was said to whom, each with its reference."""
    return [
        (type(event).__name__, getattr(event, "recipient", None) or event.party_ref)
        for event in world.events(NoticeIssued, AlertRaised, MessageDue)
    ]


def the_whole(entered):
    return [
        ("MessageDue", entered.protected),
        ("NoticeIssued", BERLIN),
        ("AlertRaised", LILLE),
        ("AlertRaised", BERLIN),
        ("MessageDue", entered.protected),
    ]


def test_what_the_rules_say_is_done_and_caused_by_the_fact(world):
    entered = a_story(world)
    reactor = world.react()
    assert told(world) == the_whole(entered)
    facts = {each.fact.fact_id: each.fact for each in world.ledger.reader.after(0, limit=100)}
    issued = [fact for fact in facts.values() if isinstance(fact.event, NoticeIssued)]
    assert [issued[0].causation] == [issued[0].event.about]
    assert issued[0].correlation == facts[issued[0].causation].correlation
    assert issued[0].actor.institution == "registry"
    assert reactor.position() == world.ledger.reader.head()
    assert reactor.refused() == 0


def test_whoever_was_told_of_a_certificate_is_told_of_the_end(world):
    entered = world.enter()
    certify(world, entered)
    revoke(world, entered.order_ref)
    world.react()
    assert [(n.recipient, n.kind) for n in world.events(NoticeIssued)] == [
        (BERLIN, NoticeKind.CERTIFICATE_ISSUED),
        (BERLIN, NoticeKind.REVOKED),
        (LILLE, NoticeKind.ERASURE_WAITING),
    ]


def test_the_end_of_a_measure_is_told_to_whoever_answers_for_the_order_it_was_adopted_from(world):
    """The order is over and only the measure held it: its court learns from when its people can be erased."""
    begun, ended = (LegalMoment(date=date(year, 8, 1), zone="Europe/Paris") for year in (2016, 2017))
    over = world.enter(issued=begun, expiry=expires(ended))
    measure = world.enter(by=BERLIN, origin=over.order_ref, kind=OrderKind.IMPORTED_MEASURE)
    command = RevokeOrder(order_ref=measure.order_ref, from_=DAY, reason=EndReason.NOT_STATED, revoked_in="DE")
    world.perform(command, BERLIN)
    world.react()
    world.reactor().step()
    waiting = [n for n in world.events(NoticeIssued) if n.kind is NoticeKind.ERASURE_WAITING]
    assert [(n.recipient, n.order_ref) for n in waiting] == [(BERLIN, measure.order_ref), (LILLE, over.order_ref)]
    assert len({n.about for n in waiting}) == 1


class Counting:
    """Passes calls on and counts the moves."""

    def __init__(self, store):
        self.store, self.moves = store, 0

    def __getattr__(self, name):
        self.moves += name == "apply"
        return getattr(self.store, name)


def test_facts_of_which_nothing_follows_are_passed_in_one_move(world):
    for _ in range(5):
        world.enter()
    store = Counting(world.store)
    reactor = world.reactor(store=store)
    while reactor.step():
        pass
    assert reactor.position() == world.ledger.reader.head()
    assert store.moves == 1


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    ("who", "name", "at"),
    [("executor", "perform", at) for at in range(1, 6)] + [("store", "apply", at) for at in range(1, 5)],
)
def test_a_kill_anywhere_changes_nothing_of_what_is_told(world, who, name, at, after):
    entered = a_story(world)
    mortal = Mortal(getattr(world, who), name, at, after=after)
    reactor = world.reactor(**{who: mortal})
    killed = False
    try:
        while reactor.step():
            pass
    except Killed:
        killed = True
    assert killed
    world.react()
    assert told(world) == the_whole(entered)


def test_following_all_again_from_the_first_fact_says_nothing_new(world):
    entered = a_story(world)
    world.react()
    for table in REACTOR.all_tables:
        world.store.create(table, 2, view_name=REACTOR.name)
    world.store.activate(REACTOR.name, 2)
    world.react()
    assert told(world) == the_whole(entered)


def test_a_registration_abroad_reaches_nobody(world):
    """Even when it asks for it: what a registering court tells a respondent is its own affair."""
    entered = world.enter(contact=plan())
    event = OrderRegistered(
        order_ref=entered.order_ref, registered_in="US-CA", registered_with="us-ca", made=DAY, notify_respondent=True
    )
    draft = Draft(
        fact_id=world.uuid(), actor=Actor(institution=LILLE, key_id="k"), correlation=world.uuid(), event=event
    )
    world.ledger.writer.perform(lambda unit: unit.append(entered.order_ref, [draft], expected_version=1))
    world.react()
    assert told(world) == []
    assert world.outbox() == []


def test_a_fact_whose_rule_fails_is_put_aside_and_the_others_go_on(world):
    first = world.enter()
    certify(world, first)
    second = world.enter()
    certify(world, second)
    around = Surroundings(reader=world.ledger.reader, directory=lambda: DIRECTORY).of

    def failing(recorded):
        if recorded.fact.event.order_ref == first.order_ref:
            raise NotFound("no-such-order")
        return around(recorded)

    reactor = world.reactor(around=failing)
    while reactor.step():
        pass
    assert [n.order_ref for n in world.events(NoticeIssued)] == [second.order_ref]
    assert reactor.refused() == 2
    _, rows = world.store.rows(REACTOR.quarantine, {}, view_name=REACTOR.name)
    assert sorted((row["error"], row["topic"]) for row in rows) == [
        ("NotFound", "order.certificate_issued.1"),
        ("NotFound", "service.recorded.1"),
    ]


def test_a_store_that_is_away_puts_nothing_aside(world):
    entered = a_story(world)

    class Away:
        def perform(self, *_, **__):
            raise Unavailable("store-unavailable")

    reactor = world.reactor(executor=Away())
    with pytest.raises(Unavailable):
        reactor.step()
    assert reactor.refused() == 0
    world.react()
    assert told(world) == the_whole(entered)


def test_the_thread_follows_the_ledger_by_itself(world):
    projector = world.projector()
    projector.start()
    reactor = world.reactor()
    reactor.start()
    entered = world.enter()
    violation = world.report(entered.order_ref, by=POLICE)
    seen = world.ledger.reader.head()
    while world.ledger.reader.wait_changed(seen, timeout=10) < seen + 2:
        pass
    projector.wait_for("alerts", world.ledger.reader.head(), timeout=10)
    assert {alert.violation_ref for alert in world.events(AlertRaised)} == {violation}
    assert reactor.pulse().life is projector.pulse().life is Life.RUNNING
    reactor.stop()
    projector.stop()
    assert reactor.pulse().life is Life.STOPPED
