"""The ceremony on the command line, each jurisdiction on a machine of its own, up to a client that fetches the keys."""

import asyncio
import logging
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from registry import core
from registry.app import compose, running
from registry.cli import main
from registry.config import Settings
from registry.events.keylist import KeyListUpdated
from registry.ledger.port import Recorded
from registry.ledger.witnesses import Witnesses
from registry.trust.folder import TrustFolder
from registry.trust_list import folder_of, look_after
from registry.values.identifiers import Position
from registry.values.time import DAY, SECOND, Instant, iso
from registry.witness.keys import open_keys
from tests.trust import Ledger, jwk, jwks
from tests.witnesses import a_carrier, a_log, made, path, policy_of, signed

ROOT = Path(__file__).parents[2]
CODES = ("DE", "ES", "FR")
ENROLMENT = orjson.dumps(
    {
        "institutions": [
            {
                "institution": "fr-tj-lille",
                "name": "Tribunal",
                "roles": ["COURT"],
                "jurisdictions": ["FR"],
                "contact": "+33 3 00 00 00 01",
                "keys": [{"kid": "1", **{name: jwk("lille")[name] for name in ("kty", "crv", "x")}}],
            }
        ]
    }
)


class Ceremony:
    """Three jurisdictions and an operator, each in a folder of its own."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.data = place / "operator" / "data"
        self.desk = place / "operator" / "ceremony"
        core.create(self.settings, ENROLMENT)
        for code in CODES:
            (place / code).mkdir()
            (place / code / "word").write_text(f"the passphrase of {code}\n")

    @property
    def settings(self) -> Settings:
        return Settings(data=self.data, port=0)

    def run(self, *arguments: object, exits: int = 0) -> Result:
        result = CliRunner().invoke(main, ["--data", str(self.data), "trust", *map(str, arguments)])
        assert result.exit_code == exits, result.output
        return result

    def key(self, code: str, name: str) -> Path:
        """Have a jurisdiction make a key; gives the public part, which is all that leaves its machine."""
        file = self.place / code / f"{name}.key"
        self.run("key", file, "--passphrase-file", self.place / code / "word")
        return file.with_name(f"{file.name}.pub")

    def sign(self, code: str, document: Path, name: str, *options: object) -> str:
        """Have a jurisdiction sign a copy on its own machine."""
        secret = self.place / code / f"{name}.key"
        word = self.place / code / "word"
        return self.run("sign", document, "--key", secret, "--passphrase-file", word, *options).output

    def add(self, code: str, keys: bytes, *, version: int, name: str = "list", exits: int = 0) -> None:
        (self.place / code / "jwks.json").write_bytes(keys)
        secret, word = self.place / code / f"{name}.key", self.place / code / "word"
        options = ("--key", secret, "--passphrase-file", word, "--version", version)
        self.run("add", self.desk, code, self.place / code / "jwks.json", *options, exits=exits)

    def first(self) -> None:
        """Hold the first ceremony: keys, documents, signatures made apart and put together, lists."""
        publics = [(code, self.key(code, "root"), self.key(code, "list")) for code in CODES]
        members = [part for each in publics for part in ("--member", *each)]
        self.run("prepare", self.desk, *members)
        for document in ("root.json", "targets.json"):
            copies = []
            for code in ("DE", "FR"):
                copy = self.place / code / document
                (self.place / code / "root.json").write_bytes((self.desk / "root.json").read_bytes())
                copy.write_bytes((self.desk / document).read_bytes())
                self.sign(code, copy, "root")
                copies.append(copy)
            self.run("combine", self.desk / document, *copies)
        for code in CODES:
            self.add(code, jwks(jwk(f"{code}-1")), version=1)

    def facts(self) -> list[Recorded]:
        with core.opened(self.settings) as opened:
            facts = opened.ledger.reader.after(Position(0), limit=1000)
        return [each for each in facts if isinstance(each.fact.event, KeyListUpdated)]

    def clear(self) -> None:
        for file in self.desk.iterdir():
            file.unlink()


@pytest.fixture
def ceremony(tmp_path: Path) -> Ceremony:
    return Ceremony(tmp_path)


@asynccontextmanager
async def served(settings: Settings):
    opened = await asyncio.to_thread(core.open_core, settings)
    async with running(compose(opened)) as port:
        yield f"http://127.0.0.1:{port}"
    await asyncio.to_thread(opened.close)


async def test_from_the_first_key_to_a_client_that_relies_on_it(ceremony: Ceremony):
    await asyncio.to_thread(ceremony.first)
    published = await asyncio.to_thread(ceremony.run, "publish", ceremony.desk)
    (recorded,) = await asyncio.to_thread(ceremony.facts)
    event = recorded.fact.event
    assert isinstance(event, KeyListUpdated)
    assert [file.path for file in event.files] == published.output.splitlines()
    shown = orjson.loads((await asyncio.to_thread(ceremony.run, "show", "--json")).output)
    assert (shown["threshold"], shown["jurisdictions"]) == (2, list(CODES))
    root = ceremony.data / "trust" / "published" / "metadata" / "1.root.json"
    async with served(ceremony.settings) as url:
        options = ("--root", root, "--keep", ceremony.place / "police", "--json")
        fetched = await asyncio.to_thread(ceremony.run, "verify", f"{url}/trust/", "FR", "ES", *options)
        await asyncio.to_thread(ceremony.run, "verify", f"{url}/trust", "IT", *options, exits=1)
        plain = await asyncio.to_thread(ceremony.run, "verify", f"{url}/trust", "FR", *options[:-1])
    assert [each["keys"][0]["kid"] for each in orjson.loads(fetched.output)] == ["FR-1", "ES-1"]
    assert plain.output == "FR FR-1: order, active\n"


async def test_a_registrys_own_keys_and_a_witness_are_offered_listed_and_make_one_policy(ceremony: Ceremony):
    """What the registry offers, its jurisdiction lists; all agree how many of them must have seen a log."""
    witness = await asyncio.to_thread(made, ceremony.place / "witness", "witness.de.test/w1")

    def hold() -> tuple[list[dict[str, object]], str]:
        ceremony.first()
        for document in ("root.json", "targets.json"):
            (ceremony.desk / document).unlink()
        publics = [(code, *(ceremony.place / code / f"{name}.key.pub" for name in ("root", "list"))) for code in CODES]
        ceremony.run("prepare", ceremony.desk, "--quorum", 1, *(p for each in publics for p in ("--member", *each)))
        for document in ("root.json", "targets.json"):
            for code in ("DE", "FR"):
                shown = ceremony.sign(code, ceremony.desk / document, "root")
        assert "witnesses of 1 jurisdictions cosign" in shown
        offered = orjson.loads(ceremony.run("offer", "FR").output)["keys"]
        shown = CliRunner().invoke(main, ["witness", "keys", str(witness)])
        (ceremony.desk / "FR.json").unlink()
        ceremony.add("FR", jwks(*offered), version=1)
        ceremony.add("DE", shown.stdout.encode(), version=1)
        ceremony.run("publish", ceremony.desk)
        assert "witnesses of 1 jurisdictions cosign" in ceremony.run("show").output
        root = ceremony.data / "trust" / "published" / "metadata" / "1.root.json"
        options = ("--root", root, "--keep", ceremony.place / "seen")
        return offered, ceremony.run("policy", ceremony.data / "trust" / "published", "FR", *options).output

    offered, policy = await asyncio.to_thread(hold)
    uses = sorted(str(each["x-po-use"]) for each in offered)
    assert uses == ["answer", "card", "card", "log", "log", "pack", "pack", "status", "status"]
    opened = await asyncio.to_thread(core.open_core, ceremony.settings)
    own = compose(opened).services
    assert {line.split()[1] for line in policy.splitlines() if line.startswith("log ")} == set(own.log_keys.split())
    assert [each["kid"] for each in offered if each["x-po-use"] == "answer"] == [own.checker.signer.public_jwk["kid"]]
    await asyncio.to_thread(opened.close)
    (vkey, _) = open_keys(witness).vkeys
    assert f" {vkey}\n" in policy
    assert policy.endswith("group quorum 1 DE\nquorum quorum\n")


def test_keys_that_have_long_been_in_use_are_listed_from_their_first_use_on(
    ceremony: Ceremony, monkeypatch: pytest.MonkeyPatch
):
    """France lists its registry's keys a year late: what they signed until then counts, since most agreed to it."""
    with core.opened(ceremony.settings) as opened:
        founded = opened.ledger.reader.after(Position(0), limit=1)[0].fact.recorded_at // SECOND
    now = Instant(core.clock() + 365 * DAY)
    monkeypatch.setattr(core, "clock", lambda: now)

    def offered() -> dict[str, dict[str, object]]:
        return {str(each["kid"]): each for each in orjson.loads(ceremony.run("offer", "FR").output)["keys"]}

    vouch = {kid: key for kid, key in offered().items() if key["x-po-use"] in {"answer", "log"}}
    assert {each["nbf"] for each in vouch.values()} == {founded}
    assert {each["exp"] for each in vouch.values()} == {now // SECOND + 5 * 366 * 86_400}
    ceremony.first()
    ceremony.add("FR", jwks(*vouch.values()), version=1)
    assert "targets must name it" in ceremony.run("publish", ceremony.desk, exits=1).output
    assert ceremony.facts() == []
    (ceremony.desk / "root.json").unlink()
    (ceremony.desk / "targets.json").unlink()
    publics = [(code, *(ceremony.place / code / f"{name}.key.pub" for name in ("root", "list"))) for code in CODES]
    begun = ("--begun", "FR", ceremony.place / "FR" / "jwks.json")
    ceremony.run("prepare", ceremony.desk, *begun, *(part for each in publics for part in ("--member", *each)))
    for document in ("root.json", "targets.json"):
        for code in ("DE", "FR"):
            shown = ceremony.sign(code, ceremony.desk / document, "root")
    for kid, each in vouch.items():
        assert f"\n  FR {kid}: {each['x-po-use']}, counts from {iso(Instant(founded * SECOND))}\n" in shown
    assert f"  any other key counts from {iso(Instant((now // SECOND) * SECOND - 7 * DAY))} at the earliest" in shown
    ceremony.run("publish", ceremony.desk)
    later = Instant(now + 30 * DAY)
    monkeypatch.setattr(core, "clock", lambda: later)
    assert {kid: each["nbf"] for kid, each in offered().items() if kid in vouch} == dict.fromkeys(vouch, founded)
    # What was agreed on once is in the next targets by itself.
    ceremony.clear()
    ceremony.run("prepare", ceremony.desk)
    again = ceremony.run("show", ceremony.desk / "targets.json").output
    assert all(f"  FR {kid}: {each['x-po-use']}, counts from " in again for kid, each in vouch.items())


def test_a_witness_that_has_long_cosigned_is_offered_since_then(tmp_path: Path):
    folder = made(tmp_path / "witness")

    def offered(since: str, exits: int = 0) -> set[int]:
        shown = CliRunner().invoke(main, ["witness", "keys", str(folder), "--since", since])
        assert shown.exit_code == exits, shown.output
        return set() if exits else {each["nbf"] for each in orjson.loads(shown.stdout)["keys"]}

    assert offered("2025-01-02T03:04:05Z") == {1_735_787_045}
    assert offered(iso(Instant(core.clock() + DAY)), exits=2) == offered("lately", exits=2) == set()


async def test_a_registry_witnesses_another(tmp_path: Path, ceremony: Ceremony):
    folder = await asyncio.to_thread(made, tmp_path / "witness")
    settings = Settings(data=ceremony.data, port=0, witness=folder)
    log = a_log(5)
    async with a_carrier() as carrier, served(settings) as url:
        witnesses = Witnesses(policy_of([(folder, f"{url}/witness")], "all"), carrier)
        assert (await witnesses.cosign(signed(log.checkpoint()), lambda old: path(log, old))).witnessed
        (held,) = await witnesses.survey(log.checkpoint().origin, None)
    assert held.checkpoint == log.checkpoint()


def test_a_jurisdiction_replaces_its_keys_and_marks_one_compromised(ceremony: Ceremony):
    ceremony.first()
    ceremony.run("publish", ceremony.desk)
    ceremony.clear()
    ceremony.run("prepare", ceremony.desk, "--member", "FR", ceremony.key("FR", "root2"), ceremony.key("FR", "list2"))
    root, targets = ceremony.desk / "root.json", ceremony.desk / "targets.json"
    former = ceremony.data / "trust" / "published" / "metadata" / "1.root.json"
    assert "signed by nobody" in ceremony.run("show", root).output
    ceremony.sign("FR", root, "root2")
    assert "signed by DE, FR" in ceremony.sign("DE", root, "root")
    marked = jwk("FR-1", **{"x-po-status": "compromised", "x-po-since-leaf": 12})
    ceremony.add("FR", jwks(marked, jwk("FR-2")), version=2, name="list2")
    for code, name in (("FR", "root2"), ("DE", "root")):
        ceremony.sign(code, targets, name)
    # One of those whom the former root names is too few: France's old key may still speak for the change.
    assert "too few jurisdictions" in ceremony.run("publish", ceremony.desk, exits=1).output
    ceremony.sign("FR", root, "root", "--former", former)
    ceremony.run("publish", ceremony.desk)
    shown = ceremony.run("show").output
    assert "FR FR-1: order, compromised since leaf 12\nFR FR-2: order, active\n" in shown
    assert "2 of 3 sign: DE, ES, FR\n" in shown
    assert len(ceremony.facts()) == 2


def test_a_jurisdiction_leaves(ceremony: Ceremony):
    ceremony.first()
    ceremony.run("publish", ceremony.desk)
    ceremony.clear()
    ceremony.run("prepare", ceremony.desk, "--leaving", "IT", exits=2)
    ceremony.run("prepare", ceremony.desk, "--leaving", "ES", "--threshold", 2)
    for code in ("DE", "FR"):
        for document in ("root.json", "targets.json"):
            ceremony.sign(code, ceremony.desk / document, "root")
    ceremony.run("publish", ceremony.desk)
    assert "2 of 2 sign: DE, FR\n" in ceremony.run("show").output


def test_what_a_hand_gets_wrong_is_said_and_changes_nothing(ceremony: Ceremony):
    ceremony.run("show", exits=2)
    ceremony.run("publish", ceremony.desk, exits=2)
    assert ceremony.run("refresh").output == "registry: nothing to do\n"
    ceremony.first()
    root = ceremony.desk / "root.json"
    before = root.read_bytes()
    secret, word = ceremony.place / "DE" / "list.key", ceremony.place / "DE" / "word"
    sealed = ("--passphrase-file", word)
    ceremony.run("sign", root, "--key", secret, *sealed, exits=2)
    ceremony.run("sign", root, "--key", secret, exits=2)
    ceremony.run("sign", root, "--key", secret, "--passphrase-file", ceremony.place / "FR" / "word", exits=2)
    (ceremony.place / "empty").write_text("\n")
    ceremony.run("sign", root, "--key", secret, "--passphrase-file", ceremony.place / "empty", exits=2)
    ceremony.run("key", secret, exits=2)
    alone = ceremony.place / "targets.json"
    alone.write_bytes((ceremony.desk / "targets.json").read_bytes())
    ceremony.run("sign", alone, "--key", ceremony.place / "DE" / "root.key", *sealed, exits=2)
    ceremony.run("combine", root, ceremony.desk / "targets.json", exits=2)
    keys = ceremony.place / "DE" / "jwks.json"
    ceremony.run("add", ceremony.desk, "de", keys, "--key", secret, *sealed, exits=2)
    ceremony.add("DE", b"{}", version=1, exits=1)
    root_public, list_public = secret.with_name("root.key.pub"), secret.with_name("list.key.pub")
    ceremony.run("prepare", ceremony.desk, "--member", "DE", root_public, list_public, exits=2)
    for broken in ("{}", '{"ed25519": "00"}', "no JSON"):
        list_public.write_text(broken)
        ceremony.run("prepare", ceremony.place / "new", "--member", "DE", root_public, list_public, exits=2)
    for broken in (b"no key", of_another_kind()):
        secret.write_bytes(broken)
        ceremony.run("sign", root, "--key", secret, exits=2)
    assert root.read_bytes() == before
    assert ceremony.facts() == []


def of_another_kind() -> bytes:
    """A private key of another kind."""
    private = ec.generate_private_key(ec.SECP256R1())
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def test_the_keeper_signs_daily_tells_what_is_due_and_outlives_a_fault(
    ceremony: Ceremony, caplog: pytest.LogCaptureFixture
):
    ceremony.first()
    ceremony.run("publish", ceremony.desk)
    folder, ledger, now = folder_of(ceremony.settings), Ledger(), core.clock()
    caplog.set_level(logging.INFO, logger="registry.trust")
    look_after(folder, ledger.record, Instant(now + DAY))
    assert (len(ledger.said), caplog.messages) == (1, [])
    look_after(folder, ledger.record, Instant(now + 46 * DAY))
    assert caplog.messages == ["trust list: to be signed anew before it ends: DE, ES, FR"]
    (folder.path / "online" / "timestamp.key").unlink()
    look_after(folder, ledger.record, Instant(now + 48 * DAY))
    assert caplog.messages[1:] == ["trust list: not signed anew: ConfigurationError: timestamp.key cannot be opened"]
    caplog.clear()
    look_after(TrustFolder(path=ceremony.place / "none"), ledger.record, now)
    assert caplog.messages == []


def test_a_witness_on_the_command_line(tmp_path: Path):
    def run(*arguments: object, exits: int = 0) -> str:
        result = CliRunner().invoke(main, ["witness", *map(str, arguments)])
        assert result.exit_code == exits, result.output
        return result.output

    folder = tmp_path / "w"
    vkeys = run("init", folder, "--name", "witness.test/w").splitlines()
    assert len(vkeys) == 2
    run("init", folder, "--name", "witness.test/w", exits=2)
    run("show", tmp_path / "none", exits=2)
    shown = run("show", folder)
    assert [line for line in shown.splitlines() if line.startswith("vkey")] == [f"vkey {vkey}" for vkey in vkeys]
    assert orjson.loads(run("show", folder, "--json"))["logs"] == []


async def test_a_witness_served_alone_answers_until_it_is_told_to_stop(tmp_path: Path):
    folder = await asyncio.to_thread(made, tmp_path / "w")
    command = (sys.executable, "-m", "registry", "witness", "serve", str(folder), "--port", "0")
    child = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE, cwd=ROOT)
    assert child.stderr is not None
    said = (await child.stderr.readline()).decode()
    log = a_log(5)
    async with a_carrier() as carrier:
        witnesses = Witnesses(policy_of([(folder, said.split()[-1])], "all"), carrier, timeout=20.0)
        assert (await witnesses.cosign(signed(log.checkpoint()), lambda old: path(log, old))).witnessed
    child.terminate()
    assert await child.wait() == 0
    assert said.startswith("registry: witness witness.fr.test/w1 of 1 logs on http://127.0.0.1:")
    shown = CliRunner().invoke(main, ["witness", "show", str(folder)]).output
    assert f"log {log.checkpoint().origin}: 5 leaves, " in shown
    (folder / "policy").write_text("quorum none\n")
    assert "(followed no more)" in CliRunner().invoke(main, ["witness", "show", str(folder)]).output
