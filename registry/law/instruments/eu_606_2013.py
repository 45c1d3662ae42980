"""Regulation (EU) No 606/2013: civil protection measures travel on a certificate, for twelve months.

Bound: every member State but Denmark. Measures ordered on or after 2015-01-11. No procedure, no
exequatur; refusal only on the respondent's application and by a court's decision.
"""

from typing import ClassVar, Final

from registry.law.citation import Citation
from registry.law.instrument import Claim, Judgment
from registry.law.jurisdictions import EUROPEAN_UNION, UNION_APPLICATION
from registry.law.periods import months_after
from registry.law.procedure import ProcedureState
from registry.law.standing import Certificate
from registry.values.check import EnforcementStatus
from registry.values.issuance import CertificateForm, ConditionKind, Nature, OrderKind
from registry.values.jurisdiction import Jurisdiction
from registry.values.recognition import RefusalGround
from registry.values.time import Instant, LegalMoment

_ACT: Final = "Regulation (EU) No 606/2013"
_BOUND: Final = EUROPEAN_UNION - {Jurisdiction("DK")}
ARTICLE_3: Final = frozenset(
    {
        ConditionKind.STAY_AWAY_PLACE,
        ConditionKind.EXCLUSIVE_RESIDENCE,
        ConditionKind.LEAVE_HOME,
        ConditionKind.NO_CONTACT,
        ConditionKind.NO_CONTACT_THIRD_PARTY,
        ConditionKind.MIN_DISTANCE,
        ConditionKind.NO_ENCOUNTER,
    }
)
"""Art 3(1): place, contact in any form, distance. Nothing else travels."""
_NEVER: Final = frozenset(
    {OrderKind.EUROPEAN_PROTECTION_ORDER, OrderKind.IMPORTED_MEASURE, OrderKind.CRIMINAL_CONDITION, OrderKind.MILITARY}
)


def cite(provision: str, *, verified: bool = True) -> Citation:
    """Cite a provision of the Regulation."""
    return Citation(instrument=_ACT, provision=provision, verified=verified)


def effect_ends(certificate: Certificate, zone: str) -> Instant:
    """Say when the effect of recognition is over: twelve months from the certificate's date of issue.

    Counted by Regulation 1182/71: through the end of the same date twelve months later, in the zone
    of the State addressed (Art 4(4)).
    """
    last = months_after(certificate.issued.date, 12)
    return LegalMoment(date=last, zone=zone).ends()


class Regulation606:
    """Automatic: nobody need ask for a declaration of enforceability (Art 4(1))."""

    CODE: ClassVar[str] = "eu-606-2013"
    NAME: ClassVar[str] = _ACT

    def reaches(self, claim: Claim, /) -> bool:
        """Reach measures of one bound State sought in another, not of criminal nature."""
        return (
            claim.issued_in != claim.sought_in
            and {claim.issued_in, claim.sought_in} <= _BOUND
            and claim.nature is not Nature.CRIMINAL
            and claim.kind not in _NEVER
        )

    def judge(self, claim: Claim, /) -> Judgment:
        """Recognise on a certificate, for twelve months from its date and while the measure lasts."""
        if claim.issued.date < UNION_APPLICATION:
            return _no(EnforcementStatus.NOT_RECOGNISED, "OUT_OF_SCOPE_TIME", cite("Art 22"))
        refused = next((p for p in claim.procedures if p.state_at(claim.at) is ProcedureState.REFUSED), None)
        if refused:
            return _no(EnforcementStatus.RECOGNITION_REFUSED, "REFUSED_BY_COURT", cite("Art 13(1)"))
        stopped = _article_14(claim)
        if stopped:
            return stopped
        return _on_certificates(claim)

    def grounds(self, _executing: Jurisdiction, /) -> frozenset[str]:
        """Open two grounds (Art 13(1)); that the law of the State knows no such measure is none (13(3))."""
        return frozenset({RefusalGround.PUBLIC_POLICY, RefusalGround.IRRECONCILABLE})


def _no(status: EnforcementStatus, reason: str, basis: Citation) -> Judgment:
    return Judgment(status=status, reason=reason, basis=(basis,))


def _article_14(claim: Claim) -> Judgment | None:
    """Stop on a Form II certificate: suspended or withdrawn in the State of origin."""
    forms = {c.form for c in claim.certificates if c.issued.begins() <= claim.at and not _withdrawn(c, claim.at)}
    if CertificateForm.ARTICLE_14_WITHDRAWAL in forms:
        return _no(EnforcementStatus.REVOKED, "WITHDRAWN_ART14", cite("Art 14(1)-(2)"))
    if CertificateForm.ARTICLE_14_SUSPENSION in forms:
        return _no(EnforcementStatus.SUSPENDED, "SUSPENDED_ART14", cite("Art 14(1)-(2)"))
    return None


def _withdrawn(certificate: Certificate, at: Instant) -> bool:
    return certificate.withdrawn is not None and certificate.withdrawn <= at


def _on_certificates(claim: Claim) -> Judgment:
    """Judge by the Form I certificates: several may exist, each gives its own twelve months."""
    form_1 = [c for c in claim.certificates if c.form is CertificateForm.ARTICLE_5]
    begun = [c for c in form_1 if c.issued.begins() <= claim.at and not _withdrawn(c, claim.at)]
    changes = tuple(sorted({c.issued.begins() for c in form_1} | {effect_ends(c, claim.zone) for c in form_1}))
    if not begun:
        return Judgment(
            status=EnforcementStatus.NOT_RECOGNISED,
            reason="MISSING_CERTIFICATE",
            basis=(cite("Art 4(2)(b)"),),
            duties=("ASK_ISSUING_AUTHORITY_FOR_CERTIFICATE",),
            changes=changes,
        )
    end = max(effect_ends(certificate, claim.zone) for certificate in begun)
    if claim.at >= end:
        return Judgment(
            status=EnforcementStatus.RECOGNITION_LAPSED,
            reason="LAPSED_12M",
            basis=(cite("Art 4(4)"),),
            duties=("PROPOSE_DOMESTIC_ORDER",),
            changes=changes,
        )
    return Judgment(
        status=EnforcementStatus.ENFORCEABLE,
        reason="AUTOMATIC",
        basis=(cite("Art 4(1)"), cite("Art 4(4)")),
        effect_ends=end,
        carries=ARTICLE_3,
        duties=("ENFORCE_BY_LOCAL_PROCEDURE", "DO_NOT_DISCLOSE_ADDRESS"),
        changes=changes,
    )


INSTRUMENT = Regulation606()
