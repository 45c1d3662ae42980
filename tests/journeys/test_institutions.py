"""Institutions at the command line and in a running registry: two keys for two persons, on a folder really made."""

import asyncio
from dataclasses import replace
from types import SimpleNamespace

import orjson
import pytest
from click.testing import CliRunner
from joserfc.jwk import ECKey, OKPKey

from registry import core
from registry.access.actors import Principal, Role
from registry.app import compose, running
from registry.cli import main
from registry.commands.institution import AddOwnKey, ConfirmChange, ProposeChange, RetireOwnKey
from registry.config import Settings
from registry.errors import NotPermitted
from registry.founding import found
from registry.ledger.opening import open_reader
from registry.roster import Roster
from registry.values.identifiers import InstitutionId, KeyId, ProposalRef
from registry.values.institution import Change, ChangeKind, KeyTerms, PublicKey
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant
from tests.given import ref
from tests.http.given import entry
from tests.journeys.house import open_house
from tests.ledgers import STORES, place

MEMBERS = {
    "fr-tj-lille": (["COURT"], ["FR"]),
    "xx-operator": (["OPERATOR"], ["FR"]),
    "xx-supervisor": (["SUPERVISOR"], ["FR"]),
}


def private(folder, name: str, kid: str = "k1", kind=OKPKey, curve="Ed25519"):
    """Make a key and its file, for its owner alone."""
    made = kind.generate_key(curve, parameters={"kid": kid})
    file = folder / f"{name}.jwk"
    file.write_bytes(orjson.dumps(made.as_dict(private=True)))
    file.chmod(0o600)
    return made


@pytest.fixture
def desk(tmp_path):
    """A data folder of a court, an operator and a supervisor, and a way to run verbs on it."""
    keys = {name: private(tmp_path, name) for name in ("fr-tj-lille", "xx-operator")}
    keys["xx-supervisor"] = private(tmp_path, "xx-supervisor", kind=ECKey, curve="P-256")
    file = tmp_path / "institutions.json"
    entries = [entry(name, keys[name], *MEMBERS[name]) for name in MEMBERS]
    file.write_bytes(orjson.dumps({"institutions": entries}))

    def run(*arguments, by=None, person=None):
        signed = ["--institution", by, "--key", tmp_path / f"{by}.jwk"] if by else []
        named = ["--person", person] if person else []
        line = ["--data", tmp_path / "data", *arguments, *signed, *named]
        ended = CliRunner().invoke(main, [str(each) for each in line])
        assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
        return ended.exit_code, ended.output

    code, output = run("init", file)
    assert (code, "no two persons" in output) == (0, False)
    return SimpleNamespace(run=run, folder=tmp_path, settings=Settings(data=tmp_path / "data"), keys=keys)


def test_two_persons_at_the_machine_change_an_institution(desk):
    file = desk.folder / "change.json"
    file.write_bytes(orjson.dumps({"kind": "CHANGE_RIGHTS", "institution": "fr-tj-lille", "contact": "+33 9"}))
    code, output = desk.run("institution", "propose", file, by="xx-operator", person="ann")
    proposal = orjson.loads(output)
    assert (code, proposal["change"]["contact"]) == (0, "+33 9")
    assert orjson.loads(desk.run("institution", "changes")[1])[0]["digest"] == proposal["digest"]
    asked = ("institution", "confirm", proposal["proposal_ref"], proposal["digest"])
    refused = (1, "registry: refused: second-person-needed\n")
    assert desk.run(*asked, by="xx-operator", person="ann") == refused
    assert desk.run(*asked, by="xx-supervisor", person="bob")[0] == 0
    shown = orjson.loads(desk.run("institution", "list", "--json")[1])
    assert [each["contact"] for each in shown if each["institution"] == "fr-tj-lille"] == ["+33 9"]


def test_an_emergency_at_the_machine_is_taken_back_by_who_said_it(desk):
    code, output = desk.run("institution", "suspend", "fr-tj-lille", by="xx-operator", person="ann")
    ref = orjson.loads(output)["proposal_ref"]
    assert code == 0
    assert "fr-tj-lille  SUSPENDED" in desk.run("institution", "list")[1]
    assert desk.run("institution", "withdraw", ref, by="xx-operator", person="ann")[0] == 0
    assert "fr-tj-lille  ENROLLED" in desk.run("institution", "list")[1]


def test_a_court_turns_its_key_and_says_that_the_old_one_was_stolen(desk):
    public = desk.folder / "new.json"
    made = private(desk.folder, "new", kid="k2")
    public.write_bytes(orjson.dumps(dict(made.as_dict(private=False))))
    assert desk.run("key", "add", public, by="fr-tj-lille")[0] == 0
    (desk.folder / "new.jwk").replace(desk.folder / "fr-tj-lille.jwk")
    assert desk.run("key", "retire", "k1", "--at", "2098-01-01T00:00:00Z", by="fr-tj-lille")[0] == 0
    code, output = desk.run("key", "compromised", "k1", "--since", "2099-01-01T00:00:00Z", by="fr-tj-lille")
    assert (code, "facts recorded" in output) == (0, True)
    assert desk.run("key", "compromised", "k1", "--position", "999999", by="fr-tj-lille")[1].endswith("so already\n")
    assert desk.run("key", "compromised", "k1", by="fr-tj-lille")[0] == 2
    shown = desk.run("institution", "list")[1]
    assert "k1 COMPROMISED" in shown
    assert desk.run("institution", "doubts", "fr-tj-lille") == (0, "[]\n")
    nothing = "7d444840-9dc0-11d1-b245-5ffdce74fad2"
    refused = (1, "registry: refused: no-such-fact-in-doubt\n")
    assert desk.run("institution", "confirm-facts", nothing, by="fr-tj-lille") == refused
    assert desk.run("institution", "confirm-facts", "Zwetschgenkern", by="fr-tj-lille")[0] == 2


def test_a_proposal_marks_anothers_key_at_the_machine(desk):
    file = desk.folder / "change.json"
    for compromise in ({"position": 1}, {"since": "2026-01-01T00:00:00Z"}):
        said = {"kind": "MARK_KEY_COMPROMISED", "institution": "fr-tj-lille", "key_id": "k1"}
        file.write_bytes(orjson.dumps(said | {"compromise": compromise}))
        code, output = desk.run("institution", "propose", file, by="xx-operator", person="ann")
        assert (code, orjson.loads(output)["change"]["position"]) == (0, 1)


def test_who_does_not_show_the_key_is_nobody(desk):
    public, file = desk.folder / "public.json", desk.folder / "change.json"
    public.write_bytes(orjson.dumps(dict(desk.keys["xx-operator"].as_dict(private=False))))
    public.chmod(0o600)
    file.write_bytes(b'{"kind": "END", "institution": "fr-tj-lille", "surprise": 1}')
    signed = ("--institution", "xx-operator", "--key")
    verb = ("institution", "suspend", "fr-tj-lille")
    assert "no private key" in desk.run(*verb, *signed, public)[1]
    assert "cannot be read as a JWK" in desk.run(*verb, *signed, file)[1] or file.stat().st_mode & 0o077
    file.chmod(0o600)
    assert "cannot be read as a JWK" in desk.run(*verb, *signed, file)[1]
    public.chmod(0o644)
    assert "mode 0600" in desk.run(*verb, *signed, public)[1]
    assert "does not sign in by this key" in desk.run(*verb, *signed, desk.folder / "fr-tj-lille.jwk")[1]
    assert "does-not-fit" in desk.run("institution", "propose", file, by="xx-operator", person="ann")[1]


def adding(roster: Roster, name: str) -> AddOwnKey:
    key = PublicKey(kid=KeyId(name), curve="Ed25519", x=f"public-{name}")
    return AddOwnKey(stream=roster.stream, terms=KeyTerms(key=key, begins=Instant(0)))


def gone(opened, key) -> None:
    """Wait for the follower; each look at the ledger's head is bounded, and so are the looks."""
    for _ in range(200):
        if key not in opened.enrolment.keys:
            return
        opened.ledger.reader.wait_changed(opened.ledger.reader.head(), timeout=0.05)
    raise AssertionError(key)


async def test_a_running_registry_follows_what_another_hand_records(desk):
    """What is recorded past the doors, as another process would, counts within the poll."""
    with core.opened(replace(desk.settings, port=0)) as opened:
        court = opened.enrolment.institutions[InstitutionId("fr-tj-lille")].principal(KeyId("k1"))
        async with running(compose(opened)):
            await opened.executor.execute(adding(opened.roster, "k2"), principal=court)
            command = RetireOwnKey(stream=opened.roster.stream, key_id=KeyId("k1"))
            await opened.executor.execute(command, principal=court)
            await asyncio.to_thread(gone, opened, (court.institution, "k1"))
            assert (court.institution, "k2") in opened.enrolment.keys
            assert opened.roster.pulse().failures == 0


@pytest.mark.parametrize("store", STORES)
def test_a_second_process_meets_what_the_first_recorded(desk, store):
    folder = desk.folder / "ledger"
    folder.mkdir()
    with place(store, folder) as settings:
        house = open_house(folder, settings=settings)
        found(house.executor, (desk.folder / "institutions.json").read_bytes(), demo=False)
        reader = open_reader(settings)
        elsewhere = Roster(reader=reader, ledger_id=house.ledger.ledger_id)
        house.executor.perform(adding(elsewhere, "k2"), principal=principal("fr-tj-lille", Role.COURT))
        assert ("fr-tj-lille", "k2") not in elsewhere.enrolment(house.clock()).keys
        assert elsewhere.catch_up()
        assert not elsewhere.catch_up()
        assert ("fr-tj-lille", "k2") in elsewhere.enrolment(house.clock()).keys
        if store == "postgres":
            _agree_across(house, open_house(folder, create=False, settings=settings), elsewhere)
        reader.close()
        house.close()


def _agree_across(one, other, roster) -> None:
    """Have one process record the proposal and another its confirmation."""
    proposal = ProposalRef(ref("proposal"))
    change = Change(kind=ChangeKind.END, institution=InstitutionId("fr-tj-lille"))
    proposing = ProposeChange(stream=roster.stream, proposal_ref=proposal, change=change)
    one.executor.perform(proposing, principal=principal("xx-operator", Role.OPERATOR, person="ann"))
    roster.catch_up()
    digest = roster.roll.proposals[proposal].digest
    confirming = ConfirmChange(stream=roster.stream, proposal_ref=proposal, digest=digest)
    other.executor.perform(confirming, principal=principal("xx-supervisor", Role.SUPERVISOR, person="bob"))
    roster.catch_up()
    assert not roster.enrolment(one.clock()).keys.get(("fr-tj-lille", "k2"))
    with pytest.raises(NotPermitted, match="role-not-permitted"):
        one.executor.perform(adding(roster, "k3"), principal=principal("fr-tj-lille", Role.COURT))
    other.close()


def principal(name: str, role: Role, person: str | None = None) -> Principal:
    return Principal(
        institution=InstitutionId(name),
        key_id=KeyId("k1"),
        roles=frozenset({role}),
        jurisdictions=(Jurisdiction("FR"),),
        on_behalf_of=person,
    )
