"""The table of budgets: who may ask for how much of what in how long. Data alone; `registry limits` prints it.

Nobody's budget is another's: an institution that asks too much takes nothing from the police of the next one, and
what strangers may ask at the public doors is counted by the address they come from. A `ceiling` above the amount is for
emergencies: between the two a request is answered, and said aloud in the log.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from limits import RateLimitItem, parse

from registry.errors import ConfigurationError

MAXIMUM_FILE: Final = 16_384
_LINE: Final = re.compile(
    r"([a-z-]{1,64})\s+([1-9][0-9]{0,8}/(?:[0-9]{1,4} )?[a-z]{3,8})(?:\s+ceiling\s+([1-9][0-9]{0,8}))?"
)


class Per(StrEnum):
    """Whose budget it is."""

    PEER = "PEER"
    """The address that the connection comes from; of IPv6, its network of 64 bits."""
    INSTITUTION = "INSTITUTION"
    OFFICER = "OFFICER"
    """Whoever the institution speaks for; the institution itself where it names nobody."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """One line of the table."""

    name: str
    per: Per
    limit: RateLimitItem
    """How many in which time, by a sliding window."""
    ceiling: int
    """Beyond the limit and up to here it is answered, and loud; beyond this it is refused."""
    meaning: str
    seconds: int = field(init=False)
    """Length of the window."""
    hard: RateLimitItem = field(init=False, repr=False)
    """What is refused beyond: as many as the ceiling in the same time."""

    def __post_init__(self) -> None:
        """Work out once what every request asks for."""
        kind, multiples = type(self.limit), self.limit.multiples
        object.__setattr__(self, "seconds", self.limit.get_expiry())
        object.__setattr__(self, "hard", kind(self.ceiling, multiples, namespace=self.name))


def _budget(name: str, per: Per, limit: str, meaning: str, *, ceiling: int | None = None) -> Budget:
    item = parse(limit)
    return Budget(name=name, per=per, limit=item, ceiling=ceiling or item.amount, meaning=meaning)


SIGN_INS: Final = _budget(
    "sign-ins-of-a-peer", Per.PEER, "600/minute", "Attempts to sign in, whoever is named and whatever comes of it."
)
STRANGERS: Final = _budget(
    "strangers-of-a-peer", Per.PEER, "600/minute", "Requests without a valid token at routes that want one."
)
FORMS: Final = _budget(
    "forms-of-a-peer",
    Per.PEER,
    "120/minute",
    "Forms of people who sign in or open an account: each has a password hashed, of which few are at once.",
)
DOORS: Final = _budget(
    "doors-of-a-peer",
    Per.PEER,
    "6000/minute",
    "Public doors: card, status lists, tiles, keys, trust list, witness.",
)
CHECKS_OF_AN_OFFICER: Final = _budget(
    "checks-of-an-officer", Per.OFFICER, "60/minute", "Checks for one officer.", ceiling=600
)
CHECKS_OF_AN_INSTITUTION: Final = _budget(
    "checks-of-an-institution", Per.INSTITUTION, "6000/minute", "Checks of one institution.", ceiling=60_000
)
SEARCHES_OF_AN_OFFICER: Final = _budget(
    "searches-of-an-officer", Per.OFFICER, "10/hour", "Searches by protected person for one officer."
)
SEARCHES_OF_AN_INSTITUTION: Final = _budget(
    "searches-of-an-institution", Per.INSTITUTION, "200/hour", "Searches by protected person of one institution."
)
PREVIEWS_OF_AN_OFFICER: Final = _budget(
    "previews-of-an-officer", Per.OFFICER, "1200/hour", "Orders that one officer has compared before they are entered."
)
PREVIEWS_OF_AN_INSTITUTION: Final = _budget(
    "previews-of-an-institution", Per.INSTITUTION, "12000/hour", "The same of one institution, each order of a list."
)
READS: Final = _budget(
    "reads-of-an-institution", Per.INSTITUTION, "6000/minute", "Requests that record nothing, and opened streams."
)
WRITES: Final = _budget(
    "writes-of-an-institution", Per.INSTITUTION, "6000/minute", "Requests that record something, but for checks."
)

TABLE: Final[tuple[Budget, ...]] = (
    SIGN_INS,
    STRANGERS,
    FORMS,
    DOORS,
    CHECKS_OF_AN_OFFICER,
    CHECKS_OF_AN_INSTITUTION,
    SEARCHES_OF_AN_OFFICER,
    SEARCHES_OF_AN_INSTITUTION,
    PREVIEWS_OF_AN_OFFICER,
    PREVIEWS_OF_AN_INSTITUTION,
    READS,
    WRITES,
)


def table_of(text: str) -> Mapping[str, Budget]:
    """Give the table by name, with the lines of an operator's file in place of ours; raises `ConfigurationError`.

    A line is `name amount/time`, and for a budget of the police `ceiling amount` behind it; `#` begins a remark.
    """
    found = {budget.name: budget for budget in TABLE}
    for number, line in enumerate(text.splitlines(), start=1):
        said = line.partition("#")[0].strip()
        if said:
            budget = _changed(found, said, number)
            found[budget.name] = budget
    return found


def _changed(known: Mapping[str, Budget], said: str, number: int) -> Budget:
    fault = ConfigurationError(f"the file of limits: line {number} is no `name amount/time`")
    parts = _LINE.fullmatch(said)
    if parts is None or parts[1] not in known:
        raise fault
    try:
        limit = parse(parts[2])
    except ValueError:
        raise fault from None
    before = known[parts[1]]
    # Without a word on it, the way from the limit to the ceiling stays as wide as it was.
    ceiling = int(parts[3]) if parts[3] else before.ceiling * limit.amount // before.limit.amount
    if ceiling < limit.amount:
        raise ConfigurationError(f"the file of limits: line {number} has a ceiling below its limit")
    return replace(before, limit=limit, ceiling=ceiling)
