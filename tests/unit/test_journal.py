"""The journal: whatever is logged is one line that can be parsed, says no library's words, and keeps nobody waiting."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
from threading import Thread

import orjson
import pytest
from aiohttp import ClientSession

from registry import core, journal
from registry.config import Settings, read
from registry.demo.cast import enrolment
from registry.errors import ConfigurationError
from tests.crash.test_server_kill import ROOT, free_port
from tests.crash.unmeasured import environment

HOSTILE = 'a"b\\c\n{"event":"forged"}\r\x1b[31m\u202e\u2028é😀\x00'
"""Ends a line, forges another, colours a terminal, turns the direction of writing."""


def lines_of(said) -> list[dict]:
    """Log within a journal that is kept on a pipe, and give its lines."""
    read_end, write_end = os.pipe()
    found: list[bytes] = []
    reader = Thread(target=lambda: found.extend(iter(lambda: os.read(read_end, 65536), b"")))
    reader.start()
    with journal.kept(access=True, file=write_end):
        said()
    os.close(write_end)
    reader.join(10)
    os.close(read_end)
    content = b"".join(found)
    assert content.isascii()
    assert content.endswith(b"\n")
    return [orjson.loads(line) for line in content.splitlines()]


def test_every_line_is_one_object_whatever_is_in_it():
    own = logging.getLogger("registry.security")

    def said():
        own.warning("%s", orjson.dumps({"event": "refused", "code": HOSTILE}).decode())
        own.info("the keys of %s", HOSTILE)
        own.error("%s", "[1, 2]")

    refused, told, listed = lines_of(said)
    assert (refused["event"], refused["level"], refused["log"]) == ("refused", "WARNING", "registry.security")
    assert refused["at"].endswith("Z")
    assert refused["code"].startswith('a"b\\c\n{"event":"forged"}')
    assert (told["event"], told["level"]) == ("said", "INFO")
    assert (listed["event"], listed["text"]) == ("said", "[1, 2]")


def test_a_library_is_named_and_not_quoted():
    def broken():
        raise ValueError("a word of theirs")

    def said():
        logging.getLogger("asyncio").error("Task exception was never retrieved: %r", ValueError("a word of theirs"))
        try:
            broken()
        except ValueError:
            logging.getLogger("asyncio").exception("a word of theirs")
            logging.getLogger("registry.api").exception("a fault")
        logging.getLogger("registry").debug("not said")
        logging.getLogger("asyncio").info("not said")

    first, second, own = lines_of(said)
    assert {name: first[name] for name in ("event", "log", "level")} == {
        "event": "library",
        "log": "asyncio",
        "level": "ERROR",
    }
    for line in (second, own):
        assert (line["fault"], line["frames"][0].rpartition(" ")[2]) == ("ValueError", "broken")
    assert "a word of theirs" not in str((first, second, own))


def test_a_reader_who_stops_reading_keeps_nobody_waiting_and_learns_how_much_was_lost():
    read_end, write_end = os.pipe()
    held = journal.Journal(write_end, waiting=8)
    record = logging.LogRecord("registry.access", logging.INFO, "", 0, '{"event":"request"}', None, None)
    for _ in range(5000):  # far more than the pipe and the queue hold
        held.handle(record)
    held.say("registry: stopping")
    content = b""
    while b"lines-lost" not in content:
        content += os.read(read_end, 65536)
    lost = orjson.loads(next(line for line in content.splitlines() if b"lines-lost" in line))
    assert 0 < lost["count"] <= 5001
    os.close(read_end)  # and a reader who is gone ends nothing
    held.handle(record)
    held.close()
    os.close(write_end)


def test_a_process_ends_though_nobody_reads():
    code = (
        "import logging\n"
        "from registry import journal\n"
        "with journal.kept(access=True) as held:\n"
        "    for _ in range(20000): logging.getLogger('registry.access').info('x' * 100)\n"
        "    held.say('registry: stopping')\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, cwd=ROOT) as child:
        assert child.wait(30) == 0
        assert child.stderr is not None
        assert child.stderr.read(1) == b"{"


@pytest.mark.parametrize(("access", "requests"), [("on", 3), ("off", 0)])
async def test_a_served_registry_writes_its_requests_only_where_it_was_asked_to(tmp_path, access, requests):
    data, port = tmp_path / "data", free_port()
    core.create(Settings(data=data), enrolment(), demo=True)
    told = environment(REGISTRY_DATA=str(data), REGISTRY_PORT=str(port), REGISTRY_ACCESS_LOG=access)
    command = (sys.executable, "-m", "registry", "serve")
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=told, stderr=asyncio.subprocess.PIPE)
    assert process.stderr is not None
    said = b""
    while b"serving on" not in said:
        said += await asyncio.wait_for(process.stderr.readline(), 30)
    async with ClientSession() as session:
        for path, status in (("/livez", 200), ("/v1/inbox?name=Adasecret", 401), ("/Adasecret", 404)):
            async with session.get(f"http://127.0.0.1:{port}{path}", headers={"User-Agent": "Adasecret"}) as answer:
                assert answer.status == status
    process.send_signal(signal.SIGTERM)
    rest = await asyncio.wait_for(process.stderr.read(), 30)
    assert await process.wait() == 0
    assert b"registry: stopping" in rest
    assert b"Adasecret" not in rest
    lines = [orjson.loads(line) for line in rest.splitlines() if not line.startswith(b"registry:")]
    assert [each["log"] for each in lines].count("registry.access") == requests
    (refused,) = (each for each in lines if each["log"] == "registry.security")
    assert (refused["code"], refused["route"], refused["level"]) == ("unauthenticated", "/v1/inbox", "WARNING")


def test_the_setting_is_on_or_off():
    assert read({"REGISTRY_ACCESS_LOG": "on"}).access_log == "on"
    with pytest.raises(ConfigurationError, match="REGISTRY_ACCESS_LOG"):
        read({"REGISTRY_ACCESS_LOG": "loud"})
