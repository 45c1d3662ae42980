"""The dossier: the facts of an order, of its recognitions, and of the orders linked to it.

How it is filled:

* `facts` is the order's stream, `recognitions` one stream for each of its procedures.
* `linked` holds the origin of an adopted measure and the measures adopted from an order.
* `pair` holds the other orders against the same respondent that share a protected person, each with the
  facts that say which parties are one person. A party belongs to one order alone; that two parties are
  one person is said by somebody, at some time, and may be taken back, so each link has the instant it
  was recorded and, if it was taken back, that one. The law ignores what was recorded after `known_at`.
  Give every link there is, current or taken back, for both roles; an order that only shares a protected
  person, or only the respondent, does no harm and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from registry.law.standing import AnyFact
from registry.values.identifiers import PartyRef
from registry.values.time import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class PartyLink:
    """A party of this order and a party of another are one person, as somebody said."""

    own: PartyRef
    other: PartyRef
    recorded_at: Instant
    retracted_at: Instant | None = None
    """When it was recorded that this was said wrongly."""

    def known(self, known_at: Instant) -> bool:
        """Say whether the link counted, as known at an instant."""
        return self.recorded_at <= known_at and (self.retracted_at is None or self.retracted_at > known_at)


@dataclass(frozen=True, kw_only=True, slots=True)
class PairedOrder:
    """Another order of the same pair, and which of its parties are whom in this order."""

    order: Dossier
    shared: tuple[PartyLink, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Dossier:
    """All that an answer about one order may rest on. Facts are in ledger order, as recorded."""

    facts: tuple[AnyFact, ...]
    recognitions: tuple[tuple[AnyFact, ...], ...] = ()
    linked: tuple[Dossier, ...] = ()
    """The origin of an adopted measure, the measures adopted from an order."""
    pair: tuple[PairedOrder, ...] = ()
    """Other orders of the same respondent and a shared protected person."""


NO_DOSSIER = Dossier(facts=())

MAXIMUM_LINKS = 200
"""Links that lead on from one order, directly or by others: an answer rests on every one, so it must read them all."""
