"""After an erasure nobody can open, find or bring back the person; the order's facts and answers stay."""

import asyncio
from dataclasses import replace
from itertools import pairwise

import pytest

from registry.access.actors import Role
from registry.boundary import Attachment
from registry.commands.contact import RequestMessage
from registry.commands.erasure import EraseParty
from registry.commands.issuance import CorrectOrder, RevokeOrder, VaryOrder
from registry.commands.party import LinkParties, UnlinkParties
from registry.erasure_statement import statement
from registry.errors import KeyErased, NotFound, NotPermitted, Refused
from registry.events.erasure import SubjectErased
from registry.events.issuance import OrderRevoked
from registry.events.recognition import RecognitionAsked, RecognitionGranted
from registry.events.violation import ViolationReported, ViolationResolved
from registry.forgetting import Forgetting
from registry.identity.exact import finding_keys
from registry.ledger.port import Draft
from registry.ledger.rows import Amend
from registry.ledger.upkeep import Upkeep
from registry.ledger.view_connections import open_views
from registry.processes import VIEWS
from registry.rotation import Rotation
from registry.values.check import CheckPurpose, EnforcementStatus
from registry.values.contact import MessageKind
from registry.values.erasure import FOR_A_PARTY, ErasureGround
from registry.values.identifiers import FactId, MessageRef, OrderRef, PartyRef, SubjectId, ViolationRef
from registry.values.issuance import EndReason, OrderKind, PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.parties import Party
from registry.values.party import LinkBasis, PartyOfOrder, UnlinkReason, link_ref
from registry.values.time import NO_EXPIRY, UNKNOWN_EXPIRY, expires
from registry.values.violation import BreachKind, ViolationOutcome
from registry.vault.documents import open_document
from registry.vault.keys import KeyState
from registry.views.engine import Projector
from registry.views.police import DOCUMENT, FINDING, OUTBOX, SUBJECT_KEY
from registry.views.rebuild import rebuild_together
from tests.given import ACTOR, BERLIN, MEASURE, ORDER, PROTECTED, RECOGNITION, RESPONDENT, condition, court, day, ref
from tests.journeys.house import (
    CANARIES,
    COURT,
    MACHINE,
    POLICE,
    PROTECTED_NAME,
    RESPONDENT_NAME,
    entering,
    identity,
    principal,
    question,
)

FR = Jurisdiction("FR")
VIOLATION = ViolationRef(ref("violation"))
BERLIN_DESK = principal(BERLIN, Role.COURT, within=("DE",))
ERASE = EraseParty(order_ref=ORDER, party=PROTECTED, ground=ErasureGround.RETENTION_OVER)
ERASE_OTHER = replace(ERASE, party=RESPONDENT)
DOCUMENT_TEXT = b"JUGEMENT: Quintessa Zywiolkowska, 77 Kanarienvogelgasse " * 40


def old(**more):
    """An order of 2016 that ended in 2017: in March 2024 every period of French law is over."""
    return entering(**({"issued": day("2016-02-01"), "expiry": expires(day("2017-08-01"))} | more))


async def entered(house, *, document=True, **more):
    attachment = Attachment(content=DOCUMENT_TEXT, media_type="text/plain") if document else None
    await house.executor.execute(old(**more), principal=COURT, attachment=attachment)


async def erase(house, command=ERASE, by=COURT):
    return await house.executor.execute(command, principal=by)


def swept(house, *, compact=True):
    upkeep = Upkeep(house.settings)
    upkeep.sweep((FINDING, OUTBOX, DOCUMENT), compact=compact)
    upkeep.close()
    return house.bytes_on_disk()


async def refusal(house, command=ERASE, by=COURT):
    with pytest.raises(Refused) as caught:
        await erase(house, command, by)
    assert identity(house) == PROTECTED_NAME
    return caught.value.code


@pytest.mark.parametrize("compact", [True, False])
async def test_nothing_of_the_person_is_left_in_any_file(house, compact):
    await entered(house)
    wrapped = house.subject_key(PROTECTED).wrapped
    searched = finding_keys(house.executor.index_key, PROTECTED_NAME)
    (document,) = house.ledger.reader.rows(DOCUMENT, {})
    planted = (wrapped, *searched, document["sealed"][:64], document["sealed"][-64:])
    before = house.bytes_on_disk()
    assert all(each in before for each in planted)
    kept = (house.subject_key(RESPONDENT).wrapped, *finding_keys(house.executor.index_key, RESPONDENT_NAME))
    await erase(house)
    after = swept(house, compact=compact)
    assert not [each for each in planted if each in after]
    assert not [word for word in CANARIES if word.encode() in after]
    assert all(each in after for each in kept)


async def test_the_key_is_a_tombstone_and_the_fact_names_it(house):
    await entered(house)
    key_id = house.subject_key(PROTECTED).key_id
    await erase(house)
    row = house.subject_key(PROTECTED)
    fact = house.facts()[-1]
    assert (row.wrapped, row.state, row.key_id, row.erased_at) == (b"", KeyState.ERASED, key_id, fact.recorded_at)
    assert fact.event == SubjectErased(
        order_ref=ORDER,
        subject=SubjectId(PROTECTED),
        key_id=key_id.hex(),
        ground=ErasureGround.RETENTION_OVER,
        documents=(house.facts()[0].event.details.document.blob,),
    )


async def test_erased_twice_is_erased_once(house):
    await entered(house)
    await erase(house)
    before = house.facts()
    assert not (await erase(house)).facts
    assert house.facts() == before


async def test_nobody_can_open_it_here_or_in_another_process(house):
    await entered(house)
    elsewhere = house.another_ring()
    following = Forgetting(reader=house.ledger.reader, ring=elsewhere, since=house.ledger.reader.head())
    here, house.executor = house.executor, replace(house.executor, ring=elsewhere)
    assert identity(house) == PROTECTED_NAME
    house.executor = here
    assert identity(house) == PROTECTED_NAME
    await erase(house)
    with pytest.raises(KeyErased):
        identity(house)
    assert following.step()
    assert not following.step()
    house.executor = replace(here, ring=elsewhere)
    with pytest.raises(KeyErased):
        identity(house)
    assert identity(house, word="respondent") == RESPONDENT_NAME


async def test_a_running_process_forgets_by_itself(house):
    await entered(house)
    elsewhere = house.another_ring()
    key_id = house.subject_key(PROTECTED).key_id
    elsewhere.to_open(key_id)
    following = Forgetting(reader=house.ledger.reader, ring=elsewhere, since=house.ledger.reader.head())
    following.start()
    try:
        receipt = await erase(house)
        async with asyncio.timeout(10):
            while following.position < receipt.position:
                await asyncio.to_thread(house.ledger.reader.wait_changed, receipt.position, timeout=0.01)
        assert following.pulse().failures == 0
    finally:
        following.stop()
    with pytest.raises(KeyErased):
        elsewhere.to_open(key_id)


async def test_search_and_rebuild_find_nothing(house):
    await entered(house)
    incident = {"purpose": CheckPurpose.PROTECTED_PERSON_SAFETY, "incident": "I-1", "order_ref": None}
    by_person = question(**incident, identity=PROTECTED_NAME)
    assert (await house.checker.check(by_person, principal=POLICE)).orders
    await erase(house)
    assert not (await house.checker.check(by_person, principal=POLICE)).orders
    store = open_views(house.settings)
    projector = Projector(reader=house.ledger.reader, store=store, views=VIEWS, clock=house.clock)
    while projector.step():
        pass
    rebuild_together(VIEWS, reader=house.ledger.reader, store=store, clock=house.clock)
    store.close()
    assert not (await house.checker.check(by_person, principal=POLICE)).orders
    assert not house.ledger.reader.rows(FINDING, {"party_ref": PROTECTED.bytes})
    found = await house.checker.check(question(order_ref=None, identity=RESPONDENT_NAME), principal=POLICE)
    assert [each.verdict.order_ref for each in found.orders] == [ORDER]


async def test_nothing_is_recorded_about_the_person_any_more(house):
    await entered(house)
    corrected = Party(
        party_ref=PROTECTED,
        role=PartyRole.PROTECTED,
        identity=entering().details.parties[0].identity,
    )
    await erase(house)
    again = CorrectOrder(order_ref=ORDER, corrects=house.facts()[0].fact_id, parties=(corrected,))
    with pytest.raises(KeyErased):
        await house.executor.execute(again, principal=COURT)
    assert not house.ledger.reader.rows(FINDING, {"party_ref": PROTECTED.bytes})


async def test_a_message_that_waited_is_not_sent(house):
    await entered(house)
    message = RequestMessage(
        message_ref=MessageRef(ref("message")),
        order_ref=ORDER,
        party_ref=PROTECTED,
        about=house.facts()[0].fact_id,
        kind=next(iter(MessageKind)),
    )
    await house.executor.execute(message, principal=MACHINE)
    assert house.ledger.reader.rows(OUTBOX, {})
    await erase(house)
    assert not house.ledger.reader.rows(OUTBOX, {})


async def test_the_document_about_both_goes_with_either(house):
    await entered(house)
    (row,) = house.ledger.reader.rows(DOCUMENT, {})
    await erase(house, ERASE_OTHER)
    assert not house.ledger.reader.rows(DOCUMENT, {})
    assert identity(house) == PROTECTED_NAME
    with pytest.raises(KeyErased):
        open_document(row["sealed"], place=None, ring=house.executor.ring)
    document = house.facts()[0].event.details.document
    assert (document.blob.bytes, len(document.commitment)) == (row["blob"], 43)


async def test_who_came_into_the_order_later_leaves_the_document(house):
    await entered(house)
    later = PartyRef(ref("later"))
    child = replace(entering(word="2").details.parties[0], party_ref=later, address=None)
    child = replace(child, identity=replace(child.identity, subject=SubjectId(later)))
    varied = VaryOrder(
        order_ref=ORDER, conditions=(condition(),), made=day("2016-03-01"), varied_in=FR, added_parties=(child,)
    )
    await house.executor.execute(varied, principal=COURT)
    await erase(house, replace(ERASE, party=later))
    assert house.ledger.reader.rows(DOCUMENT, {})
    assert house.facts()[-1].event.documents == ()


async def test_with_the_last_party_the_order_itself_is_forgotten_and_still_answered(house):
    await entered(house)
    before = await house.checker.check(question(), principal=POLICE)
    await erase(house)
    receipt = await erase(house, ERASE_OTHER)
    assert len(receipt.facts) == 2
    assert [fact.event.subject for fact in house.facts()[-2:]] == [RESPONDENT, ORDER]
    assert house.subject_key(ORDER).state is KeyState.ERASED
    after = await house.checker.check(question(), principal=POLICE)
    assert [(each.word, each.verdict.status) for each in after.orders] == [
        (each.word, each.verdict.status) for each in before.orders
    ]
    assert after.orders[0].verdict.status is EnforcementStatus.EXPIRED


async def test_an_erased_order_never_comes_back_into_force(house):
    """A revocation that is taken back would bring back an order that protects nobody anybody knows."""
    await entered(house, expiry=NO_EXPIRY, document=False)
    revoke = RevokeOrder(order_ref=ORDER, from_=day("2016-06-01"), reason=EndReason.WITHDRAWN, revoked_in=FR)
    await house.executor.execute(revoke, principal=COURT)
    by_order = replace(ERASE, ground=ErasureGround.COURT_ORDERED)
    assert await refusal(house, by_order) == "waiting-period-runs"
    house.four_weeks_pass()
    await erase(house, by_order)
    taken_back = CorrectOrder(order_ref=ORDER, corrects=house.facts()[1].fact_id, retracts=True)
    with pytest.raises(Refused, match="order-erased"):
        await house.executor.execute(taken_back, principal=COURT)
    answer = await house.checker.check(question(), principal=POLICE)
    assert [each.verdict.status for each in answer.orders] == [EnforcementStatus.REVOKED]


@pytest.mark.parametrize("expiry", [expires(day("2024-08-01")), NO_EXPIRY, UNKNOWN_EXPIRY])
@pytest.mark.parametrize("ground", sorted(FOR_A_PARTY))
async def test_an_order_in_force_is_not_erasable_on_any_ground(house, expiry, ground):
    await entered(house, expiry=expiry, document=False)
    assert await refusal(house, replace(ERASE, ground=ground)) == "order-in-force"


@pytest.mark.parametrize(
    ("until", "code"), [("2018-08-01", "limitation-period-runs"), ("2020-08-01", "retention-period-runs")]
)
async def test_a_period_that_runs_holds_it(house, until, code):
    await entered(house, expiry=expires(day(until)), document=False)
    assert await refusal(house) == code
    await erase(house, replace(ERASE, ground=ErasureGround.COURT_ORDERED))


async def test_what_should_never_have_been_recorded_waits_for_no_period(house):
    await entered(house, expiry=expires(day("2020-08-01")), document=False)
    await erase(house, replace(ERASE, ground=ErasureGround.UNLAWFUL))


async def record(house, stream, *events):
    """Record facts that nobody decided."""

    def work(unit):
        drafts = [
            Draft(fact_id=FactId(house.executor.mint()), actor=ACTOR, correlation=house.executor.mint(), event=event)
            for event in events
        ]
        return unit.append(stream, drafts, expected_version=len(unit.facts(stream)))

    await house.ledger.writer.submit(work)


ASKED = RecognitionAsked(
    recognition_ref=RECOGNITION,
    order_ref=ORDER,
    jurisdiction=Jurisdiction("DE"),
    authority=BERLIN,
    instrument="eu-2011-99",
    asked=day("2017-03-01"),
)
GRANTED = RecognitionGranted(
    recognition_ref=RECOGNITION,
    order_ref=ORDER,
    jurisdiction=Jurisdiction("DE"),
    decided=day("2017-04-01"),
    adopted=MEASURE,
)
REPORTED = ViolationReported(
    violation_ref=VIOLATION,
    order_ref=ORDER,
    jurisdiction=FR,
    breaches=(BreachKind.CONTACT_DIRECT,),
    occurred=day("2017-07-01"),
)
RESOLVED = ViolationResolved(violation_ref=VIOLATION, order_ref=ORDER, outcome=ViolationOutcome.UNFOUNDED)


async def test_a_recognition_that_is_asked_for_holds_it_on_any_ground(house):
    await entered(house, document=False)
    await record(house, RECOGNITION, ASKED)
    for ground in FOR_A_PARTY:
        assert await refusal(house, replace(ERASE, ground=ground)) == "recognition-pending"
    await record(house, RECOGNITION, replace(GRANTED, adopted=None))
    for ground in FOR_A_PARTY:
        assert await refusal(house, replace(ERASE, ground=ground)) == "waiting-period-runs"
    house.four_weeks_pass()
    await erase(house)


async def test_a_measure_adopted_abroad_holds_it_while_it_is_in_force(house):
    await entered(house, document=False)
    await record(house, RECOGNITION, ASKED, GRANTED)
    measure = entering(MEASURE, word="2", court=court("DE", BERLIN), expiry=NO_EXPIRY, issued=day("2017-04-01"))
    details = replace(measure.details, origin=ORDER, kind=OrderKind.IMPORTED_MEASURE)
    await house.executor.execute(replace(measure, details=details), principal=BERLIN_DESK)
    assert await refusal(house) == "linked-order-in-force"
    revoked = OrderRevoked(
        order_ref=MEASURE, from_=day("2017-06-01"), reason=EndReason.ON_APPEAL, revoked_in=Jurisdiction("DE")
    )
    await record(house, MEASURE, revoked)
    # It was in force here until a moment ago, whatever day it is said to have ended on.
    assert await refusal(house) == "retention-period-runs"
    by_order = replace(ERASE, ground=ErasureGround.COURT_ORDERED)
    assert await refusal(house, by_order) == "waiting-period-runs"
    house.four_weeks_pass()
    await erase(house, by_order)


async def test_an_end_of_long_ago_that_is_said_today_begins_the_periods_today(house):
    await entered(house, expiry=NO_EXPIRY, document=False)
    revoke = RevokeOrder(order_ref=ORDER, from_=day("2016-06-01"), reason=EndReason.WITHDRAWN, revoked_in=FR)
    await house.executor.execute(revoke, principal=COURT)
    assert await refusal(house) == "retention-period-runs"


async def test_a_breach_of_an_adopted_measure_and_its_periods_hold_it(house):
    await entered(house, document=False)
    await record(house, RECOGNITION, ASKED, GRANTED)
    measure = entering(
        MEASURE, word="2", court=court("DE", BERLIN), expiry=expires(day("2024-03-18")), issued=day("2017-04-01")
    )
    details = replace(measure.details, origin=ORDER, kind=OrderKind.IMPORTED_MEASURE)
    await house.executor.execute(replace(measure, details=details), principal=BERLIN_DESK)
    assert await refusal(house) == "retention-period-runs"
    reported = replace(REPORTED, order_ref=MEASURE, jurisdiction=Jurisdiction("DE"), occurred=day("2024-03-10"))
    await record(house, VIOLATION, reported)
    for ground in FOR_A_PARTY:
        assert await refusal(house, replace(ERASE, ground=ground)) == "breach-open"
    await record(house, VIOLATION, replace(RESOLVED, order_ref=MEASURE))
    assert await refusal(house, replace(ERASE, ground=ErasureGround.UNLAWFUL)) == "limitation-period-runs"
    assert await refusal(house, replace(ERASE, ground=ErasureGround.COURT_ORDERED)) == "waiting-period-runs"
    house.four_weeks_pass()
    await erase(house, replace(ERASE, ground=ErasureGround.COURT_ORDERED))


async def test_who_is_found_through_it_for_an_order_in_force_is_kept_until_that_is_taken_back(house):
    """Of three orders of one person the second is said to be the first's, the third, in force, to be the second's."""
    await entered(house, document=False)
    second, third = OrderRef(ref("second")), OrderRef(ref("third"))
    await house.executor.execute(old(order_ref=second, number="RG 2", word="2"), principal=COURT)
    await house.executor.execute(entering(third, number="RG 3", word="3", expiry=NO_EXPIRY), principal=COURT)
    who = {ORDER: PROTECTED, second: PartyRef(ref("protected2")), third: PartyRef(ref("protected3"))}
    parties = [PartyOfOrder(order_ref=order_ref, party_ref=party) for order_ref, party in who.items()]
    for one, other in pairwise(parties):
        basis = LinkBasis.IDENTITY_DOCUMENT
        saying = LinkParties(link_ref=link_ref(one, other, basis), one=one, other=other, basis=basis)
        await house.executor.execute(saying, principal=COURT)
    assert await refusal(house) == "same-person-in-force"
    await erase(house, ERASE_OTHER)
    last = UnlinkParties(link_ref=saying.link_ref, reason=UnlinkReason.ENTERED_IN_ERROR)
    await house.executor.execute(last, principal=COURT)
    await erase(house)


async def test_a_breach_that_is_open_holds_it_on_any_ground(house):
    await entered(house, document=False)
    await record(house, VIOLATION, REPORTED)
    for ground in FOR_A_PARTY:
        assert await refusal(house, replace(ERASE, ground=ground)) == "breach-open"
    await record(house, VIOLATION, RESOLVED)
    for ground in FOR_A_PARTY:
        assert await refusal(house, replace(ERASE, ground=ground)) == "waiting-period-runs"
    house.four_weeks_pass()
    await erase(house)


async def test_who_does_not_answer_for_the_record_may_not(house):
    await entered(house, document=False)
    assert await refusal(house, by=BERLIN_DESK) == "no-such-order"
    with pytest.raises(NotPermitted):
        await erase(house, by=POLICE)
    with pytest.raises(NotFound):
        await erase(house, replace(ERASE, order_ref=OrderRef(ref("nowhere"))))
    assert await refusal(house, replace(ERASE, party=PartyRef(ref("nobody")))) == "no-such-party"


async def test_a_country_without_a_schedule_erases_by_order_of_a_court_alone(house):
    desk = principal("nz-court", Role.COURT, within=("NZ",))
    made = old(court=court("NZ", desk.institution))
    await house.executor.execute(made, principal=desk)
    assert await refusal(house, by=desk) == "no-retention-rule"
    await erase(house, replace(ERASE, ground=ErasureGround.COURT_ORDERED), by=desk)


async def test_the_statement_says_until_when_old_copies_open(house):
    await entered(house)
    with pytest.raises(NotFound):
        statement(house.ledger.reader, house.executor.ledger_id, ORDER, PROTECTED)
    copy = house.subject_key(PROTECTED)
    await erase(house)
    said = statement(house.ledger.reader, house.executor.ledger_id, ORDER, PROTECTED)
    shown = said.shown()
    assert shown["key_id"] == copy.key_id.hex()
    assert shown["older_copies_of_the_key"] == {"epoch": "FR/1", "open_nothing_since": None}
    upkeep = Upkeep(house.settings)
    rotation = Rotation(reader=house.ledger.reader, upkeep=upkeep, keeper=house.keeper, clock=house.clock)
    await asyncio.to_thread(rotation.rotate, FR)
    upkeep.close()
    with pytest.raises(KeyErased):
        house.keeper.unwrap(FR, copy.epoch, copy.wrapped)
    later = statement(house.ledger.reader, house.executor.ledger_id, ORDER, PROTECTED)
    assert later.shown()["older_copies_of_the_key"]["open_nothing_since"]
    assert not [word for word in CANARIES if word in str(later.shown())]


async def test_an_order_in_force_is_answered_when_every_personal_key_is_gone(house):
    """Not by an erasure, which is refused, but by the loss of all of them."""
    await house.executor.execute(entering(expiry=expires(day("2024-08-01"))), principal=COURT)
    before = await house.checker.check(question(), principal=POLICE)
    gone = {"wrapped": b"", "state": KeyState.ERASED.value, "erased_at": house.clock()}
    rows = [
        Amend(table=SUBJECT_KEY, key={"subject": subject.bytes}, cells=gone)
        for subject in (ORDER, PROTECTED, RESPONDENT)
    ]
    await house.ledger.writer.submit(lambda unit: unit.append(ref("nothing"), [], expected_version=0, rows=rows))
    for subject in (ORDER, PROTECTED, RESPONDENT):
        house.executor.ring.forget(SubjectId(subject))
    with pytest.raises(KeyErased):
        identity(house)
    after = await house.checker.check(question(), principal=POLICE)
    assert after.word is before.word
    assert [(each.word, each.verdict.status) for each in after.orders] == [
        (each.word, each.verdict.status) for each in before.orders
    ]
