"""Make frozen records fast: the same record that its constructor makes, by the same keywords, in a third of the time.

A frozen record sets each field through `object.__setattr__`, and one verdict makes about a hundred fields: that
was half of what an answer cost. A maker fills an open twin of the record, a class with the same slots and
nothing else, and then gives it the record's class. The language allows that between classes of one layout
(Python reference, 3.3.2.4), and refuses it with `TypeError` for any other, so a maker can make nothing but
what the constructor would have made; tests hold every maker to that.

Only for records of `law` that every answer makes. Everything else uses the constructor.
"""

from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, Final, ParamSpec, TypeVar, cast

Given = ParamSpec("Given")
Record = TypeVar("Record")

MAKERS: Final[dict[type, Callable[..., Any]]] = {}
"""Every maker there is, by its record; for the tests that compare them with the constructors."""


def maker(record: Callable[Given, Record]) -> Callable[Given, Record]:
    """Give a function that makes a frozen record by keywords, as its constructor does.

    Raises `TypeError` for what is not a record whose constructor only sets slots: one that checks what it is
    given (`__post_init__`), or that makes a default anew each time, must be made by its own constructor.
    """
    if not (isinstance(record, type) and is_dataclass(record)) or hasattr(record, "__post_init__"):
        message = "only a record that its constructor fills without a check has a maker"
        raise TypeError(message)
    names = tuple(field.name for field in fields(record))
    if record.__dict__.get("__slots__") != names:
        message = "only a record that holds all its fields in slots of its own has a maker"
        raise TypeError(message)
    taken, filled = ["*"], list[str]()
    values: dict[str, object] = {
        "_new": object.__new__,
        "_twin": type("Twin", (), {"__slots__": names}),
        "_record": record,
    }
    for field in fields(record):
        if field.default_factory is not MISSING or not field.init or field.name.startswith("_"):
            message = "a record that makes a field by itself, or hides one, has no maker"
            raise TypeError(message)
        values[f"_default_{field.name}"] = field.default
        taken.append(field.name if field.default is MISSING else f"{field.name}=_default_{field.name}")
        filled.append(f" _made.{field.name} = {field.name}")
    lines = [f"def _make({', '.join(taken)}):", " _made = _new(_twin)", *filled]
    lines += [" _made.__class__ = _record", " return _made"]
    # The text is made of the names of our own fields alone, as the constructors of dataclasses are.
    text = compile("\n".join(lines), f"<maker of {record.__name__}>", "exec")
    exec(text, values)  # noqa: S102  # see above: nothing from outside is in the text
    MAKERS[record] = made = cast("Callable[Given, Record]", values["_make"])
    return made
