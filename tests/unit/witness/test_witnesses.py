"""A log asks its witnesses: all at once, within the time-out, whoever is down; and before it signs after a restore."""

import asyncio
import socket
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from registry.errors import WouldFork
from registry.ledger.proof.policy import accept, parse_policy
from registry.ledger.proof.signed_note import MAXIMUM_NOTE, Note, parse_note
from registry.ledger.proof.vkey import to_vkey
from registry.ledger.proof.witness import SIZE_TYPE
from registry.ledger.witness_answers import Latest, Outcome, Reply
from registry.ledger.witnesses import Witnesses, hold_against
from registry.witness.keys import open_keys
from tests.transparency import FRANCE, FRANCE_KEY, LOG_KEY, NOW, ORIGIN, MemoryLog
from tests.witnesses import a_carrier, a_log, a_witness, made, path, policy_of, signed

STRANGER = FRANCE_KEY.sign(a_log(5).checkpoint().text, FRANCE.sign, timestamp=NOW)
NEVER_SIGNED = Note(
    text=a_log(9).checkpoint().text,
    signatures=(FRANCE_KEY.sign(a_log(9).checkpoint().text, FRANCE.sign, timestamp=NOW),),
)


def proving(log: MemoryLog):
    return lambda old: path(log, old)


def a_closed_port() -> str:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{server.getsockname()[1]}"


class Answering:
    """A witness that answers what a test tells it to."""

    def __init__(self, *replies: Reply | Exception | None) -> None:
        self.replies = list(replies)
        self.asked: list[bytes] = []

    async def post(self, _url: str, body: bytes) -> Reply:
        self.asked.append(body)
        return await self._next()

    async def get(self, _url: str) -> Reply:
        return await self._next()

    async def _next(self) -> Reply:
        reply = self.replies.pop(0)
        if reply is None:
            await asyncio.get_running_loop().create_future()  # an answer that never comes
        if isinstance(reply, Exception):
            raise reply
        assert isinstance(reply, Reply)
        return reply


def plain(status: int, body: bytes = b"", media_type: str = "text/plain") -> Reply:
    return Reply(status=status, media_type=media_type, body=body)


def size(text: bytes) -> Reply:
    return plain(409, text, SIZE_TYPE)


def asking(carrier: Answering, tmp_path: Path, **settings: float) -> Witnesses:
    folder = tmp_path / "w"
    place = folder if folder.exists() else made(folder)
    return Witnesses(policy_of([(place, "https://w.test")], "all"), carrier, **settings)


async def test_all_witnesses_cosign_and_make_the_quorum(tmp_path: Path):
    async with AsyncExitStack() as stack:
        carrier = await stack.enter_async_context(a_carrier())
        running = [await stack.enter_async_context(a_witness(tmp_path / name)) for name in ("fr", "es", "de")]
        policy = policy_of([(each.folder, each.url) for each in running], "2")
        witnesses = Witnesses(policy, carrier)
        for leaves in (0, 5, 300, 300):
            log = a_log(leaves)
            cosigned = await witnesses.cosign(signed(log.checkpoint()), proving(log))
            assert cosigned.witnessed
            assert accept(cosigned.note.raw, policy).witnesses == (("fr", NOW), ("es", NOW), ("de", NOW))
        assert {(each.outcome, each.held, each.timestamp) for each in witnesses.last} == {(Outcome.COSIGNED, 300, NOW)}
        # A log that was started anew knows nothing of what they hold, and is told.
        log = a_log(400)
        assert (await Witnesses(policy, carrier).cosign(signed(log.checkpoint()), proving(log))).witnessed


async def test_publishing_goes_on_without_those_that_are_down_and_says_so(tmp_path: Path):
    async with a_carrier() as carrier, a_witness(tmp_path / "fr") as up:
        places = [(up.folder, up.url), (made(tmp_path / "es", "witness.test/es"), a_closed_port())]
        log = a_log(5)
        for quorum, witnessed in (("all", False), ("any", True)):
            cosigned = await Witnesses(policy_of(places, quorum), carrier).cosign(
                signed(log.checkpoint()), proving(log)
            )
            assert [each.outcome for each in cosigned.asked] == [Outcome.COSIGNED, Outcome.UNREACHABLE]
            assert (cosigned.witnessed, len(cosigned.note.signatures)) == (witnessed, 2)


async def test_nobody_answering_leaves_the_checkpoint_as_the_log_signed_it(tmp_path: Path):
    log = a_log(5)
    note = signed(log.checkpoint())
    for reply in (None, OSError("no route"), TimeoutError()):
        cosigned = await asking(Answering(reply), tmp_path, timeout=0.02).cosign(note, proving(log))
        assert (cosigned.note, cosigned.witnessed) == (note, False)
        assert [each.outcome for each in cosigned.asked] == [Outcome.UNREACHABLE]


@pytest.mark.parametrize(
    ("replies", "outcome"),
    [
        ((plain(403, b"no"),), Outcome.REFUSED),
        ((plain(404),), Outcome.REFUSED),
        ((plain(500),), Outcome.REFUSED),
        ((plain(302),), Outcome.REFUSED),
        ((plain(409, b"5\n"), plain(409, b"5\n")), Outcome.REFUSED),
        ((size(b"3\n"), size(b"4\n")), Outcome.REFUSED),
        ((size(b"-3\n"), size(b"4\n")), Outcome.REFUSED),
        ((size(b"\xff\n"), size(b"4\n")), Outcome.REFUSED),
        ((size(b"6\n"),), Outcome.AHEAD),
        ((plain(200),), Outcome.UNUSABLE),
        ((plain(200, b"thank you\n"),), Outcome.UNUSABLE),
        ((plain(200, STRANGER.line),), Outcome.UNUSABLE),
    ],
)
async def test_whatever_a_witness_answers_is_an_outcome(replies: tuple[Reply, ...], outcome: Outcome, tmp_path: Path):
    log = a_log(5)
    cosigned = await asking(Answering(*replies), tmp_path).cosign(signed(log.checkpoint()), proving(log))
    assert [each.outcome for each in cosigned.asked] == [outcome]
    assert cosigned.note == signed(log.checkpoint())


async def test_a_conflict_is_answered_with_the_proof_from_the_size_it_names(tmp_path: Path):
    log, carrier = a_log(9), Answering(size(b"4\n"), plain(403))
    await asking(carrier, tmp_path).cosign(signed(log.checkpoint()), proving(log))
    assert [body.split(b"\n", 1)[0] for body in carrier.asked] == [b"old 0", b"old 4"]
    assert carrier.asked[1].count(b"\n", 0, carrier.asked[1].index(b"\n\n")) == len(path(log, 4))


async def test_a_witness_without_an_address_is_not_asked_and_what_nobody_cosigned_is_not_witnessed(tmp_path: Path):
    vkey = open_keys(made(tmp_path / "fr")).vkeys[0]
    log, carrier = a_log(5), Answering()
    unasked = parse_policy(f"log {to_vkey(LOG_KEY)}\nwitness fr {vkey}\nquorum none\n".encode())
    cosigned = await Witnesses(unasked, carrier).cosign(signed(log.checkpoint()), proving(log))
    assert ([each.outcome for each in cosigned.asked], cosigned.witnessed) == ([Outcome.NOT_ASKED], False)
    assert [each.silent for each in await Witnesses(unasked, carrier).survey(ORIGIN, None)] == [True]


async def test_a_witness_with_two_keys_is_asked_once_and_counts_for_both(tmp_path: Path):
    async with a_carrier() as carrier, a_witness(tmp_path / "fr") as up:
        lines = [f"witness w{place} {vkey} {up.url}/" for place, vkey in enumerate(up.witness.keys.vkeys)]
        text = "\n".join([f"log {to_vkey(LOG_KEY)}", *lines, "group both all w0 w1", "quorum both", ""])
        log = a_log(5)
        cosigned = await Witnesses(parse_policy(text.encode()), carrier).cosign(signed(log.checkpoint()), proving(log))
        assert (cosigned.witnessed, len(cosigned.note.signatures)) == (True, 3)


async def test_what_is_not_reached_over_http_or_answers_too_much_is_unreachable(tmp_path: Path):
    async def flood(_: web.Request) -> web.Response:
        return web.Response(body=b"x" * (MAXIMUM_NOTE + 1))

    app = web.Application()
    app.router.add_post("/add-checkpoint", flood)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    flooding = f"http://127.0.0.1:{runner.addresses[0][1]}"
    log, folder = a_log(5), made(tmp_path / "fr")
    async with a_carrier() as carrier:
        for url in (flooding, "ftp://w.test", "http://[broken"):
            cosigned = await Witnesses(policy_of([(folder, url)], "all"), carrier).cosign(
                signed(log.checkpoint()), proving(log)
            )
            assert [each.outcome for each in cosigned.asked] == [Outcome.UNREACHABLE]
    await runner.cleanup()


async def surveyed(tmp_path: Path, held: MemoryLog | None, own: MemoryLog | None) -> tuple[Latest, ...]:
    """Have a witness cosign one history, and the log survey it with another one in hand."""
    async with a_carrier() as carrier, a_witness(tmp_path / "fr") as up:
        policy = policy_of([(up.folder, up.url)], "all")
        if held is not None:
            assert (await Witnesses(policy, carrier).cosign(signed(held.checkpoint()), proving(held))).witnessed
        note = signed(own.checkpoint()) if own is not None else None
        return await Witnesses(policy, carrier).survey(ORIGIN, note)


@pytest.mark.parametrize(
    ("held", "own", "why"),
    [
        (None, None, None),
        (None, a_log(5), None),
        (a_log(5), a_log(5), None),
        (a_log(0), a_log(5), None),
        (a_log(5), a_log(8), None),
        (a_log(5), None, "knows of none"),
        (a_log(8), a_log(5), "8 leaves, where this log knows of 5: .*larger"),
        (a_log(5, other_from=3), a_log(5), "5 leaves.* forked"),
        (a_log(5, other_from=3), a_log(8), "5 leaves.* forked"),
    ],
)
async def test_a_log_that_was_set_back_does_not_sign(
    held: MemoryLog | None, own: MemoryLog | None, why: str | None, tmp_path: Path
):
    found = await surveyed(tmp_path, held, own)
    read = (own or a_log(0)).read
    if why is None:
        hold_against(own and own.checkpoint(), found, read)
    else:
        with pytest.raises(WouldFork, match=why):
            hold_against(own and own.checkpoint(), found, read)


@pytest.mark.parametrize(
    ("reply", "claimed"),
    [
        (size(b"6\n"), "a larger tree"),
        (plain(422), "another root at this size"),
        (size(b"4\n"), None),
        (size(b"5\n"), None),
        (plain(200), None),
    ],
)
async def test_a_witness_that_shows_nothing_is_asked_through_its_refusals(
    reply: Reply, claimed: str | None, tmp_path: Path
):
    own = a_log(5)
    (found,) = await asking(Answering(plain(404), reply), tmp_path).survey(ORIGIN, signed(own.checkpoint()))
    assert (found.claimed, found.nothing) == (claimed, claimed is None)
    if claimed:
        with pytest.raises(WouldFork, match=f"w: claims {claimed}"):
            hold_against(own.checkpoint(), [found], own.read)
    else:
        hold_against(own.checkpoint(), [found], own.read)


@pytest.mark.parametrize(
    "replies",
    [
        (None,),
        (OSError(),),
        (plain(200, b"no note"),),
        (plain(200, NEVER_SIGNED.raw),),
        (plain(404), plain(500)),
        (plain(404), plain(409, b"9\n")),
    ],
)
async def test_a_silent_witness_or_one_that_shows_what_the_log_never_signed_tells_nothing(
    replies: tuple[Reply | Exception | None, ...], tmp_path: Path
):
    own = a_log(5)
    found = await asking(Answering(*replies), tmp_path, timeout=0.05).survey(ORIGIN, signed(own.checkpoint()))
    assert found == (Latest(witness="w", silent=True),)
    hold_against(own.checkpoint(), found, own.read)


async def test_another_logs_checkpoint_is_no_evidence(tmp_path: Path):
    other = signed(replace(a_log(9).checkpoint(), origin="registry.test/another"))
    found = await asking(Answering(plain(200, other.raw)), tmp_path).survey(ORIGIN, None)
    assert parse_note(other.raw) == other
    assert found == (Latest(witness="w", silent=True),)


def test_a_log_whose_tiles_are_not_its_checkpoints_does_not_sign_either():
    with pytest.raises(WouldFork, match="another root than our last"):
        hold_against(a_log(5).checkpoint(), [], a_log(5, other_from=3).read)
