"""How many verdicts a second one core gives, beside a bare fold of the same facts: no cache of the verdict, no I/O.

One order of a French court, served, with a certificate, asked about in Spain; each question is about another
instant, so that no answer can be remembered. Counted in the processor's time, so that what else the machine
does at the moment does not count.
"""

import sys
from time import process_time

import orjson

from registry.law.dossier import Dossier
from registry.law.enforceability import enforceability
from registry.law.standing import fold
from registry.law.stories import Story, read_stories
from registry.values.identifiers import OrderRef
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant

TARGET = 20_000
_ROUNDS, _ROUND = 7, 4_000
_STORY = b"""
story: bench
title: A measure, served, with a certificate
basis: Regulation (EU) 606/2013 Art 4
orders:
  measure: {court: FR, issued: 2024-02-01, ends: 2025-08-01}
facts:
  - {fact: served, order: measure, on: 2024-02-03}
  - {fact: certified, order: measure, on: 2024-03-15}
questions:
  - {in: ES, at: "2024-06-01T12:00:00+02:00", expect: {status: ENFORCEABLE}}
"""


def _dossier() -> tuple[Dossier, Instant]:
    story: Story = read_stories(_STORY)[0]
    order_ref: OrderRef = story.cast.orders["measure"]
    at = story.questions[0].need("at").instant()
    return story.dossier(order_ref), at


def rates() -> dict[str, float]:
    """Give verdicts and bare folds a second of one core, the best of several rounds each."""
    dossier, at = _dossier()
    spain = Jurisdiction("ES")
    facts, best = dossier.facts, {"verdicts": 0.0, "folds": 0.0}
    for _ in range(_ROUNDS):
        begun = process_time()
        for more in range(_ROUND):
            enforceability(dossier, spain, valid_at=Instant(at + more))
        best["verdicts"] = max(best["verdicts"], _ROUND / (process_time() - begun))
        begun = process_time()
        for _more in range(_ROUND):
            fold(facts)
        best["folds"] = max(best["folds"], _ROUND / (process_time() - begun))
    return best


def main(arguments: list[str]) -> int:
    """Measure and print; 1 if it is below the target."""
    found = rates()
    if "--json" in arguments:
        sys.stdout.buffer.write(orjson.dumps({**found, "target": TARGET}, option=orjson.OPT_APPEND_NEWLINE))
    else:
        print(f"{found['verdicts']:>10,.0f} verdicts a second on one core (target {TARGET:,})")
        print(f"{found['folds']:>10,.0f} bare folds of the same facts a second")
    return 0 if found["verdicts"] >= TARGET else 1
