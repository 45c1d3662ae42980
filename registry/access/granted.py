"""What an answer may hold, by the table of purposes.py: all that any role of the asker's is granted. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from registry.access.fields import NOTHING, Field
from registry.access.grants import Cell, Grants, Line, Purpose
from registry.access.permissions import TABLE, Action
from registry.access.purposes import LINES
from registry.access.relations import Relation
from registry.values.institution import Role


def tabled(lines: Iterable[Line]) -> dict[Cell, frozenset[Field]]:
    """Give the lines as cells; raises `ValueError` for a cell said twice, or one of a role that may not act."""
    grants: dict[Cell, frozenset[Field]] = {}
    for each in lines:
        for cell in each.cells():
            if cell in grants or cell.role not in TABLE[cell.action].roles:
                raise ValueError(f"{cell} is said twice, or by permissions.py the role may not act")
            grants[cell] = each.fields
    return grants


GRANTS: Final[Grants] = tabled(LINES)


@dataclass(frozen=True, slots=True)
class Asks:
    """Who asks, by what action, and what for. Without an action nothing is granted."""

    roles: frozenset[Role] = frozenset()
    action: Action | None = None
    purpose: Purpose | None = None


def granted(asks: Asks, relations: Iterable[Relation], grants: Grants = GRANTS) -> frozenset[Field]:
    """Give what the answer may hold: all that any of the asker's roles is granted in any of its relations."""
    if asks.action is None or asks.purpose is None:
        return NOTHING
    action, purpose = asks.action, asks.purpose
    cells = (Cell(action, purpose, role, relation) for role in asks.roles for relation in relations)
    return NOTHING.union(*(grants.get(cell, NOTHING) for cell in cells))


@cache
def granted_at_once(asks: Asks, relations: frozenset[Relation]) -> frozenset[Field]:
    """Give the same of the table as it stands, worked out once: there are as many answers as rights and purposes."""
    return granted(asks, relations)
