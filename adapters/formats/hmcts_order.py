"""The order forms FL404A and FL404 of England and Wales, as the HMCTS case system keeps them: kind, notice, end, terms.

The system keeps the fields of both forms under `fl404CustomFields` and calls all of them `fl404b…`. Each paragraph
of a form is a tick box; it is mapped by the name of its field, never by its words. A box that is not ticked forbids
nothing; a form without a tick says nothing of its conditions.
"""

from dataclasses import dataclass
from typing import Final

from adapters.formats import dates
from adapters.formats.codes import Attention
from adapters.formats.fields import MAXIMUM_TEXT, Fields, text, ticked, yes_or_no
from adapters.formats.hmcts_paragraphs import PARAGRAPHS, Paragraph
from registry.ports import Mint
from registry.values.identifiers import ConditionRef, OrderRef, PartyRef, SubjectId
from registry.values.issuance import ConditionKind, OrderKind, Ternary
from registry.values.order import Hearing
from registry.values.parties import Clear, Condition, Text
from registry.values.time import NO_EXPIRY, UNKNOWN_EXPIRY, Expiry, LegalMoment

ZONE: Final = "Europe/London"


_KNOWN: Final = frozenset(paragraph.field for paragraph in PARAGRAPHS)
_NOT_TERMS: Final = frozenset(
    {"fl404bRespondentAddress", "fl404bRespondentName", "fl404bRespondentReference", "fl404bRespondentDob"}
)
_KINDS: Final = {
    "final": OrderKind.FINAL,
    "finl": OrderKind.FINAL,
    "interim": OrderKind.INTERIM,
    "general": OrderKind.UNKNOWN,
}


def hearing(form: Fields, notes: list[str]) -> Hearing:
    """Read whether the order was made without notice; who was in court the record does not say."""
    following = _next_hearing(form, notes)
    match text(form, "fl404bIsNoticeGiven"):
        case "WithoutNotice":
            return Hearing(ex_parte=Ternary.YES, notice_given=Ternary.NO, next_hearing=following)
        case "WithNotice":
            return Hearing(ex_parte=Ternary.NO, notice_given=Ternary.YES, next_hearing=following)
        case _:
            notes.append(Attention.NOTICE_NOT_STATED)
            return Hearing(next_hearing=following)


def _next_hearing(form: Fields, notes: list[str]) -> LegalMoment | None:
    written = text(form, "fl404bDateOfNextHearing")
    if written is None:
        return None
    day = dates.day(written)
    if day is None or not dates.is_plausible(day):
        notes.append(Attention.NEXT_HEARING_NOT_READ)
        return None
    return LegalMoment(date=day, time=dates.clock(text(form, "fl404bTimeOfNextHearing") or ""), zone=ZONE)


def kind(order: Fields, heard: Hearing, notes: list[str]) -> OrderKind:
    """Read the kind of order. One made without notice is interim, whatever the system calls it: nobody was heard."""
    written = text(order, "typeOfOrder")
    stated = _KINDS.get(written.casefold()) if written else OrderKind.UNKNOWN
    if heard.ex_parte is Ternary.YES:
        if stated is OrderKind.FINAL:
            notes.append(Attention.FINAL_ORDER_WITHOUT_NOTICE)
        return OrderKind.INTERIM
    if stated is None:
        notes.append(Attention.ORDER_KIND_NOT_READ)
        return OrderKind.UNKNOWN
    if stated is OrderKind.UNKNOWN:
        notes.append(Attention.ORDER_KIND_NOT_STATED)
    return stated


def expiry(form: Fields, made: LegalMoment, notes: list[str]) -> Expiry:
    """Read how long the order lasts. The option decides; a date that contradicts it makes the end unknown."""
    ends = _stated_ends(form, notes)
    if len(ends) > 1:
        notes.append(Attention.EXPIRY_CONFLICTING)
        return UNKNOWN_EXPIRY
    end = ends[0] if ends else None
    match text(form, "orderEndDateAndTimeOptions"):
        case "noEndDate" if end is None and not _unread_end(notes):
            return NO_EXPIRY
        case "noEndDate":
            notes.append(Attention.EXPIRY_CONFLICTING)
            return UNKNOWN_EXPIRY
        case "untilNextHearing":
            notes.append(Attention.EXPIRY_UNTIL_NEXT_HEARING)
            if end is not None:
                notes.append(Attention.EXPIRY_CONFLICTING)
            return UNKNOWN_EXPIRY
        case "specifiedDateAndTime" | None:
            return _given(end, made, notes)
        case _:
            notes.append(Attention.EXPIRY_NOT_READ)
            return UNKNOWN_EXPIRY


def _unread_end(notes: list[str]) -> bool:
    return Attention.EXPIRY_NOT_READ in notes


def _given(end: LegalMoment | None, made: LegalMoment, notes: list[str]) -> Expiry:
    if _unread_end(notes):
        return UNKNOWN_EXPIRY
    if end is None:
        notes.append(Attention.EXPIRY_NOT_STATED)
        return UNKNOWN_EXPIRY
    if end.time is None:
        notes.append(Attention.EXPIRY_TIME_NOT_STATED)
    elif not any((end.time.hour, end.time.minute, end.time.second)):
        notes.append(Attention.EXPIRY_AT_MIDNIGHT)
    return dates.plausible_expiry(end, made, notes)


def _stated_ends(form: Fields, notes: list[str]) -> tuple[LegalMoment, ...]:
    """Collect the ends that the form states: the newer field with its time, the older one with a time beside it.

    The older field always carries `T00:00:00.000`, which states no time of day: the end is then the whole day's,
    unless the field beside it has a time.
    """
    found: dict[LegalMoment, None] = {}
    newer, older = text(form, "orderSpecifiedDateTime"), text(form, "fl404bDateOrderEnd")
    for written, is_older in ((newer, False), (older, True)):
        if written is None:
            continue
        moment = dates.local_moment(written, ZONE)
        if moment is None:
            notes.append(Attention.EXPIRY_NOT_READ)
            continue
        found[_with_time_beside(form, moment, notes) if is_older else moment] = None
    return tuple(found)


def _with_time_beside(form: Fields, moment: LegalMoment, notes: list[str]) -> LegalMoment:
    beside = text(form, "fl404bDateOrderEndTime")
    if beside is not None:
        stated = dates.clock(beside)
        if stated is None:
            notes.append(Attention.EXPIRY_TIME_NOT_STATED)
        return LegalMoment(date=moment.date, time=stated, zone=moment.zone)
    at_midnight = moment.time is not None and not any((moment.time.hour, moment.time.minute, moment.time.second))
    return LegalMoment(date=moment.date, zone=moment.zone) if at_midnight else moment


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What is needed beside the form to make conditions of it."""

    order_ref: OrderRef
    applicant: PartyRef
    children: PartyRef
    """The party that stands for the children an order protects; used only if it does."""
    withheld_place: frozenset[str] = frozenset()
    """Words of the protected person's withheld address; a text that has one of them is not taken."""


def protects_children(form: Fields) -> bool:
    """Say whether a ticked paragraph protects the children of the case."""
    return any(paragraph.for_children and ticked(form, paragraph.field) for paragraph in PARAGRAPHS)


def conditions(form: Fields, terms: Terms, mint: Mint, notes: list[str]) -> tuple[Condition[Clear], ...]:
    """Read the ticked paragraphs; a form without any leaves the conditions unknown, which a note says."""
    found = tuple(
        _condition(form, paragraph, terms, mint, notes) for paragraph in PARAGRAPHS if ticked(form, paragraph.field)
    )
    if _has_unknown_paragraph(form):
        notes.append(Attention.CONDITIONS_NOT_READ)
    if not found:
        notes.append(Attention.CONDITIONS_NOT_STATED)
    if text(form, "fl404bOccupationDate1") or text(form, "fl404bOccupationDate2"):
        notes.append(Attention.OCCUPATION_DATES_NOT_READ)
    return found


def _has_unknown_paragraph(form: Fields) -> bool:
    """Find a filled field that a newer form may have and this reading does not know; `addDirections` is one."""
    return any(
        value not in (None, "", [], {})
        and key not in _KNOWN
        and key not in _NOT_TERMS
        and (key.startswith("fl404bRespondent") or key == "addDirections")
        for key, value in form.values.items()
    )


def _condition(form: Fields, paragraph: Paragraph, terms: Terms, mint: Mint, notes: list[str]) -> Condition[Clear]:
    words = _words(form, paragraph, terms, notes)
    if words is None and paragraph.kind is ConditionKind.OTHER_TEXT:
        notes.append(Attention.CONDITION_NEEDS_ITS_TEXT)
    condition_ref = ConditionRef(mint("condition"))
    protected = terms.children if paragraph.for_children else terms.applicant
    block = (
        Clear(subject=SubjectId(terms.order_ref), name=f"condition:{condition_ref}:text", content=Text(text=words))
        if words
        else None
    )
    return Condition(
        condition_ref=condition_ref,
        kind=paragraph.kind,
        protects=(protected,),
        channels=paragraph.channels,
        place=paragraph.place,
        power_of_arrest=yes_or_no(form, paragraph.arrest) if paragraph.arrest else Ternary.UNKNOWN,
        source_code=f"HMCTS:{paragraph.field}",
        text=block,
    )


def _words(form: Fields, paragraph: Paragraph, terms: Terms, notes: list[str]) -> str | None:
    """Join the words of a paragraph; a text that holds the withheld address is left out and noted."""
    taken: list[str] = []
    for key in paragraph.details:
        words = text(form, key, MAXIMUM_TEXT)
        if words is None:
            continue
        plain = squeezed(words)
        if any(secret in plain for secret in terms.withheld_place):
            notes.append(Attention.PLACE_WITHHELD)
        else:
            taken.append(words)
    return "\n".join(taken) or None


def squeezed(words: str) -> str:
    """Bring a text to letters and digits alone, so that an address is found however it is written."""
    return "".join(character for character in words.casefold() if character.isalnum())
