"""The views this registry keeps, listed once, with the rules of law that they are given."""

from typing import Final

from registry.events.issuance import CertificateIssued
from registry.law.arising import INCOMPLETE
from registry.law.authorities import DIRECTIVE
from registry.law.instruments.eu_606_2013 import effect_ends
from registry.law.jurisdictions import zone_of
from registry.law.standing import Certificate
from registry.values.time import Instant
from registry.views.alerts import ALERTS
from registry.views.base import View
from registry.views.deadline_rows import Basis
from registry.views.deadlines import Bases, deadlines_view
from registry.views.inbox import INBOX
from registry.views.looks import LOOKS
from registry.views.order_history import ORDER_HISTORY


def certificate_ends(event: CertificateIssued) -> Instant:
    """Say when a certificate's effect is over first: in the earliest of the zones it is meant for."""
    certificate = Certificate(certificate_ref=event.certificate_ref, form=event.form, issued=event.issued)
    zones = {zone_of(destination) or event.issued.zone for destination in event.destinations} or {event.issued.zone}
    return min(effect_ends(certificate, zone) for zone in zones)


def supplement_basis(instrument: str) -> Basis:
    """Say by what rule what is missing is to be supplied: the Directive's where it is the procedure's instrument."""
    if instrument == DIRECTIVE:
        return Basis(text=str(INCOMPLETE), verified=INCOMPLETE.verified)
    return Basis(text="registry rule: the authority that decides sets the time")


BASES: Final = Bases(
    effect_end=Basis(text="Regulation (EU) No 606/2013 Art 4(4)", verified=True), supplement=supplement_basis
)
VIEWS: Final[tuple[View, ...]] = (ORDER_HISTORY, INBOX, ALERTS, deadlines_view(certificate_ends, BASES), LOOKS)
"""In the order that they are brought up to date."""
