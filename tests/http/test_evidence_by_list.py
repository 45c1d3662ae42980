"""Evidence held against the trust list: one root is trusted, and every key and the quorum follow from it or fail."""

import asyncio
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from registry.anchored import DOCUMENT_KEY, LIST, LISTED, verify_by
from registry.cli import main
from registry.ledger.leaf import base64url
from registry.ledger.proof.checks import Outcome
from registry.ledger.proof.cosignature import CosignatureKey
from registry.ledger.proof.evidence import read_evidence, with_document, write_evidence
from registry.ledger.proof.handed_in import SIGNED_DOCUMENT
from registry.ledger.proof.policy import parse_policy
from registry.ledger.proof.signed_note import Note, parse_note
from registry.ledger.proof.tlog_proof import parse_tlog_proof
from registry.offered_keys import as_list, of_note_keys, of_receipts
from registry.trust.client import fetch_from
from registry.trust.keylist import KeyUse
from registry.trust.publisher import publish
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import DAY, SECOND, Instant
from tests.http.given import a_registry, an_order
from tests.http.test_evidence import ALONE, WHO, pack_of
from tests.transparency import ed25519
from tests.trust import FR, JURISDICTIONS, START, Ledger, a_folder, agreed, everything, list_of, root, targets

NOW = START // SECOND
BEGINS, EXPIRES = NOW - 86_400, NOW + 86_400
FIRST = 1_000_000_000
"""From when on the registry's own keys count: its clock is that of the test."""
SEEN = "entry 1 was seen by witnesses of enough jurisdictions"
RECEIPT, LOG = "entry 1: the receipt's key counts there", "entry 1: the log's keys count there"
KEYS = {code: ed25519(f"witness {code}") for code in ("DE", "ES", "FR")}
WITNESSES = {
    code: CosignatureKey(name=f"witness.{code.lower()}.test/w", public=key.public_key().public_bytes_raw())
    for code, key in KEYS.items()
}
Members = Mapping[str, object]
WRONG = base64url(ed25519("somebody else").public_key().public_bytes_raw())
COMPROMISED = {"x-po-status": "compromised"}


@dataclass(frozen=True)
class Case:
    """A pack that three witnesses have cosigned, and the keys that a list may have of it."""

    pack: bytes
    receipts: Members
    logs: tuple[Members, ...]
    path: Path
    document: Members
    """The court's key, as a jurisdiction lists it for documents."""

    def witness(self, code: str) -> Members:
        keys = of_note_keys([WITNESSES[code]], KeyUse.WITNESS, begins=BEGINS, expires=EXPIRES)
        return as_list(keys)["keys"][0]

    def cosigned(self, *codes: str, time: int = NOW) -> bytes:
        """Give the pack with cosignatures of the witnesses of some jurisdictions."""
        pack = orjson.loads(self.pack)
        for each in (*pack["entries"], pack["handed_in"]):
            proof = parse_tlog_proof(each["proof"].encode())
            note = parse_note(proof.checkpoint)
            more = [WITNESSES[code].sign(note.text, KEYS[code].sign, timestamp=time) for code in codes]
            signed = Note(text=note.text, signatures=(*note.signatures, *more))
            each["proof"] = replace(proof, checkpoint=signed.raw).raw.decode()
        return orjson.dumps(pack)

    def listed(self, lists: Mapping[str, Sequence[Members]], *, quorum: int | None = 2) -> Path:
        """Publish a list in which jurisdictions list these keys; the others keep theirs."""
        first = everything()
        keys = {**first.jwks, **{Jurisdiction(code): orjson.dumps({"keys": own}) for code, own in lists.items()}}
        brought = replace(
            first,
            jwks=keys,
            lists={code: list_of(code, keys[code]) for code in JURISDICTIONS},
            targets=targets(quorum=quorum, beginnings=agreed(keys)),
        )
        folder = a_folder(self.path / "trust")
        publish(folder, brought, record=Ledger().record, now=START)
        return folder.published

    def everything(self, **lists: Sequence[Members]) -> dict[str, Sequence[Members]]:
        """Give the lists of a registry of France whose witnesses are in Germany and Spain."""
        usual = {
            "FR": [self.receipts, *self.logs, self.document],
            "DE": [self.witness("DE")],
            "ES": [self.witness("ES")],
        }
        return {**usual, **lists}

    def found(self, pack: bytes, copy: Path, now: Instant = START) -> dict[str, Outcome]:
        def read():
            return fetch_from(copy, root=root(), seen=self.path / "seen", now=now)

        return {each.name: each.outcome for each in verify_by(read_evidence(pack), read)}


async def _made(folder: Path) -> Case:
    async with a_registry(folder) as registry:
        receipt = (await registry.post(WHO, "/v1/orders", an_order())).json
        pack = await pack_of(registry, WHO, receipt["facts"][0])
        given = (await registry.get(WHO, f"/v1/facts/{receipt['facts'][0]}/document")).json
        added = with_document(read_evidence(pack), document=given["document"], signature=given["signature"])
        pack, key = write_evidence(added), registry.keys[WHO].as_dict(private=False)
        signer = registry.services.checker.signer
        logs = [log.key for log in parse_policy(registry.services.log_policy.encode()).logs]
        public = signer.key.public_key().public_bytes_raw()
        receipts = of_receipts(public, signer.issuer, begins=FIRST, expires=EXPIRES)
    made = as_list([receipts, *of_note_keys(logs, KeyUse.LOG, begins=FIRST, expires=EXPIRES)])["keys"]
    times = {"nbf": made[0]["nbf"], "exp": made[0]["exp"]}
    document = {"kid": "k1", "kty": "OKP", "crv": "Ed25519", "x": key["x"], "x-po-use": "order"}
    listed = document | times | {"x-po-status": "active"}
    return Case(pack=pack, receipts=made[0], logs=tuple(made[1:]), path=folder, document=listed)


@pytest.fixture(scope="module")
def packed(tmp_path_factory) -> Case:
    return asyncio.run(_made(tmp_path_factory.mktemp("registry")))


@pytest.fixture
def case(packed: Case, tmp_path: Path) -> Case:
    return replace(packed, path=tmp_path)


def test_with_one_root_everything_in_a_pack_holds(case: Case):
    found = case.found(case.cosigned("DE", "ES"), case.listed(case.everything()))
    left = {name for name, outcome in found.items() if outcome is not Outcome.HOLDS}
    assert left == {"question is the one that was answered"}
    assert {LIST, LISTED, SEEN, RECEIPT, LOG, "issuer is the one that the key is listed for"} <= set(found)


@pytest.mark.parametrize(
    ("change", "signed", "counts"),
    [
        ({}, Outcome.HOLDS, Outcome.HOLDS),
        (COMPROMISED | {"x-po-since-leaf": 2}, Outcome.HOLDS, Outcome.HOLDS),
        (COMPROMISED | {"x-po-since-leaf": 1}, Outcome.HOLDS, Outcome.FAILS),
        (COMPROMISED, Outcome.HOLDS, Outcome.FAILS),
        ({"kid": "k2"}, Outcome.NOT_CHECKED, Outcome.NOT_CHECKED),
        ({"x-po-use": "ack"}, Outcome.NOT_CHECKED, Outcome.NOT_CHECKED),
        ({"x": WRONG}, Outcome.FAILS, Outcome.HOLDS),
    ],
)
def test_the_institutions_key_is_that_of_the_list_and_counts_up_to_where_it_was_withdrawn(case, change, signed, counts):
    listed = case.everything(FR=[case.receipts, *case.logs, {**case.document, **change}])
    found = case.found(case.cosigned("DE", "ES"), case.listed(listed))
    assert (found[SIGNED_DOCUMENT], found[DOCUMENT_KEY]) == (signed, counts)


@pytest.mark.parametrize(
    ("codes", "quorum", "outcome"),
    [
        ((), 2, Outcome.FAILS),
        (("DE",), 2, Outcome.FAILS),
        (("DE", "FR"), 2, Outcome.FAILS),  # a jurisdiction does not witness its own log
        (("DE", "ES"), 2, Outcome.HOLDS),
        (("DE",), 1, Outcome.HOLDS),
        (("DE", "ES"), None, Outcome.NOT_CHECKED),
    ],
)
def test_witnesses_are_counted_by_jurisdiction_against_the_agreed_quorum(case: Case, codes, quorum, outcome):
    lists = case.everything(FR=[case.receipts, *case.logs, case.witness("FR")])
    found = case.found(case.cosigned(*codes), case.listed(lists, quorum=quorum))
    assert found[SEEN] is outcome
    assert found["entry 1 is in the log"] is Outcome.HOLDS


def test_two_witnesses_of_one_jurisdiction_are_one(case: Case):
    lists = case.everything(DE=[case.witness("DE"), case.witness("ES")], ES=[])
    assert case.found(case.cosigned("DE", "ES"), case.listed(lists))[SEEN] is Outcome.FAILS


@pytest.mark.parametrize("time", [BEGINS - 1, EXPIRES, 0], ids=["before", "after", "never"])
def test_a_cosignature_from_outside_its_keys_time_does_not_count(case: Case, time: int):
    found = case.found(case.cosigned("DE", "ES", time=time), case.listed(case.everything()))
    assert found[SEEN] is Outcome.FAILS


@pytest.mark.parametrize(("since", "outcome"), [(NOW, Outcome.FAILS), (NOW + 1, Outcome.HOLDS)], ids=["then", "later"])
def test_a_witness_that_was_retired_witnesses_nothing_from_then_on(case: Case, since: int, outcome: Outcome):
    retired = {**case.witness("DE"), "x-po-status": "retired", "x-po-since": since}
    found = case.found(case.cosigned("DE", "ES"), case.listed(case.everything(DE=[retired])))
    assert found[SEEN] is outcome


def test_a_jurisdiction_that_lists_anothers_key_takes_nothing_from_it(case: Case):
    borrowed = {**case.receipts, "x-po-name": "urn:uuid:another"}
    found = case.found(case.cosigned("DE", "ES"), case.listed(case.everything(DE=[case.witness("DE"), borrowed])))
    assert Outcome.FAILS not in found.values()
    assert found[LISTED] is Outcome.HOLDS


def test_a_witness_in_wrong_hands_witnesses_nothing(case: Case):
    lists = case.everything(DE=[{**case.witness("DE"), **COMPROMISED, "x-po-since-leaf": 10**9}])
    assert case.found(case.cosigned("DE", "ES"), case.listed(lists))[SEEN] is Outcome.FAILS


@pytest.mark.parametrize(
    ("change", "name", "outcome"),
    [
        ({**COMPROMISED, "x-po-since-leaf": 0}, RECEIPT, Outcome.FAILS),
        ({**COMPROMISED, "x-po-since-leaf": 10**6}, RECEIPT, Outcome.HOLDS),
        (COMPROMISED, RECEIPT, Outcome.FAILS),
        ({"x-po-status": "retired"}, RECEIPT, Outcome.HOLDS),
        ({"x-po-status": "retired", "x-po-since": FIRST + 1}, RECEIPT, Outcome.FAILS),
        ({"x-po-status": "retired", "x-po-since": NOW}, RECEIPT, Outcome.HOLDS),
        ({**COMPROMISED, "x-po-since-leaf": 10**6, "x-po-since": FIRST + 1}, RECEIPT, Outcome.FAILS),
        ({"nbf": EXPIRES - 1}, RECEIPT, Outcome.FAILS),
        ({"exp": FIRST + 1}, RECEIPT, Outcome.FAILS),
        ({"x-po-name": "urn:uuid:another"}, "issuer is the one that the key is listed for", Outcome.FAILS),
        ({"x-po-use": "order", "x-po-name": None}, LISTED, Outcome.FAILS),
        ({"x-po-name": None}, LISTED, Outcome.FAILS),
    ],
    ids=count(),
)
def test_a_receipts_key_counts_as_the_list_says_where_the_entry_stands(case: Case, change, name, outcome):
    key = {member: value for member, value in {**case.receipts, **change}.items() if value is not None}
    found = case.found(case.cosigned("DE", "ES"), case.listed(case.everything(FR=[key, *case.logs])))
    assert found[name] is outcome
    if name == LISTED:
        assert found["entry 1 is in the log"] is Outcome.NOT_CHECKED


@pytest.mark.parametrize(
    ("change", "codes", "outcome"),
    [
        ({**COMPROMISED, "x-po-since-leaf": 0}, ("DE", "ES"), Outcome.FAILS),
        (COMPROMISED, ("DE", "ES"), Outcome.FAILS),
        ({**COMPROMISED, "x-po-since-leaf": 10**6}, ("DE", "ES"), Outcome.HOLDS),
        ({**COMPROMISED, "x-po-since-leaf": 10**6}, ("DE",), Outcome.FAILS),
        ({"x-po-status": "retired"}, ("DE",), Outcome.HOLDS),
        ({"x-po-status": "retired", "x-po-since-leaf": 0}, ("DE", "ES"), Outcome.FAILS),
        ({"x-po-status": "retired", "x-po-since": FIRST + 1}, ("DE", "ES"), Outcome.FAILS),
        ({"x-po-status": "retired", "x-po-since": NOW + 1}, ("DE", "ES"), Outcome.HOLDS),
        ({"exp": FIRST + 1}, ("DE", "ES"), Outcome.FAILS),
    ],
    ids=count(),
)
def test_a_logs_key_in_wrong_hands_counts_only_before_and_where_the_quorum_saw_it(case: Case, change, codes, outcome):
    logs = [{**each, **change} for each in case.logs]
    found = case.found(case.cosigned(*codes), case.listed(case.everything(FR=[case.receipts, *logs])))
    assert found[LOG] is outcome


def test_one_good_key_of_the_log_is_enough(case: Case):
    lists = case.everything(FR=[case.receipts, {**case.logs[0], **COMPROMISED}, case.logs[1]])
    assert case.found(case.cosigned("DE", "ES"), case.listed(lists))[LOG] is Outcome.HOLDS


def test_a_log_that_another_jurisdiction_lists_is_not_the_receipts(case: Case):
    lists = case.everything(FR=[case.receipts], DE=[case.witness("DE"), *case.logs])
    found = case.found(case.cosigned("DE", "ES"), case.listed(lists))
    assert found["entry 1 is in the log"] is Outcome.FAILS
    assert [found[name] for name in (RECEIPT, LOG, SEEN)] == [Outcome.NOT_CHECKED] * 3


def test_a_list_that_is_refused_leaves_the_pack_with_its_own_word(case: Case):
    copy, pack = case.listed(case.everything()), case.cosigned("DE", "ES")
    frozen = case.found(pack, copy, Instant(START + 8 * DAY))
    assert frozen[LIST] is Outcome.FAILS
    assert "entry 1 is in the log" in frozen
    assert Outcome.HOLDS not in {frozen["key is the registry's own"], frozen["entry 1 is in the log"]}
    (copy / "metadata" / "1.targets.json").unlink()
    assert case.found(pack, copy)[LIST] is Outcome.FAILS


def test_the_command_line_and_the_courts_one_file_take_their_keys_from_the_list(case: Case, tmp_path: Path):
    copy = case.listed(case.everything())
    pack, anchor, seen = tmp_path / "pack.json", tmp_path / "1.root.json", tmp_path / "seen"
    pack.write_bytes(case.cosigned("DE", "ES"))
    anchor.write_bytes(root())
    options = ["--root", str(anchor), "--keep", str(seen)]

    def run(*arguments: str, exits: int = 0) -> str:
        done = CliRunner().invoke(main, list(arguments))
        assert done.exit_code == exits, done.output
        return done.stdout

    def commands() -> tuple[str, str]:
        shown = orjson.loads(run("evidence", "verify", "--trust", str(copy), *options, "--json", str(pack)))
        assert {each["outcome"] for each in shown} == {"HOLDS", "NOT CHECKED"}
        assert shown[0]["detail"].startswith("root 1, 3 of 5 jurisdictions sign; counts until 20")
        run("evidence", "verify", "--trust", str(copy), str(pack), exits=2)
        run("evidence", "verify", "--trust", str(copy), *options, "--receipt-key", "A", str(pack), exits=2)
        pack.with_name("policy").write_text(policy := run("trust", "policy", str(copy), "FR", *options))
        run("evidence", "verify", "--policy", str(tmp_path / "policy"), str(pack))
        for other in ("DE", "IT", "x"):
            run("trust", "policy", str(copy), other, *options, exits=2 if other == "x" else 1)
        run("trust", "policy", str(copy), "DE", *options, "--pack", str(pack), exits=2)
        run("trust", "policy", str(copy), "FR", *options, "--pack", str(anchor), exits=2)
        return policy, run("trust", "policy", str(copy), "FR", *options, "--pack", str(pack))

    policy, given = commands()
    assert policy.endswith("group quorum 2 DE ES\nquorum quorum\n")
    (tmp_path / "keys").write_text(given)
    command = [sys.executable, "-I", str(ALONE), "pack.json", "@keys"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "HOLDS        entry 1 was seen by 2 witnesses" in done.stdout
    assert "HOLDS        key is the registry's own" in done.stdout
    few = tmp_path / "few.json"
    few.write_bytes(case.cosigned("DE"))
    command[3] = "few.json"
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout


def test_the_courts_arguments_hand_on_no_key_that_is_in_wrong_hands(case: Case, tmp_path: Path):
    pack, anchor = tmp_path / "pack.json", tmp_path / "1.root.json"
    pack.write_bytes(case.pack)
    anchor.write_bytes(root())
    wanted = {**COMPROMISED, "x-po-since-leaf": 10**6}

    def given(name: str, lists: dict[str, Sequence[Members]], quorum: int | None) -> tuple[int, str]:
        made = replace(case, path=tmp_path / name)
        copy = made.listed(lists, quorum=quorum)
        options = ["--root", str(anchor), "--keep", str(tmp_path / name / "seen"), "--pack", str(pack)]
        done = CliRunner().invoke(main, ["trust", "policy", str(copy), str(FR), *options])
        return done.exit_code, done.stdout

    def all_of_them() -> list[tuple[int, str]]:
        before = case.everything(FR=[{**case.receipts, **wanted}, {**case.logs[0], **wanted}, case.logs[1]])
        after = case.everything(FR=[{**case.receipts, **COMPROMISED}, *case.logs])
        no_log = case.everything(FR=[case.receipts, *({**each, **COMPROMISED} for each in case.logs)])
        two = case.everything(DE=[case.witness("DE"), case.witness("FR")])
        few = case.everything(ES=[])
        return [
            given("before", before, None),
            given("after", after, None),
            given("no-log", no_log, None),
            given("two", two, 2),
            given("few", few, 2),
        ]

    before, after, no_log, two, few = all_of_them()
    assert (before[0], before[1].count("--log-key"), "--witness" in before[1]) == (0, 1, False)
    assert [each[0] for each in (after, no_log, few)] == [2, 1, 1]
    # Germany has two witnesses: three names make sure of two jurisdictions.
    assert two[1].splitlines()[-1] == "--quorum=3"


def arguments(case: Case, pack: bytes, lists: dict[str, Sequence[Members]]) -> tuple[int, str]:
    """Give what `registry trust policy --pack` exits with and prints, and leave the pack beside it."""
    (case.path / "pack.json").write_bytes(pack)
    (case.path / "1.root.json").write_bytes(root())
    options = ["--root", str(case.path / "1.root.json"), "--keep", str(case.path / "seen")]
    command = ["trust", "policy", str(case.listed(lists)), "FR", *options, "--pack", str(case.path / "pack.json")]
    done = CliRunner().invoke(main, command)
    return done.exit_code, done.stdout


@pytest.mark.parametrize(
    "change",
    [{"x-po-status": "retired", "x-po-since": FIRST + 1}, {"exp": FIRST + 1}, {"nbf": EXPIRES - 1}],
    ids=count(),
)
def test_the_courts_arguments_hand_on_no_key_that_is_outside_its_time(case: Case, change: Members):
    pack = case.cosigned("DE", "ES")
    assert arguments(case, pack, case.everything(FR=[{**case.receipts, **change}, *case.logs]))[0] == 2
    one, other = case.logs
    again = replace(case, path=case.path / "again")
    again.path.mkdir()
    code, given = arguments(again, pack, case.everything(FR=[case.receipts, {**one, **change}, other]))
    assert (code, given.count("--log-key")) == (0, 1)


@pytest.mark.parametrize("change", [{"x-po-status": "retired", "x-po-since": NOW}, {"exp": NOW}], ids=count())
def test_the_courts_arguments_hand_on_no_witness_that_signed_outside_its_time(case: Case, change: Members):
    lists = case.everything(DE=[{**case.witness("DE"), **change}, case.witness("FR")])
    code, given = arguments(case, case.cosigned("DE", "ES"), lists)
    assert (code, given.count("--witness"), given.splitlines()[-1]) == (0, 2, "--quorum=2")
    assert WITNESSES["DE"].name not in given


@pytest.mark.parametrize("name", ["@keys", "--quorum=0", "-h"])
def test_a_name_in_a_list_is_no_argument_of_the_courts_one_file(case: Case, name: str):
    key = CosignatureKey(name=name, public=KEYS["FR"].public_key().public_bytes_raw())
    made = as_list(of_note_keys([key], KeyUse.WITNESS, begins=BEGINS, expires=EXPIRES))["keys"]
    code, given = arguments(case, case.cosigned("DE", "ES"), case.everything(**{"US-CA": made}))
    assert code == 0
    (case.path / "keys").write_text(given)
    command = [sys.executable, "-I", str(ALONE), "pack.json", "@keys"]
    done = subprocess.run(command, cwd=case.path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "HOLDS        entry 1 was seen by 2 witnesses" in done.stdout
