"""Requests about an order itself: its parties, its conditions, and entering it."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from registry.api.document_models import SourceDocument
from registry.api.models import Asking, ExpiryModel, LocalMoment, Model, acting, clear, moment
from registry.api.person_models import AddressModel, ContactModel, IdentityModel, Several
from registry.api.texts import (
    CourtCode,
    JurisdictionCode,
    Label,
    LongText,
    Reference,
    ShortText,
    SourceCode,
    as_reference,
    refused,
)
from registry.boundary import Attachment
from registry.commands.issuance import EnterOrder
from registry.errors import Refused
from registry.values.identifiers import ConditionRef, OrderRef, PartyRef
from registry.values.issuance import Channel, ConditionKind, Maker, Nature, OrderKind, PartyRole, PlaceFunction, Ternary
from registry.values.order import DOCUMENT, Court, Findings, Hearing, OrderDetails
from registry.values.parties import Clear, Condition, Party, Text

MAXIMUM_PARTIES = 50
MAXIMUM_CONDITIONS = 100
Withheld = Literal["identity", "birth_date", "address", "contact"]


class PartyModel(Model):
    """One side of the order, with a label by which this request's conditions refer to it."""

    label: Label
    role: PartyRole
    child: Ternary = Ternary.UNKNOWN
    identity: IdentityModel | None = None
    address: AddressModel | None = None
    contact: ContactModel | None = None
    withheld: Several[Withheld] = Field(default=(), description="Fields the court marked confidential.")

    def value(self, party_ref: PartyRef, pointer: str) -> Party[Clear]:
        """Give the party with its personal data marked for sealing under its own key."""
        if self.contact is not None and self.role is not PartyRole.PROTECTED:
            raise Refused("contact-only-for-protected", field=f"{pointer}/contact")
        return Party(
            party_ref=party_ref,
            role=self.role,
            child=self.child,
            identity=clear(party_ref, "identity", self.identity.value() if self.identity else None),
            address=clear(party_ref, "address", self.address.value() if self.address else None),
            contact=clear(party_ref, "contact", self.contact.value() if self.contact else None),
            withheld=self.withheld,
        )


class ConditionModel(Model):
    """One thing the respondent must not do, must do, or may do."""

    label: Label | None = None
    kind: ConditionKind
    protects: Annotated[tuple[Annotated[str, Field(max_length=36)], ...], Field(max_length=MAXIMUM_PARTIES)] = Field(
        default=(), description="Labels of this request's parties, or `party_ref`s; empty: every protected person."
    )
    channels: Several[Channel] = ()
    metres: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    place: PlaceFunction | None = Field(default=None, description="What the place is; never where it is.")
    power_of_arrest: Ternary = Ternary.UNKNOWN
    begins: LocalMoment | None = None
    ends: LocalMoment | None = None
    source_code: SourceCode | None = None
    text: LongText | None = Field(default=None, description="The court's own words; sealed.")

    def value(self, refs: "References", pointer: str) -> Condition[Clear]:
        """Give the condition. Its text is sealed under the one person it protects, else under the order."""
        protects = tuple(refs.party(name, f"{pointer}/protects/{place}") for place, name in enumerate(self.protects))
        concerned = protects or refs.protected
        subject: UUID = concerned[0] if len(concerned) == 1 else refs.order_ref
        return Condition(
            condition_ref=ConditionRef(refs.asking.mint()),
            kind=self.kind,
            protects=protects,
            channels=self.channels,
            metres=self.metres,
            place=self.place,
            power_of_arrest=self.power_of_arrest,
            begins=moment(self.begins),
            ends=moment(self.ends),
            source_code=self.source_code,
            text=clear(subject, "text", Text(text=self.text) if self.text is not None else None),
        )


class References:
    """What the labels of one request stand for."""

    def __init__(self, asking: Asking, order_ref: OrderRef, parties: Sequence[PartyModel]) -> None:
        """Mint a reference for each labelled party."""
        self.asking = asking
        self.order_ref = order_ref
        self.labels: Mapping[str, PartyRef] = {party.label: PartyRef(asking.mint()) for party in parties}
        self.protected = tuple(self.labels[party.label] for party in parties if party.role is PartyRole.PROTECTED)
        if len(self.labels) != len(parties):
            raise Refused("label-twice", field="/parties")

    def party(self, name: str, pointer: str) -> PartyRef:
        """Give the party of a label, or of a reference; raises `Refused`."""
        if name in self.labels:
            return self.labels[name]
        reference = as_reference(name)
        if reference is None:
            raise Refused("label-unknown", field=pointer)
        return PartyRef(reference)


def conditions_of(
    models: Sequence[ConditionModel], refs: References, pointer: str = "/conditions"
) -> tuple[Condition[Clear], ...]:
    """Give conditions with references of their own; raises `Refused` where two carry one label."""
    labels = [model.label for model in models if model.label is not None]
    if len(labels) != len(set(labels)):
        raise Refused("label-twice", field=pointer)
    return tuple(model.value(refs, f"{pointer}/{number}") for number, model in enumerate(models))


class CourtModel(Model):
    """The court, by its own jurisdiction's code."""

    code: CourtCode
    jurisdiction: JurisdictionCode | None = Field(
        default=None, description="One of the institution's own; needed where it has several."
    )


class HearingModel(Model):
    """Whether the respondent was heard, as far as the record says."""

    ex_parte: Ternary = Ternary.UNKNOWN
    notice_given: Ternary = Ternary.UNKNOWN
    respondent_present: Ternary = Ternary.UNKNOWN
    opportunity_to_be_heard: Ternary = Ternary.UNKNOWN
    next_hearing: LocalMoment | None = None

    def value(self) -> Hearing:
        """Give the hearing."""
        return Hearing(
            ex_parte=self.ex_parte,
            notice_given=self.notice_given,
            respondent_present=self.respondent_present,
            opportunity_to_be_heard=self.opportunity_to_be_heard,
            next_hearing=moment(self.next_hearing),
        )


class FindingsModel(Model):
    """What the court found, as far as the record says."""

    mutual: Ternary = Ternary.UNKNOWN
    cross_petition: Ternary = Ternary.UNKNOWN
    specific_findings: Ternary = Ternary.UNKNOWN
    intimate_partner: Ternary = Ternary.UNKNOWN
    credible_threat: Ternary = Ternary.UNKNOWN
    force_prohibited: Ternary = Ternary.UNKNOWN

    def value(self) -> Findings:
        """Give the findings."""
        return Findings(**{name: getattr(self, name) for name in type(self).model_fields})


class OrderEntry(Model):
    """Enter an order that the court has made."""

    court: CourtModel
    kind: OrderKind
    nature: Nature
    maker: Maker = Maker.COURT
    number: ShortText | None = Field(default=None, description="The court's own number; sealed, and unique there.")
    issued: LocalMoment
    valid_from: LocalMoment | None = Field(default=None, description="Absent: from the moment it was issued.")
    expiry: ExpiryModel
    hearing: HearingModel = Field(default_factory=HearingModel)
    findings: FindingsModel = Field(default_factory=FindingsModel)
    parties: Annotated[tuple[PartyModel, ...], Field(min_length=1, max_length=MAXIMUM_PARTIES)]
    conditions: Annotated[tuple[ConditionModel, ...], Field(max_length=MAXIMUM_CONDITIONS)] = ()
    origin: Reference | None = Field(default=None, description="The foreign order this one was adopted from.")

    document: SourceDocument | None = None
    document_missing: bool = Field(default=False, description="It could not be had, and is to follow.")

    def attachment(self) -> Attachment | None:
        """Give the source document, if one came with the order."""
        return self.document.value() if self.document is not None else None

    @model_validator(mode="after")
    def _a_number_and_a_document_or_their_lack(self) -> Self:
        if self.number is not None and not self.number.strip():
            raise refused("too-short")
        if self.document is not None and self.document_missing:
            raise refused("one-of-two")
        return self

    def to_command(self, asking: Asking) -> EnterOrder[Clear]:
        """Give the command, with fresh references for the order and everything in it."""
        order_ref = OrderRef(asking.mint())
        refs = References(asking, order_ref, self.parties)
        details = OrderDetails(
            court=Court(
                jurisdiction=acting(asking, self.court.jurisdiction, "/court/jurisdiction"),
                code=self.court.code,
                institution=asking.principal.institution,
            ),
            kind=self.kind,
            nature=self.nature,
            maker=self.maker,
            issued=self.issued.value(),
            valid_from=moment(self.valid_from),
            expiry=self.expiry.value(),
            hearing=self.hearing.value(),
            findings=self.findings.value(),
            parties=tuple(
                party.value(refs.labels[party.label], f"/parties/{number}") for number, party in enumerate(self.parties)
            ),
            conditions=conditions_of(self.conditions, refs),
            origin=OrderRef(self.origin) if self.origin is not None else None,
            number=clear(order_ref, "number", Text(text=self.number) if self.number is not None else None),
            unread=(DOCUMENT,) if self.document_missing else (),
        )
        return EnterOrder(order_ref=order_ref, details=details)
