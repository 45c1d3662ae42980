"""What counts as notice to the respondent, by the law of a place: data, each row with its basis.

* States of the United States: officers tell the respondent, try to serve, then enforce (UIEDVPOA s 4(c)).
  In California word of mouth by an officer is enough (6403(c)), and mail is where terms that differ from
  those served personally before are not what is mailed (6384(a)).
* Australia: properly notified is present in court or served with a copy (NSW s 98ZE). An extension is a
  variation (98S), and past the old end binds who was notified after it was made.
* England and Wales: breach of a non-molestation order is an offence only of who was aware of it.
* Canada and New Zealand: as in the United States, from memory.
* elsewhere notice is a condition upstream of the order and not asked for at the street.
"""

from typing import Final

from registry.law.citation import Citation
from registry.law.instrument import NoticeRule
from registry.values.check import EnforcementStatus
from registry.values.jurisdiction import Jurisdiction, country_of
from registry.values.service import COPY_SERVED, TOLD, ServiceState

_US: Final = NoticeRule(
    satisfied_by=TOLD,
    otherwise=EnforcementStatus.NOTIFY_THEN_ENFORCE,
    basis=Citation(instrument="UIEDVPOA", provision="s 4(c)"),
)
_CALIFORNIA: Final = NoticeRule(
    satisfied_by=TOLD,
    otherwise=EnforcementStatus.NOTIFY_THEN_ENFORCE,
    basis=Citation(instrument="California Family Code", provision="ss 6384(a), 6403(c)"),
    mail_of_same_terms=True,
)
_AU: Final = NoticeRule(
    satisfied_by=COPY_SERVED | {ServiceState.PRESENT_IN_COURT},
    otherwise=EnforcementStatus.RECOGNISED_NOT_ENFORCEABLE,
    basis=Citation(instrument="Crimes (Domestic and Personal Violence) Act 2007 (NSW)", provision="ss 98ZD, 98ZE"),
    extensions=True,
)
_GB: Final = NoticeRule(
    satisfied_by=TOLD,
    otherwise=EnforcementStatus.NOTIFY_THEN_ENFORCE,
    basis=Citation(instrument="Family Law Act 1996", provision="s 42A(2)", verified=False),
)
_OTHER: Final = NoticeRule(
    satisfied_by=TOLD,
    otherwise=EnforcementStatus.NOTIFY_THEN_ENFORCE,
    basis=Citation(instrument="law of the place", provision="notice to the respondent", verified=False),
)
_BY_COUNTRY: Final = {"US": _US, "AU": _AU, "GB": _GB, "CA": _OTHER, "NZ": _OTHER}
_BY_AREA: Final = {Jurisdiction("US-CA"): _CALIFORNIA}


def notice_rule(area: Jurisdiction) -> NoticeRule | None:
    """Give what a law area asks of notice for its own orders; None where the street need not ask."""
    return _BY_AREA.get(area) or _BY_COUNTRY.get(country_of(area))
