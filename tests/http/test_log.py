"""The transparency log over HTTP: hashes for everybody, entries for participants, and what a client makes of them."""

from base64 import b64decode
from uuid import UUID

import orjson
import pytest

from registry.ledger.proof.audit import audit
from registry.ledger.proof.checkpoint import parse_checkpoint
from registry.ledger.proof.consistency import verify_consistency
from registry.ledger.proof.inclusion import verify_inclusion
from registry.ledger.proof.merkle import leaf_hash
from registry.ledger.proof.signed_note import parse_note, verify_note
from registry.ledger.proof.tiles import tiles_between
from registry.ledger.proof.tlog_proof import parse_tlog_proof
from registry.log_keys import log_signer
from tests.http.given import an_order

WHO = "fr-tj-lille"
SIGNER = log_signer(bytes(32), f"registry.test/po/{UUID(int=77)}")


async def checkpoint_of(registry):
    answer = await registry.raw("/checkpoint")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=2"
    note = parse_note(answer.body)
    assert len(verify_note(note, (SIGNER.ed25519, SIGNER.ml_dsa_44))) == 2
    return parse_checkpoint(note.text)


async def entered(registry, number="RG 26/01234"):
    answer = await registry.post(WHO, "/v1/orders", an_order(number=number))
    registry.publisher.step()
    return answer.json


async def test_whoever_wants_to_can_hold_the_log_to_what_it_signed(registry):
    for number in range(3):
        await entered(registry, f"RG 26/{number}")
    checkpoint = await checkpoint_of(registry)
    assert checkpoint.size == registry.head()
    bundles = {}
    for tile in tiles_between(0, checkpoint.size, level=-1):
        answer = await registry.raw(f"/{tile.path}", client=WHO)
        assert answer.headers["Cache-Control"].startswith("private")
        bundles[tile] = answer.body
    assert audit(checkpoint, bundles.__getitem__).root == checkpoint.root


async def test_hashes_are_public_and_immutable_and_entries_are_not_public(registry):
    await entered(registry)
    answer = await registry.raw("/tile/0/000.p/1")
    assert (answer.status, len(answer.body)) == (200, 32)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert (await registry.raw("/tile/entries/000.p/1")).status == 401
    bundle = (await registry.raw("/tile/entries/000.p/1", client="de-polizei")).body
    assert leaf_hash(bundle[2:]) == answer.body


async def test_an_entry_says_nothing_of_a_person(registry):
    await entered(registry)
    bundle = (await registry.raw("/tile/entries/000.p/1", client=WHO)).body
    entry = orjson.loads(bundle[2:])
    assert sorted(entry) == ["at", "by", "d", "f", "k", "n", "o", "ov", "p", "v"]
    assert entry["k"] == "order.issued"
    for said in (b"Martin", b"RG 26", b"Lille"):
        assert said not in bundle


async def test_a_proof_of_an_entry_verifies_with_nothing_but_the_log_s_key(registry):
    for number in range(4):
        await entered(registry, f"RG 26/{number}")
    answer = await registry.raw("/proof/2", client=WHO)
    assert answer.status == 200
    proof = parse_tlog_proof(answer.body)
    note = parse_note(proof.checkpoint)
    verify_note(note, (SIGNER.ed25519, SIGNER.ml_dsa_44))
    signed = parse_checkpoint(note.text)
    bundle = (await registry.raw(f"/tile/0/000.p/{signed.size}")).body
    leaf = bundle[2 * 32 : 3 * 32]
    verify_inclusion(index=2, size=signed.size, leaf=leaf, root=signed.root, proof=proof.path)
    assert (await registry.raw("/proof/2")).status == 401


async def test_a_smaller_log_is_the_beginning_of_a_larger_one(registry):
    await entered(registry, "RG 1")
    old = await checkpoint_of(registry)
    for number in range(2, 5):
        await entered(registry, f"RG {number}")
    new = await checkpoint_of(registry)
    answer = await registry.raw(f"/proof/consistency?from={old.size}&to={new.size}")
    path = [b64decode(line) for line in answer.body.splitlines()]
    verify_consistency(old=old.size, new=new.size, old_root=old.root, new_root=new.root, proof=path)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/tile/0/000.p/3", 404, "not-found"),
        ("/tile/0/001", 404, "not-found"),
        ("/tile/0/000.p/0", 404, "not-found"),
        ("/tile/0/000.p/256", 404, "not-found"),
        ("/tile/00/000", 404, "not-found"),
        ("/tile/64/000", 404, "not-found"),
        ("/tile/0/x000/000", 404, "not-found"),
        ("/tile/0/..%2F..%2Fetc", 404, "not-found"),
        ("/tile/entries", 404, "not-found"),
        ("/proof/9", 404, "not-found"),
        ("/proof/01", 404, "not-found"),
        ("/proof/-1", 404, "not-found"),
        ("/proof/consistency", 400, "bad-parameter"),
        ("/proof/consistency?from=0&to=1", 400, "bad-parameter"),
        ("/proof/consistency?from=1&to=3", 404, "not-found"),
        ("/proof/consistency?from=2&to=1", 404, "not-found"),
        ("/log/keys?x=1", 400, "unknown-parameter"),
    ],
)
async def test_what_is_not_there_is_said_not_to_be_there(registry, path, status, code):
    await entered(registry)
    answer = await registry.raw(path, client=WHO)
    assert (answer.status, answer.json["code"]) == (status, code)


async def test_before_the_first_checkpoint_there_is_nothing_to_give(registry):
    for path in ("/checkpoint", "/tile/0/000.p/1", "/proof/0", "/proof/consistency?from=1&to=1"):
        answer = await registry.raw(path, client=WHO)
        assert (answer.status, answer.json["code"]) == (503, "no-checkpoint-yet")


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/cose", "application/cose"),
        ("text/plain, Application/COSE;q=0.5", "application/cose"),
        ("application/cose;q=0", "text/plain"),
        ("text/plain, application/cose; q=0.000", "text/plain"),
        ("application/cose-x", "text/plain"),
    ],
)
async def test_a_proof_is_kept_by_nobody_but_who_asked_and_is_cose_only_to_who_accepts_it(registry, accept, kind):
    await entered(registry)
    answer = await registry.raw("/proof/0", client=WHO, accept=accept)
    assert answer.headers["Content-Type"].partition(";")[0] == kind
    assert answer.headers["Cache-Control"] == "private, max-age=2"
    assert answer.headers["Vary"] == "Accept, Authorization"
