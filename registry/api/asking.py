"""Requests that only read, or whose record is the answer: checks, orders, lists, health, signing in."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar, cast

from aiohttp import web

from registry.access.actors import Principal
from registry.access.permissions import TABLE, Action
from registry.access.relations import OF_A_CHECK, Relation
from registry.api import shown
from registry.api.answer import answer
from registry.api.check_answers import shown_answer
from registry.api.check_models import CheckRequest
from registry.api.nearness import nearness
from registry.api.order_answers import shown_fact, shown_state
from registry.api.route import Call
from registry.api.services import AlertRow, DeadlineRow, InboxRow
from registry.api.sign_in_form import TokenRequest
from registry.api.signed import spend
from registry.api.tokens import TOKEN_LIFE, KeyHeld
from registry.api.writing import asking_of
from registry.errors import NotSigned
from registry.events.party import PartiesLinked, PartiesUnlinked
from registry.ledger.port import Recorded
from registry.machines.certificates import thumbprint
from registry.values.identifiers import OrderRef, Position
from registry.values.time import SECOND
from registry.views.police import SOURCE

DEFAULT_PAGE: Final = 50
Row = TypeVar("Row")


async def sign_in(call: Call) -> web.StreamResponse:
    """Give an access token for a signed assertion."""
    form = cast("TokenRequest", call.model)
    services = call.services
    proved = services.sign_in.weigh(form.client_assertion, services.enrolment(), now=services.clock())
    try:
        await spend(services, f"assertion|{proved.client}|{proved.jti}", proved.until)
    except NotSigned:
        raise KeyHeld("sign-in-failed") from None
    token = services.sign_in.issue(
        proved,
        now=services.clock(),
        jti=services.executor.mint().hex,
        certificate=thumbprint(call.request.transport),
    )
    return answer({"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_LIFE // SECOND})


async def check(call: Call) -> web.StreamResponse:
    """Answer an officer; the answer is recorded before it is given."""
    question = cast("CheckRequest", call.model).to_question(asking_of(call))
    given = await call.services.checker.check(question, principal=call.principal)
    call.sight.near(OF_A_CHECK, question.purpose)
    call.sight.recorded = True  # the answer itself is the fact, and it was durable before this
    return answer(shown_answer(given, question.jurisdiction, call.services, call.sight))


async def order(call: Call) -> web.StreamResponse:
    """Show an order as it stands."""
    order_ref = OrderRef(call.reference)
    version, state = shown_state(call, order_ref)
    return answer(state, version=version)


async def history(call: Call) -> web.StreamResponse:
    """Show every fact of an order and of its recognitions."""
    order_ref = OrderRef(call.reference)
    near = nearness(call.services, call.principal, order_ref)
    call.sight.near(near)
    call.sight.show(order_ref)
    after, limit = _position(call.query), _limit(call)
    facts = _history(call, order_ref, after, limit + 1, linked=_links(call.principal, near))
    return _page(facts, limit, lambda fact: shown_fact(fact, call.principal), lambda fact: str(fact.position))


def _links(principal: Principal, near: frozenset[Relation]) -> bool:
    """Say whether links to other orders show: they tell of an order, and of a person in it, that is another one's."""
    return Relation.ISSUING in near and bool(principal.roles & TABLE[Action.LINK_PARTIES].roles)


def _history(call: Call, order_ref: OrderRef, after: Position, limit: int, *, linked: bool) -> Sequence[Recorded]:
    """Give the facts after a position, with those of links or without."""
    found: list[Recorded] = []
    while len(found) < limit:
        facts = call.services.history(order_ref, after, limit)
        found += [each for each in facts if linked or not isinstance(each.fact.event, PartiesLinked | PartiesUnlinked)]
        if len(facts) < limit:
            break
        after = facts[-1].position
    return found[:limit]


async def inbox(call: Call) -> web.StreamResponse:
    """Show the notices that wait for the institution."""
    limit = _limit(call)
    await caught_up(call, "inbox")
    rows = call.services.inbox(call.principal.institution, _position(call.query), limit + 1)
    return _page(rows, limit, shown_notice, lambda row: str(row.position))


async def alerts(call: Call) -> web.StreamResponse:
    """Show the alerts that the institution has not acknowledged."""
    limit = _limit(call)
    await caught_up(call, "alerts")
    rows = call.services.alerts(call.principal.institution, _position(call.query), limit + 1)
    return _page(rows, limit, shown_alert, lambda row: str(row.position))


async def deadlines(call: Call) -> web.StreamResponse:
    """Show what the institution has to do, and by when."""
    limit = _limit(call)
    await caught_up(call, "deadlines")
    rows = call.services.deadlines(call.principal.institution, call.query.get("after", ""), limit + 1)
    return _page(rows, limit, shown_deadline, lambda row: row.key)


async def keys(call: Call) -> web.StreamResponse:
    """Give the key that signs answers, as a JWK set (RFC 7517); it must be had by another way too."""
    return answer({"keys": [call.services.answer_key.jwk]})


async def live(call: Call) -> web.StreamResponse:  # noqa: ARG001  # the shape of a handler
    """Say that the process answers."""
    return answer({"status": "alive"})


async def ready(call: Call) -> web.StreamResponse:
    """Say how far the ledger, its views and the data of each source are."""
    services = call.services
    head, now = services.reader.head(), services.clock()
    ages = {
        str(row["source"]): max(0, (now - row["read_at"]) // SECOND)
        for row in services.reader.rows(SOURCE, {})
        if isinstance(row["read_at"], int)
    }
    lags = {name: max(0, head - position) for name, position in services.views().items()}
    return answer(
        {
            "status": "ready",
            "head": head,
            "view_lag": lags,
            "source_age_seconds": ages,
            "spooled": await asyncio.to_thread(spool.length) if (spool := services.checker.spool) else 0,
            "log": shown.log_state(services.proofs, services.witnesses()),
        }
    )


async def index(call: Call) -> web.StreamResponse:
    """Say what this is, and where its description stands."""
    return answer(
        {
            "name": "Registry of protective orders",
            "description": "/openapi.json",
            "issuer": call.services.sign_in.issuer,
            "ledger": call.services.checker.signer.issuer,
            "health": ["/livez", "/readyz"],
        }
    )


def shown_notice(row: InboxRow) -> dict[str, Any]:
    """Show a notice of the inbox."""
    return {
        "notice_ref": str(row.notice_ref),
        "order_ref": str(row.order_ref),
        "about": str(row.about),
        "kind": row.kind.value,
        "issued_at": shown.instant(row.issued_at),
        "due": shown.instant(row.due),
        "basis": row.basis,
        "position": row.position,
    }


def shown_alert(row: AlertRow) -> dict[str, Any]:
    """Show an alert."""
    return {
        "alert_ref": str(row.alert_ref),
        "violation_ref": str(row.violation_ref) if row.violation_ref else None,
        "hit_ref": str(row.hit_ref) if row.hit_ref else None,
        "glass_ref": str(row.glass_ref) if row.glass_ref else None,
        "conflict_ref": str(row.conflict_ref) if row.conflict_ref else None,
        "order_ref": str(row.order_ref),
        "raised_at": shown.instant(row.raised_at),
        "due": shown.instant(row.due),
        "basis": row.basis,
        "position": row.position,
    }


def shown_deadline(row: DeadlineRow) -> dict[str, Any]:
    """Show a deadline."""
    return {
        "kind": row.kind,
        "subject": str(row.subject),
        "order_ref": str(row.order_ref),
        "duty": row.code.value if row.code else None,
        "whom": row.whom.value if row.whom else None,
        "due": shown.instant(row.due),
        "without_delay": row.without_delay,
        "overdue": row.overdue,
        "basis": row.basis,
        "verified": row.verified,
    }


async def caught_up(call: Call, view: str) -> None:
    """Wait, if the caller asked for it, until a list shows what the caller was told is recorded."""
    asked = call.query.get("min_position")
    if asked is not None:
        await call.services.caught_up(view, Position(int(asked)))


def _position(query: Mapping[str, str]) -> Position:
    return Position(int(query.get("after", "0")))


def _limit(call: Call) -> int:
    return min(int(call.query.get("limit", DEFAULT_PAGE)), call.services.limits.page)


def _page(
    rows: Sequence[Row], limit: int, show: Callable[[Row], dict[str, Any]], cursor: Callable[[Row], str]
) -> web.Response:
    """Show at most `limit` rows; the cursor of the last one where there are more."""
    page = rows[:limit]
    following = cursor(page[-1]) if len(rows) > limit else None
    return answer({"items": [show(row) for row in page], "next": following})
