"""On what grounds a State refuses a European protection order: Article 10 of the Directive as its own law has it.

The Directive makes every ground optional; the laws of States open fewer, or say that recognition shall be refused. One
file in law/grounds is one State and ends with `GROUNDS = ...`; a new file is found without an edit anywhere. A State
without a file has the grounds of Article 10(1), and nothing is said of whether its law leaves a choice.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Final

from registry.law import grounds as shelf
from registry.law.citation import Citation
from registry.values.jurisdiction import Jurisdiction
from registry.values.recognition import RefusalGround

_G: Final = RefusalGround
ARTICLE_10: Final = frozenset(
    {
        _G.INCOMPLETE,
        _G.NOT_ART5,
        _G.NO_DUAL_CRIMINALITY,
        _G.AMNESTY,
        _G.IMMUNITY,
        _G.TIME_BARRED,
        _G.NE_BIS_IN_IDEM,
        _G.AGE_OF_RESPONSIBILITY,
        _G.TERRITORIALITY,
    }
)
"""Art 10(1)(a) to (i)."""
FROM_THE_BEGINNING: Final = date.min


@dataclass(frozen=True, kw_only=True, slots=True)
class Grounds:
    """What one State's law makes of Article 10."""

    state: Jurisdiction
    open: frozenset[RefusalGround]
    mandatory: tuple[tuple[date, frozenset[RefusalGround]], ...] = ()
    """On which grounds recognition shall be refused, from which local day on; the oldest rule first."""
    age_of_responsibility: int | None = None
    """Years below which a respondent cannot be held responsible there; None: it was not read."""
    basis: Citation

    def shall_refuse(self, on: date) -> frozenset[RefusalGround]:
        """Give the grounds that leave no choice to who decides on a day."""
        rules = [found for since, found in self.mandatory if since <= on]
        return rules[-1] if rules else frozenset()


def scan(package: ModuleType) -> dict[Jurisdiction, Grounds]:
    """Give what the modules of a package offer, by State. Raises `TypeError` for one that offers none.

    A module that fails to import stops the start: law silently missing is worse. So does a State told twice.
    """
    found: dict[Jurisdiction, Grounds] = {}
    for module in iter_modules(package.__path__):
        offered: object = getattr(import_module(f"{package.__name__}.{module.name}"), "GROUNDS", None)
        if not isinstance(offered, Grounds) or offered.state in found:
            message = f"{package.__name__}.{module.name} offers no grounds of a State of its own"
            raise TypeError(message)
        found[offered.state] = offered
    return found


@lru_cache(maxsize=1)
def by_state() -> dict[Jurisdiction, Grounds]:
    """Give the grounds of every State that has a file."""
    return scan(shelf)


def grounds_of(state: Jurisdiction) -> Grounds | None:
    """Give the grounds of a State; None where its law was not read."""
    return by_state().get(state)
