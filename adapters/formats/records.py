"""From a reading to a report: every order record of a delivery becomes one line, entered or refused, never none."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

from adapters.errors import Unreadable
from adapters.formats.codes import Attention, Rejection
from registry.ports import EnteredRecord, RejectedRecord

Reader = Callable[[list[str]], EnteredRecord]
"""Reads one record and notes what a person should look at; raises `Unreadable` for one that cannot be entered."""

_UNREAD: Final = {
    Attention.COURT_NOT_STATED: "court",
    Attention.EXPIRY_BEFORE_ISSUE: "expiry",
    Attention.EXPIRY_CONFLICTING: "expiry",
    Attention.EXPIRY_IMPLAUSIBLE: "expiry",
    Attention.EXPIRY_NOT_READ: "expiry",
    Attention.EXPIRY_NOT_STATED: "expiry",
    Attention.EXPIRY_UNTIL_NEXT_HEARING: "expiry",
    Attention.CONDITIONS_NOT_READ: "conditions",
    Attention.CONDITIONS_NOT_STATED: "conditions",
    Attention.JURISDICTION_CONFLICTING: "jurisdiction",
    Attention.JURISDICTION_NOT_STATED: "jurisdiction",
    Attention.NATURE_NOT_STATED: "nature",
    Attention.NOTICE_NOT_STATED: "hearing",
    Attention.ORDER_KIND_NOT_READ: "kind",
    Attention.ORDER_KIND_NOT_STATED: "kind",
    Attention.PROTECTED_PERSON_NOT_STATED: "protected",
    Attention.SENT_TO_RESPONDENT_UNCONFIRMED: "service",
    Attention.SERVICE_CONFLICTING: "service",
    Attention.SERVICE_NOT_READ: "service",
    Attention.SERVICE_NOT_STATED: "service",
}


def entered(place: str, read: Reader) -> EnteredRecord | RejectedRecord:
    """Read one record at its place; what it raises becomes a refusal with its code and its place in the record."""
    notes: list[str] = []
    try:
        record = read(notes)
    except Unreadable as error:
        inside = error.place is not None and error.place.startswith(place)
        return RejectedRecord(place=error.place or place if inside else place, reasons=(str(error.code),))
    attention = tuple(sorted({str(note) for note in notes}))
    unread = tuple(sorted({_UNREAD[Attention(note)] for note in attention if Attention(note) in _UNREAD}))
    enter = replace(record.enter, details=replace(record.enter.details, unread=unread))
    return replace(record, enter=enter, attention=attention)


def unrepeated(records: Iterable[EnteredRecord | RejectedRecord]) -> Iterator[EnteredRecord | RejectedRecord]:
    """Refuse a record whose reference came before in the same delivery: one of the two is not what it says."""
    seen: set[str] = set()
    for record in records:
        if isinstance(record, RejectedRecord):
            yield record
        elif record.reference in seen:
            yield RejectedRecord(place=record.place, reasons=(str(Rejection.DUPLICATE_REFERENCE),))
        else:
            seen.add(record.reference)
            yield record
