"""Where blocks stand in a command or an event: found by type, once a type, and named by their path.

A block's name is the way to it: field names, and for an element of a list the reference that the
element carries. `details/parties/<party_ref>/identity` is one. A command and the event that follows
from it give the same names, whatever order the elements stand in.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from types import UnionType
from typing import Any, Final, Union, cast, get_args, get_origin, get_type_hints

from registry.errors import Malformed
from registry.values.identifiers import SealedBlock, SubjectId
from registry.values.parties import Block, Clear, Party

_LEAVES: Final[tuple[object, ...]] = (Block, Clear, SealedBlock)


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A sealed block of an event: whose it is if it is a party's own, and its name."""

    subject: SubjectId | None
    """The party it stands under; None where the order, or the registry, may have been its subject."""
    name: str
    block: SealedBlock


@dataclass(frozen=True, slots=True)
class _Plan:
    names: tuple[str, ...]
    """Every field, in order."""
    holding: tuple[str, ...]
    """The fields that a block can stand in, however deep."""
    reference: str | None
    """The field that tells elements of a list apart."""


_PLANS: Final[dict[type, _Plan]] = {}


def blocks(event: object) -> Iterator[Found]:
    """Give every sealed block of an event with its name; raises `Malformed` for names that repeat."""
    seen: set[str] = set()
    for subject, name, block in _walk(event, "", None):
        if name in seen:
            raise Malformed("duplicate-reference")
        seen.add(name)
        yield Found(subject=subject, name=name, block=SealedBlock(block))


def replaced(record: Any, seal: Callable[[Clear, str], SealedBlock]) -> Any:  # noqa: ANN401  # any record of ours
    """Rebuild a record with every `Clear` sealed; what holds none is the same object as before."""
    return _rebuilt(record, "", seal)


def subjects(record: object) -> Iterator[SubjectId]:
    """Give whose keys a record's `Clear` need, as often as they stand in it."""
    if isinstance(record, Clear):
        yield record.subject
    elif isinstance(record, tuple):
        for element in cast("tuple[object, ...]", record):
            yield from subjects(element)
    elif record is not None and not isinstance(record, str):
        for name in _plan(type(record)).holding:
            yield from subjects(getattr(record, name))


def _walk(value: object, path: str, subject: SubjectId | None) -> Iterator[tuple[SubjectId | None, str, str]]:
    if value is None:
        return
    if isinstance(value, str):
        yield subject, path, value
    elif isinstance(value, tuple):
        for element in cast("tuple[object, ...]", value):
            yield from _walk(element, _element(path, element), subject)
    else:
        kind = type(value)
        under = SubjectId(cast("Party[SealedBlock]", value).party_ref) if kind is Party else subject
        for name in _plan(kind).holding:
            yield from _walk(getattr(value, name), f"{path}/{name}" if path else name, under)


def _rebuilt(value: object, path: str, seal: Callable[[Clear, str], SealedBlock]) -> Any:  # noqa: ANN401
    if value is None:
        return value
    if isinstance(value, Clear):
        return seal(value, path)
    if isinstance(value, str):
        # Whatever it is, it was not sealed here; it must not reach the ledger as if it were.
        message = f"a text stands where personal data is sealed: {path}"
        raise TypeError(message)
    if isinstance(value, tuple):
        former = cast("tuple[object, ...]", value)
        elements = tuple(_rebuilt(element, _element(path, element), seal) for element in former)
        return former if all(new is old for new, old in zip(elements, former, strict=True)) else elements
    kind = type(value)
    plan = _plan(kind)
    changed: dict[str, Any] = {}
    for name in plan.holding:
        old = getattr(value, name)
        new = _rebuilt(old, f"{path}/{name}" if path else name, seal)
        if new is not old:
            changed[name] = new
    if not changed:
        return value
    return kind(**{name: changed[name] if name in changed else getattr(value, name) for name in plan.names})


def _element(path: str, element: object) -> str:
    kind = type(element)
    reference = _plan(kind).reference
    if reference is None:
        message = f"{kind.__name__} stands in a list, holds blocks and has no reference to name them by"
        raise TypeError(message)
    return f"{path}/{getattr(element, reference)}"


def _plan(kind: type) -> _Plan:
    """Look at a type once; there are as many as the code has records, so nothing is ever dropped."""
    plan = _PLANS.get(kind)
    if plan is None:
        plan = _PLANS[kind] = _planned(kind)
    return plan


def _planned(kind: type) -> _Plan:
    if not is_dataclass(kind):
        message = "blocks stand in records only"
        raise TypeError(message)
    hints = get_type_hints(kind)
    names = tuple(field.name for field in fields(kind))
    return _Plan(
        names=names,
        holding=tuple(name for name in names if _can_hold(hints[name])),
        reference=next((name for name in names if name.endswith("_ref")), None),
    )


def _can_hold(hint: Any) -> bool:  # noqa: ANN401
    if any(hint is leaf for leaf in _LEAVES):
        return True
    origin = get_origin(hint)
    if origin in (Union, UnionType, tuple):
        return any(_can_hold(part) for part in get_args(hint))
    kind = origin or hint
    return isinstance(kind, type) and is_dataclass(kind) and bool(_plan(kind).holding)
