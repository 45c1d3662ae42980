"""States, districts and territories of the United States by postal code, each with the zone of its law courts.

Where a State has two zones, the one of most of its people is given and `zone` says that it is uncertain.
"""

from typing import Final

from registry.values.jurisdiction import Jurisdiction

_EASTERN: Final = "America/New_York"
_CENTRAL: Final = "America/Chicago"
_MOUNTAIN: Final = "America/Denver"
_PACIFIC: Final = "America/Los_Angeles"

_ZONES: Final = (
    dict.fromkeys(
        (
            "CT",
            "DC",
            "DE",
            "FL",
            "GA",
            "IN",
            "KY",
            "MA",
            "MD",
            "ME",
            "MI",
            "NC",
            "NH",
            "NJ",
            "NY",
            "OH",
            "PA",
            "RI",
            "SC",
            "VA",
            "VT",
            "WV",
        ),
        _EASTERN,
    )
    | dict.fromkeys(
        ("AL", "AR", "IA", "IL", "KS", "LA", "MN", "MO", "MS", "ND", "NE", "OK", "SD", "TN", "TX", "WI"), _CENTRAL
    )
    | dict.fromkeys(("CO", "ID", "MT", "NM", "UT", "WY"), _MOUNTAIN)
    | dict.fromkeys(("CA", "NV", "OR", "WA"), _PACIFIC)
    | {
        "AK": "America/Anchorage",
        "AZ": "America/Phoenix",
        "HI": "Pacific/Honolulu",
        "AS": "Pacific/Pago_Pago",
        "GU": "Pacific/Guam",
        "MP": "Pacific/Saipan",
        "PR": "America/Puerto_Rico",
        "VI": "America/St_Thomas",
    }
)
_TWO_ZONES: Final = frozenset(
    {"AK", "AZ", "FL", "ID", "IN", "KS", "KY", "MI", "ND", "NE", "NV", "OR", "SD", "TN", "TX"}
)


def is_state(code: str) -> bool:
    """Say whether a postal code names a State, the District of Columbia or a territory."""
    return code in _ZONES


def jurisdiction(code: str) -> Jurisdiction:
    """Give the jurisdiction of a postal code that `is_state` knows."""
    return Jurisdiction(f"US-{code}")


def zone(state: Jurisdiction) -> tuple[str, bool]:
    """Give a State's time zone and whether it is certain; an unknown State has the eastern one, uncertain."""
    code = state.removeprefix("US-")
    return _ZONES.get(code, _EASTERN), code in _ZONES and code not in _TWO_ZONES
