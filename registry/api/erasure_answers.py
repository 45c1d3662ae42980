"""What is answered about erasing: whether a person may be erased, that one was, and what proves it."""

import asyncio
from typing import Any, Final, cast
from uuid import UUID

from aiohttp import web

from registry.access.permissions import Action
from registry.access.relations import relations
from registry.api import shown
from registry.api.answer import answer
from registry.api.nearness import nearness
from registry.api.problems import HttpProblem
from registry.api.route import Call
from registry.api.texts import as_reference
from registry.erasing import Erasable, erasable
from registry.erasure_certificate import certificate, certificate_pack
from registry.erasure_statement import ErasureStatement, statement, statements
from registry.errors import NotFound
from registry.events.erasure import SubjectErased
from registry.execute import off_loop
from registry.law.erasable import Impediment
from registry.receipts import Receipt
from registry.values.erasure import ErasureGround
from registry.values.identifiers import OrderRef
from registry.values.jurisdiction import Jurisdiction
from registry.views.police import ORDER

DEFAULT_GROUND: Final = ErasureGround.RETENTION_OVER


def erased(_: Call, receipt: Receipt) -> dict[str, Any]:
    """Say whose keys were destroyed."""
    events = (recorded.fact.event for recorded in receipt.recorded)
    return {"subjects": [str(event.subject) for event in events if isinstance(event, SubjectErased)]}


async def erasability(call: Call) -> web.StreamResponse:
    """Say whether parties of an order may be erased, and if not until when; nothing but the look is recorded."""
    order_ref, ground = OrderRef(call.reference), ErasureGround(call.query.get("ground", DEFAULT_GROUND))
    executor = call.services.executor
    rows = await off_loop(executor.reader, lambda: executor.reader.rows(ORDER, {"order_ref": order_ref.bytes}))
    if not any(call.principal.acts_in(Jurisdiction(str(row["jurisdiction"]))) for row in rows):
        # Not there and not yours are one answer, and neither waits for the writer: its queue and the work would tell.
        raise NotFound("no-such-order")
    found = await executor.writer.submit(lambda unit: erasable(unit, order_ref, ground, executor.ledger_id))
    call.sight.near(relations(call.principal, found.jurisdiction))
    call.sight.show(order_ref)
    return answer(_erasability(found), version=found.version)


async def erasure(call: Call) -> web.StreamResponse:
    """State an erasure, signed."""
    said = await asyncio.to_thread(_stated, call)
    return answer({**said.shown(), "signed": certificate(said, call.services.checker.signer)})


async def erasures(call: Call) -> web.StreamResponse:
    """State every erasure of an order, each signed."""
    said = await asyncio.to_thread(_all_stated, call)
    signer = call.services.checker.signer
    return answer({"items": [{**each.shown(), "signed": certificate(each, signer)} for each in said]})


async def erasure_evidence(call: Call) -> web.StreamResponse:
    """Give the certificate with all that verifies it offline, in one file."""
    pack = await asyncio.to_thread(_pack, call)
    return web.Response(body=pack, content_type="application/json")


def _all_stated(call: Call) -> list[ErasureStatement]:
    services, order_ref = call.services, OrderRef(call.reference)
    call.sight.near(nearness(services, call.principal, order_ref, Action.READ_ERASURE))
    call.sight.show(order_ref)
    return list(statements(services.reader, services.executor.ledger_id, order_ref))


def _stated(call: Call) -> ErasureStatement:
    services, order_ref = call.services, OrderRef(call.reference)
    call.sight.near(nearness(services, call.principal, order_ref, Action.READ_ERASURE))
    call.sight.show(order_ref)
    return statement(services.reader, services.executor.ledger_id, order_ref, _party(call))


def _pack(call: Call) -> bytes:
    services = call.services
    return certificate_pack(_stated(call), services.checker.signer, services.proofs, services.log_policy)


def _party(call: Call) -> UUID:
    if "party" not in call.query:
        raise HttpProblem("bad-parameter", errors=[("?party", "missing")])
    return cast("UUID", as_reference(call.query["party"]))


def _erasability(found: Erasable) -> dict[str, Any]:
    return {
        "order_ref": str(found.order_ref),
        "version": found.version,
        "ground": found.ground.value,
        "erasable": not found.against,
        "erasable_from": shown.instant(found.since),
        "stands_against": [_impediment(each) for each in found.against],
        "parties": [
            {
                "party_ref": str(party.party_ref),
                "role": party.role.value,
                "anything_to_erase": party.anything_to_erase,
                "documents_that_go_too": party.documents_that_go_too,
                "order_itself_goes_too": party.order_itself_goes_too,
                "stands_against": [_impediment(each) for each in party.against],
            }
            for party in found.parties
        ],
    }


def _impediment(each: Impediment) -> dict[str, Any]:
    return {
        "code": each.code.value,
        "until": shown.instant(each.until),
        "legal_basis": str(each.basis),
        "verified": each.basis.verified,
    }
