"""Facts of issuance: an order is made, its terms change, it pauses, it ends, it is set right."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from registry.values.identifiers import CertificateRef, FactId, InstitutionId, OrderRef, SealedBlock
from registry.values.issuance import CertificateForm, EndReason
from registry.values.jurisdiction import Jurisdiction
from registry.values.order import OrderDetails
from registry.values.parties import AdjustedElement, Condition, Party
from registry.values.time import Expiry, LegalMoment


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderIssued:
    """A court made an order. Its terms are version 1."""

    TOPIC: ClassVar[str] = "order.issued.1"

    order_ref: OrderRef
    details: OrderDetails[SealedBlock]


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderVaried:
    """A court changed the terms; each change makes the next version, which must be notified anew."""

    TOPIC: ClassVar[str] = "order.varied.1"

    order_ref: OrderRef
    terms: int
    conditions: tuple[Condition[SealedBlock], ...]
    made: LegalMoment
    varied_in: Jurisdiction
    added_parties: tuple[Party[SealedBlock], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderExtended:
    """A court gave the order another end."""

    TOPIC: ClassVar[str] = "order.extended.1"

    order_ref: OrderRef
    expiry: Expiry
    made: LegalMoment


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderSuspended:
    """The order has no force from a moment on, until it is reinstated or, if said, until another."""

    TOPIC: ClassVar[str] = "order.suspended.1"

    order_ref: OrderRef
    from_: LegalMoment
    until: LegalMoment | None = None
    reason: EndReason = EndReason.NOT_STATED
    suspended_in: Jurisdiction | None = None
    """Where; not stated in facts older than the field: where the order was made."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderReinstated:
    """A suspended order has force again from a moment on."""

    TOPIC: ClassVar[str] = "order.reinstated.1"

    order_ref: OrderRef
    from_: LegalMoment
    reinstated_in: Jurisdiction | None = None
    """Where; not stated in facts older than the field: where the order was made."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderRevoked:
    """A court ended the order before its time."""

    TOPIC: ClassVar[str] = "order.revoked.1"

    order_ref: OrderRef
    from_: LegalMoment
    reason: EndReason
    revoked_in: Jurisdiction


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderCorrected:
    """What was recorded is set right. Only what is given replaces; the earlier facts stay.

    `valid_from` and `expiry` replace the dates; `conditions` replace the terms version they name;
    `parties` replace the blocks of parties already there. `retracts` says that the fact named in
    `corrects` was recorded in error and counts for nothing, from the moment this is known.
    """

    TOPIC: ClassVar[str] = "order.corrected.1"

    order_ref: OrderRef
    corrects: FactId
    issued: LegalMoment | None = None
    valid_from: LegalMoment | None = None
    expiry: Expiry | None = None
    terms: int | None = None
    conditions: tuple[Condition[SealedBlock], ...] | None = None
    parties: tuple[Party[SealedBlock], ...] = ()
    reason: SealedBlock | None = None
    retracts: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class CertificateIssued:
    """A certificate of Regulation (EU) 606/2013 was issued: Form I (Art 5) or Form II (Art 14)."""

    TOPIC: ClassVar[str] = "order.certificate_issued.1"

    order_ref: OrderRef
    certificate_ref: CertificateRef
    form: CertificateForm
    issued: LegalMoment
    destinations: tuple[Jurisdiction, ...] = ()
    """States the protected person means to go to; the certificate itself holds in all bound States."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CertificateWithdrawn:
    """A certificate was withdrawn because it was clearly wrongly granted (606/2013 Art 9(1)(b))."""

    TOPIC: ClassVar[str] = "order.certificate_withdrawn.1"

    order_ref: OrderRef
    certificate_ref: CertificateRef
    from_: LegalMoment


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderDeclared:
    """A registrar declared an order recognised throughout a scheme (NSW s 98ZY)."""

    TOPIC: ClassVar[str] = "order.declared.1"

    order_ref: OrderRef
    declared_in: Jurisdiction
    made: LegalMoment


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderRegistered:
    """A foreign order was registered or filed in a jurisdiction. Never a reason to tell the respondent."""

    TOPIC: ClassVar[str] = "order.registered.1"

    order_ref: OrderRef
    registered_in: Jurisdiction
    registered_with: InstitutionId
    made: LegalMoment
    notify_respondent: bool = False
    """Only at the protected person's request (18 USC 2265(d)(1))."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderAdjusted:
    """A State addressed adjusted factual elements of a measure, for itself alone (606/2013 Art 11)."""

    TOPIC: ClassVar[str] = "order.adjusted.1"

    order_ref: OrderRef
    adjusted_in: Jurisdiction
    adjusted_by: InstitutionId
    made: LegalMoment
    elements: tuple[AdjustedElement[SealedBlock], ...]


IssuanceEvent: TypeAlias = (
    OrderIssued
    | OrderVaried
    | OrderExtended
    | OrderSuspended
    | OrderReinstated
    | OrderRevoked
    | OrderCorrected
    | CertificateIssued
    | CertificateWithdrawn
    | OrderDeclared
    | OrderRegistered
    | OrderAdjusted
)
