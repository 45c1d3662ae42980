"""When a later order takes an earlier one's place: exactly from when it was enforceable, on notice that was notice."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.events.issuance import OrderIssued, OrderSuspended, OrderVaried
from registry.events.service import ServiceRecorded
from registry.law.dossier import Dossier, PairedOrder, PartyLink
from registry.law.enforceability import enforceability
from registry.law.verdict import ENFORCEABLE_STATUSES
from registry.values.check import EnforcementStatus
from registry.values.issuance import ConditionKind, PartyRole
from registry.values.service import ServiceState
from registry.values.time import DAY, Instant, LegalMoment, expires
from tests.given import LILLE, MEASURE, ORDER, PROTECTED, RESPONDENT, World, at, condition, court, day, details, party

AT_ONCE = ENFORCEABLE_STATUSES - {EnforcementStatus.NOTIFY_THEN_ENFORCE}
SYDNEY, PERTH = "Australia/Sydney", "Australia/Perth"
FIRST, DAYS = at("2017-11-01T03:00:00+00:00"), 60
HALF = DAY // 2
SAMPLES = [Instant(FIRST + number * HALF) for number in range(2 * DAYS)]
"""Between the midnights of both zones, so that no order is enforceable only between two of them."""
dates = st.dates(date(2017, 11, 2), date(2017, 12, 28))
moments = st.builds(LegalMoment, date=dates, zone=st.sampled_from([SYDNEY, PERTH]))
WAYS = [ServiceState.SERVED_BY_MAIL, ServiceState.SERVED_PERSONAL, ServiceState.FAILED_RETURNED]
services = st.builds(
    ServiceRecorded,
    order_ref=st.just(MEASURE),
    respondent=st.just(RESPONDENT),
    terms=st.integers(1, 2),
    state=st.sampled_from(WAYS),
    at=moments,
    served_by=st.just(LILLE),
)
later_conditions = st.builds(condition, st.just(ConditionKind.NO_CONTACT), begins=st.one_of(st.none(), moments)).map(
    lambda each: (each,)
)
facts = st.one_of(
    services,
    services,
    st.builds(OrderSuspended, order_ref=st.just(MEASURE), from_=moments, until=st.one_of(st.none(), moments)),
    st.builds(
        OrderVaried,
        order_ref=st.just(MEASURE),
        terms=st.just(2),
        conditions=later_conditions,
        made=moments,
        varied_in=st.just("AU-NSW"),
    ),
)


def order_of(order_ref, jurisdiction, issued, conditions):
    said = details(
        court=court(jurisdiction),
        issued=issued,
        expiry=expires(day("2019-01-01", SYDNEY)),
        conditions=conditions,
        parties=(party(PartyRole.PROTECTED, PROTECTED), party()),
    )
    return OrderIssued(order_ref=order_ref, details=said)


def stream(order_ref, *events):
    world = World()
    for event in events:
        world.record(order_ref, event, FIRST)
    return tuple(world.streams[order_ref])


def paired(older, newer):
    """Give the older order's dossier with the newer one beside it, of the same two persons."""
    shared = tuple(PartyLink(own=ref, other=ref, recorded_at=FIRST) for ref in (PROTECTED, RESPONDENT))
    return Dossier(facts=older, pair=(PairedOrder(order=Dossier(facts=newer), shared=shared),))


OLDER = stream(
    ORDER,
    order_of(ORDER, "AU-NSW", day("2017-11-01", SYDNEY), (condition(),)),
    ServiceRecorded(
        order_ref=ORDER,
        respondent=RESPONDENT,
        terms=1,
        state=ServiceState.SERVED_PERSONAL,
        at=day("2017-11-01", SYDNEY),
        served_by=LILLE,
    ),
)


def without_letters_returned_by(newer, when):
    """Give the facts without the letters that had come back by an instant, told again in the plainest way."""
    numbered = list(enumerate(newer))
    back = [
        (number, fact.event)
        for number, fact in numbered
        if isinstance(fact.event, ServiceRecorded)
        and fact.event.state is ServiceState.FAILED_RETURNED
        and fact.event.at.begins() <= when
    ]

    def void(number, event):
        if not isinstance(event, ServiceRecorded) or event.state is not ServiceState.SERVED_BY_MAIL:
            return False
        sent = (event.at.begins(), number)
        return any(sent < (other.at.begins(), place) for place, other in back if other.terms == event.terms)

    return tuple(fact for number, fact in numbered if not void(number, fact.event))


@settings(deadline=None)
@given(
    jurisdiction=st.sampled_from(["AU-NSW", "AU-VIC"]),
    issued=moments,
    conditions=later_conditions,
    events=st.lists(facts, max_size=5),
    asked=st.sampled_from(SAMPLES),
)
def test_a_place_is_taken_exactly_from_when_the_later_order_was_enforceable_on_sound_notice(
    jurisdiction, issued, conditions, events, asked
):
    newer = stream(MEASURE, order_of(MEASURE, jurisdiction, issued, conditions), *events)
    verdict = enforceability(paired(OLDER, newer), "AU-NSW", valid_at=asked)
    sound = Dossier(facts=without_letters_returned_by(newer, asked))
    in_scheme = at("2017-11-25T00:00:00+11:00")
    taken = issued.date > date(2017, 11, 1) and any(
        in_scheme <= sample and enforceability(sound, "AU-NSW", valid_at=sample).status in AT_ONCE
        for sample in SAMPLES
        if sample <= asked
    )
    expected = EnforcementStatus.SUPERSEDED if taken else EnforcementStatus.ENFORCEABLE
    assert verdict.status is expected
    until = verdict.next_change
    later = [sample for sample in SAMPLES if sample > asked and (until is None or sample < until)]
    for sample in later[:3]:
        assert enforceability(paired(OLDER, newer), "AU-NSW", valid_at=sample).status is verdict.status


@given(
    issued=st.tuples(dates, dates),
    zones=st.tuples(*[st.sampled_from([SYDNEY, PERTH, "Pacific/Auckland", "UTC"])] * 2),
)
def test_of_two_dates_the_later_date_is_the_later_order_whatever_the_zones(issued, zones):
    one, other = (LegalMoment(date=each, zone=zone) for each, zone in zip(issued, zones, strict=True))
    here = (replace(one, zone=SYDNEY), replace(other, zone=SYDNEY))
    assert one.precedes(other) == here[0].precedes(here[1]) == (one.date < other.date)


timed = st.builds(
    LegalMoment,
    date=st.dates(date(2024, 5, 1), date(2024, 5, 3)),
    time=st.one_of(st.none(), st.times().map(lambda clock: clock.replace(fold=0))),
    zone=st.sampled_from([SYDNEY, PERTH, "America/New_York", "America/Los_Angeles"]),
)


@given(one=timed, other=timed)
def test_never_does_each_come_before_the_other(one, other):
    assert not (one.precedes(other) and other.precedes(one))
    assert not one.precedes(one)
    if one.time is not None or other.time is not None:
        assert not one.precedes(other) or one.ends() <= other.begins()
