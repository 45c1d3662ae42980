"""The tutorial holds: a reader who types what it says sees what it shows, against a demo that is really served."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from tests.crash.unmeasured import environment
from tests.lessons import CURL, Reader, steps, told, told_in_words

ROOT = Path(__file__).resolve().parent.parent.parent
LESSON = ROOT / "docs" / "tutorial" / "first-order.md"
SERVING = re.compile(r"serving on\s+(http://127\.0\.0\.1:\d+)")
FOUND = {
    "order_ref": lambda printed: orjson.loads(printed)["order_ref"],
    "party_ref of the respondent": lambda printed: orjson.loads(printed)["parties"][0]["party_ref"],
    "notice_ref": lambda printed: orjson.loads(printed)["items"][-1]["notice_ref"],
    "reference at the end of the line": lambda printed: re.findall(r"UNCHANGED (\S+)", printed)[-1],
}


@pytest.fixture
def demo():
    """Give the address of a demo that has told its story and stays up."""
    command = [sys.executable, "-m", "registry", "demo", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment()) as process:
        said = ""
        try:
            assert process.stdout is not None
            for line in process.stdout:
                said += line
                if match := SERVING.search(said):
                    assert "8 of 8 scenes came out as told." in said
                    yield match[1]
                    break
            else:
                pytest.fail(f"the demo did not start:\n{said}")
        finally:
            process.terminate()


@pytest.fixture
def reader(tmp_path: Path):
    """Give somebody in a folder that looks like the project after `scripts/demo`."""
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    program(programs / "registry", f'#!/bin/sh\nexec "{sys.executable}" -m registry "$@"\n')
    if shutil.which("curl") is None:
        program(programs / "curl", CURL)
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    path = f"{os.environ['PATH']}:{programs}"
    return Reader(folder=tmp_path, environment=environment(PATH=path, PYTHONPATH=str(ROOT)))


def program(file: Path, text: str) -> None:
    file.write_text(text)
    file.chmod(0o755)


def test_who_follows_the_first_lesson_sees_what_it_shows(demo: str, reader: Reader):
    for step in steps(LESSON.read_text()):
        reader.follow(step, replaced={"http://127.0.0.1:8606": demo}, found=FOUND)


def test_the_lesson_starts_with_a_command_that_is_there():
    assert "```console\nscripts/demo\n```" in LESSON.read_text()
    assert os.access(ROOT / "scripts" / "demo", os.X_OK)


def test_a_lesson_that_shows_something_else_is_noticed():
    assert told({"word": "IN FORCE", "…": "…"}, {"word": "IN FORCE", "orders": []})
    assert not told({"word": "IN FORCE"}, {"word": "IN FORCE", "orders": []})
    assert not told({"word": "IN FORCE", "…": "…"}, {"word": "NOT IN FORCE"})
    assert told(["…", {"kind": "A"}], [{"kind": "B"}, {"kind": "A"}])
    assert not told(["…", {"kind": "A"}], [{"kind": "A"}, {"kind": "B"}])
    assert not told({"version": 1}, {"version": True})
    assert told_in_words("file 1: ACCEPTED …\n1 records", "file 1: ACCEPTED 77\n1 records")
    assert not told_in_words("IN FORCE", "NOT IN FORCE")
