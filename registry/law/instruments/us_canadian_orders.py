"""Uniform Recognition and Enforcement of Canadian Domestic-Violence Protection Orders Act, where it is enacted.

North Dakota (NDCC 14-07.5) and California (Family Code 6450-6460). No registration; identified on its face;
before an unserved respondent is told of the terms the protected person is told that this will be tried.
Which days the acts began to apply is from memory.
"""

from typing import ClassVar, Final

from registry.law.bindings import CANADIAN_ORDERS_IN_US, binding, edges
from registry.law.citation import Citation
from registry.law.instrument import Claim, Judgment, NoticeRule, make_judgment
from registry.values.check import EnforcementStatus
from registry.values.issuance import Maker, Nature, OrderKind
from registry.values.jurisdiction import Jurisdiction, country_of
from registry.values.recognition import RefusalGround
from registry.values.service import TOLD

_NAME: Final = "Recognition of Canadian Domestic-Violence Protection Orders Act"
_ENACTED: Final = {
    Jurisdiction("US-ND"): (Citation(instrument="NDCC", provision="14-07.5-02"),),
    Jurisdiction("US-CA"): (Citation(instrument="California Family Code", provision="ss 6450-6460"),),
}
_TIME: Final = (Citation(instrument=_NAME, provision="commencement", verified=False),)
_TYPE: Final = (Citation(instrument=_NAME, provision="s 2: civil orders of courts", verified=False),)
_NOTICE: Final = NoticeRule(
    satisfied_by=TOLD,
    otherwise=EnforcementStatus.NOTIFY_THEN_ENFORCE,
    basis=Citation(instrument=_NAME, provision="s 3(c)"),
    duties=(
        "TELL_PROTECTED_PERSON_THAT_RESPONDENT_WILL_BE_CONTACTED",
        "INFORM_RESPONDENT_OF_TERMS",
        "TRY_TO_SERVE",
        "RECORD_SERVICE",
        "ALLOW_REASONABLE_TIME_TO_COMPLY",
    ),
)


class CanadianOrders:
    """Automatic in the States that have enacted it, for civil orders of Canadian courts."""

    CODE: ClassVar[str] = "us-canadian-orders"
    NAME: ClassVar[str] = _NAME

    def reaches(self, claim: Claim, /) -> bool:
        """Reach orders of Canada sought in a State that has the act."""
        return claim.sought_in in CANADIAN_ORDERS_IN_US and country_of(claim.issued_in) == "CA"

    def judge(self, claim: Claim, /) -> Judgment:
        """Enforce as a local order."""
        turns = edges(CANADIAN_ORDERS_IN_US, claim.sought_in)
        if binding(CANADIAN_ORDERS_IN_US, claim.sought_in, claim.at) is None:
            return _no("OUT_OF_SCOPE_TIME", _TIME, claim)
        civil = claim.nature in {Nature.CIVIL, Nature.UNKNOWN} and claim.kind is not OrderKind.CRIMINAL_CONDITION
        if not civil or claim.maker is Maker.POLICE:
            return _no("OUT_OF_SCOPE_TYPE", _TYPE, claim)
        return make_judgment(
            status=EnforcementStatus.ENFORCEABLE,
            reason="AS_LOCAL_ORDER",
            basis=_ENACTED[claim.sought_in],
            notice=_NOTICE,
            duties=("ENFORCE_AS_LOCAL_ORDER", "INFORM_PROTECTED_PERSON_OF_VICTIM_SERVICES"),
            notes=("NATURE_NOT_STATED",) if claim.nature is Nature.UNKNOWN else (),
            changes=turns,
        )

    def grounds(self, _executing: Jurisdiction, /) -> frozenset[str]:
        """Open what a tribunal may find lacking: jurisdiction and notice."""
        return frozenset({RefusalGround.NO_JURISDICTION, RefusalGround.NO_NOTICE})


def _no(reason: str, basis: tuple[Citation, ...], claim: Claim) -> Judgment:
    return make_judgment(
        status=EnforcementStatus.NOT_RECOGNISED,
        reason=reason,
        basis=basis,
        duties=("PROPOSE_DOMESTIC_ORDER",),
        changes=edges(CANADIAN_ORDERS_IN_US, claim.sought_in),
    )


INSTRUMENT = CanadianOrders()
