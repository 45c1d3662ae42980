"""The write path whole: from a command in clear to a receipt, on a real ledger."""

import asyncio
from dataclasses import replace

import pytest

from registry.access.actors import Role
from registry.commands.issuance import CorrectOrder, ReinstateOrder, RevokeOrder, SuspendOrder, VaryOrder
from registry.commands.notice import AcknowledgeNotice, IssueNotice
from registry.commands.recognition import AskRecognition, GrantRecognition
from registry.commands.service import RecordAttempt, RecordService
from registry.commands.violation import AcknowledgeAlert, RaiseAlert, ReportViolation, ResolveViolation
from registry.errors import (
    AlreadyTaken,
    Conflict,
    KeyErased,
    KeyReused,
    Malformed,
    NotFound,
    NotPermitted,
    Refused,
    StaleVersion,
)
from registry.execute import Idempotency
from registry.ledger.rows import Put
from registry.values.identifiers import AlertRef, InstitutionId, NoticeRef, OrderRef, SubjectId, ViolationRef
from registry.values.issuance import EndReason, Nature, OrderKind, PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.notice import NoticeKind
from registry.values.parties import Condition, Text
from registry.values.service import AttemptReason, ServiceState
from registry.values.time import Instant
from registry.values.violation import BreachKind, ViolationOutcome
from registry.vault.keys import erased
from registry.vault.rows import key_row
from registry.vault.sealing import open_block
from registry.views.police import FINDING, SUBJECT_KEY
from registry.views.police import ORDER as ORDER_TABLE
from tests.given import (
    BERLIN,
    CONTACT,
    LILLE,
    MADRID,
    MEASURE,
    ORDER,
    PROTECTED,
    RECOGNITION,
    RESPONDENT,
    condition,
    court,
    day,
    hour,
    ref,
)
from tests.journeys.house import (
    CANARIES,
    COURT,
    HIDING_PLACE,
    MACHINE,
    POLICE,
    PROTECTED_NAME,
    clear,
    entering,
    open_house,
    parties,
    principal,
)

NOTICE = NoticeRef(ref("notice"))
VIOLATION = ViolationRef(ref("violation"))
ALERT = AlertRef(ref("alert"))
BERLIN_DESK = principal(BERLIN, Role.COURT, within=("DE",))
MADRID_DESK = principal(MADRID, Role.COURT, within=("ES",))
REVOKE = RevokeOrder(
    order_ref=ORDER, from_=day("2024-03-10"), reason=EndReason.ON_APPEAL, revoked_in=Jurisdiction("FR")
)
SUSPEND = SuspendOrder(order_ref=ORDER, from_=day("2024-03-10"), suspended_in=Jurisdiction("FR"))
REINSTATE = ReinstateOrder(order_ref=ORDER, from_=hour("2024-03-20T10:00"), reinstated_in=Jurisdiction("FR"))


def key(word, body=b"{}"):
    return Idempotency(key=word, body=body)


def issue(notice_ref=NOTICE, recipient=BERLIN):
    return IssueNotice(
        notice_ref=notice_ref,
        order_ref=ORDER,
        about=ref("fact"),
        kind=NoticeKind.CERTIFICATE_ISSUED,
        recipient=InstitutionId(recipient),
        jurisdiction=Jurisdiction("DE"),
        due=Instant(0),
        basis="Art 8",
    )


def report(description=None):
    return ReportViolation(
        violation_ref=VIOLATION,
        order_ref=ORDER,
        jurisdiction=Jurisdiction("FR"),
        breaches=(BreachKind.THREAT,),
        occurred=day("2024-03-19"),
        description=description,
    )


def raise_alert(word="alert"):
    return RaiseAlert(
        violation_ref=VIOLATION,
        alert_ref=AlertRef(ref(word)),
        recipient=POLICE.institution,
        due=Instant(0),
        basis="Art 12",
    )


async def by_machine(house, command, cause=None, idempotency=None):
    """Let a process of the registry say it, from its own thread."""
    return await asyncio.to_thread(
        house.executor.perform, command, principal=MACHINE, causation=cause, idempotency=idempotency
    )


def left(house):
    reader = house.ledger.reader
    return reader.head(), len(reader.rows(SUBJECT_KEY, {})), len(reader.rows(FINDING, {}))


async def refused(house, command, code, kind=Refused, by=COURT, **more):
    """A refused command leaves nothing: no fact, no key, no way to find anybody."""
    before = left(house)
    with pytest.raises(kind) as refusal:
        await house.executor.execute(command, principal=by, **more)
    assert refusal.value.code == code
    assert left(house) == before
    return refusal.value


async def test_a_receipt_says_what_was_recorded_and_where(house):
    receipt = await house.executor.execute(entering(), principal=COURT)
    (fact,) = house.facts()
    assert (receipt.stream, receipt.version, receipt.facts) == (ORDER, 1, (fact.fact_id,))
    assert receipt.position == house.ledger.reader.head()
    assert receipt.recorded_at == fact.recorded_at
    assert not receipt.replayed
    assert (fact.actor.institution, fact.actor.key_id, fact.actor.on_behalf_of) == (LILLE, COURT.key_id, "desk-4")


async def test_blocks_open_again_and_only_where_they_stand(house):
    await house.executor.execute(entering(), principal=COURT)
    (fact,) = house.facts()
    protected = fact.event.details.parties[0]
    place = {
        "ledger": house.executor.ledger_id,
        "order_ref": ORDER,
        "fact_id": fact.fact_id,
        "ring": house.executor.ring,
    }
    way = f"details/parties/{PROTECTED}"
    assert open_block(protected.identity, name=f"{way}/identity", **place) == PROTECTED_NAME
    assert open_block(protected.address, name=f"{way}/address", **place) == HIDING_PLACE
    assert open_block(fact.event.details.number, name="details/number", **place) == Text(text="RG 24/00117")


async def test_a_house_opened_again_opens_the_same_blocks(house):
    await house.executor.execute(entering(), principal=COURT)
    keeper = house.executor.ring._keeper  # noqa: SLF001  # keys outlive the process, as they do in a file
    house.close()
    again = open_house(house.folder, create=False, keeper=keeper, settings=house.settings)
    try:
        (fact,) = again.facts()
        opened = open_block(
            fact.event.details.parties[0].identity,
            ledger=again.executor.ledger_id,
            order_ref=ORDER,
            fact_id=fact.fact_id,
            name=f"details/parties/{PROTECTED}/identity",
            ring=again.executor.ring,
        )
        assert opened == PROTECTED_NAME
    finally:
        again.close()


async def test_no_name_and_no_address_is_on_the_disk(house):
    await house.executor.execute(entering(), principal=COURT, idempotency=key("Zywiolkowska-retry", b"Quintessa"))
    text = condition(text=clear(PROTECTED, "text", Text(text="not near Kanarienvogelgasse")))
    vary = VaryOrder(order_ref=ORDER, conditions=(text,), made=day("2024-03-01"), varied_in=Jurisdiction("FR"))
    await house.executor.execute(vary, principal=COURT)
    await house.executor.execute(report(clear(PROTECTED, "description", Text(text="Xaverius rang"))), principal=POLICE)
    for written in (house.bytes_on_disk(), _after_closing(house)):
        assert len(written) > 4096
        for canary in (*CANARIES, "RG 24/00117", "24/00117", "rang"):
            for encoding in ("utf-8", "utf-16-le"):
                assert canary.encode(encoding) not in written
                assert canary.casefold().encode(encoding) not in written


def _after_closing(house):
    house.close()
    return house.bytes_on_disk()


async def test_the_same_key_and_body_give_the_same_receipt(house):
    first = await house.executor.execute(entering(), principal=COURT, idempotency=key("one"))
    again = await house.executor.execute(entering(), principal=COURT, idempotency=key("one"))
    assert again == replace(first, replayed=True)
    assert len(house.facts()) == 1


async def test_the_same_key_with_another_body_is_refused(house):
    await house.executor.execute(entering(), principal=COURT, idempotency=key("one"))
    await refused(house, REVOKE, "idempotency-key-reused", KeyReused, idempotency=key("one", b"other"))


async def test_a_key_belongs_to_the_institution_that_chose_it(house):
    await house.executor.execute(entering(), principal=COURT, idempotency=key("one"))
    other = principal("fr-tj-paris", Role.COURT)
    receipt = await house.executor.execute(SUSPEND, principal=other, idempotency=key("one", b"other"))
    assert not receipt.replayed


async def test_a_replay_gives_the_old_receipt_whatever_came_after(house):
    await house.executor.execute(entering(), principal=COURT)
    first = await house.executor.execute(SUSPEND, principal=COURT, idempotency=key("one"))
    await house.executor.execute(REINSTATE, principal=COURT)
    again = await house.executor.execute(SUSPEND, principal=COURT, idempotency=key("one"))
    assert again == replace(first, replayed=True)
    assert len(house.facts()) == 3


async def test_a_retry_of_what_held_already_does_nothing_later(house):
    """The answer to a suspension that held already got lost; meanwhile the court reinstated; the retry comes."""
    await house.executor.execute(entering(), principal=COURT)
    await house.executor.execute(SUSPEND, principal=COURT)
    first = await house.executor.execute(SUSPEND, principal=COURT, idempotency=key("one"))
    assert first.facts == ()
    await house.executor.execute(REINSTATE, principal=COURT)
    head = house.ledger.reader.head()
    await house.executor.execute(SUSPEND, principal=COURT, idempotency=key("one"))
    assert house.ledger.reader.head() == head


async def test_a_replay_of_one_alert_is_not_the_receipt_of_two(house):
    await house.executor.execute(entering(), principal=COURT)
    await house.executor.execute(report(), principal=POLICE)
    cause = house.facts()[-1]
    first = await by_machine(house, raise_alert("one"), cause, key("a1"))
    await by_machine(house, raise_alert("two"), cause, key("a2"))
    again = await by_machine(house, raise_alert("one"), cause, key("a1"))
    assert again == replace(first, replayed=True)


async def test_one_of_sixty_four_takes_a_case_number(house):
    async def attempt(number):
        order_ref = OrderRef(ref(f"order {number}"))
        said = "RG 24/00117" if number % 2 else "  rg   24/00117 "
        try:
            return await house.executor.execute(entering(order_ref, said, word=str(number)), principal=COURT)
        except AlreadyTaken:
            return None

    receipts = [each for each in await asyncio.gather(*map(attempt, range(64))) if each]
    assert len(receipts) == 1
    assert len(house.facts()) == len(house.ledger.reader.rows(ORDER_TABLE, {})) == 1
    assert {row["order_ref"] for row in house.ledger.reader.rows(FINDING, {})} == {receipts[0].stream.bytes}
    assert len(house.ledger.reader.rows(SUBJECT_KEY, {})) == 3


async def test_one_of_sixty_four_with_the_same_key_is_recorded_and_the_others_hear_of_it(house):
    receipts = await asyncio.gather(
        *(house.executor.execute(entering(), principal=COURT, idempotency=key("one")) for _ in range(64))
    )
    assert len(house.facts()) == 1
    assert len({receipt.facts for receipt in receipts}) == 1
    assert sorted(receipt.replayed for receipt in receipts) == [False] + [True] * 63


async def test_another_court_may_have_the_same_number(house):
    await house.executor.execute(entering(), principal=COURT)
    other = replace(court(), code="75056")
    await house.executor.execute(entering(MEASURE, word="2", court=other), principal=COURT)
    assert len(house.facts()) == 2


async def test_who_read_an_older_version_is_told(house):
    await house.executor.execute(entering(), principal=COURT)
    await house.executor.execute(SUSPEND, principal=COURT, expected_version=1)
    await refused(house, REINSTATE, "order-has-changed", StaleVersion, expected_version=1)
    await house.executor.execute(REINSTATE, principal=COURT, expected_version=2)


@pytest.mark.parametrize(
    ("command", "code", "by"),
    [
        (entering(parties=()), "no-respondent", COURT),
        (entering(court=court("DE")), "outside-own-jurisdiction", COURT),
        (entering(), "role-not-permitted", POLICE),
        (entering(issued=day("2030-01-01")), "date-in-the-future", COURT),
    ],
)
async def test_a_refused_entry_leaves_nothing(house, command, code, by):
    await refused(house, command, code, by=by)


async def test_what_was_refused_can_be_entered_after_all(house):
    await refused(house, entering(issued=day("2030-01-01")), "date-in-the-future", idempotency=key("one"))
    receipt = await house.executor.execute(entering(), principal=COURT, idempotency=key("one", b"better"))
    assert not receipt.replayed
    assert house.subject_key(PROTECTED) is not None


async def test_a_refused_command_in_a_batch_fails_alone(house):
    await house.executor.execute(entering(), principal=COURT)
    commands = [SUSPEND, entering(MEASURE, word="2"), entering(OrderRef(ref("third")), "RG 3", word="3")]
    results = await asyncio.gather(
        *(house.executor.execute(command, principal=COURT) for command in commands), return_exceptions=True
    )
    assert [type(result).__name__ for result in results] == ["Receipt", "AlreadyTaken", "Receipt"]


def erase(house, subject):
    row = erased(house.subject_key(subject), house.clock())

    def work(unit):
        return unit.append(ref("nothing"), [], expected_version=0, rows=[Put(table=SUBJECT_KEY, row=key_row(row))])

    house.ledger.writer.perform(work)


@pytest.mark.parametrize("forgotten", [True, False])
async def test_nothing_is_sealed_any_more_for_who_was_erased(house, forgotten):
    await house.executor.execute(entering(), principal=COURT)
    erase(house, SubjectId(PROTECTED))
    if forgotten:
        house.executor.ring.forget(SubjectId(PROTECTED))
    before = left(house)
    text = condition(text=clear(PROTECTED, "text", Text(text="anything")))
    vary = VaryOrder(order_ref=ORDER, conditions=(text,), made=day("2024-03-01"), varied_in=Jurisdiction("FR"))
    with pytest.raises(KeyErased):
        await house.executor.execute(vary, principal=COURT)
    assert left(house) == before
    assert house.subject_key(PROTECTED).wrapped == b""


async def test_two_commands_that_make_a_key_at_once_share_one(house):
    await house.executor.execute(entering(parties=parties(protected=PROTECTED_NAME)[1:], number=None), principal=COURT)
    text = clear(ORDER, "reason", Text(text="one"))
    (fact,) = house.facts()
    fixes = [
        CorrectOrder(order_ref=ORDER, corrects=fact.fact_id, issued=day(f"2024-01-0{n}"), reason=text) for n in (1, 2)
    ]
    await asyncio.gather(*(house.executor.execute(fix, principal=COURT) for fix in fixes))
    for recorded in house.facts()[1:]:
        opened = open_block(
            recorded.event.reason,
            ledger=house.executor.ledger_id,
            order_ref=ORDER,
            fact_id=recorded.fact_id,
            name="reason",
            ring=house.executor.ring,
        )
        assert opened == Text(text="one")


async def test_a_cause_hands_on_its_correlation(house):
    await house.executor.execute(entering(), principal=COURT)
    (cause,) = house.facts()
    await by_machine(house, issue(), cause)
    await house.executor.execute(SUSPEND, principal=COURT)
    _, notice, suspended = house.facts()
    assert cause.correlation == cause.fact_id
    assert cause.causation is None
    assert (notice.correlation, notice.causation) == (cause.correlation, cause.fact_id)
    assert suspended.correlation != cause.correlation


async def test_a_thread_of_the_registry_does_the_same(house):
    receipt = await asyncio.to_thread(house.executor.perform, entering(), principal=COURT, idempotency=key("one"))
    again = await asyncio.to_thread(house.executor.perform, entering(), principal=COURT, idempotency=key("one"))
    assert again == replace(receipt, replayed=True)
    with pytest.raises(Refused, match="order-already-entered"):
        await asyncio.to_thread(house.executor.perform, entering(number=None), principal=COURT)


async def test_what_holds_already_is_answered_with_where_it_stands(house):
    await house.executor.execute(entering(), principal=COURT)
    first = await house.executor.execute(REVOKE, principal=COURT)
    again = await house.executor.execute(REVOKE, principal=COURT)
    assert (again.facts, again.position, again.version) == ((), first.position, 2)


async def test_nobody_answers_for_another_institution(house):
    """The command names who answers; it must be who asks."""
    await house.executor.execute(entering(), principal=COURT)
    await house.executor.execute(issue(), principal=MACHINE)
    acknowledge = AcknowledgeNotice(notice_ref=NOTICE, by=BERLIN)
    before = left(house)
    with pytest.raises((NotFound, NotPermitted)):
        await house.executor.execute(acknowledge, principal=MADRID_DESK)
    assert left(house) == before
    await house.executor.execute(acknowledge, principal=BERLIN_DESK)


async def test_nobody_takes_an_alert_in_hand_for_another(house):
    await house.executor.execute(entering(), principal=COURT)
    await house.executor.execute(report(), principal=POLICE)
    await house.executor.execute(raise_alert(), principal=MACHINE)
    take = AcknowledgeAlert(violation_ref=VIOLATION, alert_ref=ALERT, by=POLICE.institution)
    with pytest.raises((NotFound, NotPermitted)):
        await house.executor.execute(take, principal=MADRID_DESK)
    resolve = ResolveViolation(violation_ref=VIOLATION, outcome=ViolationOutcome.WARNING)
    await refused(house, resolve, "no-such-violation", NotFound, by=COURT)
    await house.executor.execute(take, principal=POLICE)
    await house.executor.execute(resolve, principal=POLICE)


async def test_nobody_decides_recognition_for_another(house):
    said = {"court": court("ES", MADRID), "kind": OrderKind.EUROPEAN_PROTECTION_ORDER, "nature": Nature.CRIMINAL}
    await house.executor.execute(entering(**said), principal=MADRID_DESK)
    ask = AskRecognition(
        recognition_ref=RECOGNITION,
        order_ref=ORDER,
        jurisdiction=Jurisdiction("DE"),
        authority=BERLIN,
        asked=day("2024-03-01"),
        requested_by_protected_person=True,
    )
    await refused(house, ask, "outside-own-jurisdiction", NotPermitted, by=BERLIN_DESK)
    await house.executor.execute(ask, principal=MADRID_DESK)
    second = replace(ask, recognition_ref=ref("second"))
    await refused(house, second, "recognition-already-asked", Conflict, by=MADRID_DESK)
    part = replace(second, jurisdiction=Jurisdiction("DE-BE"))
    await refused(house, part, "recognition-already-asked", Conflict, by=MADRID_DESK)
    adopted = {"court": court("DE", BERLIN), "kind": OrderKind.IMPORTED_MEASURE, "origin": ORDER, "number": "F 1"}
    await house.executor.execute(entering(MEASURE, word="2", **adopted), principal=BERLIN_DESK)
    grant = GrantRecognition(recognition_ref=RECOGNITION, by=BERLIN, decided=day("2024-03-10"), adopted=MEASURE)
    with pytest.raises((NotFound, NotPermitted)):
        await house.executor.execute(grant, principal=COURT)
    await house.executor.execute(grant, principal=BERLIN_DESK)


def serve(by, served_by, house, make=RecordService):
    said = {"order_ref": ORDER, "respondent": RESPONDENT, "terms": 1, "at": day("2024-02-05"), "served_by": served_by}
    if make is RecordService:
        return house.executor.execute(RecordService(state=ServiceState.SERVED_PERSONAL, **said), principal=by)
    return house.executor.execute(RecordAttempt(reason=AttemptReason.MOVED, **said), principal=by)


@pytest.mark.parametrize("make", [RecordService, RecordAttempt])
async def test_who_served_is_said_by_who_served_or_by_the_court_of_issue(house, make):
    await house.executor.execute(entering(), principal=COURT)
    bailiff = principal("fr-huissier", Role.SERVING_AUTHORITY)
    for by in (bailiff, BERLIN_DESK, POLICE):
        with pytest.raises(NotPermitted, match="not-the-issuing-authority"):
            await serve(by, InstitutionId("somebody-else"), house, make)
    with pytest.raises(NotPermitted, match="role-not-permitted"):
        await serve(principal("x", Role.REGISTRY), InstitutionId("x"), house, make)
    await serve(bailiff, bailiff.institution, house, make)
    await serve(COURT, InstitutionId("somebody-else"), house, make)
    abroad = principal("feed", Role.OPERATOR, within=("DE",))
    with pytest.raises(NotPermitted, match="outside-own-jurisdiction"):
        await serve(abroad, InstitutionId("feed"), house, make)
    await serve(principal("feed", Role.OPERATOR), InstitutionId("whoever"), house, make)


async def test_a_feed_enters_orders_of_its_own_jurisdiction(house):
    feed = principal("gb-feed", Role.OPERATOR, within=("GB-EAW",))
    await refused(house, entering(), "outside-own-jurisdiction", NotPermitted, by=feed)
    await house.executor.execute(entering(court=court("GB-EAW", None)), principal=feed)


async def test_whether_there_is_an_order_is_not_told_to_who_may_not_know(house):
    """A principal without the right gets one answer, whether the order is there or not."""
    await house.executor.execute(entering(), principal=COURT)
    for order_ref in (ORDER, MEASURE):
        vary = VaryOrder(
            order_ref=order_ref,
            conditions=(Condition(condition_ref=CONTACT, kind=condition().kind),),
            made=day("2024-03-01"),
            varied_in=Jurisdiction("FR"),
        )
        await refused(house, vary, "role-not-permitted", NotPermitted, by=POLICE)


async def test_a_reference_of_another_kind_is_no_order(house):
    await house.executor.execute(entering(), principal=COURT)
    await house.executor.execute(issue(), principal=MACHINE)
    await refused(house, replace(SUSPEND, order_ref=OrderRef(NOTICE)), "no-such-order", NotFound)
    acknowledge = AcknowledgeNotice(notice_ref=NoticeRef(ORDER), by=LILLE)
    await refused(house, acknowledge, "no-such-notice", NotFound)


async def test_two_elements_of_one_reference_are_refused(house):
    twice = parties()[1]
    await refused(house, entering(parties=(twice, twice)), "duplicate-reference", Malformed)


async def test_a_correction_does_not_make_the_protected_person_a_respondent(house):
    await house.executor.execute(entering(), principal=COURT)
    (fact,) = house.facts()
    moved = replace(parties()[0], role=PartyRole.RESPONDENT)
    fix = CorrectOrder(order_ref=ORDER, corrects=fact.fact_id, parties=(moved,))
    await refused(house, fix, "role-cannot-change")


async def test_a_correction_is_for_the_state_that_issued(house):
    await house.executor.execute(entering(), principal=COURT)
    (fact,) = house.facts()
    fix = CorrectOrder(order_ref=ORDER, corrects=fact.fact_id, issued=day("2024-01-15"))
    await refused(house, fix, "outside-own-jurisdiction", NotPermitted, by=BERLIN_DESK)
    await house.executor.execute(fix, principal=COURT)


async def test_a_rehearsal_meets_every_rule_and_keeps_nothing(house):
    before = left(house)
    rehearsed = await asyncio.to_thread(house.executor.perform, entering(), principal=COURT, rehearsal=True)
    assert (rehearsed.stream, rehearsed.version) == (ORDER, 1)
    assert left(house) == before
    with pytest.raises(NotPermitted):
        await asyncio.to_thread(house.executor.perform, entering(), principal=POLICE, rehearsal=True)
    receipt = await house.executor.execute(entering(), principal=COURT)
    assert receipt.version == 1
