"""Finds what is open: countries, channels, instruments. The only dynamic import of the registry.

An entry point of the group `registry.shelves` names a package; every module in it offers one object
under a known attribute. A new country is a new file and edits nothing. A module that fails to
import, or offers nothing, stops the start: a country silently missing is worse than a registry
that is down. A module whose name begins with an underscore is the shelf's own affair.
"""

from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from types import ModuleType
from typing import Final

from registry.errors import ConfigurationError

GROUP: Final = "registry.shelves"


def shelf(name: str, attribute: str, *, default: str) -> dict[str, object]:
    """Give what the modules of a shelf offer under `attribute`, such as `COURT`, by its code.

    `name` is the entry point's, such as `courts`; several packages may carry it. `default` is the
    package to scan in a checkout that is not installed. Raises `ConfigurationError`.
    """
    found: dict[str, object] = {}
    for package in sorted({point.value for point in entry_points(group=GROUP, name=name)}) or [default]:
        for module in _modules(package):
            offered = _offered(module, attribute)
            code = _code(offered, module, attribute)
            if code in found:
                raise ConfigurationError(f"{module.__name__}: {code} is on the shelf {name} already")
            found[code] = offered
    return found


def _modules(package: str) -> Iterator[ModuleType]:
    root = _imported(package)
    for entry in sorted(iter_modules(getattr(root, "__path__", ())), key=lambda entry: entry.name):
        if not entry.name.startswith("_"):
            yield _imported(f"{package}.{entry.name}")


def _imported(name: str) -> ModuleType:
    try:
        return import_module(name)
    except Exception as fault:  # whatever a module does wrong when it is loaded, the start is over
        raise ConfigurationError(f"{name} cannot be imported: {type(fault).__name__}") from fault


def _offered(module: ModuleType, attribute: str) -> object:
    offered = getattr(module, attribute, None)
    if offered is None:
        raise ConfigurationError(f"{module.__name__} offers no {attribute}")
    return offered


def _code(offered: object, module: ModuleType, attribute: str) -> str:
    code: object = getattr(offered, "CODE", None) or getattr(offered, "JURISDICTION", None)
    if not isinstance(code, str) or not code:
        raise ConfigurationError(f"{module.__name__}: {attribute} has neither CODE nor JURISDICTION")
    return code
