"""Decide recognition: one procedure for one order in one other jurisdiction."""

from typing import assert_never

from registry.commands.recognition import (
    ApplyForRefusal,
    AskRecognition,
    DiscontinueRecognition,
    GrantRecognition,
    RecognitionCommand,
    RefuseRecognition,
    RequestSupplement,
    SupplementRecognition,
)
from registry.decisions.life import alive
from registry.decisions.moments import happened, not_before, plausible
from registry.errors import Conflict, NotFound, Refused
from registry.events.recognition import (
    RecognitionAsked,
    RecognitionDiscontinued,
    RecognitionEvent,
    RecognitionGranted,
    RecognitionRefused,
    RecognitionSupplemented,
    SupplementRequested,
)
from registry.law.book import named
from registry.law.instruments.eu_606_2013 import INSTRUMENT as REGULATION_606
from registry.law.instruments.eu_606_2013 import cite as cite_606
from registry.law.instruments.eu_2011_99 import INSTRUMENT as DIRECTIVE_2011_99
from registry.law.instruments.eu_2011_99 import cite
from registry.law.jurisdictions import law_area
from registry.law.procedure import Procedure, ProcedureState
from registry.law.refusals import grounds_of
from registry.law.scope import claim_of
from registry.law.standing import Standing
from registry.values.identifiers import InstitutionId
from registry.values.recognition import RefusalGround
from registry.values.time import Instant, LegalMoment


def decide(
    command: RecognitionCommand,
    procedure: Procedure | None,
    *,
    now: Instant,
    order: Standing | None,
    others: tuple[Procedure, ...] = (),
    adopted: Standing | None = None,
) -> tuple[RecognitionEvent, ...]:
    """Answer the command with facts, or raise `Refused`.

    `order` is the order concerned, `others` its procedures in the same jurisdiction, `adopted` the
    national measure that a grant names; a decision fetches nothing itself.
    """
    if isinstance(command, AskRecognition):
        return _ask(command, procedure, order, others, now)
    if isinstance(command, ApplyForRefusal):
        return _apply(command, procedure, order, others, now)
    if procedure is None or order is None:
        raise NotFound("no-such-recognition")
    match command:
        case RequestSupplement():
            return _request_supplement(command, procedure)
        case SupplementRecognition():
            return _supplement(command, procedure, order)
        case GrantRecognition():
            return _grant(command, procedure, adopted, now)
        case RefuseRecognition():
            return _refuse(command, procedure, now)
        case DiscontinueRecognition():
            return _discontinue(command, procedure)
        case _:
            assert_never(command)


def _ask(
    command: AskRecognition,
    procedure: Procedure | None,
    order: Standing | None,
    others: tuple[Procedure, ...],
    now: Instant,
) -> tuple[RecognitionEvent, ...]:
    """Ask by an instrument that works by decision; it is the protected person's to ask for (Art 6(2))."""
    if procedure is not None:
        return ()
    if order is None:
        raise NotFound("no-such-order")
    happened(command.asked, now, "/asked")
    alive(order)
    claim = claim_of(order, (), law_area(command.jurisdiction), now)
    if REGULATION_606.reaches(claim) and not command.requested_by_protected_person:
        return _applied_for_refusal(command, others)
    if not DIRECTIVE_2011_99.binds(claim):
        raise Refused("no-recognition-by-decision", field="/jurisdiction", cite=str(cite("Arts 1, 2")))
    if not command.requested_by_protected_person:
        raise Refused("only-on-request-of-protected-person", cite=str(cite("Art 6(2)")))
    if any(other.state not in {ProcedureState.REFUSED, ProcedureState.DISCONTINUED} for other in others):
        raise Conflict("recognition-already-asked")
    return (
        RecognitionAsked(
            recognition_ref=command.recognition_ref,
            order_ref=command.order_ref,
            jurisdiction=command.jurisdiction,
            authority=command.authority,
            instrument=DIRECTIVE_2011_99.CODE,
            asked=command.asked,
        ),
    )


def _apply(
    command: ApplyForRefusal,
    procedure: Procedure | None,
    order: Standing | None,
    others: tuple[Procedure, ...],
    now: Instant,
) -> tuple[RecognitionEvent, ...]:
    """Open the procedure where the respondent applies; only under the Regulation does he."""
    if procedure is not None:
        return ()
    if order is None:
        raise NotFound("no-such-order")
    happened(command.asked, now, "/asked")
    alive(order)
    if not REGULATION_606.reaches(claim_of(order, (), law_area(command.jurisdiction), now)):
        raise Refused("no-application-there", field="/jurisdiction", cite=str(cite_606("Art 13(1)")))
    return _applied_for_refusal(command, others)


def _applied_for_refusal(
    command: AskRecognition | ApplyForRefusal, others: tuple[Procedure, ...]
) -> tuple[RecognitionEvent, ...]:
    """Open the procedure on the respondent's application for refusal (Regulation 606/2013 Art 13(1)).

    It changes nothing until a court decides: the measure is enforced while it is pending.
    """
    if any(other.instrument == REGULATION_606.CODE and other.state is ProcedureState.PENDING for other in others):
        raise Conflict("recognition-already-asked")
    return (
        RecognitionAsked(
            recognition_ref=command.recognition_ref,
            order_ref=command.order_ref,
            jurisdiction=command.jurisdiction,
            authority=command.authority,
            instrument=REGULATION_606.CODE,
            asked=command.asked,
        ),
    )


def _by_authority(procedure: Procedure, by: InstitutionId) -> None:
    if by != procedure.authority:
        raise NotFound("no-such-recognition")


def _in_state(procedure: Procedure, *states: ProcedureState) -> None:
    if procedure.state not in states:
        raise Conflict("recognition-in-another-state")


def _may_decide(procedure: Procedure, decided: LegalMoment, overturned: ProcedureState) -> None:
    """Let a court decide what is open, or under the Regulation overturn the decision that stands (Art 13(1)).

    Under the Directive a refusal is followed by another request, and a grant ends by discontinuation.
    """
    if procedure.instrument != REGULATION_606.CODE or procedure.state is not overturned:
        _in_state(procedure, ProcedureState.PENDING, ProcedureState.SUPPLEMENT_REQUESTED)
        return
    if decided.begins() < procedure.decisions[-1][1].begins():  # It would overturn nothing.
        raise Refused("date-before-recognition", field="/decided")


def _request_supplement(command: RequestSupplement, procedure: Procedure) -> tuple[RecognitionEvent, ...]:
    _by_authority(procedure, command.by)
    _in_state(procedure, ProcedureState.PENDING)
    plausible(command.due, "/due")
    if not command.missing:
        raise Refused("nothing-missing", field="/missing")
    return (
        SupplementRequested(
            recognition_ref=procedure.recognition_ref,
            order_ref=procedure.order_ref,
            missing=command.missing,
            due=command.due,
        ),
    )


def _supplement(command: SupplementRecognition, procedure: Procedure, order: Standing) -> tuple[RecognitionEvent, ...]:
    if command.by != order.details.court.institution:
        raise NotFound("no-such-recognition")
    _in_state(procedure, ProcedureState.SUPPLEMENT_REQUESTED)
    return (
        RecognitionSupplemented(
            recognition_ref=procedure.recognition_ref, order_ref=procedure.order_ref, supplied=command.supplied
        ),
    )


def _grant(
    command: GrantRecognition, procedure: Procedure, adopted: Standing | None, now: Instant
) -> tuple[RecognitionEvent, ...]:
    _by_authority(procedure, command.by)
    _may_decide(procedure, command.decided, ProcedureState.REFUSED)
    happened(command.decided, now, "/decided")
    if command.adopted is not None:
        fits = (
            adopted is not None
            and adopted.details.origin == procedure.order_ref
            and law_area(adopted.details.court.jurisdiction) == law_area(procedure.jurisdiction)
        )
        if not fits:
            raise Refused("no-such-adopted-measure", field="/adopted", cite=str(cite("Art 9(1)")))
    return (
        RecognitionGranted(
            recognition_ref=procedure.recognition_ref,
            order_ref=procedure.order_ref,
            jurisdiction=procedure.jurisdiction,
            decided=command.decided,
            adopted=command.adopted,
        ),
    )


def _refuse(command: RefuseRecognition, procedure: Procedure, now: Instant) -> tuple[RecognitionEvent, ...]:
    _by_authority(procedure, command.by)
    _may_decide(procedure, command.decided, ProcedureState.GRANTED)
    happened(command.decided, now, "/decided")
    instrument = named(procedure.instrument)
    open_grounds: frozenset[str] = instrument.grounds(law_area(procedure.jurisdiction)) if instrument else frozenset()
    if not command.grounds or not set(command.grounds) <= open_grounds:
        raise Refused("ground-not-open", field="/grounds", cite=_why_not_open(command, procedure))
    return (
        RecognitionRefused(
            recognition_ref=procedure.recognition_ref,
            order_ref=procedure.order_ref,
            jurisdiction=procedure.jurisdiction,
            decided=command.decided,
            grounds=command.grounds,
        ),
    )


def _why_not_open(command: RefuseRecognition, procedure: Procedure) -> str:
    """Cite what closes a ground: the State's own law under the Directive, the Regulation's article (Art 13(3))."""
    if procedure.instrument != REGULATION_606.CODE:
        own = grounds_of(law_area(procedure.jurisdiction))
        return str(own.basis if own is not None else cite("Art 10(1)"))
    unknown = RefusalGround.UNKNOWN_MEASURE in command.grounds
    return str(cite_606("Art 13(3)" if unknown else "Art 13(1)"))


def _discontinue(command: DiscontinueRecognition, procedure: Procedure) -> tuple[RecognitionEvent, ...]:
    _by_authority(procedure, command.by)
    plausible(command.from_, "/from")
    at = command.from_.begins()
    if procedure.discontinued is not None:
        if procedure.discontinued.begins() == at:
            return ()
        if procedure.discontinued.begins() < at:
            raise Conflict("recognition-in-another-state")
    else:
        _in_state(procedure, ProcedureState.GRANTED)
    granted = procedure.granted or command.from_  # the fold sets it with the state; the type does not know
    not_before(command.from_, granted, "/from", "date-before-recognition")
    return (
        RecognitionDiscontinued(
            recognition_ref=procedure.recognition_ref,
            order_ref=procedure.order_ref,
            jurisdiction=procedure.jurisdiction,
            from_=command.from_,
            ground=command.ground,
        ),
    )
