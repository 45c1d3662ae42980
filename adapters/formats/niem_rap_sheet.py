"""Rap sheets of the United States (NIEM 2 criminal history of the Open Justice Broker): their protection orders alone.

A second State is one small file beside this: it gives its code, its jurisdiction and its limits. Read by namespace,
never by prefix. Of the sheet only the order and its subject are read and kept; arrests and sentences are not ours.
"""

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element  # noqa: TID251  # the type alone; reading is defusedxml's

from adapters.errors import Unreadable
from adapters.formats import dates, us_states, xml_document
from adapters.formats.codes import Attention, Fault, Rejection
from adapters.formats.court_codes import NOT_STATED, slug
from adapters.formats.niem_names import CASE, CORE, EXTENSION, JUSTICE, NUMBER, ROOT
from adapters.formats.niem_person import subject_of
from adapters.formats.records import Reader, entered, unrepeated
from adapters.formats.xml_document import text, texts
from registry.commands.issuance import EnterOrder
from registry.commands.service import RecordService
from registry.ports import EnteredRecord, Mint, RejectedRecord
from registry.values.identifiers import InstitutionId, OrderRef, PartyRef, SubjectId
from registry.values.issuance import Nature, OrderKind
from registry.values.jurisdiction import Jurisdiction
from registry.values.order import Court, OrderDetails
from registry.values.parties import Clear, Text
from registry.values.service import ServiceState
from registry.values.time import UNKNOWN_EXPIRY, Expiry, LegalMoment

MAXIMUM_ORDERS: Final = 1_000
WRAPPER: Final = "{urn:x-protective-order-registry:source}record"
_ERROR: Final = "{http://ojbc.org/IEPD/Extensions/PersonQueryErrorReporting/1.0}PersonQueryResultError"
_DATE: Final = f"{CORE}Date"
_EXPIRATION: Final = f"{EXTENSION}ProtectionOrderExpirationDate"
_CONDITIONS: Final = frozenset({f"{JUSTICE}CourtOrderCondition", f"{JUSTICE}CourtOrderSpecialInstructionText"})


def parse(
    document: bytes, mint: Mint, *, code: str, state: Jurisdiction, maximum_bytes: int
) -> Iterator[EnteredRecord | RejectedRecord]:
    """Read every order of a delivery; `state` is where a court lies that does not say so itself.

    Raises `Unreadable` for a document that is no criminal history, or one in which the source reports an error.
    """
    root = xml_document.read(document, maximum_bytes)
    if root.tag != ROOT:
        raise Unreadable(Fault.NOT_THIS_SYSTEM)
    sheets = root.findall(f"{EXTENSION}RapSheet")
    if next(root.iter(_ERROR), None) is not None:
        raise Unreadable(Fault.SOURCE_REPORTS_ERROR)
    if sum(1 for _ in root.iter(f"{EXTENSION}Order")) > MAXIMUM_ORDERS:
        raise Unreadable(Fault.TOO_MANY)
    readers = _readers(root, sheets, mint, code, state)
    return unrepeated(entered(place, reader) for place, reader in readers)


def _readers(
    root: Element, sheets: list[Element], mint: Mint, code: str, state: Jurisdiction
) -> Iterator[tuple[str, Reader]]:
    """Bind every order, wherever it stands, to the sheet that it stands in; one outside has no respondent."""
    owners = {id(order): sheet for sheet in sheets for order in sheet.iter(f"{EXTENSION}Order")}
    for index, order in enumerate(root.iter(f"{EXTENSION}Order")):
        place = f"Order/{index}"
        yield place, _reader(owners.get(id(order)), order, place, mint=mint, code=code, state=state)


def _reader(sheet: Element | None, order: Element, place: str, *, mint: Mint, code: str, state: Jurisdiction) -> Reader:
    def read(notes: list[str]) -> EnteredRecord:
        kind = _kind(order, place, notes)
        if sheet is None:
            raise Unreadable(Rejection.RESPONDENT_NOT_STATED, place=place)
        return _record(sheet, order, place, notes, kind=kind, mint=mint, code=code, state=state)

    return read


def _kind(order: Element, place: str, notes: list[str]) -> OrderKind:
    """Read the kind by its code. Without one, the element for a protection order's end says that it is one."""
    category = text(order, f"{CORE}ActivityCategoryText")
    if category == "TRO":
        return OrderKind.INTERIM
    if order.find(_EXPIRATION) is None:
        raise Unreadable(Rejection.NOT_A_PROTECTIVE_ORDER if category else Rejection.ORDER_TYPE_NOT_STATED, place=place)
    notes.append(Attention.ORDER_KIND_NOT_READ if category else Attention.ORDER_KIND_NOT_STATED)
    return OrderKind.UNKNOWN


def _record(
    sheet: Element,
    order: Element,
    place: str,
    notes: list[str],
    *,
    kind: OrderKind,
    mint: Mint,
    code: str,
    state: Jurisdiction,
) -> EnteredRecord:
    """Read one order: what a rap sheet never says (conditions, protected person, notice) stays unknown and is noted."""
    number = text(order, *NUMBER)
    if number is None:
        raise Unreadable(Rejection.REFERENCE_NOT_STATED, place=place)
    court = _court(order, state, notes)
    zone, certain = us_states.zone(court.jurisdiction)
    if not certain:
        notes.append(Attention.TIME_ZONE_UNCERTAIN)
    made = _made(order, place, zone, notes)
    case = _case_number(order, notes)
    order_ref, party_ref = OrderRef(mint("order")), PartyRef(mint("party"))
    person = subject_of(sheet, order, place)
    details = OrderDetails(
        court=court,
        kind=kind,
        nature=Nature.UNKNOWN,  # a temporary restraining order may be civil or criminal
        issued=made,
        expiry=_expiry(order, made, zone, notes),
        parties=(person.respondent(party_ref, made, notes),),
        conditions=(),
        number=Clear(subject=SubjectId(order_ref), name="number", content=Text(text=case or number)),
    )
    notes += (Attention.NATURE_NOT_STATED, Attention.NOTICE_NOT_STATED, Attention.PROTECTED_PERSON_NOT_STATED)
    has_conditions = any(child.tag in _CONDITIONS for child in order)
    notes.append(Attention.CONDITIONS_NOT_READ if has_conditions else Attention.CONDITIONS_NOT_STATED)
    return EnteredRecord(
        reference=f"{court.code}/{case or '-'}/{number}",
        place=place,
        enter=EnterOrder(order_ref=order_ref, details=details),
        services=_services(order, order_ref, party_ref, made, notes, code=code),
        source=xml_document.canonical((person.kept(), order), WRAPPER),
        media_type="application/xml",
    )


def _court(order: Element, state: Jurisdiction, notes: list[str]) -> Court:
    """Read the court and, if the record says it, its State. Where the subject lives says nothing of the court."""
    issuing = order.find(f"{JUSTICE}CourtOrderIssuingCourt")
    named = text(issuing, f"{CORE}OrganizationName")
    if named is None:
        notes.append(Attention.COURT_NOT_STATED)
    codes = {
        stated
        for element in (issuing.iter(f"{CORE}LocationStateUSPostalServiceCode") if issuing is not None else ())
        if us_states.is_state(stated := (element.text or "").strip())
    }
    if len(codes) == 1:
        state = us_states.jurisdiction(codes.pop())
    else:
        notes.append(Attention.JURISDICTION_CONFLICTING if codes else Attention.JURISDICTION_NOT_STATED)
    return Court(jurisdiction=state, code=slug(named or NOT_STATED))


def _made(order: Element, place: str, zone: str, notes: list[str]) -> LegalMoment:
    """Read the day of issue: the element made for it, else the day of the order as an activity."""
    stated = text(order, f"{JUSTICE}CourtOrderIssuingDate", _DATE)
    activity = text(order, f"{CORE}ActivityDate", _DATE)
    made = dates.issued(stated or activity, place, zone)
    if stated and activity and dates.day(activity) != made.date:
        notes.append(Attention.ISSUE_DATE_CONFLICTING)
    return made


def _case_number(order: Element, notes: list[str]) -> str | None:
    """Read the court's case number; of several different ones the first, and a note says that there are others."""
    numbers = texts(order, CASE, *NUMBER)
    if not numbers:
        notes.append(Attention.CASE_NUMBER_NOT_STATED)
        return None
    if len(set(numbers)) > 1:
        notes.append(Attention.CASE_NUMBER_CONFLICTING)
    return numbers[0]


def _expiry(order: Element, made: LegalMoment, zone: str, notes: list[str]) -> Expiry:
    """Read the one end that the record states; two different ones, or none, leave it unknown."""
    written = texts(order, _EXPIRATION, _DATE)
    days = {dates.day(one) for one in written}
    if None in days:
        notes.append(Attention.EXPIRY_NOT_READ)
        return UNKNOWN_EXPIRY
    stated = [one for one in days if one is not None]
    if len(stated) != 1:
        notes.append(Attention.EXPIRY_CONFLICTING if stated else Attention.EXPIRY_NOT_STATED)
        return UNKNOWN_EXPIRY
    return dates.plausible_expiry(LegalMoment(date=stated[0], zone=zone), made, notes)


def _services(
    order: Element, order_ref: OrderRef, respondent: PartyRef, made: LegalMoment, notes: list[str], *, code: str
) -> tuple[RecordService[Clear], ...]:
    """Make the command that records service, where the record says one thing of it."""
    state = _service_state(order, notes)
    if state is None:
        return ()
    at = None
    if state is ServiceState.SERVED_WAY_UNKNOWN:
        at = dates.service(_service_date(order, made.zone, notes), made, notes)
    return (
        RecordService(
            order_ref=order_ref, respondent=respondent, terms=1, state=state, at=at, served_by=InstitutionId(code)
        ),
    )


def _service_state(order: Element, notes: list[str]) -> ServiceState | None:
    delivered = text(order, f"{JUSTICE}CourtOrderServiceDate", _DATE) is not None
    stated = {one.upper() for one in texts(order, f"{JUSTICE}CourtOrderServiceDescriptionText")}
    if stated == {"SERVED"}:
        return ServiceState.SERVED_WAY_UNKNOWN
    if stated == {"PENDING"} and not delivered:
        return ServiceState.PENDING
    if stated & {"SERVED", "PENDING"}:
        notes.append(Attention.SERVICE_CONFLICTING)
        return None
    if stated:
        notes.append(Attention.SERVICE_NOT_READ)
        return None
    if delivered:
        return ServiceState.SERVED_WAY_UNKNOWN  # NIEM: the date on which the order was delivered
    notes.append(Attention.SERVICE_NOT_STATED)
    return None


def _service_date(order: Element, zone: str, notes: list[str]) -> LegalMoment | None:
    written = texts(order, f"{JUSTICE}CourtOrderServiceDate", _DATE)
    days = [dates.day(one) for one in written]
    known = [one for one in days if one is not None]
    if len(known) < len(days):
        notes.append(Attention.SERVICE_DATE_NOT_READ)
    return LegalMoment(date=max(known), zone=zone) if known else None
