"""A private-law case of HMCTS (England and Wales): its cases, its parties and what it says of service.

Two deliveries are read: a search answer with `cases[]`, and a callback with one `case_details`. What must not be
shown is not taken: the address of a protected person whose confidentiality is claimed, or not denied.
"""

from dataclasses import dataclass
from datetime import date, time
from typing import Final, cast

from adapters.errors import Unreadable
from adapters.formats import dates, json_document
from adapters.formats.codes import Attention, Fault, Rejection
from adapters.formats.fields import Fields, group, inner, listed, reference, text, yes_or_no
from adapters.formats.hmcts_order import ZONE, squeezed
from registry.values.identifiers import PartyRef, SubjectId
from registry.values.issuance import PartyRole, Ternary
from registry.values.parties import Address, Clear, Identity, Name, Party
from registry.values.service import ServiceState
from registry.values.time import LegalMoment

MAXIMUM_CASES: Final = 2_000
_ADDRESS_LINES: Final = ("AddressLine1", "AddressLine2", "AddressLine3", "PostTown", "County")
_TELL_TALE: Final = 4
"""Shorter words than this stand in any text."""

_SEXES: Final = {"male": "M", "female": "F", "other": "X"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Element:
    """One element of a collection as the case system keeps them: an id and a group of fields."""

    id: str | None
    value: Fields


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivered:
    """One case of a delivery, its exact bytes, and where it stands."""

    case: Fields
    source: bytes


def deliveries(document: bytes, maximum_bytes: int) -> tuple[Delivered, ...]:
    """Read the cases of a delivery; raises `Unreadable` for what is neither a search answer nor a callback.

    A delivery of one case is kept whole; of several, each case keeps its own bytes as they came.
    """
    root = group(json_document.read(document, maximum_bytes), "")
    if isinstance(root.values.get("cases"), list):
        cases = listed(root, "cases")
        if len(cases) > MAXIMUM_CASES:
            raise Unreadable(Fault.TOO_MANY, place="cases")
        whole = (document,) * len(cases)
        parts = whole if len(cases) == 1 else json_document.slices(document, "cases", len(cases))
        return tuple(
            Delivered(case=_case(value, f"cases/{index}"), source=part)
            for index, (value, part) in enumerate(zip(cases, parts, strict=True))
        )
    if isinstance(root.values.get("case_details"), dict):
        return (Delivered(case=inner(root, "case_details"), source=document),)
    raise Unreadable(Fault.NOT_THIS_SYSTEM)


def _case(value: object, place: str) -> Fields:
    """Keep a case that is no group as an empty one with its place, so that it is reported and not lost."""
    values = cast("dict[str, object]", value) if isinstance(value, dict) else {"case_data": value}
    return Fields(values=values, place=place)


def element(value: object, place: str) -> Element:
    """Read one element of a collection of the case system."""
    fields = group(value, place)
    return Element(id=reference(fields, "id"), value=group(fields.values.get("value"), place))


def elements(fields: Fields, key: str) -> tuple[Element, ...]:
    """Read a collection of the case system: a list of `id` and `value`."""
    return tuple(element(value, f"{fields.at(key)}/{index}") for index, value in enumerate(listed(fields, key)))


def party_fields(data: Fields, domestic: str, children: str) -> Fields:
    """Find the fields of a side: one group in a domestic-abuse case, a list with one element in a children's case.

    Raises `Unreadable` where a list has several: the record does not say which of them the order is about.
    """
    one = inner(data, domestic)
    if any(value not in (None, "", [], {}) for value in one.values.values()):
        return one
    several = elements(data, children)
    if len(several) > 1:
        raise Unreadable(Rejection.PARTIES_AMBIGUOUS, place=data.at(children))
    return several[0].value if several else one


def name(fields: Fields, notes: list[str]) -> Name | None:
    """Read a name; a part alone stays whole as the family name, and a note says that the other is missing."""
    family, given = text(fields, "lastName"), text(fields, "firstName")
    if family is None and given is None:
        return None
    if family is None or given is None:
        notes.append(Attention.NAME_INCOMPLETE)
    return Name(family=family or given or "", given=(given or "") if family else "")


def _other_names(fields: Fields, main: Name, on_the_order: str | None, notes: list[str]) -> tuple[Name, ...]:
    """Give the previous name, and the name on the order where it is another one."""
    others = [Name(family=previous)] if (previous := text(fields, "previousName")) else []
    if on_the_order and squeezed(on_the_order) != squeezed(f"{main.given} {main.family}"):
        notes.append(Attention.NAME_CONFLICTING)
        others.append(Name(family=on_the_order))
    return tuple(others)


def respondent(fields: Fields, form: Fields, party_ref: PartyRef, made: LegalMoment, notes: list[str]) -> Party[Clear]:
    """Read the respondent from the case, and from the order where the case has no such field."""
    on_the_order = text(form, "fl404bRespondentName")
    main = name(fields, notes) or (Name(family=on_the_order) if on_the_order else None)
    if main is None:
        raise Unreadable(Rejection.RESPONDENT_NOT_STATED, place=fields.place)
    born = dates.birth_date((text(fields, "dateOfBirth"), text(form, "fl404bRespondentDob")), made, notes)
    identity = Identity(
        name=main,
        other_names=_other_names(fields, main, on_the_order, notes),
        birth_date=born,
        birth_place=text(fields, "placeOfBirth"),
        sex=_sex(fields),
    )
    home = address(inner(fields, "address")) or address(inner(form, "fl404bRespondentAddress"))
    withheld = _withheld(fields, ("address", "phone", "email"), if_not_stated=False)
    return Party(
        party_ref=party_ref,
        role=PartyRole.RESPONDENT,
        identity=_block(party_ref, "identity", identity),
        address=_block(party_ref, "address", home) if home and "address" not in withheld else None,
        withheld=withheld,
    )


def applicant(fields: Fields, form: Fields, party_ref: PartyRef, notes: list[str]) -> Party[Clear] | None:
    """Read the protected person: the name, and an address only if the record says that it is not confidential.

    Birth date, sex, telephone and mail are not taken: no answer needs them, and nobody has consented to their use.
    """
    on_the_order = text(form, "fl404bApplicantName")
    main = name(fields, notes) or (Name(family=on_the_order) if on_the_order else None)
    if main is None:
        return None
    withheld = _withheld(fields, ("address", "phone", "email"), if_not_stated=True)
    home = address(inner(fields, "address"))
    if home and text(fields, "isAddressConfidential") is None:
        notes.append(Attention.ADDRESS_CONFIDENTIALITY_NOT_STATED)
    identity = Identity(name=main, other_names=_other_names(fields, main, on_the_order, notes))
    return Party(
        party_ref=party_ref,
        role=PartyRole.PROTECTED,
        identity=_block(party_ref, "identity", identity),
        address=_block(party_ref, "address", home) if home and "address" not in withheld else None,
        withheld=withheld,
    )


_FLAGS: Final = {
    "address": "isAddressConfidential",
    "phone": "isPhoneNumberConfidential",
    "email": "isEmailAddressConfidential",
}


def _withheld(fields: Fields, kinds: tuple[str, ...], *, if_not_stated: bool) -> tuple[str, ...]:
    """Name what the court marked confidential; who lives in a refuge has everything withheld."""
    in_refuge = yes_or_no(fields, "liveInRefuge") is Ternary.YES
    flags = {kind: yes_or_no(fields, _FLAGS[kind]) for kind in kinds}
    return tuple(
        kind
        for kind, flag in flags.items()
        if in_refuge or flag is Ternary.YES or (flag is Ternary.UNKNOWN and if_not_stated)
    )


def withheld_words(fields: Fields, party: Party[Clear]) -> frozenset[str]:
    """Give the tell-tale words of a withheld address: its first line and its postcode, squeezed."""
    if "address" not in party.withheld:
        return frozenset()
    home = inner(fields, "address")
    parts = (squeezed(text(home, key) or "") for key in ("AddressLine1", "PostCode"))
    return frozenset(part for part in parts if len(part) >= _TELL_TALE)


def address(fields: Fields) -> Address | None:
    """Read an address; one without a line or a postcode is not stated."""
    lines = tuple(line for key in _ADDRESS_LINES if (line := text(fields, key)))
    postcode = text(fields, "PostCode")
    if not lines and postcode is None:
        return None
    return Address(lines=lines, postcode=postcode, country=text(fields, "Country"))


def _sex(fields: Fields) -> str | None:
    return _SEXES.get((text(fields, "gender") or "").casefold())


def _block(party_ref: PartyRef, block_name: str, content: Identity | Address) -> Clear:
    return Clear(subject=SubjectId(party_ref), name=block_name, content=content)


@dataclass(frozen=True, kw_only=True, slots=True)
class Served:
    """What an order's record says of service on the respondent."""

    state: ServiceState
    at: LegalMoment | None = None


def served(order: Fields, respondent_fields: Fields, made: LegalMoment, notes: list[str]) -> Served | None:
    """Read service on the respondent; None where the record does not say.

    `sosStatus` is the state of the *statement of service*: `NOT_REQUIRED` says that no statement is awaited, not
    that service is not needed, and a pack sent to the applicant is no service on the respondent.
    """
    serving = inner(order, "serveOrderDetails")
    sent, when = _sent_to(serving, text(respondent_fields, "partyId"), notes)
    not_to_respondent = yes_or_no(serving, "serveOnRespondent") is Ternary.NO
    match text(order, "sosStatus"):
        case "COMPLETED" if not_to_respondent and not sent:
            notes.append(Attention.SERVICE_CONFLICTING)
            return None
        case "COMPLETED":
            return Served(state=ServiceState.SERVED_WAY_UNKNOWN, at=dates.service(when, made, notes))
        case "PENDING":
            if sent:
                notes.append(Attention.SENT_TO_RESPONDENT_UNCONFIRMED)
            return Served(state=ServiceState.PENDING)
        case "NOT_REQUIRED" | None:
            notes.append(Attention.SENT_TO_RESPONDENT_UNCONFIRMED if sent else Attention.SERVICE_NOT_STATED)
            return None
        case _:
            notes.append(Attention.SERVICE_NOT_READ)
            return None


def _order(moment: LegalMoment) -> tuple[date, time]:
    return moment.date, moment.time or time.min


def _sent_to(serving: Fields, party_id: str | None, notes: list[str]) -> tuple[bool, LegalMoment | None]:
    """Say whether the order was sent to the party with this id, and the last time it was."""
    sent, last = False, None
    for pack in elements(serving, "servedParties"):
        if party_id is None or text(pack.value, "partyId") != party_id:
            continue
        sent = True
        written = text(pack.value, "servedDateTime")
        moment = dates.local_moment(written, ZONE) if written else None
        if written and moment is None:
            notes.append(Attention.SERVICE_DATE_NOT_READ)
        if moment and (last is None or _order(moment) > _order(last)):
            last = moment
    return sent, last
