"""Every duty the law knows, found by scan: the deadlines show it, the registry does it, or a reason is given."""

import ast
import re
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

import registry.law
from registry.access.actors import Directory, Institution, Role
from registry.alerts.around import Around
from registry.alerts.duties import ELSEWHERE, FORMS, concerns
from registry.alerts.rules import follows
from registry.alerts.surroundings import told_before, turned_by
from registry.commands.duty import LapseDuty, OpenDuty, ReviveDuty
from registry.decisions import duty as deciding
from registry.events import issuance, recognition, service, violation
from registry.events.base import Actor, Fact
from registry.law import procedure as procedures
from registry.law.arising import KINDS, arising
from registry.law.deadlines import duties
from registry.law.stories import run
from registry.law_report import decide
from registry.ledger.port import Recorded
from registry.processes import VIEWS
from registry.values.duty import DutyCode, Whom
from registry.values.issuance import CertificateForm, EndReason, Nature, OrderKind
from registry.values.recognition import DiscontinuationGround, RefusalGround
from registry.values.service import ServiceState
from registry.values.time import END_OF_TIME, NO_EXPIRY, Instant, LegalMoment
from registry.values.violation import BreachKind
from tests.given import ORDER, RECOGNITION, day, details, ref
from tests.law.test_cases import STORIES
from tests.law.test_stories import SEQUELS

CODE = re.compile(r"[A-Z]+(_[A-Z]+)+")
NOW = Instant(1_790_000_000_000_000)
COURT, DESK = "the-court", "the-desk"

AT_THE_DOOR = "an officer is told in the answer to a check and does it there and then: no list waits for it"
ADVICE = "an authority is told in the answer what it may propose or ask for; no law sets a time or names who owes it"
SPEAKS = "tells what the law asks of States; no institution owes it about one order"
NOT_OPENED = {
    **dict.fromkeys(
        (
            "ALLOW_REASONABLE_TIME_TO_COMPLY",
            "CONFIRM_THE_HIT_BEFORE_ARREST",
            "DO_NOT_DISCLOSE_ADDRESS",
            "DO_NOT_ENFORCE_AGAINST_THE_PETITIONER",
            "DO_NOT_TELL_RESPONDENT_OF_FILING",
            "ENFORCE_AS_LOCAL_ORDER",
            "ENFORCE_BY_LOCAL_PROCEDURE",
            "ENFORCE_THE_ORDER_THAT_PREVAILS",
            "FIND_OUT_WHO_PETITIONED",
            "INFORM_PROTECTED_PERSON_OF_VICTIM_SERVICES",
            "INFORM_RESPONDENT_OF_TERMS",
            "PROTECT_AND_ASK_FOR_THE_ORDER_MEANWHILE",
            "RECORD_SERVICE",
            "TELL_PROTECTED_PERSON_THAT_RESPONDENT_WILL_BE_CONTACTED",
            "TRY_TO_SERVE",
            "USE_DOMESTIC_EMERGENCY_POWERS",
        ),
        AT_THE_DOOR,
    ),
    **dict.fromkeys(
        (
            "ASK_FOR_THE_ORDER_ITSELF",
            "ASK_ISSUING_AUTHORITY_FOR_CERTIFICATE",
            "OFFER_DECLARATION",
            "OFFER_REGISTRATION",
            "PROPOSE_DOMESTIC_ORDER",
        ),
        ADVICE,
    ),
    **dict.fromkeys(
        (
            "BREACH_IS_SANCTIONED",
            "EMERGENCY_BARRING",
            "PARTIES_COOPERATE",
            "PROTECTION_ORDERS_AVAILABLE",
            "RISK_ASSESSMENT",
        ),
        SPEAKS,
    ),
    "INFORM_ISSUING_AUTHORITY": "of a refusal or an end of recognition: the notice that follows from the fact does it",
    "INFORM_PROTECTED_PERSON": "of an end of recognition: TELL_OF_DISCONTINUATION is opened where no message goes out",
    "INFORM_PROTECTED_PERSON_OF_REMEDIES": "TELL_OF_REFUSAL_WITH_GROUNDS is opened where no message goes out",
    "INFORM_MILITARY_POLICE": "nobody is enrolled as military police, and the law read sets no time",
    "REPORT_BREACH_ON_ANNEX_II": "REPORT_ON_ANNEX_II_TRANSLATED is opened once a breach is reported",
}
"""Every duty that an answer names and no list of deadlines holds under that name, and why."""


class Scan:
    """Reads a module of the law for the codes that stand where duties stand."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree, self.found, self.followed = tree, set(), set()
        self.places = {
            node.name: [place for place, given in enumerate(node.args.args) if of_duties(given.arg)]
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef)
        }
        self.returns = {
            each
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and of_duties(node.name)
            for each in ast.walk(node)
            if isinstance(each, ast.Return)
        }
        for node in ast.walk(tree):
            self.look(node)

    def look(self, node):
        match node:
            case ast.Call():
                for keyword in node.keywords:
                    if keyword.arg and of_duties(keyword.arg):
                        self.take(keyword.value)
                for place in self.places.get(getattr(node.func, "id", ""), ()):
                    for given in node.args[place : place + 1]:
                        self.take(given)
            case ast.Assign() | ast.AnnAssign() if node.value is not None:
                for name, value in assigned(node):
                    if of_duties(name):
                        self.take(value)
            case ast.FunctionDef():
                for given, default in zip(reversed(node.args.args), reversed(node.args.defaults), strict=False):
                    if of_duties(given.arg):
                        self.take(default)
            case ast.Return() if node.value is not None and node in self.returns:
                self.take(node.value)

    def take(self, value):
        """Keep the codes in an expression, and in whatever the names in it were given."""
        for node in ast.walk(value):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
                self.found.add(node.value)
            elif isinstance(node, ast.Name) and node.id not in self.followed:
                self.followed.add(node.id)
                for other in ast.walk(self.tree):
                    if isinstance(other, ast.Assign | ast.AnnAssign) and other.value is not None:
                        for name, given in assigned(other):
                            if name == node.id:
                                self.take(given)


def of_duties(name: str) -> bool:
    return "dut" in name.lower()


def assigned(node):
    """Give each name that an assignment gives a value, with the value."""
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        if isinstance(target, ast.Name):
            yield target.id, node.value
        elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs = zip(target.elts, node.value.elts, strict=True)
            yield from ((each.id, value) for each, value in pairs if isinstance(each, ast.Name))


def scanned():
    folder = Path(registry.law.__file__).parent
    trees = (ast.parse(path.read_text()) for path in sorted(folder.rglob("*.py")) if "stories" not in path.parts)
    return set().union(*(Scan(tree).found for tree in trees))


def test_every_duty_of_every_instrument_is_a_deadline_or_has_a_reason_why_not():
    assert scanned() - set(DutyCode) == set(NOT_OPENED)
    assert not set(NOT_OPENED) & set(DutyCode)


def test_the_scan_finds_every_duty_that_an_answer_to_a_story_names():
    answered = {
        code for story in STORIES for each in run(story, decide) if each.verdict for code in each.verdict.duties
    }
    assert len(answered) > 10
    assert answered <= scanned()


# ------------------------------------------------------------------ what law/deadlines.py computes


def moment(text="2026-06-01"):
    return day(text)


def facts():
    """One fact of each kind from which a duty can arise."""
    order, on = {"order_ref": ORDER}, moment()
    step = {**order, "recognition_ref": RECOGNITION}
    return [
        issuance.OrderIssued(**order, details=measure("GB-EAW")),
        issuance.OrderVaried(**order, terms=2, conditions=(), made=on, varied_in="FR"),
        issuance.OrderExtended(**order, expiry=NO_EXPIRY, made=on),
        issuance.OrderSuspended(**order, from_=on),
        issuance.OrderReinstated(**order, from_=on),
        issuance.OrderCorrected(**order, corrects=ref("x"), retracts=True),
        issuance.OrderRevoked(**order, from_=on, reason=EndReason.NOT_STATED, revoked_in="FR"),
        issuance.CertificateIssued(
            **order, certificate_ref=ref("c"), form=CertificateForm.ARTICLE_5, issued=on, destinations=("DE",)
        ),
        issuance.OrderRegistered(**order, registered_in="US-CA", registered_with=DESK, made=on, notify_respondent=True),
        issuance.OrderAdjusted(**order, adjusted_in="DE", adjusted_by=DESK, made=on, elements=()),
        service.ServiceRecorded(
            **order, respondent=ref("r"), terms=1, state=ServiceState.SERVED_PERSONAL, at=on, served_by=COURT
        ),
        recognition.SupplementRequested(**step, missing=("f",), due=on),
        recognition.RecognitionGranted(**step, jurisdiction="DE", decided=on),
        recognition.RecognitionRefused(**step, jurisdiction="DE", decided=on, grounds=(RefusalGround.INCOMPLETE,)),
        recognition.RecognitionDiscontinued(
            **step, jurisdiction="DE", from_=on, ground=DiscontinuationGround.MAXIMUM_TERM
        ),
        violation.ViolationReported(
            **order,
            violation_ref=ref("v"),
            jurisdiction="DE",
            breaches=(BreachKind.WEAPON_PURCHASE_ATTEMPT,),
            occurred=on,
        ),
    ]


def measure(area, *, imported=False):
    origin = {"origin": UUID(int=9), "kind": OrderKind.IMPORTED_MEASURE} if imported else {}
    return replace(details(area, **origin), nature=Nature.CIVIL)


MEASURES = [measure("GB-EAW"), measure("US-KY"), measure("DE", imported=True)]
EVERY = [
    pytest.param(event, made, id=f"{type(event).__name__}-{made.court.jurisdiction}")
    for event in facts()
    for made in MEASURES
]


def fact(event, by=DESK):
    return Fact(
        fact_id=UUID(int=77),
        stream=ORDER,
        version=3,
        recorded_at=NOW,
        actor=Actor(institution=by, key_id="k"),
        correlation=UUID(int=78),
        event=event,
    )


def institution(name, *roles):
    return Institution(institution=name, name=name, roles=frozenset(roles), jurisdictions=("GB-NIR",), contact="-")


LONELY = Directory(institutions=(institution(COURT, Role.COURT), institution(DESK, Role.EXECUTING_AUTHORITY)))
"""Nobody is there whom the registry could tell by itself."""


def opened(event, made):
    around = Around(
        directory=LONELY, jurisdiction=made.court.jurisdiction, issuing=COURT, details=made, procedures=PROCEDURES
    )
    return [each for each in follows(fact(event), around) if isinstance(each, OpenDuty)]


def asked(instrument="eu-2011-99"):
    """A procedure in Germany, as it stood before the fact."""
    event = recognition.RecognitionAsked(
        recognition_ref=RECOGNITION,
        order_ref=ORDER,
        jurisdiction="DE",
        authority=DESK,
        instrument=instrument,
        asked=moment("2026-05-01"),
    )
    return procedures.fold([fact(event)])


PROCEDURES = (asked(),)


def test_the_facts_above_are_all_from_which_a_duty_can_arise():
    assert {type(event) for event in facts()} == KINDS


def test_every_code_and_everybody_who_is_to_be_told_comes_up():
    found = [duty for event in facts() for made in MEASURES for duty in arising(fact(event), made, PROCEDURES)]
    assert {duty.code for duty in found} == set(DutyCode)
    assert set(Whom) - {duty.whom for duty in found} == {Whom.STATE_OF_SUPERVISION}, "no fact names that State"


@pytest.mark.parametrize("event", facts(), ids=lambda event: type(event).__name__)
def test_a_procedure_under_another_instrument_brings_no_duty_of_the_directive(event):
    assert any("2011/99" in duty.basis.instrument for duty in arising(fact(event), MEASURES[0], PROCEDURES)) is (
        type(event).__name__ in BY_DIRECTIVE
    )
    elsewhere = arising(fact(event), MEASURES[0], [asked("eu-606-2013")])
    assert not any("2011/99" in duty.basis.instrument or duty.basis.instrument == "EUGewSchVG" for duty in elsewhere)


BY_DIRECTIVE = {
    "OrderRevoked",
    "SupplementRequested",
    "RecognitionGranted",
    "RecognitionRefused",
    "RecognitionDiscontinued",
}


def told_by_notice(duty):
    """Of whom a notice of the registry tells whenever there is somebody; a form of the law it does not fill in."""
    return duty.code not in FORMS and duty.whom in {Whom.ISSUING_AUTHORITY, Whom.EXECUTING_AUTHORITY}


@pytest.mark.parametrize(("event", "made"), EVERY)
def test_a_duty_that_the_registry_cannot_do_is_owed_by_an_institution_with_instant_and_basis(event, made):
    computed = [duty for duty in arising(fact(event), made, PROCEDURES) if duty.code not in ELSEWHERE]
    held = {(each.code, each.whom): each for each in opened(event, made)}
    for duty in computed:
        each = held.pop((duty.code, duty.whom), None)
        assert each is not None or told_by_notice(duty), duty
        if each is not None:
            assert each.owed_by in {COURT, DESK}
            assert (each.due, each.since) == (duty.due, duty.opened)
            assert (each.instrument, each.provision) == (duty.basis.instrument, duty.basis.provision)
            assert each.verified is duty.basis.verified
    assert held == {}


@pytest.mark.parametrize(("event", "made"), EVERY)
def test_whatever_is_opened_is_shown_in_the_deadlines_with_its_basis(event, made):
    (view,) = [view for view in VIEWS if view.name == "deadlines"]
    for number, command in enumerate(opened(event, made)):
        (arose,) = deciding.decide(command, None, now=NOW)
        (put,) = view.on(Recorded(position=number + 1, fact=fact(arose, "registry")))
        assert put.row["kind"] == "DUTY"
        assert put.row["basis"] == f"{command.instrument} {command.provision}"
        assert put.row["verified"] == int(command.verified)
        assert put.row["institution"] == command.owed_by
        assert put.row["due"] == (command.since if command.due is None else command.due)
        assert put.row["without_delay"] == int(command.due is None)
        assert (put.row["code"], put.row["whom"]) == (command.code.value, command.whom.value)


def test_a_duty_shown_elsewhere_is_shown_there():
    (view,) = [view for view in VIEWS if view.name == "deadlines"]
    event = recognition.RecognitionAsked(
        recognition_ref=RECOGNITION,
        order_ref=ORDER,
        jurisdiction="DE",
        authority=DESK,
        instrument="eu-2011-99",
        asked=LegalMoment(date=moment().date, zone="Europe/Paris"),
    )
    (put,) = view.on(Recorded(position=1, fact=fact(event, COURT)))
    assert set(ELSEWHERE) == {DutyCode.SUPPLY_WHAT_IS_MISSING}
    assert (put.row["kind"], put.row["basis"], put.row["verified"]) == (
        "SUPPLEMENT",
        "Directive 2011/99/EU Art 9(4)",
        1,
    )
    (put,) = view.on(Recorded(position=1, fact=fact(replace(event, instrument="nz-fva"), COURT)))
    assert (put.row["basis"].startswith("registry rule"), put.row["verified"]) == (True, None)


# ------------------------------------------------------------------ 18 USC 2265(d)(1)


def test_that_a_foreign_order_was_registered_is_owed_to_the_respondent_only_where_the_protected_person_asks():
    asks = next(event for event in facts() if isinstance(event, issuance.OrderRegistered))
    for made in MEASURES:
        assert [(each.code, each.whom) for each in opened(asks, made)] == [(DutyCode.TELL_OF_FILING, Whom.RESPONDENT)]
        assert opened(replace(asks, notify_respondent=False), made) == []


def test_most_orders_bring_about_nothing_and_are_passed_over_unread():
    made = measure("GB-EAW")
    assert concerns(fact(issuance.OrderIssued(order_ref=ORDER, details=made)))
    assert not concerns(fact(issuance.OrderIssued(order_ref=ORDER, details=measure("FR"))))


# ------------------------------------------------------------------ the law's list and what the registry holds


EVERYBODY = Directory(institutions=(institution("story", Role.COURT, Role.EXECUTING_AUTHORITY),))
ORDERS = [
    pytest.param(story, ref, id=f"{story.name}-{name}")
    for story in (*STORIES, *SEQUELS)
    for name, ref in story.cast.orders.items()
]


def facts_of(story, order_ref):
    found = (each for stream in story.facts.values() for each in stream)
    return sorted((f for f in found if getattr(f.event, "order_ref", None) == order_ref), key=lambda f: f.recorded_at)


def around_each(told, order_ref):
    """Give each fact of an order with what was around it when it was recorded."""
    history, known = [], {}
    for each in told:
        reference = getattr(each.event, "recognition_ref", None)
        if reference is not None:
            known[reference] = procedures.evolve(known.get(reference), each)
        if each.stream == order_ref:
            history.append(each)
        turned = turned_by(history, each)
        yield (
            each,
            Around(
                directory=EVERYBODY,
                jurisdiction=history[0].event.details.court.jurisdiction,
                issuing="story",
                details=history[0].event.details,
                procedures=tuple(known.values()),
                told_before=told_before(history, each),
                undone=turned.undone,
                redone=turned.redone,
                first_now=turned.first_now,
            ),
        )


def held(told, order_ref):
    """Follow every fact of an order as the registry does, and give the duties that stand in the end."""
    duties = {}
    for each, around in around_each(told, order_ref):
        for command in follows(each, around):
            if isinstance(command, OpenDuty | LapseDuty | ReviveDuty):
                before = duties.get(command.duty_ref)
                for event in deciding.decide(command, before, now=NOW):
                    duties[command.duty_ref] = deciding.evolve(duties.get(command.duty_ref), fact(event, "registry"))
    return {(duty.arose.about, duty.arose.code, duty.arose.whom) for duty in duties.values() if not duty.lapsed}


@pytest.mark.parametrize(("story", "order_ref"), ORDERS)
def test_what_the_registry_holds_as_owed_is_what_the_law_lists_and_it_does_not_tell_itself(story, order_ref):
    """Of several services that tell one respondent the same terms the registry holds the first."""
    told = facts_of(story, order_ref)
    listed = {
        (duty.about, duty.code, duty.whom)
        for duty in duties(told[0].event.details, told, known_at=END_OF_TIME)
        if not duty.forbidden and duty.code not in ELSEWHERE and not told_by_notice(duty)
    }
    found = held(told, order_ref)
    assert found <= listed
    assert {each[1:] for each in found} == {each[1:] for each in listed}
