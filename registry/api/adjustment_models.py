"""Requests that adjust factual elements of a measure from another State."""

from typing import Annotated

from pydantic import Field

from registry.api.change_models import Acting
from registry.api.models import Asking, LocalMoment, Model, acting, clear
from registry.api.order_models import MAXIMUM_CONDITIONS
from registry.api.texts import LongText, Reference
from registry.commands.issuance import AdjustOrder
from registry.values.identifiers import ConditionRef
from registry.values.issuance import PlaceFunction
from registry.values.parties import AdjustedElement, Clear, Text


class AdjustedElementModel(Model):
    """What of one condition reads otherwise here; what is absent stays as the order says."""

    condition_ref: Reference
    metres: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    place: PlaceFunction | None = None
    text: LongText | None = Field(default=None, description="The address or area here; sealed, and shown to nobody.")

    def value(self, asking: Asking) -> AdjustedElement[Clear]:
        """Give the element."""
        text = Text(text=self.text) if self.text is not None else None
        return AdjustedElement(
            condition_ref=ConditionRef(self.condition_ref),
            metres=self.metres,
            place=self.place,
            text=clear(asking.order_ref, "text", text),
        )


class Adjustment(Model):
    """Adjust factual elements of a measure, so that it has effect here (Regulation (EU) No 606/2013 Art 11)."""

    made: LocalMoment
    elements: Annotated[tuple[AdjustedElementModel, ...], Field(min_length=1, max_length=MAXIMUM_CONDITIONS)]
    jurisdiction: Acting = None

    def to_command(self, asking: Asking) -> AdjustOrder[Clear]:
        """Give the command."""
        return AdjustOrder(
            order_ref=asking.order_ref,
            adjusted_in=acting(asking, self.jurisdiction, "/jurisdiction"),
            adjusted_by=asking.principal.institution,
            made=self.made.value(),
            elements=tuple(element.value(asking) for element in self.elements),
        )
