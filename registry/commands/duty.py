"""Commands of duties: open one, note that its time ran out, say that it was done, let it fall with its cause."""

from dataclasses import dataclass
from typing import TypeAlias

from registry.values.duty import DutyCode, Means, Whom
from registry.values.identifiers import DutyRef, FactId, InstitutionId, OrderRef
from registry.values.time import Instant, LegalMoment


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenDuty:
    """Hold it as owed. Said by the registry itself, from the law."""

    duty_ref: DutyRef
    order_ref: OrderRef
    about: FactId
    code: DutyCode
    whom: Whom
    owed_by: InstitutionId
    since: Instant
    due: Instant | None
    instrument: str
    provision: str
    verified: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteOverdue:
    """Note that the time ran out. Said by the registry itself."""

    duty_ref: DutyRef


@dataclass(frozen=True, kw_only=True, slots=True)
class DischargeDuty:
    """Say that they were told."""

    duty_ref: DutyRef
    by: InstitutionId
    at: LegalMoment
    means: Means


@dataclass(frozen=True, kw_only=True, slots=True)
class LapseDuty:
    """Let it fall, because the fact that it arose from was taken back. Said by the registry itself."""

    duty_ref: DutyRef
    because: FactId


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviveDuty:
    """Hold it as owed again, because the fact that it arose from counts again. Said by the registry itself."""

    duty_ref: DutyRef
    because: FactId


DutyCommand: TypeAlias = OpenDuty | NoteOverdue | DischargeDuty | LapseDuty | ReviveDuty
