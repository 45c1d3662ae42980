"""18 USC 2265 with 2266: full faith and credit for protection orders of States, tribes and territories.

Nothing need be registered or filed (d)(2), and that somebody did is told to nobody (d)(1). The officer's
standard is the face of the order; that a criterion of (b) is lacking is an affirmative defence before a
court, so the answer is given on two levels. Of a mutual order, what stands against the one who petitioned
has credit only if the other petitioned too and the court made findings for each (c).
"""

from dataclasses import replace
from functools import lru_cache
from typing import ClassVar, Final

from registry.law.citation import Citation
from registry.law.instrument import Claim, Judgment, NoticeRule, make_judgment
from registry.law.local_notice import notice_rule
from registry.values.check import EnforcementStatus
from registry.values.issuance import Maker, OrderKind, Ternary
from registry.values.jurisdiction import Jurisdiction, country_of
from registry.values.recognition import RefusalGround

_ACT: Final = "18 USC 2265"
_CREDIT: Final = (Citation(instrument=_ACT, provision="(a), (b), (d)(2)"),)
_EX_PARTE: Final = (Citation(instrument=_ACT, provision="(a), (b)(2), (d)(2)"),)
_GAP: Final = (
    Citation(instrument=_ACT, provision="(b)(2)"),
    Citation(instrument="UIEDVPOA", provision="ss 3(d)-(f), 4(a)"),
)
_MUTUAL: Final = (Citation(instrument=_ACT, provision="(c)"),)
_COURT_ORDERS: Final = (Citation(instrument="18 USC 2266", provision="(5)", verified=False),)
_DUTIES: Final = ("ENFORCE_AS_LOCAL_ORDER", "DO_NOT_TELL_RESPONDENT_OF_FILING")
_GROUNDS: Final = frozenset(
    {
        RefusalGround.NO_JURISDICTION,
        RefusalGround.NO_NOTICE,
        RefusalGround.MUTUAL_NO_PETITION,
        RefusalGround.MUTUAL_NO_FINDINGS,
        RefusalGround.ISSUING_STATE_NO_STANDING,
    }
)


class FullFaithAndCredit:
    """Automatic between jurisdictions of the United States: enforced as if it were the place's own order."""

    CODE: ClassVar[str] = "us-18-2265"
    NAME: ClassVar[str] = _ACT

    def reaches(self, claim: Claim, /) -> bool:
        """Reach orders of one State, tribe or territory in another."""
        return (
            country_of(claim.issued_in) == "US"
            and country_of(claim.sought_in) == "US"
            and claim.issued_in != claim.sought_in
        )

    def judge(self, claim: Claim, /) -> Judgment:
        """Give credit, on its face or in full; notice by the enforcing jurisdiction's officer rules."""
        if claim.kind is OrderKind.MILITARY or claim.maker in {Maker.COMMANDER, Maker.POLICE}:
            status = EnforcementStatus.NOT_RECOGNISED
            return make_judgment(status=status, reason="OUT_OF_SCOPE_TYPE", basis=_COURT_ORDERS)
        if claim.findings.mutual is Ternary.YES:
            mutual = _mutual(claim)
            if mutual is not None:
                return mutual
        if _due_process_gap(claim):
            return _credit(claim, EnforcementStatus.ENFORCEABLE_ON_FACE, "FACE_VALID", _GAP, notes=("DUE_PROCESS_GAP",))
        basis = _EX_PARTE if claim.hearing.ex_parte is Ternary.YES else _CREDIT
        return _credit(claim, EnforcementStatus.ENFORCEABLE, "FULL_FAITH_AND_CREDIT", basis)

    def grounds(self, _executing: Jurisdiction, /) -> frozenset[str]:
        """Open what a court may find lacking: jurisdiction, notice, petition or findings of a mutual order."""
        return _GROUNDS


def _credit(
    claim: Claim,
    status: EnforcementStatus,
    reason: str,
    basis: tuple[Citation, ...],
    *,
    notes: tuple[str, ...] = (),
    duties: tuple[str, ...] = _DUTIES,
) -> Judgment:
    return make_judgment(
        status=status,
        reason=reason,
        basis=basis,
        notice=_officer_rule(claim.sought_in),
        duties=duties,
        notes=notes,
    )


@lru_cache(maxsize=256)
def _officer_rule(sought_in: Jurisdiction) -> NoticeRule | None:
    """Give what the place asks of notice; of another's order, with a reasonable time to comply."""
    rule = notice_rule(sought_in)
    return replace(rule, duties=(*rule.duties, "ALLOW_REASONABLE_TIME_TO_COMPLY")) if rule else None


def _due_process_gap(claim: Claim) -> bool:
    """Say whether the record itself has it that no hearing was ever offered, nor one set."""
    hearing = claim.hearing
    if hearing.respondent_present is Ternary.YES or hearing.next_hearing is not None:
        return False
    if hearing.opportunity_to_be_heard is Ternary.NO:
        return True
    return hearing.ex_parte is Ternary.NO and hearing.notice_given is Ternary.NO


def _mutual(claim: Claim) -> Judgment | None:
    """Judge a mutual order: full credit, credit for one side, or not enough said; None: full."""
    findings = claim.findings
    if findings.cross_petition is Ternary.NO:
        reason = RefusalGround.MUTUAL_NO_PETITION.value
    elif findings.specific_findings is Ternary.NO:
        reason = RefusalGround.MUTUAL_NO_FINDINGS.value
    elif findings.cross_petition is Ternary.YES and findings.specific_findings is Ternary.YES:
        return None
    else:
        duties = (*_DUTIES, "FIND_OUT_WHO_PETITIONED")
        status, notes = EnforcementStatus.ENFORCEABLE_ON_FACE, ("MUTUAL_FINDINGS_NOT_STATED",)
        return _credit(claim, status, "MUTUAL_FINDINGS_NOT_STATED", _MUTUAL, notes=notes, duties=duties)
    duties = (*_DUTIES, "DO_NOT_ENFORCE_AGAINST_THE_PETITIONER")
    return _credit(claim, EnforcementStatus.PARTIAL, reason, _MUTUAL, notes=(reason,), duties=duties)


INSTRUMENT = FullFaithAndCredit()
