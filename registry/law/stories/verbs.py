"""The verbs of a story: what happened to an order or a procedure, each read into the event it is."""

from collections.abc import Callable, Iterator
from enum import Enum
from uuid import UUID

from registry.events.catalogue import AnyEvent
from registry.events.duty import DutyDischarged
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
from registry.events.service import ServiceAttempted, ServiceRecorded
from registry.events.violation import ViolationReported
from registry.law.stories.orders import Cast, code, conditions, expiry, moment, whole_number, words_of
from registry.law.stories.steps import PROCEDURES, of_procedure, recognising
from registry.law.stories.tree import Branch
from registry.values.duty import DutyCode, Means, Whom
from registry.values.identifiers import (
    CertificateRef,
    ConditionRef,
    DutyRef,
    FactId,
    InstitutionId,
    OrderRef,
    PartyRef,
    SealedBlock,
    ViolationRef,
)
from registry.values.issuance import (
    CertificateForm,
    Channel,
    ConditionKind,
    EndReason,
    Maker,
    Nature,
    OrderKind,
    PartyRole,
    PlaceFunction,
)
from registry.values.parties import AdjustedElement, Party
from registry.values.recognition import DiscontinuationGround, RefusalGround
from registry.values.service import AttemptReason, ServiceState
from registry.values.time import BEGINNING_OF_TIME, Instant, LegalMoment
from registry.values.violation import BreachKind

Events = Iterator[AnyEvent]
_DESK = InstitutionId("story")


def event_of(branch: Branch, cast: Cast) -> Iterator[tuple[FactId, UUID, Instant, AnyEvent]]:
    """Read one fact into events: by what reference, in which stream, when it became known, what it was."""
    verb, known = branch.need("fact"), branch.get("known")
    if verb.text() in PROCEDURES:
        stream, order_ref, at, events = of_procedure(branch, verb.text(), cast)
    elif verb.text() in _VERBS:
        order_ref = cast.order(branch.need("order"))
        at = moment(branch.need("on"), cast.zones[order_ref])
        stream, events = order_ref, _VERBS[verb.text()](branch, order_ref, at, cast)
    else:
        raise verb.wrong(f"no such fact; there are: {', '.join(sorted({*_VERBS, *PROCEDURES}))}")
    for event in list(events):
        where = next((getattr(event, name) for name in ("violation_ref", "duty_ref") if hasattr(event, name)), stream)
        yield cast.note(order_ref, verb.text()), where, known.instant() if known else at.begins(), event
    branch.nothing_else()


def words() -> dict[str, list[str]]:
    """Give the words that a story may use, by what they are: what the reference shows is made of this."""
    lists: dict[str, type[Enum]] = {
        "kind": OrderKind,
        "nature": Nature,
        "maker": Maker,
        "kind of a condition": ConditionKind,
        "by": Channel,
        "place": PlaceFunction,
        "way": ServiceState,
        "why of an attempt": AttemptReason,
        "why of an end": EndReason,
        "form": CertificateForm,
        "grounds": RefusalGround,
        "ground": DiscontinuationGround,
        "of a breach": BreachKind,
        "duty": DutyCode,
        "whom": Whom,
    }
    closed = {name: sorted(words_of(each)) for name, each in lists.items()}
    return {"fact": sorted({*_VERBS, *PROCEDURES}), "under": sorted(recognising()), **closed}


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
    version, where, adds = cast.versions[order_ref], branch.get("in"), branch.get("adds")
    added = tuple(_added(name, order_ref, cast) for name in adds.list()) if adds else ()
    given = conditions(branch.need("conditions"), order_ref, cast, version)
    varied_in = code(where) if where else cast.courts[order_ref]
    yield OrderVaried(
        order_ref=order_ref, terms=version, conditions=given, added_parties=added, made=at, varied_in=varied_in
    )


def _added(name: Branch, order_ref: OrderRef, cast: Cast) -> Party[SealedBlock]:
    """Add a protected person; who was there before cannot be added."""
    if name.text() in cast.parties[order_ref]:
        raise name.wrong("this person is a party already")
    party = PartyRef(cast.mint("party", order_ref.hex, name.text()))
    cast.parties[order_ref][name.text()] = party
    return Party(party_ref=party, role=PartyRole.PROTECTED)


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
    begins, given = branch.get("begins"), branch.get("conditions")
    version = cast.versions[order_ref]
    yield OrderCorrected(
        order_ref=order_ref,
        corrects=FactId(order_ref),
        issued=moment(issued, zone) if issued else None,
        valid_from=moment(begins, zone) if begins else None,
        expiry=expiry(ends, zone) if ends else None,
        terms=version if given else None,
        conditions=conditions(given, order_ref, cast, version) if given else None,
    )


def _taken_back(branch: Branch, order_ref: OrderRef, _at: LegalMoment, cast: Cast) -> Events:
    """Say that a fact told before was recorded in error; a `taken back` can be taken back itself."""
    corrects = cast.fact(order_ref, branch.need("what"), branch.get("which"))
    yield OrderCorrected(order_ref=order_ref, corrects=corrects, retracts=True)


def _discharged(branch: Branch, order_ref: OrderRef, at: LegalMoment, cast: Cast) -> Events:
    """Say that a duty was done that arose from a fact told before."""
    code_, whom = branch.need("duty").one_of(words_of(DutyCode)), branch.need("whom").one_of(words_of(Whom))
    about = cast.fact(order_ref, branch.need("of"), branch.get("which"))
    yield DutyDischarged(
        duty_ref=DutyRef(cast.mint("duty", about.hex, code_.value, whom.value)),
        order_ref=order_ref,
        about=about,
        code=code_,
        whom=whom,
        at=at,
        means=Means.CASE_SYSTEM,
    )


def _linked(branch: Branch, order_ref: OrderRef, at: LegalMoment, cast: Cast) -> Events:
    """Say that a party of this order and one of another are one person, or that this was said wrongly.

    It stands in no stream of an order: what an answer rests on is the link itself.
    """
    other = cast.order(branch.need("other"))
    one, another = cast.party(order_ref, branch.need("person")), cast.party(other, branch.need("as"))
    known = branch.get("known")
    since = known.instant() if known else at.begins()
    if branch.need("fact").text() == "linked":
        cast.links[one, another] = (since, None)
    else:
        before = cast.links.get((one, another), (BEGINNING_OF_TIME, None))
        cast.links[one, another] = (before[0], since)
    yield from ()


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
    "taken back": _taken_back,
    "duty discharged": _discharged,
    "linked": _linked,
    "unlinked": _linked,
    "certified": _certified,
    "certificate withdrawn": _decertified,
    "declared": _declared,
    "registered": _registered,
    "adjusted": _adjusted,
    "breached": _breached,
}
