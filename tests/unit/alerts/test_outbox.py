"""Messages go out once, by the way that was agreed, to nobody else, and a receiver that hangs delays nobody."""

import asyncio

import pytest

from registry.alerts.outbox import (
    FIRST_PAUSE,
    GIVEN_UP_AFTER,
    LONGEST_PAUSE,
    Outbox,
    pause_after,
    short_reference,
)
from registry.alerts.reactor import REGISTRY
from registry.commands.contact import RequestMessage
from registry.commands.issuance import CorrectOrder
from registry.errors import Unavailable
from registry.events.base import Actor
from registry.events.contact import MessageFailed, MessageHandedOver
from registry.ledger.port import Draft
from registry.ledger.rows import Amend
from registry.ports import ChannelFailure
from registry.values.contact import MessageFailure, MessageKind
from registry.values.identifiers import SubjectId
from registry.values.issuance import PartyRole
from registry.values.parties import Clear, Party
from registry.values.time import SECOND
from registry.views.police import SUBJECT_KEY
from tests.simulators.channel import SimulatedChannel
from tests.unit.alerts.given import CANARY, LILLE, NOON, a_world, plan


@pytest.fixture
def world(tmp_path):
    with a_world(tmp_path) as world:
        yield world


@pytest.fixture
def channel():
    return SimulatedChannel()


def an_outbox(world, channel, **options):
    return Outbox(
        reader=world.ledger.reader,
        executor=options.pop("executor", world.executor),
        contacts=world.contacts(),
        channels={"email": channel},
        clock=world.clock,
        **options,
    )


def due(world, entered, party_ref=None):
    """Have the party told something; gives the message's reference."""
    message_ref = world.uuid()
    command = RequestMessage(
        message_ref=message_ref,
        order_ref=entered.order_ref,
        party_ref=party_ref or entered.protected,
        about=world.uuid(),
        kind=MessageKind.ORDER_SERVED,
    )
    world.executor.perform(command, principal=REGISTRY)
    return message_ref


async def round_of(outbox):
    """Start what is due and wait until it is over; gives how many were started."""
    started = await outbox.start_due()
    await outbox.settle()
    return started


def failed(world):
    return [event.reason for event in world.events(MessageFailed)]


async def test_a_message_is_handed_over_and_leaves_the_outbox(world, channel):
    entered = world.enter(contact=plan())
    message_ref = due(world, entered)
    outbox = an_outbox(world, channel)
    assert await round_of(outbox) == 1
    ((address, message),) = channel.taken
    assert address == "someone@refuge.example"
    assert (message.message_id, message.language) == (message_ref, "fr")
    assert message.reference == short_reference(message_ref)
    assert len(message.reference) == 4
    assert message.reference.isdecimal()
    assert [(e.message_ref, e.channel) for e in world.events(MessageHandedOver)] == [(message_ref, "email")]
    assert world.outbox() == []
    assert await round_of(outbox) == 0
    assert CANARY not in repr(message)


@pytest.mark.parametrize(
    ("contact", "reason"),
    [(None, MessageFailure.NO_CONTACT), (plan(consent=False), MessageFailure.NO_CONSENT)],
)
async def test_nobody_is_written_to_who_did_not_agree(world, channel, contact, reason):
    due(world, world.enter(contact=contact))
    await round_of(an_outbox(world, channel))
    assert channel.tried == []
    assert failed(world) == [reason]


async def test_a_respondent_is_never_written_to_whatever_asks_for_it(world, channel):
    entered = world.enter(contact=plan())
    due(world, entered, party_ref=entered.respondent)
    due(world, entered, party_ref=world.uuid())
    await round_of(an_outbox(world, channel))
    await round_of(an_outbox(world, channel))
    assert channel.tried == []
    assert failed(world) == [MessageFailure.NO_CONTACT] * 2


async def test_whoever_was_erased_is_not_written_to(world, channel):
    entered = world.enter(contact=plan())
    assert world.contacts().plan(entered.order_ref, entered.protected).consent
    due(world, entered)
    erase(world, entered)
    # The ring still holds the key that the order was sealed under.
    await round_of(an_outbox(world, channel))
    assert channel.tried == []
    assert failed(world) == [MessageFailure.ERASED]


async def test_whose_key_was_lost_with_its_epoch_is_not_given_up_as_erased(world, channel):
    due(world, entered := world.enter(contact=plan()))
    world.ring.forget(SubjectId(entered.protected))
    world.ring._keeper.destroy("FR", 1)  # noqa: SLF001  # the simulator's own
    await round_of(an_outbox(world, channel))
    assert channel.tried == []
    assert failed(world) == []
    assert len(world.outbox()) == 1


def erase(world, entered):
    """Do to the key's row what an erasure does, in the writer."""
    key = {"subject": entered.protected.bytes}
    change = Amend(table=SUBJECT_KEY, key=key, cells={"wrapped": b"", "state": "ERASED", "erased_at": NOON})
    other = world.enter()

    def work(unit):
        facts = unit.facts(other.order_ref)
        event = facts[-1].fact.event
        unit.append(
            world.uuid(),
            [a_draft(world, event)],
            expected_version=0,
            rows=[change],
        )

    world.ledger.writer.perform(work)


def a_draft(world, event):
    actor = Actor(institution=LILLE, key_id="k")
    return Draft(fact_id=world.uuid(), actor=actor, correlation=world.uuid(), event=event)


async def test_the_newest_plan_counts_even_for_a_message_that_waits(world, channel):
    entered = world.enter(contact=plan())
    due(world, entered)
    correct(world, entered, plan(consent=False))
    await round_of(an_outbox(world, channel))
    assert channel.tried == []
    assert failed(world) == [MessageFailure.NO_CONSENT]


def correct(world, entered, contact):
    block = Clear(subject=SubjectId(entered.protected), name="contact", content=contact)
    first = world.ledger.reader.stream(entered.order_ref)[0].fact.fact_id
    party = Party(party_ref=entered.protected, role=PartyRole.PROTECTED, contact=block)
    world.perform(CorrectOrder(order_ref=entered.order_ref, corrects=first, parties=(party,)), LILLE)


async def test_a_channel_that_is_away_is_tried_again_ever_later(world, channel):
    channel.answers["someone@refuge.example"] = [ChannelFailure(MessageFailure.UNREACHABLE, retry=True)] * 2
    due(world, world.enter(contact=plan()))
    outbox = an_outbox(world, channel)
    assert await round_of(outbox) == 1
    assert await round_of(outbox) == 0
    world.clock.advance(FIRST_PAUSE // SECOND)
    assert await round_of(outbox) == 1
    world.clock.advance(FIRST_PAUSE // SECOND)
    assert await round_of(outbox) == 0
    world.clock.advance(FIRST_PAUSE // SECOND)
    assert await round_of(outbox) == 1
    assert len(channel.taken) == 1
    assert failed(world) == []


def test_the_pauses_double_up_to_a_ceiling():
    pauses = [pause_after(failures) for failures in range(1, 40)]
    assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE


async def test_a_refusal_for_good_is_recorded_and_not_tried_again(world, channel):
    channel.answers["someone@refuge.example"] = [ChannelFailure(MessageFailure.REJECTED, retry=False)]
    due(world, world.enter(contact=plan()))
    outbox = an_outbox(world, channel)
    await round_of(outbox)
    assert failed(world) == [MessageFailure.REJECTED]
    assert world.outbox() == []


async def test_a_message_is_given_up_after_a_day(world, channel):
    channel.answers["someone@refuge.example"] = [ChannelFailure(MessageFailure.UNREACHABLE, retry=True)] * 9
    due(world, world.enter(contact=plan()))
    world.clock.advance(GIVEN_UP_AFTER // SECOND + 1)
    await round_of(an_outbox(world, channel))
    assert failed(world) == [MessageFailure.UNREACHABLE]


async def test_a_way_that_is_not_set_up_waits_and_is_not_replaced_by_another(world, channel):
    due(world, world.enter(contact=plan(channel="pigeon")))
    await round_of(an_outbox(world, channel))
    assert channel.tried == []
    assert len(world.outbox()) == 1
    assert failed(world) == []


async def test_one_hanging_receiver_delays_nobody_else(world, channel):
    channel.hanging.add("hangs@refuge.example")
    due(world, world.enter(contact=plan("hangs@refuge.example")))
    for number in range(5):
        due(world, world.enter(contact=plan(f"well{number}@refuge.example")))
    outbox = an_outbox(world, channel, concurrent=2, deadline_seconds=60)
    while len(channel.taken) < 5:
        await outbox.start_due()
        await asyncio.wait(list(outbox._running.values()), return_when=asyncio.FIRST_COMPLETED)  # noqa: SLF001
    assert outbox.health().on_their_way == 1
    await outbox.close()
    assert len(world.outbox()) == 1


async def test_a_receiver_that_hangs_is_cut_off(world, channel):
    channel.hanging.add("hangs@refuge.example")
    due(world, world.enter(contact=plan("hangs@refuge.example")))
    outbox = an_outbox(world, channel, deadline_seconds=0.01)
    await round_of(outbox)
    assert outbox.health().on_their_way == 0
    assert len(world.outbox()) == 1


async def test_what_happened_first_in_an_order_is_told_first(world, channel):
    entered = world.enter(contact=plan())
    channel.answers["someone@refuge.example"] = [ChannelFailure(MessageFailure.UNREACHABLE, retry=True)]
    refs = [due(world, entered) for _ in range(3)]
    outbox = an_outbox(world, channel)
    assert await round_of(outbox) == 1
    assert await round_of(outbox) == 0
    world.clock.advance(FIRST_PAUSE // SECOND)
    while await round_of(outbox):
        pass
    assert [message.message_id for _, message in channel.taken] == refs


async def test_a_crash_after_sending_repeats_the_same_message_id(world, channel):
    message_ref = due(world, world.enter(contact=plan()))

    class Away:
        async def execute(self, *_, **__):
            raise Unavailable("store-unavailable")

    first = an_outbox(world, channel, executor=Away())
    await round_of(first)
    # The process goes on: what was sent is only recorded, not sent again.
    first._executor = world.executor  # noqa: SLF001  # the store is back
    world.clock.advance(FIRST_PAUSE // SECOND)
    before = len(channel.taken)
    await round_of(first)
    assert len(channel.taken) == before == 1
    assert world.outbox() == []
    # The process dies in between: the next one repeats under the same id.
    again = due(world, world.enter(contact=plan()))
    await round_of(an_outbox(world, channel, executor=Away()))
    await round_of(an_outbox(world, channel))
    assert [message.message_id for _, message in channel.taken] == [message_ref, again, again]
    assert len(world.events(MessageHandedOver)) == 2


async def test_a_channel_that_breaks_is_counted_and_ends_nothing(world, channel):
    channel.answers["someone@refuge.example"] = [RuntimeError(CANARY)]
    due(world, world.enter(contact=plan()))
    outbox = an_outbox(world, channel)
    await round_of(outbox)
    assert outbox.health().broken == {"RuntimeError": 1}
    world.clock.advance(FIRST_PAUSE // SECOND)
    await round_of(outbox)
    assert len(channel.taken) == 1


async def test_the_task_sends_what_comes_and_stops_when_it_is_cancelled(world, channel):
    outbox = an_outbox(world, channel)
    task = asyncio.create_task(outbox.run())
    entered = await asyncio.to_thread(world.enter, contact=plan())
    await asyncio.to_thread(due, world, entered)
    seen = world.ledger.reader.head()
    await asyncio.to_thread(world.ledger.reader.wait_changed, seen, timeout=10)
    assert len(channel.taken) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
