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


@pytest.mark.parametrize("page", documents.pages(), ids=lambda file: file.name)
def test_a_page_made_from_the_code_says_what_the_code_says(page: Path):
    assert page.read_text() == documents.pages()[page], "scripts/documents writes it anew"


def test_every_file_that_the_map_names_is_there_and_every_room_is_on_it():
    text = (ROOT / "registry" / "README.md").read_text()
    named = re.findall(r"`([a-z_/0-9]+(?:\.py|/))`", text)
    assert len(named) > 40
    assert not [name for name in named if not (ROOT / "registry" / name).exists()]
    rooms = {file.parent.name for file in (ROOT / "registry").glob("*/__init__.py")}
    assert not [room for room in rooms if f"{room}/" not in text]


def test_every_decision_is_in_the_index_and_every_page_in_that_of_its_folder():
    missing = [
        str(page.relative_to(ROOT))
        for folder in ("decisions", "explanation", "how-to", "reference", "tutorial")
        for page in (ROOT / "docs" / folder).glob("*.md")
        if page.name not in {"README.md", "template.md"}
        and f"]({page.name})" not in (ROOT / "docs" / folder / "README.md").read_text()
    ]
    assert not missing


def test_the_readme_names_the_two_commands_and_what_is_not_there_yet():
    text = (ROOT / "README.md").read_text()
    assert "scripts/demo" in text
    assert "scripts/test" in text
    assert "Not yet:" in text


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
