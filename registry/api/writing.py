"""Requests that record something: a command is made, carried out, and its receipt shown."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from aiohttp import web

from registry.api import shown
from registry.api.answer import answer
from registry.api.change_models import Variation
from registry.api.document_models import DocumentSupply
from registry.api.models import Asking
from registry.api.order_models import ConditionModel, OrderEntry, PartyModel
from registry.api.route import Call, Handler
from registry.commands.violation import AcknowledgeAlert
from registry.errors import NotFound
from registry.events.catalogue import AnyEvent
from registry.events.issuance import CertificateIssued, OrderIssued, OrderVaried
from registry.law.standing import Standing, fold
from registry.receipts import Receipt
from registry.signing import Signer
from registry.values.identifiers import AlertRef, PartyRef, SealedBlock, StreamId, ViolationRef
from registry.values.issuance import PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.parties import Condition, Party
from registry.views.police import ALERT, ORDER


def writes(names: str, *, status: int = 200, extra: Any = None, etag: bool = False) -> Handler:  # noqa: ANN401
    """Make the handler of a write: `names` is what its receipt calls the stream, `extra` what it adds to it."""

    async def write(call: Call) -> web.StreamResponse:
        command = cast("Any", call.model).to_command(asking_of(call))
        receipt = await call.services.executor.execute(
            command,
            principal=call.principal,
            idempotency=call.idempotency,
            expected_version=call.expected_version,
            attachment=call.model.attachment() if isinstance(call.model, OrderEntry | DocumentSupply) else None,
            handed_in=call.handed_in,
        )
        members = shown_receipt(receipt, names, call.services.checker.signer)
        if extra is not None:
            members |= extra(call, receipt)
        return answer(members, status=status, version=receipt.version if etag else None)

    return write


def shown_receipt(receipt: Receipt, names: str, signer: Signer) -> dict[str, Any]:
    """Show what was recorded; `facts` is empty and nothing is signed where it held already."""
    return {
        names: str(receipt.stream),
        "version": receipt.version,
        "position": receipt.position,
        "recorded_at": shown.instant(receipt.recorded_at),
        "facts": [str(fact) for fact in receipt.facts],
        "replayed": receipt.replayed,
        "signed": signer.receipt(receipt.recorded) if receipt.recorded else None,
    }


def asking_of(call: Call) -> Asking:
    """Give what a model needs to become a command."""
    return Asking(
        principal=call.principal,
        reference=call.reference,
        mint=call.services.executor.mint,
        enrolment=call.services.enrolment(),
        role_of=lambda party_ref: _role_of(call, party_ref),
        jurisdiction_of=lambda: _jurisdiction_of(call),
    )


def _jurisdiction_of(call: Call) -> Jurisdiction:
    rows = call.services.reader.rows(ORDER, {"order_ref": call.reference.bytes})
    if not rows:
        raise NotFound("no-such-order")
    return Jurisdiction(str(rows[0]["jurisdiction"]))


def _role_of(call: Call, party_ref: PartyRef) -> PartyRole | None:
    standing: Standing | None = fold(
        recorded.fact for recorded in call.services.reader.stream(StreamId(call.reference))
    )
    parties = standing.details.parties if standing else ()
    return next((party.role for party in parties if party.party_ref == party_ref), None)


def recorded_event(call: Call, receipt: Receipt) -> AnyEvent | None:
    """Give the event that a command recorded first, from the ledger: a replay minted nothing of its own."""
    if not receipt.facts:
        return None
    facts = call.services.reader.stream(receipt.stream)
    return next((each.fact.event for each in facts if each.fact.fact_id == receipt.facts[0]), None)


def entered(call: Call, receipt: Receipt) -> dict[str, Any]:
    """Say which references the labels of an entry were given."""
    model, event = cast("OrderEntry", call.model), recorded_event(call, receipt)
    if not isinstance(event, OrderIssued):
        return {}
    details = event.details
    return {
        "parties": _parties(model.parties, details.parties),
        "conditions": _conditions(model.conditions, details.conditions),
    }


def varied(call: Call, receipt: Receipt) -> dict[str, Any]:
    """Say which version the terms have now, and which references their labels were given."""
    model, event = cast("Variation", call.model), recorded_event(call, receipt)
    if not isinstance(event, OrderVaried):
        return {}
    return {
        "terms": event.terms,
        "parties": _parties(model.added_parties, event.added_parties),
        "conditions": _conditions(model.conditions, event.conditions),
    }


def certified(call: Call, receipt: Receipt) -> dict[str, Any]:
    """Say which reference the certificate was given."""
    event = recorded_event(call, receipt)
    return {"certificate_ref": str(event.certificate_ref)} if isinstance(event, CertificateIssued) else {}


def _parties(models: Sequence[PartyModel], recorded: Sequence[Party[SealedBlock]]) -> list[dict[str, str]]:
    return [
        {"label": model.label, "party_ref": str(party.party_ref)} for model, party in zip(models, recorded, strict=True)
    ]


def _conditions(
    models: Sequence[ConditionModel], recorded: Sequence[Condition[SealedBlock]]
) -> list[dict[str, str | None]]:
    return [
        {"label": model.label, "condition_ref": str(condition.condition_ref)}
        for model, condition in zip(models, recorded, strict=True)
    ]


async def take_alert(call: Call) -> web.StreamResponse:
    """Take an alert in hand. The alert of another institution is answered like one that is not there."""
    rows = call.services.reader.rows(ALERT, {"alert_ref": call.reference.bytes})
    own = [row for row in rows if row["recipient"] == call.principal.institution]
    violation = own[0]["violation_ref"] if own else None
    if not isinstance(violation, bytes):  # nobody else waits for the writer, whose queue would tell
        raise NotFound("no-such-alert")
    receipt = await call.services.executor.execute(
        AcknowledgeAlert(
            violation_ref=ViolationRef(UUID(bytes=violation)),
            alert_ref=AlertRef(call.reference),
            by=call.principal.institution,
        ),
        principal=call.principal,
        idempotency=call.idempotency,
    )
    return answer(shown_receipt(receipt, "violation_ref", call.services.checker.signer))
