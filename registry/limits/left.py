"""What is left of a budget, and the headers that say so (draft-ietf-httpapi-ratelimit-headers-10)."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.errors import TooMany


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """How a budget stands after a request. `window` and `wait` are in seconds."""

    name: str
    limit: int
    window: int
    remaining: int
    """Of the limit; 0 too while the way to the ceiling is being used."""
    wait: int
    """Until one more is answered; 0 if it would be now."""


class OverBudget(TooMany):
    """One budget has nothing left."""

    def __init__(self, left: Left) -> None:
        """Keep how it stands."""
        super().__init__("too-many-requests", wait=max(1, left.wait), budget=left.name)
        self.left = left


def policy(budgets: Sequence[Left]) -> str:
    """Give the field `RateLimit-Policy`: each budget with its quota and its window."""
    return ", ".join(f'"{left.name}";q={left.limit};w={left.window}' for left in budgets)


def state(budgets: Sequence[Left]) -> str:
    """Give the field `RateLimit`: what remains of each, and in how many seconds there is more."""
    return ", ".join(f'"{left.name}";r={left.remaining};t={left.wait or left.window}' for left in budgets)
