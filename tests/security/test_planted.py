"""The watch for planted words knows the suite's own words, finds each kind of leak, and fails the run that leaks."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.planted import PLANTED, Listener, Watch

ROOT = Path(__file__).parents[2]
NAME = PLANTED["tests/http/given.py"][0]
LEAKING = f"""
import logging, sys
from registry.errors import RegistryError

def test_a_log():
    logging.getLogger("registry.api").debug("entered for %s", {NAME!r})

def test_an_error():
    try:
        raise RegistryError({NAME!r})
    except RegistryError:
        pass

def test_an_output():
    print({NAME!r}, file=sys.stderr)
"""
CONFTEST = """
from tests.closing import Closing

def pytest_configure(config):
    config.pluginmanager.register(Closing(config))
"""


@pytest.mark.parametrize(("file", "word"), [(file, word) for file, words in PLANTED.items() for word in words])
def test_each_word_is_planted_where_it_is_said_to_be(file: str, word: str):
    assert word in (ROOT / file).read_text()


@pytest.mark.parametrize(
    "text",
    [
        f'{{"name": "{NAME.upper()}"}}',
        f"/v1/orders?name={NAME}",
        "token eyJhbGciOiJFZDI1NTE5In0.eyJpc3MiOiJodHRwIn0.c2ln",
        "-----BEGIN PRIVATE KEY-----",
        '{"crv": "Ed25519", "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}',
        "host=db password=hunter2",
        "postgresql://registry:hunter2@db/registry",
        "Authorization: Bearer c2VjcmV0LXRva2VuLW9mLXNvbWVib2R5",
    ],
)
def test_it_is_found(text: str):
    watch = Watch()
    watch.look("lines", text)
    watch.look("lines", text.encode())
    assert (len(watch.found), watch.looked["lines"]) == (2, 2)


@pytest.mark.parametrize("text", ["", "GET /v1/orders/{order_ref} 404", '{"kid": "d", "x": "11qYAYKxCrfVS"}', "bearer"])
def test_what_is_harmless_is_not(text: str):
    watch = Watch()
    watch.look("lines", text)
    assert not watch.found


def test_a_record_is_looked_at_with_its_arguments_and_its_traceback():
    watch, log = Watch(), logging.getLogger("tests.planted")
    listener = Listener(watch)
    log.addHandler(listener)
    log.propagate = False
    try:
        log.error("for %s", NAME)
        log.error("a fault", exc_info=ValueError(NAME))
    finally:
        log.removeHandler(listener)
    assert len(watch.found) == 2


def test_a_run_that_leaks_fails_though_every_test_of_it_passed(tmp_path: Path):
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_leaking.py").write_text(LEAKING)
    without = [f"-pno:{plugin}" for plugin in ("cacheprovider", "schemathesis", "hypothesispytest", "anyio", "asyncio")]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "1", *without]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("COV", "PYTEST"))}
    done = subprocess.run(
        [*command, "--rootdir", tmp_path, "-c", os.devnull, tmp_path],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "3 passed" in done.stdout
    assert done.returncode == 1
    for kind in ("lines of logs", "errors", "outputs on stderr"):
        assert f"FAILED {kind}: {NAME.casefold()!r}" in done.stdout
