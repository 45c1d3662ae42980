"""The subject of a rap sheet, who is the respondent of its protection orders: read for finding, kept without excess.

Not read and not kept: the social security number. Not read, and kept sealed in the source document alone: race,
citizenship, cautions, the offender register. An officer finds a person without them.
"""

from copy import copy
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import Element  # noqa: TID251  # the type alone; reading is defusedxml's

from adapters.errors import Unreadable
from adapters.formats import dates
from adapters.formats.codes import Attention, Rejection
from adapters.formats.niem_names import CORE, JUSTICE, PERSON, RAP, STRUCTURES
from adapters.formats.xml_document import text, texts
from registry.values.identifiers import PartyRef, SubjectId
from registry.values.issuance import PartyRole
from registry.values.parties import Clear, Identity, Name, Party
from registry.values.time import LegalMoment

_NEVER_KEPT: Final = frozenset({f"{CORE}PersonSSNIdentification"})
_SEXES: Final = frozenset({"M", "F", "X"})
_MAXIMUM_NAMES: Final = 50
_ID: Final = f"{CORE}IdentificationID"
_JURISDICTION: Final = f"{CORE}IdentificationJurisdictionText"
_AUGMENTATION: Final = f"{JUSTICE}PersonAugmentation"
_LICENCE: Final = (_AUGMENTATION, f"{CORE}DriverLicense", f"{CORE}DriverLicenseIdentification")


@dataclass(frozen=True, kw_only=True, slots=True)
class RapSheetSubject:
    """The person element of a rap sheet."""

    element: Element = field(repr=False)
    place: str

    def respondent(self, party_ref: PartyRef, made: LegalMoment, notes: list[str]) -> Party[Clear]:
        """Read the respondent; raises `Unreadable` without a name."""
        main = _main_name(self.element, self.place, notes)
        identity = Identity(
            name=main,
            other_names=_other_names(self.element, main),
            birth_date=dates.birth_date(_births(self.element), made, notes),
            sex=_sex(self.element),
            documents=_documents(self.element),
            description=_description(self.element),
        )
        return Party(
            party_ref=party_ref,
            role=PartyRole.RESPONDENT,
            identity=Clear(subject=SubjectId(party_ref), name="identity", content=identity),
        )

    def kept(self) -> Element:
        """Give the element for the source document, without what is never kept."""
        kept = copy(self.element)
        for child in list(kept):
            if child.tag in _NEVER_KEPT:
                kept.remove(child)
        return kept


def subject_of(sheet: Element, order: Element, place: str) -> RapSheetSubject:
    """Find the person an order is about: the sheet's only one, or the one that the order refers to.

    Raises `Unreadable` where there is none, or several and no reference.
    """
    persons = sheet.findall(PERSON)
    if len(persons) > 1:
        wanted = {
            reference
            for designated in order.iter(f"{JUSTICE}CourtOrderDesignatedSubject")
            for element in designated.iter()
            if (reference := element.get(f"{STRUCTURES}ref"))
        }
        persons = [person for person in persons if person.get(f"{STRUCTURES}id") in wanted]
        if len(persons) != 1:
            raise Unreadable(Rejection.PARTIES_AMBIGUOUS, place=place)
    if not persons:
        raise Unreadable(Rejection.RESPONDENT_NOT_STATED, place=place)
    return RapSheetSubject(element=persons[0], place=place)


def _main_name(person: Element, place: str, notes: list[str]) -> Name:
    names = [name for element in person.findall(f"{CORE}PersonName") if (name := _name(element))]
    if not names:
        raise Unreadable(Rejection.RESPONDENT_NOT_NAMED, place=place)
    if not names[0].given:
        notes.append(Attention.NAME_INCOMPLETE)
    return names[0]


def _name(element: Element) -> Name | None:
    """Read a name by its parts; a full name, or a part alone, stays whole as the family name."""
    family = " ".join(texts(element, f"{CORE}PersonSurName"))
    given = " ".join((*texts(element, f"{CORE}PersonGivenName"), *texts(element, f"{CORE}PersonMiddleName")))
    if suffix := text(element, f"{CORE}PersonNameSuffixText"):
        family = f"{family} {suffix}".strip()
    if family and given:
        return Name(family=family, given=given)
    whole = family or given or text(element, f"{CORE}PersonFullName")
    return Name(family=whole) if whole else None


def _other_names(person: Element, main: Name) -> tuple[Name, ...]:
    """Give the other names of the sheet, each once."""
    elements = (*person.findall(f"{CORE}PersonName")[1:], *person.findall(f"{CORE}PersonAlternateName"))
    names = dict.fromkeys(name for element in elements if (name := _name(element)) and name != main)
    return tuple(names)[:_MAXIMUM_NAMES]


def _births(person: Element) -> tuple[str, ...]:
    return texts(person, f"{CORE}PersonBirthDate", f"{CORE}Date")


def _sex(person: Element) -> str | None:
    code = text(person, f"{CORE}PersonSexCode")
    return code if code in _SEXES else None


def _documents(person: Element) -> tuple[str, ...]:
    """Give the numbers by which police know a person: of the FBI, of the State's fingerprints, of the licence."""
    numbered = (
        ("FBI", (_AUGMENTATION, f"{JUSTICE}PersonFBIIdentification")),
        ("SID", (_AUGMENTATION, f"{JUSTICE}PersonStateFingerprintIdentification")),
        ("OLN", _LICENCE),
    )
    found = ((label, text(person, *path, _JURISDICTION), text(person, *path, _ID)) for label, path in numbered)
    return tuple(" ".join(part for part in (label, state, number) if part) for label, state, number in found if number)


def _description(person: Element) -> str | None:
    """Give what can be seen of a person, in the source's own words and units."""
    parts = (
        ("eyes", text(person, f"{RAP}PersonEyeColorText")),
        ("hair", text(person, f"{RAP}PersonHairColorText")),
        ("height", _measure(person, "PersonHeightMeasure", "LengthUnitCode")),
        ("weight", _measure(person, "PersonWeightMeasure", "WeightUnitCode")),
    )
    return "; ".join(f"{label} {words}" for label, words in parts if words) or None


def _measure(person: Element, name: str, unit: str) -> str | None:
    value = text(person, f"{CORE}{name}", f"{CORE}MeasurePointValue")
    return f"{value} {text(person, f'{CORE}{name}', f'{CORE}{unit}') or ''}".strip() if value else None
