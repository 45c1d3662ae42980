"""Secrets come from files: no option, argument or setting takes one by value, and no process shows what it holds."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

from registry.cli import main
from registry.config import Settings

SECRET = re.compile(
    r"(?i)(^|[^a-z])(secrets?|passwords?|passphrase|pass|pin|token|credentials?|dsn|keys?|private|auth)($|[^a-z])"
)
PUBLIC = {
    "evidence verify --receipt-key": "a public key",
    "key retire key_id": "the name of a key",
    "key compromised key_id": "the name of a key",
    "demo-send --idempotency-key": "a name of the request's own, and of a demo",
}
"""Words of text that sound like a secret and are none."""


def parameters(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Parameter]]:
    """Give every option and argument of every verb, by the words that one types."""
    for parameter in command.params:
        yield " ".join((*path, max(parameter.opts, key=len))), parameter
    if isinstance(command, click.Group):
        for name, verb in command.commands.items():
            yield from parameters(verb, (*path, name))


def by_value(command: click.Command) -> list[str]:
    """Give what takes a secret as text."""
    return [
        name
        for name, parameter in parameters(command)
        if isinstance(parameter.type, click.types.StringParamType)
        and SECRET.search(name.rpartition(" ")[2].replace("_", "-"))
        and name not in PUBLIC
    ]


def test_no_verb_takes_a_secret_by_value():
    assert len(list(parameters(main))) > 80
    assert by_value(main) == []
    assert set(PUBLIC) <= {name for name, _ in parameters(main)}


@pytest.mark.parametrize("option", ["--token", "--private-key", "--pin", "--postgresql-dsn", "--smtp_password"])
def test_an_option_that_took_one_would_be_found(option: str):
    @click.command()
    @click.option(option)
    def verb() -> None: ...

    assert by_value(verb) == [option]


def test_a_file_is_no_secret_and_a_switch_neither():
    @click.command()
    @click.option("--token", type=click.Path())
    @click.option("--keys", is_flag=True)
    @click.option("--keyboard")
    def verb() -> None: ...

    assert by_value(verb) == []


def test_no_verb_reads_an_option_from_the_environment_or_asks_for_one_in_the_open():
    loud = [name for name, each in parameters(main) if each.envvar or getattr(each, "prompt", None)]
    assert loud == []


def test_every_setting_of_a_secret_names_its_file():
    named = [field.name for field in fields(Settings) if SECRET.search(field.name.replace("_", "-"))]
    assert "postgresql_dsn_file" in named
    assert [name for name in named if not name.endswith("_file") and name not in {"pkcs11_token", "keeper"}] == []
    # A token is a device there: its label.
    assert "Label" in (Path(__file__).parents[2] / "docs" / "reference" / "settings.md").read_text()


def test_every_verb_first_closes_the_process_to_others():
    shown = (
        "import ctypes, resource; from click.testing import CliRunner; from registry.cli import main;"
        "assert CliRunner().invoke(main, ['config', 'check']).exit_code == 0;"
        "print(ctypes.CDLL(None).prctl(3), resource.getrlimit(resource.RLIMIT_CORE))"
    )
    done = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True)
    assert done.stdout == "0 (0, 0)\n"
