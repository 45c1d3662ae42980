"""Facts of contact: a content-free message to a protected person was due, handed over, or not."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from registry.values.contact import MessageFailure, MessageKind
from registry.values.identifiers import FactId, MessageRef, OrderRef, PartyRef


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageDue:
    """A protected person is to be told that there is something to read."""

    TOPIC: ClassVar[str] = "contact.message_due.1"

    message_ref: MessageRef
    order_ref: OrderRef
    party_ref: PartyRef
    about: FactId
    kind: MessageKind


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageHandedOver:
    """The channel accepted the message. Acceptance is not reading."""

    TOPIC: ClassVar[str] = "contact.message_handed_over.1"

    message_ref: MessageRef
    order_ref: OrderRef
    channel: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageFailed:
    """The message was not handed over and will not be tried again by this channel."""

    TOPIC: ClassVar[str] = "contact.message_failed.1"

    message_ref: MessageRef
    order_ref: OrderRef
    reason: MessageFailure


ContactEvent: TypeAlias = MessageDue | MessageHandedOver | MessageFailed
