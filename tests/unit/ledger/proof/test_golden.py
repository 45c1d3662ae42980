"""What was published once must verify for ever: our own vectors, byte for byte."""

import orjson

from registry.ledger.proof.encoding import hash_from_base64
from registry.ledger.proof.merkle import leaf_hash
from registry.ledger.proof.policy import accept, parse_policy
from registry.ledger.proof.signed_note import parse_note, verify_note
from registry.ledger.proof.tlog_proof import parse_tlog_proof, verify_tlog_proof
from registry.ledger.proof.vkey import parse_vkey
from tests.proof_vectors import FOLDER, ONCE, vectors
from tests.transparency import LOG_KEY, NOW, entry


def golden(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def test_the_vectors_are_what_they_were():
    made = vectors()
    assert {file.name for file in FOLDER.iterdir()} == {*made, ONCE}
    assert {name: golden(name) for name in made} == made


def test_a_proof_that_was_given_once_still_verifies():
    proof, policy = parse_tlog_proof(golden("entry-257.tlog-proof")), parse_policy(golden("policy"))
    included = verify_tlog_proof(proof, leaf=leaf_hash(entry(257)), policy=policy)
    assert (included.index, included.accepted.checkpoint.size) == (257, 300)
    assert included.accepted.witnesses == (("fr", NOW),)


def test_a_checkpoint_that_was_signed_once_still_verifies_under_both_keys():
    key = parse_vkey(golden("log-ml-dsa-44.vkey").decode().strip())
    verified = verify_note(parse_note(golden(ONCE)), [LOG_KEY, key])
    assert [(each.key, each.timestamp) for each in verified] == [(LOG_KEY, None), (key, NOW)]
    root = orjson.loads(golden("tree.json"))["roots"]["300"]
    assert accept(golden("checkpoint"), parse_policy(golden("policy"))).checkpoint.root == hash_from_base64(
        root, place="root"
    )
