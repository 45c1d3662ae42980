"""How a measure travels on a certificate of Regulation (EU) No 606/2013: one rule for the Union and for retained law.

Certificates give twelve months each, from their date of issue, through the end of the same date in the
zone of the State addressed (Art 4(4), Regulation 1182/71 Art 3). Nobody decides anything beforehand; a
court of the State addressed may refuse on the respondent's application alone (Art 13).
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from registry.law.adjustments import ADJUSTED
from registry.law.citation import Citation
from registry.law.instrument import Claim, Judgment, make_judgment
from registry.law.jurisdictions import UNION_APPLICATION
from registry.law.periods import months_after
from registry.law.procedure import ProcedureState
from registry.law.standing import Certificate
from registry.values.check import EnforcementStatus
from registry.values.issuance import CertificateForm, ConditionKind, Nature, OrderKind
from registry.values.recognition import RefusalGround
from registry.values.time import BEGINNING_OF_TIME, END_OF_TIME, Instant, LegalMoment

PROCEDURE: Final = "eu-606-2013"
"""The code that a procedure before a court of the State addressed carries."""
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
_ENFORCEABLE: Final = EnforcementStatus.ENFORCEABLE
_CERTIFIED: Final = CertificateForm.ARTICLE_5
ARTICLE_13: Final = frozenset({RefusalGround.PUBLIC_POLICY, RefusalGround.IRRECONCILABLE})
NEVER_CARRIED: Final = frozenset(
    {OrderKind.EUROPEAN_PROTECTION_ORDER, OrderKind.IMPORTED_MEASURE, OrderKind.CRIMINAL_CONDITION, OrderKind.MILITARY}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Articles:
    """The citations of one act that carries measures by this rule; made once."""

    automatic: tuple[Citation, ...]
    missing: tuple[Citation, ...]
    lapsed: tuple[Citation, ...]
    refused: tuple[Citation, ...]
    stopped: tuple[Citation, ...]
    too_early: tuple[Citation, ...]


def articles(act: str, *, verified: bool = True) -> Articles:
    """Cite an act's provisions by the Regulation's numbers."""

    def cite(provision: str) -> Citation:
        return Citation(instrument=act, provision=provision, verified=verified)

    return Articles(
        automatic=(cite("Art 4(1)"), cite("Art 4(4)")),
        missing=(cite("Art 4(2)(b)"),),
        lapsed=(cite("Art 4(4)"),),
        refused=(cite("Art 13(1)"),),
        stopped=(cite("Art 14(1)-(2)"),),
        too_early=(cite("Art 22"),),
    )


def carried(claim: Claim) -> bool:
    """Say whether a claim is of the kind that certificates are for: no criminal measure, no European order."""
    return claim.nature is not Nature.CRIMINAL and claim.kind not in NEVER_CARRIED


def effect_ends(certificate: Certificate, zone: str) -> Instant:
    """Say when the effect of recognition is over: twelve months from the certificate's date of issue.

    Counted by Regulation 1182/71: through the end of the same date twelve months later, in the zone
    of the State addressed (Art 4(4)).
    """
    return _effect_ends(certificate.issued.date, zone)


@lru_cache(maxsize=65536)
def _effect_ends(day: date, zone: str) -> Instant:
    if day.year == date.max.year:  # The calendar ends before the twelve months do.
        return END_OF_TIME
    return LegalMoment(date=months_after(day, 12), zone=zone).ends()


def judge(claim: Claim, cites: Articles, edges: tuple[Instant, ...]) -> Judgment:
    """Recognise on a certificate, for twelve months from its date and while the measure lasts.

    `edges` are instants at which the act begins or ceases to bind; the caller has found that it binds.
    """
    if claim.issued.date < UNION_APPLICATION:
        return _no(EnforcementStatus.NOT_RECOGNISED, "OUT_OF_SCOPE_TIME", cites.too_early, edges)
    if claim.procedures and _refused(claim):
        return _no(EnforcementStatus.RECOGNITION_REFUSED, "REFUSED_BY_COURT", cites.refused, edges)
    begun: list[Certificate] = []
    changes: list[Instant] = [*edges]
    stopped: list[Certificate] = []
    at = claim.at
    for certificate in claim.certificates:
        issued, withdrawn = certificate.issued.begins(), certificate.withdrawn
        changes.append(issued)
        if withdrawn is not None:
            changes.append(withdrawn)
        if issued > at or (withdrawn is not None and withdrawn <= at):
            continue
        if certificate.form is _CERTIFIED:
            begun.append(certificate)
        else:
            stopped.append(certificate)
    # A certificate issued later than a Form II is the word of the State of origin that the measure stands again.
    stopping = {s.form for s in stopped if not any(s.issued.precedes(c.issued) for c in begun)} if stopped else None
    if stopping:
        return _stopped(stopping, cites, tuple(changes))
    return _on_certificates(claim, begun, cites, changes)


def _refused(claim: Claim) -> bool:
    """Say whether the newest decision of a court of the State addressed refuses; of two of one day the refusal counts.

    A refusal that is reversed on appeal, or an application dismissed afterwards, gives the measure its effect back.
    """
    found = (p.decided(claim.at) for p in claim.procedures if p.instrument == PROCEDURE)
    decided = [(since, state is ProcedureState.REFUSED) for since, state in filter(None, found)]
    return max(decided, default=(claim.at, False))[1]


def _no(
    status: EnforcementStatus,
    reason: str,
    basis: tuple[Citation, ...],
    changes: tuple[Instant, ...],
    duties: tuple[str, ...] = ("PROPOSE_DOMESTIC_ORDER",),
) -> Judgment:
    return make_judgment(status=status, reason=reason, basis=basis, duties=duties, changes=changes)


def _stopped(forms: set[CertificateForm], cites: Articles, changes: tuple[Instant, ...]) -> Judgment:
    """Stop on a Form II certificate: suspended or withdrawn in the State of origin."""
    if CertificateForm.ARTICLE_14_WITHDRAWAL in forms:
        return _no(EnforcementStatus.REVOKED, "WITHDRAWN_ART14", cites.stopped, changes)
    return _no(EnforcementStatus.SUSPENDED, "SUSPENDED_ART14", cites.stopped, changes)


def _on_certificates(claim: Claim, begun: list[Certificate], cites: Articles, changes: list[Instant]) -> Judgment:
    """Judge by the Form I certificates: several may exist, each gives its own twelve months."""
    if not begun:
        duties = ("ASK_ISSUING_AUTHORITY_FOR_CERTIFICATE",)
        return _no(EnforcementStatus.NOT_RECOGNISED, "MISSING_CERTIFICATE", cites.missing, tuple(changes), duties)
    end = BEGINNING_OF_TIME
    for certificate in begun:
        over = _effect_ends(certificate.issued.date, claim.zone)
        changes.append(over)
        withdrawn = certificate.withdrawn
        end = max(over if withdrawn is None else min(over, withdrawn), end)
    if claim.at >= end:
        return _no(EnforcementStatus.RECOGNITION_LAPSED, "LAPSED_12M", cites.lapsed, tuple(changes))
    notes: tuple[str, ...] = ()
    if claim.adjustments:
        changes.extend(claim.adjustments)
        notes = (ADJUSTED,) if min(claim.adjustments) <= claim.at else ()
    return make_judgment(
        status=_ENFORCEABLE,
        reason="AUTOMATIC",
        basis=cites.automatic,
        effect_ends=end,
        carries=ARTICLE_3,
        duties=("ENFORCE_BY_LOCAL_PROCEDURE", "DO_NOT_DISCLOSE_ADDRESS"),
        notes=notes,
        changes=tuple(changes),
    )
