"""Break-glass decided: for danger to life, by a named officer, told with the fact, reviewed by another person."""

from dataclasses import replace
from uuid import UUID

import pytest

from registry.commands.glass import AcknowledgeGlass, AlertGlassAgain, BreakGlass, NoteReviewOverdue, ReviewGlass, Told
from registry.decisions.glass import Record, decide, evolve, fold
from registry.errors import Malformed, NotFound, NotPermitted, Refused
from registry.events.base import Actor, Fact
from registry.events.glass import (
    GlassAlertAcknowledged,
    GlassAlerted,
    GlassBroken,
    GlassReviewed,
    GlassReviewOverdue,
)
from registry.events.keylist import KeyListUpdated
from registry.values.glass import (
    GROUNDS,
    REASONS,
    GlassAlertReason,
    GlassRef,
    ReviewReason,
    ReviewVerdict,
    SealedStatement,
    Statement,
)
from registry.values.identifiers import AlertRef, FactId, InstitutionId, KeyId, OrderRef, StreamId
from registry.values.jurisdiction import Jurisdiction
from registry.values.look import LookGround
from registry.values.time import DAY, HOUR, MINUTE, Instant

NOW = Instant(1_790_000_000_000_000)
GLASS, ORDER = GlassRef(UUID(int=7)), OrderRef(UUID(int=5))
POLICE, COURT, WATCH, RUNS = (InstitutionId(each) for each in ("de-polizei", "fr-tj", "de-aufsicht", "xx-runs"))
BREAK = BreakGlass(
    glass_ref=GLASS,
    order_ref=ORDER,
    by=POLICE,
    person="o-77",
    patrol=True,
    jurisdiction=Jurisdiction("DE-BE"),
    ground=LookGround.THREAT_TO_LIFE,
    whereabouts=True,
    statement=SealedStatement(commitment="m", query="c2VhbGVk"),
    told=Told(at_once=(COURT, POLICE), louder=(RUNS,), review_by=WATCH),
)
REVIEW = ReviewGlass(
    glass_ref=GLASS,
    by=WATCH,
    person="s-1",
    key="k9",
    verdict=ReviewVerdict.JUSTIFIED,
    reason=ReviewReason.LIFE_IN_DANGER,
)
WRONG = replace(REVIEW, verdict=ReviewVerdict.NOT_JUSTIFIED, reason=ReviewReason.NO_DANGER)
OFFICER = Actor(institution=POLICE, key_id=KeyId("k1"), on_behalf_of="o-77")


def said(event, actor=OFFICER):
    return Fact(
        fact_id=FactId(UUID(int=1)),
        stream=StreamId(GLASS),
        version=1,
        recorded_at=NOW,
        actor=actor,
        correlation=UUID(int=1),
        event=event,
    )


def broken(**changes):
    return decide(replace(BREAK, **changes), None, now=NOW, order=True)


def after(*commands, now=NOW):
    """Let it be broken and what is said of it follow; gives it as it stands."""
    facts = [said(event) for event in broken()]
    for command in commands:
        by = getattr(command, "by", RUNS)
        actor = Actor(
            institution=by, key_id=getattr(command, "key", "k"), on_behalf_of=getattr(command, "person", None)
        )
        facts += [said(event, actor) for event in decide(command, fold(facts), now=now)]
    return fold(facts)


def test_it_says_until_when_and_by_when_and_tells_with_the_fact_itself():
    first, *alerts = broken()
    assert isinstance(first, GlassBroken)
    assert (first.until, first.review_due, first.waiting) == (NOW + HOUR, NOW + 3 * DAY, 1)
    assert (first.query, first.commitment, first.whereabouts) == ("c2VhbGVk", "m", True)
    assert all(isinstance(each, GlassAlerted) for each in alerts)
    assert [(each.recipient, each.reason) for each in alerts] == [
        (each, GlassAlertReason.BROKEN) for each in (COURT, POLICE, WATCH)
    ]
    assert {each.due for each in alerts} == {NOW + 10 * MINUTE}
    assert len({each.alert_ref for each in alerts}) == 3


@pytest.mark.parametrize(("waiting", "told"), [(1, 3), (2, 4), (9, 4)])
def test_many_that_wait_for_review_are_louder_and_never_refused(waiting, told):
    events = decide(BREAK, None, now=NOW, order=True, record=Record(waiting=waiting))
    assert len(events) == 1 + told


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"person": None}, "person-needed"),
        ({"ground": LookGround.ARREST}, "no-danger-to-life"),
        ({"patrol": False}, "whereabouts-not-opened"),
        ({"ground": LookGround.MISSING_PERSON}, "whereabouts-not-opened"),
    ],
)
@pytest.mark.parametrize("order", [True, False])
def test_what_is_refused_is_refused_whether_the_order_is_there_or_not(changes, code, order):
    with pytest.raises(Refused, match=code):
        decide(replace(BREAK, **changes), None, now=NOW, order=order)


@pytest.mark.parametrize("order", [True, False])
def test_an_officer_who_is_barred_is_refused_the_same_way(order):
    with pytest.raises(NotPermitted, match="break-glass-barred"):
        decide(BREAK, None, now=NOW, order=order, record=Record(barred=True))


def test_an_order_that_is_not_there_opens_nothing():
    with pytest.raises(NotFound, match="no-such-order"):
        decide(BREAK, None, now=NOW)


@pytest.mark.parametrize("ground", sorted(GROUNDS))
def test_every_danger_to_life_opens_who_and_what_to_everybody_who_may(ground):
    assert broken(ground=ground, whereabouts=False, patrol=False)


def test_clear_words_are_never_decided_on_and_a_reference_is_broken_once():
    with pytest.raises(TypeError):
        broken(statement=Statement(incident="7", words="clear"))
    assert decide(BREAK, after(), now=NOW, order=True) == ()


def test_it_opens_to_its_officer_until_its_time_is_over():
    glass = after()
    assert glass.opens_for(POLICE, "o-77", Instant(NOW + HOUR - 1))
    assert not glass.opens_for(POLICE, "o-77", Instant(NOW + HOUR))
    assert not glass.opens_for(POLICE, "o-78", NOW)
    assert not glass.opens_for(COURT, "o-77", NOW)
    assert not glass.opens_for(POLICE, None, NOW)
    assert not after(WRONG).opens_for(POLICE, "o-77", NOW)


@pytest.mark.parametrize(
    "command",
    [
        REVIEW,
        AcknowledgeGlass(glass_ref=GLASS, by=COURT),
        AlertGlassAgain(glass_ref=GLASS, lapsed=AlertRef(UUID(int=3)), candidates=()),
        NoteReviewOverdue(glass_ref=GLASS, recipients=()),
    ],
)
def test_nothing_is_said_of_one_that_is_not_there(command):
    with pytest.raises(NotFound, match="no-such-break-glass"):
        decide(command, None, now=NOW)


def test_who_was_alerted_takes_it_in_hand_once_and_others_cannot():
    taking = AcknowledgeGlass(glass_ref=GLASS, by=COURT)
    (event,) = decide(taking, after(), now=NOW)
    assert isinstance(event, GlassAlertAcknowledged)
    assert len(event.alerts) == 1
    assert decide(taking, after(taking), now=NOW) == ()
    with pytest.raises(NotFound, match="no-such-break-glass"):
        decide(replace(taking, by=RUNS), after(), now=NOW)


def test_a_second_person_reviews_it_and_says_the_same_once():
    (event,) = decide(REVIEW, after(), now=NOW)
    assert event == GlassReviewed(
        glass_ref=GLASS, order_ref=ORDER, verdict=ReviewVerdict.JUSTIFIED, reason=ReviewReason.LIFE_IN_DANGER
    )
    assert decide(replace(REVIEW, person="s-2", key="k8"), after(REVIEW), now=NOW) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"by": POLICE, "person": "o-77", "key": "k9"},
        {"by": POLICE, "person": "s-1", "key": "k1"},
        {"by": POLICE, "person": "o-77", "key": ""},
    ],
)
def test_nobody_reviews_their_own_under_another_key_and_no_other_name_under_the_same_key(changes):
    with pytest.raises(NotPermitted, match="second-person-needed"):
        decide(replace(REVIEW, **changes), after(), now=NOW)


def test_a_verdict_is_changed_by_a_third_person_alone():
    with pytest.raises(NotPermitted, match="second-person-needed"):
        decide(REVIEW, after(WRONG), now=NOW)
    assert after(WRONG, replace(REVIEW, person="s-2", key="k8")).verdict is ReviewVerdict.JUSTIFIED


def test_an_institution_does_not_overturn_what_another_found_of_its_own_officer():
    own = replace(REVIEW, by=POLICE, person="s-3", key="k8")
    with pytest.raises(NotPermitted, match="reviewed-by-another"):
        decide(own, after(WRONG), now=NOW)
    assert after(replace(WRONG, by=POLICE), own).verdict is ReviewVerdict.JUSTIFIED
    assert after(own, WRONG).verdict is ReviewVerdict.NOT_JUSTIFIED


def test_a_review_needs_a_name_and_a_reason_of_its_verdict():
    with pytest.raises(Refused, match="person-needed"):
        decide(replace(REVIEW, person=None), after(), now=NOW)
    with pytest.raises(Malformed, match="reason-of-another-verdict"):
        decide(replace(REVIEW, reason=ReviewReason.NO_DANGER), after(), now=NOW)
    every = [reason for reasons in REASONS.values() for reason in reasons]
    assert sorted(every) == sorted(ReviewReason)


def lapsed(glass, who=COURT):
    return next(ref for ref, alert in glass.alerts.items() if alert.recipient == who)


def again(glass, *candidates, now, who=COURT):
    command = AlertGlassAgain(glass_ref=GLASS, lapsed=lapsed(glass, who), candidates=candidates)
    return decide(command, glass, now=now)


def test_an_alert_that_lapsed_goes_to_the_first_who_was_not_alerted():
    late, glass = Instant(NOW + 10 * MINUTE + 1), after()
    (event,) = again(glass, POLICE, RUNS, now=late)
    assert (event.recipient, event.reason) == (RUNS, GlassAlertReason.NOT_ACKNOWLEDGED)
    assert again(glass, POLICE, RUNS, now=NOW) == ()
    assert again(glass, POLICE, now=late) == ()
    assert again(after(AcknowledgeGlass(glass_ref=GLASS, by=COURT)), RUNS, now=late) == ()
    assert again(after(REVIEW), RUNS, now=late) == ()
    unknown = AlertGlassAgain(glass_ref=GLASS, lapsed=AlertRef(UUID(int=3)), candidates=(RUNS,))
    assert decide(unknown, glass, now=late) == ()


def test_an_overdue_review_is_said_once_and_told():
    note, late = NoteReviewOverdue(glass_ref=GLASS, recipients=(COURT, WATCH, COURT)), Instant(NOW + 3 * DAY)
    first, *alerts = decide(note, after(), now=late)
    assert isinstance(first, GlassReviewOverdue)
    assert [each.recipient for each in alerts] == [COURT, WATCH]
    assert decide(note, after(), now=Instant(late - 1)) == ()
    assert decide(note, after(REVIEW), now=late) == ()
    assert decide(note, after(note, now=late), now=late) == ()


def test_facts_of_other_nouns_leave_it_as_it_is():
    other, glass = said(KeyListUpdated(files=())), after()
    assert evolve(None, other) is None
    assert evolve(glass, other) is glass
