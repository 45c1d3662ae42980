"""The views this registry keeps, listed once, with the rules of law that they are given."""

from typing import Final

from registry.events.issuance import CertificateIssued
from registry.law.instruments.eu_606_2013 import effect_ends
from registry.law.jurisdictions import zone_of
from registry.law.standing import Certificate
from registry.values.time import Instant
from registry.views.alerts import ALERTS
from registry.views.base import View
from registry.views.deadlines import deadlines_view
from registry.views.inbox import INBOX
from registry.views.order_history import ORDER_HISTORY


def certificate_ends(event: CertificateIssued) -> Instant:
    """Say when a certificate's effect is over first: in the earliest of the zones it is meant for."""
    certificate = Certificate(certificate_ref=event.certificate_ref, form=event.form, issued=event.issued)
    zones = {zone_of(destination) or event.issued.zone for destination in event.destinations} or {event.issued.zone}
    return min(effect_ends(certificate, zone) for zone in zones)


VIEWS: Final[tuple[View, ...]] = (ORDER_HISTORY, INBOX, ALERTS, deadlines_view(certificate_ends))
"""In the order that they are brought up to date."""
