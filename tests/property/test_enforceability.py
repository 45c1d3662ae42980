"""What must hold of every answer: over legal histories made by the deciders, and over facts nobody would decide."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.commands.issuance import IssueCertificate
from registry.commands.service import RecordService
from registry.events.issuance import CertificateIssued, OrderCorrected, OrderIssued, OrderRevoked, OrderSuspended
from registry.events.recognition import RecognitionAsked, RecognitionGranted
from registry.law.corrections import retractable
from registry.law.dossier import Dossier
from registry.law.enforceability import enforceability
from registry.law.verdict import ENFORCEABLE_STATUSES
from registry.values.check import EnforcementStatus
from registry.values.issuance import CertificateForm, EndReason, OrderKind
from registry.values.service import ServiceState
from registry.values.time import (
    BEGINNING_OF_TIME,
    END_OF_TIME,
    EPOCH,
    MICROSECOND,
    Instant,
    LegalMoment,
    expires,
    instant,
)
from tests.amounts import examples
from tests.given import (
    BERLIN,
    CERTIFICATE,
    LILLE,
    MEASURE,
    ORDER,
    RECOGNITION,
    RESPONDENT,
    World,
    at,
    day,
    details,
    enter,
)
from tests.property.histories import AREAS, MEASURES, PLACES, START, legal, moments, order_details

instants = st.one_of(
    st.integers(at("2023-10-01T00:00:00+00:00"), at("2026-06-01T00:00:00+00:00")).map(Instant),
    st.sampled_from([BEGINNING_OF_TIME, END_OF_TIME, Instant(0), START]),
)
places = st.sampled_from(AREAS)
TOLD = (
    "status",
    "reason",
    "order_ref",
    "enforced_ref",
    "instrument",
    "terms",
    "conditions",
    "persons",
    "notice",
    "basis",
    "duties",
    "notes",
    "effect_ends",
)


def told(verdict):
    """All that an officer is told, but for when it may change and how it was reached."""
    return {name: getattr(verdict, name) for name in TOLD}


def judged(world, where, valid_at, known_at=END_OF_TIME, order_ref=ORDER):
    return enforceability(world.dossier(order_ref), where, valid_at=valid_at, known_at=known_at)


def turning_points(world):
    """Give every instant that any fact of the history names."""
    found = set()

    def look(value):
        if isinstance(value, LegalMoment):
            found.update((value.begins(), value.ends()))
        elif hasattr(value, "__dataclass_fields__"):
            for name in value.__dataclass_fields__:
                look(getattr(value, name))
        elif isinstance(value, tuple):
            for each in value:
                look(each)

    for stream in world.streams.values():
        for fact in stream:
            look(fact.event)
            found.add(fact.recorded_at)
    return sorted(found)


@given(world=legal(), where=PLACES, valid_at=instants, known_at=instants)
def test_there_is_always_an_answer_and_it_has_a_basis(world, where, valid_at, known_at):
    for order_ref in (ORDER, *MEASURES):
        verdict = judged(world, where, valid_at, known_at, order_ref)
        assert verdict.status in EnforcementStatus
        assert verdict.reason
        assert verdict.basis
        assert verdict.steps
        assert verdict.next_change is None or verdict.next_change > valid_at
        assert (verdict.status in ENFORCEABLE_STATUSES) or not any(c.enforceable for c in verdict.conditions)
        assert (verdict.status is EnforcementStatus.NO_RECORD) == (verdict.order_ref is None)


@given(world=legal(), where=places, valid_at=instants, data=st.data())
def test_nothing_recorded_later_changes_what_was_known(world, where, valid_at, data):
    times = sorted(fact.recorded_at for stream in world.streams.values() for fact in stream)
    known_at = data.draw(st.sampled_from(times))
    then = World(
        streams={
            stream: kept
            for stream, facts in world.streams.items()
            if (kept := [fact for fact in facts if fact.recorded_at <= known_at])
        }
    )
    assert told(judged(world, where, valid_at, known_at)) == told(judged(then, where, valid_at, known_at))


@given(world=legal(), where=places, valid_at=instants, data=st.data())
def test_a_fact_taken_back_counts_for_nothing_and_counted_before_that_was_known(world, where, valid_at, data):
    facts = world.streams[ORDER]
    if not any(map(retractable, facts)):
        ended = OrderRevoked(order_ref=ORDER, from_=day("2024-02-10"), reason=EndReason.ON_APPEAL, revoked_in="FR")
        world.record(ORDER, ended, START)
    wrong = data.draw(st.sampled_from([fact for fact in facts if retractable(fact)]))
    last = max(fact.recorded_at for stream in world.streams.values() for fact in stream)
    never = World(streams={**world.streams, ORDER: [fact for fact in facts if fact is not wrong]})
    before = told(judged(world, where, valid_at))
    world.record(ORDER, OrderCorrected(order_ref=ORDER, corrects=wrong.fact_id, retracts=True), Instant(last + 1))
    assert told(judged(world, where, valid_at)) == told(judged(never, where, valid_at))
    assert told(judged(world, where, valid_at, last)) == before


@given(world=legal(), where=places, valid_at=instants)
def test_what_was_ended_or_is_over_is_never_enforced(world, where, valid_at):
    verdict = judged(world, where, valid_at)
    order = world.order(ORDER)
    if verdict.enforced_ref != ORDER:
        return
    ends = order.expiry_at(valid_at).ends() if hasattr(order, "expiry_at") else order.expiry.ends()
    over = (order.end is not None and order.end.at <= valid_at) or (ends is not None and ends <= valid_at)
    paused = any(p.begins <= valid_at and (p.ends is None or valid_at < p.ends) for p in order.pauses)
    if over or paused or valid_at < order.valid_from().begins():
        assert verdict.status not in ENFORCEABLE_STATUSES
        assert not set(verdict.duties) & {"ENFORCE_BY_LOCAL_PROCEDURE"}


@given(world=legal(), where=places, valid_at=instants, other=order_details)
def test_an_order_of_strangers_changes_nothing(world, where, valid_at, other):
    before = told(judged(world, where, valid_at))
    stranger = World()
    stranger.record(MEASURE, OrderIssued(order_ref=MEASURE, details=other), START)
    dossier = world.dossier()
    linked = replace(dossier, linked=(Dossier(facts=tuple(stranger.streams[MEASURE])), *dossier.linked))
    assert told(enforceability(linked, where, valid_at=valid_at)) == before


@given(world=legal(), where=places, valid_at=instants)
def test_until_the_next_change_nothing_changes(world, where, valid_at):
    """A verdict is kept until its next change: at every instant that any fact names before it, it is the same."""
    verdict = judged(world, where, valid_at)
    until = verdict.next_change if verdict.next_change is not None else END_OF_TIME
    named = [i for i in turning_points(world) if valid_at <= i < until]
    years = [instant(datetime(year, 3, 16, tzinfo=UTC)) for year in range(2024, 2029)]
    for sample in [*named, *(i for i in years if valid_at <= i < until), Instant(max(valid_at, until - 1))]:
        assert told(judged(world, where, sample)) == told(verdict), EPOCH + sample * MICROSECOND


@given(
    world=legal(),
    where=places,
    valid_at=instants,
    zone=st.sampled_from(["UTC", "Asia/Tokyo", "America/Los_Angeles", "Europe/Paris"]),
)
def test_the_same_instants_told_in_another_zone_give_the_same_answer(world, where, valid_at, zone):
    plain = World(streams={stream: [_in_zone(fact, zone) for fact in facts] for stream, facts in world.streams.items()})
    timed = World(
        streams={stream: [_in_zone(fact, "UTC") for fact in facts] for stream, facts in world.streams.items()}
    )
    assert told(judged(plain, where, valid_at)) == told(judged(timed, where, valid_at))


def _in_zone(fact, zone):
    return replace(fact, event=_moved(fact.event, zone))


def _moved(value, zone):
    """Tell each moment by its first instant, as a wall clock of the zone that is no repeated reading shows it."""
    if isinstance(value, CertificateIssued):
        return value
    if isinstance(value, LegalMoment):
        local = (EPOCH + value.begins() * MICROSECOND).astimezone(ZoneInfo(zone))
        if local.fold:
            local = (EPOCH + value.begins() * MICROSECOND).astimezone(UTC)
            return LegalMoment(date=local.date(), time=local.time(), zone="UTC")
        return LegalMoment(date=local.date(), time=local.time(), zone=zone)
    if isinstance(value, tuple):
        return tuple(_moved(each, zone) for each in value)
    if hasattr(value, "__dataclass_fields__"):
        return type(value)(**{each.name: _moved(getattr(value, each.name), zone) for each in fields(value)})
    return value


@given(world=legal(), where=places, valid_at=instants)
def test_asking_twice_gives_the_same_answer(world, where, valid_at):
    assert judged(world, where, valid_at) == judged(world, where, valid_at)


wild_events = st.one_of(
    order_details.map(lambda said: OrderIssued(order_ref=ORDER, details=said)),
    moments.map(
        lambda m: OrderRevoked(order_ref=ORDER, from_=m, reason=EndReason.NOT_STATED, revoked_in="ZZ"),
    ),
    st.builds(OrderSuspended, order_ref=st.just(ORDER), from_=moments, until=st.one_of(st.none(), moments)),
    st.builds(
        CertificateIssued,
        order_ref=st.just(ORDER),
        certificate_ref=st.just(CERTIFICATE),
        form=st.sampled_from(list(CertificateForm)),
        issued=st.builds(LegalMoment, date=st.dates(), zone=st.just("UTC")),
    ),
    st.builds(
        RecognitionAsked,
        recognition_ref=st.just(RECOGNITION),
        order_ref=st.just(ORDER),
        jurisdiction=PLACES,
        authority=st.just(BERLIN),
        instrument=st.text(max_size=3),
        asked=moments,
    ),
    st.builds(
        RecognitionGranted,
        recognition_ref=st.just(RECOGNITION),
        order_ref=st.just(ORDER),
        jurisdiction=PLACES,
        decided=moments,
        adopted=st.sampled_from([None, ORDER, MEASURE]),
    ),
)


@given(
    streams=st.lists(st.lists(wild_events, max_size=4), min_size=3, max_size=3),
    where=PLACES,
    valid_at=instants,
    known_at=instants,
)
def test_facts_that_nobody_would_decide_are_answered_too(streams, where, valid_at, known_at):
    world = World()
    for stream, events in zip((ORDER, RECOGNITION, MEASURE), streams, strict=True):
        for event in events:
            world.record(stream, event, START)
    first, asked, other = (tuple(world.streams.get(stream, ())) for stream in (ORDER, RECOGNITION, MEASURE))
    alone = Dossier(facts=first, recognitions=(asked,))
    dossier = Dossier(facts=first, recognitions=(asked,), linked=(Dossier(facts=other, recognitions=(asked,)), alone))
    verdict = enforceability(dossier, where, valid_at=valid_at, known_at=known_at)
    assert verdict.status in EnforcementStatus
    assert verdict.basis


def certified_on(issued, zone="Europe/Paris"):
    world = World()
    stated = LegalMoment(date=issued, zone=zone)
    now = Instant(stated.ends() + 1)
    far = expires(LegalMoment(date=date(2199, 1, 1), zone=zone))
    world.do(enter(issued=LegalMoment(date=date(2015, 1, 11), zone=zone), expiry=far), now)
    served = RecordService(
        order_ref=ORDER, respondent=RESPONDENT, terms=1, state=ServiceState.SERVED_PERSONAL, at=None, served_by=LILLE
    )
    world.do(served, now)
    form = CertificateForm.ARTICLE_5
    world.do(IssueCertificate(order_ref=ORDER, certificate_ref=CERTIFICATE, form=form, issued=stated), now)
    return world


CORNERS = [date(2024, 2, 29), date(2023, 2, 28), date(2023, 12, 31), date(2024, 12, 31), date(2024, 3, 30)]


@pytest.mark.parametrize("issued", CORNERS)
@pytest.mark.parametrize("where", ["ES", "PT", "FI", "IE"])
def test_twelve_months_in_the_corners_of_the_calendar(issued, where):
    _twelve_months(issued, where)


@settings(max_examples=examples(25))
@given(issued=st.dates(date(2015, 1, 12), date(2100, 12, 31)), where=st.sampled_from(["ES", "PT", "FI", "IE"]))
def test_twelve_months_on_any_day(issued, where):
    _twelve_months(issued, where)


def _twelve_months(issued, where):
    world = certified_on(issued)
    last = date(issued.year + 1, issued.month, min(issued.day, 28 if issued.month == 2 else 31))
    if issued.month == 2 and issued.day == 28:
        last = date(issued.year + 1, 2, 28)
    zone = {"ES": "Europe/Madrid", "PT": "Europe/Lisbon", "FI": "Europe/Helsinki", "IE": "Europe/Dublin"}[where]
    end = LegalMoment(date=last + timedelta(days=1), zone=zone).begins()
    assert judged(world, where, Instant(end - 1)).status is EnforcementStatus.ENFORCEABLE
    assert judged(world, where, end).status is EnforcementStatus.RECOGNITION_LAPSED
    assert judged(world, where, Instant(end - 1)).next_change == end


def test_an_adopted_measure_of_wild_kin_does_not_go_round_in_circles():
    world = World()
    world.record(
        ORDER, OrderIssued(order_ref=ORDER, details=details(origin=ORDER, kind=OrderKind.IMPORTED_MEASURE)), START
    )
    world.record(
        RECOGNITION,
        RecognitionAsked(
            recognition_ref=RECOGNITION,
            order_ref=ORDER,
            jurisdiction="FR",
            authority=BERLIN,
            instrument="eu-2011-99",
            asked=day("2024-01-01"),
        ),
        START,
    )
    granted = RecognitionGranted(
        recognition_ref=RECOGNITION, order_ref=ORDER, jurisdiction="FR", decided=day("2024-01-02"), adopted=ORDER
    )
    world.record(RECOGNITION, granted, START)
    assert world.verdict("FR", "2024-06-01T12:00:00+00:00").status in EnforcementStatus
