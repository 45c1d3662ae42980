"""Decide certificates of Regulation (EU) 606/2013: who gets one, and when there is none to be had."""

from registry.commands.issuance import IssueCertificate, WithdrawCertificate
from registry.decisions.life import alive
from registry.decisions.moments import happened, not_before, plausible
from registry.errors import Conflict, Refused
from registry.events.issuance import CertificateIssued, CertificateWithdrawn, IssuanceEvent
from registry.law.certificates import NEVER_CARRIED
from registry.law.instruments.eu_606_2013 import ARTICLE_3, cite
from registry.law.jurisdictions import EUROPEAN_UNION, UNION_APPLICATION, law_area
from registry.law.standing import Standing
from registry.values.issuance import CertificateForm, Nature, PartyRole, Ternary
from registry.values.jurisdiction import Jurisdiction
from registry.values.service import TOLD
from registry.values.time import Instant


def issue_certificate(command: IssueCertificate, order: Standing, now: Instant) -> tuple[IssuanceEvent, ...]:
    """Certify a measure that the Regulation carries and of which the respondent has notice (Arts 5, 6, 14)."""
    happened(command.issued, now, "/issued")
    not_before(command.issued, order.details.issued, "/issued")
    if any(c.certificate_ref == command.certificate_ref for c in order.certificates):
        return ()
    if command.form is CertificateForm.ARTICLE_5:
        _within_the_regulation(order)
        _respondent_has_notice(order)
    elif not any(c.form is CertificateForm.ARTICLE_5 for c in order.certificates):
        raise Conflict("no-certificate-to-limit", cite=str(cite("Art 14(1)")))
    return (
        CertificateIssued(
            order_ref=command.order_ref,
            certificate_ref=command.certificate_ref,
            form=command.form,
            issued=command.issued,
            destinations=command.destinations,
        ),
    )


def _within_the_regulation(order: Standing) -> None:
    """Refuse what the Regulation does not carry: another nature, an unbound State, before its time, Art 3."""
    area = law_area(order.details.court.jurisdiction)
    if area not in EUROPEAN_UNION or area == Jurisdiction("DK"):
        raise Refused("certificate-not-issuable", cite=str(cite("Art 2")))
    if order.details.nature is Nature.CRIMINAL:
        raise Refused("certificate-not-issuable", cite=str(cite("Art 2(1)", verified=False)))
    if order.details.kind in NEVER_CARRIED:
        raise Refused("certificate-not-issuable", cite=str(cite("Art 2(1)", verified=False)))
    if order.details.issued.date < UNION_APPLICATION:
        raise Refused("certificate-not-issuable", cite=str(cite("Art 22")))
    alive(order)
    if not any(condition.kind in ARTICLE_3 for condition in order.terms[-1].conditions):
        raise Refused("certificate-not-issuable", cite=str(cite("Art 3(1)")))


def _respondent_has_notice(order: Standing) -> None:
    """Hold Art 6: the measure was brought to the respondent's notice, and he could defend or challenge."""
    told = {service.respondent for service in order.services if service.state in TOLD}
    if any(party.party_ref not in told for party in order.parties(PartyRole.RESPONDENT)):
        raise Refused("certificate-not-issuable", cite=str(cite("Art 6(1)", verified=False)))
    hearing = order.details.hearing
    by_default = hearing.ex_parte is Ternary.NO and hearing.respondent_present is Ternary.NO
    if by_default and hearing.notice_given is Ternary.NO:
        raise Refused("certificate-not-issuable", cite=str(cite("Art 6(2)")))
    if hearing.ex_parte is Ternary.YES and hearing.opportunity_to_be_heard is Ternary.NO:
        raise Refused("certificate-not-issuable", cite=str(cite("Art 6(3)", verified=False)))


def withdraw_certificate(command: WithdrawCertificate, order: Standing) -> tuple[IssuanceEvent, ...]:
    """Withdraw a certificate that is there (Art 9(1)(b))."""
    plausible(command.from_, "/from")
    found = next((c for c in order.certificates if c.certificate_ref == command.certificate_ref), None)
    if found is None:
        raise Refused("no-such-certificate", field="/certificate_ref")
    not_before(command.from_, found.issued, "/from", "date-before-certificate")
    at = command.from_.begins()
    if found.withdrawn == at:
        return ()
    if found.withdrawn is not None and found.withdrawn < at:
        raise Conflict("certificate-withdrawn")
    return (
        CertificateWithdrawn(order_ref=command.order_ref, certificate_ref=command.certificate_ref, from_=command.from_),
    )
