"""The status lists that were ever signed, held against the facts: each is folded again for its instant.

An entry of the log cannot say which places of a list its fact changes: what a list says depends on the instant too, as
orders begin, pause and end by themselves (docs/decisions/0015-the-log.md). So the whole list is bound: the fact that it
was signed bears its digest, its instant and the position up to which facts count, and that fact is an entry.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from registry.card_status import CardFacts
from registry.errors import LedgerError, Unreadable
from registry.events.card import StatusListIssued
from registry.law import standing as standings
from registry.law.standing import AnyFact, Standing
from registry.ledger.findings import Finding, look, not_checked
from registry.ledger.reader import LedgerReader
from registry.values.identifiers import OrderRef, Position
from registry.values.time import iso

_PAGE = 1_000


@dataclass
class _Folded:
    """The facts up to a position, as lists are made of them."""

    facts: CardFacts = field(default_factory=CardFacts)

    def take(self, fact: AnyFact) -> None:
        """Go on by one fact."""
        self.facts.take(fact)
        order_ref = OrderRef(fact.stream)
        standing: Standing | None = standings.evolve(self.facts.orders.get(order_ref), fact)
        if standing is not None:
            self.facts.orders[order_ref] = standing


def findings(reader: LedgerReader, served: Sequence[Path] = ()) -> list[Finding]:
    """Hold every list that was signed against the facts, and files that were served against those lists."""
    try:
        events = [each.event for _, each in _facts(reader) if isinstance(each.event, StatusListIssued)]
    except Unreadable:
        return [not_checked("status lists", "a fact cannot be read; the checks of the entries say which")]
    found = [look("status lists", lambda: _folds(reader, events), advice="keep everything; compare with a mirror")]
    return [*found, *(_look_at(path, events) for path in served)]


def _look_at(path: Path, events: Sequence[StatusListIssued]) -> Finding:
    return look(f"served {path.name}", lambda: _served(path, events))


def _folds(reader: LedgerReader, events: Sequence[StatusListIssued]) -> str:
    """Fold the facts once, and make each list again when those that it is of have been taken."""
    waiting = sorted(events, key=lambda each: each.upto, reverse=True)
    folded, total = _Folded(), len(waiting)
    for position, fact in _facts(reader):
        while waiting and waiting[-1].upto < position:
            _same(folded, waiting.pop())
        folded.take(fact)
    while waiting:
        _same(folded, waiting.pop())
    return f"{total} lists that were signed are what the facts come to"


def _same(folded: _Folded, said: StatusListIssued) -> None:
    opened = folded.facts.lists.get(said.list_ref)
    made = None if opened is None else sha256(folded.facts.packed(said.list_ref, said.issued)).hexdigest()
    if made != said.content:
        raise LedgerError(f"the list {said.list_ref} of {iso(said.issued)} is not what the facts come to")


def _served(path: Path, events: Sequence[StatusListIssued]) -> str:
    """Find the fact that bears the digest of a token, a CWT or a JWT, byte for byte."""
    digest = sha256(path.read_bytes()).hexdigest()
    for said in events:
        if digest in {said.cwt, said.jwt}:
            return f"the list {said.list_ref} of {iso(said.issued)}"
    raise LedgerError("no list of these bytes was ever recorded")


def _facts(reader: LedgerReader) -> Iterator[tuple[Position, AnyFact]]:
    after = Position(0)
    while page := reader.after(after, limit=_PAGE):
        for recorded in page:
            yield recorded.position, recorded.fact
        after = page[-1].position
