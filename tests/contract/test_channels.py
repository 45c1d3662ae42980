"""What every channel promises: neutral words, a recognisable id, codes for failures, and not a byte of an order."""

import asyncio
from email import message_from_bytes
from email.policy import default as modern
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.channels.email import WORDS, EmailChannel, _deliverable
from registry.alerts.outbox import Outbox
from registry.alerts.reactor import REGISTRY
from registry.commands.contact import RequestMessage
from registry.errors import ConfigurationError
from registry.events.contact import MessageHandedOver
from registry.ports import ChannelFailure, ChannelMessage
from registry.shelf import shelf
from registry.values.contact import MessageFailure, MessageKind
from registry.values.parties import ContactPlan
from tests.simulators.smtp import a_mail_server, a_server_that_never_answers, certificate
from tests.unit.alerts.given import BERLIN, CANARY, LILLE, NOON, POLICE, a_world, plan

CHANNELS = shelf("channels", "CHANNEL", default="adapters.channels")
SENDER = "post@neutral.example"
MESSAGE = ChannelMessage(message_id=UUID(int=0xABCDEF), reference="4821", language="fr")
PLAN = ContactPlan(channel="email", address="someone@refuge.example", consent=True)
HEADERS = {
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "auto-submitted",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
}


def a_channel(port, **more):
    given = {"host": "127.0.0.1", "port": port, "sender": SENDER, "clock": lambda: NOON, "tls": "none"}
    return EmailChannel(**(given | more))


async def failure_of(channel, its_plan=PLAN):
    with pytest.raises(ChannelFailure) as caught:
        await channel.send(its_plan, MESSAGE)
    return caught.value.reason, caught.value.retry


@pytest.mark.parametrize("code", sorted(CHANNELS))
def test_a_channel_on_the_shelf_is_made_from_settings_and_has_the_shape(code):
    offered = CHANNELS[code]
    assert code == offered.CODE
    settings = {"host": "127.0.0.1", "port": "25", "sender": SENDER, "tls": "none"}
    channel = offered.open({name: settings[name] for name in offered.SETTINGS if name in settings}, clock=lambda: NOON)
    assert code == channel.CODE
    assert asyncio.iscoroutinefunction(channel.send)
    assert SENDER not in str(ChannelFailure(MessageFailure.REJECTED, retry=False))


async def test_a_real_conversation_says_the_neutral_words_and_nothing_else():
    async with a_mail_server() as server:
        await a_channel(server.port).send(PLAN, MESSAGE)
    ((sender, recipients, raw),) = server.mails
    assert (sender, recipients) == (SENDER, ("someone@refuge.example",))
    mail = message_from_bytes(raw, policy=modern)
    assert {name.lower() for name in mail} == HEADERS
    assert mail["Subject"] == "Nouveau message"
    assert mail.get_content().strip() == "Vous avez un nouveau message. Référence 4821."
    assert mail["Message-ID"] == f"<{UUID(int=0xABCDEF).hex}@neutral.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert server.greetings == ["neutral.example"]


@pytest.mark.parametrize("language", [*sorted(WORDS), "DE-at", "xx", ""])
async def test_every_language_has_its_words_and_another_one_has_english(language):
    message = ChannelMessage(message_id=UUID(int=5), reference="0042", language=language)
    async with a_mail_server() as server:
        await a_channel(server.port).send(PLAN, message)
    mail = message_from_bytes(server.mails[0][2], policy=modern)
    subject, text = WORDS.get(language.lower()[:2], WORDS["en"])
    assert (mail["Subject"], mail.get_content().strip()) == (subject, text.format(reference="0042"))


async def test_a_repetition_has_the_same_message_id():
    async with a_mail_server() as server:
        for _ in range(2):
            await a_channel(server.port).send(PLAN, MESSAGE)
    first, second = (message_from_bytes(raw)["Message-ID"] for _, _, raw in server.mails)
    assert first == second


@pytest.mark.parametrize(
    ("step", "answer", "reason", "retry"),
    [
        ("RCPT", "450 busy", MessageFailure.UNREACHABLE, True),
        ("RCPT", "452 full", MessageFailure.UNREACHABLE, True),
        ("RCPT", "550 unknown", MessageFailure.REJECTED, False),
        ("RCPT", "553 name", MessageFailure.REJECTED, False),
        ("RCPT", "530 sign in first", MessageFailure.UNREACHABLE, True),
        ("DATA", "451 later", MessageFailure.UNREACHABLE, True),
        ("DATA", "554 spam", MessageFailure.REJECTED, False),
        ("DATA", "535 who", MessageFailure.UNREACHABLE, True),
    ],
)
async def test_an_answer_means_what_the_table_says(step, answer, reason, retry):
    async with a_mail_server() as server:
        server.answers[step] = f"{answer} {PLAN.address}"
        assert await failure_of(a_channel(server.port)) == (reason, retry)


async def test_a_server_that_is_not_there_or_says_nothing_is_tried_again():
    async with a_mail_server() as server:
        port = server.port
    assert await failure_of(a_channel(port)) == (MessageFailure.UNREACHABLE, True)
    async with a_server_that_never_answers() as silent:
        assert await failure_of(a_channel(silent, timeout_seconds=1)) == (MessageFailure.UNREACHABLE, True)


async def test_with_tls_asked_for_nothing_is_said_in_the_clear(tmp_path):
    serving, trusting = certificate(tmp_path)
    async with a_mail_server(tls=serving) as server:
        await a_channel(server.port, tls="starttls", trusted=trusting).send(PLAN, MESSAGE)
        assert server.secured == [True]
        # A server whose certificate nobody trusts is no server of ours.
        assert await failure_of(a_channel(server.port, tls="starttls")) == (MessageFailure.UNREACHABLE, True)
    async with a_mail_server() as server:
        channel = a_channel(server.port, tls="starttls", trusted=trusting)
        assert await failure_of(channel) == (MessageFailure.UNREACHABLE, True)
        assert server.mails == []
        assert b"refuge" not in server.heard


def test_without_tls_mail_goes_to_this_machine_alone():
    for host in ("mail.example", "192.0.2.1", "127.0.0.1.example"):
        with pytest.raises(ConfigurationError):
            a_channel(25, host=host)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"host": "127.0.0.1"},
        {"host": "127.0.0.1", "sender": "two words@neutral.example"},
        {"host": "127.0.0.1", "sender": SENDER, "port": "0"},
        {"host": "127.0.0.1", "sender": SENDER, "port": "many"},
        {"host": "127.0.0.1", "sender": SENDER, "tls": "maybe"},
        {"host": "127.0.0.1", "sender": SENDER, "colour": "red"},
    ],
)
def test_settings_that_do_not_fit_stop_the_start_and_are_not_shown(settings):
    with pytest.raises(ConfigurationError) as caught:
        CHANNELS["email"].open(settings, clock=lambda: NOON)
    assert not [value for value in settings.values() if len(value) > 3 and value in str(caught.value)]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "@refuge.example",
        "someone@",
        "a b@refuge.example",
        "someone@refuge.example\r\nBcc: other@elsewhere.example",
        "someone@refuge.example,other@elsewhere.example",
        "<someone@refuge.example>",
        "someone@other@refuge.example",
        "x" * 65 + "@refuge.example",
        "x@" + "y" * 60 + "." + "z" * 300,
        "jos\u00e9@refuge.example",
    ],
)
async def test_an_address_that_cannot_be_written_is_refused_before_anybody_is_called(address):
    channel = a_channel(1)
    its_plan = ContactPlan(channel="email", address=address, consent=True)
    assert await failure_of(channel, its_plan) == (MessageFailure.REJECTED, False)


def test_a_domain_in_another_script_is_written_in_ascii():
    assert _deliverable("someone@b\u00fccher.example") == "someone@xn--bcher-kva.example"


@given(address=st.text(max_size=80))
def test_no_address_can_add_a_line_or_a_recipient(address):
    written = _deliverable(address)
    assert written is None or (written.isascii() and written.count("@") == 1 and not set(written) & set(' \r\n\t,;<>"'))


async def test_not_a_byte_of_the_order_leaves_by_any_message(tmp_path):
    """Names, addresses, texts, courts, references: planted everywhere, found nowhere in what was sent."""
    with a_world(tmp_path) as world:
        entered = world.enter(contact=plan())
        for kind in MessageKind:
            command = RequestMessage(
                message_ref=world.uuid(),
                order_ref=entered.order_ref,
                party_ref=entered.protected,
                about=world.uuid(),
                kind=kind,
            )
            await asyncio.to_thread(world.executor.perform, command, principal=REGISTRY)
        async with a_mail_server() as server:
            outbox = Outbox(
                reader=world.ledger.reader,
                executor=world.executor,
                contacts=world.contacts(),
                channels={"email": a_channel(server.port)},
                clock=world.clock,
            )
            while await outbox.start_due():
                await outbox.settle()
        assert len(world.events(MessageHandedOver)) == len(server.mails) == len(MessageKind)
        sent = bytes(server.heard) + b"".join(raw for _, _, raw in server.mails)
        refs = [
            ref for each in (entered.order_ref, entered.protected, entered.respondent) for ref in (each.hex, str(each))
        ]
        secrets = [
            CANARY,
            "respondent@",
            LILLE,
            BERLIN,
            POLICE,
            "TJ59350",
            *refs,
            *(kind.value for kind in MessageKind),
        ]
        assert b"RCPT TO" in server.heard
        assert not [secret for secret in secrets if secret.encode() in sent]
        assert b"http" not in sent.lower()
        texts = {message_from_bytes(raw, policy=modern).get_content()[:-7] for _, _, raw in server.mails}
        assert len(texts) == 1
