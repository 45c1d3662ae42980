"""Before an order is entered: which registered ones cross it. Who is asked about, and what shows, is recorded first."""

from collections.abc import Iterator
from typing import Any, cast

from aiohttp import web

from registry.api.answer import answer
from registry.api.check_answers import shown_basis
from registry.api.conflicts import without_own
from registry.api.looking import looked_before
from registry.api.models import Asking
from registry.api.order_models import OrderEntry
from registry.api.preview_models import OrderPreviews
from registry.api.route import Call
from registry.api.writing import asking_of
from registry.commands.issuance import EnterOrder
from registry.crosschecks import CrossCheck, CrossChecker
from registry.errors import Refused
from registry.identity.given import named_by
from registry.identity.plausible import check_person
from registry.law.verdict import ABSENCE
from registry.looks import Previewed, hold_to_length
from registry.values.identifiers import OrderRef, PartyRef
from registry.values.look import LookPurpose
from registry.values.parties import Clear
from registry.values.time import Instant


async def preview(call: Call) -> web.StreamResponse:
    """Show what crosses each order of the request; nothing is entered."""
    model, services = cast("OrderPreviews", call.model), call.services
    asking, now = asking_of(call), services.clock()
    commands = [_command(entry, number, asking, now) for number, entry in enumerate(model.orders)]
    asked = [[identity for _, identity in named_by(command)] for command in commands]
    hold_to_length(asked)
    checker = CrossChecker(executor=services.executor, clock=services.clock)
    checks = [await checker.check(command.details) for command in commands]
    found = dict.fromkeys(each.standing.order_ref for check in checks for each in check.found)
    told = await without_own(call, found)
    previewed = Previewed(asked=asked, shown=tuple(ref for ref in found if ref in told))
    await looked_before(call, LookPurpose.REGISTRATION, previewed)
    shown = [
        _shown(entry, command, check, told)
        for entry, command, check in zip(model.orders, commands, checks, strict=True)
    ]
    return answer({"orders": shown, "statement": ABSENCE})


def _command(entry: OrderEntry, number: int, asking: Asking, now: Instant) -> EnterOrder[Clear]:
    """Give the command that would enter it; raises what that would, with its place in the list before the field's."""
    try:
        command = entry.to_command(asking)
        for place, identity in named_by(command):
            check_person(identity, now, place)
    except Refused as refusal:
        refusal.field = f"/orders/{number}{refusal.field or ''}"
        refusal.also = tuple(f"/orders/{number}{each}" for each in refusal.also)
        raise
    return command


def _shown(
    entry: OrderEntry, command: EnterOrder[Clear], check: CrossCheck, told: frozenset[OrderRef]
) -> dict[str, Any]:
    parties = command.details.parties
    labels = {party.party_ref: model.label for party, model in zip(parties, entry.parties, strict=True)}
    return {
        "crossings": list(_crossings(check, told, labels)),
        "unsearched": [labels[ref] for ref in check.unsearched],
    }


def _crossings(check: CrossCheck, told: frozenset[OrderRef], labels: dict[PartyRef, str]) -> Iterator[dict[str, Any]]:
    for found in check.found:
        details = found.standing.details
        for each in found.crossed if found.standing.order_ref in told else ():
            yield {
                "crossing": each.crossing.value,
                "reason": each.reason.value,
                "order_ref": str(found.standing.order_ref),
                "jurisdiction": details.court.jurisdiction,
                "court": details.court.code,
                "kind": details.kind.value,
                "parties": sorted({labels[mine] for mine, _ in each.parties}),
                "legal_basis": shown_basis(each.basis),
            }
