"""The folds of an order's and a recognition's stream, as commands load them in the running transaction."""

from typing import Final

from registry.law import procedure as procedures
from registry.law import standing as standings
from registry.law.procedure import Procedure
from registry.law.standing import Standing
from registry.ledger.port import Fold, Unit
from registry.values.identifiers import OrderRef, StreamId

ORDER: Final[Fold[Standing]] = Fold(name="order", evolve=standings.evolve)
PROCEDURE: Final[Fold[Procedure]] = Fold(name="procedure", evolve=procedures.evolve)


def order_state(unit: Unit, order_ref: OrderRef) -> tuple[int, Standing | None]:
    """Load an order in the running transaction."""
    return unit.state(StreamId(order_ref), ORDER)
