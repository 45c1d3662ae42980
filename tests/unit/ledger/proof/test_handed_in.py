"""A signed document in a pack is read strictly, and what does not belong together is told."""

import hashlib
import json
from base64 import urlsafe_b64encode

import pytest

from registry.ledger.proof.acts import is_of_act
from registry.ledger.proof.errors import NotVerified, NotWellFormed
from registry.ledger.proof.evidence import read_evidence, with_document
from registry.ledger.proof.handed_in import KIND, HandedIn, check_handed_in, read_handed_in, read_header, says_of_facts
from tests.unit.ledger.proof.test_evidence import RECEIPT, pack, signed

ORDER, OTHER = "7d444840-9dc0-11d1-b245-5ffdce74fad2", "7d444840-9dc0-11d1-b245-5ffdce74fad3"
MEMBER = {"entry": "e30", "proof": "", "record": "e30"}
FACTS = ["f1"]
CLAIMS = {"facts": [{"fact": "f1", "kind": "order.revoked"}], "aud": "lille", "stream": ORDER}


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def record(**event) -> bytes:
    body = json.dumps({"event": {"facts": FACTS, "signature": "s", "key_id": "k1"} | event}).encode()
    return b"po-record/v1\n" + KIND.encode() + b".1\n" + body


def handed_in(said: bytes, **entry) -> HandedIn:
    digest = text(hashlib.sha256(said).digest())
    raw = json.dumps({"d": digest, "k": KIND, "sg": "s", "by": "lille k1", "n": 2} | entry).encode()
    return HandedIn(entry=raw, proof=b"", record=said)


def test_a_document_that_led_to_these_facts_is_said_to():
    assert "1 facts" in says_of_facts(handed_in(record()), [b'{"n": 1}'], CLAIMS)


@pytest.mark.parametrize(
    "found",
    [
        handed_in(record(facts=["f2"])),
        handed_in(record(), d="another"),
        handed_in(record(), by="lyon k1"),
        handed_in(record(), n=1),
        handed_in(b"po-record/v1\norder.revoked.1\n{}"),
    ],
    ids=["other facts", "another record", "another institution", "older", "no document"],
)
def test_a_document_of_something_else_is_not_verified(found):
    with pytest.raises(NotVerified):
        says_of_facts(found, [b'{"n": 1}'], CLAIMS)


@pytest.mark.parametrize(
    "members",
    [{"entry": 1}, {"document": "e30"}, {"signature": "x"}, {"entry": "!"}, {"entry": "ä"}, {"entry": "e31"}],
    ids=["no text", "no signature", "no document", "no base64url", "no ASCII", "not canonical"],
)
def test_a_member_that_is_not_well_formed_is_not_read(members):
    assert read_handed_in(MEMBER).signature is None
    with pytest.raises(NotWellFormed):
        read_handed_in(MEMBER | members)


@pytest.mark.parametrize("compact", ["e30..", "e30.e30.e30", "e30"])
def test_what_is_no_detached_signature_of_a_document_is_not_read(compact):
    with pytest.raises(NotWellFormed):
        read_header(compact)


def test_a_pack_that_names_no_document_takes_none():
    found = read_evidence(json.dumps(pack(signed(RECEIPT))).encode())
    with pytest.raises(NotVerified):
        with_document(found, document="e30", signature="e30..")


@pytest.mark.parametrize(("entry", "who"), [(b'{"by": "lille k1"}', "lille k1"), (b"{", "does not name")])
def test_without_a_document_it_is_said_who_recorded(entry, who):
    checks = []
    check_handed_in(checks, None, [entry], CLAIMS, None)
    assert who in checks[0].detail


@pytest.mark.parametrize("stream", [OTHER, "no reference", None])
def test_an_act_of_another_order_is_not_verified(stream):
    header = {"htm": "POST", "htu": f"https://registry.example/v1/orders/{ORDER}/revocation"}
    assert "revocation" in is_of_act(header, {}, CLAIMS)
    with pytest.raises(NotVerified):
        is_of_act(header, {}, CLAIMS | {"stream": stream})
