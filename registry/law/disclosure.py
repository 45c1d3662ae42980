"""What may not be told of an order: the guards of a protected person's whereabouts and of a filing (pure).

* Nothing about registration, filing or issuance goes on the internet: it would be likely to reveal who or where the
  protected person is. Secure governmental registries are open (18 USC 2265(d)(3)).
* A filing or registration is told to the respondent only at the protected person's request (18 USC 2265(d)(1)).
* The respondent learns no address or contact data of the protected person, save what is needed to enforce
  (Directive 2011/99/EU Art 9(3), Regulation (EU) 606/2013 Art 8(3)).

The statute is one of the United States and the acts are of the Union; the registry holds to all three everywhere,
and cites its own rule where none of them reaches. What a court marked confidential its own marking keeps, though
it were needed to enforce; a mark can be added by a correction and never taken away.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from registry.events.issuance import OrderRegistered
from registry.law.citation import Citation
from registry.law.jurisdictions import EUROPEAN_UNION, law_area
from registry.law.standing import Standing
from registry.values.disclosure import WHEREABOUTS, Audience, Disclosed, DisclosureBar
from registry.values.issuance import Nature, OrderKind, PartyRole
from registry.values.jurisdiction import Jurisdiction, country_of

FILING: Final = Citation(instrument="18 USC 2265", provision="(d)(1)")
PUBLICATION: Final = Citation(instrument="18 USC 2265", provision="(d)(3)", verified=False)
DIRECTIVE: Final = Citation(instrument="Directive 2011/99/EU", provision="Art 9(3)")
REGULATION: Final = Citation(instrument="Regulation (EU) No 606/2013", provision="Art 8(3)", verified=False)
OUR_RULE: Final = Citation(instrument="Registry rule", provision="a protected person's whereabouts")
MARKED: Final = Citation(instrument="Order of the issuing court", provision="marked confidential")
_CONFIDENTIAL: Final = {
    "identity": frozenset({Disclosed.IDENTITY}),
    "birth_date": frozenset({Disclosed.IDENTITY}),
    "address": frozenset({Disclosed.ADDRESS, Disclosed.POSTCODE}),
    "contact": frozenset({Disclosed.CONTACT, Disclosed.PHONE, Disclosed.EMAIL}),
}
"""What a party's `withheld` names, as what would be told. A name that is not here withholds all whereabouts."""

REFUSED_AS: Final = {
    DisclosureBar.PUBLICATION: "publication-reveals-protected-person",
    DisclosureBar.FILING: "respondent-must-not-be-told",
    DisclosureBar.WHEREABOUTS: "whereabouts-not-for-respondent",
    DisclosureBar.WITHHELD: "withheld-by-the-court",
}
"""The code that a refusal carries, by what stands in the way."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """Whether something may be told: `bar` is None where nothing stands in the way, else `barred` is what does."""

    bar: DisclosureBar | None
    barred: tuple[Disclosed, ...]
    basis: Citation


def rule(
    order: Standing,
    *,
    to: Audience,
    of: Collection[Disclosed],
    place: Jurisdiction,
    needed_to_enforce: Collection[Disclosed] = (),
) -> Ruling:
    """Say whether these things of an order may be told to an audience at a place; never raises.

    All or nothing: where one of them may not be told the whole is barred, so that nothing goes out by mistake.
    """
    if to is Audience.SECURE_REGISTRY:
        return Ruling(bar=None, barred=(), basis=PUBLICATION)
    if to is Audience.INTERNET:
        return Ruling(bar=DisclosureBar.PUBLICATION, barred=tuple(of), basis=_publication(order, place))
    if Disclosed.REGISTRATION in of and not _may_be_told_of_filing(order, place):
        return Ruling(bar=DisclosureBar.FILING, barred=(Disclosed.REGISTRATION,), basis=FILING)
    marked = _marked(order)
    kept = tuple(each for each in of if each in marked)
    if kept:
        return Ruling(bar=DisclosureBar.WITHHELD, barred=kept, basis=MARKED)
    hidden = tuple(each for each in of if each in WHEREABOUTS and each not in needed_to_enforce)
    bar = DisclosureBar.WHEREABOUTS if hidden else None
    return Ruling(bar=bar, barred=hidden, basis=_whereabouts(order))


def _publication(order: Standing, place: Jurisdiction) -> Citation:
    american = "US" in {country_of(place), country_of(order.details.court.jurisdiction)}
    return PUBLICATION if american else OUR_RULE


def _whereabouts(order: Standing) -> Citation:
    """Cite the act under which the order travels in the Union; elsewhere the registry's own rule."""
    details = order.details
    if law_area(details.court.jurisdiction) not in EUROPEAN_UNION:
        return OUR_RULE
    criminal = details.nature is Nature.CRIMINAL or details.kind is OrderKind.EUROPEAN_PROTECTION_ORDER
    return DIRECTIVE if criminal or details.origin is not None else REGULATION


def _may_be_told_of_filing(order: Standing, place: Jurisdiction) -> bool:
    """Say whether the protected person asked for it at each registration there is at the place, and one is there."""
    asked = [
        fact.event.notify_respondent
        for fact in order.history
        if isinstance(fact.event, OrderRegistered)
        and fact.fact_id not in order.retracted
        and law_area(fact.event.registered_in) == law_area(place)
    ]
    return bool(asked) and all(asked)


def _marked(order: Standing) -> frozenset[Disclosed]:
    """Give what the court marked confidential of a protected person."""
    found = (
        _CONFIDENTIAL.get(name, WHEREABOUTS) for party in order.parties(PartyRole.PROTECTED) for name in party.withheld
    )
    return frozenset[Disclosed]().union(*found)
