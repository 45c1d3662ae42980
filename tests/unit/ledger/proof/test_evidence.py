"""Packs that somebody wrote to deceive: what is signed and what is logged do not fit, or a terminal is spoken to."""

import importlib.util
import json
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.cli import main
from registry.ledger.leaf import base64url
from registry.ledger.proof.checks import Outcome
from registry.ledger.proof.cosignature import CosignatureKey, SubtreeKey
from registry.ledger.proof.errors import NotWellFormed
from registry.ledger.proof.evidence import FORMAT, Trusted, read_evidence, verify_evidence
from registry.ledger.proof.policy import parse_policy
from registry.ledger.proof.self_check import sign_checkpoint
from registry.ledger.proof.signed_note import parse_note
from registry.ledger.proof.tlog_proof import TlogProof
from registry.ledger.proof.vkey import to_vkey
from registry.signing import signed_digest
from tests.amounts import examples
from tests.transparency import LOG_KEY, LOG_SUBTREE_KEY, NOW, ORIGIN, SIGNER, MemoryLog, ed25519

ALONE = Path(__file__).parents[4] / "scripts" / "verify_evidence.py"
KEY, EVIL = ed25519("receipts"), ed25519("evil")
X = base64url(KEY.public_key().public_bytes_raw())
VKEYS = [to_vkey(LOG_KEY), to_vkey(LOG_SUBTREE_KEY)]
POLICY = "".join(f"log {each}\n" for each in VKEYS) + "quorum none\n"
TRUSTED = Trusted(receipt_key=X, policy=parse_policy(POLICY.encode()))
FACT, STREAM = "01234567-89ab-cdef-0123-456789abcdef", "fedcba98-7654-3210-fedc-ba9876543210"
AT = "2026-11-22T07:00:00.000000Z"
WITNESS_ED25519, WITNESS_ML_DSA_44 = ed25519("witness"), MLDSA44PrivateKey.from_seed_bytes(bytes(range(32)))
WITNESS = CosignatureKey(name="witness.test/1", public=WITNESS_ED25519.public_key().public_bytes_raw())
SUBTREE_WITNESS = SubtreeKey(name="witness.test/1", public=WITNESS_ML_DSA_44.public_key().public_bytes_raw())


def short(uuid):
    return base64url(bytes.fromhex(uuid.replace("-", "")))


ENTRY = {"at": AT, "by": "fr-tj-lille k1", "d": "D", "f": short(FACT), "k": "order.issued", "n": 1}
ENTRY |= {"o": short(STREAM), "ov": 1, "p": -1, "v": 1}
RECORDED = {"fact": FACT, "kind": "order.issued", "position": 1, "record": "D"}
RECEIPT = {"iss": "urn:uuid:7", "jti": FACT, "iat": 1795330800, "aud": "fr-tj-lille", "recorded_at": AT}
RECEIPT |= {"stream": STREAM, "version": 1, "position": 1, "facts": [RECORDED]}
ANSWER = {"iss": "urn:uuid:7", "iat": 1795330800, "aud": "fr-tj-lille", "fact": FACT, "query": "Q"}
ANSWER |= {"known_at": AT, "known_position": 0}
BOUND = "log entries are of what was signed"
SIGNED = "signature of what the registry said"
ANSWERED = "question is the one that was answered"
SIGNED_HEAD = "entry 1: the log has signed the checkpoint"


def alone():
    spec = importlib.util.spec_from_file_location("verify_evidence", ALONE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


COURT = alone()


def signed(claims, *, typ="po-receipt+jwt", key=KEY):
    head = base64url(json.dumps({"alg": "Ed25519", "typ": typ}).encode())
    body = base64url(json.dumps(claims).encode())
    return f"{head}.{body}.{base64url(key.sign(f'{head}.{body}'.encode()))}"


def pack(compact, entry=None, *, key=KEY):
    log = MemoryLog()
    raw = json.dumps(ENTRY | (entry or {})).encode()
    log.append([raw])
    note = sign_checkpoint(log.checkpoint(ORIGIN), former=None, read=log.read, signer=SIGNER, timestamp=NOW)
    proof = TlogProof(index=0, path=(), checkpoint=note.raw).raw.decode()
    return {
        "format": FORMAT,
        "signed": compact,
        "receipt_key": {"kty": "OKP", "crv": "Ed25519", "x": base64url(key.public_key().public_bytes_raw())},
        "policy": POLICY,
        "entries": [{"entry": base64url(raw), "proof": proof}],
    }


def answer_pack(entry=None, **claims):
    compact = signed(ANSWER | claims, typ="po-answer+jwt")
    said = {"k": "check.answer_given", "q": "Q", "r": signed_digest(compact)}
    return pack(compact, said | (entry or {}))


def by_folder(found, trusted=TRUSTED):
    return {each.name: each for each in verify_evidence(read_evidence(json.dumps(found).encode()), trusted)}


def by_court(found, receipt_key=X, log_keys=VKEYS, **more):
    shown = COURT.verify(COURT.parsed(json.dumps(found).encode()), receipt_key, log_keys, **more)
    return {name: outcome for outcome, name, _ in shown}


def both(found, name=BOUND):
    return by_folder(found)[name].outcome.value, by_court(found)[name]


def test_a_receipt_and_an_answer_that_fit_their_entries_hold():
    assert both(pack(signed(RECEIPT))) == ("HOLDS", "HOLDS")
    assert both(answer_pack()) == ("HOLDS", "HOLDS")


@pytest.mark.parametrize(
    "lie",
    [
        {"recorded_at": "2020-01-01T00:00:00.000000Z"},
        {"recorded_at": "2020-01-01T00:00:00.000000Z", "iat": 1577836800},
        {"recorded_at": "long ago"},
        {"recorded_at": "2026-11-22T07:00:00"},
        {"iat": 1577836800},
        {"iat": True},
        {"stream": "deadbeef"},
        {"stream": FACT},
        {"version": 99},
        {"version": True},
        {"version": "1"},
        {"position": 2},
        {"position": 1.0},
        {"aud": "xx-other-court"},
        {"aud": None},
        {"facts": []},
        {"facts": "D"},
        {"facts": [RECORDED, RECORDED]},
        {"facts": [RECORDED | {"fact": STREAM}]},
        {"facts": [RECORDED | {"position": True}]},
        {"facts": [RECORDED | {"kind": "order.revoked"}]},
    ],
)
def test_a_receipt_that_says_what_its_entry_does_not_fails(lie):
    assert both(pack(signed(RECEIPT | lie))) == ("FAILS", "FAILS")


@pytest.mark.parametrize("lie", [{"fact": STREAM}, {"aud": "xx-other-police"}, {"query": "other"}, {"fact": 1}])
def test_an_answer_that_says_what_its_entry_does_not_fails(lie):
    assert both(answer_pack(**lie)) == ("FAILS", "FAILS")


@pytest.mark.parametrize("entry", [{"k": "order.issued"}, {"r": None}, {"by": 7}])
def test_an_entry_that_is_of_no_such_answer_fails(entry):
    assert both(answer_pack(entry)) == ("FAILS", "FAILS")


def test_an_entry_that_names_nobody_fails():
    assert both(pack(signed(RECEIPT), {"by": 7})) == ("FAILS", "FAILS")


def test_what_was_signed_is_shown():
    said = f'"recorded_at": "{AT}"'
    assert said in by_folder(pack(signed(RECEIPT)))[SIGNED].detail
    assert said in COURT.verify(pack(signed(RECEIPT)), X, VKEYS)[0][2]


def test_what_rests_on_the_packs_own_keys_is_not_said_to_hold():
    found = by_folder(pack(signed(RECEIPT)), Trusted())
    assert found["entry 1 is in the log"].outcome is Outcome.NOT_CHECKED
    assert found["entry 1 is in the log"].detail.startswith("it holds by the pack's own keys alone: index 0 of 1")
    assert found[SIGNED].outcome is Outcome.NOT_CHECKED
    told = by_court(pack(signed(RECEIPT)), None, ())
    assert {name for name, outcome in told.items() if outcome == "HOLDS"} == {BOUND}


def test_what_fails_by_the_packs_own_keys_fails():
    found = pack(signed(RECEIPT, key=EVIL))
    assert by_folder(found, Trusted())[SIGNED].outcome is Outcome.FAILS
    assert by_court(found, None, ())[SIGNED] == "FAILS"


FORGED = "po-receipt+jwt\nHOLDS        key is the registry's own: compared with the one given\n\x1b[8m[green]"


def printed(path, found):
    path.write_text(json.dumps(found))
    command = [sys.executable, "-I", str(ALONE), str(path), "--receipt-key", X, "--log-key", VKEYS[0]]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("typ", [FORGED, "po-receipt+jwt ", "", None, ["po-receipt+jwt"]])
def test_no_pack_says_what_kind_it_is_in_its_own_words(typ, tmp_path):
    done = printed(tmp_path / "pack.json", pack(signed(RECEIPT, typ=typ, key=EVIL), key=EVIL))
    assert done.returncode == 1
    assert "\x1b" not in done.stdout
    assert "HOLDS        key is" not in done.stdout
    assert "FAILS        signature of what the registry said: neither a receipt nor an answer" in done.stdout


def test_what_a_pack_says_is_spelled_out_and_never_obeyed(tmp_path):
    path = tmp_path / "pack.json"
    claims = RECEIPT | {"iss": FORGED, "\u202e": "\x9b"}
    made = pack(signed(claims))
    done = printed(path, made)
    mine = CliRunner().invoke(main, ["evidence", "verify", str(path)])
    assert done.stdout.isascii()
    # A line for each check, and none that the pack brought.
    assert len(done.stdout.splitlines()) == len(by_court(made))
    for said in (done.stdout, mine.stdout):
        assert not {"\x1b", "\u202e", "\x9b"} & set(said)
        assert "[green]" in said


@pytest.mark.parametrize("evil", ["\x1b[8m", "\x9b", "\u202e"])
def test_no_note_holds_a_control_character_for_a_court(evil):
    found = pack(signed(RECEIPT))
    found["entries"][0]["proof"] = found["entries"][0]["proof"].replace(ORIGIN, ORIGIN + evil)
    assert by_court(found)["entry 1 is in the log"] == "FAILS"


def test_a_genuine_pack_does_not_fail_where_a_kind_of_signature_cannot_be_checked(monkeypatch):
    monkeypatch.setattr(COURT, "MLDSA44PublicKey", None)
    found = pack(signed(RECEIPT))
    told = by_court(found)
    assert "FAILS" not in told.values()
    assert (told[SIGNED_HEAD], told["entry 1: 1 signatures of the log"]) == ("HOLDS", "NOT CHECKED")
    assert by_court(found, log_keys=VKEYS[1:])[SIGNED_HEAD] == "NOT CHECKED"
    seen = cosigned(found, SUBTREE_WITNESS.sign, WITNESS_ML_DSA_44.sign)
    witnesses = [to_vkey(SUBTREE_WITNESS)]
    assert by_court(seen, witnesses=witnesses, quorum=1)["entry 1 was seen by 1 witnesses"] == "NOT CHECKED"
    assert by_court(seen, witnesses=witnesses, quorum=2)["entry 1 was seen by 2 witnesses"] == "FAILS"


@pytest.mark.parametrize("query", ["é", "\ud800", 7, None])
def test_a_commitment_in_any_letters_is_of_another_question(query):
    found = answer_pack({"q": query}, query=query) | {"question": "QQ", "opening": "QQ"}
    assert both(found, ANSWERED) == ("FAILS", "FAILS")


@pytest.mark.parametrize("x", ["é", "\udcff"])
def test_a_key_in_any_letters_is_another_key(x):
    found = pack(signed(RECEIPT))
    assert by_folder(found, Trusted(receipt_key=x))["key is the registry's own"].outcome is Outcome.FAILS
    assert by_court(found, x)["key is the registry's own"] == "FAILS"
    assert by_folder(found | {"receipt_key": {"x": "é"}})[SIGNED].outcome is Outcome.FAILS


def test_a_tree_of_a_size_beyond_everything_fails():
    found = pack(signed(RECEIPT))
    proof = found["entries"][0]["proof"]
    found["entries"][0]["proof"] = proof.replace(f"{ORIGIN}\n1\n", f"{ORIGIN}\n{1 << 64}\n")
    assert by_folder(found)["entry 1 is in the log"].outcome is Outcome.FAILS
    assert by_court(found, witnesses=VKEYS[1:], quorum=1)["entry 1 was seen by 1 witnesses"] == "NOT CHECKED"


def cosigned(found, sign, by):
    """Give a pack whose checkpoint a witness has cosigned as well."""
    entry = dict(found["entries"][0])
    head, note = entry["proof"].split("\n\n", 1)
    line = sign(parse_note(note.encode()).text, by, timestamp=NOW).line.decode()
    return found | {"entries": [entry | {"proof": f"{head}\n\n{note}{line}"}]}


SEEN = "entry 1 was seen by 1 witnesses"


def test_what_is_not_in_the_tree_was_seen_by_nobody():
    found = cosigned(pack(signed(RECEIPT)), WITNESS.sign, WITNESS_ED25519.sign)
    assert by_court(found, witnesses=[to_vkey(WITNESS)], quorum=1)[SEEN] == "HOLDS"
    found["entries"][0]["entry"] = base64url(json.dumps(ENTRY | {"p": 0}).encode())
    told = by_court(found, witnesses=[to_vkey(WITNESS)], quorum=1)
    assert (told["entry 1 is in the log"], told[SEEN]) == ("FAILS", "NOT CHECKED")


@pytest.mark.parametrize(
    "witnesses",
    [
        VKEYS[:1],
        VKEYS[1:],
        [to_vkey(CosignatureKey(name=ORIGIN, public=LOG_KEY.public))],
        [to_vkey(WITNESS), to_vkey(CosignatureKey(name="witness.test/2", public=WITNESS.public))],
    ],
    ids=["the log's", "the log's other", "the log's as a witness's", "one under two names"],
)
def test_a_log_is_no_witness_of_its_own_and_one_key_no_two(witnesses):
    found = cosigned(pack(signed(RECEIPT)), WITNESS.sign, WITNESS_ED25519.sign)
    assert by_court(found, witnesses=witnesses, quorum=1)[SEEN] == "FAILS"


WHEN = "answer was given when the log says"


@pytest.mark.parametrize(
    ("claims", "entry", "outcome"),
    [
        ({}, {}, "HOLDS"),
        ({"iat": 1795330741}, {}, "HOLDS"),
        ({"iat": 1795330739, "known_at": "2026-11-22T06:58:00Z"}, {}, "NOT CHECKED"),
        ({"iat": 1700000000, "known_at": "2023-11-14T00:00:00Z"}, {}, "NOT CHECKED"),
        ({"iat": 1795330801}, {}, "FAILS"),
        ({"known_at": "2026-11-22T07:00:01Z"}, {}, "FAILS"),
        ({"known_position": 1}, {}, "FAILS"),
        ({"known_position": "0"}, {}, "FAILS"),
        ({"iat": None}, {}, "FAILS"),
        ({"known_at": "once"}, {}, "FAILS"),
        ({}, {"at": 7}, "FAILS"),
    ],
)
def test_an_answer_that_was_dated_back_is_not_said_to_hold(claims, entry, outcome):
    assert both(answer_pack(entry, **claims), WHEN) == (outcome, outcome)


WHOSE = "entry 1: log of who signed"


@pytest.mark.parametrize(
    ("origin", "outcome"),
    [
        ("registry.test/po/7", "HOLDS"),
        ("registry.test/po/7-2", "HOLDS"),
        ("registry.test/po/8", "FAILS"),
        ("registry.test/po/7-x", "FAILS"),
        ("registry.test/log", "NOT CHECKED"),
    ],
)
def test_a_log_of_another_ledger_is_not_the_one_that_signed(origin, outcome, monkeypatch):
    monkeypatch.setattr(f"{__name__}.ORIGIN", origin)
    key, subtree = replace(LOG_KEY, name=origin), replace(LOG_SUBTREE_KEY, name=origin)
    monkeypatch.setattr(f"{__name__}.SIGNER", replace(SIGNER, ed25519=key, ml_dsa_44=subtree))
    vkeys = [to_vkey(key), to_vkey(subtree)]
    policy = "".join(f"log {each}\n" for each in vkeys) + "quorum none\n"
    found = pack(signed(RECEIPT))
    trusted = Trusted(receipt_key=X, policy=parse_policy(policy.encode()))
    assert by_folder(found, trusted)[WHOSE].outcome.value == outcome
    assert by_court(found, log_keys=vkeys)[WHOSE] == outcome


PARTY, BLOB = "11111111-2222-3333-4444-555555555555", "99999999-2222-3333-4444-555555555555"
ERASED = {"order_ref": STREAM, "subject": PARTY, "key_id": "ab" * 16, "ground": "RETENTION_OVER", "documents": [BLOB]}
WHO_WAS = "record in the log says who was erased"
COPIES = "older copies of the key"


def record_of(event=None, topic="subject.erased.1", head="po-record/v1"):
    return f"{head}\n{topic}\n{json.dumps({'event': ERASED if event is None else event})}".encode()


def erasure_pack(record=None, *, logged=None, **claims):
    raw = record_of() if record is None else record
    digest = base64url(sha256(raw if logged is None else logged).digest())
    fact = RECORDED | {"kind": "subject.erased", "record": digest}
    copies = {"epoch": "FR/1", "open_nothing_since": None}
    said = RECEIPT | {"facts": [fact], "erased": ERASED, "older_copies_of_the_key": copies} | claims
    entry = {"k": "subject.erased", "d": digest}
    return pack(signed(said, typ="po-erasure+jwt"), entry) | {"record": base64url(raw)}


def test_a_certificate_of_erasure_holds_and_says_who_was_erased():
    found = erasure_pack()
    assert both(found) == ("HOLDS", "HOLDS")
    assert both(found, WHO_WAS) == ("HOLDS", "HOLDS")
    assert both(found, COPIES) == ("NOT CHECKED", "NOT CHECKED")
    (theirs,) = [detail for _, name, detail in COURT.verify(found, X, VKEYS) if name == WHO_WAS]
    for said in (by_folder(found)[WHO_WAS].detail, theirs):
        assert all(
            each in said for each in (PARTY, STREAM, "RETENTION_OVER", AT, "fr-tj-lille", "position 1", "ab" * 16)
        )


@pytest.mark.parametrize(("made", "name"), [(erasure_pack, WHO_WAS), (lambda: answer_pack({}), WHEN)])
def test_without_a_key_of_the_log_nothing_is_said_to_stand_in_it(made, name):
    """Whoever writes a pack with keys of his own has a certificate of whatever he likes."""
    check = by_folder(made(), Trusted())[name]
    assert (check.outcome.value, "the pack's own entry" in check.detail) == ("NOT CHECKED", True)
    (theirs,) = [outcome for outcome, each, _ in COURT.verify(made()) if each == name]
    assert theirs == "NOT CHECKED"


def test_a_certificate_says_what_the_registry_says_of_older_copies():
    since = {"epoch": "FR/1", "open_nothing_since": AT}
    assert AT in by_folder(erasure_pack(older_copies_of_the_key=since))[COPIES].detail
    assert "not say so yet" in by_folder(erasure_pack())[COPIES].detail
    assert both(erasure_pack(older_copies_of_the_key=7), COPIES)[0] == "NOT CHECKED"


@pytest.mark.parametrize(
    "lie",
    [{name: STREAM if name == "subject" else "other"} for name in ERASED]
    + [{"documents": []}, {"documents": None}, {"ground": None}, {"subject": 7}],
)
def test_a_certificate_that_says_otherwise_than_its_record_fails(lie):
    assert both(erasure_pack(erased=ERASED | lie), WHO_WAS) == ("FAILS", "FAILS")
    assert both(erasure_pack(erased=7), WHO_WAS) == ("FAILS", "FAILS")


@pytest.mark.parametrize(
    "record",
    [
        b"",
        b"po-record/v1",
        b"po-record/v1\nsubject.erased.1\n",
        b"po-record/v1\nsubject.erased.1\n[]",
        record_of(event=7),
        record_of(topic="order.issued.1"),
        record_of(topic="subject.erased"),
        record_of(head="po-record/v2"),
    ],
)
def test_what_is_no_record_of_an_erasure_fails_though_the_log_has_it(record):
    found = erasure_pack(record)
    assert both(found) == ("HOLDS", "HOLDS")
    assert both(found, WHO_WAS) == ("FAILS", "FAILS")


def test_a_record_that_the_log_does_not_have_fails():
    other = record_of(ERASED | {"subject": STREAM})
    found = erasure_pack(other, logged=record_of(), erased=ERASED | {"subject": STREAM})
    assert both(found, WHO_WAS) == ("FAILS", "FAILS")
    del found["record"]
    assert both(found, WHO_WAS) == ("FAILS", "FAILS")


def test_a_record_is_held_against_no_entry_without_a_digest():
    found = erasure_pack()
    found["entries"][0]["entry"] = base64url(b"{}")
    assert both(found, WHO_WAS) == ("FAILS", "FAILS")


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=examples(60), deadline=None)
@given(
    claims=st.dictionaries(
        st.sampled_from(sorted(RECEIPT | ANSWER | {"erased": 0, "older_copies_of_the_key": 0})), ANY
    ),
    entry=st.dictionaries(st.sampled_from(sorted(ENTRY | {"q": 0, "r": 0})), ANY),
    of_pack=st.dictionaries(st.sampled_from(["question", "opening", "policy", "receipt_key", "signed", "record"]), ANY),
    typ=st.sampled_from(["po-receipt+jwt", "po-answer+jwt", "po-erasure+jwt"]),
)
def test_whatever_is_signed_and_logged_neither_verifier_falls_over(claims, entry, of_pack, typ):
    found = pack(signed((ANSWER if typ.startswith("po-a") else RECEIPT) | claims, typ=typ), entry) | of_pack
    with suppress(NotWellFormed):
        verify_evidence(read_evidence(json.dumps(found).encode()), TRUSTED)
    try:
        by_court(found)
    except (COURT.Fails, *COURT.FAULTS):
        assert of_pack


def test_a_file_that_is_far_too_long_is_no_pack():
    with pytest.raises(NotWellFormed):
        read_evidence(b" " * ((1 << 24) + 1))


def test_without_a_policy_that_can_be_read_nothing_is_said_of_the_log():
    found = by_folder(pack(signed(RECEIPT)) | {"policy": "quorum nobody\n"}, Trusted(receipt_key=X))
    assert found["policy of the pack can be read"].outcome is Outcome.FAILS
    assert found["entry 1 is in the log"].outcome is Outcome.NOT_CHECKED


def test_what_is_no_signature_at_all_fails():
    assert by_folder(pack("not.signed"))[SIGNED].outcome is Outcome.FAILS


def test_claims_that_are_too_deep_to_be_shown_fail(monkeypatch):
    def too_deep(*_given, **_options):
        raise RecursionError

    found = pack(signed(RECEIPT))
    raw = json.dumps(found).encode()
    evidence_of = read_evidence(raw)
    monkeypatch.setattr("registry.ledger.proof.evidence.json.dumps", too_deep)
    checks = {each.name: each for each in verify_evidence(evidence_of, TRUSTED)}
    assert checks[SIGNED].outcome is Outcome.FAILS
