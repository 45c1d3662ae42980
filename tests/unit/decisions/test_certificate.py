"""A certificate of Regulation 606/2013 is given for what travels, after notice, and can be taken back."""

import pytest

from registry.commands.issuance import IssueCertificate, RevokeOrder, WithdrawCertificate
from registry.commands.service import RecordService
from registry.errors import Conflict, Refused
from registry.events.issuance import CertificateIssued, CertificateWithdrawn
from registry.values.identifiers import CertificateRef
from registry.values.issuance import CertificateForm, ConditionKind, EndReason, Nature, OrderKind, Ternary
from registry.values.issuance import PartyRole as Role
from registry.values.order import Hearing
from registry.values.service import ServiceState
from tests.given import (
    CERTIFICATE,
    LILLE,
    ORDER,
    OTHER_RESPONDENT,
    PROTECTED,
    RESPONDENT,
    World,
    condition,
    day,
    enter,
    party,
    ref,
)

FORM_II = (CertificateForm.ARTICLE_14_SUSPENSION, CertificateForm.ARTICLE_14_WITHDRAWAL)


def served(state=ServiceState.SERVED_PERSONAL, respondent=RESPONDENT):
    return RecordService(
        order_ref=ORDER, respondent=respondent, terms=1, state=state, at=day("2024-02-05"), served_by=LILLE
    )


def certify(form=CertificateForm.ARTICLE_5, word="certificate", issued="2024-03-15"):
    return IssueCertificate(
        order_ref=ORDER, certificate_ref=CertificateRef(ref(word)), form=form, issued=day(issued), destinations=("ES",)
    )


def withdraw(word="certificate", from_="2024-03-18"):
    return WithdrawCertificate(order_ref=ORDER, certificate_ref=CertificateRef(ref(word)), from_=day(from_))


def notified(**more):
    world = World()
    world.do(enter(**more))
    world.do(served())
    return world


def not_issuable(world, cite, code="certificate-not-issuable", kind=Refused, command=None):
    with pytest.raises(kind) as refusal:
        world.do(command or certify())
    assert refusal.value.code == code
    assert cite is None or cite in refusal.value.cite


def test_a_measure_that_travels_is_certified():
    (fact,) = notified().do(certify())
    assert isinstance(fact, CertificateIssued)
    assert fact.certificate_ref == CERTIFICATE


def test_a_certificate_is_issued_once():
    world = notified()
    world.do(certify())
    assert world.do(certify()) == ()
    assert len(world.do(certify(word="second"))) == 1


@pytest.mark.parametrize("area", ["DK", "US-CA", "CH", "GB-EAW"])
def test_a_state_that_is_not_bound_certifies_nothing(area):
    not_issuable(notified(jurisdiction=area), "Art 2")


@pytest.mark.parametrize(
    ("given", "cite"),
    [
        ({"nature": Nature.CRIMINAL}, "Art 2(1)"),
        ({"issued": day("2015-01-10")}, "Art 22"),
        ({"conditions": (condition(ConditionKind.NO_FIREARMS),)}, "Art 3(1)"),
        ({"conditions": ()}, "Art 3(1)"),
    ],
)
def test_what_does_not_travel_gets_no_certificate(given, cite):
    not_issuable(notified(**given), cite)


def test_the_first_day_of_application_counts():
    assert len(notified(issued=day("2015-01-11"), until=None).do(certify())) == 1


@pytest.mark.parametrize("kind", [OrderKind.EUROPEAN_PROTECTION_ORDER, OrderKind.MILITARY])
def test_a_kind_that_never_travels_gets_no_certificate(kind):
    not_issuable(notified(kind=kind), None)


def test_without_notice_there_is_no_certificate():
    world = World()
    world.do(enter())
    not_issuable(world, "Art 6(1)")
    world.do(served(ServiceState.FAILED_RETURNED))
    not_issuable(world, "Art 6(1)")
    world.do(served(ServiceState.PRESENT_IN_COURT))
    assert len(world.do(certify())) == 1


def test_every_respondent_has_notice():
    world = notified(parties=(party(Role.PROTECTED, PROTECTED), party(), party(party_ref=OTHER_RESPONDENT)))
    not_issuable(world, "Art 6(1)")
    world.do(served(respondent=OTHER_RESPONDENT))
    assert len(world.do(certify())) == 1


def hearing(ex_parte=Ternary.UNKNOWN, notice=Ternary.UNKNOWN, present=Ternary.UNKNOWN, heard=Ternary.UNKNOWN):
    return Hearing(ex_parte=ex_parte, notice_given=notice, respondent_present=present, opportunity_to_be_heard=heard)


@pytest.mark.parametrize(
    ("said", "cite"),
    [
        (hearing(Ternary.NO, Ternary.NO, Ternary.NO), "Art 6(2)"),
        (hearing(Ternary.YES, heard=Ternary.NO), "Art 6(3)"),
    ],
)
def test_who_could_not_defend_himself_is_not_followed_abroad(said, cite):
    not_issuable(notified(hearing=said), cite)


@pytest.mark.parametrize(
    "said",
    [
        hearing(Ternary.NO, Ternary.YES, Ternary.NO),
        hearing(Ternary.NO, Ternary.NO, Ternary.YES),
        hearing(Ternary.YES, heard=Ternary.YES),
        hearing(Ternary.YES),
    ],
)
def test_who_could_is(said):
    assert len(notified(hearing=said).do(certify())) == 1


@pytest.mark.parametrize("form", FORM_II)
def test_form_two_limits_a_form_one_that_is_there(form):
    world = notified()
    not_issuable(world, "Art 14(1)", "no-certificate-to-limit", Conflict, certify(form, "limit"))
    world.do(certify())
    assert len(world.do(certify(form, "limit"))) == 1


def test_an_ended_order_gets_no_form_one_but_a_form_two():
    world = notified()
    world.do(certify())
    world.do(RevokeOrder(order_ref=ORDER, from_=day("2024-03-16"), reason=EndReason.WITHDRAWN, revoked_in="FR"))
    not_issuable(world, None, "order-ended", Conflict, certify(word="second"))
    assert len(world.do(certify(CertificateForm.ARTICLE_14_WITHDRAWAL, "limit", "2024-03-17"))) == 1


def test_a_certificate_is_not_issued_in_the_future():
    not_issuable(notified(), None, "date-in-the-future", command=certify(issued="2030-01-01"))


def test_a_certificate_is_withdrawn_once():
    world = notified()
    world.do(certify())
    world.do(certify(word="second"))
    (fact,) = world.do(withdraw())
    assert isinstance(fact, CertificateWithdrawn)
    assert world.do(withdraw()) == ()
    first, second = world.order(ORDER).certificates
    assert (first.withdrawn, second.withdrawn) == (day("2024-03-18").begins(), None)


def test_a_withdrawal_is_moved_to_an_earlier_day_and_never_to_a_later():
    world = notified()
    world.do(certify())
    world.do(withdraw())
    not_issuable(world, None, "certificate-withdrawn", Conflict, command=withdraw(from_="2024-03-19"))
    assert isinstance(world.do(withdraw(from_="2024-03-16"))[0], CertificateWithdrawn)


def test_what_was_never_issued_is_not_withdrawn():
    not_issuable(notified(), None, "no-such-certificate", command=withdraw())
