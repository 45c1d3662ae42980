"""The read path of the police whole: from a question to a recorded answer, on a real ledger."""

import asyncio
from dataclasses import replace
from uuid import UUID

import orjson
import pytest

from registry.access.actors import Role
from registry.check import answers_stream
from registry.commands.issuance import ExtendOrder, IssueCertificate, RevokeOrder
from registry.commands.recognition import AskRecognition, DiscontinueRecognition, GrantRecognition
from registry.commands.service import RecordService
from registry.errors import Malformed, NotPermitted, Refused
from registry.events.base import Actor
from registry.events.check import AnswerGiven
from registry.events.feed import FeedRead
from registry.ledger.port import Draft
from registry.ledger.rows import Put
from registry.searching import MAXIMUM_FOUND
from registry.sources import feed_stream
from registry.values.check import CheckPurpose, SourceState, Word
from registry.values.identifiers import FactId, InstitutionId, KeyId, OrderRef
from registry.values.issuance import CertificateForm, EndReason, Nature, OrderKind
from registry.values.jurisdiction import Jurisdiction
from registry.values.look import FieldClass
from registry.values.parties import Identity, Name
from registry.values.recognition import DiscontinuationGround
from registry.values.service import ServiceState
from registry.values.time import DAY, HOUR, Instant, expires
from registry.vault.audit import open_query
from registry.views.police import FINDING
from tests.given import (
    BERLIN,
    CERTIFICATE,
    LILLE,
    MADRID,
    MEASURE,
    ORDER,
    RECOGNITION,
    RESPONDENT,
    at,
    court,
    day,
    hour,
    ref,
)
from tests.journeys.house import (
    CANARIES,
    COURT,
    MACHINE,
    POLICE,
    PROTECTED_NAME,
    RESPONDENT_NAME,
    START,
    entering,
    open_house,
    principal,
    question,
)

BERLIN_POLICE = principal("de-polizei-berlin", Role.POLICE, within=("DE",))
BERLIN_DESK = principal(BERLIN, Role.COURT, within=("DE",))
MADRID_DESK = principal(MADRID, Role.COURT, within=("ES",))
FEED = principal("gb-eaw", Role.OPERATOR, within=("GB-EAW",))
BOBBY = principal("gb-met", Role.POLICE, within=("GB-EAW",))
DE = Jurisdiction("DE")
GB = Jurisdiction("GB-EAW")


def revoke(from_="2024-03-20T12:00"):
    return RevokeOrder(order_ref=ORDER, from_=hour(from_), reason=EndReason.ON_APPEAL, revoked_in=Jurisdiction("FR"))


def by_name(identity=RESPONDENT_NAME, **more):
    return question(None, identity=identity, **more)


async def test_an_order_is_checked_by_its_reference(house):
    await house.executor.execute(entering(), principal=COURT)
    answer = await house.checker.check(question(), principal=POLICE)
    (order,) = answer.orders
    assert (answer.word, order.verdict.status.value, order.source.state) == (
        Word.IN_FORCE,
        "ENFORCEABLE",
        SourceState.CURRENT,
    )
    assert answer.statement == "Absence of a record is not absence of an order."
    assert [fact.event.TOPIC for fact in order.facts] == ["order.issued.1"]


@pytest.mark.parametrize(
    "identity",
    [
        RESPONDENT_NAME,
        Identity(name=Name(family="VANDERMOLENAAR", given="xaverius"), birth_date="1988-07-09"),
        Identity(name=Name(family="Xaverius Vandermolenaar"), birth_date="1988-07-09"),
    ],
)
async def test_an_order_is_checked_by_name_and_birth_date(house, identity):
    await house.executor.execute(entering(), principal=COURT)
    answer = await house.checker.check(by_name(identity), principal=POLICE)
    assert [order.verdict.order_ref for order in answer.orders] == [ORDER]
    assert answer.word is Word.IN_FORCE


@pytest.mark.parametrize(
    "identity",
    [
        PROTECTED_NAME,
        replace(PROTECTED_NAME, birth_date=RESPONDENT_NAME.birth_date),
        replace(RESPONDENT_NAME, name=Name(family="Abernathy", given="Quillon")),
    ],
)
async def test_nobody_found_is_cannot_tell_and_never_no_order(house, identity):
    await house.executor.execute(entering(), principal=COURT)
    answer = await house.checker.check(by_name(identity), principal=POLICE)
    assert (answer.orders, answer.word) == ((), Word.CANNOT_TELL)
    assert "not absence of an order" in answer.statement
    assert house.facts()[-1].event.answered == ()


async def test_an_order_nobody_knows_is_cannot_tell(house):
    answer = await house.checker.check(question(MEASURE), principal=POLICE)
    assert answer.word is Word.CANNOT_TELL
    assert "not absence of an order" in answer.statement


async def test_a_reference_of_another_kind_is_no_order(house):
    """An officer reads a number off the wrong paper: the answer is that there is no such order."""
    await house.executor.execute(entering(**SPANISH), principal=MADRID_DESK)
    await house.executor.execute(ASK, principal=MADRID_DESK)
    house.clock.advance(1)
    answer = await house.checker.check(question(OrderRef(RECOGNITION)), principal=POLICE)
    assert answer.word is Word.CANNOT_TELL


async def test_the_answer_is_recorded_before_it_is_given_and_in_the_same_words(house):
    await house.executor.execute(entering(), principal=COURT)
    known = house.ledger.reader.head()
    house.clock.advance(5)
    asked = by_name(incident="R-2024-7")
    answer = await house.checker.check(asked, principal=POLICE)
    fact = house.facts()[-1]
    assert isinstance(fact.event, AnswerGiven)
    (said,) = fact.event.answered
    (given,) = answer.orders
    assert (said.order_ref, said.status, said.source, said.word) == (
        ORDER,
        given.verdict.status,
        given.source.state,
        given.word,
    )
    event = fact.event
    assert (event.check_ref, event.valid_at, event.known_at) == (answer.check_ref, answer.valid_at, answer.known_at)
    assert event.known_position == answer.known_position == known
    assert (event.given_at, event.spooled, event.engine) == (house.clock.now, False, "test")
    assert answer.receipt.facts == (fact.fact_id,)
    assert (fact.stream, fact.actor.institution) == (answers_stream(POLICE, house.clock.now), "fr-pn-lille")
    opened, commitment = open_query(
        event.query,
        ledger=house.executor.ledger_id,
        stream=fact.stream,
        fact_id=fact.fact_id,
        ring=house.executor.ring,
    )
    assert commitment == event.commitment
    assert orjson.loads(opened)["identity"]["name"] == {"family": "Vandermolenaar", "given": "Xaverius"}


async def test_an_answer_that_cannot_be_recorded_is_not_given(house):
    await house.executor.execute(entering(), principal=COURT)
    house.ledger.writer.close()
    with pytest.raises(Exception, match=r".") as failure:
        await house.checker.check(question(), principal=POLICE)
    assert type(failure.value).__name__ == "Unavailable"


async def test_what_was_asked_is_not_on_the_disk_in_clear(house):
    await house.executor.execute(entering(), principal=COURT)
    await house.checker.check(by_name(incident="R-Kanarienvogel-7"), principal=POLICE)
    for written in (house.bytes_on_disk(), (house.close(), house.bytes_on_disk())[1]):
        for canary in (*CANARIES, "R-Kanarienvogel-7"):
            assert canary.encode() not in written
            assert canary.casefold().encode() not in written


async def test_answers_of_a_day_stand_in_one_stream_and_of_the_next_in_another(house):
    for _ in range(3):
        await house.checker.check(question(), principal=POLICE)
    house.clock.advance(24 * 3600)
    await house.checker.check(question(), principal=POLICE)
    streams = [fact.stream for fact in house.facts()]
    assert len(set(streams)) == 2
    assert [fact.version for fact in house.facts()] == [1, 2, 3, 1]
    assert answers_stream(POLICE, START) != answers_stream(BOBBY, START)
    assert answers_stream(POLICE, Instant(-1)) == answers_stream(POLICE, Instant(-DAY))


async def test_forty_officers_at_once_are_all_answered_and_recorded(house):
    await house.executor.execute(entering(), principal=COURT)
    answers = await asyncio.gather(*(house.checker.check(question(), principal=POLICE) for _ in range(40)))
    assert {answer.word for answer in answers} == {Word.IN_FORCE}
    assert len({answer.check_ref for answer in answers}) == 40
    assert len(house.facts()) == 41


async def test_when_it_held_and_when_it_was_known_are_two_questions(house):
    await house.executor.execute(entering(), principal=COURT)
    noon = house.clock.now
    house.clock.advance(4 * 3600)
    await house.executor.execute(revoke("2024-03-20T11:00"), principal=COURT)
    house.clock.advance(3600)

    async def word(valid_at, known_at):
        answer = await house.checker.check(question(valid_at=valid_at, known_at=known_at), principal=POLICE)
        return answer.word

    before = at("2024-03-20T10:59:59+01:00")
    assert await word(Instant(noon), Instant(noon + 1)) is Word.IN_FORCE
    assert await word(Instant(noon), None) is Word.NOT_IN_FORCE
    assert await word(before, None) is Word.IN_FORCE
    assert await word(None, None) is Word.NOT_IN_FORCE
    assert await word(Instant(noon), Instant(START - 1)) is Word.CANNOT_TELL


async def test_nobody_knows_the_future(house):
    await house.executor.execute(entering(), principal=COURT)
    answer = await house.checker.check(question(known_at=Instant(house.clock.now + DAY)), principal=POLICE)
    assert answer.known_at == house.clock.now


async def test_what_was_acknowledged_is_known_though_the_clock_went_back(house):
    """The court has its receipt: a check asked after it must rest on it, whatever the machine's clock does."""
    await house.executor.execute(entering(), principal=COURT)
    house.clock.advance(-300)
    receipt = await house.executor.execute(revoke("2024-03-20T11:00"), principal=COURT)
    answer = await house.checker.check(question(), principal=POLICE)
    assert answer.known_position >= receipt.position
    assert answer.word is Word.NOT_IN_FORCE


async def test_two_facts_of_one_instant_are_both_known(house):
    await house.executor.execute(entering(), principal=COURT)
    await house.executor.execute(revoke("2024-03-20T11:00"), principal=COURT)
    answer = await house.checker.check(question(), principal=POLICE)
    assert answer.word is Word.NOT_IN_FORCE


async def test_an_answer_rests_on_its_position_and_on_nothing_after_it(house):
    """A fact committed while the answer is made is not half in it."""
    await house.executor.execute(entering(), principal=COURT)
    house.clock.advance(1)
    reader = house.ledger.reader
    position_at = reader.position_at

    def slow(known_at):
        found = position_at(known_at)
        if len(house.facts()) == 1:
            house.ledger.writer.perform(late)
        return found

    def late(unit):
        event = revoke("2024-03-20T11:00")
        from registry.decisions import issuance  # noqa: PLC0415
        from registry.states import order_state  # noqa: PLC0415

        version, order = order_state(unit, ORDER)
        (fact,) = issuance.decide(event, order, now=unit.now)
        draft = Draft(
            fact_id=FactId(ref("late")),
            actor=Actor(institution=LILLE, key_id=KeyId("k")),
            correlation=ref("late"),
            event=fact,
        )
        return unit.append(ORDER, [draft], expected_version=version)

    class Slow:
        def __getattr__(self, name):
            return slow if name == "position_at" else getattr(reader, name)

    checker = replace(house.checker, executor=replace(house.executor, reader=Slow()))
    answer = await checker.check(question(), principal=POLICE)
    known = {recorded.fact.fact_id for recorded in reader.stream(ORDER, upto=answer.known_position)}
    (order,) = answer.orders
    assert {fact.fact_id for fact in order.facts} <= known


@pytest.fixture
def fed(tmp_path):
    folder = tmp_path / "fed"
    folder.mkdir()
    made = open_house(folder, stale_after={"gb-eaw": 24 * 3600})
    yield made
    made.close()


def read_feed(house):
    event = FeedRead(
        source="gb-eaw",
        jurisdiction=GB,
        read_at=house.clock.now,
        records=1,
        accepted=1,
        needs_attention=0,
        rejected=0,
    )
    actor = Actor(institution=InstitutionId("gb-eaw"), key_id=KeyId("k"))
    stream = feed_stream("gb-eaw")

    def work(unit):
        fact_id = FactId(house.executor.mint())
        draft = Draft(fact_id=fact_id, actor=actor, correlation=fact_id, event=event)
        version = len(unit.facts(stream))
        return unit.append(stream, [draft], expected_version=version)

    house.ledger.writer.perform(work)


async def english(house):
    zone = "Europe/London"
    command = entering(
        court=court("GB-EAW", None), issued=day("2024-02-01", zone), expiry=expires(day("2025-02-01", zone))
    )
    await house.executor.execute(command, principal=FEED)
    served = RecordService(
        order_ref=ORDER,
        respondent=RESPONDENT,
        terms=1,
        state=ServiceState.SERVED_PERSONAL,
        at=day("2024-02-02", zone),
        served_by=InstitutionId("bailiff"),
    )
    await house.executor.execute(served, principal=FEED)
    house.clock.advance(1)


@pytest.mark.parametrize(
    ("seconds", "state", "word"),
    [
        (24 * 3600, SourceState.CURRENT, Word.IN_FORCE),
        (24 * 3600 + 1, SourceState.STALE, Word.CANNOT_TELL),
        (3600 * 24 * 30, SourceState.STALE, Word.CANNOT_TELL),
    ],
)
async def test_a_source_that_is_too_old_cannot_tell(fed, seconds, state, word):
    await english(fed)
    read_feed(fed)
    fed.clock.advance(seconds)
    answer = await fed.checker.check(question(jurisdiction=GB), principal=BOBBY)
    (order,) = answer.orders
    assert (order.source.state, answer.word, order.source.age_seconds) == (state, word, seconds)
    assert order.verdict.status.value == "ENFORCEABLE"
    assert (order.source.name, order.source.limit_seconds) == ("gb-eaw", 24 * 3600)


async def test_a_source_that_was_never_read_cannot_tell(fed):
    await english(fed)
    answer = await fed.checker.check(question(jurisdiction=GB), principal=BOBBY)
    assert (answer.orders[0].source.state, answer.word) == (SourceState.UNREACHABLE, Word.CANNOT_TELL)


async def test_how_old_the_source_was_is_asked_of_then(fed):
    """A question about what was known is answered with the age of the source then, not with today's."""
    await english(fed)
    read_feed(fed)
    fed.clock.advance(48 * 3600)
    stale = fed.clock.now
    fed.clock.advance(3600)
    read_feed(fed)
    fed.clock.advance(1)
    answer = await fed.checker.check(question(jurisdiction=GB, known_at=stale), principal=BOBBY)
    assert answer.orders[0].source.state is SourceState.STALE


async def test_what_was_ended_stays_ended_on_an_old_source(fed):
    await english(fed)
    read_feed(fed)
    end = RevokeOrder(
        order_ref=ORDER, from_=day("2024-03-01", "Europe/London"), reason=EndReason.WITHDRAWN, revoked_in=GB
    )
    await fed.executor.execute(end, principal=principal("gb-court", Role.COURT, within=("GB-EAW",)))
    fed.clock.advance(30 * 24 * 3600)
    answer = await fed.checker.check(question(jurisdiction=GB), principal=BOBBY)
    assert (answer.orders[0].source.state, answer.word) == (SourceState.STALE, Word.NOT_IN_FORCE)


SPANISH = {"court": court("ES", MADRID), "kind": OrderKind.EUROPEAN_PROTECTION_ORDER, "nature": Nature.CRIMINAL}
ASK = AskRecognition(
    recognition_ref=RECOGNITION,
    order_ref=ORDER,
    jurisdiction=DE,
    authority=BERLIN,
    asked=day("2024-03-01"),
    requested_by_protected_person=True,
)
ADOPTED = {"court": court("DE", BERLIN), "kind": OrderKind.IMPORTED_MEASURE, "origin": ORDER, "number": "F 1"}


async def adopt(house):
    await house.executor.execute(entering(**SPANISH), principal=MADRID_DESK)
    await house.executor.execute(ASK, principal=MADRID_DESK)
    await house.executor.execute(entering(MEASURE, word=" in Berlin", **ADOPTED), principal=BERLIN_DESK)
    grant = GrantRecognition(recognition_ref=RECOGNITION, by=BERLIN, decided=day("2024-03-10"), adopted=MEASURE)
    await house.executor.execute(grant, principal=BERLIN_DESK)
    house.clock.advance(1)


async def test_the_officer_sees_the_measure_adopted_and_sees_it_once(house):
    await adopt(house)
    answer = await house.checker.check(by_name(jurisdiction=DE), principal=BERLIN_POLICE)
    (order,) = answer.orders
    assert (order.verdict.order_ref, order.verdict.status.value) == (MEASURE, "ENFORCEABLE_IMPORTED")
    answer = await house.checker.check(question(jurisdiction=DE), principal=BERLIN_POLICE)
    (order,) = answer.orders
    assert (order.verdict.order_ref, order.verdict.enforced_ref) == (ORDER, MEASURE)
    assert {fact.stream for fact in order.facts} == {MEASURE}
    assert order.standing.order_ref == MEASURE


async def test_the_end_at_the_origin_does_not_end_the_measure(house):
    await adopt(house)
    end = RevokeOrder(
        order_ref=ORDER, from_=day("2024-03-15"), reason=EndReason.WITHDRAWN, revoked_in=Jurisdiction("ES")
    )
    await house.executor.execute(end, principal=MADRID_DESK)
    house.clock.advance(1)
    for asked in (question(jurisdiction=DE), question(MEASURE, jurisdiction=DE), by_name(jurisdiction=DE)):
        answer = await house.checker.check(asked, principal=BERLIN_POLICE)
        assert answer.word is Word.IN_FORCE
        assert "ORIGIN_REVOKED_UNCONFIRMED" in answer.orders[0].verdict.notes


async def test_but_its_own_state_does(house):
    await adopt(house)
    leave = DiscontinueRecognition(
        recognition_ref=RECOGNITION, by=BERLIN, from_=day("2024-03-15"), ground=DiscontinuationGround.ISSUER_REVOKED
    )
    await house.executor.execute(leave, principal=BERLIN_DESK)
    house.clock.advance(1)
    for asked in (question(jurisdiction=DE), question(MEASURE, jurisdiction=DE), by_name(jurisdiction=DE)):
        answer = await house.checker.check(asked, principal=BERLIN_POLICE)
        assert answer.word is Word.NOT_IN_FORCE


async def test_a_french_measure_travels_on_its_certificate(house):
    await house.executor.execute(entering(), principal=COURT)
    house.clock.advance(1)
    asked = question(jurisdiction=DE)
    assert (await house.checker.check(asked, principal=BERLIN_POLICE)).word is Word.NOT_IN_FORCE
    served = RecordService(
        order_ref=ORDER,
        respondent=RESPONDENT,
        terms=1,
        state=ServiceState.SERVED_PERSONAL,
        at=day("2024-02-05"),
        served_by=LILLE,
    )
    await house.executor.execute(served, principal=COURT)
    certify = IssueCertificate(
        order_ref=ORDER, certificate_ref=CERTIFICATE, form=CertificateForm.ARTICLE_5, issued=day("2024-03-15")
    )
    await house.executor.execute(certify, principal=COURT)
    house.clock.advance(1)
    assert (await house.checker.check(asked, principal=BERLIN_POLICE)).word is Word.IN_FORCE


async def test_one_order_in_force_is_the_word_for_all(house):
    await house.executor.execute(entering(expiry=expires(day("2024-03-01"))), principal=COURT)
    house.clock.advance(1)
    assert (await house.checker.check(by_name(), principal=POLICE)).word is Word.NOT_IN_FORCE
    await house.executor.execute(entering(MEASURE, "RG 2", word=" again"), principal=COURT)
    house.clock.advance(1)
    answer = await house.checker.check(by_name(), principal=POLICE)
    assert answer.word is Word.IN_FORCE
    assert sorted(order.word for order in answer.orders) == ["IN FORCE", "NOT IN FORCE"]


async def test_an_extension_is_known_once_it_is_recorded(house):
    await house.executor.execute(entering(expiry=expires(day("2024-03-21"))), principal=COURT)
    extend = ExtendOrder(
        order_ref=ORDER, expiry=expires(day("2026-01-01")), made=day("2024-03-20"), extended_in=Jurisdiction("FR")
    )
    await house.executor.execute(extend, principal=COURT)
    house.clock.advance(5 * 24 * 3600)
    assert (await house.checker.check(question(), principal=POLICE)).word is Word.IN_FORCE


async def test_who_searches_for_a_protected_person_names_the_incident(house):
    await house.executor.execute(entering(), principal=COURT)
    house.clock.advance(1)
    head = house.ledger.reader.head()
    asked = by_name(PROTECTED_NAME, purpose=CheckPurpose.PROTECTED_PERSON_SAFETY)
    for incident in (None, ""):
        with pytest.raises(NotPermitted, match="incident-needed"):
            await house.checker.check(replace(asked, incident=incident), principal=POLICE)
    assert house.ledger.reader.head() == head
    answer = await house.checker.check(replace(asked, incident="R-7"), principal=POLICE)
    assert [order.verdict.order_ref for order in answer.orders] == [ORDER]
    assert house.facts()[-1].event.purpose is CheckPurpose.PROTECTED_PERSON_SAFETY
    other_side = replace(asked, identity=RESPONDENT_NAME, incident="R-7")
    assert (await house.checker.check(other_side, principal=POLICE)).orders == ()


@pytest.mark.parametrize(
    ("asked", "by", "kind", "code"),
    [
        (question(None), POLICE, Malformed, "ask-by-order-or-by-person"),
        (question(identity=RESPONDENT_NAME), POLICE, Malformed, "ask-by-order-or-by-person"),
        (question(jurisdiction=DE), POLICE, NotPermitted, "outside-own-jurisdiction"),
        (question(), principal("x", Role.OPERATOR), NotPermitted, "role-not-permitted"),
        (question(), MACHINE, NotPermitted, "role-not-permitted"),
        (by_name(replace(RESPONDENT_NAME, name=Name(family="-"))), POLICE, Malformed, "name-needed"),
        (by_name(replace(RESPONDENT_NAME, name=Name(family="A\ud800"))), POLICE, Malformed, "not-unicode"),
    ],
)
async def test_a_question_that_cannot_be_asked_leaves_nothing(house, asked, by, kind, code):
    with pytest.raises(kind) as refusal:
        await house.checker.check(asked, principal=by)
    assert refusal.value.code == code
    assert house.facts() == []


async def test_a_place_the_law_does_not_know_is_not_answered_with_not_in_force(house):
    """A federation is no law area: an officer who names it must not hear that nothing is in force."""
    nevada = principal("us-nv-washoe", Role.COURT, within=("US-NV",))
    await house.executor.execute(entering(court=court("US-NV", None)), principal=nevada)
    marshal = principal("us-marshals", Role.POLICE, within=("US",))
    house.clock.advance(1)
    with pytest.raises(Refused, match="jurisdiction-unknown"):
        await house.checker.check(question(jurisdiction=Jurisdiction("US")), principal=marshal)


def file_under_name(house, count, role):
    """Write as many rows as that many parties of one name would have."""
    from registry.identity.exact import query_keys  # noqa: PLC0415

    (key, *_) = query_keys(house.executor.index_key, RESPONDENT_NAME)
    rows = [
        Put(
            table=FINDING,
            row={
                "finding_key": key,
                "party_ref": UUID(int=number).bytes,
                "order_ref": ref(f"{role} {number}").bytes,
                "role": role,
            },
        )
        for number in range(1, count + 1)
    ]
    house.ledger.writer.perform(lambda unit: unit.append(ref("nothing"), [], expected_version=0, rows=rows))


async def test_too_many_of_one_name_are_said_to_be_too_many(house):
    file_under_name(house, MAXIMUM_FOUND, "RESPONDENT")
    assert (await house.checker.check(by_name(), principal=POLICE)).word is Word.CANNOT_TELL
    file_under_name(house, MAXIMUM_FOUND + 1, "RESPONDENT")
    answer = await house.checker.check(by_name(), principal=POLICE)
    assert (answer.word, answer.orders, answer.found.too_many) == (Word.CANNOT_TELL, (), True)


async def test_protected_persons_of_the_same_name_do_not_hide_a_respondent(house):
    """Sixty people of this name are protected somewhere; one is bound, and must be found."""
    file_under_name(house, 60, "PROTECTED")
    await house.executor.execute(entering(), principal=COURT)
    house.clock.advance(1)
    answer = await house.checker.check(by_name(), principal=POLICE)
    assert [order.verdict.order_ref for order in answer.orders] == [ORDER]


async def test_an_order_whose_every_key_is_gone_still_answers(house):
    await house.executor.execute(entering(), principal=COURT)
    house.close()
    again = open_house(
        house.folder, create=False, settings=house.settings
    )  # with another keeper: no key of before opens
    try:
        again.clock.advance(HOUR // 1_000_000)
        answer = await again.checker.check(question(), principal=principal("fr-gn-lille", Role.POLICE))
        assert answer.word is Word.IN_FORCE
    finally:
        again.close()


@pytest.mark.parametrize("names", [True, False])
async def test_the_fact_of_a_check_names_the_kinds_of_field_that_its_answer_holds(house, names):
    await house.executor.execute(entering(), principal=COURT)
    await house.checker.check(question(), principal=POLICE, names=names)
    (order,) = house.facts()[-1].event.answered
    assert order.classes == ((FieldClass.IDENTITY, FieldClass.ORDER_FACTS) if names else (FieldClass.ORDER_FACTS,))
