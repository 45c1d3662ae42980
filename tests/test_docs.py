"""The documents hold: one title each, every link leads somewhere, every decision keeps its form."""

import re
from pathlib import Path

import pytest

from scripts import documents
from scripts.documents import ROOT, anchors, faults

DECISIONS = ROOT / "docs" / "decisions"
KINDS = ("tutorial", "how-to", "reference", "explanation", "law", "decisions")


@pytest.mark.parametrize("document", documents.documents(), ids=lambda file: str(file.relative_to(ROOT)))
def test_a_document_has_one_title_and_no_dead_link(document: Path):
    assert not list(faults(document))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_document_says_what_it_is_for(kind: str):
    assert (ROOT / "docs" / kind / "README.md").is_file()


def decisions() -> list[Path]:
    return sorted(DECISIONS.glob("[0-9]*.md"))


def test_a_decision_has_a_number_of_its_own():
    numbers = [file.name[:4] for file in decisions()]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("decision", [*decisions(), DECISIONS / "template.md"], ids=lambda file: file.name)
def test_a_decision_has_its_form(decision: Path):
    content = decision.read_text()
    assert re.fullmatch(r"(\d{4}-[a-z0-9-]+|template)\.md", decision.name)
    assert content.startswith(f"# {decision.name[:4]} " if decision.name != "template.md" else "# NNNN ")
    assert re.search(
        r"^Status: (proposed|accepted|superseded by \d{4}|STATUS), (\d{4}-\d\d-\d\d|DATE)$", content, re.MULTILINE
    )
    assert "\n## The question\n" in content
    assert "\n## The decision\n" in content
    assert re.search(r"^## (Considered|What follows)$", content, re.MULTILINE)


def test_a_dead_link_and_a_second_title_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(documents, "ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text("# One\n\n# Two\n\n[gone](gone.md) [here](#one) [not here](#three) `[code](gone.md)`\n")
    assert list(faults(page)) == [
        "page.md: 2 titles instead of one",
        "page.md: a link leads nowhere: gone.md",
        "page.md: a link leads nowhere: #three",
    ]
    assert anchors(page) == {"one", "two"}
