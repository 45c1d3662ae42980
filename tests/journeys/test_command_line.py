"""What an operator types, on a data folder that was really made: refused with a word, never with a traceback."""

from os import truncate
from shutil import rmtree

import orjson
import pytest
from click.testing import CliRunner

from registry import core
from registry.cli import main
from registry.errors import Unavailable
from tests.given import court
from tests.http.given import entry, new_key
from tests.journeys.house import entering, principal

NOWHERE = "7d444840-9dc0-11d1-b245-5ffdce74fad2"


def enrolled(*within):
    institutions = [entry("fr-tj-lille", new_key("fr-tj-lille"), jurisdictions=within)]
    return orjson.dumps({"institutions": institutions})


@pytest.fixture
def said(tmp_path):
    """Run a verb on a data folder of one French court; gives its exit code and what it said."""
    file = tmp_path / "institutions.json"
    file.write_bytes(enrolled("FR"))

    def run(*arguments):
        ended = CliRunner().invoke(main, ["--data", str(tmp_path / "data"), *map(str, arguments)])
        assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
        return ended.exit_code, ended.output

    assert run("init", file)[0] == 0
    return run


@pytest.mark.parametrize("option", ["--at", "--known-at"])
@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2200-01-01T00:00:00Z"])
def test_an_instant_that_no_order_can_have_is_not_asked_about(said, option, at):
    code, output = said("check", "--order", NOWHERE, "--in", "FR", "--institution", "fr-tj-lille", option, at)
    assert (code, output) == (2, f"registry: {option} lies before 1950 or after 2199\n")
    code, output = said("law", "explain", NOWHERE, "--in", "FR", option, at)
    assert (code, output) == (2, f"registry: {option} lies before 1950 or after 2199\n")


def test_an_instant_in_between_is_answered(said):
    asked = ("check", "--order", NOWHERE, "--in", "FR", "--institution", "fr-tj-lille", "--json")
    code, output = said(*asked, "--at", "1950-01-01T00:00:00Z")
    assert code == 4
    assert orjson.loads(output)["valid_at"] == "1950-01-01T00:00:00.000000Z"


def test_a_delivery_that_is_too_large_is_called_so(said, tmp_path):
    file = tmp_path / "delivery.json"
    file.touch()
    truncate(file, 80 * 1024 * 1024)
    code, output = said("import", "--court", "gb-eaw", file)
    assert code == 1
    assert "file 1: UNREADABLE: too-large" in output


@pytest.fixture
def unfounded(tmp_path, monkeypatch, said):
    """A data folder as they were before the ledger said who takes part, with keys for France alone."""
    folder = tmp_path / "data"
    rmtree(folder)
    with monkeypatch.context() as before:
        before.setattr(core, "found_directory", lambda *_: None)
        core.create(core.Settings(data=folder), enrolled("FR"))
    return said


def test_a_ledger_that_was_not_told_who_takes_part_says_what_to_do_and_is_told_once(unfounded, tmp_path):
    file = tmp_path / "institutions.json"
    code, output = unfounded("serve")
    assert code == 2
    assert "`registry institution found FILE`" in output
    code, output = unfounded("institution", "found", file)
    assert code == 0
    assert "1 institutions recorded" in output
    assert "no two persons" in output
    assert unfounded("institution", "found", file) == (1, "registry: refused: directory-founded\n")
    assert "fr-tj-lille  ENROLLED  COURT  FR  k1 SIGNING" in unfounded("institution", "list")[1]


def test_serving_waits_until_each_jurisdiction_has_its_key(unfounded, tmp_path):
    said, file = unfounded, tmp_path / "institutions.json"
    file.write_bytes(enrolled("FR", "DE", "ES"))
    assert said("institution", "found", file)[0] == 0
    code, output = said("serve")
    assert code == 2
    assert "no key for DE, ES" in output
    assert "`registry key rotate DE`, `registry key rotate ES`" in output
    for jurisdiction in ("DE", "ES"):
        assert said("key", "rotate", jurisdiction)[0] == 0
    with core.opened(core.Settings(data=tmp_path / "data")) as opened:
        core.require_keys(opened)


def test_an_order_of_a_part_without_a_key_waits_for_one(unfounded, tmp_path):
    said, file = unfounded, tmp_path / "institutions.json"
    file.write_bytes(enrolled("FR", "US"))
    assert said("institution", "found", file)[0] == 0
    nevada = principal("us-nv-washoe", within=("US",))
    with core.opened(core.Settings(data=tmp_path / "data")) as opened:
        with pytest.raises(Unavailable) as refusal:
            opened.executor.perform(entering(court=court("US-NV", None)), principal=nevada)
        assert refusal.value.code == "jurisdiction-without-key"
        assert opened.ledger.reader.head() == 2
        assert said("key", "rotate", "US-NV")[0] == 0
        assert opened.executor.perform(entering(court=court("US-NV", None)), principal=nevada).facts


@pytest.mark.parametrize(("code", "says"), [("GU", "; use US-GU"), ("US-ZZ", "")])
def test_a_jurisdiction_without_law_is_not_answered_for(said, code, says):
    told = (2, f"registry: --in is no jurisdiction that there is law for{says}\n")
    assert said("check", "--order", NOWHERE, "--in", code, "--institution", "fr-tj-lille") == told
    assert said("law", "explain", NOWHERE, "--in", code) == told


def test_persons_are_filed_anew_by_a_verb_and_an_unknown_view_is_named(said):
    assert said("view", "rebuild", "persons")[0] == 0
    code, output = said("view", "rebuild", "nothing")
    assert code != 0
    assert "persons" in output
