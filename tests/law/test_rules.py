"""The corners of the instruments, of duties and of vocabularies that no acceptance case looks into."""

import pytest

from registry.law.crosswalk import annex_ii, article_5, from_hmcts, from_pco, to_pco
from registry.law.deadlines import hit_confirmation_due
from registry.law.instruments.us_922_g_8 import brady
from registry.law.stories import read_stories, run
from registry.law_report import decide
from registry.values.issuance import Channel, ConditionKind, Ternary
from registry.values.order import Findings, Hearing
from registry.values.time import MINUTE, Instant
from registry.values.violation import BreachKind

NOON = "2024-06-01T12:00:00+00:00"


def holds(order, expect, *facts, where="US-UT", when=NOON, more="", ask="order"):
    """Ask one question of one order in a story of one line each."""
    lines = ["story: X", "title: t", "basis: b", "orders:", f"  o: {{{order}}}", *([more] if more else [])]
    lines += ["facts:", *(f"  - {{{fact}}}" for fact in facts)] if facts else []
    place = f"in: {where}, " if ask in {"order", "information"} else ""
    which = "order: o, "
    lines += ["questions:", f"  - {{ask: {ask}, {which}{place}at: '{when}', expect: {{{expect}}}}}"]
    (story,) = read_stories("\n".join(lines).encode())
    assert [result.differs for result in run(story, decide)] == [()]


SERVED = "fact: served, order: o, on: 2024-02-02"
NV = "court: US-NV, issued: 2024-02-01"


@pytest.mark.parametrize(
    ("order", "expect"),
    [
        (f"{NV}, kind: MILITARY", "status: NOT_RECOGNISED, reason: OUT_OF_SCOPE_TYPE, verified: no"),
        (f"{NV}, maker: POLICE", "status: NOT_RECOGNISED"),
        (f"{NV}, findings: {{mutual: yes, cross petition: no}}", "status: PARTIAL, reason: MUTUAL_NO_PETITION"),
        (
            f"{NV}, findings: {{mutual: yes, cross petition: yes, specific findings: no}}",
            "status: PARTIAL, reason: MUTUAL_NO_FINDINGS, duties: [DO_NOT_ENFORCE_AGAINST_THE_PETITIONER]",
        ),
        (f"{NV}, findings: {{mutual: yes}}", "status: ENFORCEABLE_ON_FACE, duties: [FIND_OUT_WHO_PETITIONED]"),
        (f"{NV}, hearing: {{ex parte: no, notice given: no}}", "status: ENFORCEABLE_ON_FACE"),
        (f"{NV}, hearing: {{opportunity to be heard: no, respondent present: yes}}", "status: ENFORCEABLE"),
    ],
)
def test_credit_has_its_limits(order, expect):
    holds(order, expect, SERVED)


def test_a_commanders_order_is_none_of_the_police_at_home():
    holds(f"{NV}, kind: MILITARY", "reason: COMMANDERS_ORDER", SERVED, where="US-NV")


@pytest.mark.parametrize(
    ("order", "where", "when", "expect"),
    [
        ("court: CA-ON, issued: 2016-02-01", "US-ND", "2017-01-01T00:00:00+00:00", "reason: OUT_OF_SCOPE_TIME"),
        ("court: CA-ON, issued: 2024-02-01, nature: CRIMINAL", "US-ND", NOON, "reason: OUT_OF_SCOPE_TYPE"),
        ("court: CA-ON, issued: 2024-02-01, nature: UNKNOWN", "US-CA", NOON, "notes: [NATURE_NOT_STATED]"),
        ("court: CA-ON, issued: 2024-02-01, nature: CRIMINAL", "CA-SK", NOON, "reason: OUT_OF_SCOPE_TYPE"),
        ("court: CA-ON, issued: 2024-02-01", "CA-MB", NOON, "status: NOTIFY_THEN_ENFORCE, verified: no"),
        ("court: CA-MB, issued: 2008-01-01", "CA-SK", "2008-04-27T12:00:00-06:00", "reason: OUT_OF_SCOPE_TIME"),
        ("court: AU-NSW, issued: 2024-02-01", "NZ", NOON, "reason: NOT_REGISTERED, duties: [OFFER_REGISTRATION]"),
        ("court: AU-QLD, issued: 2017-01-01", "AU-NSW", "2017-06-01T00:00:00+00:00", "reason: OUT_OF_SCOPE_TIME"),
        ("court: AU-VIC, issued: 2017-01-01", "AU-NSW", NOON, "status: RECOGNISED_NOT_ENFORCEABLE"),
        ("court: AU-SA, issued: 2024-02-01, kind: UNDERTAKING", "AU-NSW", NOON, "reason: OUT_OF_SCOPE_TYPE"),
        ("court: AU-SA, issued: 2024-02-01", "AU-NSW", NOON, "notes: [DOMESTIC_VIOLENCE_CONCERN_TO_BE_CHECKED]"),
        ("court: GB-EAW, issued: 2024-02-01", "FR", NOON, "reason: OUT_OF_SCOPE_TIME"),
        ("court: FR, issued: 2019-02-01", "GB-EAW", "2019-06-01T12:00:00+00:00", "reason: MISSING_CERTIFICATE"),
        (
            "court: ES, issued: 2014-02-01, nature: CRIMINAL",
            "DE",
            "2014-06-01T12:00:00+00:00",
            "reason: OUT_OF_SCOPE_TIME",
        ),
        ("court: ES, issued: 2024-02-01, nature: CRIMINAL", "DE", NOON, "reason: NOT_ASKED"),
    ],
)
def test_instruments_have_their_limits(order, where, when, expect):
    holds(order, expect, where=where, when=when)


def test_a_registered_order_of_australia_counts_in_new_zealand():
    registered = "fact: registered, order: o, in: NZ, on: 2024-03-01"
    holds("court: AU-NSW, issued: 2024-02-01", "status: ENFORCEABLE, reason: REGISTERED", registered, where="NZ")


def test_a_variation_of_a_declared_order_is_notified_like_any_other():
    facts = (
        "fact: declared, order: o, in: AU-ACT, on: 2018-02-10",
        "fact: varied, order: o, on: 2018-03-01, conditions: [NO_VIOLENCE]",
    )
    order, when = "court: AU-QLD, issued: 2017-10-01", "2018-04-01T00:00:00+00:00"
    holds(order, "status: ENFORCEABLE, terms: 1", *facts, where="AU-NSW", when=when)
    holds(order, "terms: 2", *facts, "fact: served, order: o, on: 2018-03-02", where="AU-NSW", when=when)


def test_mail_is_no_notice_of_terms_that_differ_from_those_served():
    facts = (
        SERVED,
        "fact: varied, order: o, on: 2024-03-01, conditions: [NO_FIREARMS]",
        "fact: served, order: o, on: 2024-03-05, way: SERVED_BY_MAIL",
    )
    holds("court: US-CA, issued: 2024-02-01", "status: ENFORCEABLE, terms: 1", *facts, where="US-CA")


OTHER = "  later: {court: AU-VIC, issued: 2020-02-01%s}"
EARLIER = "court: AU-NSW, issued: 2019-05-01"
BOTH = ("fact: served, order: o, on: 2019-05-02", "fact: served, order: later, on: 2020-02-05")


@pytest.mark.parametrize(
    ("given", "facts", "status"),
    [
        (", kind: EMERGENCY", (), "ENFORCEABLE"),
        (", against: [another]", (), "ENFORCEABLE"),
        (", protects: [another]", (), "ENFORCEABLE"),
        (", kind: UNDERTAKING", (), "ENFORCEABLE"),
        ("", ("fact: revoked, order: later, on: 2020-03-01, why: ENTERED_IN_ERROR",), "ENFORCEABLE"),
        ("", ("fact: revoked, order: later, on: 2020-02-03",), "ENFORCEABLE"),
        ("", ("fact: suspended, order: later, on: 2020-02-02, until: 2020-02-20",), "SUPERSEDED"),
        ("", (), "SUPERSEDED"),
    ],
)
def test_only_a_later_order_that_counts_takes_the_place(given, facts, status):
    holds(
        EARLIER,
        f"status: {status}",
        *BOTH,
        *facts,
        where="AU-NSW",
        when="2020-06-01T00:00:00+00:00",
        more=OTHER % given,
    )


def test_that_the_later_order_has_ended_is_noted():
    facts = (*BOTH, "fact: revoked, order: later, on: 2020-03-01")
    expect = "status: SUPERSEDED, notes: [SUPERSEDING_ORDER_HAS_ENDED], persons: {P: SUPERSEDED}"
    holds(EARLIER, expect, *facts, where="AU-NSW", when="2020-06-01T00:00:00+00:00", more=OTHER % "")


def test_an_order_of_new_zealand_takes_the_place_from_its_registration():
    more = "  later: {court: NZ, issued: 2018-02-01}"
    facts = (BOTH[0], "fact: registered, order: later, in: AU-WA, on: 2020-02-01")
    for when, status in (("2020-01-15", "ENFORCEABLE"), ("2020-02-15", "SUPERSEDED")):
        holds(EARLIER, f"status: {status}", *facts, where="AU-NSW", when=f"{when}T00:00:00+00:00", more=more)


def test_outside_australia_no_order_takes_anothers_place():
    more = "  later: {court: US-NV, issued: 2024-03-01}"
    holds(NV, "status: ENFORCEABLE", SERVED, "fact: served, order: later, on: 2024-03-02", more=more)


def test_of_two_that_are_not_served_no_one_is_superseded_in_part():
    order = "court: AU-NSW, issued: 2019-05-01, protects: [A, B]"
    more = "  later: {court: AU-VIC, issued: 2020-02-01, protects: [A]}"
    expect = "status: RECOGNISED_NOT_ENFORCEABLE, persons: {A: SUPERSEDED}"
    holds(order, expect, BOTH[1], where="AU-NSW", when="2020-06-01T00:00:00+00:00", more=more)


def test_conditions_of_one_person_alone_fall_with_the_place_of_that_person():
    order = (
        "court: AU-NSW, issued: 2019-05-01, protects: [A, B], conditions: [{kind: NO_CONTACT, protects: [A]}, "
        "{kind: NO_VIOLENCE, protects: [B]}]"
    )
    more = "  later: {court: AU-VIC, issued: 2020-02-01, protects: [A]}"
    holds(order, "conditions: [NO_VIOLENCE]", *BOTH, where="AU-NSW", when="2020-06-01T00:00:00+00:00", more=more)


def test_of_two_orders_of_one_day_none_prevails():
    more = "  later: {court: US-CA, issued: 2024-02-01}"
    holds(
        "court: US-CA, issued: 2024-02-01",
        "prevails: none",
        SERVED,
        "fact: served, order: later, on: 2024-02-02",
        where="US-CA",
        more=more,
    )


@pytest.mark.parametrize(
    ("conditions", "status"),
    [
        ("{kind: NO_CONTACT, begins: 2024-07-01}", "NOT_YET_IN_FORCE"),
        ("{kind: NO_CONTACT, ends: 2024-03-01}", "EXPIRED"),
        ("NO_FIREARMS", "NOT_RECOGNISED"),
        ("EXCEPTION_VISITATION", "ENFORCEABLE"),
    ],
)
def test_an_order_without_a_condition_that_stands_is_not_enforceable(conditions, status):
    certified = "fact: certified, order: o, on: 2024-03-15"
    order = f"court: FR, issued: 2024-02-01, conditions: [{conditions}]"
    holds(order, f"status: {status}, persons: {{P: {status}}}", certified, where="ES")


def test_a_person_may_be_protected_by_what_does_not_travel_or_is_still_to_come():
    order = (
        "court: FR, issued: 2024-02-01, protects: [A, B, C, D], conditions: [{kind: NO_CONTACT, protects: [A]}, "
        "{kind: NO_FIREARMS, protects: [B]}, {kind: NO_CONTACT, protects: [C], begins: 2024-07-01}]"
    )
    persons = "A: PARTIAL, B: NOT_RECOGNISED, C: NOT_YET_IN_FORCE, D: PARTIAL"
    holds(order, f"persons: {{{persons}}}", "fact: certified, order: o, on: 2024-03-15", where="ES")


EAW = "court: GB-EAW, issued: 2024-02-01"
DUTIES = [
    (EAW, "fact: varied, order: o, on: 2024-03-01, conditions: [NO_VIOLENCE]", "overdue: [COURT_TELLS_POLICE POLICE]"),
    (EAW, "fact: extended, order: o, on: 2024-03-01, ends: never", "overdue: [COURT_TELLS_POLICE POLICE]"),
    (EAW, "fact: revoked, order: o, on: 2024-03-01", "overdue: [COURT_TELLS_POLICE POLICE], open: []"),
    (EAW, "fact: suspended, order: o, on: 2024-03-01", "overdue: [COURT_TELLS_POLICE POLICE]"),
    (EAW, "fact: corrected, order: o, on: 2024-03-01, ends: never", "overdue: [COURT_TELLS_POLICE POLICE]"),
    (EAW, SERVED, "overdue: [COURT_TELLS_POLICE_OF_SERVICE POLICE]"),
    (EAW, "fact: served, order: o, on: 2024-03-01, way: PENDING", "overdue: [COURT_TELLS_POLICE POLICE]"),
    (f"{EAW}, nature: CRIMINAL", SERVED, "open: [TELL_PROTECTED_PERSON_OF_SERVICE PROTECTED_PERSON], overdue: []"),
    (NV, "fact: certified, order: o, on: 2024-03-01", "open: [TELL_OF_CERTIFICATE RESPONDENT]"),
    (NV, "fact: certified, order: o, on: 2024-03-01, form: ARTICLE_14_SUSPENSION", "open: []"),
    (NV, "fact: breached, order: o, on: 2024-03-01, in: US-UT, of: [THREAT]", "open: []"),
]


@pytest.mark.parametrize(("order", "fact", "expect"), DUTIES)
def test_duties_follow_from_facts(order, fact, expect):
    holds(order, expect, fact, ask="duties")


def test_duties_of_a_recognition():
    order = "court: ES, issued: 2024-01-10, kind: EUROPEAN_PROTECTION_ORDER, nature: CRIMINAL"
    asked = "fact: recognition asked, order: o, in: DE, on: 2024-01-15"
    more = "fact: supplement requested, on: 2024-01-20, missing: [f], due: 2024-02-05"
    granted = "fact: recognition granted, on: 2024-01-25"
    ended = "fact: recognition discontinued, on: 2024-03-01, ground: MAXIMUM_TERM"
    told = "open: [TELL_OF_RECOGNITION RESPONDENT, TELL_OF_DISCONTINUATION RESPONDENT]"
    done = "done: [SUPPLY_WHAT_IS_MISSING EXECUTING_AUTHORITY]"
    holds(order, f"{told}, {done}", asked, more, granted, ended, ask="duties")
    refused = "fact: recognition refused, on: 2024-01-25, grounds: [INCOMPLETE]"
    elsewhere = asked.replace("DE", "FR")
    holds(order, "open: [TELL_OF_REFUSAL_WITH_GROUNDS PROTECTED_PERSON]", elsewhere, refused, ask="duties")
    holds(order, "open: [TELL_OF_DISCONTINUATION ISSUING_AUTHORITY]", elsewhere, granted, ended, ask="duties")
    revoked = "fact: revoked, order: o, on: 2024-03-01"
    holds(order, "open: [TELL_OF_REVOCATION EXECUTING_AUTHORITY]", asked, granted, revoked, ask="duties")


def test_breach_of_a_french_adopted_measure_is_reported():
    more = "  m: {court: FR, issued: 2024-01-25, kind: IMPORTED_MEASURE, adopted from: o}"
    fact = "fact: breached, order: m, on: 2024-03-01, in: FR, of: [THREAT]"
    holds("court: ES, issued: 2024-01-10", "open: []", fact, more=more, ask="duties")


def test_breach_where_the_order_was_recognised_without_a_measure_is_reported_by_who_recognised_it():
    order = "court: ES, issued: 2024-01-10, kind: EUROPEAN_PROTECTION_ORDER, nature: CRIMINAL"
    asked = "fact: recognition asked, order: o, in: SE, on: 2024-01-15"
    granted = "fact: recognition granted, on: 2024-01-25"
    breached = "fact: breached, order: o, on: 2024-03-01, in: SE, of: [THREAT]"
    owed = "open: [REPORT_ON_ANNEX_II_TRANSLATED ISSUING_AUTHORITY]"
    holds(order, owed, asked, granted, breached, ask="duties")
    holds(order, "open: []", asked, breached, ask="duties")


def test_information_is_told_where_it_applies():
    holds(
        "court: GB-EAW, issued: 2024-02-01",
        "COURT_TELLS_POLICE: within one day of sealing",
        ask="information",
        where="US-UT",
    )
    holds("court: NZ, issued: 2024-02-01", "SUSPENDED_WHILE_LIVING_TOGETHER: NO_CONTACT", ask="information", where="NZ")
    holds(NV, "RISK_ASSESSMENT: including access to firearms, BRADY: UNKNOWN", ask="information", where="FR")


@pytest.mark.parametrize(
    ("hearing", "findings", "expected"),
    [
        ({"respondent_present": Ternary.YES}, {"intimate_partner": Ternary.YES, "credible_threat": Ternary.YES}, "YES"),
        ({"respondent_present": Ternary.YES, "opportunity_to_be_heard": Ternary.NO}, {}, "NO"),
        ({"respondent_present": Ternary.YES}, {"intimate_partner": Ternary.NO}, "NO"),
        ({}, {"credible_threat": Ternary.NO, "force_prohibited": Ternary.NO}, "NO"),
        ({"respondent_present": Ternary.YES}, {"intimate_partner": Ternary.YES}, "UNKNOWN"),
    ],
)
def test_the_brady_indicator(hearing, findings, expected):
    assert brady(Hearing(**hearing), Findings(**findings)).value == expected


def test_vocabularies_are_mapped_by_code():
    assert from_pco("06") == (ConditionKind.EXCEPTION_VISITATION,)
    assert from_pco("10") == ()
    assert (to_pco(ConditionKind.NO_DOXX), to_pco(ConditionKind.NO_CONTACT)) == ("08", "05")
    assert article_5(ConditionKind.MIN_DISTANCE) == "c"
    assert article_5(ConditionKind.NO_PUBLISH) is None
    assert article_5(ConditionKind.NO_PUBLISH, (Channel.SOCIAL,)) == "b"
    assert article_5(ConditionKind.NO_FIREARMS, (Channel.SOCIAL,)) is None
    assert from_hmcts("applicantStopFromRespondentEnum_Value_3") is ConditionKind.NO_PUBLISH
    assert from_hmcts("anything else") is None
    assert (annex_ii(BreachKind.DISTANCE), annex_ii(BreachKind.THREAT)) == ("distance", "other")


def test_a_ban_of_calls_alone_is_not_broken_online():
    order = "court: FR, issued: 2024-02-01, conditions: [{kind: NO_CONTACT, by: [PHONE]}, NO_CONTACT]"
    for of, count in (("CONTACT_ONLINE", 1), ("CONTACT_DIRECT", 2)):
        lines = ["story: X", "title: t", "basis: b", "orders:", f"  o: {{{order}}}", "questions:"]
        lines.append(f"  - {{ask: breach, of: {of}, at: '{NOON}', expect: {{breaks: [NO_CONTACT]}}}}")
        (story,) = read_stories("\n".join(lines).encode())
        (result,) = run(story)
        assert not result.differs
        assert result.answered.count("NO_CONTACT") == count


def test_a_hit_is_confirmed_in_ten_minutes_or_an_hour():
    assert hit_confirmation_due(Instant(0), urgent=True) == 10 * MINUTE
    assert hit_confirmation_due(Instant(0), urgent=False) == 60 * MINUTE
