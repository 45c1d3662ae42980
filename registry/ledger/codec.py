"""Facts to bytes and back: the only encoder and decoder of what the store keeps.

A topic is looked up in the catalogue, never imported. Bytes that do not decode, and bytes that say
another stream, version or time than the row they stand in, are refused without being shown.
"""

from collections.abc import Mapping
from threading import Lock
from typing import Any, Final, cast
from uuid import UUID

import msgspec
import orjson

from registry.errors import Malformed, UnknownTopic, Unreadable
from registry.events.base import Fact
from registry.events.catalogue import TOPICS
from registry.ledger.port import AnyFact, Recorded
from registry.ledger.upcasts import UPCASTS, Upcast
from registry.values.identifiers import Position

MAXIMUM_FACT_BYTES: Final = 1_048_576
_MAXIMUM_UPCASTS: Final = 16

_ENCODER: Final = msgspec.json.Encoder()
"""Gives the same bytes as orjson for our records, in half the time or less: docs/decisions/0007."""

StoredFact = tuple[int, UUID, int, str, bytes, int]
"""A fact as a row: position, stream, version, topic, body, recorded_at."""

_COMPILING: Final = Lock()


def encode(fact: AnyFact) -> tuple[str, bytes]:
    """Give topic and bytes of a fact. Raises `Malformed` for one above `MAXIMUM_FACT_BYTES`."""
    body = _ENCODER.encode(fact)
    if len(body) > MAXIMUM_FACT_BYTES:
        raise Malformed("fact-too-large")
    return fact.event.TOPIC, body


def compiled(shape: Any) -> msgspec.json.Decoder[Any]:  # noqa: ANN401  # a type as msgspec takes it
    """Give the decoder of a shape. One is compiled at a time in a process, whoever asks.

    msgspec hangs what it learns of a dataclass on the class before it has learned all. A second thread that compiles a
    shape with the same class in it meanwhile gets a decoder with holes, and the first use of it ends the process.
    """
    with _COMPILING:
        return msgspec.json.Decoder(shape)


class Codec:
    """Decodes stored facts; holds one compiled decoder a topic."""

    def __init__(self, topics: Mapping[str, type] = TOPICS, upcasts: Mapping[str, Upcast] = UPCASTS) -> None:
        """Take the allow-list of topics and the table of upcasts."""
        self._topics = topics
        self._upcasts = upcasts
        self._decoders: dict[str, msgspec.json.Decoder[AnyFact]] = {}

    def decode(self, topic: str, body: bytes, /, *, position: int = 0) -> AnyFact:
        """Give the fact of a stored row.

        Raises `UnknownTopic` for a topic that is in neither table (nothing is imported to find
        out), `Unreadable` for bytes that are not of the topic's kind. `position` is for the message.
        """
        if topic in self._upcasts:
            topic, body = self._lift(topic, body, position)
        decoder = self._decoders.get(topic) or self._decoder(topic, position)
        try:
            return decoder.decode(body)
        except (msgspec.DecodeError, ValueError, RecursionError):
            message = f"the fact at position {position} does not decode to its kind"
            raise Unreadable(message) from None

    def recorded(self, stored: StoredFact, /) -> Recorded:
        """Give a stored row as a fact in its place; raises as `decode` does.

        The row's own columns must agree with the fact's envelope, so bytes moved from one row to
        another are noticed.
        """
        position, stream, version, topic, body, recorded_at = stored
        fact = self.decode(topic, body, position=position)
        if fact.version != version or fact.recorded_at != recorded_at or fact.stream != stream:
            message = f"the fact at position {position} belongs in another place"
            raise Unreadable(message)
        return Recorded(position=Position(position), fact=fact, stored=(topic, body))

    def _decoder(self, topic: str, position: int) -> msgspec.json.Decoder[AnyFact]:
        kind = self._topics.get(topic)
        if kind is None:
            message = f"the fact at position {position} is of a kind this code does not know"
            raise UnknownTopic(message)
        shape = cast("Any", Fact)[kind]
        decoder: msgspec.json.Decoder[AnyFact] = compiled(shape)
        self._decoders[topic] = decoder
        return decoder

    def _lift(self, topic: str, body: bytes, position: int) -> tuple[str, bytes]:
        try:
            envelope = orjson.loads(body)
            event = envelope["event"]
            for _ in range(_MAXIMUM_UPCASTS):
                if topic not in self._upcasts:
                    break
                topic, event = self._upcasts[topic](event)
            envelope["event"] = event
            return topic, orjson.dumps(envelope)
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            message = f"the fact at position {position} cannot be read as its successor"
            raise Unreadable(message) from None
