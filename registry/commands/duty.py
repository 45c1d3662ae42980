"""Commands of duties: open one, note that its time ran out, say that it was done."""

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


DutyCommand: TypeAlias = OpenDuty | NoteOverdue | DischargeDuty
