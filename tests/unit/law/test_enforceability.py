"""Each step of the answer: what decides, what is cited, what must be done, when it may change."""

import pytest

from registry.commands.issuance import (
    DeclareOrder,
    IssueCertificate,
    RegisterOrder,
    ReinstateOrder,
    RevokeOrder,
    SuspendOrder,
    VaryOrder,
    WithdrawCertificate,
)
from registry.commands.recognition import (
    AskRecognition,
    DiscontinueRecognition,
    GrantRecognition,
    RefuseRecognition,
)
from registry.commands.service import RecordAttempt, RecordService
from registry.law.dossier import NO_DOSSIER
from registry.law.enforceability import enforceability
from registry.law.verdict import ABSENCE, ENFORCEABLE_STATUSES
from registry.values.identifiers import CertificateRef, ConditionRef, OrderRef, RecognitionRef
from registry.values.issuance import CertificateForm, ConditionKind, EndReason, Nature, OrderKind, PartyRole
from registry.values.recognition import DiscontinuationGround, RefusalGround
from registry.values.service import AttemptReason, ServiceState
from registry.values.time import UNKNOWN_EXPIRY
from tests.given import (
    BERLIN,
    CERTIFICATE,
    LILLE,
    MADRID,
    MEASURE,
    ORDER,
    OTHER_RESPONDENT,
    PROTECTED,
    RECOGNITION,
    RESPONDENT,
    World,
    at,
    condition,
    court,
    day,
    enter,
    party,
    ref,
)

SUMMER = "2024-06-01T12:00:00+00:00"
CALIFORNIA = {"jurisdiction": "US-CA", "zone": "America/Los_Angeles"}
SYDNEY = {"jurisdiction": "AU-NSW", "zone": "Australia/Sydney"}
TWO = (party(PartyRole.PROTECTED, PROTECTED), party(), party(party_ref=OTHER_RESPONDENT))


def entered(**given):
    world = World()
    world.do(enter(**given))
    return world


def served(when="2024-02-05", state=ServiceState.SERVED_PERSONAL, respondent=RESPONDENT, terms=1):
    moment = day(when) if when else None
    return RecordService(order_ref=ORDER, respondent=respondent, terms=terms, state=state, at=moment, served_by=LILLE)


def certify(form=CertificateForm.ARTICLE_5, issued="2024-03-15", certificate_ref=CERTIFICATE):
    return IssueCertificate(order_ref=ORDER, certificate_ref=certificate_ref, form=form, issued=day(issued))


def certified(**given):
    world = entered(**given)
    world.do(served())
    world.do(certify())
    return world


def revoke(from_="2024-05-01"):
    return RevokeOrder(order_ref=ORDER, from_=day(from_), reason=EndReason.ON_APPEAL, revoked_in="FR")


def status(world, where="FR", when=SUMMER, order_ref=ORDER):
    return world.verdict(where, when, order_ref).status.value


def test_no_record_is_said_to_be_no_record():
    verdict = enforceability(NO_DOSSIER, "FR", valid_at=at(SUMMER))
    assert verdict.status.value == "NO_RECORD"
    assert verdict.duties == ("ASK_FOR_THE_ORDER_ITSELF",)
    assert verdict.basis
    assert verdict.order_ref is verdict.enforced_ref is verdict.next_change is None
    assert ABSENCE == "Absence of a record is not absence of an order."


def test_what_was_recorded_later_was_not_known():
    world = entered()
    assert world.verdict("FR", SUMMER, known="2024-03-20T11:59:59+00:00").status.value == "NO_RECORD"
    assert world.verdict("FR", SUMMER, known="2024-03-20T12:00:00+00:00").status.value == "ENFORCEABLE"


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2024-01-31T23:59:59.999999+01:00", "NOT_YET_IN_FORCE"),
        ("2024-02-01T00:00:00+01:00", "ENFORCEABLE"),
        ("2025-08-01T23:59:59.999999+02:00", "ENFORCEABLE"),
        ("2025-08-02T00:00:00+02:00", "EXPIRED"),
    ],
)
def test_an_order_lasts_from_its_first_instant_to_its_last(when, expected):
    assert status(entered(), when=when) == expected


def test_an_order_may_begin_later_than_it_was_made():
    world = entered(valid_from=day("2024-04-01"))
    verdict = world.verdict("FR", "2024-03-31T23:00:00+02:00")
    assert verdict.status.value == "NOT_YET_IN_FORCE"
    assert verdict.next_change == day("2024-04-01").begins()


def test_an_order_ends_when_it_is_revoked():
    world = entered()
    world.do(revoke())
    assert status(world, when="2024-04-30T23:59:59+02:00") == "ENFORCEABLE"
    verdict = world.verdict("FR", "2024-05-01T00:00:00+02:00")
    assert (verdict.status.value, verdict.reason) == ("REVOKED", "ON_APPEAL")
    assert [each.reason for each in verdict.conditions] == ["REVOKED"]
    assert not any(each.enforceable for each in verdict.conditions)


def test_an_order_pauses_and_goes_on():
    world = entered()
    world.do(SuspendOrder(order_ref=ORDER, from_=day("2024-04-01"), suspended_in="FR"))
    assert status(world) == "SUSPENDED"
    world.do(ReinstateOrder(order_ref=ORDER, from_=day("2024-05-01"), reinstated_in="FR"))
    assert [status(world, when=f"2024-{month}-15T12:00:00+00:00") for month in ("03", "04", "05")] == [
        "ENFORCEABLE",
        "SUSPENDED",
        "ENFORCEABLE",
    ]


def test_a_pause_until_a_day_ends_with_that_day():
    world = entered()
    until = day("2024-04-10")
    world.do(SuspendOrder(order_ref=ORDER, from_=day("2024-04-01"), until=until, suspended_in="FR"))
    assert status(world, when="2024-04-10T23:59:59+02:00") == "SUSPENDED"
    assert status(world, when="2024-04-11T00:00:00+02:00") == "ENFORCEABLE"
    world.do(ReinstateOrder(order_ref=ORDER, from_=day("2024-03-25"), reinstated_in="FR"))
    assert status(world, when="2024-04-05T12:00:00+02:00") == "ENFORCEABLE"


def test_an_unstated_end_is_said_to_be_unstated():
    verdict = entered(expiry=UNKNOWN_EXPIRY).verdict("FR", SUMMER)
    assert verdict.status.value == "ENFORCEABLE"
    assert verdict.notes == ("EXPIRY_NOT_STATED",)
    assert verdict.effect_ends is None


@pytest.mark.parametrize("where", ["US-CA", "XX", "", "US", "AU-NSW"])
def test_where_no_instrument_carries_it_it_is_not_recognised(where):
    verdict = entered().verdict(where, SUMMER)
    assert (verdict.status.value, verdict.reason) == ("NOT_RECOGNISED", "OUT_OF_SCOPE")
    assert verdict.instrument is None


def test_a_part_of_a_country_has_the_law_of_the_country():
    assert status(entered(jurisdiction="DE-BE", zone="Europe/Berlin"), "DE-BY") == "ENFORCEABLE"


def test_a_european_protection_order_binds_nobody_at_home():
    world = entered(kind=OrderKind.EUROPEAN_PROTECTION_ORDER, nature=Nature.CRIMINAL)
    assert status(world) == "NOT_RECOGNISED"


def test_only_what_article_3_names_travels():
    other = ConditionRef(ref("weapons"))
    visits = ConditionRef(ref("visits"))
    conditions = (
        condition(),
        condition(ConditionKind.NO_FIREARMS, other),
        condition(ConditionKind.EXCEPTION_VISITATION, visits),
    )
    verdict = certified(conditions=conditions).verdict("ES", SUMMER)
    assert (verdict.status.value, verdict.reason) == ("PARTIAL", "CONDITIONS")
    assert [(c.enforceable, c.reason) for c in verdict.conditions] == [
        (True, "IN_FORCE"),
        (False, "NOT_CARRIED"),
        (False, "PERMISSION"),
    ]


def test_where_nothing_of_it_travels_it_is_not_recognised():
    world = certified()
    weapons = (condition(ConditionKind.NO_FIREARMS),)
    world.do(VaryOrder(order_ref=ORDER, conditions=weapons, made=day("2024-03-18"), varied_in="FR"))
    verdict = world.verdict("ES", SUMMER)
    assert (verdict.status.value, verdict.reason) == ("NOT_RECOGNISED", "OUT_OF_SCOPE_TYPE")
    assert "ENFORCE_BY_LOCAL_PROCEDURE" not in verdict.duties


def test_a_permission_is_never_enforced_against_anyone():
    verdict = entered(conditions=(condition(ConditionKind.TEMP_CUSTODY),)).verdict("FR", SUMMER)
    assert [(c.enforceable, c.reason) for c in verdict.conditions] == [(False, "PERMISSION")]


def test_a_condition_has_a_time_of_its_own():
    times = {"begins": day("2024-05-01"), "ends": day("2024-05-31")}
    world = entered(conditions=(condition(**times), condition(condition_ref=ConditionRef(ref("two")))))
    found = {}
    for when in ("2024-04-30T12:00:00+02:00", "2024-05-31T23:59:59+02:00", "2024-06-01T00:00:00+02:00"):
        found[when[5:10]] = world.verdict("FR", when).conditions[0].reason
    assert found == {"04-30": "NOT_YET_IN_FORCE", "05-31": "IN_FORCE", "06-01": "EXPIRED"}


@pytest.mark.parametrize("when", [SUMMER, "2025-08-03T12:00:00+00:00"])
def test_nobody_is_told_to_enforce_what_cannot_be(when):
    world = certified()
    world.do(revoke("2024-05-20"))
    verdict = world.verdict("ES", when)
    assert verdict.status not in ENFORCEABLE_STATUSES
    assert "ENFORCE_BY_LOCAL_PROCEDURE" not in verdict.duties


def test_an_expired_order_brings_no_duty_to_enforce():
    verdict = certified(until="2024-05-31").verdict("ES", SUMMER)
    assert verdict.status.value == "EXPIRED"
    assert "ENFORCE_BY_LOCAL_PROCEDURE" not in verdict.duties


@pytest.mark.parametrize(
    ("given", "missing"), [(CALIFORNIA, "NOTIFY_THEN_ENFORCE"), (SYDNEY, "RECOGNISED_NOT_ENFORCEABLE")]
)
def test_notice_is_asked_for_where_the_law_asks(given, missing):
    world, where = entered(**given), given["jurisdiction"]
    verdict = world.verdict(where, SUMMER)
    assert (verdict.status.value, verdict.reason) == (missing, "NOTICE_MISSING")
    assert verdict.duties == ("INFORM_RESPONDENT_OF_TERMS", "TRY_TO_SERVE", "RECORD_SERVICE")
    world.do(served())
    verdict = world.verdict(where, SUMMER)
    assert (verdict.status.value, verdict.duties) == ("ENFORCEABLE", ())
    assert status(world, where, "2024-02-04T12:00:00+00:00") == missing


def test_the_word_of_an_officer_is_enough_in_california_and_not_in_sydney():
    for given, expected in ((CALIFORNIA, "ENFORCEABLE"), (SYDNEY, "RECOGNISED_NOT_ENFORCEABLE")):
        world = entered(**given)
        world.do(served(state=ServiceState.VERBAL_NOTICE_BY_OFFICER))
        assert status(world, given["jurisdiction"]) == expected


@pytest.mark.parametrize("area", ["GB-EAW", "NZ", "CA-ON"])
def test_other_common_law_places_tell_first(area):
    world = entered(jurisdiction=area)
    assert status(world, area) == "NOTIFY_THEN_ENFORCE"
    assert world.verdict(area, SUMMER).verified is False


def test_where_some_respondents_know_it_is_partial():
    world = entered(parties=TWO, **CALIFORNIA)
    world.do(served())
    verdict = world.verdict("US-CA", SUMMER)
    assert (verdict.status.value, verdict.reason) == ("PARTIAL", "RESPONDENTS")
    assert [each.notified for each in verdict.notice] == [True, False]
    assert "TRY_TO_SERVE" in verdict.duties
    world.do(served(respondent=OTHER_RESPONDENT))
    assert status(world, "US-CA") == "ENFORCEABLE"


def test_a_party_who_came_later_does_not_change_what_was():
    world = entered(**CALIFORNIA)
    world.do(served())
    stranger = (party(party_ref=OTHER_RESPONDENT),)
    world.do(
        VaryOrder(
            order_ref=ORDER,
            conditions=(condition(),),
            made=day("2024-03-01"),
            varied_in="US-CA",
            added_parties=stranger,
        )
    )
    assert status(world, "US-CA", "2024-02-20T12:00:00+00:00") == "ENFORCEABLE"


def test_terms_that_all_know_come_before_newer_ones_that_some_know():
    world = entered(parties=TWO, **CALIFORNIA)
    world.do(VaryOrder(order_ref=ORDER, conditions=(condition(),), made=day("2024-03-01"), varied_in="US-CA"))
    for respondent in (RESPONDENT, OTHER_RESPONDENT):
        world.do(served(respondent=respondent))
    world.do(served("2024-03-05", terms=2))
    assert world.verdict("US-CA", SUMMER).terms == 1
    world.do(served("2024-03-06", terms=2, respondent=OTHER_RESPONDENT))
    assert world.verdict("US-CA", SUMMER).terms == 2


def test_service_without_a_date_counts_from_when_we_learned_of_it():
    world = entered(**CALIFORNIA)
    world.do(served(None))
    assert status(world, "US-CA", "2024-03-20T11:59:59+00:00") == "NOTIFY_THEN_ENFORCE"
    assert status(world, "US-CA", "2024-03-20T12:00:01+00:00") == "ENFORCEABLE"


def test_an_attempt_is_shown_and_is_no_notice():
    world = entered(**CALIFORNIA)
    world.do(
        RecordAttempt(
            order_ref=ORDER,
            respondent=RESPONDENT,
            terms=1,
            at=day("2024-02-05"),
            reason=AttemptReason.NOBODY_THERE,
            served_by=LILLE,
        )
    )
    verdict = world.verdict("US-CA", SUMMER)
    assert (verdict.status.value, verdict.notice[0].state) == ("NOTIFY_THEN_ENFORCE", ServiceState.ATTEMPTED)
    world.do(served(state=ServiceState.ADDRESS_UNKNOWN))
    assert world.verdict("US-CA", SUMMER).notice[0].state is ServiceState.ADDRESS_UNKNOWN


def test_a_letter_that_came_back_was_no_notice():
    world = entered(**SYDNEY)
    world.do(served("2024-02-05", ServiceState.SERVED_BY_MAIL))
    world.do(served("2024-02-20", ServiceState.FAILED_RETURNED))
    assert status(world, "AU-NSW") == "RECOGNISED_NOT_ENFORCEABLE"


def test_twelve_months_end_with_the_local_day_of_the_state_addressed():
    world = certified()
    assert world.verdict("PT", SUMMER).effect_ends == at("2025-03-16T00:00:00+00:00")
    assert status(world, "PT", "2025-03-15T23:59:59+00:00") == "ENFORCEABLE"
    assert status(world, "PT", "2025-03-16T00:00:00+00:00") == "RECOGNITION_LAPSED"
    assert status(world, "FR", "2025-03-16T00:00:00+00:00") == "ENFORCEABLE"


def test_each_certificate_gives_its_own_twelve_months():
    world = certified()
    world.do(certify(issued="2024-03-19", certificate_ref=CertificateRef(ref("second"))))
    assert world.verdict("ES", SUMMER).effect_ends == at("2025-03-20T00:00:00+01:00")


def test_a_certificate_counts_from_its_day_and_until_it_is_withdrawn():
    world = certified()
    assert status(world, "ES", "2024-03-14T12:00:00+01:00") == "NOT_RECOGNISED"
    world.do(WithdrawCertificate(order_ref=ORDER, certificate_ref=CERTIFICATE, from_=day("2024-05-01")))
    before = world.verdict("ES", "2024-04-30T12:00:00+02:00")
    assert (before.status.value, status(world, "ES")) == ("ENFORCEABLE", "NOT_RECOGNISED")
    assert before.next_change == day("2024-05-01").begins()


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (CertificateForm.ARTICLE_14_SUSPENSION, "SUSPENDED"),
        (CertificateForm.ARTICLE_14_WITHDRAWAL, "REVOKED"),
    ],
)
def test_form_two_stops_it_from_its_day_until_it_is_withdrawn(form, expected):
    world, limit = certified(), CertificateRef(ref("limit"))
    world.do(certify(form, "2024-03-18", limit))
    assert status(world, "ES") == expected
    assert status(world) == "ENFORCEABLE"
    before = world.verdict("ES", "2024-03-17T12:00:00+01:00")
    assert (before.status.value, before.next_change) == ("ENFORCEABLE", day("2024-03-18").begins())
    world.do(WithdrawCertificate(order_ref=ORDER, certificate_ref=limit, from_=day("2024-05-01")))
    assert world.verdict("ES", "2024-04-01T12:00:00+02:00").next_change == day("2024-05-01").begins()
    assert status(world, "ES") == "ENFORCEABLE"


def epo():
    world = World()
    world.do(enter(court=court("ES", MADRID), kind=OrderKind.EUROPEAN_PROTECTION_ORDER, nature=Nature.CRIMINAL))
    return world


def ask(world, asked, word="recognition"):
    world.do(
        AskRecognition(
            recognition_ref=RecognitionRef(ref(word)),
            order_ref=ORDER,
            jurisdiction="DE",
            authority=BERLIN,
            asked=day(asked),
            requested_by_protected_person=True,
        )
    )


def adopt(world, decided, word="recognition", measure=MEASURE):
    world.do(
        enter(measure, jurisdiction="DE", kind=OrderKind.IMPORTED_MEASURE, origin=ORDER, issued=day(decided)),
    )
    world.do(
        GrantRecognition(recognition_ref=RecognitionRef(ref(word)), by=BERLIN, decided=day(decided), adopted=measure)
    )


def leave(world, from_, word="recognition"):
    ground = DiscontinuationGround.PROTECTED_PERSON_LEFT
    world.do(
        DiscontinueRecognition(recognition_ref=RecognitionRef(ref(word)), by=BERLIN, from_=day(from_), ground=ground)
    )


def test_what_nobody_asked_for_is_not_recognised():
    verdict = epo().verdict("DE", SUMMER)
    assert (verdict.status.value, verdict.reason) == ("NOT_RECOGNISED", "NOT_ASKED")


def test_before_it_was_asked_nothing_was_pending():
    world = epo()
    ask(world, "2024-03-01")
    assert status(world, "DE", "2024-02-20T12:00:00+01:00") == "NOT_RECOGNISED"


def test_recognised_without_a_measure_is_reported_only():
    world = epo()
    ask(world, "2024-03-01")
    world.do(GrantRecognition(recognition_ref=RECOGNITION, by=BERLIN, decided=day("2024-03-05")))
    assert status(world, "DE") == "REPORT_ONLY"
    leave(world, "2024-05-01")
    assert status(world, "DE") == "DISCONTINUED"


def test_the_measure_adopted_is_what_is_enforced():
    world = epo()
    ask(world, "2024-03-01")
    adopt(world, "2024-03-05")
    pending = world.verdict("DE", "2024-03-04T12:00:00+01:00")
    assert (pending.status.value, pending.next_change) == ("RECOGNITION_PENDING", day("2024-03-05").begins())
    verdict = world.verdict("DE", SUMMER)
    assert (verdict.status.value, verdict.order_ref, verdict.enforced_ref) == ("ENFORCEABLE_IMPORTED", ORDER, MEASURE)
    assert status(world, "DE", order_ref=MEASURE) == "ENFORCEABLE_IMPORTED"
    assert status(world, "FR", order_ref=MEASURE) == "NOT_RECOGNISED"


def test_a_measure_whose_facts_are_missing_is_not_guessed():
    world = epo()
    ask(world, "2024-03-01")
    adopt(world, "2024-03-05")
    del world.streams[MEASURE]
    assert status(world, "DE") not in {"ENFORCEABLE", "ENFORCEABLE_IMPORTED"}


def test_who_comes_back_is_protected_by_the_second_measure():
    """Left in April, back in May with a second recognition: the first measure's end is not the second's."""
    world, second = epo(), OrderRef(ref("second measure"))
    ask(world, "2024-03-01")
    adopt(world, "2024-03-05")
    leave(world, "2024-03-10")
    ask(world, "2024-03-12", "again")
    adopt(world, "2024-03-15", "again", second)
    verdict = world.verdict("DE", SUMMER)
    assert (verdict.status.value, verdict.enforced_ref) == ("ENFORCEABLE_IMPORTED", second)
    assert status(world, "DE", "2024-03-11T12:00:00+01:00") == "DISCONTINUED"
    assert status(world, "DE", "2024-03-06T12:00:00+01:00") == "ENFORCEABLE_IMPORTED"


def test_a_second_request_after_a_refusal_does_not_change_what_was_refused():
    world = epo()
    ask(world, "2024-03-01")
    grounds = (RefusalGround.INCOMPLETE,)
    world.do(RefuseRecognition(recognition_ref=RECOGNITION, by=BERLIN, decided=day("2024-03-05"), grounds=grounds))
    ask(world, "2024-03-15", "again")
    assert status(world, "DE", "2024-03-10T12:00:00+01:00") == "RECOGNITION_REFUSED"
    assert status(world, "DE") == "RECOGNITION_PENDING"


def test_an_answer_shows_its_steps_and_its_basis():
    verdict = certified().verdict("ES", SUMMER)
    assert [str(each) for each in verdict.basis] == [
        "Regulation (EU) No 606/2013 Art 4(1)",
        "Regulation (EU) No 606/2013 Art 4(4)",
    ]
    assert verdict.verified
    assert verdict.instrument == "eu-606-2013"
    assert [step.outcome for step in verdict.steps] == ["yes", "yes", "ENFORCEABLE: AUTOMATIC"]


def test_acts_of_other_schemes_do_not_disturb():
    world = entered(**SYDNEY)
    world.do(DeclareOrder(order_ref=ORDER, declared_in="AU-ACT", made=day("2024-03-01")))
    world.do(RegisterOrder(order_ref=ORDER, registered_in="NZ", registered_with=BERLIN, made=day("2024-03-01")))
    order = world.order(ORDER)
    assert [act.jurisdiction for act in (*order.declarations, *order.registrations)] == ["AU-ACT", "NZ"]
    assert status(world, "AU-NSW") == "RECOGNISED_NOT_ENFORCEABLE"


def test_what_is_pending_in_one_state_is_nothing_in_another():
    world = epo()
    ask(world, "2024-03-01")
    assert status(world, "FR") == "NOT_RECOGNISED"
