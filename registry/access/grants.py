"""How the table of what may be seen is written: its cells, and lines that stand for several of them. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from registry.access.fields import Field
from registry.access.permissions import Action
from registry.access.relations import Relation
from registry.values.check import CheckPurpose
from registry.values.institution import Role
from registry.values.look import LookPurpose

Purpose: TypeAlias = CheckPurpose | LookPurpose


@dataclass(frozen=True, slots=True)
class Cell:
    """One place of the table, but for the field."""

    action: Action
    purpose: Purpose
    role: Role
    relation: Relation


Grants: TypeAlias = Mapping[Cell, frozenset[Field]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """Several cells that grant the same, and why."""

    action: Action
    purposes: tuple[Purpose, ...]
    roles: tuple[Role, ...]
    relations: tuple[Relation, ...]
    fields: frozenset[Field]
    why: str

    def cells(self) -> Iterator[Cell]:
        """Give each cell by itself."""
        for purpose in self.purposes:
            for role in self.roles:
                yield from (Cell(self.action, purpose, role, relation) for relation in self.relations)


def line(
    action: Action,
    purposes: Purpose | tuple[Purpose, ...],
    roles: tuple[Role, ...],
    relations: tuple[Relation, ...],
    why: str,
    *fields: Field,
) -> Line:
    """Give a line; every one grants the order's facts."""
    return Line(
        action=action,
        purposes=purposes if isinstance(purposes, tuple) else (purposes,),
        roles=roles,
        relations=relations,
        # A field is always one of an order: whoever sees any of it sees which order it is of.
        fields=frozenset({Field.ORDER_FACTS, *fields}),
        why=why,
    )
