"""The evidence pack: verified offline by the registry's own folder and, line by line apart, by a court's one file."""

import asyncio
import hmac
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.cli import main
from registry.ledger.leaf import base64url
from registry.ledger.proof.checks import Outcome
from registry.ledger.proof.errors import NotWellFormed
from registry.ledger.proof.evidence import Trusted, read_evidence, verify_evidence
from registry.ledger.proof.policy import parse_policy
from registry.ledger.proof.signed_note import NoteKey
from registry.ledger.proof.vkey import to_vkey
from tests.http.given import an_order
from tests.transparency import ed25519, flipped

ALONE = Path(__file__).parents[2] / "scripts" / "verify_evidence.py"
WHO = "fr-tj-lille"
BROKEN = b'"signed": "e'


def court():
    spec = importlib.util.spec_from_file_location("verify_evidence", ALONE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


COURT = court()


async def pack_of(registry, client, fact):
    registry.publisher.step()
    answer = await registry.get(client, f"/v1/receipts/{fact}/evidence")
    assert answer.status == 200, answer.body
    return answer.body


async def a_receipt(registry):
    receipt = (await registry.post(WHO, "/v1/orders", an_order())).json
    return await pack_of(registry, WHO, receipt["facts"][0])


async def an_answer(registry):
    order_ref = (await registry.post(WHO, "/v1/orders", an_order())).json["order_ref"]
    asked = {"jurisdiction": "FR", "purpose": "AT_THE_SCENE", "order_ref": order_ref}
    answer = (await registry.post("fr-police", "/v1/checks", asked)).json
    fact = registry.services.reader.after(0, limit=10)[-1].fact.fact_id
    return answer, await pack_of(registry, "fr-police", fact)


def outcomes(raw, trusted=None):
    return {check.name: check.outcome for check in verify_evidence(read_evidence(raw), trusted or Trusted())}


def told(raw, **trusted):
    return {name: outcome for outcome, name, _ in COURT.verify(COURT.parsed(raw), **trusted)}


async def test_a_receipt_verifies_and_says_what_rests_on_the_packs_own_word(registry):
    found = outcomes(await a_receipt(registry))
    assert found == {
        "signature of what the registry said": Outcome.NOT_CHECKED,
        "key is the registry's own": Outcome.NOT_CHECKED,
        "log entries are of what was signed": Outcome.HOLDS,
        "document's entry is of what was signed": Outcome.NOT_CHECKED,
        "signature is the one that the log names": Outcome.NOT_CHECKED,
        "document was signed for this very act": Outcome.NOT_CHECKED,
        "institution has signed the document": Outcome.NOT_CHECKED,
        "question is the one that was answered": Outcome.NOT_CHECKED,
        "policy of the pack can be read": Outcome.HOLDS,
        "entry 1 is in the log": Outcome.NOT_CHECKED,
        "entry 1: log of who signed": Outcome.NOT_CHECKED,
        "entry 1 was seen by witnesses": Outcome.NOT_CHECKED,
        "document's entry is in the log": Outcome.NOT_CHECKED,
        "document's entry: log of who signed": Outcome.NOT_CHECKED,
        "document's entry was seen by witnesses": Outcome.NOT_CHECKED,
        "log and witnesses are the ones you trust": Outcome.NOT_CHECKED,
    }


async def test_with_keys_from_elsewhere_the_pack_no_longer_speaks_for_itself(registry):
    raw = await a_receipt(registry)
    services = registry.services
    trusted = Trusted(
        receipt_key=services.checker.signer.public_jwk["x"], policy=parse_policy(services.log_policy.encode())
    )
    found = outcomes(raw, trusted)
    assert found["key is the registry's own"] is Outcome.HOLDS
    assert found["log and witnesses are the ones you trust"] is Outcome.HOLDS
    assert Outcome.FAILS not in found.values()
    other = outcomes(raw, Trusted(receipt_key="A" * 43))
    assert other["key is the registry's own"] is Outcome.FAILS


async def test_an_answer_to_police_verifies_in_both(registry):
    _, raw = await an_answer(registry)
    name, policy = "answer was given when the log says", parse_policy(registry.services.log_policy.encode())
    assert outcomes(raw)[name] is Outcome.NOT_CHECKED
    assert outcomes(raw, Trusted(policy=policy))[name] is Outcome.HOLDS
    assert Outcome.FAILS not in outcomes(raw).values()
    assert "FAILS" not in told(raw).values()


async def test_whoever_asked_can_add_the_question_from_the_answer_alone(registry, tmp_path):
    answer, raw = await an_answer(registry)
    pack, given = tmp_path / "pack.json", tmp_path / "answer.json"
    pack.write_bytes(raw)
    given.write_bytes(orjson.dumps(answer))
    done = CliRunner().invoke(main, ["evidence", "add-question", str(pack), str(given)])
    assert done.exit_code == 0, done.stderr
    assert outcomes(done.stdout_bytes)["question is the one that was answered"] is Outcome.HOLDS
    assert told(done.stdout_bytes)["question is the one that was answered"] == "HOLDS"
    (shown,) = [
        check.detail
        for check in verify_evidence(read_evidence(done.stdout_bytes), Trusted())
        if check.name == "question is the one that was answered"
    ]
    order_ref = answer["orders"][0]["order_ref"]
    assert order_ref in shown
    members = orjson.loads(done.stdout_bytes)
    members["question"] = base64url(b"another")
    assert outcomes(orjson.dumps(members))["question is the one that was answered"] is Outcome.FAILS
    assert told(orjson.dumps(members))["question is the one that was answered"] == "FAILS"


@pytest.mark.parametrize(
    "change", [{"opening": "AA"}, {"question": "AA"}, {"question": None}, {"question": "=="}, {"opening": 7}]
)
async def test_a_question_that_the_answer_was_not_given_to_is_not_added(registry, tmp_path, change):
    answer, raw = await an_answer(registry)
    pack, given = tmp_path / "pack.json", tmp_path / "answer.json"
    pack.write_bytes(raw)
    given.write_bytes(orjson.dumps(answer | change))
    done = CliRunner().invoke(main, ["evidence", "add-question", str(pack), str(given)])
    assert done.exit_code == 2
    assert done.stdout == ""


async def test_any_bit_that_turns_in_what_is_signed_or_logged_is_found_by_both(registry):
    raw = await a_receipt(registry)
    pack = orjson.loads(raw)
    places = [("signed", None), ("entry", 0), ("proof", 0)]
    for name, number in places:
        said = pack[name] if number is None else pack["entries"][number][name]
        for at in range(0, len(said), max(1, len(said) // 40)):
            turned = flipped(said.encode(), at * 8 + 1).decode("latin-1")
            changed = orjson.loads(raw)
            if number is None:
                changed[name] = turned
            else:
                changed["entries"][number][name] = turned
            assert refused_by_folder(changed), (name, at)
            assert refused_by_court(changed), (name, at)


def refused_by_folder(pack) -> bool:
    try:
        found = outcomes(orjson.dumps(pack))
    except NotWellFormed:
        return True
    return Outcome.FAILS in found.values()


def refused_by_court(pack) -> bool:
    try:
        return "FAILS" in told(orjson.dumps(pack)).values()
    except (COURT.Fails, ValueError):
        return True


async def test_a_pack_whose_entry_is_of_another_record_is_refused(registry):
    first = orjson.loads(await a_receipt(registry))
    second = (await registry.post(WHO, "/v1/orders", an_order(number="RG 26/2"))).json
    other = orjson.loads(await pack_of(registry, WHO, second["facts"][0]))
    first["entries"] = other["entries"]
    assert outcomes(orjson.dumps(first))["log entries are of what was signed"] is Outcome.FAILS
    assert told(orjson.dumps(first))["log entries are of what was signed"] == "FAILS"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{}",
        b'{"format":"po-evidence/v2"}',
        b'{"format":"po-evidence/v1","format":"po-evidence/v1"}',
        b'{"format":"po-evidence/v1","entries":[]}',
        b'{"format":"po-evidence/v1","entries":7}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_pack_is_said_to_be_none(raw, tmp_path):
    with pytest.raises(NotWellFormed):
        read_evidence(raw)
    file = tmp_path / "pack.json"
    file.write_bytes(raw)
    done = subprocess.run([sys.executable, "-I", ALONE, file], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


async def test_the_courts_file_runs_alone_in_an_empty_folder(registry, tmp_path):
    (tmp_path / "pack.json").write_bytes(await a_receipt(registry))
    shutil.copy(ALONE, tmp_path / "verify.py")
    keys = [line.split()[1] for line in registry.services.log_policy.splitlines() if line.startswith("log")]
    command = [sys.executable, "-I", "verify.py", "pack.json"]
    command += ["--receipt-key", registry.services.checker.signer.public_jwk["x"]]
    for key in keys:
        command += ["--log-key", key]
    done = await asyncio.to_thread(subprocess.run, command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "NOT CHECKED  enough witnesses have seen it" in done.stdout
    assert done.stdout.count("HOLDS") == 10


async def test_the_command_line_lists_every_check(registry, tmp_path):
    pack, policy = tmp_path / "pack.json", tmp_path / "policy"
    pack.write_bytes(await a_receipt(registry))
    policy.write_text(registry.services.log_policy)
    options = ["--policy", str(policy), "--receipt-key", registry.services.checker.signer.public_jwk["x"]]
    done = CliRunner().invoke(main, ["evidence", "verify", *options, "--json", str(pack)])
    assert done.exit_code == 0
    assert [each["outcome"] for each in orjson.loads(done.stdout)].count("HOLDS") == 10
    assert "NOT CHECKED" in CliRunner().invoke(main, ["evidence", "verify", str(pack)]).stdout
    done = CliRunner().invoke(main, ["evidence", "verify", "--receipt-key", "A", "--json", str(pack)])
    assert done.exit_code == 1
    assert CliRunner().invoke(main, ["evidence", "verify", str(policy)]).exit_code == 2


async def test_a_pack_of_another_log_is_not_said_to_be_of_the_one_you_trust(registry):
    raw, other = await a_receipt(registry), ed25519("another log")
    key = NoteKey(name="another.example/po/log", public=other.public_key().public_bytes_raw())
    policy = parse_policy(f"log {to_vkey(key)}\nquorum none\n".encode())
    found = outcomes(raw, Trusted(policy=policy))
    assert found["entry 1 is in the log"] is Outcome.FAILS
    assert found["log and witnesses are the ones you trust"] is Outcome.NOT_CHECKED


@pytest.mark.parametrize("shape", [["--json"], []], ids=["json", "table"])
async def test_no_pack_writes_what_a_terminal_obeys_or_hides(registry, tmp_path, shape):
    evil = "\x9b31mHOLDS\u202e\x1b]0;x".encode()
    pack, key = orjson.loads(await a_receipt(registry)), Ed25519PrivateKey.generate()
    head = base64url(orjson.dumps({"alg": "Ed25519", "typ": "po-answer+jwt"}))
    body = base64url(orjson.dumps({"query": base64url(hmac.digest(b"o", evil, "sha256"))}))
    pack["signed"] = f"{head}.{body}.{base64url(key.sign(f'{head}.{body}'.encode()))}"
    pack["receipt_key"]["x"] = base64url(key.public_key().public_bytes_raw())
    (tmp_path / "pack.json").write_bytes(
        orjson.dumps({**pack, "question": base64url(evil), "opening": base64url(b"o")})
    )
    done = CliRunner().invoke(main, ["evidence", "verify", *shape, str(tmp_path / "pack.json")])
    assert "31mHOLDS" in done.stdout
    assert not any(each in done.stdout for each in "\x9b\u202e\x1b")


async def test_another_institution_gets_no_pack_of_mine(registry):
    receipt = (await registry.post(WHO, "/v1/orders", an_order())).json
    registry.publisher.step()
    answer = await registry.get("de-polizei", f"/v1/receipts/{receipt['facts'][0]}/evidence")
    assert (answer.status, answer.json["code"]) == (404, "no-such-receipt")
