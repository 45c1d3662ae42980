"""A plugin of the run: puts the watch for planted words in place, and says at the end what was tried and found.

Under pytest-xdist each worker watches for itself and hands over what it found; the controller fails the run.
"""

import logging
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.planted import WATCH, Listener

TABLE_OF_ROUTES = "routes and roles"
TABLE_OF_FIELDS = "who sees what"
CAMPAIGN = "the description, held to by schemathesis"
"""Under which names tests hand over what is printed at the end."""
TOLD = (TABLE_OF_ROUTES, TABLE_OF_FIELDS, CAMPAIGN)
OUTPUT = "planted"
_URL = re.compile(rb"https?://[^\s\"'<>\\]+")
_LISTENER = Listener()


class Closing:
    """What the controller keeps until the end; a worker, or a run without workers, watches too."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.told: dict[str, str] = {}
        self.faults: list[str] = []

    @property
    def worker(self) -> bool:
        return hasattr(self.config, "workerinput")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self) -> None:
        if self.worker or self.config.getoption("dist", "no") == "no":
            watch_everything()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.worker:
            self.config.workeroutput[OUTPUT] = (dict(WATCH.looked), WATCH.found)  # type: ignore[attr-defined]
            return
        if self._whole():
            self.faults += [f"not told: {each}" for each in TOLD if each not in self.told]
            self.faults += [] if WATCH.looked["lines of logs"] else ["the watch saw no line of any log"]
        self.faults += WATCH.found
        if self.faults and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        looked, found = getattr(node, "workeroutput", {}).get(OUTPUT, ({}, ["a worker ended without a word"]))
        WATCH.looked.update(looked)
        WATCH.found += found

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.told |= {name: str(said) for name, said in report.user_properties if name in TOLD}
        if not self.worker and report.when == "teardown":  # it has what was written before it too
            for heading, content in report.sections:
                if "stderr" in heading:
                    WATCH.look("outputs on stderr", content, test=report.nodeid)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        for name, said in self.told.items():
            terminalreporter.section(name)
            terminalreporter.write_line(said)
        if WATCH.looked:
            terminalreporter.section("planted names, addresses, numbers, tokens and keys")
            seen = ", ".join(f"{number} {kind}" for kind, number in sorted(WATCH.looked.items()))
            terminalreporter.write_line(f"looked at {seen}: {len(WATCH.found) or 'nothing'} found")
        for fault in self.faults:
            terminalreporter.write_line(f"FAILED {fault}", red=True)

    def _whole(self) -> bool:
        """Whether all tests were asked for, and none was left out by its name or stopped before."""
        options = self.config.option
        part = getattr(options, "part", None)
        chosen = options.keyword or options.markexpr or options.collectonly or part == "counted"
        return self.config.args_source == pytest.Config.ArgsSource.TESTPATHS and not chosen


def watch_everything() -> None:
    """Put the watch wherever something leaves the registry that must hold no personal data and no secret."""
    # Not before coverage has begun, or what these import would count as never run.
    from registry import errors  # noqa: PLC0415
    from registry.api import server  # noqa: PLC0415

    logging.getLogger().addHandler(_LISTENER)
    for name in ("registry", "adapters"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    errors.RegistryError.__init__ = heard(errors.RegistryError.__init__)  # type: ignore[method-assign]
    server.dress = seen(server.dress)
    CliRunner.invoke = read(CliRunner.invoke)  # type: ignore[method-assign]


def heard(said: Callable[..., None]) -> Callable[..., None]:
    """Look at the words of every error that is made."""

    @wraps(said)
    def init(self: Exception, *args: object, **more: object) -> None:
        said(self, *args, **more)
        WATCH.look("errors", " ".join(str(each) for each in (type(self).__name__, *self.args)))

    return init


def seen(dress: Callable[..., Any]) -> Callable[..., Any]:
    """Look at every answer that the server gives: headers and URLs of all, bodies of problems and public ones."""

    @wraps(dress)
    async def dressed(request: Any, response: Any) -> None:
        await dress(request, response)
        WATCH.look("headers of answers", "\n".join(f"{name}: {value}" for name, value in response.headers.items()))
        body = getattr(response, "body", None)
        if not isinstance(body, bytes):
            return
        for url in _URL.findall(body):
            WATCH.look("URLs in answers", url)
        if response.status >= 400:
            WATCH.look("problems", body)
        elif not request.path.startswith("/v1/"):
            WATCH.look("public answers", body, secrets=False)

    return dressed


def read(invoke: Callable[..., Result]) -> Callable[..., Result]:
    """Look at what every verb of the command line writes to stderr."""

    @wraps(invoke)
    def invoked(*args: Any, **more: Any) -> Result:
        result = invoke(*args, **more)
        WATCH.look("outputs on stderr", result.stderr)
        return result

    return invoked
