"""What every file of law/grounds must keep, and that a new one is found without an edit anywhere."""

import importlib
import sys
import textwrap
from datetime import date, timedelta

import pytest

from registry.law import grounds as shelf
from registry.law import refusals
from registry.law.instruments.eu_2011_99 import INSTRUMENT
from registry.law.procedure import Procedure, ProcedureState
from registry.law.refusals import ARTICLE_10, by_state, grounds_of, scan
from registry.law.scope import claim_of
from registry.values.issuance import Nature, OrderKind
from registry.values.jurisdiction import Jurisdiction
from registry.values.recognition import RefusalGround
from tests.given import BERLIN, ORDER, RECOGNITION, World, at, day, enter, ref

FILES = sorted(by_state().values(), key=lambda each: each.state)
ITS_OWN = {Jurisdiction("DE"): {RefusalGround.RESPONDENT_NOT_HEARD}}
"""Grounds that a State's law adds to the Directive's."""


@pytest.mark.parametrize("grounds", FILES, ids=lambda each: each.state)
def test_a_state_opens_grounds_of_the_directive_and_shall_refuse_only_on_open_ones(grounds):
    assert grounds.open <= ARTICLE_10 | ITS_OWN.get(grounds.state, set())
    assert INSTRUMENT.grounds(grounds.state) == grounds.open
    days = [since for since, _ in grounds.mandatory]
    assert days == sorted(set(days))
    for _, found in grounds.mandatory:
        assert found <= grounds.open
    assert not grounds.mandatory or grounds.shall_refuse(date(2024, 1, 1)) == grounds.mandatory[0][1]


def test_a_state_without_a_file_has_the_grounds_of_the_directive():
    assert grounds_of(Jurisdiction("IT")) is None
    assert INSTRUMENT.grounds(Jurisdiction("IT")) == ARTICLE_10


def test_a_rule_counts_from_its_day():
    spain = grounds_of(Jurisdiction("ES"))
    (_, before), (since, after) = spain.mandatory
    assert spain.shall_refuse(since - timedelta(days=1)) == before
    assert spain.shall_refuse(since) == after
    assert before - after == {RefusalGround.TIME_BARRED}
    assert grounds_of(Jurisdiction("DE")).shall_refuse(since) == frozenset()


@pytest.mark.parametrize(
    ("place", "on", "ground", "notes"),
    [
        ("ES", "2025-04-02", RefusalGround.TIME_BARRED, ("GROUND_TIME_BARRED", "REFUSAL_WAS_MANDATORY")),
        ("ES", "2025-04-03", RefusalGround.TIME_BARRED, ("GROUND_TIME_BARRED",)),
        ("FR", "2025-04-03", RefusalGround.TERRITORIALITY, ("GROUND_TERRITORIALITY",)),
        ("DE", "2025-04-03", RefusalGround.IMMUNITY, ("GROUND_IMMUNITY",)),
        ("IT", "2025-04-03", RefusalGround.INCOMPLETE, ("GROUND_INCOMPLETE",)),
    ],
)
def test_an_answer_says_that_the_law_left_no_choice_and_else_nothing_of_it(place, on, ground, notes):
    world = World()
    world.do(enter(jurisdiction="HU", kind=OrderKind.EUROPEAN_PROTECTION_ORDER, nature=Nature.CRIMINAL))
    refused = Procedure(
        recognition_ref=RECOGNITION,
        order_ref=ORDER,
        jurisdiction=Jurisdiction(place),
        authority=BERLIN,
        instrument="eu-2011-99",
        asked=day("2024-02-02"),
        state=ProcedureState.REFUSED,
        asked_fact=ref("asked"),
        refused=day(on),
        decisions=((ProcedureState.REFUSED, day(on)),),
        grounds=(ground,),
    )
    claim = claim_of(world.order(ORDER), (refused,), Jurisdiction(place), at("2025-06-01T12:00:00+00:00"))
    judgment = INSTRUMENT.judge(claim)
    assert judgment.notes == notes
    own = grounds_of(Jurisdiction(place))
    assert judgment.basis[1:] == ((own.basis,) if own else ())


NEW = textwrap.dedent('''
    """Italy, by a law that nobody read."""
    from registry.law.citation import Citation
    from registry.law.refusals import ARTICLE_10, Grounds
    from registry.values.jurisdiction import Jurisdiction

    GROUNDS = Grounds(
        state=Jurisdiction("IT"),
        open=ARTICLE_10,
        basis=Citation(instrument="A law", provision="art 1", verified=False),
    )
''')


@pytest.fixture
def drop_in(tmp_path, monkeypatch):
    """Drop a file beside the States: on their path, and nowhere else."""

    def drop(name, text):
        tmp_path.joinpath(f"{name}.py").write_text(text)
        monkeypatch.setattr(shelf, "__path__", [*shelf.__path__, str(tmp_path)])
        importlib.invalidate_caches()
        refusals.by_state.cache_clear()
        dropped.append(f"registry.law.grounds.{name}")

    dropped = []
    yield drop
    for name in dropped:
        sys.modules.pop(name, None)
    refusals.by_state.cache_clear()


def test_a_file_dropped_in_is_found(drop_in):
    drop_in("it", NEW)
    assert grounds_of(Jurisdiction("IT")).basis.instrument == "A law"


@pytest.mark.parametrize(("name", "text"), [("xx", "X = 1"), ("it_again", NEW.replace('"IT"', '"FR"'))])
def test_a_file_that_offers_nothing_or_a_state_told_before_stops_the_start(drop_in, name, text):
    drop_in(name, text)
    with pytest.raises(TypeError, match="offers no grounds of a State of its own"):
        scan(shelf)
