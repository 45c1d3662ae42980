"""What plans load from the running transaction: the state of a stream, by the fold of its noun."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from uuid import UUID

from registry.access import roll as rolls
from registry.access.actors import Principal
from registry.decisions import (
    account,
    conflict,
    contact,
    disclosure,
    duty,
    glass,
    hit,
    keylist,
    look,
    notice,
    officer,
    party,
    representation,
    violation,
    withdrawal,
)
from registry.errors import NotFound
from registry.events.catalogue import AnyEvent
from registry.law import procedure as procedures
from registry.law import standing as standings
from registry.law.dossier import MAXIMUM_LINKS
from registry.law.jurisdictions import law_area
from registry.law.links import reached
from registry.law.procedure import Procedure
from registry.law.standing import Standing
from registry.ledger.port import Fold, Loads, Unit
from registry.values.identifiers import LinkRef, OrderRef, StreamId
from registry.values.jurisdiction import Jurisdiction
from registry.views.police import LINK, PAIR

ORDER: Final[Fold[Standing]] = Fold(name="order", evolve=standings.evolve)
PROCEDURE: Final[Fold[Procedure]] = Fold(name="procedure", evolve=procedures.evolve)
NOTICE: Final[Fold[notice.Notice]] = Fold(name="notice", evolve=notice.evolve)
VIOLATION: Final[Fold[violation.Violation]] = Fold(name="violation", evolve=violation.evolve)
PARTIES: Final[Fold[party.Link]] = Fold(name="party", evolve=party.evolve)
DUTY: Final[Fold[duty.Duty]] = Fold(name="duty", evolve=duty.evolve)
GLASS: Final[Fold[glass.Glass]] = Fold(name="glass", evolve=glass.evolve)
HIT: Final[Fold[hit.Hit]] = Fold(name="hit", evolve=hit.evolve)
DISCLOSURE: Final[Fold[disclosure.Disclosure]] = Fold(name="disclosure", evolve=disclosure.evolve)
LOOK_DELAY: Final[Fold[look.Delay]] = Fold(name="look", evolve=look.evolve)
REPRESENTATION: Final[Fold[representation.Representation]] = Fold(name="representation", evolve=representation.evolve)
WITHDRAWAL: Final[Fold[withdrawal.Withdrawal]] = Fold(name="withdrawal", evolve=withdrawal.evolve)
KEY_LIST: Final[Fold[keylist.Published]] = Fold(name="keylist", evolve=keylist.evolve)
ROLL: Final[Fold[rolls.Roll]] = Fold(name="roll", evolve=rolls.evolve)
ACCOUNT: Final[Fold[account.Account]] = Fold(name="account", evolve=account.evolve)
CONFLICT: Final[Fold[conflict.Conflict]] = Fold(name="conflict", evolve=conflict.evolve)
OFFICER: Final[Fold[officer.Officer]] = Fold(name="officer", evolve=officer.evolve)
MESSAGE: Final[Fold[contact.Message]] = Fold(name="message", evolve=contact.evolve)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What a plan came to: the stream, the version its decision rests on, and the events to append."""

    stream: StreamId
    version: int
    events: Sequence[AnyEvent]


Plan: TypeAlias = Callable[[Any, Unit, Principal], Outcome]


def speaks_for_itself(command: Any, principal: Principal, code: str) -> None:  # noqa: ANN401  # typed by PLANS
    """Refuse who would answer in another institution's name, as if there were nothing to answer."""
    if getattr(command, "by", principal.institution) != principal.institution:
        raise NotFound(code)


def order_state(unit: Loads, order_ref: OrderRef) -> tuple[int, Standing | None]:
    """Load an order in the running transaction."""
    return unit.state(StreamId(order_ref), ORDER)


def procedures_of(unit: Unit, order_ref: OrderRef, jurisdiction: Jurisdiction) -> tuple[Procedure, ...]:
    """Load the procedures that the order already has in a jurisdiction."""
    found: list[Procedure | None] = []
    for row in unit.rows(LINK, {"order_ref": order_ref.bytes, "relation": "recognition"}):
        linked = row["linked"]
        there = law_area(Jurisdiction(str(row["jurisdiction"])))
        if there == law_area(jurisdiction) and isinstance(linked, bytes):
            loaded = unit.state(StreamId(UUID(bytes=linked)), PROCEDURE)
            _, procedure = loaded
            found.append(procedure)
    return tuple(p for p in found if p is not None)


def kin_of(unit: Loads, refs: Sequence[OrderRef]) -> tuple[party.Link, ...]:
    """Load every link that leads on from two orders, however many orders away."""

    def links_of(ref: OrderRef) -> list[tuple[LinkRef, OrderRef]]:
        rows = unit.rows(PAIR, {"order_ref": ref.bytes})
        found = [(row["link_ref"], row["linked"]) for row in rows]
        return [
            (LinkRef(UUID(bytes=link)), OrderRef(UUID(bytes=to)))
            for link, to in found
            if isinstance(link, bytes) and isinstance(to, bytes)
        ]

    found: list[party.Link | None] = []
    for link_ref in reached(refs, links_of, most=MAXIMUM_LINKS):
        loaded = unit.state(StreamId(link_ref), PARTIES)
        found.append(loaded[1])
    return tuple(link for link in found if link is not None)


def outcome(stream: UUID, version: int, events: Sequence[AnyEvent]) -> Outcome:
    """Give what a plan came to."""
    return Outcome(stream=StreamId(stream), version=version, events=events)
