"""Facts of recognition: one order, one other jurisdiction, one procedure."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from registry.values.identifiers import InstitutionId, OrderRef, RecognitionRef
from registry.values.jurisdiction import Jurisdiction
from registry.values.recognition import DiscontinuationGround, RefusalGround
from registry.values.time import LegalMoment


@dataclass(frozen=True, kw_only=True, slots=True)
class RecognitionAsked:
    """The issuing authority sent the order to an authority of another jurisdiction."""

    TOPIC: ClassVar[str] = "recognition.asked.1"

    recognition_ref: RecognitionRef
    order_ref: OrderRef
    jurisdiction: Jurisdiction
    authority: InstitutionId
    instrument: str
    asked: LegalMoment


@dataclass(frozen=True, kw_only=True, slots=True)
class SupplementRequested:
    """The executing authority finds the request incomplete and sets a time (2011/99/EU Art 9(4))."""

    TOPIC: ClassVar[str] = "recognition.supplement_requested.1"

    recognition_ref: RecognitionRef
    order_ref: OrderRef
    missing: tuple[str, ...]
    """Letters of Art 7 that are missing, such as `f`."""
    due: LegalMoment


@dataclass(frozen=True, kw_only=True, slots=True)
class RecognitionSupplemented:
    """The issuing authority sent what was missing."""

    TOPIC: ClassVar[str] = "recognition.supplemented.1"

    recognition_ref: RecognitionRef
    order_ref: OrderRef
    supplied: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RecognitionGranted:
    """The executing authority recognised the order and, where its law asks for it, adopted a measure."""

    TOPIC: ClassVar[str] = "recognition.granted.1"

    recognition_ref: RecognitionRef
    order_ref: OrderRef
    jurisdiction: Jurisdiction
    decided: LegalMoment
    adopted: OrderRef | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RecognitionRefused:
    """The executing authority refused, on stated grounds."""

    TOPIC: ClassVar[str] = "recognition.refused.1"

    recognition_ref: RecognitionRef
    order_ref: OrderRef
    jurisdiction: Jurisdiction
    decided: LegalMoment
    grounds: tuple[RefusalGround, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RecognitionDiscontinued:
    """The executing authority ended what it had recognised."""

    TOPIC: ClassVar[str] = "recognition.discontinued.1"

    recognition_ref: RecognitionRef
    order_ref: OrderRef
    jurisdiction: Jurisdiction
    from_: LegalMoment
    ground: DiscontinuationGround


RecognitionEvent: TypeAlias = (
    RecognitionAsked
    | SupplementRequested
    | RecognitionSupplemented
    | RecognitionGranted
    | RecognitionRefused
    | RecognitionDiscontinued
)
