"""What a fact is written as: the same bytes by msgspec, which is quick, and by orjson, which anybody can read with.

Values are made from the types of the fields, so that a new kind of fact is held to it without an edit here.
"""

import dataclasses
import enum
import typing
from datetime import date, time
from functools import cache
from types import UnionType
from typing import Any
from uuid import UUID

import msgspec
import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from registry.events.base import Fact
from registry.events.catalogue import TOPICS
from registry.ledger.codec import MAXIMUM_FACT_BYTES, Codec, encode
from registry.values.time import NO_EXPIRY, UNKNOWN_EXPIRY, Expiry, LegalMoment, expires
from tests.amounts import examples

LOST_ZERO = range(10_000, 100_000)
"""Microseconds of which orjson 3.13.0 writes another time: it drops the zero that their fraction begins with."""

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PLAIN = {
    str: WORDS,
    bool: st.booleans(),
    int: st.integers(-(2**63), 2**63 - 1),
    UUID: st.uuids(),
    date: st.dates(),
    time: st.times().filter(lambda clock: clock.microsecond not in LOST_ZERO),
    type(None): st.none(),
}


def values(hint: Any, parameters: dict[Any, Any] | None = None) -> st.SearchStrategy[Any]:
    """Make values of a type; `parameters` says what its type variables stand for."""
    known = parameters or {}
    if hint in known:
        return values(known[hint])
    if isinstance(hint, typing.NewType):
        return values(hint.__supertype__)
    if hint in PLAIN:
        return PLAIN[hint]
    if hint is Expiry:
        return st.sampled_from([NO_EXPIRY, UNKNOWN_EXPIRY]) | values(LegalMoment).map(expires)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, UnionType}:
        return st.one_of([values(argument, known) for argument in arguments])
    if origin is typing.Annotated:
        return values(arguments[0], known)
    if origin is tuple and arguments[1:] == (Ellipsis,):
        return st.lists(values(arguments[0], known), max_size=2).map(tuple)
    if origin is not None and dataclasses.is_dataclass(origin):
        given_types = [known.get(argument, argument) for argument in arguments]
        return records(origin, dict(zip(origin.__parameters__, given_types, strict=True)))
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return st.sampled_from(list(hint))
    assert dataclasses.is_dataclass(hint), f"no values are known for {hint}"
    return records(hint, {})


def records(kind: Any, parameters: dict[Any, Any]) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(kind)
    fields = {field.name: values(hints[field.name], parameters) for field in dataclasses.fields(kind)}
    return st.builds(kind, **fields)


@cache
def facts(topic: str) -> st.SearchStrategy[Any]:
    (parameter,) = Fact.__parameters__
    return records(Fact, {parameter: TOPICS[topic]})


@pytest.mark.parametrize("topic", sorted(TOPICS))
@settings(
    max_examples=examples(8),
    deadline=None,
    phases=[Phase.generate],  # a fact has hundreds of values: to make a failing one small would take minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_both_encoders_give_the_same_bytes_and_the_fact_comes_back(topic: str, data: st.DataObject):
    fact = data.draw(facts(topic))
    written, body = encode(fact)
    assert written == topic
    assert body == orjson.dumps(fact)
    assert Codec().decode(topic, body) == fact
    assert len(body) < MAXIMUM_FACT_BYTES


@pytest.mark.parametrize("microsecond", [0, 1, 28_143, 99_999, 100_000, 999_999])
def test_a_time_of_day_is_written_whole_where_orjson_drops_a_zero(microsecond: int):
    clock = time(12, 25, 16, microsecond)
    moment = LegalMoment(date=date(2026, 3, 1), time=clock, zone="Europe/Paris")
    body = msgspec.json.encode(moment)
    assert orjson.loads(body)["time"] == clock.isoformat()
    assert msgspec.json.decode(body, type=LegalMoment) == moment
