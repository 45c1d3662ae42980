"""From an order to the claim that instruments see: nothing passes that law has no business knowing."""

from registry.law.instrument import Claim, make_claim
from registry.law.jurisdictions import law_area, zone_of
from registry.law.procedure import Procedure
from registry.law.standing import Standing
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant


def claim_of(standing: Standing, here: tuple[Procedure, ...], area: Jurisdiction, at: Instant) -> Claim:
    """Give the claim of an order in a law area at an instant, with its procedures there."""
    details = standing.details
    return make_claim(
        issued_in=law_area(details.court.jurisdiction),
        sought_in=area,
        at=at,
        kind=details.kind,
        nature=details.nature,
        maker=details.maker,
        issued=details.issued,
        imported=details.origin is not None,
        hearing=details.hearing,
        findings=details.findings,
        certificates=standing.certificates,
        declarations=standing.declarations,
        registrations=standing.registrations,
        adjustments=_adjusted(standing, area) if standing.adjustments else (),
        procedures=here,
        zone=zone_of(area) or details.issued.zone,
    )


def _adjusted(standing: Standing, area: Jurisdiction) -> tuple[Instant, ...]:
    return tuple(each.made.begins() for each in standing.adjustments if law_area(each.jurisdiction) == area)
