"""England and Wales: private-law cases of the HMCTS case system, as JSON; non-molestation and occupation orders.

Entered: FL404A (`nonMolestation`) and FL404 (`occupation`). Everything else in a case that is, or might be taken
for, an order is reported as not entered: a variation or discharge (FL404B) above all, because the order it ends is
still in the same case.
"""

from collections.abc import Iterator
from typing import ClassVar, Final

from adapters.errors import Unreadable
from adapters.formats import dates, hmcts_case, hmcts_order
from adapters.formats.codes import Attention, Rejection
from adapters.formats.court_codes import NOT_STATED, slug
from adapters.formats.fields import Fields, inner, listed, reference, text
from adapters.formats.hmcts_case import Delivered, Element, Served
from adapters.formats.records import Reader, entered, unrepeated
from registry.commands.issuance import EnterOrder
from registry.commands.service import RecordService
from registry.ports import EnteredRecord, Mint, RejectedRecord
from registry.values.identifiers import InstitutionId, OrderRef, PartyRef, SubjectId
from registry.values.issuance import Nature, PartyRole, Ternary
from registry.values.jurisdiction import Jurisdiction
from registry.values.order import Court, OrderDetails
from registry.values.parties import Clear, Party, Text
from registry.values.time import LegalMoment

_ENTERED: Final = frozenset({"nonMolestation", "occupation"})
_REJECTED: Final = {
    "amendDischargedVaried": Rejection.VARIATION_OR_DISCHARGE,
    "powerOfArrest": Rejection.POWER_OF_ARREST,
    "generalForm": Rejection.UNDERTAKING,
} | dict.fromkeys(
    (
        "appointmentOfGuardian",
        "childArrangementsSpecificProhibitedOrder",
        "directionOnIssue",
        "noticeOfProceedings",
        "noticeOfProceedingsNonParties",
        "noticeOfProceedingsParties",
        "parentalResponsibility",
        "specialGuardianShip",
        "standardDirectionsOrder",
        "transferOfCaseToAnotherCourt",
    ),
    Rejection.NOT_A_PROTECTIVE_ORDER,
)
_TYPES: Final = _ENTERED | _REJECTED.keys()
_NOTES_ON_OTHERS: Final = {
    "amendDischargedVaried": Attention.CASE_HAS_VARIATION_OR_DISCHARGE,
    "powerOfArrest": Attention.CASE_HAS_POWER_OF_ARREST,
    # A blank order (C21, FL404B), an upload, or a type of tomorrow may vary or end what stands beside it.
    "unknown": Attention.CASE_HAS_ORDER_OF_UNKNOWN_EFFECT,
}


class EnglandAndWales:
    """The family courts of England and Wales, through the case system of HMCTS."""

    CODE: ClassVar[str] = "gb-eaw"
    JURISDICTION: ClassVar[Jurisdiction] = Jurisdiction("GB-EAW")
    NAME: ClassVar[str] = "England and Wales: HMCTS private-law cases"
    STALE_AFTER_SECONDS: ClassVar[int] = 26 * 60 * 60
    """The feed is nightly: a day, and two hours for a late night."""
    MAXIMUM_BYTES: ClassVar[int] = 16 * 1024 * 1024

    def parse(self, document: bytes, mint: Mint, /) -> Iterator[EnteredRecord | RejectedRecord]:
        """Read every order of every case; raises `Unreadable` for a delivery that is no search answer or callback."""
        delivered = hmcts_case.deliveries(document, self.MAXIMUM_BYTES)
        return unrepeated(record for one in delivered for record in _records(one, mint))


def _records(delivered: Delivered, mint: Mint) -> Iterator[EnteredRecord | RejectedRecord]:
    """Give a record for every order and every draft of a case, and one for a case without any."""
    case = delivered.case
    try:
        data = inner(case, "case_data")
        orders = listed(data, "orderCollection")
        drafts = listed(data, "draftOrderCollection")
    except Unreadable as error:
        yield RejectedRecord(place=error.place or case.place, reasons=(str(error.code),))
        return
    if not orders and not drafts:
        yield RejectedRecord(place=case.place, reasons=(str(Rejection.APPLICATION_WITHOUT_ORDER),))
    for index in range(len(drafts)):
        yield RejectedRecord(place=data.at(f"draftOrderCollection/{index}"), reasons=(str(Rejection.DRAFT_ORDER),))
    others = tuple(dict.fromkeys(_NOTES_ON_OTHERS.get(kind) for kind in _kinds(orders)))
    for index, order in enumerate(orders):
        place = data.at(f"orderCollection/{index}")
        yield entered(place, _reader(delivered, data, order, others, mint=mint, place=place))


def _kinds(orders: tuple[object, ...]) -> Iterator[str]:
    """Give the types of all orders of a case that has them; one that cannot be read is of unknown effect."""
    for order in orders:
        try:
            kind = text(hmcts_case.element(order, "").value, "orderType")
        except Unreadable:
            kind = None
        yield "unknown" if kind is None or kind not in _TYPES else kind


def _reader(
    delivered: Delivered,
    data: Fields,
    order: object,
    others: tuple[Attention | None, ...],
    *,
    mint: Mint,
    place: str,
) -> Reader:
    """Bind an order to its case, so that what goes wrong in it is reported at its place."""

    def read(notes: list[str]) -> EnteredRecord:
        element = hmcts_case.element(order, place)
        kind = text(element.value, "orderType")
        if kind is None:
            raise Unreadable(Rejection.ORDER_TYPE_NOT_STATED, place=place)
        if kind not in _ENTERED:
            raise Unreadable(_REJECTED.get(kind, Rejection.EFFECT_NOT_KNOWN), place=place)
        notes.extend(note for note in others if note is not None)
        return _record(delivered, data, element, mint, notes)

    return read


def _record(delivered: Delivered, data: Fields, order: Element, mint: Mint, notes: list[str]) -> EnteredRecord:
    """Read one order with its parties, terms and service."""
    case_id = reference(delivered.case, "id") or reference(data, "id")
    if case_id is None or order.id is None:
        raise Unreadable(Rejection.REFERENCE_NOT_STATED, place=order.value.place)
    form = inner(order.value, "fl404CustomFields")
    made = _made(order.value, form, notes)
    order_ref = OrderRef(mint("order"))
    respondent_fields = hmcts_case.party_fields(data, "respondentsFL401", "respondents")
    respondent = hmcts_case.respondent(respondent_fields, form, PartyRef(mint("party")), made, notes)
    number = Clear(subject=SubjectId(order_ref), name="number", content=Text(text=_number(form, case_id, notes)))
    heard = hmcts_order.hearing(form, notes)
    parties, terms = _parties(data, form, respondent, order_ref=order_ref, mint=mint, notes=notes)
    details = OrderDetails(
        court=_court(data, form, notes),
        kind=hmcts_order.kind(order.value, heard, notes),
        nature=Nature.CIVIL,  # both orders are made under Part IV of the Family Law Act 1996
        issued=made,
        expiry=hmcts_order.expiry(form, made, notes),
        hearing=heard,
        parties=parties,
        conditions=hmcts_order.conditions(form, terms, mint, notes),
        number=number,
    )
    return EnteredRecord(
        reference=f"{case_id}/{order.id}",
        place=order.value.place,
        enter=EnterOrder(order_ref=order_ref, details=details),
        services=_services(order_ref, respondent, hmcts_case.served(order.value, respondent_fields, made, notes)),
        source=delivered.source,
        media_type="application/json",
    )


def _made(order: Fields, form: Fields, notes: list[str]) -> LegalMoment:
    """Read the day the order was made: the form's, else the case system's. The day of a file is neither."""
    on_the_form = text(form, "fl404bDateOrderMade")
    in_the_case = text(inner(order, "otherDetails"), "orderMadeDate")
    made = dates.issued(on_the_form or in_the_case, order.place, hmcts_order.ZONE)
    if on_the_form and in_the_case and dates.day(in_the_case) != made.date:
        notes.append(Attention.ISSUE_DATE_CONFLICTING)
    if text(order, "withdrawnRequestType"):
        notes.append(Attention.WITHDRAWAL_RECORDED)
    return made


def _number(form: Fields, case_id: str, notes: list[str]) -> str:
    """Give the case number on the face of the order, which is what a person reads out; else the case system's."""
    on_the_form = text(form, "fl404bCaseNumber")
    if on_the_form is None:
        notes.append(Attention.CASE_NUMBER_NOT_STATED)
    elif "".join(on_the_form.replace("-", "").split()) != case_id:
        notes.append(Attention.CASE_NUMBER_CONFLICTING)
    return on_the_form or case_id


def _court(data: Fields, form: Fields, notes: list[str]) -> Court:
    """Give the court by its location code, else by its name."""
    location = inner(data, "caseManagementLocation")
    code = reference(location, "baseLocation") or reference(location, "baseLocationId")
    named = text(data, "courtName") or text(form, "fl404bCourtName")
    if code is None and named is None:
        notes.append(Attention.COURT_NOT_STATED)
    return Court(jurisdiction=EnglandAndWales.JURISDICTION, code=slug(code or named or NOT_STATED))


def _parties(
    data: Fields, form: Fields, respondent: Party[Clear], *, order_ref: OrderRef, mint: Mint, notes: list[str]
) -> tuple[tuple[Party[Clear], ...], hmcts_order.Terms]:
    """Give the parties of an order, and what its paragraphs need to know of them.

    Where a paragraph protects the children of the case, they are one party without a name: the order protects
    somebody there, and the record does not say which of the case's children.
    """
    fields = hmcts_case.party_fields(data, "applicantsFL401", "applicants")
    applicant_ref, children = PartyRef(mint("party")), PartyRef(mint("party"))
    # The paragraphs say "the applicant": somebody is protected, though the record may not say who.
    unnamed: Party[Clear] = Party(party_ref=applicant_ref, role=PartyRole.PROTECTED)
    named = hmcts_case.applicant(fields, form, applicant_ref, notes)
    if named is None:
        notes.append(Attention.PROTECTED_PERSON_NOT_STATED)
    applicant = named or unnamed
    protected = [applicant]
    if hmcts_order.protects_children(form):
        notes.append(Attention.CHILD_NOT_IDENTIFIED)
        protected.append(Party(party_ref=children, role=PartyRole.PROTECTED, child=Ternary.YES))
    terms = hmcts_order.Terms(
        order_ref=order_ref,
        applicant=applicant_ref,
        children=children,
        withheld_place=hmcts_case.withheld_words(fields, applicant),
    )
    return (*protected, respondent), terms


def _services(order_ref: OrderRef, respondent: Party[Clear], served: Served | None) -> tuple[RecordService[Clear], ...]:
    """Make the command that records service, where the record says something of it."""
    if served is None:
        return ()
    return (
        RecordService(
            order_ref=order_ref,
            respondent=respondent.party_ref,
            terms=1,
            state=served.state,
            at=served.at,
            served_by=InstitutionId(EnglandAndWales.CODE),
        ),
    )


COURT = EnglandAndWales()
