"""What officers asked goes by the month when its time is over; that they asked, and every proof, stays."""

from dataclasses import replace

import orjson
import pytest
from click.testing import CliRunner

from registry import core
from registry.access.actors import Role
from registry.alerts.reactor import REGISTRY
from registry.answers import Given, Spool, recording
from registry.audit_keys import audit_keys, kept
from registry.cli import main
from registry.commands.erasure import EraseQueries
from registry.config import Settings
from registry.demo.cast import enrolment
from registry.errors import Conflict, KeyErased, NotFound, NotPermitted
from registry.events.base import Actor
from registry.events.check import AnswerGiven
from registry.events.erasure import QueriesErased
from registry.forgetting import Forgetting
from registry.ledger.rows import Add, Put
from registry.values.check import CheckPurpose
from registry.values.identifiers import FactId, InstitutionId, KeyId, Position, StreamId
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import DAY, Instant
from registry.vault.audit import BLOCK_NAME, audit_month, audit_subject, open_query, seal_query, undated_subject
from registry.vault.block import Place, seal_block
from registry.vault.keys import CLOSED, KeyState
from registry.vault.rows import key_row
from registry.views.police import KEY_EPOCH, SUBJECT_KEY, epoch_name
from tests.given import at, ref
from tests.journeys.house import COURT, POLICE, RESPONDENT_NAME, entering, principal, question
from tests.journeys.test_spool import Away

ABROAD = principal("nz-police", Role.POLICE, within=("NZ",))
YEAR = 366 * DAY


async def asks(house, by=POLICE, **more):
    await house.checker.check(question(order_ref=None, identity=RESPONDENT_NAME, **more), principal=by)
    return house.facts()[-1]


def opened(house, fact, ring=None):
    query, _ = open_query(
        fact.event.query,
        ledger=house.executor.ledger_id,
        stream=fact.stream,
        fact_id=fact.fact_id,
        ring=ring or house.executor.ring,
    )
    return RESPONDENT_NAME.name.family.encode() in query


def later(house, microseconds):
    house.clock.set(Instant(house.clock() + microseconds))


async def erase(house, key, by=REGISTRY):
    command = EraseQueries(subject=key.subject, institution=key.institution, month=key.month)
    return await house.executor.execute(command, principal=by)


async def test_a_month_goes_when_its_time_is_over_and_the_next_one_stays(house):
    await house.executor.execute(entering(), principal=COURT)
    first = await asks(house)
    again = await asks(house)
    later(house, 40 * DAY)
    second = await asks(house)
    one, two = audit_keys(house.ledger.reader)
    assert (one.institution, one.month, two.month) == (POLICE.institution, "2024-03", "2024-04")
    with pytest.raises(Conflict, match="retention-period-runs"):
        await erase(house, one)
    until = [each.until for each in kept(house.ledger.reader, house.clock())]
    house.clock.set(until[0])
    assert [each.due(house.clock()) for each in kept(house.ledger.reader, house.clock())] == [
        True,
        until[0] == until[1],
    ]
    elsewhere = house.another_ring()
    following = Forgetting(reader=house.ledger.reader, ring=elsewhere, since=house.ledger.reader.head())
    assert opened(house, first, elsewhere)
    before = house.facts()
    await erase(house, one)
    for fact in (first, again):
        with pytest.raises(KeyErased):
            opened(house, fact)
    assert following.step()
    with pytest.raises(KeyErased):
        opened(house, first, elsewhere)
    assert opened(house, second)
    row = house.subject_key(one.subject)
    assert (row.state, row.wrapped, row.key_id) == (KeyState.ERASED, b"", one.key_id)
    said = house.facts()[-1].event
    assert isinstance(said, QueriesErased)
    assert (said.month, said.key_id, said.institution) == ("2024-03", one.key_id.hex(), POLICE.institution)
    assert house.facts()[:-1] == before
    assert not (await erase(house, one)).facts
    assert [each.key_id for each in audit_keys(house.ledger.reader)] == [None, two.key_id]
    assert [each.key.month for each in kept(house.ledger.reader, house.clock())] == ["2024-04"]


async def test_an_officer_is_answered_after_the_month_before_was_destroyed_and_a_clock_set_back_is_refused(house):
    await house.executor.execute(entering(), principal=COURT)
    began = house.clock()
    await asks(house)
    (key,) = audit_keys(house.ledger.reader)
    later(house, 12 * YEAR)
    await erase(house, key)
    assert opened(house, await asks(house))
    house.clock.set(began)
    with pytest.raises(KeyErased):
        await asks(house)


async def test_what_the_law_says_nothing_of_is_kept_and_nobody_else_destroys_it(house):
    await house.executor.execute(entering(), principal=COURT)
    await asks(house, by=ABROAD, jurisdiction=Jurisdiction("NZ"))
    (key,) = audit_keys(house.ledger.reader)
    later(house, 50 * YEAR)
    assert [(each.until, each.basis) for each in kept(house.ledger.reader, house.clock())] == [(None, None)]
    with pytest.raises(Conflict, match="no-retention-rule"):
        await erase(house, key)
    for other in (replace(key, month="2001-01"), replace(key, subject=ref("nobody")), replace(key, institution="x")):
        with pytest.raises(NotFound, match="no-such-queries"):
            await erase(house, other)
    with pytest.raises(NotPermitted):
        await erase(house, key, by=POLICE)


async def test_what_was_sealed_before_keys_were_of_months_opens_and_goes_with_the_first_month(house):
    await house.executor.execute(entering(), principal=COURT)
    subject, fact_id = undated_subject(POLICE.institution), FactId(ref("former"))
    ring, stream = house.executor.ring, StreamId(ref("former answers"))
    made = ring.to_seal(subject, jurisdiction=Jurisdiction("DE"), now=house.clock(), entropy=house.entropy)
    sealed = seal_with(house, made.key, stream, fact_id)
    rows = [Add(table=SUBJECT_KEY, row=key_row(made.unsaved))]
    await house.ledger.writer.submit(lambda unit: unit.append(stream, [], expected_version=0, rows=rows))
    ring.saved((made.unsaved,))
    assert open_query(sealed, ledger=house.executor.ledger_id, stream=stream, fact_id=fact_id, ring=ring)[0] == b"{}"
    assert list(audit_keys(house.ledger.reader)) == []
    await asks(house)
    former, own = audit_keys(house.ledger.reader)
    assert (former.undated, former.month, former.subject) == (True, own.month, subject)
    with pytest.raises(NotFound):
        await erase(house, replace(former, month="2030-01"))
    later(house, 12 * YEAR)
    await erase(house, former)
    with pytest.raises(KeyErased):
        open_query(sealed, ledger=house.executor.ledger_id, stream=stream, fact_id=fact_id, ring=ring)
    assert opened(house, house.facts()[1])


async def test_an_answer_that_waited_in_the_spool_over_a_turn_of_keys_and_of_the_month_is_of_its_own_month(
    house, tmp_path
):
    await house.executor.execute(entering(), principal=COURT)
    spool = Spool(path=tmp_path / "answers.spool")
    down = replace(house.executor, writer=Away())
    await replace(house.checker, executor=down, spool=spool).check(question(), principal=POLICE)
    (waiting,) = spool.waiting()
    jurisdiction, epoch = waiting.new_key.jurisdiction, waiting.new_key.epoch
    house.keeper.rotate(jurisdiction)
    closed = {
        "epoch": epoch_name(jurisdiction, epoch),
        "jurisdiction": jurisdiction,
        "number": epoch,
        "state": CLOSED,
        "closed_at": house.clock(),
        "destroyed_at": None,
    }
    rows = [Put(table=KEY_EPOCH, row=closed)]
    await house.ledger.writer.submit(lambda unit: unit.append(ref("nothing"), [], expected_version=0, rows=rows))
    later(house, 40 * DAY)
    assert await replace(house.checker, spool=spool).fold_spool() == 1
    (key,) = audit_keys(house.ledger.reader)
    assert (key.month, key.institution) == ("2024-03", POLICE.institution)
    assert house.subject_key(key.subject).epoch == epoch + 1


def seal_with(house, key, stream, fact_id):
    place = Place(ledger=house.executor.ledger_id, stream=stream, fact_id=fact_id, name=BLOCK_NAME)
    return seal_block(b"{}", key=key, place=place, entropy=house.entropy)


@pytest.fixture
def settings(tmp_path):
    made = Settings(data=tmp_path / "data")
    core.create(made, enrolment(), demo=True)
    return made


def given_in(opened, moment):
    """An answer of another time, as it was kept then."""
    institution, fact_id = InstitutionId("de-polizei-berlin"), FactId(opened.executor.mint())
    stream = StreamId(opened.executor.mint())
    sealed = seal_query(
        b"{}",
        institution=institution,
        ledger=opened.executor.ledger_id,
        stream=stream,
        fact_id=fact_id,
        jurisdiction=Jurisdiction("DE"),
        zone="Europe/Berlin",
        ring=opened.executor.ring,
        now=moment,
        entropy=opened.executor.entropy,
    )
    event = AnswerGiven(
        check_ref="c",
        jurisdiction=Jurisdiction("DE"),
        purpose=CheckPurpose.AT_THE_SCENE,
        commitment=sealed.commitment,
        query=sealed.query,
        valid_at=moment,
        known_at=moment,
        known_position=Position(0),
        given_at=moment,
        answered=(),
        engine="e",
    )
    actor = Actor(institution=institution, key_id=KeyId("k1"))
    return Given(
        stream=stream, fact_id=fact_id, actor=actor, event=event, subject=sealed.subject, new_key=sealed.new_key
    )


def run(settings, *arguments):
    return CliRunner().invoke(main, ["--data", str(settings.data), "queries", *arguments])


def test_an_operator_sees_what_is_due_and_destroys_it_with_the_word_of_that(settings):
    nothing = orjson.loads(run(settings, "due").stdout)
    assert nothing == {"keys": [], "confirm": None}
    with core.opened(settings) as opened_core:
        for moment in (at("2016-04-30T22:30:00+00:00"), core.clock()):  # the first hour of May in Berlin
            opened_core.ledger.writer.perform(recording(given_in(opened_core, moment)))
    said = orjson.loads(run(settings, "due").stdout)
    assert [(each["month"], each["due"]) for each in said["keys"]] == [
        ("2016-05", True),
        (audit_month(core.clock(), "Europe/Berlin"), False),
    ]
    assert {(each["basis"], each["verified"]) for each in said["keys"]} == {("BDSG s 76(4)", False)}
    assert run(settings, "erase", "--confirm", "00000000").exit_code == 1
    done = run(settings, "erase", "--confirm", said["confirm"])
    assert done.exit_code == 0, done.stderr
    assert [each["month"] for each in orjson.loads(done.stdout)["erased"]] == ["2016-05"]
    after = orjson.loads(run(settings, "due").stdout)
    assert (len(after["keys"]), after["confirm"]) == (1, None)
    assert run(settings, "erase", "--confirm", said["confirm"]).exit_code == 1
    with core.opened(settings) as opened_core:
        gone = audit_subject(InstitutionId("de-polizei-berlin"), "2016-05")
        (row,) = opened_core.ledger.reader.rows(SUBJECT_KEY, {"subject": gone.bytes})
        assert (row["state"], row["wrapped"]) == ("ERASED", b"")
