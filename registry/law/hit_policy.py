"""Whether a hit on the order of another law area is confirmed before somebody is arrested on it: policy of the place.

One file in law/confirmation is one law area or country and ends with `POLICY = ...`; a new file is found without an
edit anywhere. A place without a file follows this registry's own rule: what a check answers is a lead, and whoever
holds the order says that it stands. A rule that nobody read never lifts that: hearsay is no ground for an arrest.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Final

from registry.law import confirmation as shelf
from registry.law.citation import Citation
from registry.law.instrument import Information
from registry.values.jurisdiction import Jurisdiction, covers
from registry.values.time import Instant

HIT_DUTIES: Final = ("CONFIRM_THE_HIT_BEFORE_ARREST", "PROTECT_AND_ASK_FOR_THE_ORDER_MEANWHILE")
"""What an officer does where it is needed. Only an arrest on the record alone waits: protection never does."""
REGISTRY_RULE: Final = Citation(instrument="Registry rule after NCIC hit confirmation", provision="a record is a lead")


@dataclass(frozen=True, kw_only=True, slots=True)
class HitRule:
    """What the policy is from `since` on and before `until`; None: from the beginning, or no end is known."""

    since: Instant | None = None
    until: Instant | None = None
    needed: bool
    basis: Citation
    meanwhile: tuple[Information, ...] = ()
    """What the place's own law says of an officer who has the record and no confirmation yet."""

    def covers(self, at: Instant) -> bool:
        """Say whether it is the policy at an instant."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)

    @property
    def asked(self) -> bool:
        """Say whether a confirmation is asked for: it is unless a text that was read says otherwise."""
        return self.needed or not self.basis.verified


@dataclass(frozen=True, kw_only=True, slots=True)
class HitPolicy:
    """The policy of a law area, or of a country whose parts have none; the first rule that covers, counts."""

    jurisdiction: Jurisdiction
    rules: tuple[HitRule, ...]


DEFAULT: Final = HitRule(needed=True, basis=REGISTRY_RULE)


def scan(package: ModuleType) -> tuple[HitPolicy, ...]:
    """Give what the modules of a package offer, the narrower area first.

    Raises `TypeError` for a module that offers no policy, and for two of one area.
    """
    found: dict[Jurisdiction, HitPolicy] = {}
    for module in iter_modules(package.__path__):
        offered: object = getattr(import_module(f"{package.__name__}.{module.name}"), "POLICY", None)
        if not isinstance(offered, HitPolicy) or offered.jurisdiction in found:
            message = f"{package.__name__}.{module.name} offers no policy of a place of its own"
            raise TypeError(message)
        found[offered.jurisdiction] = offered
    return tuple(sorted(found.values(), key=lambda each: (-len(each.jurisdiction), each.jurisdiction)))


@lru_cache(maxsize=1)
def policies() -> tuple[HitPolicy, ...]:
    """Give every policy, the narrower area first."""
    return scan(shelf)


@lru_cache(maxsize=4096)
def rules_of(place: Jurisdiction) -> tuple[HitRule, ...]:
    """Give the rules of the narrowest policy that covers a place; none where it has no file."""
    return next((each.rules for each in policies() if covers(each.jurisdiction, place)), ())


def hit_rule(issued_in: Jurisdiction, sought_in: Jurisdiction, at: Instant) -> HitRule | None:
    """Give the policy at an instant of a law area towards orders of another; None for an order of its own."""
    if issued_in == sought_in:
        return None
    return next((rule for rule in rules_of(sought_in) if rule.covers(at)), DEFAULT)


@dataclass(frozen=True, kw_only=True, slots=True)
class HitWay:
    """The policy of one law area towards the orders of another, made ready: every check comes by here."""

    edges: tuple[Instant, ...] = ()
    """The instants at which it may become another."""
    always: tuple[str, ...] | None = ()
    """The duties at any instant; None: it depends on the instant."""


@lru_cache(maxsize=4096)
def hit_way(issued_in: Jurisdiction, sought_in: Jurisdiction) -> HitWay:
    """Give the policy of a law area towards orders of another; nothing for orders of its own."""
    if issued_in == sought_in:
        return HitWay()
    edges = [edge for rule in rules_of(sought_in) for edge in (rule.since, rule.until) if edge is not None]
    at_once = rules_of(sought_in) or (DEFAULT,)
    one = at_once[0].since is None and at_once[0].until is None
    return HitWay(edges=tuple(edges), always=_duties(at_once[0]) if one else None)


def hit_duties(issued_in: Jurisdiction, sought_in: Jurisdiction, at: Instant) -> tuple[str, ...]:
    """Give the duties of an officer whose check hit an order that is enforceable there."""
    always = hit_way(issued_in, sought_in).always
    return _duties(hit_rule(issued_in, sought_in, at)) if always is None else always


def _duties(rule: HitRule | None) -> tuple[str, ...]:
    return HIT_DUTIES if rule is not None and rule.asked else ()
