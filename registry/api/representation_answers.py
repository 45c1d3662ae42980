"""What is told of representations: to the court that recorded them, and to the organisation, which asks who looked."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from aiohttp import web

from registry.access.doubt import in_doubt
from registry.access.relations import Relation, relations
from registry.api import shown
from registry.api.answer import answer
from registry.api.asking import DEFAULT_PAGE
from registry.api.look_answers import account_of_looks
from registry.api.route import Call
from registry.decisions.representation import fold
from registry.errors import NotFound
from registry.law.standing import fold as fold_order
from registry.ledger.rows import Cell
from registry.values.identifiers import InstitutionId, OrderRef, StreamId
from registry.values.jurisdiction import Jurisdiction
from registry.values.representation import RepresentationRef
from registry.values.time import Instant
from registry.views.police import ORDER
from registry.views.representation import REPRESENTATION

ABSENT = "no-such-representation"
Row = Mapping[str, Cell]


async def represented_looks(call: Call) -> web.StreamResponse:
    """Tell the organisation who looked at the order of the party it acts for; to all others there is no such thing."""
    where: dict[str, Cell] = {
        "representation_ref": call.reference.bytes,
        "organisation": call.principal.institution,
    }
    rows = call.services.reader.rows(REPRESENTATION, where)
    if not rows or not _in_force(call, rows[0]):
        raise NotFound(ABSENT)
    call.sight.near({Relation.REPRESENTING})
    return account_of_looks(call, OrderRef(_ref(rows[0], "order_ref")))


def _in_force(call: Call, row: Row) -> bool:
    """Say whether a row's representation stands now. What a court's stolen key recorded opens nothing."""
    reader = call.services.reader
    facts = reader.stream(StreamId(_ref(row, "representation_ref")))
    found = fold(each.fact for each in facts)
    order = fold_order(each.fact for each in reader.stream(StreamId(_ref(row, "order_ref"))))
    doubts, head = call.services.roster.doubts, reader.head()
    sure = not any(in_doubt(doubts, each.fact, each.position, known=head) for each in facts)
    return found is not None and sure and found.in_force(order, call.services.clock())


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
    return _page(call, {"organisation": call.principal.institution}, _acting)


def _page(call: Call, where: dict[str, Cell], show: Callable[[Row], dict[str, Any]]) -> web.StreamResponse:
    limit = min(int(call.query.get("limit", DEFAULT_PAGE)), call.services.limits.page)
    after = int(call.query.get("after", "0"))
    rows = sorted(call.services.reader.rows(REPRESENTATION, where), key=lambda row: _number(row, "position"))
    found = [row for row in rows if _number(row, "position") > after and _in_force(call, row)]
    following = str(found[limit - 1]["position"]) if len(found) > limit else None
    return answer({"items": [show(row) for row in found[:limit]], "next": following})


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
