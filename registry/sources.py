"""Where a record comes from, and how old our last word from there is. Three answers, none of them "no order"."""

from collections.abc import Mapping
from dataclasses import dataclass

from registry.ledger.port import Reader
from registry.values.check import SourceState
from registry.values.identifiers import OrderRef
from registry.values.time import SECOND, Instant
from registry.views.police import ORDER, SOURCE


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where the record comes from, how old our last word from there is, and what age is too old."""

    name: str
    state: SourceState
    age_seconds: int
    limit_seconds: int | None


def source_of(reader: Reader, order_ref: OrderRef, known_at: Instant, *, stale_after: Mapping[str, int]) -> Source:
    """Say how old our last word from an order's source is. `stale_after` gives each feed's limit in seconds.

    What no limit is given for was entered here directly, and is as current as the ledger.
    """
    rows = reader.rows(ORDER, {"order_ref": order_ref.bytes})
    name = str(rows[0]["source"]) if rows else ""
    limit = stale_after.get(name)
    if limit is None:
        return Source(name=name, state=SourceState.CURRENT, age_seconds=0, limit_seconds=None)
    read = reader.rows(SOURCE, {"source": name})
    read_at = read[0]["read_at"] if read else None
    if not isinstance(read_at, int):
        return Source(name=name, state=SourceState.UNREACHABLE, age_seconds=0, limit_seconds=limit)
    age = max(0, (known_at - read_at) // SECOND)
    state = SourceState.STALE if age > limit else SourceState.CURRENT
    return Source(name=name, state=state, age_seconds=age, limit_seconds=limit)
