"""From one vocabulary to another, by code and never by text (DOMAIN 9.3, 9.7).

NCIC protection order condition codes (PCO), the letters of Article 5 of Directive 2011/99/EU, the boxes of
its Annex II form, and the codes of English family courts. A code that is not here has no meaning here: the
functions answer with nothing, and never guess. PCO 06 is a permission.
"""

from typing import Final

from registry.values.issuance import Channel, ConditionKind
from registry.values.violation import BreachKind

_K: Final = ConditionKind
FROM_PCO: Final[dict[str, tuple[ConditionKind, ...]]] = {
    "01": (_K.NO_VIOLENCE, _K.NO_HARASS_STALK),
    "02": (_K.NO_THREAT_FAMILY,),
    "03": (_K.EXCLUSIVE_RESIDENCE,),
    "04": (_K.STAY_AWAY_PLACE,),
    "05": (_K.NO_CONTACT, _K.NO_CONTACT_THIRD_PARTY),
    "06": (_K.EXCEPTION_VISITATION,),
    "07": (_K.NO_FIREARMS,),
    "08": (_K.OTHER_TEXT,),
    "09": (_K.TEMP_CUSTODY,),
}
TO_PCO: Final[dict[ConditionKind, str]] = {
    _K.NO_VIOLENCE: "01",
    _K.NO_HARASS_STALK: "01",
    _K.NO_THREAT_FAMILY: "02",
    _K.EXCLUSIVE_RESIDENCE: "03",
    _K.LEAVE_HOME: "03",
    _K.STAY_AWAY_PLACE: "04",
    _K.NO_ENCOUNTER: "04",
    _K.MIN_DISTANCE: "04",
    _K.NO_CONTACT: "05",
    _K.NO_CONTACT_THIRD_PARTY: "05",
    _K.EXCEPTION_VISITATION: "06",
    _K.NO_FIREARMS: "07",
    _K.SURRENDER_FIREARMS: "07",
    _K.TEMP_CUSTODY: "09",
}
"""What is not here travels as 08 with its text in the miscellaneous field: there is no code for conduct online."""
ARTICLE_5: Final[dict[ConditionKind, str]] = {
    _K.STAY_AWAY_PLACE: "a",
    _K.EXCLUSIVE_RESIDENCE: "a",
    _K.LEAVE_HOME: "a",
    _K.NO_CONTACT: "b",
    _K.NO_CONTACT_THIRD_PARTY: "b",
    _K.MIN_DISTANCE: "c",
    _K.NO_ENCOUNTER: "c",
}
"""Place, contact in any form, distance; a ban of publishing counts only where it names a way of contact."""
FROM_HMCTS: Final[dict[str, ConditionKind]] = {
    "applicantStopFromRespondentEnum_Value_1": _K.NO_VIOLENCE,
    "applicantStopFromRespondentEnum_Value_2": _K.NO_HARASS_STALK,
    "applicantStopFromRespondentEnum_Value_3": _K.NO_PUBLISH,
    "applicantStopFromRespondentEnum_Value_4": _K.NO_CONTACT,
    "applicantStopFromRespondentEnum_Value_5": _K.NO_DAMAGE,
    "applicantStopFromRespondentEnum_Value_6": _K.NO_DAMAGE,
    "applicantStopFromRespondentEnum_Value_7": _K.STAY_AWAY_PLACE,
    "applicantStopFromRespondentEnum_Value_8": _K.STAY_AWAY_PLACE,
    "applicantStopFromRespondentEnum_Value_9": _K.STAY_AWAY_PLACE,
}
ANNEX_II: Final[dict[BreachKind, str]] = {
    BreachKind.PLACE_ENTRY: "place",
    BreachKind.FAILURE_TO_LEAVE: "place",
    BreachKind.CONTACT_DIRECT: "contact",
    BreachKind.CONTACT_ONLINE: "contact",
    BreachKind.THIRD_PARTY_CONTACT: "contact",
    BreachKind.DISTANCE: "distance",
    BreachKind.STALKING_FOLLOWING: "distance",
}
"""Box 5.1 of the form; every other breach is of the fourth box, other measures taken on recognition."""
ONLINE: Final = frozenset(
    {_K.NO_PUBLISH, _K.NO_DOXX, _K.NO_IMPERSONATE, _K.NO_INTIMATE_IMAGES, _K.NO_TRACKING, _K.NO_HARASS_STALK}
)
BREAKS: Final[dict[BreachKind, frozenset[ConditionKind]]] = {
    BreachKind.PLACE_ENTRY: frozenset({_K.STAY_AWAY_PLACE, _K.EXCLUSIVE_RESIDENCE, _K.LEAVE_HOME}),
    BreachKind.CONTACT_DIRECT: frozenset({_K.NO_CONTACT}),
    BreachKind.CONTACT_ONLINE: frozenset({_K.NO_CONTACT}),
    BreachKind.THIRD_PARTY_CONTACT: frozenset({_K.NO_CONTACT_THIRD_PARTY}),
    BreachKind.DISTANCE: frozenset({_K.MIN_DISTANCE, _K.NO_ENCOUNTER}),
    BreachKind.VIOLENCE: frozenset({_K.NO_VIOLENCE}),
    BreachKind.THREAT: frozenset({_K.NO_VIOLENCE, _K.NO_THREAT_FAMILY, _K.NO_HARASS_STALK}),
    BreachKind.STALKING_FOLLOWING: frozenset({_K.NO_HARASS_STALK, _K.NO_ENCOUNTER, _K.MIN_DISTANCE}),
    BreachKind.PUBLICATION_DOXXING: frozenset({_K.NO_PUBLISH, _K.NO_DOXX}),
    BreachKind.IMPERSONATION: frozenset({_K.NO_IMPERSONATE}),
    BreachKind.INTIMATE_IMAGE: frozenset({_K.NO_INTIMATE_IMAGES, _K.NO_PUBLISH}),
    BreachKind.TRACKING_DEVICE: frozenset({_K.NO_TRACKING, _K.NO_HARASS_STALK}),
    BreachKind.DAMAGE: frozenset({_K.NO_DAMAGE}),
    BreachKind.WEAPON_POSSESSION: frozenset({_K.NO_FIREARMS, _K.SURRENDER_FIREARMS}),
    BreachKind.WEAPON_PURCHASE_ATTEMPT: frozenset({_K.NO_FIREARMS}),
    BreachKind.DEVICE_TAMPER: frozenset({_K.ELECTRONIC_MONITORING}),
    BreachKind.FAILURE_TO_LEAVE: frozenset({_K.LEAVE_HOME, _K.EXCLUSIVE_RESIDENCE}),
    BreachKind.OTHER: frozenset(),
}
"""Which kinds of condition a kind of conduct can break; whether it did is for a court."""


def from_pco(code: str) -> tuple[ConditionKind, ...]:
    """Give the kinds a PCO code stands for; nothing for a code that is none."""
    return FROM_PCO.get(code, ())


def to_pco(kind: ConditionKind) -> str:
    """Give the PCO code of a kind; 08, with the text in the miscellaneous field, where there is no other."""
    return TO_PCO.get(kind, "08")


def article_5(kind: ConditionKind, channels: tuple[Channel, ...] = ()) -> str | None:
    """Give the letter of Article 5 that a condition falls under; None where it cannot travel.

    What forbids conduct online falls under contact (b) where it names a way of contact.
    """
    if kind in ARTICLE_5:
        return ARTICLE_5[kind]
    return "b" if channels and kind in ONLINE else None


def from_hmcts(code: str) -> ConditionKind | None:
    """Give the kind a code of the English family court system stands for; None for one that is not known."""
    return FROM_HMCTS.get(code)


def annex_ii(breach: BreachKind) -> str:
    """Give the box of the Annex II form that a breach is reported under."""
    return ANNEX_II.get(breach, "other")
