"""Jurisdictions as dated data: law areas, time zones, and which schemes bind whom from when to when.

A law area is the territory whose own law an order is made under: a State of the United States, a
province of Canada, a State of Australia, England and Wales; elsewhere the country. Zones are the
zone of the capital or largest court where an area has several: a court that sits in another says
so in each date it gives.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from registry.values.jurisdiction import Jurisdiction, country_of

_FEDERATIONS: Final = frozenset({"US", "AU", "CA", "GB"})


@lru_cache(maxsize=4096)
def law_area(code: Jurisdiction) -> Jurisdiction:
    """Give the law area of a code: `DE-BE` lies in the law area `DE`, `US-CA` is one of its own."""
    country = country_of(code)
    return code if country in _FEDERATIONS else Jurisdiction(country)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bound:
    """A law area is bound by a scheme on days from `since` on and before `until`."""

    since: date
    until: date | None = None

    def on(self, day: date) -> bool:
        """Say whether the area is bound on a day."""
        return self.since <= day and (self.until is None or day < self.until)


_EUROPEAN_UNION_ZONES: Final[dict[str, str]] = {
    "AT": "Europe/Vienna",
    "BE": "Europe/Brussels",
    "BG": "Europe/Sofia",
    "CY": "Asia/Nicosia",
    "CZ": "Europe/Prague",
    "DE": "Europe/Berlin",
    "DK": "Europe/Copenhagen",
    "EE": "Europe/Tallinn",
    "ES": "Europe/Madrid",
    "FI": "Europe/Helsinki",
    "FR": "Europe/Paris",
    "GR": "Europe/Athens",
    "HR": "Europe/Zagreb",
    "HU": "Europe/Budapest",
    "IE": "Europe/Dublin",
    "IT": "Europe/Rome",
    "LT": "Europe/Vilnius",
    "LU": "Europe/Luxembourg",
    "LV": "Europe/Riga",
    "MT": "Europe/Malta",
    "NL": "Europe/Amsterdam",
    "PL": "Europe/Warsaw",
    "PT": "Europe/Lisbon",
    "RO": "Europe/Bucharest",
    "SE": "Europe/Stockholm",
    "SI": "Europe/Ljubljana",
    "SK": "Europe/Bratislava",
}

_NEW_YORK: Final = (
    "CT",
    "DE",
    "DC",
    "FL",
    "GA",
    "ME",
    "MD",
    "MA",
    "MI",
    "NH",
    "NJ",
    "NY",
    "NC",
    "OH",
    "PA",
    "RI",
    "SC",
    "VT",
    "VA",
    "WV",
    "IN",
    "KY",
)
_CHICAGO: Final = (
    "AL",
    "AR",
    "IL",
    "IA",
    "KS",
    "LA",
    "MN",
    "MS",
    "MO",
    "NE",
    "ND",
    "OK",
    "SD",
    "TN",
    "TX",
    "WI",
)
_DENVER: Final = (
    "CO",
    "MT",
    "NM",
    "UT",
    "WY",
    "ID",
)
_LOS_ANGELES: Final = (
    "CA",
    "NV",
    "OR",
    "WA",
)

_UNITED_STATES_ZONES: Final[dict[str, str]] = {
    **dict.fromkeys(_NEW_YORK, "America/New_York"),
    **dict.fromkeys(_CHICAGO, "America/Chicago"),
    **dict.fromkeys(_DENVER, "America/Denver"),
    **dict.fromkeys(_LOS_ANGELES, "America/Los_Angeles"),
    "AZ": "America/Phoenix",
    "AK": "America/Anchorage",
    "HI": "Pacific/Honolulu",
    "PR": "America/Puerto_Rico",
    "VI": "America/Puerto_Rico",
    "GU": "Pacific/Guam",
    "MP": "Pacific/Guam",
    "AS": "Pacific/Pago_Pago",
}

_AUSTRALIAN_ZONES: Final[dict[str, str]] = {
    "NSW": "Australia/Sydney",
    "ACT": "Australia/Sydney",
    "VIC": "Australia/Melbourne",
    "QLD": "Australia/Brisbane",
    "SA": "Australia/Adelaide",
    "WA": "Australia/Perth",
    "TAS": "Australia/Hobart",
    "NT": "Australia/Darwin",
}

_CANADIAN_ZONES: Final[dict[str, str]] = {
    "ON": "America/Toronto",
    "QC": "America/Toronto",
    "NB": "America/Moncton",
    "NS": "America/Halifax",
    "PE": "America/Halifax",
    "NL": "America/St_Johns",
    "MB": "America/Winnipeg",
    "SK": "America/Regina",
    "AB": "America/Edmonton",
    "BC": "America/Vancouver",
    "YT": "America/Whitehorse",
    "NT": "America/Edmonton",
    "NU": "America/Iqaluit",
}

ZONES: Final[dict[Jurisdiction, str]] = {
    **{Jurisdiction(code): zone for code, zone in _EUROPEAN_UNION_ZONES.items()},
    **{Jurisdiction(f"US-{code}"): zone for code, zone in _UNITED_STATES_ZONES.items()},
    **{Jurisdiction(f"AU-{code}"): zone for code, zone in _AUSTRALIAN_ZONES.items()},
    **{Jurisdiction(f"CA-{code}"): zone for code, zone in _CANADIAN_ZONES.items()},
    Jurisdiction("US-X-NAVAJO"): "America/Denver",
    Jurisdiction("GB-EAW"): "Europe/London",
    Jurisdiction("GB-SCT"): "Europe/London",
    Jurisdiction("GB-NIR"): "Europe/London",
    Jurisdiction("NZ"): "Pacific/Auckland",
    Jurisdiction("CH"): "Europe/Zurich",
    Jurisdiction("NO"): "Europe/Oslo",
    Jurisdiction("IS"): "Atlantic/Reykjavik",
}

EUROPEAN_UNION: Final = frozenset(Jurisdiction(code) for code in _EUROPEAN_UNION_ZONES)
GREAT_BRITAIN_AND_NORTHERN_IRELAND: Final = frozenset(
    {Jurisdiction("GB-EAW"), Jurisdiction("GB-SCT"), Jurisdiction("GB-NIR")}
)
UNION_APPLICATION: Final = date(2015, 1, 11)
"""Both acts: Directive 2011/99/EU Art 21 (transposition) and Regulation (EU) 606/2013 Art 22."""
UNITED_KINGDOM_EXIT: Final = date(2021, 1, 1)
"""First day after the transition period, which ended 2020-12-31 23:00 UTC."""


def is_known(code: Jurisdiction) -> bool:
    """Say whether a code is one of a law area we have data for, a part of one, or a tribe."""
    return law_area(code) in ZONES or code.startswith("US-X-")


_TERRITORIES: Final = frozenset({"AS", "GU", "MP", "PR", "VI"})
"""Territories of the United States that ISO 3166-1 lists as countries too; here they are parts of it."""


def meant_by(code: Jurisdiction) -> str:
    """Say, of a code that is not known, which code may have been meant; nothing where nobody can tell."""
    if code in _TERRITORIES:
        return f"US-{code}"
    if code in _FEDERATIONS:
        return f"a part of it, such as {next(known for known in sorted(ZONES) if known.startswith(f'{code}-'))}"
    return ""


@lru_cache(maxsize=4096)
def zone_of(code: Jurisdiction) -> str | None:
    """Give the time zone of a law area; None for one we have no data for."""
    return ZONES.get(law_area(code))


def place_zone(code: Jurisdiction) -> str:
    """Give the time zone that months of queries are counted in: the place's own, or UTC where nobody here knows it."""
    return zone_of(code) or "UTC"
