"""How far a receipt is: sequenced, published; and the receipt itself again, for whoever it was given to."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from aiohttp import web

from registry.api.answer import answer
from registry.api.route import Call
from registry.api.services import Services
from registry.errors import NotFound, Unreadable
from registry.events.check import AnswerGiven
from registry.handing_in import document_of
from registry.ledger.leaf import base64url, record
from registry.ledger.port import Recorded
from registry.ledger.proof.evidence import Evidence, write_evidence
from registry.ledger.proof.handed_in import HandedIn
from registry.receipts import fact_of_command
from registry.signing import as_stored, signed_digest
from registry.values.identifiers import FactId, InstitutionId, Position, StreamId


async def receipt(call: Call) -> web.StreamResponse:
    """Say where in the log a fact is, and sign for it again."""
    return answer(await asyncio.to_thread(_receipt, call.services, call.principal.institution, call.reference))


async def evidence(call: Call) -> web.StreamResponse:
    """Give all that is needed to verify a receipt or an answer without asking anybody again, in one file."""
    pack = await asyncio.to_thread(_evidence, call.services, call.principal.institution, call.reference)
    return web.Response(body=pack, content_type="application/json")


def _evidence(services: Services, institution: InstitutionId, fact_id: UUID) -> bytes:
    recorded = _own(services, institution, fact_id)
    covered = _covered(services, recorded)
    pack = Evidence(
        signed=_signed(services, recorded),
        receipt_key=services.checker.signer.public_jwk["x"],
        policy=services.log_policy.encode(),
        entries=tuple(_proved(services, each.fact.fact_id) for each in covered),
        handed_in=_handed_in(services, covered[0]),
    )
    return write_evidence(pack)


def _handed_in(services: Services, recorded: Recorded) -> HandedIn | None:
    """Prove the record of the signed document; the document itself is shown by another route, and that is a look."""
    found = document_of(services.reader, recorded.fact.fact_id)
    if found is None:
        return None
    entry, proof = _proved(services, found.fact.fact_id)
    return HandedIn(entry=entry, proof=proof, record=record(*as_stored(found)))


def _proved(services: Services, fact_id: FactId) -> tuple[bytes, bytes]:
    index = services.proofs.of_fact(fact_id)
    if index is None:
        raise NotFound("no-such-receipt")
    return services.proofs.entry(index), services.proofs.inclusion(index).raw


def _receipt(services: Services, institution: InstitutionId, fact_id: UUID) -> dict[str, Any]:
    recorded = _own(services, institution, fact_id)
    index = services.proofs.of_fact(fact_id) or 0
    proved = services.proofs.proved_size()
    entry = services.proofs.stored_entry(index)
    return {
        "fact": str(fact_id),
        "kind": recorded.fact.event.TOPIC.rpartition(".")[0],
        "state": _state(services, index, proved),
        "index": index,
        "entry": base64url(entry),
        "signed_size": proved,
        "signed": _signed(services, recorded),
    }


def _state(services: Services, index: int, proved: int) -> str:
    if index >= proved:
        return "SEQUENCED"
    witnessed = services.proofs.witnessed()
    return "WITNESSED" if witnessed is not None and index < witnessed.checkpoint.size else "PUBLISHED"


def _own(services: Services, institution: InstitutionId, fact_id: UUID) -> Recorded:
    """Give a fact that this institution recorded and that has an entry; any other is not there."""
    index = services.proofs.of_fact(fact_id)
    if index is None:
        raise NotFound("no-such-receipt")
    position = Position(orjson.loads(services.proofs.stored_entry(index))["n"])
    (recorded,) = services.reader.after(Position(position - 1), limit=1)
    if recorded.fact.actor.institution != institution:
        raise NotFound("no-such-receipt")
    return recorded


def _covered(services: Services, recorded: Recorded) -> Sequence[Recorded]:
    """Give the facts that one signature is about: an answer alone, or all that its command recorded."""
    fact = recorded.fact
    if isinstance(fact.event, AnswerGiven):
        return (recorded,)
    return _of_one_command(services.reader.stream(StreamId(fact.stream)), fact.fact_id)


def _signed(services: Services, recorded: Recorded) -> str:
    signer, fact = services.checker.signer, recorded.fact
    if isinstance(fact.event, AnswerGiven):
        signed = signer.answer(fact.event, fact_id=fact.fact_id, institution=fact.actor.institution)
        if fact.event.signed is not None and signed_digest(signed) != fact.event.signed:
            # Another text under our name is worse than none.
            raise Unreadable("an answer does not come out as it was signed")
        return signed
    return signer.receipt(_covered(services, recorded))


def _of_one_command(facts: Sequence[Recorded], fact_id: FactId) -> Sequence[Recorded]:
    """Give the facts that the same command recorded: the ids of all but the first derive from the first."""
    for at, first in enumerate(facts):
        count = 1
        while at + count < len(facts) and facts[at + count].fact.fact_id == fact_of_command(first.fact.fact_id, count):
            count += 1
        if fact_id in {each.fact.fact_id for each in facts[at : at + count]}:
            return facts[at : at + count]
    raise NotFound("no-such-receipt")
