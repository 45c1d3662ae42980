"""Commands of recognition: ask, ask for more, supply it, grant, refuse, discontinue."""

from dataclasses import dataclass
from typing import TypeAlias

from registry.values.identifiers import InstitutionId, OrderRef, RecognitionRef
from registry.values.jurisdiction import Jurisdiction
from registry.values.recognition import DiscontinuationGround, RefusalGround
from registry.values.time import LegalMoment


@dataclass(frozen=True, kw_only=True, slots=True)
class AskRecognition:
    """Send the order to an authority of another jurisdiction, at the protected person's request."""

    recognition_ref: RecognitionRef
    order_ref: OrderRef
    jurisdiction: Jurisdiction
    authority: InstitutionId
    asked: LegalMoment
    requested_by_protected_person: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ApplyForRefusal:
    """Take the respondent's application, in the State addressed, that a measure be refused (606/2013 Art 13(1))."""

    recognition_ref: RecognitionRef
    order_ref: OrderRef
    jurisdiction: Jurisdiction
    authority: InstitutionId
    asked: LegalMoment


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestSupplement:
    """Find the request incomplete and set a time."""

    recognition_ref: RecognitionRef
    by: InstitutionId
    missing: tuple[str, ...]
    due: LegalMoment


@dataclass(frozen=True, kw_only=True, slots=True)
class SupplementRecognition:
    """Send what was missing."""

    recognition_ref: RecognitionRef
    by: InstitutionId
    supplied: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantRecognition:
    """Recognise, naming the national measure adopted where the law asks for one."""

    recognition_ref: RecognitionRef
    by: InstitutionId
    decided: LegalMoment
    adopted: OrderRef | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RefuseRecognition:
    """Refuse, on grounds that the instrument opens."""

    recognition_ref: RecognitionRef
    by: InstitutionId
    decided: LegalMoment
    grounds: tuple[RefusalGround, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DiscontinueRecognition:
    """End what was recognised."""

    recognition_ref: RecognitionRef
    by: InstitutionId
    from_: LegalMoment
    ground: DiscontinuationGround


RecognitionCommand: TypeAlias = (
    AskRecognition
    | ApplyForRefusal
    | RequestSupplement
    | SupplementRecognition
    | GrantRecognition
    | RefuseRecognition
    | DiscontinueRecognition
)
