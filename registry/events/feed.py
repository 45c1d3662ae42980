"""Facts of feeds: a court system's file or feed was read, with what came of it."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedRead:
    """One run of an adapter over one delivery; the age of the source is counted from `read_at`."""

    TOPIC: ClassVar[str] = "feed.read.1"

    source: str
    jurisdiction: Jurisdiction
    read_at: Instant
    records: int
    accepted: int
    needs_attention: int
    rejected: int


FeedEvent: TypeAlias = FeedRead
