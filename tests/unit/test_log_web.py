"""A log over HTTP is held to its bounds: what it answers too much, otherwise or not at all is said and not taken."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from registry.errors import ConfigurationError, LedgerError
from registry.ledger.proof.errors import TileMissing
from registry.ledger.proof.tiles import Tile
from registry.log_web import WebLog

TILE = Tile(0, 0, 2)
BUNDLE = Tile(-1, 0, 1)


@contextmanager
def answering(*answers: tuple[int, bytes]) -> Iterator[tuple[str, list[str]]]:
    """Serve these answers one after another; a status of 0 closes the connection instead."""
    waiting, seen = list(answers), []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            seen.append(self.headers.get("Authorization", ""))
            status, body = waiting.pop(0)
            if status == 0:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def log(base: str, *tokens: str) -> Iterator[WebLog]:
    left = list(tokens)
    made = WebLog(base=base, token=(lambda: left.pop(0)) if tokens else None)
    try:
        yield made
    finally:
        made.close()


def test_a_tile_is_read_and_one_that_is_not_there_is_missing() -> None:
    with answering((200, bytes(64)), (404, b"{}")) as (base, _), log(base) as web:
        assert web.read(TILE) == bytes(64)
        with pytest.raises(TileMissing):
            web.read(TILE)


def test_a_token_goes_to_entries_alone_and_is_read_again_when_it_has_run_out() -> None:
    answers = ((200, bytes(64)), (401, b""), (200, b"\0\1x"))
    with answering(*answers) as (base, seen), log(base, "old", "new") as web:
        web.read(TILE)
        assert web.read(BUNDLE) == b"\0\1x"
        assert seen == ["", "Bearer old", "Bearer new"]


@pytest.mark.parametrize("status", [401, 403])
def test_entries_are_refused_without_a_valid_token(status: int) -> None:
    with answering(*[(status, b"")] * 2) as (base, _), log(base, "a", "b") as web, pytest.raises(ConfigurationError):
        web.read(BUNDLE)


@pytest.mark.parametrize("answer", [(500, b""), (302, b""), (200, bytes(8193))])
def test_what_no_log_answers_is_not_taken(answer: tuple[int, bytes]) -> None:
    with answering(answer, (200, bytes(64))) as (base, _), log(base) as web:
        with pytest.raises(LedgerError):
            web.read(TILE)
        assert web.read(TILE) == bytes(64)  # and what is left of it is not taken for the next answer


def test_a_connection_that_was_closed_meanwhile_is_made_again_once() -> None:
    with answering((200, b"one"), (0, b""), (200, b"two"), (0, b""), (0, b"")) as (base, _), log(base) as web:
        assert (web.checkpoint(), web.keys()) == (b"one", b"two")
        with pytest.raises(LedgerError):
            web.checkpoint()


def test_nobody_there_is_said() -> None:
    with answering() as (base, _):
        pass
    with log(base) as web, pytest.raises(LedgerError):
        web.checkpoint()


NO_ADDRESSES = (
    "registry.example",
    "file:///etc",
    "https://",
    "https://registry.example/?x=1",
    "https://registry.example:99999",
    "https://registry.example:0",
    "https://[registry.example",
    "https://me:word@registry.example",
)


@pytest.mark.parametrize("base", NO_ADDRESSES)
def test_what_is_no_address_is_refused(base: str) -> None:
    with pytest.raises(ConfigurationError):
        WebLog(base=base)


def test_a_token_never_travels_in_clear_but_on_this_machine() -> None:
    for base in ("http://registry.example", "http://192.0.2.1"):
        with pytest.raises(ConfigurationError):
            WebLog(base=base, token=lambda: "t")
    for base in ("http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1", "https://registry.example"):
        WebLog(base=base, token=lambda: "t")
