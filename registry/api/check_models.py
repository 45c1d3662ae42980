"""What an officer asks: who or which order, where, when and why."""

from typing import Self

from pydantic import Field, model_validator

from registry.api.change_models import Acting
from registry.api.models import Asking, Model, acting
from registry.api.person_models import AttributeModel, NameModel, Several
from registry.api.texts import BirthDate, CheckReference, Moment, Reference, ShortText, refused
from registry.questions import Question
from registry.values.check import CheckPurpose
from registry.values.identifiers import OrderRef
from registry.values.parties import Identity, Name
from registry.values.time import Instant


class PersonAsked(Model):
    """Whom an officer asks about: a name as it was heard, or a document's number; and whatever else is known."""

    name: NameModel | None = Field(default=None, description="Needed where no document and no attribute is named.")
    other_names: Several[NameModel] = ()
    birth_date: BirthDate | None = Field(
        default=None, description="Whole, or as far as it is known. Without one a common name is answered as too many."
    )
    sex: ShortText | None = None
    documents: Several[ShortText] = Field(default=(), description="Numbers of documents, as they stand there.")
    attributes: Several[AttributeModel] = Field(
        default=(), description="A plate, a telephone, an e-mail address, a name online: with a name, or alone."
    )

    def value(self) -> Identity:
        """Give the identity to look for."""
        return Identity(
            name=self.name.value() if self.name is not None else Name(family=""),
            other_names=tuple(name.value() for name in self.other_names),
            birth_date=self.birth_date,
            sex=self.sex,
            documents=self.documents,
            attributes=tuple(attribute.content() for attribute in self.attributes),
        )


class CheckRequest(Model):
    """Ask who or which order, where, when and why. Exactly one of `order_ref` and `identity`."""

    jurisdiction: Acting = None
    purpose: CheckPurpose
    order_ref: Reference | None = None
    identity: PersonAsked | None = None
    valid_at: Moment | None = Field(default=None, description="The instant asked about; absent: now.")
    known_at: Moment | None = Field(default=None, description="As the registry knew it then; absent: now.")
    incident: ShortText | None = Field(default=None, description="Needed to search by protected person.")
    person_shown_in: CheckReference | None = Field(
        default=None,
        description="With `order_ref`: the `check_ref` of the answer that showed whom it is about. This is the person.",
    )

    @model_validator(mode="after")
    def _an_order_or_a_person(self) -> Self:
        if (self.order_ref is None) == (self.identity is None):
            raise refused("one-of-two")
        if self.person_shown_in is not None and self.order_ref is None:
            raise refused("one-of-two")
        return self

    def to_question(self, asking: Asking) -> Question:
        """Give the question."""
        return Question(
            jurisdiction=acting(asking, self.jurisdiction, "/jurisdiction"),
            purpose=self.purpose,
            order_ref=OrderRef(self.order_ref) if self.order_ref is not None else None,
            identity=self.identity.value() if self.identity is not None else None,
            valid_at=Instant(self.valid_at) if self.valid_at is not None else None,
            known_at=Instant(self.known_at) if self.known_at is not None else None,
            incident=self.incident,
            person_shown_in=self.person_shown_in,
        )
