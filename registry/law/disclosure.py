"""What may not be told: guards of the protected person's whereabouts and of a filing (pure; they refuse).

* A filing or registration is told to the respondent only at the protected person's request (18 USC 2265(d)(1)).
* Nothing about registration, filing or issuance goes on the internet that would be likely to reveal who or
  where the protected person is; secure governmental registries are open (18 USC 2265(d)(3)).
* A notice to the respondent carries no address or contact data of the protected person, save what is needed
  to enforce (Directive 2011/99/EU Art 9(3), Regulation (EU) 606/2013 Art 8(3)).
"""

from collections.abc import Collection
from typing import Final

from registry.errors import NotPermitted
from registry.events.issuance import OrderRegistered
from registry.law.citation import Citation
from registry.values.jurisdiction import Jurisdiction, country_of

FILING: Final = Citation(instrument="18 USC 2265", provision="(d)(1)")
PUBLICATION: Final = Citation(instrument="18 USC 2265", provision="(d)(3)", verified=False)
ADDRESS: Final = Citation(instrument="Directive 2011/99/EU", provision="Art 9(3)")
WHEREABOUTS: Final = frozenset({"address", "contact", "phone", "email", "postcode", "workplace", "school"})
"""Fields that say where the protected person is or how to reach them."""


def tell_respondent_of_filing(filing: OrderRegistered) -> None:
    """Refuse to tell a respondent that an order was filed or registered in the United States.

    Raises `NotPermitted` unless the protected person asked for it. Elsewhere the same is held: no instrument
    asks that a respondent be told of a registration.
    """
    if not filing.notify_respondent:
        raise NotPermitted("respondent-must-not-be-told", cite=str(FILING))


def publish(*, jurisdiction: Jurisdiction, secure_registry: bool) -> None:
    """Refuse to publish registration, filing or issuance of an order on the internet; raises `NotPermitted`.

    The statute is one of the United States; the registry holds to it everywhere.
    """
    if not secure_registry:
        cite = str(PUBLICATION) if country_of(jurisdiction) == "US" else str(ADDRESS)
        raise NotPermitted("publication-reveals-protected-person", cite=cite)


def for_respondent(fields: Collection[str], *, needed_to_enforce: Collection[str] = ()) -> tuple[str, ...]:
    """Give the fields about a protected person that a notice to the respondent may carry, in their order."""
    return tuple(field for field in fields if field not in WHEREABOUTS or field in needed_to_enforce)
