"""A check by person: ranked, explained, as of then; what is only possible is shown to be told apart, not answered."""

from base64 import urlsafe_b64decode
from dataclasses import replace

import pytest

from registry.check import Checker
from registry.commands.erasure import EraseParty
from registry.commands.issuance import CorrectOrder, RevokeOrder
from registry.errors import Malformed
from registry.events.feed import FeedRead
from registry.ledger.port import Draft
from registry.scoring import SCORER, version_of
from registry.searching import MAXIMUM_FOUND, near
from registry.sources import feed_stream
from registry.values.check import Band, CheckPurpose, SourceState, Word
from registry.values.erasure import ErasureGround
from registry.values.identifiers import OrderRef
from registry.values.issuance import EndReason, PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.look import FieldClass
from registry.values.parties import Identity, Name, Party
from registry.values.time import expires
from registry.views.looks import LOOKS
from registry.views.police import SHOWN
from tests.given import ACTOR, ORDER, RESPONDENT, day, ref
from tests.journeys.house import COURT, POLICE, PROTECTED_NAME, RESPONDENT_NAME, clear, entering, parties, question
from tests.simulators.scorer import PlainScorer

MISHEARD = replace(RESPONDENT_NAME, name=Name(family="Vandermolenar", given="Xaverius"))
HALF = replace(RESPONDENT_NAME, birth_date="1990-01-01")
"""The same name, another date: possible, no more."""


@pytest.fixture
def checker(house) -> Checker:
    return replace(house.checker, scorer=PlainScorer())


def by_name(identity=RESPONDENT_NAME, **more):
    return question(None, identity=identity, **more)


async def enter(house, number=0, identity=RESPONDENT_NAME, protected=PROTECTED_NAME, **more):
    word = f" {number}" if number else ""
    order = OrderRef(ref(f"order{word}")) if number else ORDER
    people = parties(word, identity, protected)
    await house.executor.execute(entering(order, f"RG 1/{number}", parties=people, **more), principal=COURT)
    house.clock.advance(1)
    return order


async def asked(checker, identity=RESPONDENT_NAME, **more):
    return await checker.check(by_name(identity, **more), principal=POLICE)


def meant(answer):
    return [(each.order_ref, each.band, each.exact, each.sure) for each in answer.found.persons]


async def test_who_was_misheard_is_found_and_told_why(house, checker):
    order = await enter(house)
    answer = await asked(checker, MISHEARD)
    (person,) = answer.found.persons
    assert (person.order_ref, person.party.party_ref) == (order, RESPONDENT)
    assert (person.band, person.exact, person.sure) == (Band.STRONG, False, False)
    assert person.features == ("xaverius the same", "vandermolenar sounds like it", "birth date the same")
    assert answer.found.complete
    assert "xaverius" not in repr(answer.found)


@pytest.mark.parametrize(("said", "band"), [(MISHEARD, Band.STRONG), (HALF, Band.POSSIBLE)])
async def test_of_who_is_no_more_than_likely_the_officer_says_first_that_this_is_the_person(house, checker, said, band):
    order = await enter(house)
    answer = await asked(checker, said)
    assert (answer.word, answer.orders) == (Word.CANNOT_TELL, ())
    assert meant(answer) == [(order, band, False, False)]
    again = await checker.check(question(order, person_shown_in=answer.check_ref), principal=POLICE)
    assert (again.word, again.found) == (Word.IN_FORCE, None)
    assert answer.check_ref in urlsafe_b64decode(again.question + "==").decode()


async def test_the_surest_come_first_and_what_is_written_alike_is_answered_whatever_it_weighs(house, checker):
    near = await enter(house, 1, MISHEARD)
    other = await enter(house, 2, HALF)
    own = await enter(house, 3)
    answer = await asked(checker)
    assert [each.order_ref for each in answer.found.persons] == [own, near, other]
    assert [each.verdict.order_ref for each in answer.orders] == [own]
    assert answer.word is Word.IN_FORCE
    assert [each.exact for each in answer.found.persons] == [True, False, False]


async def test_a_number_is_enough_and_needs_no_name(house, checker):
    order = await enter(house, identity=replace(RESPONDENT_NAME, documents=("Passport NL SPEC12014",)))
    nameless = Identity(name=Name(family=""), documents=("spec12o14",))
    answer = await asked(checker, nameless)
    assert meant(answer) == [(order, Band.IDENTICAL, False, True)]
    assert answer.word is Word.IN_FORCE
    with pytest.raises(Malformed, match="name-needed"):
        await asked(checker, Identity(name=Name(family="")))


@pytest.mark.parametrize("born", ["1988", "1988-07", None])
async def test_a_date_half_remembered_or_missing_is_asked_without(house, checker, born):
    order = await enter(house)
    answer = await asked(checker, replace(RESPONDENT_NAME, birth_date=born))
    assert meant(answer) == [(order, Band.POSSIBLE, False, False)]
    assert answer.found.ask[0] == "DOCUMENT_NUMBER"
    full = replace(RESPONDENT_NAME, sex="M", documents=("X12345",))
    assert (await asked(checker, full)).found.ask == ()


async def test_nobody_found_is_no_word_on_whether_there_is_an_order(checker):
    answer = await asked(replace(checker, stale_after={"fr-tj-lille": 60, "nobody": 60}), PROTECTED_NAME)
    assert (answer.word, answer.orders, answer.found.persons) == (Word.CANNOT_TELL, (), ())
    assert answer.statement == "Absence of a record is not absence of an order."
    assert answer.found.sources == ()
    other_side = await asked(checker, RESPONDENT_NAME, purpose=CheckPurpose.PROTECTED_PERSON_SAFETY, incident="R-7")
    assert other_side.found.persons == ()


@pytest.mark.parametrize("filed", ["1955", "1955-03", None])
@pytest.mark.parametrize("scorer", [SCORER, PlainScorer()])
async def test_who_is_filed_without_a_whole_date_is_nobody_written_alike(house, checker, filed, scorer):
    """A record of 1955 once counted as written alike for every date that was asked."""
    await enter(house, identity=replace(RESPONDENT_NAME, birth_date=filed))
    answer = await asked(replace(checker, scorer=scorer), replace(RESPONDENT_NAME, birth_date="1999-01-01"))
    assert (answer.word, answer.orders) == (Word.CANNOT_TELL, ())
    assert not [each for each in answer.found.persons if each.exact or each.sure]


async def test_of_one_name_too_many_are_said_to_be_too_many(house, checker):
    for number in range(1, MAXIMUM_FOUND + 2):
        await enter(house, number, replace(RESPONDENT_NAME, birth_date=f"19{number + 30}-01-01"))
    answer = await asked(checker, replace(RESPONDENT_NAME, birth_date=None))
    assert (answer.word, answer.orders, answer.found.persons) == (Word.CANNOT_TELL, (), ())
    assert (answer.found.too_many, answer.found.complete, answer.found.ask[0]) == (True, False, "DOCUMENT_NUMBER")
    assert "BIRTH_DATE" in answer.found.ask
    recorded = house.facts()[-1].event.search
    assert (recorded.too_many, recorded.complete, recorded.meant) == (True, False, ())


async def test_the_record_of_an_answer_says_who_was_shown_and_names_nobody(house, checker):
    order = await enter(house)
    await asked(checker, HALF)
    (fact,) = [each for each in house.facts() if each.event.TOPIC == "check.answer_given.1"]
    (person,) = fact.event.search.meant
    assert (person.order_ref, person.party_ref, person.band, person.bits) == (order, RESPONDENT, Band.POSSIBLE, 500)
    assert person.classes == (FieldClass.IDENTITY, FieldClass.ORDER_FACTS)
    assert (fact.event.search.persons, fact.event.search.complete, fact.event.answered) == (2, True, ())
    assert house.ledger.reader.rows(SHOWN, {"order_ref": order.bytes, "institution": POLICE.institution})
    (recorded,) = [each for each in house.ledger.reader.after(0, limit=100) if each.fact == fact]
    rows = [change.row for change in LOOKS.on(recorded) if "order_ref" in change.row]
    assert [(row["order_ref"], row["classes"]) for row in rows] == [(order.bytes, "IDENTITY ORDER_FACTS")]
    unnamed = await checker.check(by_name(HALF), principal=POLICE, names=False)
    assert house.facts()[-1].event.search.meant[0].classes == (FieldClass.ORDER_FACTS,)
    assert unnamed.found.persons[0].party.party_ref == RESPONDENT


async def test_asked_as_of_then_the_answer_and_its_ranking_are_of_that_time(house, checker):
    first = await enter(house, 1, MISHEARD)
    then = house.clock()
    house.clock.advance(60)
    before = await asked(checker)
    second = await enter(house, 2)
    revoke = RevokeOrder(
        order_ref=first, from_=day("2024-03-20"), reason=EndReason.ON_APPEAL, revoked_in=Jurisdiction("FR")
    )
    await house.executor.execute(revoke, principal=COURT)
    house.clock.advance(60)
    now = await asked(checker)
    assert [each.order_ref for each in now.found.persons] == [second, first]
    replayed = await asked(checker, known_at=then, valid_at=before.valid_at)
    assert (meant(replayed), replayed.word) == (meant(before), before.word)
    assert replayed.found.look_alikes == before.found.look_alikes
    assert house.facts()[-1].event.search == next(
        each.event.search for each in house.facts() if each.event.TOPIC == "check.answer_given.1"
    )


async def test_who_was_set_right_is_found_by_what_is_right_and_shown_as_may_be(house, checker):
    await enter(house)
    then = house.clock()
    house.clock.advance(60)
    right = Identity(name=Name(family="Abernathy", given="Quillon"), birth_date="1971-02-03")
    named = Party(party_ref=RESPONDENT, role=PartyRole.RESPONDENT, identity=clear(RESPONDENT, "identity", right))
    correct = CorrectOrder(order_ref=ORDER, corrects=house.facts()[0].fact_id, parties=(named,))
    await house.executor.execute(correct, principal=COURT)
    house.clock.advance(1)
    assert (await asked(checker)).found.persons == ()
    (person,) = (await asked(checker, right)).found.persons
    assert person.corrected == frozenset()
    (person,) = (await asked(checker, right, known_at=then)).found.persons
    assert person.party.identity in person.corrected
    assert house.facts()[-1].event.search.meant[0].classes == (FieldClass.ORDER_FACTS,)


async def test_an_erased_person_is_never_found_again(house, checker):
    order = await enter(house, issued=day("2016-02-01"), expiry=expires(day("2017-08-01")))
    assert meant(await asked(checker, MISHEARD))
    house.four_weeks_pass()
    erase = EraseParty(order_ref=order, party=RESPONDENT, ground=ErasureGround.RETENTION_OVER)
    await house.executor.execute(erase, principal=COURT)
    for each in (checker, replace(checker), replace(house.checker, scorer=PlainScorer())):
        answer = await asked(each, MISHEARD)
        assert (answer.found.persons, answer.orders) == ((), ())


def read_a_feed(house):
    read = FeedRead(
        source="us-ca-clets",
        jurisdiction=Jurisdiction("US-CA"),
        read_at=house.clock(),
        records=0,
        accepted=0,
        needs_attention=0,
        rejected=0,
    )
    draft = Draft(fact_id=ref("fact"), actor=ACTOR, correlation=ref("fact"), event=read)
    house.ledger.writer.perform(lambda unit: unit.append(feed_stream("us-ca-clets"), [draft], expected_version=0))


async def test_a_feed_that_was_not_read_for_long_is_said_to_be_stale(house, checker):
    read_a_feed(house)
    house.clock.advance(120)
    answer = await asked(replace(checker, stale_after={"us-ca-clets": 60, "never-read": 60}))
    (source,) = answer.found.sources
    assert (source.name, source.state, source.limit_seconds) == ("us-ca-clets", SourceState.STALE, 60)


async def test_while_a_feed_is_stale_nobody_is_said_to_have_no_order_in_force(house, checker):
    order = await enter(house)
    revoke = RevokeOrder(
        order_ref=order, from_=day("2024-03-20"), reason=EndReason.ON_APPEAL, revoked_in=Jurisdiction("FR")
    )
    await house.executor.execute(revoke, principal=COURT)
    read_a_feed(house)
    fed = replace(checker, stale_after={"us-ca-clets": 60})
    house.clock.advance(59)
    assert (await asked(fed)).word is Word.NOT_IN_FORCE
    house.clock.advance(60)
    assert (await asked(fed)).word is Word.CANNOT_TELL
    assert house.facts()[-1].event.search.stale


async def test_a_short_form_finds_who_is_registered_under_the_full_one(house, checker):
    order = await enter(house, identity=Identity(name=Name(family="Quimby", given="Elizabeth"), birth_date="1988"))
    answer = await asked(checker, Identity(name=Name(family="Quimby", given="Liz")))
    assert [each.order_ref for each in answer.found.persons] in ([order], [])
    found = checker.searching.nominating.nominate(
        Identity(name=Name(family="Quimby", given="Liz")),
        PartyRole.RESPONDENT,
        lambda word: near(word, checker.searching.lexicon.as_of(house.ledger.reader.head(), newest=True)),
    )
    assert [each.order_ref for each in found.nominees] == [order]


@pytest.fixture
def learned(house) -> Checker:
    """What serves: the weights that were learned."""
    return replace(house.checker, scorer=SCORER)


@pytest.mark.parametrize(
    ("identity", "sure"),
    [
        (RESPONDENT_NAME, True),
        (MISHEARD, False),
        (replace(RESPONDENT_NAME, birth_date="1988-09-07"), False),
        (replace(RESPONDENT_NAME, name=Name(family="Xaverius", given="Vandermolenaar")), False),
        (replace(RESPONDENT_NAME, name=Name(family="Abernathy", given="Quillon")), None),
        (Identity(name=Name(family="Abernathy", given="Quillon"), birth_date="1971-01-01"), None),
    ],
)
async def test_the_learned_weights_find_who_was_misheard_and_answer_of_who_is_written_alike(
    house, learned, identity, sure
):
    order = await enter(house)
    answer = await asked(learned, identity)
    assert [(each.order_ref, each.sure) for each in answer.found.persons] == ([] if sure is None else [(order, sure)])
    assert [each.verdict.order_ref for each in answer.orders] == ([order] if sure else [])
    if sure is not None:
        assert answer.found.persons[0].features[0]
        assert answer.found.ask[0] == "DOCUMENT_NUMBER"


async def test_a_number_that_agrees_is_identical_where_the_name_is_compatible(house, learned):
    order = await enter(house, identity=replace(RESPONDENT_NAME, documents=("Passport NL SPEC12014",)))
    asking = replace(MISHEARD, birth_date=None, documents=("SPEC12O14",))
    assert meant(await asked(learned, asking)) == [(order, Band.IDENTICAL, False, True)]


def test_who_answers_is_named_with_the_versions_of_what_judged():
    assert version_of(SCORER) == f"exact-1 index-1 {SCORER.version}"
