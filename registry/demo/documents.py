"""Which requests hand in a document that a machine signs: told from the route table, as others tell it from OpenAPI."""

import re
from functools import cache

from registry.api.routes import ROUTES

_REFERENCE = r"[^/]+"


@cache
def _paths() -> tuple[re.Pattern[str], ...]:
    shapes = (re.sub(r"\\\{[a-z_]+\\\}", _REFERENCE, re.escape(route.path)) for route in ROUTES if route.document)
    return tuple(re.compile(shape) for shape in shapes)


def takes_document(method: str, path: str) -> bool:
    """Say whether a request's body is a document of an order; `path` has no query."""
    return method == "POST" and any(shape.fullmatch(path) for shape in _paths())
