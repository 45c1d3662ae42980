"""The cases of the law, played through the doors: what the police are told is what the law says of the story."""

from contextlib import asynccontextmanager

import pytest

from registry.events.contact import MessageDue
from registry.events.document import DocumentSigned
from registry.events.issuance import OrderRegistered
from registry.law.enforceability import enforceability
from registry.law.stories import run
from registry.law.word import word
from registry.law_report import decide
from registry.values.check import SourceState
from registry.values.jurisdiction import Jurisdiction
from registry.views.police import OUTBOX
from tests.http.given import a_registry
from tests.journeys.following import follow
from tests.journeys.law_play import FINAL, Play, birth, court, roles
from tests.journeys.test_law_messages import PLAYED
from tests.law.test_cases import STORIES


def asked_order(story, question):
    """Give the order that a question is about, as the story names it; None for one there is no record of."""
    named = question.get("order")
    return story.cast.orders.get(named.text()) if named else next(iter(story.cast.orders.values()), None)


def of_kind(story, kind):
    """Give a story's questions of a kind, with their numbers; `order` is a question of the street."""
    for number, question in enumerate(story.questions, 1):
        asked = question.get("ask")
        if (asked.text() if asked else "order") == kind:
            yield number, question


STREET = [story for story in STORIES if any(of_kind(story, "order"))]
PAIRS = [story for story in STREET if len(story.cast.orders) > 1 and not story.cast.procedures]
COMMANDS = [(story, number) for story in STORIES for number, _ in of_kind(story, "command")]
TOLD_BESIDES = [(story, question) for story in STORIES for _, question in of_kind(story, "information")]
BREACHES = [(story, question) for story in STORIES for _, question in of_kind(story, "breach")]
DISCLOSURES = [(story, question) for story in STORIES for _, question in of_kind(story, "disclosure")]
CLAIMS = [(story, question) for story in STORIES for _, question in of_kind(story, "claims to act")]
DUTIES = [(story, number, question) for story in STORIES for number, question in of_kind(story, "duties")]
OVERDUE = [each for each in DUTIES if each[0].name == "EUP-03" and "overdue" in each[2].need("expect").named]
OPEN = [each for each in DUTIES if each[0].name != "UK-03" and "open" in each[2].need("expect").named]
POLICE_TOLD = [each for each in DUTIES if each[0].name == "UK-03"]
TOLD = {
    "TELL_OF_ADJUSTMENT RESPONDENT": None,
    "TELL_OF_ADJUSTMENT PROTECTED_PERSON": "ORDER_CHANGED",
    "TELL_PROTECTED_PERSON_OF_SERVICE PROTECTED_PERSON": "ORDER_SERVED",
    "ATTEMPT_TO_PURCHASE PROTECTED_PERSON": "VIOLATION_REPORTED",
    "TELL_OF_REFUSAL_WITH_GROUNDS PROTECTED_PERSON": "RECOGNITION_DECIDED",
    "TELL_OF_REFUSAL_WITH_GROUNDS ISSUING_AUTHORITY": "inbox court-es",
    "REPORT_ON_ANNEX_II_TRANSLATED ISSUING_AUTHORITY": None,
    "TELL_POLICE_AT_ONCE POLICE": "alerts police-de",
}
"""How a duty to tell is done: by a message to the protected person, a notice or an alert on whose list.

Nothing says yet which State supervises a respondent (Directive 2011/99/EU Art 12), so nobody there is told. To a
respondent the registry sends nothing: the court does, by registered letter or the law of the place.
"""
NOT_ISSUABLE = {"EUC-14": ["certificate-not-issuable"]}
"""Of a measure older than the Regulation the story has a certificate all the same; no court gets one here."""
FILED = "US-02"


@asynccontextmanager
async def a_play(folder, story):
    async with a_registry(folder, roles=roles(story), start=birth(story)) as registry:
        yield Play(story, registry)


def by_name(story):
    return story.name


def question_of(value):
    """Name a case alike in every process: what a question has read already is a set, in no order."""
    if isinstance(value, int):
        return str(value)
    return value.name if hasattr(value, "name") else f"line-{value.line}"


def as_the_law_says(play, verdict):
    """What an answer over HTTP would hold of a verdict on the story, in the registry's own references."""
    if verdict.order_ref is None:
        return None
    return {
        "order_ref": play.refs[verdict.order_ref],
        "enforced_ref": play.refs[verdict.enforced_ref],
        "prevails": play.refs[verdict.prevails] if verdict.prevails else None,
        "status": verdict.status.value,
        "reason": verdict.reason,
        "word": word(verdict.status, SourceState.CURRENT, verdict.notes).value,
        "instrument": verdict.instrument,
        "terms": verdict.terms,
        "duties": list(verdict.duties),
        "notes": list(verdict.notes),
        "legal_basis": [str(basis) for basis in verdict.basis],
        "conditions": [(each.kind.value, each.enforceable, each.reason) for each in verdict.conditions],
        "protected": {play.refs[person.party_ref]: person.status.value for person in verdict.persons},
    }


def as_answered(answer, expected):
    """The same of an answer."""
    if not answer["orders"]:
        return None
    (order,) = answer["orders"]
    return as_shown(order, expected)


def metres(question):
    """Give the distances that a story says the officer is shown."""
    said = question.need("expect").get("metres")
    return {kind: int(each.text()) for kind, each in said.entries()} if said else {}


def distances(answer):
    return {each["kind"]: each["metres"] for order in answer["orders"] for each in order["conditions"]}


def as_shown(order, expected):
    shown = order | {
        "legal_basis": [basis["text"] for basis in order["legal_basis"]],
        "conditions": [(each["kind"], each["enforceable"], each["reason"]) for each in order["conditions"]],
        "protected": {person["party_ref"]: person["status"] for person in order["protected"]},
    }
    return {name: shown[name] for name in expected}


@pytest.mark.parametrize("story", STREET, ids=by_name)
async def test_the_police_are_told_what_the_law_says_of_the_story(tmp_path, story):
    results = {result.number: result for result in run(story, decide)}
    async with a_play(tmp_path, story) as play:
        await play.tell()
        assert play.refused == NOT_ISSUABLE.get(story.name, [])
        play.stand_at(FINAL)
        for number, question in of_kind(story, "order"):
            verdict = results[number].verdict
            expected = as_the_law_says(play, verdict)
            answer = await play.check(question, asked_order(story, question))
            assert as_answered(answer, expected or {}) == expected, f"{story.name} {number}"
            assert distances(answer).items() >= metres(question).items(), f"{story.name} {number}"
            assert answer["word"] == word(verdict.status, SourceState.CURRENT, verdict.notes).value
            assert answer["statement"] == verdict.statement


@pytest.mark.parametrize("story", PAIRS, ids=by_name)
async def test_who_asks_by_name_is_shown_each_order_of_the_pair_with_its_own_verdict(tmp_path, story):
    (name,) = {name for names in story.cast.respondents.values() for name in names}
    async with a_play(tmp_path, story) as play:
        await play.tell()
        play.stand_at(FINAL)
        for _, question in of_kind(story, "order"):
            place, at = Jurisdiction(question.need("in").text()), question.need("at").instant()
            answer = await play.check_person(question, name)
            shown = {order["order_ref"]: order for order in answer["orders"]}
            assert set(shown) == {play.refs[ref] for ref in story.cast.orders.values()}
            for ref in story.cast.orders.values():
                expected = as_the_law_says(play, enforceability(story.dossier(ref), place, valid_at=at))
                assert as_shown(shown[play.refs[ref]], expected) == expected


@pytest.mark.parametrize(("story", "number"), COMMANDS, ids=question_of)
async def test_a_command_is_refused_or_taken_as_the_story_says(tmp_path, story, number):
    question = dict(of_kind(story, "command"))[number]
    expect = {key: value.text() for key, value in question.need("expect").entries()}
    async with a_play(tmp_path, story) as play:
        await play.tell(until=question.need("at").instant())
        assert play.refused == []
        answer = await play.wish(question, asked_order(story, question))
        if "accepted" in expect:
            assert answer.status in {200, 201}
            assert answer.json["facts"]
        else:
            assert answer.json["code"] == expect["refused"]
            assert answer.json.get("legal_basis") == expect.get("cite", answer.json.get("legal_basis"))


@pytest.mark.parametrize(("story", "question"), TOLD_BESIDES, ids=question_of)
async def test_a_check_says_what_the_law_tells_of_the_order_besides(tmp_path, story, question):
    async with a_play(tmp_path, story) as play:
        await play.tell()
        play.stand_at(FINAL)
        (order,) = (await play.check(question, asked_order(story, question)))["orders"]
    told = {each["code"]: each["says"] for each in order["information"]}
    expect = {key: value.text() for key, value in question.need("expect").entries()}
    assert told | expect == told
    assert all(each["legal_basis"]["text"] for each in order["information"])


@pytest.mark.parametrize(("story", "question"), BREACHES, ids=question_of)
async def test_the_answer_to_a_report_says_which_conditions_the_act_breaks(tmp_path, story, question):
    expect = question.need("expect")
    async with a_play(tmp_path, story) as play:
        await play.tell()
        answer = await play.report(question, asked_order(story, question))
        read = await play.registry.get(*play.reported_by(question, answer))
    assert read.json["breach"] == answer["breach"]
    found, named = answer["breach"], expect.named
    assert [each["kind"] for each in found["breaks"]] == list(
        expect.need("breaks").words() if "breaks" in named else []
    )
    standard = expect.need("standard conditions").words() if "standard conditions" in named else ()
    assert [each["says"] for each in found["standard_conditions"]] == list(standard)
    assert found["annex_ii"] == [expect.need("annex ii").text()]
    assert all(each["by"] == [question.need("of").text()] for each in found["breaks"])


@pytest.mark.parametrize(("story", "question"), CLAIMS, ids=question_of)
async def test_the_answer_to_a_report_says_who_has_a_claim_to_act_and_on_which_test(tmp_path, story, question):
    async with a_play(tmp_path, story) as play:
        await play.tell()
        answer = await play.report(question, asked_order(story, question))
    claims = answer["breach"]["claims_to_act"]
    said = [f"{each['jurisdiction']} {each['test']}" for each in claims]
    assert sorted(said) == sorted(question.need("expect").need("claims").words())
    assert not any(each["legal_basis"]["verified"] for each in claims)


@pytest.mark.parametrize(("story", "question"), DISCLOSURES, ids=question_of)
async def test_what_may_be_told_is_allowed_and_what_may_not_is_refused_with_its_basis(tmp_path, story, question):
    expect = {key: value.text() for key, value in question.need("expect").entries()}
    async with a_play(tmp_path, story) as play:
        await play.tell()
        asked = await play.disclose(question, asked_order(story, question))
        facts = [recorded.fact.event.TOPIC for recorded in play.registry.ledger.reader.after(0, limit=100)]
    told = [answer.status == 201 for _, answer in asked]
    assert facts[-len(asked) :] == ["disclosure.allowed.1" if allowed else "disclosure.refused.1" for allowed in told]
    if "refused" in expect:
        assert [answer.json["code"] for _, answer in asked] == [expect["refused"]]
    else:
        fields = [field for (field, _), allowed in zip(asked, told, strict=True) if allowed]
        assert ", ".join(fields) == expect["allowed"]
    if "cite" in expect:
        assert expect["cite"] in {answer.json["legal_basis"] for _, answer in asked}


@pytest.mark.parametrize(("story", "number", "question"), OVERDUE, ids=question_of)
async def test_what_is_overdue_is_on_the_list_of_who_owes_it(tmp_path, story, number, question):
    at = question.need("at").instant()
    async with a_play(tmp_path, story) as play:
        await play.tell(until=at)
        play.stand_at(at)
        owing = court(story.cast.courts[asked_order(story, question)])
        await follow(tmp_path, play.registry, owing)
        page = (await play.registry.get(owing, "/v1/deadlines")).json
        assert [each["overdue"] for each in page["items"] if each["kind"] == "SUPPLEMENT"] == [True], number


@pytest.mark.parametrize(("story", "number", "question"), OPEN, ids=question_of)
async def test_who_is_to_be_told_is_told(tmp_path, story, number, question):
    async with a_play(tmp_path, story) as play:
        await play.tell(until=question.need("at").instant())
        play.stand_at(question.need("at").instant())
        for duty in question.need("expect").need("open").words():
            way = TOLD[duty]
            if way is None:
                continue
            kind, _, institution = way.partition(" ")
            await follow(tmp_path, play.registry, institution)
            if institution:
                page = (await play.registry.get(institution, f"/v1/{kind}")).json
                assert page["items"], f"{story.name} {number}: {duty}"
            else:
                assert kind in {row["kind"] for row in play.registry.ledger.reader.rows(OUTBOX, {})}


@pytest.mark.parametrize(("story", "number", "question"), POLICE_TOLD, ids=question_of)
async def test_that_the_police_must_be_told_is_on_the_list_of_the_court_until_it_says_so(
    tmp_path, story, number, question
):
    at, (expect,) = question.need("at").instant(), question.need("expect").named.items()
    state, duty = expect[0], expect[1].words()[0]
    court_of_order = court(story.cast.courts[asked_order(story, question)])
    async with a_play(tmp_path, story) as play:
        await play.tell(until=at)
        play.stand_at(at)
        await follow(tmp_path, play.registry, court_of_order, at=at)
        (owed,) = of_kind_duty((await play.registry.get(court_of_order, "/v1/deadlines")).json)
        assert f"{owed['duty']} {owed['whom']}" == duty
        assert owed["overdue"] is (state == "overdue"), number
        assert (owed["basis"], owed["verified"]) == ("FPR 2010 Practice Direction 11A para 1.4", True)
        reminders = [n["kind"] for n in (await play.registry.get(court_of_order, "/v1/inbox")).json["items"]]
        assert reminders == (["DUTY_OVERDUE"] if state == "overdue" else [])
        told = {"at": {"date": "2024-06-04", "zone": "Europe/London"}, "means": "EMAIL"}
        answer = await play.registry.post(court_of_order, f"/v1/duties/{owed['subject']}/discharge", told)
        assert answer.status == 200, answer.json
        await follow(tmp_path, play.registry, court_of_order, at=at)
        assert of_kind_duty((await play.registry.get(court_of_order, "/v1/deadlines")).json) == []


def of_kind_duty(page):
    return [item for item in page["items"] if item["kind"] == "DUTY"]


async def test_that_a_foreign_order_was_filed_is_told_to_nobody(tmp_path):
    (story,) = [story for story in STORIES if story.name == FILED]
    async with a_play(tmp_path, story) as play:
        await play.tell()
        await follow(tmp_path, play.registry)
        facts = [recorded.fact for recorded in play.registry.ledger.reader.after(0, limit=100)]
        (filed,) = [fact for fact in facts if isinstance(fact.event, OrderRegistered)]
        assert [fact.event.kind for fact in facts if isinstance(fact.event, MessageDue)] == ["ORDER_SERVED"]
        # What was handed in is kept with it, and is told to nobody.
        followed = [fact.event for fact in facts if fact.causation == filed.fact_id]
        assert not [event for event in followed if not isinstance(event, DocumentSigned)]


def test_what_is_not_played_is_named_with_the_reason():
    """A question that is neither played nor named here fails, and so does a name too many."""
    kinds = ("order", "command", "information", "breach", "claims to act", "disclosure")
    played = {f"{s.name} {n}" for s in STORIES for kind in kinds for n, _ in of_kind(s, kind)}
    played |= {f"{story.name} {number}" for story, number, _ in (*OVERDUE, *OPEN)}
    played |= {f"{FILED} {number}" for number in (2, 3)}
    played |= {f"{story.name} {number}" for story, number, _ in POLICE_TOLD}
    played |= PLAYED
    every = {f"{story.name} {number}" for story in STORIES for number in range(1, len(story.questions) + 1)}
    every |= {story.name for story in STORIES if not story.questions}
    assert every - played == set()
