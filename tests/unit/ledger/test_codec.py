"""Facts to bytes and back, and what is refused on the way."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar
from uuid import UUID

import orjson
import pytest

from registry.errors import Malformed, UnknownTopic, Unreadable
from registry.events.base import Claim, Fact
from registry.events.catalogue import TOPICS
from registry.ledger.codec import MAXIMUM_FACT_BYTES, Codec, encode
from registry.ledger.port import AnyFact
from registry.values.identifiers import ClaimId, FactId, StreamId
from registry.values.time import Instant
from tests.ledgers import ACTOR, START, draft

FACT_ID = FactId(UUID(int=1))
STREAM = StreamId(UUID(int=2))


def fact(**changes: Any) -> AnyFact:
    """Give a fact with every part of the envelope filled."""
    whole: AnyFact = Fact(
        fact_id=FACT_ID,
        stream=STREAM,
        version=1,
        recorded_at=START,
        effective_at=Instant(START - 5),
        actor=ACTOR,
        correlation=FACT_ID,
        causation=FACT_ID,
        claims=(Claim(claim_id=ClaimId(UUID(int=3)), digest="d"),),
        event=draft().event,
    )
    return replace(whole, **changes)


def test_a_fact_comes_back_as_it_went() -> None:
    topic, body = encode(fact())
    assert topic == "feed.read.1"
    assert Codec().decode(topic, body) == fact()


def test_every_topic_of_the_catalogue_has_a_decoder() -> None:
    for topic in TOPICS:
        with pytest.raises(Unreadable):
            Codec().decode(topic, b"{}")


def test_an_unknown_topic_is_refused_by_its_place_alone() -> None:
    with pytest.raises(UnknownTopic, match="position 7") as refusal:
        Codec().decode("os:system", b"{}", position=7)
    assert "os:system" not in str(refusal.value)


@pytest.mark.parametrize("body", [b"", b"{", b"null", b"[]", b'{"secret": "Jane"}', b"\xff", b"[" * 100_000])
def test_undecodable_bytes_are_refused_without_being_shown(body: bytes) -> None:
    with pytest.raises(Unreadable, match="position 7") as refusal:
        Codec().decode("feed.read.1", body, position=7)
    assert refusal.value.__cause__ is None
    assert "Jane" not in repr(refusal.value)


def test_a_value_of_another_type_is_refused() -> None:
    body = orjson.loads(encode(fact())[1])
    body["event"]["records"] = "many"
    with pytest.raises(Unreadable):
        Codec().decode("feed.read.1", orjson.dumps(body))


@pytest.mark.parametrize("column", ["stream", "version", "recorded_at"])
def test_a_row_whose_columns_say_otherwise_than_its_fact_is_refused(column: str) -> None:
    other = {"stream": StreamId(UUID(int=9)), "version": 2, "recorded_at": Instant(START + 1)}
    columns: dict[str, Any] = {"stream": STREAM, "version": 1, "recorded_at": START, column: other[column]}
    topic, body = encode(fact())
    row = (1, columns["stream"], columns["version"], topic, body, columns["recorded_at"])
    with pytest.raises(Unreadable):
        Codec().recorded(row)


def test_a_fact_beyond_the_limit_is_not_encoded() -> None:
    with pytest.raises(Malformed):
        encode(fact(claims=(Claim(claim_id=ClaimId(UUID(int=3)), digest="x" * MAXIMUM_FACT_BYTES),)))


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedSeen:
    """A successor of `feed.read.1` two schemas on, planted here."""

    TOPIC: ClassVar[str] = "feed.seen.3"

    source: str
    count: int


def test_an_old_topic_is_read_as_its_successor_step_by_step() -> None:
    def first(event: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        return "feed.seen.2", {"source": event["source"], "records": event["records"]}

    def second(event: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        return "feed.seen.3", {"source": event["source"], "count": event["records"]}

    codec = Codec(topics={"feed.seen.3": FeedSeen}, upcasts={"feed.read.1": first, "feed.seen.2": second})
    topic, body = encode(fact(event=draft(records=7).event))
    read = codec.decode(topic, body)
    planted: object = read.event
    assert planted == FeedSeen(source="feed", count=7)
    assert (read.fact_id, read.stream, read.claims) == (FACT_ID, STREAM, fact().claims)


def test_an_upcast_that_does_not_end_or_does_not_fit_is_refused() -> None:
    turning = Codec(upcasts={"feed.read.1": lambda event: ("feed.read.1", event)})
    assert turning.decode(*encode(fact())) == fact()
    missing = Codec(upcasts={"feed.read.1": lambda event: ("feed.read.2", {"was": event["nought"]})})
    with pytest.raises(Unreadable):
        missing.decode(*encode(fact()))
