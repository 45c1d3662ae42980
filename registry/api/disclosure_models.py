"""Asking whether something may be told of an order, and what is answered."""

from typing import Annotated, Any

from pydantic import Field

from registry.api.change_models import Acting
from registry.api.models import Asking, Model, acting
from registry.api.receipt_models import Receipt, Ref
from registry.api.route import Call
from registry.api.writing import recorded_event
from registry.commands.disclosure import AskDisclosure
from registry.errors import NotPermitted
from registry.events.disclosure import DisclosureAllowed, DisclosureRefused
from registry.law.disclosure import REFUSED_AS
from registry.receipts import Receipt as Recorded
from registry.values.disclosure import Audience, Disclosed
from registry.values.identifiers import DisclosureRef


class DisclosureRequest(Model):
    """Ask whether something may be told of an order, before anybody tells it."""

    to: Audience
    of: Annotated[tuple[Disclosed, ...], Field(min_length=1, max_length=20)]
    needed_to_enforce: Annotated[tuple[Disclosed, ...], Field(max_length=20)] = Field(
        default=(), description="What the respondent must know to obey; whoever asks answers for it."
    )
    jurisdiction: Acting = None

    def to_command(self, asking: Asking) -> AskDisclosure:
        """Give the command."""
        return AskDisclosure(
            disclosure_ref=DisclosureRef(asking.mint()),
            order_ref=asking.order_ref,
            jurisdiction=acting(asking, self.jurisdiction, "/jurisdiction"),
            to=self.to,
            of=self.of,
            needed_to_enforce=self.needed_to_enforce,
        )


class DisclosureReceipt(Receipt):
    """Nothing stands in the way. What may not be told is answered by a problem, and recorded too."""

    disclosure_ref: Ref
    of: list[Disclosed]
    legal_basis: str


def ruled(call: Call, receipt: Recorded) -> dict[str, Any]:
    """Give what may be told; raises `NotPermitted` for what may not, after that was recorded."""
    event = recorded_event(call, receipt)
    if isinstance(event, DisclosureRefused):
        places = tuple(f"/of/{number}" for number, each in enumerate(event.of) if each in event.barred)
        raise NotPermitted(REFUSED_AS[event.bar], field=places[0], also=places[1:], cite=event.basis)
    assert isinstance(event, DisclosureAllowed)  # the reference is fresh, so the command recorded one of the two
    return {"of": [each.value for each in event.of], "legal_basis": event.basis}
