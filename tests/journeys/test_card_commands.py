"""A card from the command line: made at the registry, checked on a machine that has files alone."""

from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from registry import core
from registry.access.actors import Principal
from registry.cli import main
from registry.config import Settings
from registry.demo.cast import enrolment
from registry.values.identifiers import KeyId
from registry.values.time import NO_EXPIRY
from tests.unit.vault.given import an_order


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with one French order."""
    settings = Settings(data=tmp_path / "data")
    core.create(settings, enrolment(), demo=True)
    with core.opened(settings) as opened:
        court = next(each for each in opened.enrolment.directory.institutions if each.institution == "fr-tj-lille")
        principal = Principal(
            institution=court.institution, key_id=KeyId("k1"), roles=court.roles, jurisdictions=court.jurisdictions
        )
        order = an_order()
        details = replace(
            order.details,
            expiry=NO_EXPIRY,
            court=replace(order.details.court, institution=court.institution),
        )
        opened.executor.perform(replace(order, details=details), principal=principal)
    return settings.data


def run(*arguments: str, text: str | None = None):
    return CliRunner().invoke(main, list(arguments), input=text)


def made(data: Path, *options: str) -> dict:
    order = str(an_order().order_ref)
    result = run("--data", str(data), "card", "issue", order, "--institution", "fr-tj-lille", *options)
    assert result.exit_code == 0, result.output
    return orjson.loads(result.stdout_bytes)


def files(data: Path, folder: Path) -> tuple[str, str]:
    """Write the pack and the keys as a police authority would fetch them."""
    for name, verb in (("pack", ("pack", "FR")), ("keys", ("keys",))):
        result = run("--data", str(data), "card", *verb)
        assert result.exit_code == 0, result.output
        (folder / name).write_bytes(result.stdout_bytes)
    return str(folder / "pack"), str(folder / "keys")


def test_a_card_is_made_here_and_checked_there(data: Path, tmp_path: Path):
    drawing = tmp_path / "card.svg"
    card = made(data, "--svg", str(drawing))
    assert drawing.read_text().startswith("<svg")
    assert "svg" not in card
    pack, keys = files(data, tmp_path)
    result = run("card", "verify", card["text"], "--pack", pack, "--keys", keys, "--json")
    found = orjson.loads(result.stdout_bytes)
    assert (result.exit_code, found["word"], found["status"]) == (0, "IN_FORCE", "VALID")
    assert {each["outcome"] for each in found["checks"]} == {"PASSED"}
    assert found["order_ref"] == str(an_order().order_ref)
    assert "Martin" not in result.output
    spoken = run("card", "verify", "-", "--pack", pack, "--keys", keys, text=card["text"] + "\n")
    assert spoken.output.startswith("IN_FORCE\nstatus VALID as of ")
    assert "FINGERPRINT: PASSED\n" in spoken.output
    without = run("card", "verify", card["text"], "--keys", keys)
    assert (without.exit_code, without.output.split("\n")[:2]) == (4, ["TREAT_AS_IN_FORCE", "status not known"])
    later = run("card", "verify", card["text"], "--pack", pack, "--keys", keys, "--at", "2099-01-01T00:00:00Z")
    assert (later.exit_code, later.output.split("\n")[0]) == (4, "ASK")
    changed = run("card", "verify", card["text"][:-3], "--keys", keys)
    assert (changed.exit_code, changed.output.split("\n")[0]) == (1, "NOT_A_CARD")


def test_a_pointer_card_is_made_as_well(data: Path):
    assert len(made(data, "--form", "POINTER")["text"]) < 420


def test_the_page_is_written_with_the_keys_it_trusts(data: Path, tmp_path: Path):
    made(data)
    _, keys = files(data, tmp_path)
    result = run("card", "page", "--keys", keys)
    assert result.exit_code == 0
    assert result.output.startswith("<!doctype html>")
    assert orjson.loads(Path(keys).read_bytes())["keys"][0]["kid"] in result.output


def test_what_cannot_be_used_is_said_and_its_content_is_not(data: Path, tmp_path: Path):
    card = made(data)
    pack, keys = files(data, tmp_path)
    wrong = tmp_path / "wrong"
    wrong.write_bytes(b"Zwetschgenkern")
    for arguments, said in (
        (("card", "verify", card["text"], "--keys", str(wrong)), "no JWK set"),
        (("card", "verify", card["text"], "--keys", keys, "--pack", str(wrong)), "a pack was refused"),
        (("card", "verify", card["text"], "--keys", keys, "--pack", pack, "--at", "soon"), "--at"),
        (("--data", str(data), "card", "issue", "x", "--institution", "fr-tj-lille"), "no reference"),
        (("--data", str(data), "card", "issue", card["order_ref"], "--institution", "nobody"), "not enrolled"),
        (("--data", str(data), "card", "issue", card["order_ref"], "--institution", "de-polizei"), ""),
        (("--data", str(data), "card", "pack", "DE"), "no-such-pack"),
    ):
        result = run(*arguments)
        assert result.exit_code in {1, 2}, arguments
        assert said in result.output
        assert "Zwetschgenkern" not in result.output
        assert "Traceback" not in result.output
