"""Commands of contact: a message is due, was handed over, or failed. Said by the registry itself."""

from dataclasses import dataclass
from typing import TypeAlias

from registry.values.contact import MessageFailure, MessageKind
from registry.values.identifiers import FactId, MessageRef, OrderRef, PartyRef


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestMessage:
    """Have a protected person told that there is something to read."""

    message_ref: MessageRef
    order_ref: OrderRef
    party_ref: PartyRef
    about: FactId
    kind: MessageKind


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordHandOver:
    """Record that the channel accepted the message."""

    message_ref: MessageRef
    channel: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordMessageFailure:
    """Record that the message was not handed over and will not be tried again."""

    message_ref: MessageRef
    reason: MessageFailure


ContactCommand: TypeAlias = RequestMessage | RecordHandOver | RecordMessageFailure
