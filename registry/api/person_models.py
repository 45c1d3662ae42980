"""Who a person is, where they live and how they may be reached, as the interface takes it."""

from typing import Annotated, Self, TypeVar

from pydantic import Field, model_validator

from registry.api.models import Model
from registry.api.texts import BirthDate, ChannelCode, Language, LongText, NamePart, ShortText, refused
from registry.identity.identifiers import is_readable
from registry.values.attributes import Attribute, AttributeKind
from registry.values.parties import Address, ContactPlan, Identity, Name

Item = TypeVar("Item")
Several = Annotated[tuple[Item, ...], Field(max_length=20)]


class NameModel(Model):
    """A name as the document writes it; what it does not separate stays whole in `family`."""

    family: NamePart
    given: NamePart | None = None

    def value(self) -> Name:
        """Give the name."""
        return Name(family=self.family, given=self.given or "")


class AttributeModel(Model):
    """What few people share. It is searched by, and stands in no answer."""

    kind: AttributeKind
    value: ShortText = Field(
        description="A plate; a telephone with its country; an e-mail address; a handle as `platform name`."
    )

    @model_validator(mode="after")
    def _can_be_compared(self) -> Self:
        if not is_readable(self.content()):
            raise refused("attribute-unreadable")
        return self

    def content(self) -> Attribute:
        """Give the attribute."""
        return Attribute(kind=self.kind, value=self.value)


class IdentityModel(Model):
    """Who a person is, as far as the document says."""

    name: NameModel
    other_names: Several[NameModel] = ()
    birth_date: BirthDate | None = None
    birth_place: ShortText | None = None
    sex: ShortText | None = None
    nationality: ShortText | None = None
    documents: Several[ShortText] = ()
    attributes: Several[AttributeModel] = ()
    description: LongText | None = None

    def value(self) -> Identity:
        """Give the identity."""
        return Identity(
            name=self.name.value(),
            other_names=tuple(name.value() for name in self.other_names),
            birth_date=self.birth_date,
            birth_place=self.birth_place,
            sex=self.sex,
            nationality=self.nationality,
            documents=self.documents,
            attributes=tuple(attribute.content() for attribute in self.attributes),
            description=self.description,
        )


class AddressModel(Model):
    """Where a party lives. A respondent's is shown to who serves; a protected person's in no answer of this version."""

    lines: Annotated[tuple[ShortText, ...], Field(min_length=1, max_length=10)]
    postcode: ShortText | None = None
    country: Annotated[str, Field(pattern="^[A-Z]{2}$", max_length=2)] | None = None

    def value(self) -> Address:
        """Give the address."""
        return Address(lines=self.lines, postcode=self.postcode, country=self.country)


class ContactModel(Model):
    """How the protected person agreed to be reached. Without consent nothing is sent."""

    channel: ChannelCode
    address: Annotated[str, Field(min_length=1, max_length=254)]
    consent: bool
    language: Language = "en"

    def value(self) -> ContactPlan:
        """Give the plan."""
        return ContactPlan(channel=self.channel, address=self.address, consent=self.consent, language=self.language)
