"""What answers a break-glass: it is recorded and told first, then the order is shown, for a time and to one officer."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, cast
from uuid import UUID

import orjson
from aiohttp import web

from registry.access.actors import Role
from registry.access.relations import Relation
from registry.alerts.glass import told
from registry.alerts.surroundings import Surroundings
from registry.api import shown
from registry.api.answer import answer
from registry.api.asking import DEFAULT_PAGE
from registry.api.conflicts import own_orders
from registry.api.glass_models import GlassBreak
from registry.api.look_answers import pseudonym
from registry.api.order_answers import shown_state
from registry.api.persons import Blocks
from registry.api.route import Call
from registry.api.writing import asking_of, shown_receipt
from registry.decisions.conflict import fold as fold_conflict
from registry.decisions.glass import Glass, fold
from registry.errors import KeyErased, NotFound
from registry.events.glass import GlassBroken
from registry.law.standing import fold as fold_order
from registry.ledger.port import Recorded
from registry.ledger.rows import Cell
from registry.values.glass import GlassRef, ReviewVerdict
from registry.values.identifiers import OrderRef, StreamId
from registry.values.issuance import PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.parties import Address, ContactPlan, Party
from registry.values.time import Instant
from registry.views.police import GLASS, ORDER

LOG: Final = logging.getLogger("registry.security")
ABSENT: Final = "no-such-break-glass"


async def break_glass(call: Call) -> web.StreamResponse:
    """Record that an order is opened and who is told of it, in one transaction. Nothing of the order is shown yet."""
    asking, model = asking_of(call), cast("GlassBreak", call.model)
    directory, order_ref = call.services.enrolment().directory, OrderRef(call.reference)
    jurisdiction = model.acting_in(asking)
    rows = call.services.reader.rows(ORDER, {"order_ref": order_ref.bytes})
    recipients = told(
        directory,
        by=call.principal.institution,
        jurisdiction=jurisdiction,
        issuing=Surroundings(reader=call.services.reader, directory=lambda: directory).issuing(order_ref),
        made_in=Jurisdiction(str(rows[0]["jurisdiction"])) if rows else jurisdiction,
    )
    receipt = await call.services.executor.execute(
        model.to_command(asking, recipients), principal=call.principal, idempotency=call.idempotency
    )
    glass, _ = _glass(call, receipt.stream)
    if not receipt.replayed:
        _make_noise(call)
    members = shown_receipt(receipt, "glass_ref", call.services.checker.signer)
    until, due = glass.broken.until, glass.broken.review_due
    return answer(members | {"until": shown.instant(until), "review_due": shown.instant(due)}, status=201)


def _make_noise(call: Call) -> None:
    """Count it and say so in the security log: that it happened and by which institution, and nothing else."""
    counted, institution = call.services.glasses, call.principal.institution
    counted[institution] += 1
    line = {"event": "glass-broken", "count": counted[institution], "institution": institution}
    LOG.warning("%s", orjson.dumps(line).decode())


def _glass(call: Call, reference: UUID) -> tuple[Glass, Recorded]:
    """Give a break-glass, and the fact that it began with; raises `NotFound`."""
    facts = call.services.reader.stream(StreamId(reference))
    glass = fold(each.fact for each in facts)
    if glass is None or not isinstance(facts[0].fact.event, GlassBroken):
        raise NotFound(ABSENT)
    return glass, facts[0]


async def opened_order(call: Call) -> web.StreamResponse:
    """Show the order to the one officer, while it is open; to everybody else, and afterwards, there is none."""
    glass, _ = _glass(call, call.reference)
    principal, broken = call.principal, glass.broken
    if not glass.opens_for(principal.institution, principal.on_behalf_of, call.services.clock()) or _closed(
        call, glass
    ):
        raise NotFound(ABSENT)
    call.sight.under(broken.glass_ref, broken.ground)
    place = {Relation.EMERGENCY_AT_A_PLACE} if broken.whereabouts else set[Relation]()
    _, state = shown_state(call, broken.order_ref, {Relation.EMERGENCY, *place})
    return answer(
        {
            "glass_ref": str(broken.glass_ref),
            "until": shown.instant(broken.until),
            "order": state,
            "whereabouts": _whereabouts(call, broken.order_ref) if broken.whereabouts else [],
        }
    )


def _closed(call: Call, glass: Glass) -> bool:
    """Say whether another of the officer's was found not justified: then only what was found right stays open."""
    own = {"institution": glass.by.institution, "officer": glass.by.on_behalf_of or ""}
    verdicts = {row["verdict"] for row in call.services.reader.rows(GLASS, own)}
    return glass.verdict is None and ReviewVerdict.NOT_JUSTIFIED.value in verdicts


def _whereabouts(call: Call, order_ref: OrderRef) -> list[dict[str, Any]]:
    """Open addresses, and contact plans of protected persons, though the court marked them confidential.

    That mark keeps an address from the other side; without the address no help arrives.
    """
    facts = tuple(each.fact for each in call.services.reader.stream(StreamId(order_ref)))
    standing, blocks = fold_order(facts), Blocks(call.sight, facts)
    return [_where(party, blocks) for party in (standing.details.parties if standing else ())]


def _where(party: Party[Any], blocks: Blocks) -> dict[str, Any]:
    address, no_address = blocks.open(party.address)
    contact, no_contact = blocks.open(party.contact) if party.role is PartyRole.PROTECTED else (None, None)
    return {
        "party_ref": str(party.party_ref),
        "role": party.role.value,
        "address": _address(address) if isinstance(address, Address) else None,
        "contact": _contact(contact) if isinstance(contact, ContactPlan) else None,
        "missing": no_address or no_contact,
    }


def _address(given: Address) -> dict[str, Any]:
    return {"lines": list(given.lines), "postcode": given.postcode, "country": given.country}


def _contact(given: ContactPlan) -> dict[str, Any]:
    return {
        "channel": given.channel,
        "address": given.address,
        "consent": given.consent,
        "language": given.language,
    }


async def stated_glass(call: Call) -> web.StreamResponse:
    """Show a reviewer what the officer stated; to whoever supervises another place there is none."""
    glass, first = _glass(call, call.reference)
    broken = glass.broken
    if not call.principal.acts_in(broken.jurisdiction):
        raise NotFound(ABSENT)
    (row,) = call.services.reader.rows(GLASS, {"glass_ref": broken.glass_ref.bytes})
    call.sight.near({Relation.REVIEWING})
    call.sight.show(broken.order_ref)
    call.sight.under(broken.glass_ref, broken.ground)
    said: dict[str, str] = {}
    with suppress(KeyErased):  # the queries of that month were destroyed, and this with them
        said = orjson.loads(call.sight.statement(broken.query, fact=first.fact, order_ref=broken.order_ref))
    now = call.services.clock()
    return answer(_row(row, now) | {"incident": said.get("incident"), "justification": said.get("words")})


async def met_conflict(call: Call) -> web.StreamResponse:
    """Show who met an order of their own, and how, to who was alerted of it; to everybody else there is none."""
    facts, principal = call.services.reader.stream(StreamId(call.reference)), call.principal
    found = fold_conflict(each.fact for each in facts)
    own = found.alert_of(principal.institution) if found else None
    if found is None or own is None:
        raise NotFound("no-such-conflict")
    met = found.met
    named = Role.SUPERVISOR in principal.roles
    return answer(
        {
            "conflict_ref": str(met.conflict_ref),
            "order_ref": str(met.order_ref),
            "institution": met.institution,
            "officer": met.officer if named else pseudonym(call, met.order_ref, met.institution, met.officer),
            "jurisdiction": met.jurisdiction,
            "met": met.met.value,
            "met_at": shown.instant(facts[0].fact.recorded_at),
            "due": shown.instant(own[1]),
            "in_hand": own[0] in found.in_hand,
        }
    )


async def glasses(call: Call) -> web.StreamResponse:
    """List what waits for review in the supervisor's jurisdictions, or all, oldest first.

    Of orders of which the reader is a party there is nothing in it: it would tell that help is on its way.
    """
    where: dict[str, Cell] = {} if call.query.get("state") == "ALL" else {"verdict": None}
    found = [
        row
        for row in call.services.reader.rows(GLASS, where)
        if call.principal.acts_in(Jurisdiction(str(row["jurisdiction"])))
    ]
    own = own_orders(call, lambda: {OrderRef(_ref(row, "order_ref")) for row in found})
    found = [row for row in found if _ref(row, "order_ref") not in own]
    limit = min(int(call.query.get("limit", DEFAULT_PAGE)), call.services.limits.page)
    keyed = sorted((_key(row), row) for row in found if _key(row) > call.query.get("after", ""))
    page, now = keyed[:limit], call.services.clock()
    following = page[-1][0] if len(keyed) > limit else None
    return answer({"items": [_row(row, now) for _, row in page], "next": following})


def _key(row: Mapping[str, Cell]) -> str:
    """Give what pages: the instant in as many digits for each, so that texts stand in its order."""
    return f"{_number(row, 'broken_at'):020d}.{_ref(row, 'glass_ref').hex}"


def _row(row: Mapping[str, Cell], now: Instant) -> dict[str, Any]:
    due, verdict = Instant(_number(row, "review_due")), row["verdict"]
    return {
        "glass_ref": str(GlassRef(_ref(row, "glass_ref"))),
        "order_ref": str(_ref(row, "order_ref")),
        "institution": row["institution"],
        "officer": row["officer"],
        "jurisdiction": row["jurisdiction"],
        "ground": row["ground"],
        "whereabouts": bool(row["whereabouts"]),
        "broken_at": shown.instant(Instant(_number(row, "broken_at"))),
        "until": shown.instant(Instant(_number(row, "until"))),
        "review_due": shown.instant(due),
        "overdue": verdict is None and due <= now,
        "verdict": verdict,
        "reviewed_at": shown.instant(Instant(_number(row, "reviewed_at"))) if verdict else None,
    }


def _ref(row: Mapping[str, Cell], column: str) -> UUID:
    cell = row[column]
    return UUID(bytes=cell if isinstance(cell, bytes) else b"")


def _number(row: Mapping[str, Cell], column: str) -> int:
    cell = row[column]
    return cell if isinstance(cell, int) else 0
