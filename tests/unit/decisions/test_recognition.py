"""Recognition by decision: asked for the protected person, decided by the authority it was sent to."""

from dataclasses import replace

import pytest

from registry.commands.issuance import RevokeOrder
from registry.commands.recognition import (
    ApplyForRefusal,
    AskRecognition,
    DiscontinueRecognition,
    GrantRecognition,
    RefuseRecognition,
    RequestSupplement,
    SupplementRecognition,
)
from registry.errors import Conflict, NotFound, Refused
from registry.events.recognition import (
    RecognitionAsked,
    RecognitionDiscontinued,
    RecognitionGranted,
    RecognitionRefused,
    RecognitionSupplemented,
    SupplementRequested,
)
from registry.law.enforceability import enforceability
from registry.law.procedure import ProcedureState
from registry.values.check import EnforcementStatus
from registry.values.identifiers import RecognitionRef
from registry.values.issuance import EndReason, Nature, OrderKind
from registry.values.recognition import DiscontinuationGround, RefusalGround
from tests.given import BERLIN, LILLE, MADRID, MEASURE, ORDER, RECOGNITION, World, at, court, day, enter, ref

NOW = "2024-03-20T12:00:00+00:00"


def ask(word="recognition", where="DE", requested=True, asked="2024-03-01"):  # noqa: FBT002
    return AskRecognition(
        recognition_ref=RecognitionRef(ref(word)),
        order_ref=ORDER,
        jurisdiction=where,
        authority=BERLIN,
        asked=day(asked),
        requested_by_protected_person=requested,
    )


def grant(by=BERLIN, adopted=MEASURE, decided="2024-03-10"):
    return GrantRecognition(recognition_ref=RECOGNITION, by=by, decided=day(decided), adopted=adopted)


def refuse(*grounds, by=BERLIN, decided="2024-03-10"):
    return RefuseRecognition(recognition_ref=RECOGNITION, by=by, decided=day(decided), grounds=grounds)


def more(by=BERLIN, missing=("f",)):
    return RequestSupplement(recognition_ref=RECOGNITION, by=by, missing=missing, due=day("2024-04-01"))


def supply(by=MADRID):
    return SupplementRecognition(recognition_ref=RECOGNITION, by=by, supplied=("f",))


def discontinue(by=BERLIN, from_="2024-03-15"):
    ground = DiscontinuationGround.PROTECTED_PERSON_LEFT
    return DiscontinueRecognition(recognition_ref=RECOGNITION, by=by, from_=day(from_), ground=ground)


def entered(**given):
    world = World()
    said = {"court": court("ES", MADRID), "kind": OrderKind.EUROPEAN_PROTECTION_ORDER, "nature": Nature.CRIMINAL}
    world.do(enter(**(said | given)))
    return world


def asked():
    world = entered()
    world.do(ask())
    return world


def adopted(**given):
    world = asked()
    said = {"jurisdiction": "DE", "kind": OrderKind.IMPORTED_MEASURE, "origin": ORDER}
    world.do(enter(MEASURE, **(said | given)))
    return world


def refused(world, command, code, kind=Refused):
    with pytest.raises(kind) as refusal:
        world.do(command)
    assert refusal.value.code == code


def test_an_order_is_sent_to_another_state():
    world = entered()
    assert isinstance(world.do(ask())[0], RecognitionAsked)
    assert world.do(ask()) == ()
    assert world.procedure(RECOGNITION).instrument == "eu-2011-99"


def test_only_the_protected_person_has_it_sent():
    refused(entered(), ask(requested=False), "only-on-request-of-protected-person")


@pytest.mark.parametrize("where", ["IE", "DK", "ES", "ES-MD", "US-CA", "GB-EAW"])
def test_it_is_sent_only_where_the_directive_binds(where):
    refused(entered(), ask(where=where), "no-recognition-by-decision")


def test_a_civil_measure_goes_by_certificate():
    refused(entered(nature=Nature.CIVIL, kind=OrderKind.FINAL), ask(), "no-recognition-by-decision")


def test_there_is_an_order_to_send_that_was_not_ended():
    refused(World(), ask(), "no-such-order", NotFound)
    world = entered()
    world.do(RevokeOrder(order_ref=ORDER, from_=day("2024-03-01"), reason=EndReason.WITHDRAWN, revoked_in="ES"))
    refused(world, ask(), "order-ended", Conflict)


def test_it_is_not_asked_in_the_future():
    refused(entered(), ask(asked="2030-01-01"), "date-in-the-future")


def test_one_procedure_at_a_time_in_a_state():
    world = asked()
    refused(world, ask("second"), "recognition-already-asked", Conflict)
    world.do(refuse(RefusalGround.IMMUNITY))
    assert len(world.do(ask("second"))) == 1


@pytest.mark.parametrize("command", [grant(), refuse(), more(), supply(), discontinue()])
def test_nothing_is_decided_that_was_not_asked(command):
    refused(entered(), command, "no-such-recognition", NotFound)


@pytest.mark.parametrize(
    "command", [grant(LILLE), refuse(by=LILLE), more(LILLE), supply(LILLE), supply(BERLIN), discontinue(LILLE)]
)
def test_nobody_decides_what_was_sent_to_another(command):
    refused(asked(), command, "no-such-recognition", NotFound)


def test_what_is_missing_is_asked_for_and_sent():
    world = asked()
    assert isinstance(world.do(more())[0], SupplementRequested)
    refused(world, more(), "recognition-in-another-state", Conflict)
    assert world.procedure(RECOGNITION).supplement_due == day("2024-04-01")
    assert isinstance(world.do(supply())[0], RecognitionSupplemented)
    refused(world, supply(), "recognition-in-another-state", Conflict)
    assert world.procedure(RECOGNITION).state is ProcedureState.PENDING


def test_who_asks_for_more_says_what():
    refused(asked(), more(missing=()), "nothing-missing")


def test_recognition_names_the_measure_adopted():
    world = adopted()
    assert isinstance(world.do(grant())[0], RecognitionGranted)
    assert world.procedure(RECOGNITION).adopted == MEASURE
    refused(world, grant(), "recognition-in-another-state", Conflict)


def test_or_none_where_the_law_knows_no_such_measure():
    assert asked().do(grant(adopted=None))[0].adopted is None


@pytest.mark.parametrize("given", [{"origin": RECOGNITION}, {"jurisdiction": "FR"}])
def test_the_measure_is_adopted_there_and_from_that_order(given):
    refused(adopted(**given), grant(), "no-such-adopted-measure")


def test_the_measure_is_there():
    refused(asked(), grant(), "no-such-adopted-measure")


def test_it_is_not_decided_in_the_future():
    refused(adopted(), grant(decided="2030-01-01"), "date-in-the-future")
    refused(asked(), refuse(RefusalGround.IMMUNITY, decided="2030-01-01"), "date-in-the-future")


def test_refusal_rests_on_a_ground_that_is_open():
    (fact,) = asked().do(refuse(RefusalGround.RESPONDENT_NOT_HEARD, RefusalGround.INCOMPLETE))
    assert isinstance(fact, RecognitionRefused)
    for grounds in [(), (RefusalGround.TERRITORIALITY,), (RefusalGround.INCOMPLETE, RefusalGround.UNKNOWN_MEASURE)]:
        refused(asked(), refuse(*grounds), "ground-not-open")


def test_where_the_instrument_is_unknown_no_ground_is_open():
    world = World()
    world.do(enter(court=court("ES", MADRID)))
    event = RecognitionAsked(
        recognition_ref=RECOGNITION,
        order_ref=ORDER,
        jurisdiction="DE",
        authority=BERLIN,
        instrument="lost",
        asked=day("2024-03-01"),
    )
    world.record(RECOGNITION, event, 0)
    refused(world, refuse(RefusalGround.INCOMPLETE), "ground-not-open")


def test_what_was_recognised_is_discontinued_once():
    world = adopted()
    refused(world, discontinue(), "recognition-in-another-state", Conflict)
    world.do(grant())
    assert isinstance(world.do(discontinue())[0], RecognitionDiscontinued)
    assert world.do(discontinue()) == ()


def test_what_was_discontinued_ends_earlier_if_said_so_and_never_later():
    world = adopted()
    world.do(grant())
    world.do(discontinue())
    refused(world, discontinue(from_="2024-03-16"), "recognition-in-another-state", Conflict)
    refused(world, discontinue(from_="2024-03-01"), "date-before-recognition")
    assert isinstance(world.do(discontinue(from_="2024-03-12"))[0], RecognitionDiscontinued)


def test_the_respondents_application_under_606_is_open_once():
    world = World()
    world.do(enter(court=court("FR"), kind=OrderKind.FINAL, nature=Nature.CIVIL))
    world.do(ask(requested=False))
    with pytest.raises(Conflict, match="recognition-already-asked"):
        world.do(ask("another", requested=False))


def apply(where="ES", **more):
    return ApplyForRefusal(
        recognition_ref=more.pop("recognition_ref", RECOGNITION),
        order_ref=ORDER,
        jurisdiction=where,
        authority=MADRID,
        asked=day("2024-03-10"),
        **more,
    )


def test_the_respondent_applies_in_the_state_addressed_and_only_under_the_regulation():
    world = World()
    world.do(enter())
    (event,) = world.do(apply())
    assert (event.instrument, event.authority) == ("eu-606-2013", MADRID)
    assert world.do(apply()) == ()
    with pytest.raises(Conflict, match="recognition-already-asked"):
        world.do(apply(recognition_ref=RecognitionRef(ref("another"))))
    criminal = World()
    criminal.do(enter(nature=Nature.CRIMINAL))
    with pytest.raises(Refused, match="no-application-there") as refusal:
        criminal.do(apply())
    assert refusal.value.cite == "Regulation (EU) No 606/2013 Art 13(1)"


def test_nobody_applies_about_an_order_that_is_not_there_or_has_ended():
    with pytest.raises(NotFound, match="no-such-order"):
        World().do(apply())
    world = World()
    world.do(enter())
    world.do(RevokeOrder(order_ref=ORDER, from_=day("2024-03-01"), reason=EndReason.NOT_STATED, revoked_in="FR"))
    with pytest.raises(Conflict, match="order-ended"):
        world.do(apply())


def applied_about():
    world = World()
    world.do(enter())
    world.do(ask(requested=False))
    return world


def test_a_refusal_under_606_is_overturned_on_appeal_and_so_is_a_dismissal():
    world = applied_about()
    world.do(refuse(RefusalGround.PUBLIC_POLICY, decided="2024-03-10"))
    refused(world, refuse(RefusalGround.PUBLIC_POLICY), "recognition-in-another-state", Conflict)
    refused(world, grant(adopted=None, decided="2024-03-09"), "date-before-recognition")
    assert isinstance(world.do(grant(adopted=None, decided="2024-03-12"))[0], RecognitionGranted)
    refused(world, grant(adopted=None, decided="2024-03-14"), "recognition-in-another-state", Conflict)
    assert isinstance(world.do(refuse(RefusalGround.PUBLIC_POLICY, decided="2024-03-14"))[0], RecognitionRefused)
    procedure = world.procedure(RECOGNITION)
    told = [procedure.state_at(day(f"2024-03-{number:02}").begins()) for number in (9, 10, 12, 14)]
    refusal = ProcedureState.REFUSED
    assert told == [ProcedureState.PENDING, refusal, ProcedureState.GRANTED, refusal]


def test_under_the_directive_a_refusal_is_followed_by_another_request():
    world = asked()
    world.do(refuse(RefusalGround.IMMUNITY))
    refused(world, grant(adopted=None), "recognition-in-another-state", Conflict)


def test_an_adopted_measure_that_is_not_on_record_leaves_the_order_pending():
    world = adopted()
    world.do(grant())
    noon = at("2024-03-19T12:00:00+01:00")
    assert world.verdict("DE", noon).status is EnforcementStatus.ENFORCEABLE_IMPORTED
    verdict = enforceability(replace(world.dossier(), linked=()), "DE", valid_at=noon)
    assert verdict.status is EnforcementStatus.RECOGNITION_PENDING
    assert verdict.notes == ("ADOPTED_MEASURE_NOT_KNOWN",)
    assert verdict.duties == ("ASK_FOR_THE_ORDER_ITSELF", "USE_DOMESTIC_EMERGENCY_POWERS")
