"""The verbs of a story: what happened to an order or a procedure, each read into the event it is."""

from collections.abc import Callable, Iterator
from uuid import UUID

from registry.events.catalogue import AnyEvent
from registry.events.issuance import (
    CertificateIssued,
    CertificateWithdrawn,
    OrderAdjusted,
    OrderCorrected,
    OrderDeclared,
    OrderExtended,
    OrderRegistered,
    OrderReinstated,
    OrderRevoked,
    OrderSuspended,
    OrderVaried,
)
from registry.events.recognition import (
    RecognitionAsked,
    RecognitionDiscontinued,
    RecognitionGranted,
    RecognitionRefused,
    SupplementRequested,
)
from registry.events.service import ServiceAttempted, ServiceRecorded
from registry.events.violation import ViolationReported
from registry.law.stories.orders import Cast, code, conditions, expiry, moment, whole_number, words_of
from registry.law.stories.tree import Branch
from registry.values.identifiers import (
    CertificateRef,
    ConditionRef,
    FactId,
    InstitutionId,
    OrderRef,
    RecognitionRef,
    SealedBlock,
    ViolationRef,
)
from registry.values.issuance import CertificateForm, EndReason, PlaceFunction
from registry.values.parties import AdjustedElement
from registry.values.recognition import DiscontinuationGround, RefusalGround
from registry.values.service import AttemptReason, ServiceState
from registry.values.time import Instant, LegalMoment
from registry.values.violation import BreachKind

Events = Iterator[AnyEvent]
_DESK = InstitutionId("story")


def event_of(branch: Branch, cast: Cast) -> Iterator[tuple[UUID, Instant, AnyEvent]]:
    """Read one fact into events: in which stream, when it became known, what it was."""
    verb, known = branch.need("fact"), branch.get("known")
    if verb.text() in _PROCEDURES:
        stream, order_ref, at, events = _of_procedure(branch, verb.text(), cast)
    elif verb.text() in _VERBS:
        order_ref = cast.order(branch.need("order"))
        at = moment(branch.need("on"), cast.zones[order_ref])
        stream, events = order_ref, _VERBS[verb.text()](branch, order_ref, at, cast)
    else:
        raise verb.wrong(f"no such fact; there are: {', '.join(sorted({*_VERBS, *_PROCEDURES}))}")
    for event in list(events):
        yield getattr(event, "violation_ref", stream), known.instant() if known else at.begins(), event
    branch.nothing_else()


def _served(branch: Branch, order_ref: OrderRef, at: LegalMoment, cast: Cast) -> Events:
    way, terms = branch.get("way"), branch.get("terms")
    state = way.one_of(words_of(ServiceState)) if way else ServiceState.SERVED_PERSONAL
    for name in _respondents(branch, order_ref, cast):
        yield ServiceRecorded(
            order_ref=order_ref,
            respondent=cast.parties[order_ref][name],
            terms=whole_number(terms) if terms else cast.versions[order_ref],
            state=state,
            at=at,
            served_by=_DESK,
        )


def _respondents(branch: Branch, order_ref: OrderRef, cast: Cast) -> list[str]:
    given = branch.get("respondent")
    if given is None:
        return cast.respondents[order_ref]
    cast.party(order_ref, given)
    return [given.text()]


def _attempted(branch: Branch, order_ref: OrderRef, at: LegalMoment, cast: Cast) -> Events:
    why = branch.get("why")
    for name in _respondents(branch, order_ref, cast):
        yield ServiceAttempted(
            order_ref=order_ref,
            respondent=cast.parties[order_ref][name],
            terms=cast.versions[order_ref],
            at=at,
            reason=why.one_of(words_of(AttemptReason)) if why else AttemptReason.OTHER,
            served_by=_DESK,
        )


def _varied(branch: Branch, order_ref: OrderRef, at: LegalMoment, cast: Cast) -> Events:
    cast.versions[order_ref] += 1
    version, where = cast.versions[order_ref], branch.get("in")
    given = conditions(branch.need("conditions"), order_ref, cast, version)
    varied_in = code(where) if where else cast.courts[order_ref]
    yield OrderVaried(order_ref=order_ref, terms=version, conditions=given, made=at, varied_in=varied_in)


def _extended(branch: Branch, order_ref: OrderRef, at: LegalMoment, cast: Cast) -> Events:
    yield OrderExtended(order_ref=order_ref, expiry=expiry(branch.need("ends"), cast.zones[order_ref]), made=at)


def _suspended(branch: Branch, order_ref: OrderRef, at: LegalMoment, cast: Cast) -> Events:
    until = branch.get("until")
    ends = moment(until, cast.zones[order_ref]) if until else None
    yield OrderSuspended(order_ref=order_ref, from_=at, until=ends)


def _reinstated(_branch: Branch, order_ref: OrderRef, at: LegalMoment, _cast: Cast) -> Events:
    yield OrderReinstated(order_ref=order_ref, from_=at)


def _revoked(branch: Branch, order_ref: OrderRef, at: LegalMoment, cast: Cast) -> Events:
    why, where = branch.get("why"), branch.get("in")
    reason = why.one_of(words_of(EndReason)) if why else EndReason.NOT_STATED
    place = code(where) if where else cast.courts[order_ref]
    yield OrderRevoked(order_ref=order_ref, from_=at, reason=reason, revoked_in=place)


def _corrected(branch: Branch, order_ref: OrderRef, _at: LegalMoment, cast: Cast) -> Events:
    zone, issued, ends = cast.zones[order_ref], branch.get("issued"), branch.get("ends")
    yield OrderCorrected(
        order_ref=order_ref,
        corrects=FactId(order_ref),
        issued=moment(issued, zone) if issued else None,
        expiry=expiry(ends, zone) if ends else None,
    )


def _certified(branch: Branch, order_ref: OrderRef, at: LegalMoment, cast: Cast) -> Events:
    form, name = branch.get("form"), branch.get("name")
    given = form.one_of(words_of(CertificateForm)) if form else CertificateForm.ARTICLE_5
    reference = CertificateRef(cast.mint("certificate", order_ref.hex, name.text() if name else ""))
    yield CertificateIssued(order_ref=order_ref, certificate_ref=reference, form=given, issued=at)


def _decertified(branch: Branch, order_ref: OrderRef, at: LegalMoment, cast: Cast) -> Events:
    name = branch.get("name")
    reference = CertificateRef(cast.mint("certificate", order_ref.hex, name.text() if name else ""))
    yield CertificateWithdrawn(order_ref=order_ref, certificate_ref=reference, from_=at)


def _declared(branch: Branch, order_ref: OrderRef, at: LegalMoment, _cast: Cast) -> Events:
    yield OrderDeclared(order_ref=order_ref, declared_in=code(branch.need("in")), made=at)


def _registered(branch: Branch, order_ref: OrderRef, at: LegalMoment, _cast: Cast) -> Events:
    asked = branch.get("protected person asks to tell respondent")
    yield OrderRegistered(
        order_ref=order_ref,
        registered_in=code(branch.need("in")),
        registered_with=_DESK,
        made=at,
        notify_respondent=asked is not None and asked.text() == "yes",
    )


def _adjusted(branch: Branch, order_ref: OrderRef, at: LegalMoment, cast: Cast) -> Events:
    """Adjust one condition of the newest terms, by its place among them: the first is 1."""
    metres, place, which = branch.get("metres"), branch.get("place"), whole_number(branch.need("condition")) - 1
    reference = cast.mint("condition", order_ref.hex, str(cast.versions[order_ref]), str(which))
    element: AdjustedElement[SealedBlock] = AdjustedElement(
        condition_ref=ConditionRef(reference),
        metres=whole_number(metres) if metres else None,
        place=place.one_of(words_of(PlaceFunction)) if place else None,
    )
    where = code(branch.need("in"))
    yield OrderAdjusted(order_ref=order_ref, adjusted_in=where, adjusted_by=_DESK, made=at, elements=(element,))


def _breached(branch: Branch, order_ref: OrderRef, at: LegalMoment, cast: Cast) -> Events:
    yield ViolationReported(
        violation_ref=ViolationRef(cast.mint("breach", order_ref.hex, str(branch.line))),
        order_ref=order_ref,
        jurisdiction=code(branch.need("in")),
        breaches=tuple(each.one_of(words_of(BreachKind)) for each in branch.need("of").list()),
        occurred=at,
    )


_VERBS: dict[str, Callable[[Branch, OrderRef, LegalMoment, Cast], Events]] = {
    "served": _served,
    "attempted": _attempted,
    "varied": _varied,
    "extended": _extended,
    "suspended": _suspended,
    "reinstated": _reinstated,
    "revoked": _revoked,
    "corrected": _corrected,
    "certified": _certified,
    "certificate withdrawn": _decertified,
    "declared": _declared,
    "registered": _registered,
    "adjusted": _adjusted,
    "breached": _breached,
}


def _of_procedure(branch: Branch, verb: str, cast: Cast) -> tuple[UUID, OrderRef, LegalMoment, Events]:
    """Read a fact of a recognition; the zone of its dates is that of the order asked about."""
    name = branch.get("procedure")
    key = name.text() if name else "recognition"
    if verb == "recognition asked":
        order_ref, place = cast.order(branch.need("order")), code(branch.need("in"))
        cast.procedures[key] = (cast.mint("procedure", key), order_ref, place)
    if key not in cast.procedures:
        raise branch.wrong("no such procedure: a 'recognition asked' comes first")
    reference, order_ref, _ = cast.procedures[key]
    at = moment(branch.need("on"), cast.zones[order_ref])
    return reference, order_ref, at, _PROCEDURES[verb](branch, key, at, cast)


def _asked(branch: Branch, key: str, at: LegalMoment, cast: Cast) -> Events:
    reference, order_ref, place = cast.procedures[key]
    under = branch.get("under")
    yield RecognitionAsked(
        recognition_ref=RecognitionRef(reference),
        order_ref=order_ref,
        jurisdiction=place,
        authority=_DESK,
        instrument=under.text() if under else "eu-2011-99",
        asked=at,
    )


def _incomplete(branch: Branch, key: str, _at: LegalMoment, cast: Cast) -> Events:
    reference, order_ref, _ = cast.procedures[key]
    yield SupplementRequested(
        recognition_ref=RecognitionRef(reference),
        order_ref=order_ref,
        missing=branch.need("missing").words(),
        due=moment(branch.need("due"), cast.zones[order_ref]),
    )


def _granted(branch: Branch, key: str, at: LegalMoment, cast: Cast) -> Events:
    reference, order_ref, place = cast.procedures[key]
    adopted = branch.get("adopting")
    yield RecognitionGranted(
        recognition_ref=RecognitionRef(reference),
        order_ref=order_ref,
        jurisdiction=place,
        decided=at,
        adopted=cast.order(adopted) if adopted else None,
    )


def _refused(branch: Branch, key: str, at: LegalMoment, cast: Cast) -> Events:
    reference, order_ref, place = cast.procedures[key]
    grounds = tuple(each.one_of(words_of(RefusalGround)) for each in branch.need("grounds").list())
    yield RecognitionRefused(
        recognition_ref=RecognitionRef(reference), order_ref=order_ref, jurisdiction=place, decided=at, grounds=grounds
    )


def _discontinued(branch: Branch, key: str, at: LegalMoment, cast: Cast) -> Events:
    reference, order_ref, place = cast.procedures[key]
    ground = branch.need("ground").one_of(words_of(DiscontinuationGround))
    yield RecognitionDiscontinued(
        recognition_ref=RecognitionRef(reference), order_ref=order_ref, jurisdiction=place, from_=at, ground=ground
    )


_PROCEDURES: dict[str, Callable[[Branch, str, LegalMoment, Cast], Events]] = {
    "recognition asked": _asked,
    "supplement requested": _incomplete,
    "recognition granted": _granted,
    "recognition refused": _refused,
    "recognition discontinued": _discontinued,
}
