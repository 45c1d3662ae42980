"""A maker makes the very record that the constructor makes, only faster."""

import copy
import pickle
from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields

import pytest

from registry.law import enforceability, notified, persons, standing
from registry.law.making import MAKERS, maker
from registry.law.verdict import Step, make_step

__all__ = ["enforceability", "notified", "persons", "standing"]

each_maker = pytest.mark.parametrize("record", sorted(MAKERS, key=lambda record: record.__name__))


def values_of(record, *, every):
    return {each.name: object() for each in fields(record) if every or each.default is MISSING}


def test_the_records_that_every_answer_makes_have_makers():
    assert {record.__name__ for record in MAKERS} >= {"Claim", "Judgment", "Standing", "Verdict", "RespondentNotice"}


@each_maker
@pytest.mark.parametrize("every", [True, False])
def test_a_made_record_is_the_constructed_one(record, every):
    values = values_of(record, every=every)
    made, constructed = MAKERS[record](**values), record(**values)
    assert type(made) is record
    assert made == constructed
    assert hash(made) == hash(constructed)
    assert repr(made) == repr(constructed)
    assert [getattr(made, each.name) for each in fields(record)] == [
        getattr(constructed, each.name) for each in fields(record)
    ]


@each_maker
def test_a_made_record_is_frozen(record):
    made = MAKERS[record](**values_of(record, every=True))
    with pytest.raises(FrozenInstanceError):
        setattr(made, fields(record)[0].name, None)
    with pytest.raises((AttributeError, TypeError)):
        made.another = None


@each_maker
def test_a_maker_refuses_what_the_constructor_refuses(record):
    values = values_of(record, every=True)
    needed = next(each.name for each in fields(record) if each.default is MISSING)
    for make in (record, MAKERS[record]):
        with pytest.raises(TypeError):
            make(**values, another=None)
        with pytest.raises(TypeError):
            make(**{name: value for name, value in values.items() if name != needed})
        with pytest.raises(TypeError):
            make(*values.values())


def test_a_made_record_is_copied_and_stored_like_any_other():
    made = make_step(question="Is it over?", outcome="no")
    assert copy.copy(made) == copy.deepcopy(made) == pickle.loads(pickle.dumps(made)) == made
    assert made == Step(question="Is it over?", outcome="no", basis=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    number: int

    def __post_init__(self):
        assert self.number > 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Anew:
    numbers: list = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class Hidden:
    _number: int


@dataclass(frozen=True, kw_only=True)
class Open:
    number: int


def plain():
    return None


@pytest.mark.parametrize("record", [Checked, Anew, Hidden, Open, plain, int])
def test_what_its_constructor_does_more_for_has_no_maker(record):
    with pytest.raises(TypeError, match="has a maker" if record in {int, plain, Checked, Open} else "has no maker"):
        maker(record)
    assert record not in MAKERS
