"""Decide contact: a message is due once, then handed over or failed."""

from dataclasses import dataclass, replace
from typing import assert_never

from registry.commands.contact import ContactCommand, RecordHandOver, RecordMessageFailure, RequestMessage
from registry.errors import NotFound
from registry.events.base import Fact
from registry.events.catalogue import AnyEvent
from registry.events.contact import ContactEvent, MessageDue, MessageFailed, MessageHandedOver
from registry.values.identifiers import MessageRef, OrderRef


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A message as its facts have it."""

    message_ref: MessageRef
    order_ref: OrderRef
    closed: bool = False


def decide(command: ContactCommand, message: Message | None) -> tuple[ContactEvent, ...]:
    """Answer the command with facts, or raise `Refused`."""
    if isinstance(command, RequestMessage):
        return _request(command, message)
    if message is None:
        raise NotFound("no-such-message")
    if message.closed:
        return ()
    match command:
        case RecordHandOver():
            return (
                MessageHandedOver(
                    message_ref=message.message_ref, order_ref=message.order_ref, channel=command.channel
                ),
            )
        case RecordMessageFailure():
            return (MessageFailed(message_ref=message.message_ref, order_ref=message.order_ref, reason=command.reason),)
        case _:
            assert_never(command)


def _request(command: RequestMessage, message: Message | None) -> tuple[ContactEvent, ...]:
    if message is not None:
        return ()
    return (
        MessageDue(
            message_ref=command.message_ref,
            order_ref=command.order_ref,
            party_ref=command.party_ref,
            about=command.about,
            kind=command.kind,
        ),
    )


def evolve(message: Message | None, fact: Fact[AnyEvent]) -> Message | None:
    """Give the message after the fact; None for a stream that is of another noun."""
    event = fact.event
    if isinstance(event, MessageDue):
        return Message(message_ref=event.message_ref, order_ref=event.order_ref)
    if message is None:
        return None
    if isinstance(event, MessageHandedOver | MessageFailed):
        return replace(message, closed=True)
    return message
