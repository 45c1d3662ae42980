"""Words of violation: what was done against an order, and how it was closed.

A closed list; a code is never parsed from free text: adapters map their codes by code.
"""

from dataclasses import dataclass
from enum import StrEnum

from registry.values.jurisdiction import Jurisdiction


class BreachKind(StrEnum):
    """What the respondent is reported to have done."""

    PLACE_ENTRY = "PLACE_ENTRY"
    CONTACT_DIRECT = "CONTACT_DIRECT"
    CONTACT_ONLINE = "CONTACT_ONLINE"
    THIRD_PARTY_CONTACT = "THIRD_PARTY_CONTACT"
    DISTANCE = "DISTANCE"
    VIOLENCE = "VIOLENCE"
    THREAT = "THREAT"
    STALKING_FOLLOWING = "STALKING_FOLLOWING"
    PUBLICATION_DOXXING = "PUBLICATION_DOXXING"
    IMPERSONATION = "IMPERSONATION"
    INTIMATE_IMAGE = "INTIMATE_IMAGE"
    TRACKING_DEVICE = "TRACKING_DEVICE"
    DAMAGE = "DAMAGE"
    WEAPON_POSSESSION = "WEAPON_POSSESSION"
    WEAPON_PURCHASE_ATTEMPT = "WEAPON_PURCHASE_ATTEMPT"
    DEVICE_TAMPER = "DEVICE_TAMPER"
    FAILURE_TO_LEAVE = "FAILURE_TO_LEAVE"
    OTHER = "OTHER"


class ViolationOutcome(StrEnum):
    """How a reported breach was closed."""

    ARREST = "ARREST"
    WARNING = "WARNING"
    REPORTED_TO_PROSECUTOR = "REPORTED_TO_PROSECUTOR"
    UNFOUNDED = "UNFOUNDED"
    NO_ACTION_POSSIBLE = "NO_ACTION_POSSIBLE"


@dataclass(frozen=True, kw_only=True, slots=True)
class Conduct:
    """Where a breach took place and was felt: in jurisdictions, never at an address."""

    acted_in: tuple[Jurisdiction, ...] = ()
    felt_in: tuple[Jurisdiction, ...] = ()
    received_in: tuple[Jurisdiction, ...] = ()
    stays_in: Jurisdiction | None = None
    """Where the protected person stays."""
    aimed_at: tuple[Jurisdiction, ...] = ()
    """Whose residents it was aimed at, once for each act."""

    def places(self) -> tuple[Jurisdiction, ...]:
        """Give every jurisdiction that it names, in the order of the fields."""
        stays = (self.stays_in,) if self.stays_in is not None else ()
        return (*self.acted_in, *self.felt_in, *self.received_in, *stays, *self.aimed_at)


NOT_SAID = Conduct()
"""Nothing is known of where it took place."""
