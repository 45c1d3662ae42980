"""The steps of a recognition in a story, each read into the event it is."""

from collections.abc import Callable, Iterator
from uuid import UUID

from registry.events.catalogue import AnyEvent
from registry.events.recognition import (
    RecognitionAsked,
    RecognitionDiscontinued,
    RecognitionGranted,
    RecognitionRefused,
    RecognitionSupplemented,
    SupplementRequested,
)
from registry.law.authorities import DIRECTIVE
from registry.law.book import instruments
from registry.law.stories.orders import Cast, code, moment, words_of
from registry.law.stories.tree import Branch
from registry.values.identifiers import (
    InstitutionId,
    OrderRef,
    RecognitionRef,
)
from registry.values.recognition import DiscontinuationGround, RefusalGround
from registry.values.time import LegalMoment

Events = Iterator[AnyEvent]
_DESK = InstitutionId("story")


def recognising() -> dict[str, str]:
    """Give the codes of the instruments that a recognition can be asked for under."""
    return {instrument.CODE: instrument.CODE for instrument in instruments()}


def of_procedure(branch: Branch, verb: str, cast: Cast) -> tuple[UUID, OrderRef, LegalMoment, Events]:
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
    return reference, order_ref, at, PROCEDURES[verb](branch, key, at, cast)


def _asked(branch: Branch, key: str, at: LegalMoment, cast: Cast) -> Events:
    reference, order_ref, place = cast.procedures[key]
    under = branch.get("under")
    yield RecognitionAsked(
        recognition_ref=RecognitionRef(reference),
        order_ref=order_ref,
        jurisdiction=place,
        authority=_DESK,
        instrument=under.one_of(recognising()) if under else DIRECTIVE,
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


def _supplied(branch: Branch, key: str, _at: LegalMoment, cast: Cast) -> Events:
    reference, order_ref, _ = cast.procedures[key]
    supplied = branch.need("supplied").words()
    yield RecognitionSupplemented(recognition_ref=RecognitionRef(reference), order_ref=order_ref, supplied=supplied)


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


PROCEDURES: dict[str, Callable[[Branch, str, LegalMoment, Cast], Events]] = {
    "recognition asked": _asked,
    "supplement requested": _incomplete,
    "supplement supplied": _supplied,
    "recognition granted": _granted,
    "recognition refused": _refused,
    "recognition discontinued": _discontinued,
}
