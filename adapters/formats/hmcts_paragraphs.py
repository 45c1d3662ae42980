"""The paragraphs of the forms FL404A (non-molestation) and FL404 (occupation): each tick box and what it means.

A paragraph is mapped by the name of its field. Where it protects the children of the case and not the applicant,
that is said: a respondent who may call the applicant and not the children must not be arrested for the call.
"""

from dataclasses import dataclass
from typing import Final

from registry.values.issuance import Channel, ConditionKind, PlaceFunction


@dataclass(frozen=True, kw_only=True, slots=True)
class Paragraph:
    """One tick box of a form and what it means."""

    field: str
    kind: ConditionKind
    channels: tuple[Channel, ...] = ()
    place: PlaceFunction | None = None
    details: tuple[str, ...] = ()
    """Fields with the words that belong to it, such as the address of a property."""
    for_children: bool = False
    arrest: str | None = None
    """The field that says whether a power of arrest is attached; only occupation orders have one (FLA 1996 s 47)."""


_PROPERTY: Final = ("fl404bAddressOfProperty", "fl404bAddMoreDetailsProperty")
_SCHOOL: Final = ("fl404bAddSchool", "fl404bAddMoreDetailsSchool")
_TELEPHONE: Final = ("fl404bAddMoreDetailsTelephone",)
_CHILD_TELEPHONE: Final = ("fl404bAddMoreDetailsPhoneChild",)
_KIND: Final = ConditionKind

NON_MOLESTATION: Final = (
    Paragraph(field="fl404bRespondentNotToThreat", kind=_KIND.NO_VIOLENCE),
    Paragraph(field="fl404bRespondentNotIntimidate", kind=_KIND.NO_HARASS_STALK),
    Paragraph(
        field="fl404bRespondentNotToTelephone", kind=_KIND.NO_CONTACT, channels=(Channel.ANY,), details=_TELEPHONE
    ),
    Paragraph(field="fl404bRespondentNotToDamageOrThreat", kind=_KIND.NO_DAMAGE),
    Paragraph(field="fl404bRespondentNotToDamage", kind=_KIND.NO_DAMAGE, details=_PROPERTY[:1]),
    Paragraph(field="fl404bRespondentNotToEnterProperty", kind=_KIND.STAY_AWAY_PLACE, details=_PROPERTY),
    Paragraph(field="fl404bRespondentNotToThreatChild", kind=_KIND.NO_THREAT_FAMILY, for_children=True),
    Paragraph(field="fl404bRespondentNotHarassOrIntimidate", kind=_KIND.NO_THREAT_FAMILY, for_children=True),
    Paragraph(
        field="fl404bRespondentNotToTelephoneChild",
        kind=_KIND.NO_CONTACT,
        channels=(Channel.ANY,),
        details=_CHILD_TELEPHONE,
        for_children=True,
    ),
    Paragraph(
        field="fl404bRespondentNotToEnterSchool",
        kind=_KIND.STAY_AWAY_PLACE,
        place=PlaceFunction.SCHOOL,
        details=_SCHOOL,
        for_children=True,
    ),
)

OCCUPATION: Final = (
    Paragraph(field="fl404bApplicantAllowedToOccupy", kind=_KIND.OTHER_TEXT, arrest="fl404bIsPowerOfArrest1"),
    Paragraph(
        field="fl404bRespondentMustNotOccupyAddress",
        kind=_KIND.EXCLUSIVE_RESIDENCE,
        place=PlaceFunction.HOME,
        arrest="fl404bIsPowerOfArrest2",
    ),
    Paragraph(
        field="fl404bRespondentShallLeaveAddress",
        kind=_KIND.LEAVE_HOME,
        place=PlaceFunction.HOME,
        details=("fl404bWhenRespondentShallLeave",),
        arrest="fl404bIsPowerOfArrest3",
    ),
    Paragraph(
        field="fl404bRespondentMustNotEnterAddress",
        kind=_KIND.STAY_AWAY_PLACE,
        place=PlaceFunction.HOME,
        details=("fl404bAddMoreDetails",),
        arrest="fl404bIsPowerOfArrest4",
    ),
    Paragraph(field="fl404bRespondentObstructOrHarass", kind=_KIND.NO_HARASS_STALK, arrest="fl404bIsPowerOfArrest5"),
    Paragraph(
        field="fl404bRespondentOtherInstructions",
        kind=_KIND.OTHER_TEXT,
        details=("fl404bAddAnotherInstructions",),
        arrest="fl404bIsPowerOfArrest6",
    ),
)

PARAGRAPHS: Final = NON_MOLESTATION + OCCUPATION
