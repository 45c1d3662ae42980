"""Every story in cases/ comes out as it says, and every acceptance case of the domain has its story."""

from pathlib import Path

import orjson
import pytest

from registry.law.stories import read_stories, run
from registry.law_report import decide, law_test

FILES = sorted(Path(__file__).parent.joinpath("cases").glob("*.yaml"))
STORIES = [story for file in FILES for story in read_stories(file.read_bytes())]
DOMAIN = Path(__file__).parents[2].parent / "shared" / "domain" / "cases.json"
OUTSIDE = {"MSG-01", "MSG-04", "MSG-05", "DQ-02"}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_a_story_comes_out_as_it_says(story):
    assert [result.differs for result in run(story, decide)] == [()] * len(story.questions)


def test_no_story_is_told_twice():
    assert len(STORIES) == len({story.name for story in STORIES})


def test_what_is_outside_the_law_is_said():
    assert {story.name for story in STORIES if story.outside} == OUTSIDE


def test_every_case_of_the_domain_is_told():
    if not DOMAIN.exists():
        pytest.skip("LOUD: the acceptance cases (../shared/domain/cases.json) are not here")
    assert {case["id"] for case in orjson.loads(DOMAIN.read_bytes())} <= {story.name for story in STORIES}


def test_a_story_asks_where_when_and_for_what_its_case_asks():
    if not DOMAIN.exists():
        pytest.skip("LOUD: the acceptance cases (../shared/domain/cases.json) are not here")
    told = {story.name: story for story in STORIES}
    for case in orjson.loads(DOMAIN.read_bytes()):
        status = case["expect"]["status"]
        if status not in {"N/A", "DENY", "REJECT", "BLOCK_DISCLOSURE", "CERTIFICATE_NOT_ISSUABLE", "SLA_BREACH"}:
            asked = [
                (q.need("in").text(), q.need("at").text(), expected.text())
                for q in told[case["id"]].questions
                if (expected := q.need("expect").named.get("status")) is not None
            ]
            assert (case["query"]["jurisdiction"], case["query"]["at"], status) in asked


def test_the_report_counts_what_came_out():
    report = law_test([(file.name, file.read_bytes()) for file in FILES])
    assert report.ok
    assert (report.failed, report.outside, report.unreadable) == (0, len(OUTSIDE), 0)
    assert "US-01" in report.text
