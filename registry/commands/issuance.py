"""Commands of issuance: enter, vary, extend, suspend, reinstate, revoke, correct, certify, declare, register."""

from dataclasses import dataclass
from typing import Generic, TypeAlias

from registry.values.identifiers import CertificateRef, FactId, InstitutionId, OrderRef, SealedBlock
from registry.values.issuance import CertificateForm, EndReason
from registry.values.jurisdiction import Jurisdiction
from registry.values.order import OrderDetails
from registry.values.parties import AdjustedElement, Block, Condition, Party
from registry.values.time import Expiry, LegalMoment


@dataclass(frozen=True, kw_only=True, slots=True)
class EnterOrder(Generic[Block]):
    """Enter an order that a court has made."""

    order_ref: OrderRef
    details: OrderDetails[Block]


@dataclass(frozen=True, kw_only=True, slots=True)
class VaryOrder(Generic[Block]):
    """Give the order new terms: the whole list of conditions as it now stands."""

    order_ref: OrderRef
    conditions: tuple[Condition[Block], ...]
    made: LegalMoment
    varied_in: Jurisdiction
    added_parties: tuple[Party[Block], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtendOrder:
    """Give the order another end."""

    order_ref: OrderRef
    expiry: Expiry
    made: LegalMoment
    extended_in: Jurisdiction


@dataclass(frozen=True, kw_only=True, slots=True)
class SuspendOrder:
    """Take the order's force away for a time."""

    order_ref: OrderRef
    from_: LegalMoment
    until: LegalMoment | None = None
    reason: EndReason = EndReason.NOT_STATED
    suspended_in: Jurisdiction


@dataclass(frozen=True, kw_only=True, slots=True)
class ReinstateOrder:
    """Give a suspended order its force back."""

    order_ref: OrderRef
    from_: LegalMoment
    reinstated_in: Jurisdiction


@dataclass(frozen=True, kw_only=True, slots=True)
class RevokeOrder:
    """End the order before its time."""

    order_ref: OrderRef
    from_: LegalMoment
    reason: EndReason
    revoked_in: Jurisdiction


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectOrder(Generic[Block]):
    """Set right what was recorded: give only what is to be replaced, or take the whole fact back."""

    order_ref: OrderRef
    corrects: FactId
    issued: LegalMoment | None = None
    valid_from: LegalMoment | None = None
    expiry: Expiry | None = None
    terms: int | None = None
    conditions: tuple[Condition[Block], ...] | None = None
    parties: tuple[Party[Block], ...] = ()
    reason: Block | None = None
    retracts: bool = False
    """The fact named in `corrects` was recorded in error: it counts for nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueCertificate:
    """Issue a certificate of Regulation (EU) 606/2013."""

    order_ref: OrderRef
    certificate_ref: CertificateRef
    form: CertificateForm
    issued: LegalMoment
    destinations: tuple[Jurisdiction, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class WithdrawCertificate:
    """Withdraw a certificate that was clearly wrongly granted."""

    order_ref: OrderRef
    certificate_ref: CertificateRef
    from_: LegalMoment


@dataclass(frozen=True, kw_only=True, slots=True)
class DeclareOrder:
    """Declare an order recognised throughout a scheme."""

    order_ref: OrderRef
    declared_in: Jurisdiction
    made: LegalMoment


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterOrder:
    """Register or file a foreign order."""

    order_ref: OrderRef
    registered_in: Jurisdiction
    registered_with: InstitutionId
    made: LegalMoment
    notify_respondent: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AdjustOrder(Generic[Block]):
    """Adjust factual elements so that the measure has effect here (Regulation (EU) 606/2013 Art 11)."""

    order_ref: OrderRef
    adjusted_in: Jurisdiction
    adjusted_by: InstitutionId
    made: LegalMoment
    elements: tuple[AdjustedElement[Block], ...]


IssuanceCommand: TypeAlias = (
    EnterOrder[SealedBlock]
    | VaryOrder[SealedBlock]
    | ExtendOrder
    | SuspendOrder
    | ReinstateOrder
    | RevokeOrder
    | CorrectOrder[SealedBlock]
    | IssueCertificate
    | WithdrawCertificate
    | DeclareOrder
    | RegisterOrder
    | AdjustOrder[SealedBlock]
)
