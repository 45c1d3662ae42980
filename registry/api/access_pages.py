"""Who may see what, printed in full: tests/golden/access-fields.txt, and for readers docs/reference/access.md."""

from collections.abc import Iterator, Sequence
from typing import Final

from registry.access.actors import Role
from registry.access.fields import NOTHING, Field, classes_of
from registry.access.granted import GRANTS
from registry.access.grants import Cell, Line, Purpose
from registry.access.permissions import Action
from registry.access.purposes import LINES
from registry.access.relations import EVER, MESSAGE, Relation
from registry.api.marks import Mark, members, shows
from registry.api.route import Route
from registry.values.check import CheckPurpose

INSTITUTIONS: Final = tuple(relation for relation in Relation if relation not in EVER)
"""Relations in which somebody signs in."""
_HEAD: Final = """# Who may see what

Made from `registry/access/purposes.py` and the route table. Why it is as it is:
[0025](../decisions/0025-one-table-of-what-may-be-seen.md).

An answer holds what this table grants to the asker's role, for the purpose, in what the asker is to the order, and
nothing else: a field that is not granted is absent. The purpose is the route's; a check states its own, and it is
recorded. What somebody is to an order follows from what is recorded of it:

| relation | who |
|---|---|
"""
_PERSONS: Final = "Nobody signs in as one of them. What leaves the registry towards them by any way holds at most this."
_WHO: Final = {
    Relation.ISSUING: "it was made in a jurisdiction of the actor's own",
    Relation.EXECUTING: "the actor is asked to recognise it, or has recognised it and that stands",
    Relation.INFORMED: "it, or something about it, was sent to the actor, who has nothing (any more) to decide",
    Relation.SERVING: "the actor serves where it was made or was sent it, and a respondent is still to be told",
    Relation.QUERYING: "a check, a hit or a report of a breach, and nothing more",
    Relation.EMERGENCY: "an officer of the actor's broke its glass for danger to life, and may read it still",
    Relation.EMERGENCY_AT_A_PLACE: "the same, and it was stated that knowing where somebody is saves the life",
    Relation.AUTHOR: "it was made where the actor answers, by the actor's institution, or that handed this document in",
    Relation.REVIEWING: "the actor supervises the place where its glass was broken",
    Relation.REPRESENTING: "the actor acts for a protected party, as its court has recorded, and that stands still",
}


def pairs(routes: Sequence[Route]) -> list[tuple[Action, Purpose]]:
    """Give each action that shows data of an order with each purpose it can have, by the route table."""
    found: dict[tuple[Action, Purpose], None] = {}
    for route in routes:
        if route.action is not None and shows(route):
            purposes = tuple(CheckPurpose) if route.look is None else (route.look,)
            found |= dict.fromkeys((route.action, purpose) for purpose in purposes)
    return list(found)


def fields_table(routes: Sequence[Route]) -> str:
    """Give tests/golden/access-fields.txt: every cell, what may reach persons, and what each member holds."""
    names = list(Field)
    head = f"{'action':21} {'purpose':23} {'relation':10} {'role':19} " + " ".join(names)
    lines = [head, *(_cells(cell, names) for cell in cells(routes))]
    for relation, fields in EVER.items():
        lines.append(f"{'(whatever reaches)':21} {'-':23} {relation.value:10} {'-':19} {_row(fields, names)}")
    lines.append(f"{'(a message to)':21} {'-':23} {Relation.PROTECTED.value:10} {'-':19} {_row(MESSAGE, names)}")
    lines += [f"class {field.value} {' '.join(sorted(classes_of(field)))}" for field in names]
    return "".join(f"{line}\n" for line in [*lines, *_marks(routes)])


def cells(routes: Sequence[Route]) -> Iterator[Cell]:
    """Give every cell there is, granted or not."""
    for action, purpose in pairs(routes):
        for relation in INSTITUTIONS:
            yield from (Cell(action, purpose, role, relation) for role in Role)


def _cells(cell: Cell, names: Sequence[Field]) -> str:
    row = _row(GRANTS.get(cell, NOTHING), names)
    return f"{cell.action.value:21} {cell.purpose.value:23} {cell.relation.value:10} {cell.role.value:19} {row}"


def _row(fields: frozenset[Field], names: Sequence[Field]) -> str:
    return " ".join(f"{'yes' if name in fields else 'no':{len(name)}}" for name in names).rstrip()


def _marks(routes: Sequence[Route]) -> Iterator[str]:
    models = {route.response for route in routes if shows(route) and route.response is not None}
    found = {place: mark for model in models for place, mark in members(model)}
    yield from (f"member {place} {_mark(found[place])}" for place in sorted(found))


def _mark(mark: Mark | None) -> str:
    if mark is None:
        return "(not marked)"
    return mark.value if isinstance(mark, Field) else " or ".join(each.value for each in mark)


def access_page(routes: Sequence[Route]) -> str:
    """Give docs/reference/access.md."""
    lines = [_HEAD + "\n".join(f"| `{relation}` | {_WHO[relation]} |" for relation in INSTITUTIONS), ""]
    for action, purpose in pairs(routes):
        lines += [f"## `{action.value}` for `{purpose.value}`", ""]
        asked = [f"`{route.method} {route.path}`" for route in routes if route.action is action and shows(route)]
        lines += [", ".join(asked), "", "| role | relation | sees | because |", "|---|---|---|---|"]
        lines += [_said(line) for line in LINES if line.action is action and purpose in line.purposes]
        lines.append("")
    lines += ["## What may reach the persons themselves", ""]
    lines += [
        "Nobody signs in as one of them. What leaves the registry towards them by any way holds at most this.",
        "",
    ]
    lines += ["| person | at most |", "|---|---|"]
    lines += [f"| `{relation}` | {_listed(fields)} |" for relation, fields in EVER.items()]
    lines += [f"| `PROTECTED`, by a message | {_listed(MESSAGE)} |"]
    return "\n".join(lines) + "\n"


def _said(line: Line) -> str:
    roles, near = ", ".join(f"`{role}`" for role in line.roles), ", ".join(f"`{each}`" for each in line.relations)
    return f"| {roles} | {near} | {_listed(line.fields)} | {line.why} |"


def _listed(fields: frozenset[Field]) -> str:
    return ", ".join(f"`{field}`" for field in Field if field in fields) or "nothing"
