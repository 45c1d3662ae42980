"""What all request models share: strictness, legal time, and whom a request is made by and where."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from registry.access.actors import Principal
from registry.access.directory import Enrolment
from registry.api.texts import Clock, Day, Zone, refused
from registry.errors import Malformed, NotPermitted, Refused
from registry.values.identifiers import InstitutionId, OrderRef, PartyRef, SubjectId
from registry.values.issuance import PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.parties import Clear, PersonalData
from registry.values.time import Expiry, ExpiryKind, LegalMoment


class Model(BaseModel):
    """A request: every field is known, of its JSON type, and unchangeable."""

    model_config = ConfigDict(
        defer_build=True,  # a schema is built when its first request comes, not while the doors open
        strict=True,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        validate_by_name=False,
        validate_by_alias=True,
        allow_inf_nan=False,
    )

    def __repr__(self) -> str:
        """Show the kind of request and nothing in it."""
        return f"{type(self).__name__}(…)"

    __str__ = __repr__


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """Who asks, about what, and what a command needs that the request does not hold."""

    principal: Principal
    reference: UUID
    """The reference in the path; the nil UUID where the path has none."""
    mint: Callable[[], UUID]
    enrolment: Enrolment
    role_of: Callable[[PartyRef], PartyRole | None]
    """The side on which a party of the order in the path stands; None where it is no party."""
    jurisdiction_of: Callable[[], Jurisdiction]
    """The jurisdiction that the order in the path was made in; raises `NotFound`."""

    @property
    def order_ref(self) -> OrderRef:
        """Give the order that the path names."""
        return OrderRef(self.reference)


def acting(asking: Asking, chosen: str | None, pointer: str) -> Jurisdiction:
    """Give the jurisdiction that the institution acts in: its own one, or the one it chose among its own.

    Raises `NotPermitted` for a foreign one, `Malformed` where a choice is needed; `pointer` is the field's.
    """
    own = asking.principal.jurisdictions
    if chosen is None:
        if len(own) != 1:
            raise Malformed("jurisdiction-needed", field=pointer)
        return own[0]
    if not asking.principal.acts_in(Jurisdiction(chosen)):
        raise NotPermitted("outside-own-jurisdiction", field=pointer)
    return Jurisdiction(chosen)


def enrolled(asking: Asking, institution: str | None, pointer: str) -> InstitutionId:
    """Give an enrolled institution; the asking one where none is named. Raises `Refused`."""
    if institution is None:
        return asking.principal.institution
    if InstitutionId(institution) not in asking.enrolment.institutions:
        raise Refused("no-such-institution", field=pointer)
    return InstitutionId(institution)


def clear(subject: UUID, name: str, content: PersonalData | None) -> Clear | None:
    """Mark personal data for sealing under its subject's key; nothing for nothing."""
    return None if content is None else Clear(subject=SubjectId(subject), name=name, content=content)


class LocalMoment(Model):
    """A date as the document states it: local, perhaps with a time of day, in the zone of the court."""

    date: Day
    time: Clock | None = None
    zone: Zone

    def value(self) -> LegalMoment:
        """Give the moment as the law reads it."""
        return LegalMoment(date=self.date, time=self.time, zone=self.zone)


def moment(given: LocalMoment | None) -> LegalMoment | None:
    """Give a moment that may be absent."""
    return None if given is None else given.value()


class ExpiryModel(Model):
    """When the order ends by itself. NONE, UNKNOWN and a date are three different things to an officer."""

    kind: ExpiryKind
    at: LocalMoment | None = Field(default=None, description="There exactly when `kind` is GIVEN.")

    @model_validator(mode="after")
    def _given_with_its_moment(self) -> Self:
        if (self.kind is ExpiryKind.GIVEN) != (self.at is not None):
            raise refused("expiry-and-moment")
        return self

    def value(self) -> Expiry:
        """Give the expiry."""
        return Expiry(kind=self.kind, at=moment(self.at))
