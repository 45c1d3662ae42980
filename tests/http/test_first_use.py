"""Since when a registry's keys are in use: the ledger shows it, by what it holds of answers that were signed."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.first_use import as_listed, first_receipt, first_record
from registry.offered_keys import of_receipts
from registry.signing import Signer
from registry.trust.keylist import KeyList
from registry.values.identifiers import Position
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant
from tests.http.given import an_order

FR = Jurisdiction("FR")


def another(signer: Signer) -> Signer:
    return Signer(ledger_id=signer.ledger_id, key=Ed25519PrivateKey.from_private_bytes(bytes(32)))


async def asked(registry, order_ref: str) -> Instant:
    """Ask once more, a day later; gives when the answer was recorded."""
    registry.clock.pass_seconds(86_400)
    registry.tokens.clear()
    question = {"jurisdiction": "FR", "purpose": "AT_THE_SCENE", "order_ref": order_ref}
    answer = await registry.post("fr-police", "/v1/checks", question)
    fact = registry.ledger.reader.after(Position(0), limit=1000)[-1].fact
    assert (answer.status, answer.json["word"]) == (200, fact.event.word.value)  # as it was said, for ever
    return fact.recorded_at


async def test_the_key_of_the_first_answer_has_signed_since_the_first_fact(registry):
    signer, reader = registry.services.checker.signer, registry.ledger.reader
    assert first_record(reader) is None
    order_ref = (await registry.post("fr-tj-lille", "/v1/orders", an_order())).json["order_ref"]
    first = reader.after(Position(0), limit=1)[0].fact.recorded_at
    assert first_receipt(reader, another(signer)) == first  # nothing shows otherwise yet
    await asked(registry, order_ref)
    assert first_record(reader) == first_receipt(reader, signer) == first
    assert first_receipt(reader, another(signer)) is None  # a key made since has signed nothing: it counts from now


async def test_a_key_that_took_anothers_place_has_signed_since_its_first_answer(registry):
    checker, reader = registry.services.checker, registry.ledger.reader
    former = checker.signer
    order_ref = (await registry.post("fr-tj-lille", "/v1/orders", an_order())).json["order_ref"]
    await asked(registry, order_ref)
    object.__setattr__(checker, "signer", another(former))
    turned = await asked(registry, order_ref)
    await asked(registry, order_ref)
    assert first_receipt(reader, another(former)) == turned
    assert first_receipt(reader, former) == first_record(reader)


def test_a_key_that_is_listed_keeps_its_beginning():
    ours, theirs = (of_receipts(bytes([n] * 32), "urn:uuid:1", begins=n, expires=9) for n in (3, 4))
    listed = KeyList(jurisdiction=FR, keys=(ours,))
    later = of_receipts(bytes([3] * 32), "urn:uuid:1", begins=7, expires=9)
    assert as_listed(listed, later) == ours
    assert as_listed(listed, theirs) == theirs
    assert as_listed(None, later) == later
