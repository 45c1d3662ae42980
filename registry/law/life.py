"""Steps 2 to 5: the order's own life at an instant, and the end of an adopted measure by its own State."""

from typing import Final

from registry.law import procedure as procedures
from registry.law import standing as standings
from registry.law.citation import Citation
from registry.law.dossier import Dossier
from registry.law.procedure import Procedure, ProcedureState
from registry.law.standing import Standing
from registry.law.trace import FACE, Asked, Outcome, Trace
from registry.law.verdict import Step
from registry.values.check import EnforcementStatus
from registry.values.time import ExpiryKind, Instant

_DISCONTINUED: Final = Citation(instrument="Directive 2011/99/EU", provision="Arts 13(6), 14(1)", verified=False)
_ALIVE: Final = Step(
    question="Has it begun, and is it neither ended, over nor suspended?", outcome="yes", basis=FACE[0]
)


def life(standing: Standing, ends: Instant | None, at: Instant, trace: Trace) -> Outcome | None:
    """Say what the order's own life makes of it at an instant; None: it is alive. Each turn is kept.

    `ends` is when the order is over by its last word; it is another if an extension came after the instant.
    """
    begins = standing.valid_from().begins()
    expiry, end, instants = standing.expiry, standing.end, trace.instants
    if standing.extensions:
        expiry = standing.expiry_at(at)
        ends = expiry.ends()
        for extension in standing.extensions:
            instants.append(extension.made.begins())
            before = extension.before.ends()  # Whoever was not told of the extension is bound no longer.
            if before is not None:
                instants.append(before)
    instants.append(begins)
    if ends is not None:
        instants.append(ends)
    if end is not None:
        instants.append(end.at)
    for pause in standing.pauses:
        instants.append(pause.begins)
        if pause.ends is not None:
            instants.append(pause.ends)
    if ends is None and expiry.kind is ExpiryKind.UNKNOWN:
        trace.notes.append("EXPIRY_NOT_STATED")
    if at < begins:
        return _turned(trace, "Has it begun?", EnforcementStatus.NOT_YET_IN_FORCE, "NOT_BEGUN")
    if end is not None and end.at <= at:
        return _turned(trace, "Was it ended before its time?", EnforcementStatus.REVOKED, end.reason.value)
    if ends is not None and at >= ends:
        return _turned(trace, "Is it over?", EnforcementStatus.EXPIRED, "EXPIRED")
    for pause in standing.pauses:
        if pause.begins <= at and (pause.ends is None or at < pause.ends):
            return _turned(trace, "Is it suspended?", EnforcementStatus.SUSPENDED, "SUSPENDED")
    trace.steps.append(_ALIVE)
    return None


def _turned(trace: Trace, question: str, status: EnforcementStatus, reason: str) -> Outcome:
    trace.step(question, status.value, FACE[0])
    return status, reason, FACE


def ended_with_its_procedure(standing: Standing, dossier: Dossier, asked: Asked, trace: Trace) -> Outcome | None:
    """Step 3 for an adopted measure: its own State discontinued it. The origin's end alone does not end it."""
    for origin in dossier.linked:
        first = standings.fold(origin.facts, known_at=asked.known_at)
        if first is not None and first.end is not None:
            trace.instants.append(first.end.at)
            if first.end.at <= asked.at:
                trace.notes.append("ORIGIN_REVOKED_UNCONFIRMED")
        for stream in origin.recognitions:
            procedure = procedures.fold(stream, known_at=asked.known_at)
            if procedure is None or procedure.adopted != standing.order_ref:
                continue
            trace.instants.extend(procedure_instants((procedure,)))
            if procedure.state_at(asked.at) is ProcedureState.DISCONTINUED:
                trace.step("Was the adopted measure discontinued?", "yes", _DISCONTINUED)
                reason = procedure.discontinuation.value if procedure.discontinuation else "DISCONTINUED"
                return EnforcementStatus.DISCONTINUED, reason, (_DISCONTINUED,)
    return None


def procedure_instants(here: tuple[Procedure, ...]) -> list[Instant]:
    """Give the instants at which procedures turn."""
    return [
        moment.begins()
        for procedure in here
        for moment in (procedure.asked, procedure.discontinued, *(decided for _, decided in procedure.decisions))
        if moment is not None
    ]
