"""An operator erases a person and turns the key, on the command line, on a data folder as `init` makes it."""

import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from adapters.keepers import file
from registry import core
from registry.access.actors import Principal, Role
from registry.answers import Given, Spool
from registry.app import log_publisher
from registry.boundary import Attachment
from registry.cli import main
from registry.commands.issuance import CorrectOrder
from registry.config import Settings
from registry.demo.cast import enrolment
from registry.errors import KeyErased
from registry.events.check import AnswerGiven
from registry.events.issuance import OrderRevoked
from registry.execute import Executor
from registry.identity.exact import finding_keys
from registry.ledger.port import Draft
from registry.values.check import CheckPurpose
from registry.values.identifiers import KeyId, Position, StreamId
from registry.values.issuance import EndReason, PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.parties import Party
from registry.values.time import DAY, Instant, expires, iso
from registry.vault.keys import new_key
from registry.vault.rows import wrapped_key
from registry.views.police import SUBJECT_KEY
from tests.given import ACTOR, LILLE, ORDER, PROTECTED, RESPONDENT, day, ref
from tests.journeys.house import CANARIES, PROTECTED_NAME, RESPONDENT_NAME, clear, entering, identity

FR = Jurisdiction("FR")
ALONE = Path(__file__).parents[2] / "scripts" / "verify_evidence.py"
DOCUMENT = b"JUGEMENT: Quintessa Zywiolkowska, 77 Kanarienvogelgasse " * 40


@pytest.fixture
def settings(tmp_path):
    made = Settings(data=tmp_path / "data")
    core.create(made, enrolment(), demo=True)
    return made


@pytest.fixture
def entered(settings):
    """An order of 2016 that ended in 2017, entered by its court."""
    command = entering(issued=day("2016-02-01"), expiry=expires(day("2017-08-01")))
    court = Principal(institution=LILLE, key_id=KeyId("k1"), roles=frozenset({Role.COURT}), jurisdictions=(FR,))
    with core.opened(settings) as opened:
        attachment = Attachment(content=DOCUMENT, media_type="text/plain")
        opened.executor.perform(command, principal=court, attachment=attachment)
    return settings


def run(settings, *arguments):
    return CliRunner().invoke(main, ["--data", str(settings.data), *map(str, arguments)])


def erase(settings, *more, party=PROTECTED):
    return run(settings, "person", "erase", ORDER, party, "--institution", LILLE, *more)


def key_of(settings, subject):
    with core.opened(settings) as opened:
        (row,) = opened.ledger.reader.rows(SUBJECT_KEY, {"subject": subject.bytes})
        return wrapped_key(row)


def everything(settings):
    return b"".join(path.read_bytes() for path in sorted(settings.data.rglob("*")) if path.is_file())


@contextmanager
def house(settings):
    """What `identity` opens through."""
    with core.opened(settings) as opened:
        yield opened


def test_it_takes_two_steps_and_leaves_nothing_in_any_file(entered):
    wrapped = key_of(entered, PROTECTED).wrapped
    with core.opened(entered) as opened:
        searched = finding_keys(opened.executor.index_key, PROTECTED_NAME)
    first = erase(entered)
    said = orjson.loads(first.stdout)
    assert (first.exit_code, said["stands_against"], said["documents_that_go_too"]) == (0, [], 1)
    assert key_of(entered, PROTECTED).wrapped == wrapped
    assert all(each in everything(entered) for each in (wrapped, *searched))
    assert erase(entered, "--confirm", "00000000").exit_code == 1
    assert key_of(entered, PROTECTED).wrapped == wrapped
    second = erase(entered, "--confirm", said["confirm"])
    assert second.exit_code == 0, second.stderr
    stated = orjson.loads(second.stdout)
    assert (stated["subject"], stated["by"]) == (str(PROTECTED), LILLE)
    assert "key rotate FR" in second.stderr
    after = everything(entered)
    planted = [wrapped, *searched, *(word.encode() for word in CANARIES), DOCUMENT[:40]]
    assert not [each for each in planted if each in after]
    with house(entered) as opened, pytest.raises(KeyErased):
        identity(opened)
    again = orjson.loads(run(entered, "person", "statement", ORDER, PROTECTED).stdout)
    assert again == stated


def erased(settings, *more):
    word = orjson.loads(erase(settings).stdout)["confirm"]
    done = erase(settings, "--confirm", word, *more)
    assert done.exit_code == 0, done.stderr
    return orjson.loads(done.stdout)


def published(settings):
    """What a running registry does by itself."""
    with core.opened(settings) as opened:
        publisher = log_publisher(opened, core.clock)
        while publisher.step():
            pass


def verified(path, *options):
    done = CliRunner().invoke(main, ["evidence", "verify", "--json", *options, str(path)])
    return done.exit_code, {each["check"]: each for each in orjson.loads(done.stdout)}


def test_the_certificate_is_proved_once_the_log_has_it_and_after_every_start(entered, tmp_path):
    stated = erased(entered)
    early = run(entered, "person", "certificate", ORDER, PROTECTED)
    assert (early.exit_code, early.stdout) == (1, "")
    assert "no-checkpoint-yet" in early.stderr
    published(entered)
    pack = tmp_path / "pack.json"
    pack.write_bytes(run(entered, "person", "certificate", ORDER, PROTECTED).stdout_bytes)
    assert orjson.loads(pack.read_bytes())["signed"] == stated["signed"]
    code, checks = verified(pack)
    assert code == 0
    who = checks["record in the log says who was erased"]
    assert who["outcome"] == "NOT CHECKED"  # no key of the log was given
    assert all(each in who["detail"] for each in (str(PROTECTED), str(ORDER), stated["erased_at"], "RETENTION_OVER"))
    assert checks["log entries are of what was signed"]["outcome"] == "HOLDS"
    alone = subprocess.run([sys.executable, "-I", ALONE, pack], capture_output=True, text=True, check=False)
    assert alone.returncode == 0, alone.stdout
    assert "NOT CHECKED  record in the log says who was erased: it holds by the pack's own entry alone" in alone.stdout
    shown = pack.read_text() + alone.stdout
    assert not [word for word in CANARIES if word in shown and len(word) > 4]  # base64 spells short words by chance
    published(entered)
    pack.write_bytes(run(entered, "person", "certificate", ORDER, PROTECTED).stdout_bytes)
    assert orjson.loads(pack.read_bytes())["signed"] == stated["signed"]
    assert verified(pack)[0] == 0


def test_the_certificate_says_that_older_copies_open_nothing_once_the_epoch_turned(entered, tmp_path):
    erased(entered, "--rotate")
    published(entered)
    pack = tmp_path / "pack.json"
    pack.write_bytes(run(entered, "person", "certificate", ORDER, PROTECTED).stdout_bytes)
    _, checks = verified(pack)
    assert "FR/1 is destroyed too" in checks["older copies of the key"]["detail"]


def test_a_log_whose_note_is_not_its_own_proves_nothing(entered):
    erased(entered)
    published(entered)
    heads = core.heads(entered)
    note = heads.read()
    heads.write_witnessed(note)
    assert run(entered, "person", "certificate", ORDER, PROTECTED).exit_code == 0
    heads.write_witnessed(b"no note")
    assert run(entered, "person", "certificate", ORDER, PROTECTED).exit_code == 0
    (heads.folder / "signed-head.note").write_bytes(note.replace(b"A", b"B"))
    assert "no-checkpoint-yet" in run(entered, "person", "certificate", ORDER, PROTECTED).stderr
    assert "not-erased" in run(entered, "person", "certificate", ORDER, RESPONDENT).stderr


def test_an_old_copy_of_the_key_table_cannot_unseal_after_the_epoch_turned(entered, tmp_path):
    """A thief has the ledger of before the erasure, and the keys of today."""
    old = tmp_path / "stolen"
    shutil.copytree(entered.data, old)
    word = orjson.loads(erase(entered).stdout)["confirm"]
    done = erase(entered, "--confirm", word, "--rotate")
    assert done.exit_code == 0, done.stderr
    assert orjson.loads(done.stdout)["older_copies_of_the_key"]["open_nothing_since"]
    shutil.rmtree(old / core.KEYS)
    shutil.copytree(entered.data / core.KEYS, old / core.KEYS)
    for party in ("protected", "respondent"):
        with house(Settings(data=old)) as opened, pytest.raises(KeyErased):
            identity(opened, word=party)
    with house(entered) as opened:
        assert identity(opened, word="respondent").name.family == "Vandermolenaar"


def test_a_fact_that_comes_between_the_last_look_and_the_act_stops_it(entered, monkeypatch):
    word = orjson.loads(erase(entered).stdout)["confirm"]
    perform = Executor.perform

    def meanwhile(executor, command, **asked):
        ended = OrderRevoked(order_ref=ORDER, from_=day("2017-07-01"), reason=EndReason.WITHDRAWN, revoked_in=FR)
        drafts = [Draft(fact_id=executor.mint(), actor=ACTOR, correlation=executor.mint(), event=ended)]
        executor.writer.perform(lambda unit: unit.append(ORDER, drafts, expected_version=1))
        return perform(executor, command, **asked)

    with monkeypatch.context() as patched:
        patched.setattr(Executor, "perform", meanwhile)
        answer = erase(entered, "--confirm", word)
    assert answer.exit_code == 1
    assert "order-has-changed" in answer.stderr
    with house(entered) as opened:
        assert identity(opened) == PROTECTED_NAME


def test_a_crash_while_the_old_key_is_destroyed_leaves_no_key_and_no_false_date(entered, monkeypatch):
    word = orjson.loads(erase(entered).stdout)["confirm"]
    assert erase(entered, "--confirm", word).exit_code == 0

    def crash(_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(file, "_destroy", crash)
        assert run(entered, "key", "rotate", "FR").exit_code == 1
    key = entered.data / core.KEYS / "kek_FR_1.key"
    assert any(key.read_bytes())
    said = orjson.loads(run(entered, "person", "statement", ORDER, PROTECTED).stdout)
    assert not said["older_copies_of_the_key"]["open_nothing_since"]
    assert run(entered, "key", "rotate", "FR").exit_code == 0
    assert not key.exists()
    said = orjson.loads(run(entered, "person", "statement", ORDER, PROTECTED).stdout)
    assert said["older_copies_of_the_key"]["open_nothing_since"]


def test_what_stands_against_it_is_told_with_its_law_and_ends_it(settings):
    court = Principal(institution=LILLE, key_id=KeyId("k1"), roles=frozenset({Role.COURT}), jurisdictions=(FR,))
    with core.opened(settings) as opened:
        opened.executor.perform(entering(expiry=expires(day("2040-01-01"))), principal=court)
    answer = erase(settings)
    against = orjson.loads(answer.stdout)["stands_against"]
    assert answer.exit_code == 1
    assert {each["code"] for each in against} == {"ORDER_IN_FORCE", "RETENTION_PERIOD", "LIMITATION_PERIOD"}
    assert all(each["basis"] for each in against)
    word = orjson.loads(answer.stdout)["confirm"]
    assert erase(settings, "--confirm", word).exit_code == 1
    with house(settings) as opened:
        assert identity(opened) == PROTECTED_NAME


def test_what_was_set_right_is_erased_by_hand_though_the_order_is_in_force(settings, monkeypatch):
    """Four weeks after its correction, by the one clock of the machine that the registry reads."""
    court = Principal(institution=LILLE, key_id=KeyId("k1"), roles=frozenset({Role.COURT}), jurisdictions=(FR,))
    right = Party(party_ref=PROTECTED, role=PartyRole.PROTECTED, identity=clear(PROTECTED, "identity", RESPONDENT_NAME))
    with core.opened(settings) as opened:
        opened.executor.perform(entering(expiry=expires(day("2040-01-01"))), principal=court)
        issued = opened.ledger.reader.stream(StreamId(ORDER))[0].fact.fact_id
        opened.executor.perform(CorrectOrder(order_ref=ORDER, corrects=issued, parties=(right,)), principal=court)
        corrected = opened.ledger.reader.stream(StreamId(ORDER))[1].fact.recorded_at
    asked = ("person", "erase-former", ORDER, PROTECTED, "--institution", LILLE)
    early = orjson.loads(run(settings, *asked).stdout)
    assert (early["former_keys"], list(early["waiting"].values())) == ([], [iso(Instant(corrected + 28 * DAY))])
    refused = run(settings, *asked, "--confirm", early["confirm"])
    assert (refused.exit_code, "waiting-period-runs" in refused.stderr) == (1, True)
    monkeypatch.setattr(core, "clock", lambda: Instant(corrected + 28 * DAY))
    said = orjson.loads(run(settings, *asked).stdout)
    assert (said["former_keys"], said["waiting"]) == (list(early["waiting"]), {})
    assert (len(said["former_keys"]), said["documents_that_go_too"], said["version"]) == (1, 0, 2)
    assert "another-state" in run(settings, *asked, "--confirm", "00000000").stderr
    with house(settings) as opened:
        assert identity(opened) == PROTECTED_NAME
    done = run(settings, *asked, "--confirm", said["confirm"])
    assert done.exit_code == 0, done.stderr
    stated = orjson.loads(done.stdout)
    assert (stated["subject"], stated["ground"]) == (said["former_keys"][0], "RECTIFIED")
    with house(settings) as opened, pytest.raises(KeyErased):
        identity(opened)
    assert not orjson.loads(run(settings, *asked).stdout)["former_keys"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("person", "erase-former", ref("nothing"), PROTECTED, "--institution", LILLE), "no-such-order"),
        (("person", "erase", ORDER, ref("nobody"), "--institution", LILLE), "no-such-party"),
        (("person", "erase", ref("nothing"), PROTECTED, "--institution", LILLE), "no-such-order"),
        (("person", "erase", ORDER, PROTECTED, "--institution", "nobody"), "not enrolled"),
        (("person", "erase", "x", PROTECTED, "--institution", LILLE), "no reference"),
        (("person", "statement", ORDER, PROTECTED), "not-erased"),
        (("key", "rotate", "nowhere"), "no jurisdiction code"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_happens(entered, arguments, code):
    answer = run(entered, *arguments)
    assert answer.exit_code in {1, 2}
    assert code in answer.stderr
    assert key_of(entered, RESPONDENT).wrapped


def test_a_first_key_is_made_and_a_later_one_destroys_it(entered):
    assert "epoch 1" in run(entered, "key", "rotate", "NZ").stderr
    assert "destroyed: 1" in run(entered, "key", "rotate", "NZ", "--no-compact").stderr


def test_a_key_that_waits_in_the_spool_is_not_lost(entered):
    """An answer given while the store was down carries a key that no table holds yet."""
    with core.opened(entered) as opened:
        (first,) = opened.ledger.reader.after(0, limit=1, topics=["order.issued.1"])
        fact = first.fact
        _, row = new_key(PROTECTED, FR, opened.keeper, opened.executor.entropy, core.clock())
    answer = spooled(fact, row)
    Spool(path=entered.data / core.SPOOL_FILE).keep(answer)
    refused = run(entered, "key", "rotate", "FR")
    assert refused.exit_code == 1
    assert "answers-wait-in-the-spool" in refused.stderr
    assert run(entered, "key", "rotate", "DE").exit_code == 0


def spooled(fact, row):
    event = AnswerGiven(
        check_ref="c",
        jurisdiction=FR,
        purpose=next(iter(CheckPurpose)),
        commitment="c",
        query=fact.event.details.number,
        valid_at=Instant(0),
        known_at=Instant(0),
        known_position=Position(0),
        given_at=Instant(0),
        answered=(),
        engine="e",
    )
    return Given(
        stream=StreamId(ref("answers")),
        fact_id=fact.fact_id,
        actor=fact.actor,
        event=event,
        subject=row.subject,
        new_key=row,
    )
