"""The reasoning as it goes: its steps, the instants at which it may come out otherwise, and what is noted."""

from dataclasses import dataclass
from typing import Final

from registry.law.citation import Citation
from registry.law.making import maker
from registry.law.verdict import Step, make_step
from registry.values.check import EnforcementStatus
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant

FACE: Final = (Citation(instrument="Order of the issuing court", provision="on its face"),)
Outcome = tuple[EnforcementStatus, str, tuple[Citation, ...]]


class Trace:
    """What an evaluation collects on its way."""

    __slots__ = ("instants", "notes", "steps")

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.instants: list[Instant] = []
        self.notes: list[str] = []

    def step(self, question: str, outcome: str, basis: Citation | None = None) -> None:
        """Add a step."""
        self.steps.append(make_step(question=question, outcome=outcome, basis=basis))

    def next_change(self, at: Instant) -> Instant | None:
        """Give the first instant after `at` at which something may turn; None if there is none."""
        found: Instant | None = None
        for each in self.instants:
            if each > at and (found is None or each < found):
                found = each
        return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Where, about when, and as known when."""

    jurisdiction: Jurisdiction
    area: Jurisdiction
    at: Instant
    known_at: Instant


make_asked = maker(Asked)
