"""Requests that change an order, tell of its service, or certify it."""

from typing import Annotated

from pydantic import Field

from registry.api.models import Asking, ExpiryModel, LocalMoment, Model, acting, clear, moment
from registry.api.order_models import (
    MAXIMUM_CONDITIONS,
    MAXIMUM_PARTIES,
    ConditionModel,
    PartyModel,
    References,
    Withheld,
    conditions_of,
)
from registry.api.person_models import AddressModel, ContactModel, IdentityModel, Several
from registry.api.texts import JurisdictionCode, LongText, Reference
from registry.commands.issuance import (
    CorrectOrder,
    DeclareOrder,
    ExtendOrder,
    IssueCertificate,
    RegisterOrder,
    ReinstateOrder,
    RevokeOrder,
    SuspendOrder,
    VaryOrder,
    WithdrawCertificate,
)
from registry.errors import NotPermitted, Refused
from registry.values.identifiers import CertificateRef, FactId, PartyRef
from registry.values.issuance import CertificateForm, EndReason, PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.parties import Clear, Party, Text

Terms = Annotated[int, Field(ge=1, le=100_000, description="Version of the terms; 1 came with the order.")]
Conditions = Annotated[tuple[ConditionModel, ...], Field(max_length=MAXIMUM_CONDITIONS)]
Acting = Annotated[JurisdictionCode | None, Field(description="Where the court acts, if it has several jurisdictions.")]


class Variation(Model):
    """Give the order new terms: the whole list of conditions as it now stands."""

    conditions: Conditions
    made: LocalMoment
    added_parties: Annotated[tuple[PartyModel, ...], Field(max_length=MAXIMUM_PARTIES)] = ()
    jurisdiction: Acting = None

    def to_command(self, asking: Asking) -> VaryOrder[Clear]:
        """Give the command."""
        refs = References(asking, asking.order_ref, self.added_parties)
        # The order may protect more people than are added here: only who is named owns a text.
        refs.protected = ()
        return VaryOrder(
            order_ref=asking.order_ref,
            conditions=conditions_of(self.conditions, refs),
            made=self.made.value(),
            varied_in=acting(asking, self.jurisdiction, "/jurisdiction"),
            added_parties=tuple(
                party.value(refs.labels[party.label], f"/added_parties/{number}")
                for number, party in enumerate(self.added_parties)
            ),
        )


class Extension(Model):
    """Give the order another end, later or earlier."""

    expiry: ExpiryModel
    made: LocalMoment
    jurisdiction: Acting = None

    def to_command(self, asking: Asking) -> ExtendOrder:
        """Give the command."""
        return ExtendOrder(
            order_ref=asking.order_ref,
            expiry=self.expiry.value(),
            made=self.made.value(),
            extended_in=acting(asking, self.jurisdiction, "/jurisdiction"),
        )


class Suspension(Model):
    """Take the order's force away for a time."""

    from_: LocalMoment = Field(alias="from")
    until: LocalMoment | None = None
    reason: EndReason = EndReason.NOT_STATED
    jurisdiction: Acting = None

    def to_command(self, asking: Asking) -> SuspendOrder:
        """Give the command."""
        return SuspendOrder(
            order_ref=asking.order_ref,
            from_=self.from_.value(),
            until=moment(self.until),
            reason=self.reason,
            suspended_in=acting(asking, self.jurisdiction, "/jurisdiction"),
        )


class Reinstatement(Model):
    """Give a suspended order its force back."""

    from_: LocalMoment = Field(alias="from")
    jurisdiction: Acting = None

    def to_command(self, asking: Asking) -> ReinstateOrder:
        """Give the command."""
        return ReinstateOrder(
            order_ref=asking.order_ref,
            from_=self.from_.value(),
            reinstated_in=acting(asking, self.jurisdiction, "/jurisdiction"),
        )


class Revocation(Model):
    """End the order before its time."""

    from_: LocalMoment = Field(alias="from")
    reason: EndReason
    jurisdiction: Acting = None

    def to_command(self, asking: Asking) -> RevokeOrder:
        """Give the command."""
        return RevokeOrder(
            order_ref=asking.order_ref,
            from_=self.from_.value(),
            reason=self.reason,
            revoked_in=acting(asking, self.jurisdiction, "/jurisdiction"),
        )


class PartyCorrection(Model):
    """What replaces the recorded data of a party that is there already."""

    party_ref: Reference
    identity: IdentityModel | None = None
    address: AddressModel | None = None
    contact: ContactModel | None = None
    withheld: Several[Withheld] = ()

    def value(self, asking: Asking, pointer: str) -> Party[Clear]:
        """Give the party on the side where it stands: a correction never moves anybody to the other one."""
        party_ref = PartyRef(self.party_ref)
        role = asking.role_of(party_ref)
        if role is None:
            raise Refused("no-such-party", field=f"{pointer}/party_ref")
        if self.contact is not None and role is not PartyRole.PROTECTED:
            raise Refused("contact-only-for-protected", field=f"{pointer}/contact")
        return Party(
            party_ref=party_ref,
            role=role,
            identity=clear(party_ref, "identity", self.identity.value() if self.identity else None),
            address=clear(party_ref, "address", self.address.value() if self.address else None),
            contact=clear(party_ref, "contact", self.contact.value() if self.contact else None),
            withheld=self.withheld,
        )


class Correction(Model):
    """Set right what was recorded: give only what is to be replaced. The earlier facts stay."""

    corrects: Reference = Field(description="`fact_id` of what was recorded wrongly.")
    issued: LocalMoment | None = None
    valid_from: LocalMoment | None = None
    expiry: ExpiryModel | None = None
    terms: Terms | None = Field(default=None, description="The version whose conditions are replaced.")
    conditions: Conditions | None = None
    parties: Annotated[tuple[PartyCorrection, ...], Field(max_length=MAXIMUM_PARTIES)] = ()
    reason: LongText | None = None
    retracts: bool = Field(default=False, description="The fact was recorded in error and counts for nothing.")

    def to_command(self, asking: Asking) -> CorrectOrder[Clear]:
        """Give the command."""
        own = asking.principal.acts_in(asking.jurisdiction_of())
        if not own and (not self.retracts or self.parties):
            # What was done elsewhere is taken back there: the plan asks where that was. All else is the court's own.
            raise NotPermitted("outside-own-jurisdiction", field="/corrects")
        refs = References(asking, asking.order_ref, ())
        return CorrectOrder(
            order_ref=asking.order_ref,
            corrects=FactId(self.corrects),
            issued=moment(self.issued),
            valid_from=moment(self.valid_from),
            expiry=self.expiry.value() if self.expiry else None,
            terms=self.terms,
            conditions=conditions_of(self.conditions, refs) if self.conditions is not None else None,
            parties=tuple(party.value(asking, f"/parties/{number}") for number, party in enumerate(self.parties)),
            reason=clear(asking.order_ref, "reason", Text(text=self.reason) if self.reason is not None else None),
            retracts=self.retracts,
        )


class CertificateIssue(Model):
    """Issue a certificate of Regulation (EU) No 606/2013."""

    form: CertificateForm
    issued: LocalMoment
    destinations: Annotated[tuple[JurisdictionCode, ...], Field(max_length=40)] = ()

    def to_command(self, asking: Asking) -> IssueCertificate:
        """Give the command."""
        return IssueCertificate(
            order_ref=asking.order_ref,
            certificate_ref=CertificateRef(asking.mint()),
            form=self.form,
            issued=self.issued.value(),
            destinations=tuple(Jurisdiction(code) for code in self.destinations),
        )


class CertificateWithdrawal(Model):
    """Withdraw a certificate that was clearly wrongly granted."""

    certificate_ref: Reference
    from_: LocalMoment = Field(alias="from")

    def to_command(self, asking: Asking) -> WithdrawCertificate:
        """Give the command."""
        return WithdrawCertificate(
            order_ref=asking.order_ref,
            certificate_ref=CertificateRef(self.certificate_ref),
            from_=self.from_.value(),
        )


class Declaration(Model):
    """Declare an order recognised throughout a scheme."""

    made: LocalMoment
    jurisdiction: Acting = None

    def to_command(self, asking: Asking) -> DeclareOrder:
        """Give the command."""
        return DeclareOrder(
            order_ref=asking.order_ref,
            declared_in=acting(asking, self.jurisdiction, "/jurisdiction"),
            made=self.made.value(),
        )


class Registration(Model):
    """Register or file a foreign order. The respondent is told only if the protected person asks for it."""

    made: LocalMoment
    jurisdiction: Acting = None
    notify_respondent: bool = Field(
        default=False, description="Only at the protected person's request (18 USC 2265(d)(1))."
    )

    def to_command(self, asking: Asking) -> RegisterOrder:
        """Give the command."""
        return RegisterOrder(
            order_ref=asking.order_ref,
            registered_in=acting(asking, self.jurisdiction, "/jurisdiction"),
            registered_with=asking.principal.institution,
            made=self.made.value(),
            notify_respondent=self.notify_respondent,
        )
