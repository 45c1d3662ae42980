"""One check of evidence: its name, what came of it, and why. None is summed up with another."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from registry.ledger.proof.agreed import NotShown
from registry.ledger.proof.errors import ProofError


class Outcome(Enum):
    """What came of one check."""

    HOLDS = "HOLDS"
    FAILS = "FAILS"
    NOT_CHECKED = "NOT CHECKED"
    """It could not be tried, or it rests on nothing but the pack's own word; the detail says which."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One check, what came of it, and why."""

    name: str
    outcome: Outcome
    detail: str


def attempt(
    checks: list[Check], name: str, check: Callable[[], str], *, skip: str | None = None, own: str = ""
) -> None:
    """Try a check. `own` says that it rests on the pack's own word: it can fail then, and is not said to hold."""
    if skip is not None:
        checks.append(Check(name=name, outcome=Outcome.NOT_CHECKED, detail=skip))
        return
    try:
        detail = check()
        if own:
            detail = f"it holds by {own} alone: {detail}"
        checks.append(Check(name=name, outcome=Outcome.NOT_CHECKED if own else Outcome.HOLDS, detail=detail))
    except NotShown as open_:
        checks.append(Check(name=name, outcome=Outcome.NOT_CHECKED, detail=str(open_)))
    except ProofError as fault:
        checks.append(Check(name=name, outcome=Outcome.FAILS, detail=str(fault)))
