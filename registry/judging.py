"""What the law says of orders that were found: steps 3 to 5 of a check, as of one position."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from registry.access.doubt import Doubts
from registry.dossiers import load, part, rectified_since
from registry.doubts import weighed
from registry.law.adjustments import as_read_there
from registry.law.corrections import as_may_be_shown
from registry.law.enforceability import enforceability
from registry.law.information import information
from registry.law.standing import fold as standing_of
from registry.law.word import word
from registry.ledger.port import Reader
from registry.questions import OrderAnswer, PersonAnswer, Question
from registry.searching import Meant
from registry.sources import Source, feed, source_of
from registry.values.identifiers import OrderRef, Position, StreamId
from registry.values.time import Instant
from registry.views.police import SOURCE


@dataclass(frozen=True, kw_only=True, slots=True)
class AsOf:
    """The instants and the position that one answer is about."""

    valid_at: Instant
    known_at: Instant
    given_at: Instant
    position: Position
    newest: bool
    """Whether everything recorded so far may be known."""


@dataclass(frozen=True, kw_only=True)
class Judging:
    """Judges orders of one ledger."""

    reader: Reader
    stale_after: Mapping[str, int]
    doubts: Callable[[], Doubts]

    def orders(self, refs: Iterable[OrderRef], question: Question, asked: AsOf) -> Iterator[OrderAnswer]:
        """Give the answer on each order that there was."""
        for order_ref in refs:
            found = self._order(order_ref, question, asked)
            if found is not None:
                yield found

    def _order(self, order_ref: OrderRef, question: Question, asked: AsOf) -> OrderAnswer | None:
        reader, valid_at, known_at = self.reader, asked.valid_at, asked.known_at
        dossier = load(reader, order_ref, upto=asked.position)
        verdict = enforceability(dossier, question.jurisdiction, valid_at=valid_at, known_at=known_at)
        if verdict.order_ref is None or verdict.enforced_ref is None:
            return None
        enforced = part(dossier, verdict.enforced_ref)
        standing = standing_of(enforced.facts, known_at=known_at)
        if standing is None:
            return None
        known_by_now = rectified_since(reader, verdict.enforced_ref, asked.known_at, asked.given_at)
        limits = self.stale_after
        source = source_of(reader, verdict.enforced_ref, known_at, asked.position, stale_after=limits)
        source, doubts = weighed(reader, order_ref, self.doubts(), source, verdict.status, asked.position)
        return OrderAnswer(
            word=word(verdict.status, source.state, verdict.notes),
            verdict=verdict,
            source=source,
            doubts=doubts,
            standing=as_may_be_shown(standing, known_by_now),
            corrected=known_by_now.blocks,
            facts=tuple(fact for fact in enforced.facts if fact.recorded_at <= known_at),
            conditions=as_read_there(standing, verdict, question.jurisdiction, valid_at),
            information=information(dossier, question.jurisdiction, valid_at=valid_at, known_at=known_at),
        )

    def persons(self, meant: Iterable[Meant], asked: AsOf) -> Iterator[PersonAnswer]:
        """Give each person who was a party then, with the facts that say who it is."""
        for each in meant:
            stream = self.reader.stream(StreamId(each.order_ref), upto=asked.position)
            facts = tuple(found.fact for found in stream if found.fact.recorded_at <= asked.known_at)
            standing = standing_of(facts, known_at=asked.known_at)
            known_by_now = rectified_since(self.reader, each.order_ref, asked.known_at, asked.given_at)
            parties = () if standing is None else as_may_be_shown(standing, known_by_now).details.parties
            for party in (party for party in parties if party.party_ref == each.party_ref):
                yield PersonAnswer(
                    order_ref=each.order_ref,
                    party=party,
                    band=each.band,
                    bits=each.bits,
                    features=each.features,
                    exact=each.exact,
                    sure=each.sure,
                    facts=facts,
                    corrected=known_by_now.blocks,
                )

    def sources(self, asked: AsOf) -> tuple[Source, ...]:
        """Say how old our last word from every feed was, for an answer in which nobody is found too."""
        return tuple(
            feed(self.reader, name, asked.known_at, asked.position, limit=limit)
            for name, limit in sorted(self.stale_after.items())
            if self.reader.rows(SOURCE, {"source": name})
        )
