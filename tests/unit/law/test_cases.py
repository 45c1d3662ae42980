"""The acceptance cases whose rules are there: each told as facts, asked where and when the case asks."""

from pathlib import Path

import orjson
import pytest

from registry.commands.issuance import (
    CorrectOrder,
    ExtendOrder,
    IssueCertificate,
    RevokeOrder,
    SuspendOrder,
    VaryOrder,
)
from registry.commands.recognition import (
    AskRecognition,
    DiscontinueRecognition,
    GrantRecognition,
    RefuseRecognition,
    RequestSupplement,
)
from registry.commands.service import RecordService
from registry.errors import Refused
from registry.events.recognition import RecognitionAsked, RecognitionRefused
from registry.values.issuance import CertificateForm, EndReason, Nature, OrderKind, Ternary
from registry.values.order import Hearing
from registry.values.recognition import DiscontinuationGround, RefusalGround
from registry.values.service import ServiceState
from registry.values.time import UNKNOWN_EXPIRY, expires
from tests.given import (
    BERLIN,
    CERTIFICATE,
    LILLE,
    MADRID,
    MEASURE,
    ORDER,
    RECOGNITION,
    RESPONDENT,
    World,
    at,
    condition,
    court,
    day,
    enter,
    hour,
)

CASES = Path(__file__).parents[3].parent / "shared" / "domain" / "cases.json"
TOLD = {}


def case(name):
    """Keep a story under the name of its case."""

    def keep(story):
        TOLD[name] = story
        return story

    return keep


def asked_of(name):
    if not CASES.exists():
        pytest.skip("LOUD: the acceptance cases (../shared/domain/cases.json) are not here")
    found = next(each for each in orjson.loads(CASES.read_bytes()) if each["id"] == name)
    return found["query"]["jurisdiction"], found["query"]["at"], found["expect"]["status"]


def served(when="2024-02-05", state=ServiceState.SERVED_PERSONAL, terms=1, zone="Europe/Paris"):
    return RecordService(
        order_ref=ORDER, respondent=RESPONDENT, terms=terms, state=state, at=day(when, zone), served_by=LILLE
    )


def french(certificate="2024-03-15", **given):
    world = World()
    world.do(enter(**given))
    world.do(served())
    if certificate:
        form = CertificateForm.ARTICLE_5
        world.do(IssueCertificate(order_ref=ORDER, certificate_ref=CERTIFICATE, form=form, issued=day(certificate)))
    return world


def spanish(decided=False, where="DE"):  # noqa: FBT002
    """ES criminal measure, EPO of 2024-01-10, received in Berlin 2024-01-15."""
    world = World()
    world.do(
        enter(
            court=court("ES", MADRID),
            kind=OrderKind.EUROPEAN_PROTECTION_ORDER,
            nature=Nature.CRIMINAL,
            issued=day("2024-01-10", "Europe/Madrid"),
            expiry=expires(day("2025-01-10", "Europe/Madrid")),
        )
    )
    ask = AskRecognition(
        recognition_ref=RECOGNITION,
        order_ref=ORDER,
        jurisdiction=where,
        authority=BERLIN,
        asked=day("2024-01-15", "Europe/Berlin"),
        requested_by_protected_person=True,
    )
    world.do(ask)
    if decided:
        world.do(
            enter(
                MEASURE,
                jurisdiction="DE",
                kind=OrderKind.IMPORTED_MEASURE,
                nature=Nature.CIVIL,
                issued=day("2024-01-25", "Europe/Berlin"),
                expiry=expires(day("2024-07-25", "Europe/Berlin")),
                origin=ORDER,
            )
        )
        world.do(
            GrantRecognition(
                recognition_ref=RECOGNITION, by=BERLIN, decided=day("2024-01-25", "Europe/Berlin"), adopted=MEASURE
            )
        )
    return world


@case("EUC-01")
@case("EUC-03")
@case("EUC-07")
@case("EUC-12")
def _certified():
    return french()


@case("EUC-04")
def _over_before_twelve_months():
    return french(until="2024-05-31")


@case("EUC-06")
def _without_certificate():
    return french(None)


@case("EUC-09")
def _suspended_at_home():
    world = french()
    world.do(SuspendOrder(order_ref=ORDER, from_=hour("2024-07-01T00:00"), suspended_in="FR"))
    return world


@case("EUC-10")
def _refused_later():
    world = french()
    asked = RecognitionAsked(
        recognition_ref=RECOGNITION,
        order_ref=ORDER,
        jurisdiction="ES",
        authority=MADRID,
        instrument="eu-606-2013",
        asked=day("2024-05-01", "Europe/Madrid"),
    )
    refused = RecognitionRefused(
        recognition_ref=RECOGNITION,
        order_ref=ORDER,
        jurisdiction="ES",
        decided=day("2024-06-10", "Europe/Madrid"),
        grounds=(RefusalGround.PUBLIC_POLICY,),
    )
    world.record(RECOGNITION, asked, at("2024-05-01T12:00:00+00:00"))
    world.record(RECOGNITION, refused, at("2024-06-10T12:00:00+00:00"))
    return world


@case("EUC-14")
def _before_its_time():
    world = World()
    world.do(enter(issued=day("2014-12-20"), expiry=expires(day("2016-12-20"))))
    return world


case("EUP-01")(spanish)


@case("EUP-02")
@case("EUP-12")
def _adopted():
    return spanish(decided=True)


@case("EUP-03")
def _never_completed():
    world = spanish()
    world.do(
        RequestSupplement(recognition_ref=RECOGNITION, by=BERLIN, missing=("f",), due=day("2024-02-05")),
    )
    grounds = (RefusalGround.INCOMPLETE,)
    world.do(RefuseRecognition(recognition_ref=RECOGNITION, by=BERLIN, decided=day("2024-02-07"), grounds=grounds))
    return world


@case("EUP-05")
def _no_offence_there():
    world = spanish(where="FR")
    grounds = (RefusalGround.NO_DUAL_CRIMINALITY,)
    world.do(RefuseRecognition(recognition_ref=RECOGNITION, by=BERLIN, decided=day("2024-02-07"), grounds=grounds))
    return world


@case("EUP-06")
def _revoked_at_the_origin():
    world = spanish(decided=True)
    reason = EndReason.CIRCUMSTANCES_CHANGED
    world.do(RevokeOrder(order_ref=ORDER, from_=day("2024-03-01"), reason=reason, revoked_in="ES"))
    ground = DiscontinuationGround.ISSUER_REVOKED
    world.do(
        DiscontinueRecognition(
            recognition_ref=RECOGNITION, by=BERLIN, from_=hour("2024-03-04T11:00", "Europe/Berlin"), ground=ground
        )
    )
    return world


@case("EUP-09")
def _left_and_discontinued_later():
    world = spanish(decided=True)
    ground = DiscontinuationGround.PROTECTED_PERSON_LEFT
    world.do(DiscontinueRecognition(recognition_ref=RECOGNITION, by=BERLIN, from_=day("2024-04-10"), ground=ground))
    return world


@case("EUP-11")
def _not_bound():
    world = World()
    world.do(enter(court=court("ES", MADRID), kind=OrderKind.EUROPEAN_PROTECTION_ORDER, nature=Nature.CRIMINAL))
    return world


@case("US-12")
def _nothing_recorded():
    return World()


@case("US-19")
def _stood_in_court():
    zone = "America/Los_Angeles"
    world = World()
    world.do(enter(jurisdiction="US-CA", zone=zone, issued=day("2024-05-14", zone)), "2024-05-15T12:00:00+00:00")
    world.do(served("2024-05-14", ServiceState.PRESENT_IN_COURT, zone=zone), "2024-05-15T12:00:00+00:00")
    return world


@case("US-20")
def _mailed():
    zone = "America/Los_Angeles"
    world = World()
    world.do(enter(jurisdiction="US-CA", zone=zone, issued=day("2024-05-14", zone)), "2024-05-15T12:00:00+00:00")
    world.do(served("2024-05-16", ServiceState.SERVED_BY_MAIL, zone=zone), "2024-05-17T12:00:00+00:00")
    return world


@case("DQ-03")
def _expiry_not_stated():
    zone = "America/Detroit"
    world = World()
    world.do(enter(jurisdiction="US-MI", zone=zone, expiry=UNKNOWN_EXPIRY))
    world.do(served(zone=zone))
    return world


@case("NZ-01")
def _at_home_in_new_zealand():
    zone = "Pacific/Auckland"
    world = World()
    world.do(enter(jurisdiction="NZ", zone=zone, issued=day("2022-01-01", zone), expiry=UNKNOWN_EXPIRY))
    world.do(served("2022-01-05", zone=zone))
    return world


def at_home_in_sydney(since="2021-01-01"):
    zone = "Australia/Sydney"
    world = World()
    world.do(enter(jurisdiction="AU-NSW", zone=zone, issued=day(since, zone), until=None), "2022-01-01T00:00:00+00:00")
    world.do(served(since, ServiceState.PRESENT_IN_COURT, zone=zone), "2022-01-01T00:00:00+00:00")
    return world


@case("AU-13")
def _varied_in_another_state():
    world, zone = at_home_in_sydney(), "Australia/Adelaide"
    terms = (condition(metres=500),)
    world.do(VaryOrder(order_ref=ORDER, conditions=terms, made=day("2021-04-01", zone), varied_in="AU-SA"))
    world.do(served("2021-04-08", terms=2, zone=zone))
    return world


@case("AU-15")
def _revoked_in_another_state():
    world = at_home_in_sydney()
    revoked = RevokeOrder(
        order_ref=ORDER,
        from_=hour("2022-03-01T10:00", "Australia/Brisbane"),
        reason=EndReason.ON_REQUEST_OF_PROTECTED_PERSON,
        revoked_in="AU-QLD",
    )
    world.do(revoked, "2022-03-01T16:00:00+11:00")
    return world


@pytest.mark.parametrize("name", sorted(TOLD))
def test_a_case_comes_out_as_the_law_says(name):
    where, when, status = asked_of(name)
    assert TOLD[name]().verdict(where, when).status.value == status


def test_every_case_of_the_two_european_acts_is_told():
    if not CASES.exists():
        pytest.skip("LOUD: the acceptance cases (../shared/domain/cases.json) are not here")
    street = {
        each["id"]
        for each in orjson.loads(CASES.read_bytes())
        if each["regime"] in {"EU-606", "EU-2011/99"}
        and each["expect"]["status"] not in {"CERTIFICATE_NOT_ISSUABLE", "BLOCK_DISCLOSURE"}
    }
    assert street <= set(TOLD)


def test_the_officer_of_noon_saw_what_was_known_at_noon():
    """AU-15: revoked at ten, known at four, arrested at noon."""
    world, noon = TOLD["AU-15"](), "2022-03-01T12:00:00+11:00"
    assert world.verdict("AU-NSW", noon, known=noon).status.value == "ENFORCEABLE"


def test_until_the_defendant_knows_the_new_terms_the_old_ones_bind():
    world = TOLD["AU-13"]()
    assert world.verdict("AU-NSW", "2021-04-05T10:00:00+10:00").terms == 1
    assert world.verdict("AU-NSW", "2021-04-09T10:00:00+10:00").terms == 2


def test_a_refusal_by_a_spanish_court_counts_from_its_day():
    world = TOLD["EUC-10"]()
    assert world.verdict("ES", "2024-06-10T00:00:00+02:00").status.value == "RECOGNITION_REFUSED"
    assert world.verdict("ES", "2024-06-09T23:59:59+02:00").status.value == "ENFORCEABLE"


def test_euc_12_that_a_state_knows_no_such_measure_is_no_ground():
    from registry.law.book import named  # noqa: PLC0415

    assert RefusalGround.UNKNOWN_MEASURE not in named("eu-606-2013").grounds("ES")


def test_euc_16_a_respondent_who_was_never_served_is_not_followed():
    hearing = Hearing(ex_parte=Ternary.NO, notice_given=Ternary.NO, respondent_present=Ternary.NO)
    with pytest.raises(Refused, match="certificate-not-issuable"):
        french(hearing=hearing)


def test_eup_06_the_adopted_measure_stands_until_its_own_state_ends_it():
    world = TOLD["EUP-06"]()
    verdict = world.verdict("DE", "2024-03-02T12:00:00+01:00")
    assert verdict.enforced_ref == MEASURE
    assert "ORIGIN_REVOKED_UNCONFIRMED" in verdict.notes
    assert world.verdict("DE", "2024-03-04T11:00:00+01:00").status.value == "DISCONTINUED"
    assert world.verdict("DE", "2024-03-02T12:00:00+01:00", MEASURE).status.value == "ENFORCEABLE_IMPORTED"
    assert world.verdict("DE", "2024-03-04T11:00:00+01:00", MEASURE).reason == "ISSUER_REVOKED"


def test_eup_15_a_court_does_not_send_an_order_of_its_own_accord():
    world = spanish()
    ask = AskRecognition(
        recognition_ref=MEASURE,
        order_ref=ORDER,
        jurisdiction="FR",
        authority=LILLE,
        asked=day("2024-01-15"),
        requested_by_protected_person=False,
    )
    with pytest.raises(Refused, match="only-on-request-of-protected-person"):
        world.do(ask)


def test_an_extension_made_late_does_not_reach_back():
    world = french(until="2024-05-01")
    late = ExtendOrder(order_ref=ORDER, expiry=expires(day("2025-05-01")), made=day("2024-05-10"), extended_in="FR")
    world.do(late, "2024-05-10T12:00:00+00:00")
    assert world.verdict("FR", "2024-05-12T12:00:00+02:00").status.value == "ENFORCEABLE"
    assert world.verdict("FR", "2024-05-05T12:00:00+02:00").status.value == "EXPIRED"


def test_a_correction_of_the_end_does():
    world = french(until="2024-05-01")
    corrects = world.streams[ORDER][0].fact_id
    world.do(CorrectOrder(order_ref=ORDER, corrects=corrects, expiry=expires(day("2025-05-01"))))
    assert world.verdict("FR", "2024-05-05T12:00:00+02:00").status.value == "ENFORCEABLE"
