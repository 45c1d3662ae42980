"""Documents that an institution signed: kept sealed with their signature, bound by a fact of their own.

What was recorded of a document, the fact that says so and the sealed document are of one transaction: nothing is
acknowledged without it. It is sealed under the keys of all parties of its order together, so that nobody opens it any
more once one of them is erased; docs/decisions/0027 says what stays.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final, cast
from uuid import UUID

from registry.access.actors import Principal
from registry.boundary import SUPPLIED_BLOCK, Bound, Boundary
from registry.commands.issuance import EnterOrder
from registry.errors import KeyErased, NotSigned, Unavailable
from registry.events.base import Claim
from registry.events.document import DocumentSigned
from registry.law.standing import fold
from registry.ledger.leaf import base64url
from registry.ledger.port import Draft, Reader, Recorded, Unit
from registry.ledger.rows import Change, Put
from registry.messages.document import HEADER, DocumentSignature
from registry.states import ROLL
from registry.values.identifiers import DocumentRef, FactId, OrderRef, PartyRef, StreamId, SubjectId, derived
from registry.values.institution import directory_stream
from registry.values.jurisdiction import Jurisdiction
from registry.values.order import OrderDetails
from registry.values.parties import Document
from registry.vault.block import Place, encoded
from registry.vault.claims import claim_id
from registry.vault.documents import SealedDocument, seal_document
from registry.vault.keys import SealingKey
from registry.views.police import DOCUMENT, ORDER, SIGNED

MEDIA_TYPE: Final = "application/json"
BLOCK: Final = SUPPLIED_BLOCK
"""The name of the place that the sealed document is bound to, within its own stream and fact."""
PARTING: Final = b"\n"
"""Stands between signature and document where they are sealed; no signature holds one."""
_STREAMS: Final = ("recognition_ref", "notice_ref", "violation_ref", "hit_ref", "representation_ref")


@dataclass(frozen=True, kw_only=True, slots=True)
class HandedIn:
    """A document as it came, and its signature, which was found right."""

    content: bytes = field(repr=False)
    signature: DocumentSignature


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A document on its way: sealed, and waiting for what is recorded of it."""

    document_ref: DocumentRef
    order_ref: OrderRef
    signature: DocumentSignature
    document: Document[Any] | None
    claim: Claim
    rows: tuple[Change, ...]


def seal_handed_in(
    boundary: Boundary,
    bound: Bound,
    handed_in: HandedIn,
    *,
    fact_id: FactId,
    principal: Principal,
) -> tuple[Bound, Kept | None]:
    """Seal a document for the command that it came with; gives what the command owes to the keys besides.

    None where there is no such order: no plan takes the command then.
    """
    about = _about(boundary.reader, bound.command, principal)
    if about is None:
        return bound, None
    order_ref, parties, jurisdiction = about
    document_ref = DocumentRef(derived(fact_id, "document"))
    keys = tuple(_keys(boundary, bound, parties, jurisdiction))
    jti, institution = handed_in.signature.jti, principal.institution
    content = handed_in.signature.compact.encode("ascii") + PARTING + handed_in.content
    sealed = _sealed(boundary, content, keys, document_ref) if keys else None
    kept = Kept(
        document_ref=document_ref,
        order_ref=order_ref,
        signature=handed_in.signature,
        document=_document(sealed, content) if sealed else None,
        claim=Claim(claim_id=claim_id(boundary.claim_key, "document-signature", institution, jti)),
        rows=(_row(order_ref, sealed),) if sealed else (),
    )
    return _with_keys(bound, keys), kept


def record_handed_in(unit: Unit, kept: Kept | None, recorded: Sequence[Recorded], *, ledger_id: str) -> None:
    """Record what was sealed, with the facts that were recorded of it; raises `NotSigned`, `Unavailable`.

    Nothing is recorded of a document that is not kept: that one is missing has to mean something. The key has to sign
    at this very place of the ledger, whatever it did when the request came to the door.
    """
    if kept is None:
        # Its order was not there when it was to be sealed, and is there now.
        raise Unavailable("key-contested")
    first = recorded[0].fact
    institution = first.actor.institution
    loaded = unit.state(directory_stream(UUID(ledger_id)), ROLL)
    _, roll = loaded
    member = roll.members.get(institution) if roll is not None else None
    if member is not None and kept.signature.key_id not in member.signing(unit.now):
        raise NotSigned("document-signature-key-unknown", field=HEADER)
    if unit.holder(kept.claim.claim_id) is not None:
        raise NotSigned("document-signature-replayed", field=HEADER)
    event = DocumentSigned(
        document_ref=kept.document_ref,
        order_ref=kept.order_ref,
        facts=tuple(each.fact.fact_id for each in recorded),
        key_id=kept.signature.key_id,
        signed_at=kept.signature.signed_at,
        signature=signature_digest(kept.signature.compact),
        document=kept.document,
    )
    draft = Draft(
        fact_id=fact_of_document(kept.document_ref),
        actor=first.actor,
        correlation=first.correlation,
        causation=first.fact_id,
        claims=(kept.claim,),
        event=event,
    )
    unit.append(StreamId(kept.document_ref), [draft], expected_version=0, rows=kept.rows)


def signature_digest(compact: str) -> str:
    """Give the digest by which facts and log name a signature."""
    return base64url(sha256(compact.encode("ascii")).digest())


def fact_of_document(document_ref: DocumentRef) -> FactId:
    """Give the id of the one fact of a document's stream."""
    return FactId(derived(document_ref, "fact/0"))


def place_of_document(ledger_id: str, document_ref: DocumentRef) -> Place:
    """Give the place that a sealed document is bound to."""
    return Place(ledger=ledger_id, stream=StreamId(document_ref), fact_id=fact_of_document(document_ref), name=BLOCK)


def document_of(reader: Reader, fact_id: FactId) -> Recorded | None:
    """Find what was recorded of the signed document that led to a fact; None where it had none."""
    rows = reader.rows(SIGNED, {"fact_id": fact_id.bytes})
    stored = rows[0]["document_ref"] if rows else None
    found = reader.stream(StreamId(UUID(bytes=stored))) if isinstance(stored, bytes) else ()
    return found[0] if found else None


def _about(
    reader: Reader,
    command: Any,  # noqa: ANN401  # any command of plans.PLANS
    principal: Principal,
) -> tuple[OrderRef, tuple[PartyRef, ...], Jurisdiction] | None:
    """Say which order a command is about, and who its parties are: those who come with the command too."""
    said: Any = command
    if isinstance(command, EnterOrder):
        details: OrderDetails[Any] = said.details
        return said.order_ref, tuple(each.party_ref for each in details.parties), details.court.jurisdiction
    order_ref = _own_of(reader, command, principal) if hasattr(command, "link_ref") else _order_of(reader, command)
    facts = reader.stream(StreamId(order_ref)) if order_ref is not None else ()
    order = fold(each.fact for each in facts)
    if order is None:
        return None
    parties = (*order.details.parties, *getattr(command, "added_parties", ()))
    return order.order_ref, tuple(each.party_ref for each in parties), order.details.court.jurisdiction


def _order_of(reader: Reader, command: Any) -> OrderRef | None:  # noqa: ANN401  # any command of plans.PLANS
    """Give the order of a command: it names it, or what it answers does."""
    if hasattr(command, "order_ref"):
        return cast("OrderRef", command.order_ref)
    refs = (getattr(command, name) for name in _STREAMS if hasattr(command, name))
    facts = (fact for ref in refs for fact in reader.stream(StreamId(ref)))
    return next((getattr(each.fact.event, "order_ref", None) for each in facts), None)


def _own_of(reader: Reader, command: Any, principal: Principal) -> OrderRef | None:  # noqa: ANN401  # as above
    """Give the order of a link of which whoever hands it in keeps the case; of the other one it knows a reference.

    The document holds references alone, as the fact does: it is sealed for the parties of the one.
    """
    facts = () if hasattr(command, "one") else reader.stream(StreamId(command.link_ref))
    said: Any = next((each.fact.event for each in facts), command)
    sides = (getattr(said, name, None) for name in ("one", "other"))
    refs = [OrderRef(side.order_ref) for side in sides if side is not None]
    made = (row for ref in refs for row in reader.rows(ORDER, {"order_ref": ref.bytes}))
    own = (row["order_ref"] for row in made if principal.acts_in(Jurisdiction(str(row["jurisdiction"]))))
    return next((OrderRef(UUID(bytes=ref)) for ref in own if isinstance(ref, bytes)), None)


def _keys(
    boundary: Boundary, bound: Bound, parties: Sequence[PartyRef], jurisdiction: Jurisdiction
) -> Iterator[SealingKey]:
    """Give the key of everybody who was not erased; of whom the command gives another key, that one."""
    renewed = {each.key.subject: each.key for each in bound.renewals}
    for subject in map(SubjectId, parties):
        if subject in renewed:
            yield SealingKey(key=renewed[subject])
            continue
        try:
            yield boundary.ring.to_seal(
                subject, jurisdiction=jurisdiction, now=boundary.clock(), entropy=boundary.entropy
            )
        except KeyErased:
            continue


def _sealed(
    boundary: Boundary, content: bytes, keys: Sequence[SealingKey], document_ref: DocumentRef
) -> SealedDocument:
    place = place_of_document(boundary.ledger_id, document_ref)
    return seal_document(content, keys=[each.key for each in keys], place=place, entropy=boundary.entropy)


def _document(sealed: SealedDocument, content: bytes) -> Document[Any]:
    return Document(
        blob=sealed.blob, commitment=str(encoded(sealed.commitment)), media_type=MEDIA_TYPE, size=len(content)
    )


def _row(order_ref: OrderRef, sealed: SealedDocument) -> Put:
    row = {"blob": sealed.blob.bytes, "order_ref": order_ref.bytes, "sealed": sealed.content}
    return Put(table=DOCUMENT, row=row)


def _with_keys(bound: Bound, keys: Sequence[SealingKey]) -> Bound:
    """Hold the command to these keys too; a key that the command itself renews is held as such."""
    renewed = {each.key.subject for each in bound.renewals}
    new = {each.subject: each for each in bound.new_keys}
    new.update({each.unsaved.subject: each.unsaved for each in keys if each.unsaved is not None})
    held: Mapping[SubjectId, bytes | None] = {
        **bound.held,
        **{each.key.subject: each.key.key_id for each in keys if each.key.subject not in renewed},
    }
    return replace(bound, new_keys=tuple(new.values()), held=held)
