"""A request to look, before orders are entered, for what crosses them; and how that is answered."""

from typing import Annotated, Final

from pydantic import Field

from registry.api.answer_models import Basis
from registry.api.models import Model
from registry.api.order_models import OrderEntry
from registry.api.receipt_models import Answered, Ref
from registry.values.crossing import Crossing, CrossingReason
from registry.values.issuance import OrderKind

MAXIMUM_PREVIEWED: Final = 50


class OrderPreviews(Model):
    """Orders as they would be entered. None is: each is only held against what is registered."""

    orders: Annotated[tuple[OrderEntry, ...], Field(min_length=1, max_length=MAXIMUM_PREVIEWED)]


class ShownCrossing(Answered):
    """An order that is registered and crosses the one to be entered: its facts, and nothing sealed."""

    crossing: Crossing
    reason: CrossingReason
    order_ref: Ref
    jurisdiction: str
    court: str = Field(description="The court's code in its own jurisdiction.")
    kind: OrderKind
    parties: list[str] = Field(description="Labels of this request's parties who are parties of it too.")
    legal_basis: Basis


class PreviewedOrder(Answered):
    """What was found for one order of the request, in the request's order."""

    crossings: list[ShownCrossing]
    unsearched: list[str] = Field(
        description="Labels of parties nobody was sought for: no name, no full birth date, or too many alike."
    )


class Previews(Answered):
    """What crosses the orders of the request. Name and birth date are shared by different people: compare the files."""

    orders: list[PreviewedOrder]
    statement: str
