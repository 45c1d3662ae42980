"""What is told of representations: to the court that recorded them, and to the organisation, which asks who looked."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, Final, TypeAlias
from uuid import UUID

from aiohttp import web

from registry.access.doubt import in_doubt
from registry.access.relations import Relation, relations
from registry.api import shown
from registry.api.answer import answer
from registry.api.asking import DEFAULT_PAGE
from registry.api.look_answers import account_of_looks
from registry.api.route import Call
from registry.api.services import LookRow
from registry.decisions.representation import fold
from registry.errors import NotFound
from registry.law.standing import fold as fold_order
from registry.ledger.rows import Cell
from registry.representing import bound_too
from registry.values.identifiers import InstitutionId, OrderRef, PartyRef, StreamId
from registry.values.jurisdiction import Jurisdiction
from registry.values.look import LookPurpose
from registry.values.representation import RepresentationRef
from registry.values.time import Instant
from registry.views.police import ORDER
from registry.views.representation import REPRESENTATION, REPRESENTED

ABSENT: Final = "no-such-representation"
Row: TypeAlias = Mapping[str, Cell]


async def represented_looks(call: Call) -> web.StreamResponse:
    """Tell the organisation who looked at the order of the party it acts for; to all others there is no such thing."""
    where: dict[str, Cell] = {
        "representation_ref": call.reference.bytes,
        "organisation": call.principal.institution,
    }
    rows = call.services.reader.rows(REPRESENTATION, where)
    if not rows or not _in_force(call, rows[0]) or _in_doubt(call, rows[0]):
        raise NotFound(ABSENT)
    call.sight.near({Relation.REPRESENTING})
    return account_of_looks(call, OrderRef(_ref(rows[0], "order_ref")), hidden=_of_others(call, rows[0]))


def _of_others(call: Call, row: Row) -> Callable[[LookRow], bool]:
    """Leave out that somebody asked for another party of the order: who helps that one says where that one is.

    Who acted for the same party is shown: it learns of whoever asks in its name.
    """
    acted = call.services.reader.rows(REPRESENTED, {"order_ref": row["order_ref"]})
    same = {each["organisation"] for each in acted if each["party_ref"] == row["party_ref"]}
    others = {each["organisation"] for each in acted} - same
    return lambda look: look.look.purpose == LookPurpose.ACCOUNT_OF_LOOKS and look.look.institution in others


def _in_force(call: Call, row: Row) -> bool:
    """Say whether a row's representation stands now, as its facts and the order have it."""
    if _number(row, "until") <= call.services.clock():
        return False  # a row may outlive its time: nothing is read for it
    reader, order_ref, party_ref = call.services.reader, _ref(row, "order_ref"), _ref(row, "party_ref")
    found = fold(each.fact for each in reader.stream(StreamId(_ref(row, "representation_ref"))))
    order = fold_order(each.fact for each in reader.stream(StreamId(order_ref)))
    stands = found is not None and found.in_force(order, call.services.clock())
    return stands and not bound_too(reader, OrderRef(order_ref), PartyRef(party_ref))


def _in_doubt(call: Call, row: Row) -> bool:
    """Say whether it was recorded with a key of the court that is in wrong hands: the doubt suffices."""
    reader, doubts = call.services.reader, call.services.roster.doubts
    facts, head = reader.stream(StreamId(_ref(row, "representation_ref"))), reader.head()
    return any(in_doubt(doubts, each.fact, each.position, known=head) for each in facts)


async def representations(call: Call) -> web.StreamResponse:
    """List to the court who acts for a party of its order now; to a court of another jurisdiction there is no order."""
    order_ref = OrderRef(call.reference)
    made = call.services.reader.rows(ORDER, {"order_ref": order_ref.bytes})
    made_in = Jurisdiction(str(made[0]["jurisdiction"])) if made else None
    if made_in is None or not call.principal.acts_in(made_in):
        raise NotFound("no-such-order")
    call.sight.near(relations(call.principal, made_in))
    call.sight.show(order_ref)
    return _page(call, {"order_ref": order_ref.bytes}, lambda row: _of_party(call, row))


async def acting_for(call: Call) -> web.StreamResponse:
    """List to an organisation what it may ask by: references and dates, and nothing of an order."""
    where: dict[str, Cell] = {"organisation": call.principal.institution}
    return _page(call, where, _acting, unless=lambda row: _in_doubt(call, row))


def _page(
    call: Call,
    where: dict[str, Cell],
    show: Callable[[Row], dict[str, Any]],
    *,
    unless: Callable[[Row], bool] = lambda _: False,
) -> web.StreamResponse:
    limit = min(int(call.query.get("limit", DEFAULT_PAGE)), call.services.limits.page)
    after = int(call.query.get("after", "0"))
    standing = (row for row in _rows(call, where, after) if _in_force(call, row) and not unless(row))
    found = list(islice(standing, limit + 1))  # an organisation may act for many: no more is read than is shown
    following = str(found[limit - 1]["position"]) if len(found) > limit else None
    return answer({"items": [show(row) for row in found[:limit]], "next": following})


def _rows(call: Call, where: dict[str, Cell], after: int) -> Iterator[Row]:
    """Give rows oldest first, some at a time."""
    most = call.services.limits.page
    while rows := call.services.reader.rows(REPRESENTATION, where, order_by=("position",), after=(after,), limit=most):
        yield from rows
        after = _number(rows[-1], "position")


def _acting(row: Row) -> dict[str, Any]:
    return {
        "representation_ref": str(RepresentationRef(_ref(row, "representation_ref"))),
        "authorisation": row["authorisation"],
        "recorded_at": shown.instant(Instant(_number(row, "recorded_at"))),
        "until": shown.instant(Instant(_number(row, "until"))),
    }


def _of_party(call: Call, row: Row) -> dict[str, Any]:
    organisation = InstitutionId(str(row["organisation"]))
    enrolled = call.services.enrolment().institutions.get(organisation)
    return _acting(row) | {
        "given_by": row["given_by"],
        "in_doubt": _in_doubt(call, row),
        "party_ref": str(_ref(row, "party_ref")),
        "organisation": organisation,
        "name": enrolled.name if enrolled else None,
    }


def _ref(row: Row, column: str) -> UUID:
    cell = row[column]
    return UUID(bytes=cell if isinstance(cell, bytes) else b"")


def _number(row: Row, column: str) -> int:
    cell = row[column]
    return cell if isinstance(cell, int) else 0
