"""Which member of an answer holds which kind of field: said here once, for every route that shows data of an order.

What has a type that can hold nothing but a code, a number, a reference or an instant is an order's fact unless it is
marked. A text can hold anything: one that is neither marked nor in `PLAIN` fails a test, and so does a model that is
not known here. tests/golden/access-fields.txt prints all of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, Final, TypeAlias, Union, cast, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from registry.access.fields import Field
from registry.access.permissions import Action
from registry.api.route import Route
from registry.values.issuance import PartyRole

Mark: TypeAlias = Field | tuple[Field, Field]
BY_SIDE: Final = (Field.RESPONDENT_IDENTITY, Field.PROTECTED_IDENTITY)
"""The one or the other, by the party's `role`; both where a member has no role beside it."""

MARKED: Final[Mapping[str, Mark]] = {
    "OrderState.number": Field.CASE_NUMBER,
    "ShownParty.identity": BY_SIDE,
    "ShownParty.initials": Field.PROTECTED_INITIALS,
    "ShownParty.address": Field.RESPONDENT_ADDRESS,
    "ShownPerson.initials": Field.PROTECTED_INITIALS,
    "MeantPerson.features": BY_SIDE,
    "MeantPerson.hundredths_of_bits": BY_SIDE,
    "CardReceipt.text": BY_SIDE,
    "CardReceipt.svg": BY_SIDE,
    "HandedInDocument.document": Field.DOCUMENT,
    "HandedInDocument.signature": Field.DOCUMENT,
    "NoticeState.transport": Field.TRANSPORT,
    "NoticeState.containers": Field.TRANSPORT,
    "Whereabouts.address": (Field.RESPONDENT_ADDRESS, Field.PROTECTED_ADDRESS),
    "Whereabouts.contact": Field.PROTECTED_ADDRESS,
    "StatedGlass.incident": Field.STATEMENT,
    "StatedGlass.justification": Field.STATEMENT,
    "ViolationState.breaches": Field.REPORTED_ACTS,
    "ViolationState.occurred": Field.REPORTED_ACTS,
    "ViolationState.breach": Field.REPORTED_ACTS,
}
"""A marked member, with all that is in it."""
PLAIN: Final[Mapping[str, str]] = {
    "Act": "jurisdiction",
    "Basis": "text",
    "CardReceipt": "digest kid status_uri",
    "CheckAnswer": "statement check_ref signed opening question engine zone_rules",
    "CheckReceipt": "check_ref",
    "CheckedOrder": "reason instrument duties notes",
    "End": "ended_in",
    "Erasability": "ground",
    "ErasableParty": "role",
    "ErasurePack": "record",
    "ErasureStatement": "form key_id ground by record_digest remains signed",
    "EvidencePack": "format signed policy",
    "HandedInDocument": "institution key_id record",
    "JudgedCondition": "reason",
    "Local": "date time zone",
    "LookPage": "next",
    "RepresentationPage": "next",
    "NoticeState": "recipient jurisdiction basis",
    "OlderCopies": "epoch",
    "OnClock": "local zone",
    "OrderState": "unread",
    "Page": "next",
    "ProvedDocument": "record",
    "ProvedEntry": "entry proof",
    "Receipt": "signed",
    "ReceiptKey": "kty crv x",
    "ShownActor": "institution on_behalf_of",
    "ShownAdjustment": "jurisdiction",
    "ShownSearch": "ask_next",
    "ShownCondition": "source_code",
    "ShownCrossing": "jurisdiction court parties",
    "PreviewedOrder": "unsearched",
    "Previews": "statement",
    "ShownCourt": "jurisdiction code institution name contact",
    "ShownFact": "topic event",
    "ShownGlass": "institution officer jurisdiction",
    "ShownHit": "check_ref recipient basis answered_by",
    "ShownLook": "institution name jurisdiction way purpose ground officer",
    "ShownParty": "withheld identity_missing",
    "ShownPerson": "withheld identity_missing",
    "ShownRecognition": "jurisdiction authority instrument",
    "ShownRepresentation": "organisation name",
    "ShownSource": "name",
    "ShownTerms": "made_in",
    "StandsAgainst": "code legal_basis",
    "Told": "code says",
    "Whereabouts": "missing",
    "ViolationState": "jurisdiction reported_by",
}
"""Texts that are codes, legal bases, institutions' names, digests, proofs, or what the asker said itself."""
_SEVERAL: Final = (Union, UnionType, list, tuple, dict)


def shows(route: Route) -> bool:
    """Say whether a route's answer shows data of an order."""
    return route.look is not None or route.action is Action.CHECK


def members(model: type[BaseModel]) -> Iterator[tuple[str, Mark | None]]:
    """Give each member of an answer that is no record, or is marked, with its mark; None for an unmarked text."""
    yield from _members(model, set())


def _members(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[tuple[str, Mark | None]]:
    if model in seen:
        return
    seen.add(model)
    for name, info in model.model_fields.items():
        place = f"{_base(model, name)}.{name}"
        if place in MARKED:
            yield place, MARKED[place]
            continue
        records, text = _parts(info.annotation, info)
        for record in records:
            yield from _members(record, seen)
        if not records:
            plain = not text or name in PLAIN.get(_base(model, name), "").split()
            yield place, Field.ORDER_FACTS if plain else None


def _base(model: type[BaseModel], name: str) -> str:
    """Name the class that says a member first: a mark holds for whatever is made from it."""
    named = [kind.__name__ for kind in model.__mro__ if name in getattr(kind, "__annotations__", {})]
    return (named or [model.__name__])[-1].partition("[")[0]


def _parts(hint: Any, info: object) -> tuple[Sequence[type[BaseModel]], bool]:  # noqa: ANN401  # any annotation
    """Give the records in a type, and whether a text that can say anything is in it."""
    origin = get_origin(hint)
    if origin is Annotated:
        base, *said = get_args(hint)
        return _parts(base, next((each for each in said if isinstance(each, FieldInfo)), info))
    if origin in _SEVERAL:
        parts = [_parts(part, info if origin is not dict else None) for part in get_args(hint)]
        return [record for records, _ in parts for record in records], any(text for _, text in parts)
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return [hint], False
    return [], hint in {str, object} and not _has_form(info)


def _has_form(info: object) -> bool:
    """Say whether a text is a reference or an instant."""
    extra = cast("Mapping[str, Any]", getattr(info, "json_schema_extra", None) or {})
    return extra.get("format") in {"uuid", "date-time"}


def held(model: type[BaseModel], answer: Mapping[str, Any]) -> frozenset[Field]:
    """Give the kinds of field that an answer holds, by its members."""
    return frozenset({Field.ORDER_FACTS, *_held(model.model_validate(answer))})


def _held(record: object) -> Iterator[Field]:
    if isinstance(record, list | tuple):
        for each in cast("Sequence[object]", record):
            yield from _held(each)
    if isinstance(record, BaseModel):
        for name in record.model_fields_set:
            mark, value = MARKED.get(f"{_base(type(record), name)}.{name}"), getattr(record, name)
            if mark is None:
                yield from _held(value)
            elif value is not None:
                yield from _of(mark, getattr(record, "role", None))


def _of(mark: Mark, role: object) -> Sequence[Field]:
    if isinstance(mark, Field):
        return [mark]
    respondents, protected = mark
    if role is None:
        return [respondents, protected]
    return [respondents if role is PartyRole.RESPONDENT else protected]
