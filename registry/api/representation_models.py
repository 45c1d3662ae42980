"""Requests of representations, and what is shown of them."""

from typing import Annotated

from pydantic import Field

from registry.api.models import Asking, LocalMoment, Model
from registry.api.receipt_models import Answered, At, Receipt, Ref
from registry.api.texts import Institution, Reference
from registry.commands.representation import EndRepresentation, RecordRepresentation
from registry.values.identifiers import InstitutionId, PartyRef
from registry.values.representation import Authorisation, Giver, RepresentationEnd, RepresentationRef


class RepresentationEntry(Model):
    """Record that an organisation acts for a protected party, whose own authorisation you have seen."""

    party_ref: Annotated[Reference, Field(description="A protected party of the order.")]
    organisation: Annotated[Institution, Field(description="An institution whose one role is ADVOCATE.")]
    authorisation: Annotated[Authorisation, Field(description="How it was authorised.")]
    given_by: Annotated[Giver, Field(description="Who authorised it; a respondent never does, though it be a parent.")]
    until: Annotated[LocalMoment, Field(description="The last day on which it acts; at most a year from now.")]

    def to_command(self, asking: Asking) -> RecordRepresentation:
        """Give the command."""
        return RecordRepresentation(
            representation_ref=RepresentationRef(asking.mint()),
            order_ref=asking.order_ref,
            party_ref=PartyRef(self.party_ref),
            organisation=InstitutionId(self.organisation),
            authorisation=self.authorisation,
            given_by=self.given_by,
            until=self.until.value(),
        )


class RepresentationEnding(Model):
    """End a representation before its time. It opens nothing from the next request on."""

    reason: RepresentationEnd

    def to_command(self, asking: Asking) -> EndRepresentation:
        """Give the command."""
        return EndRepresentation(representation_ref=RepresentationRef(asking.reference), reason=self.reason)


class RepresentationReceipt(Receipt):
    """What was recorded of a representation."""

    representation_ref: Ref


class ActingFor(Answered):
    """A representation as the organisation sees it: it may ask who looked, until when. Nothing of the order."""

    representation_ref: Ref
    authorisation: Authorisation
    recorded_at: At
    until: At


class ShownRepresentation(ActingFor):
    """A representation as the court sees it."""

    given_by: Giver
    in_doubt: bool
    """Recorded with a key of the court that is in wrong hands: it opens nothing, and may be ended."""
    party_ref: Ref
    organisation: str
    name: str | None


class RepresentationPage(Answered):
    """Who acts for a party of the order now, oldest first."""

    items: list[ShownRepresentation]
    next: str | None


class ActingForPage(Answered):
    """For whom your organisation acts now, oldest first."""

    items: list[ActingFor]
    next: str | None
