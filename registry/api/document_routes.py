"""The signed document that led to a fact, given back to who made the order or wrote it: document and signature."""

from typing import Any, Final

from aiohttp import web
from pydantic import Field as Member

from registry.access.fields import Field
from registry.access.permissions import Action
from registry.api import shown
from registry.api.answer import answer
from registry.api.lines import read
from registry.api.nearness import author_of
from registry.api.receipt_models import Answered, At, Ref
from registry.api.route import Call, Route
from registry.errors import KeyErased, NotFound
from registry.events.document import DocumentSigned
from registry.execute import off_loop
from registry.handing_in import PARTING, document_of, place_of_document
from registry.law.standing import fold
from registry.ledger.leaf import base64url, record
from registry.ledger.port import Recorded
from registry.signing import as_stored
from registry.values.identifiers import FactId, StreamId
from registry.values.look import LookPurpose
from registry.views.police import DOCUMENT


class HandedInDocument(Answered):
    """A document as it was handed in, and what binds it."""

    document_ref: Ref
    order_ref: Ref
    facts: list[Ref] = Member(description="What was recorded of it.")
    institution: str
    key_id: str = Member(description="The institution's key that signed the document.")
    signed_at: At
    recorded_at: At
    position: int
    document: str | None = Member(
        description="The document, byte by byte, base64url. None once anybody in it is erased."
    )
    signature: str | None = Member(description="Its signature, a detached JWS; kept and erased with the document.")
    record: str = Member(description="What the log has the digest of, base64url: `po-record/v1`, topic, body.")


async def handed_in(call: Call) -> web.StreamResponse:
    """Give back the document that led to a fact, to the institution that made its order or handed the document in."""
    reader = call.services.reader
    return await off_loop(reader, lambda: answer(_shown(call)))


def _shown(call: Call) -> dict[str, Any]:
    recorded = document_of(call.services.reader, FactId(call.reference))
    if recorded is None or not isinstance(event := recorded.fact.event, DocumentSigned):
        raise NotFound("no-such-document")
    try:
        near = author_of(call.services, call.principal, event.order_ref, recorded.fact.actor.institution)
    except NotFound:
        raise NotFound("no-such-document") from None
    if Field.DOCUMENT not in call.sight.near(near):
        raise NotFound("no-such-document")
    call.sight.show(event.order_ref)
    signature, document = _opened(call, event)
    return {
        "document_ref": str(event.document_ref),
        "order_ref": str(event.order_ref),
        "facts": [str(fact_id) for fact_id in event.facts],
        "institution": recorded.fact.actor.institution,
        "key_id": event.key_id,
        "signed_at": shown.instant(event.signed_at),
        "recorded_at": shown.instant(recorded.fact.recorded_at),
        "position": recorded.position,
        "document": None if document is None else base64url(document),
        "signature": None if signature is None else signature.decode("ascii"),
        "record": base64url(record_of(recorded)),
    }


def record_of(recorded: Recorded) -> bytes:
    """Give what the log has the digest of."""
    return record(*as_stored(recorded))


def _opened(call: Call, event: DocumentSigned) -> tuple[bytes | None, bytes | None]:
    """Open signature and document; neither once a key of somebody in it is gone."""
    services = call.services
    rows = services.reader.rows(DOCUMENT, {"blob": event.document.blob.bytes}) if event.document else ()
    sealed = rows[0]["sealed"] if rows else None
    if not isinstance(sealed, bytes):
        return None, None
    order = fold(each.fact for each in services.reader.stream(StreamId(event.order_ref)))
    parties = [party.party_ref for party in order.details.parties] if order else []
    place = place_of_document(services.executor.ledger_id, event.document_ref)
    try:
        content = call.sight.open_document(sealed, place=place, order_ref=event.order_ref, parties=parties)
    except KeyErased:
        return None, None
    signature, _, document = content.partition(PARTING)
    return signature, document


DOCUMENT_ROUTES: Final[tuple[Route, ...]] = (
    read(
        "/v1/facts/{fact_ref}/document",
        handed_in,
        HandedInDocument,
        "The signed document that led to a fact, with its signature, to whose court made the order or who wrote it.",
        Action.READ_DOCUMENT,
        absent="no-such-document",
        look=LookPurpose.CASE_HANDLING,
    ),
)
