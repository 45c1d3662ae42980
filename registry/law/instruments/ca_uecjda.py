"""Canada's uniform enforcement acts for civil protection orders: Saskatchewan, Manitoba, Nova Scotia.

Saskatchewan: Canadian orders in effect on or after 2008-04-28, foreign ones on or after 2012-05-16, whether
registered or not, enforced by police like a local order. That Manitoba and Nova Scotia are similar was read;
since when they are is from memory.
"""

from typing import ClassVar, Final

from registry.law.bindings import CANADIAN_JUDGMENTS, FOREIGN_ORDERS_IN_CANADA, Table, binding, edges
from registry.law.citation import Citation
from registry.law.instrument import Claim, Judgment, make_judgment
from registry.law.local_notice import notice_rule
from registry.values.check import EnforcementStatus
from registry.values.issuance import Nature, OrderKind
from registry.values.jurisdiction import Jurisdiction, country_of

_ACT: Final = "Uniform Enforcement of Canadian Judgments and Decrees Act"
_SASKATCHEWAN: Final = Citation(
    instrument="Enforcement of Canadian Judgments Act, 2002 (SK)", provision="protection orders"
)
_SIMILAR: Final = Citation(instrument=_ACT, provision="protection orders", verified=False)
_NEVER: Final = frozenset({OrderKind.CRIMINAL_CONDITION, OrderKind.MILITARY, OrderKind.EUROPEAN_PROTECTION_ORDER})


class CanadianJudgments:
    """Automatic for civil orders; no review of the issuing court's jurisdiction."""

    CODE: ClassVar[str] = "ca-uecjda"
    NAME: ClassVar[str] = _ACT

    def reaches(self, claim: Claim, /) -> bool:
        """Reach orders of other provinces and, in Saskatchewan, of other countries."""
        table = _table(claim)
        return claim.sought_in in table and claim.issued_in != claim.sought_in

    def judge(self, claim: Claim, /) -> Judgment:
        """Enforce as a local order what is in effect since the act applies."""
        table = _table(claim)
        bound = binding(table, claim.sought_in, claim.at)
        basis = (_SASKATCHEWAN if claim.sought_in == "CA-SK" else _SIMILAR,)
        turns = edges(table, claim.sought_in)
        if bound is None:
            return _no("OUT_OF_SCOPE_TIME", basis, claim)
        if claim.nature is Nature.CRIMINAL or claim.kind in _NEVER:
            return _no("OUT_OF_SCOPE_TYPE", basis, claim)
        return make_judgment(
            status=EnforcementStatus.ENFORCEABLE,
            reason="AS_LOCAL_ORDER",
            basis=basis,
            notice=notice_rule(claim.sought_in),
            duties=("ENFORCE_AS_LOCAL_ORDER",),
            changes=turns,
        )

    def grounds(self, _executing: Jurisdiction, /) -> frozenset[str]:
        """Open no ground: there is no review of jurisdiction between provinces."""
        return frozenset()


def _table(claim: Claim) -> Table:
    return CANADIAN_JUDGMENTS if country_of(claim.issued_in) == "CA" else FOREIGN_ORDERS_IN_CANADA


def _no(reason: str, basis: tuple[Citation, ...], claim: Claim) -> Judgment:
    return make_judgment(
        status=EnforcementStatus.NOT_RECOGNISED,
        reason=reason,
        basis=basis,
        duties=("PROPOSE_DOMESTIC_ORDER",),
        changes=edges(_table(claim), claim.sought_in),
    )


INSTRUMENT = CanadianJudgments()
