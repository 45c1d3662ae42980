"""The log of a ledger: every fact an entry, once, in order; nothing signed that contradicts what was signed."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from uuid import UUID

import orjson
import pytest

from registry.errors import ConfigurationError, LedgerError, NoLedger, NotFound, StaleVersion, Unavailable
from registry.ledger.codec import encode
from registry.ledger.heads import HEAD_FILE, WITNESSED_FILE, Heads
from registry.ledger.leaf import base64url, record_digest
from registry.ledger.log_store import LogStore, open_log
from registry.ledger.opening import Ledger
from registry.ledger.proof.audit import audit
from registry.ledger.proof.checkpoint import Checkpoint, parse_checkpoint
from registry.ledger.proof.consistency import verify_consistency
from registry.ledger.proof.errors import NotVerified
from registry.ledger.proof.inclusion import verify_inclusion
from registry.ledger.proof.merkle import leaf_hash
from registry.ledger.proof.signed_note import parse_note, verify_note
from registry.ledger.proof.tiles import Tile
from registry.ledger.proofs import Proofs
from registry.ledger.published import Signing
from registry.ledger.publisher import Publisher
from registry.ledger.settings import LedgerSettings
from registry.ledger.viewstore import ViewConnections, Writes
from registry.log_keys import log_signer
from registry.log_voice import Voice
from registry.values.identifiers import Position
from registry.values.time import SECOND, Instant
from tests.ledgers import STORES, Ticking, appending, draft, ledger, new_stream, place

ORIGIN = "registry.test/po/1"
SECRET = bytes(range(32))


@dataclass
class Log:
    """A ledger, its log and what remembers the log's head."""

    ledger: Ledger
    store: LogStore
    heads: Heads

    def publisher(self, former: tuple[Checkpoint, ...] = ()) -> Publisher:
        return Publisher(
            reader=self.ledger.reader,
            store=self.store,
            heads=self.heads,
            signer=log_signer(SECRET, self.store.origin()),
            clock=Ticking(),
            former=lambda: former,
        )

    def records(self, count: int) -> None:
        for _ in range(count):
            self.ledger.writer.perform(appending(new_stream()))


@contextmanager
def a_log(settings: LedgerSettings, folder: Path) -> Iterator[Log]:
    with ledger(settings) as opened:
        store, heads = open_log(settings), Heads(folder=folder / "heads")
        store.create(ORIGIN)
        heads.create()
        yield Log(ledger=opened, store=store, heads=heads)
        store.close()


@pytest.fixture(params=STORES)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LedgerSettings]:
    with place(request.param, tmp_path) as found:
        yield found


@pytest.fixture
def log(settings: LedgerSettings, tmp_path: Path) -> Iterator[Log]:
    with a_log(settings, tmp_path) as made:
        yield made


def published(publisher: Publisher) -> Checkpoint:
    while publisher.step():
        pass
    found = publisher.published()
    assert found.signing is Signing.SIGNS
    assert found.checkpoint is not None
    return found.checkpoint


def entries(log: Log, publisher: Publisher) -> list[dict]:
    proofs = Proofs(origin=ORIGIN, store=log.store, published=publisher.published)
    checkpoint, _ = proofs.signed()
    return [orjson.loads(proofs.entry(index)) for index in range(checkpoint.size)]


def test_every_fact_is_an_entry_once_and_in_order(log: Log) -> None:
    stream = new_stream()
    log.ledger.writer.perform(appending(stream))
    log.ledger.writer.perform(appending(new_stream()))
    log.ledger.writer.perform(appending(stream, draft(), draft(), expected=1))
    publisher = log.publisher()
    published(publisher)
    facts = log.ledger.reader.after(Position(0), limit=10)
    found = entries(log, publisher)
    assert [entry["n"] for entry in found] == [fact.position for fact in facts]
    assert [entry["f"] for entry in found] == [base64url(fact.fact.fact_id.bytes) for fact in facts]
    assert [entry["d"] for entry in found] == [base64url(record_digest(*encode(fact.fact))) for fact in facts]
    assert [entry["p"] for entry in found] == [-1, -1, 0, 2]
    assert [entry["ov"] for entry in found] == [1, 1, 2, 3]
    assert {entry["k"] for entry in found} == {"feed.read"}


def test_what_is_signed_can_be_audited_from_the_first_entry(log: Log) -> None:
    publisher = log.publisher()
    for count in (0, 1, 255, 1, 300):
        log.records(count)
        published(publisher)
    checkpoint = published(publisher)
    assert checkpoint.size == 557
    assert audit(checkpoint, log.store.read).root == checkpoint.root
    note = parse_note(publisher.published().note)
    signer = log_signer(SECRET, ORIGIN)
    assert len(verify_note(note, (signer.ed25519, signer.ml_dsa_44))) == 2
    assert parse_checkpoint(note.text) == checkpoint


def test_every_checkpoint_is_the_beginning_of_every_later_one(log: Log) -> None:
    publisher = log.publisher()
    signed = []
    for count in (1, 2, 250, 10, 1):
        log.records(count)
        signed.append(published(publisher))
        publisher = log.publisher()  # as after a restart
    proofs = Proofs(origin=ORIGIN, store=log.store, published=publisher.published)
    published(publisher)
    for number, old in enumerate(signed):
        for new in signed[number:]:
            path = proofs.consistency(old.size, new.size)
            verify_consistency(old=old.size, new=new.size, old_root=old.root, new_root=new.root, proof=path)


def test_an_entry_is_proved_by_its_fact(log: Log) -> None:
    log.records(3)
    (recorded,) = log.ledger.writer.perform(appending(new_stream()))
    publisher = log.publisher()
    checkpoint = published(publisher)
    proofs = Proofs(origin=ORIGIN, store=log.store, published=publisher.published)
    index = proofs.of_fact(recorded.fact.fact_id)
    assert index == 3
    assert log.store.position_of(3) == recorded.position
    proof = proofs.inclusion(3)
    leaf = leaf_hash(proofs.entry(3))
    verify_inclusion(index=3, size=checkpoint.size, leaf=leaf, root=checkpoint.root, proof=proof.path)
    assert proofs.of_fact(UUID(int=1)) is None


def test_what_no_checkpoint_covers_is_not_served(log: Log) -> None:
    publisher = log.publisher()
    proofs = Proofs(origin=ORIGIN, store=log.store, published=publisher.published)
    with pytest.raises(Unavailable):
        proofs.signed()
    log.records(2)
    published(publisher)
    assert len(proofs.tile(Tile(0, 0, 2))) == 64
    assert proofs.tile(Tile(0, 0, 1)) == proofs.tile(Tile(0, 0, 2))[:32]
    for beyond in (Tile(0, 0, 3), Tile(0, 1, 1), Tile(1, 0, 1), Tile(-1, 0, 3)):
        with pytest.raises(NotFound):
            proofs.tile(beyond)
    for asked in (lambda: proofs.inclusion(2), lambda: proofs.entry(-1), lambda: proofs.consistency(1, 3)):
        with pytest.raises(NotFound):
            asked()


def test_a_tile_that_is_lost_is_a_fault_of_the_store_and_not_of_who_asks(log: Log) -> None:
    log.records(3)
    publisher = log.publisher()
    published(publisher)
    proofs = Proofs(origin=ORIGIN, store=log.store, published=publisher.published)
    log.store.connections.write(lambda run: run('DELETE FROM "log_tile"'))
    for asked in (lambda: proofs.inclusion(1), lambda: proofs.consistency(1, 3), lambda: proofs.entry(0)):
        with pytest.raises(Unavailable) as refused:
            asked()
        assert refused.value.code == "store-unavailable"


def test_a_second_publisher_of_the_same_log_gives_way(log: Log) -> None:
    one, other = log.publisher(), log.publisher()
    log.records(1)
    published(one)
    published(other)
    log.records(1)
    assert published(one).size == 2
    log.records(1)
    with pytest.raises(StaleVersion):
        other.step()
    assert published(other).size == 3


def test_a_crash_between_growing_and_signing_loses_nothing(log: Log) -> None:
    log.records(2)
    publisher = log.publisher()
    published(publisher)
    log.records(3)
    broken = log.publisher()
    broken.sequence()
    assert published(log.publisher()).size == 5


def test_an_older_copy_of_the_ledger_does_not_sign(log: Log) -> None:
    log.records(2)
    former = published(log.publisher())
    larger = Checkpoint(origin=ORIGIN, size=former.size + 5, root=former.root)
    publisher = log.publisher((larger,))
    publisher.step()
    assert publisher.published().signing is Signing.BEHIND
    log.records(5)
    publisher.step()
    assert publisher.published().signing is Signing.CONTRADICTS
    shown = publisher.published()
    assert shown.checkpoint == former
    assert shown.size == 7


def test_a_log_that_remembers_another_tree_of_its_size_does_not_sign(log: Log) -> None:
    log.records(2)
    published(log.publisher())
    note = log.heads.read()
    assert note is not None
    forked = Checkpoint(origin=ORIGIN, size=2, root=bytes(32))
    publisher = log.publisher((forked,))
    publisher.step()
    assert publisher.published().signing is Signing.CONTRADICTS
    assert publisher.published().note == note
    assert log.heads.read() == note


def test_a_log_that_has_signed_and_forgotten_what_does_not_sign(log: Log) -> None:
    log.records(1)
    published(log.publisher())
    log.heads.set_aside()
    publisher = log.publisher()
    publisher.step()
    assert publisher.published().signing is Signing.FORGOTTEN
    assert len(list(log.heads.folder.glob("before-*.note"))) == 1


def test_what_a_witness_that_lags_still_holds_is_no_replacement_for_a_forgotten_note(log: Log) -> None:
    log.records(1)
    held = published(log.publisher())
    log.records(1)
    published(log.publisher())
    log.heads.set_aside()
    publisher = log.publisher((held,))
    for _ in range(2):
        publisher.step()
        assert publisher.published().signing is Signing.FORGOTTEN
    assert log.heads.read() is None


def test_a_tree_that_is_not_the_one_on_record_as_signed_is_not_signed(log: Log) -> None:
    log.records(1)
    published(log.publisher())
    note = log.heads.read()
    log.records(1)
    published(log.publisher())
    mark = "?" if log.store.connections.dialect == "sqlite" else "%s"
    sql = f'UPDATE "log_signed" SET root = {mark} WHERE size = 2'
    log.store.connections.write(lambda run: run(sql, (bytes(32),)))
    assert note is not None
    log.heads.set_aside()
    log.heads.write(note)  # an older note, which the tree contains
    log.records(1)
    publisher = log.publisher()
    publisher.step()
    assert publisher.published().signing is Signing.CONTRADICTS
    assert log.heads.read() == note


def test_what_is_remembered_and_was_not_signed_by_this_log_stops_it(log: Log) -> None:
    log.records(1)
    published(log.publisher())
    note = log.heads.read()
    assert note is not None
    (log.heads.folder / HEAD_FILE).write_bytes(note.replace(b"\n1\n", b"\n0\n"))
    with pytest.raises(NotVerified):
        log.publisher().step()


def test_a_log_begun_anew_tells_the_whole_story_under_another_name(log: Log) -> None:
    log.records(4)
    former = published(log.publisher())
    log.heads.set_aside()
    log.store.begin_anew("registry.test/po/1-2")
    publisher = log.publisher()
    renewed = published(publisher)
    assert renewed.origin == "registry.test/po/1-2"
    assert (renewed.size, renewed.root) == (former.size, former.root)
    assert log.store.sizes_signed(ORIGIN) == [(4, former.root)]


def test_there_is_no_log_before_one_is_made(settings: LedgerSettings) -> None:
    with ledger(settings):
        store = open_log(settings)
        with pytest.raises(NoLedger):
            store.origin()
        store.close()


def test_a_waiter_is_told_when_its_fact_is_signed(log: Log) -> None:
    publisher = log.publisher()
    log.records(1)
    assert not publisher.wait_size(1, timeout=0.01)
    published(publisher)
    assert publisher.wait_size(1, timeout=0)


def test_a_fact_whose_former_entry_is_missing_stops_the_log(log: Log) -> None:
    stream = new_stream()
    log.ledger.writer.perform(appending(stream))
    published(log.publisher())
    log.store.connections.write(lambda run: run('DELETE FROM "log_leaf"'))
    log.ledger.writer.perform(appending(stream, expected=1))
    with pytest.raises(LedgerError):
        log.publisher().step()


def test_a_bit_that_turned_in_a_stored_entry_stops_the_signing(log: Log) -> None:
    log.records(3)
    published(log.publisher())
    log.records(1)
    publisher = log.publisher()
    publisher.sequence()
    bundle = log.store.read(Tile(-1, 0, 4))
    turned = bundle[:-2] + bytes([bundle[-2] ^ 1]) + bundle[-1:]
    mark = "?" if log.store.connections.dialect == "sqlite" else "%s"
    sql = f'UPDATE "log_tile" SET content = {mark} WHERE level = -1'
    log.store.connections.write(lambda run: run(sql, (turned,)))
    with pytest.raises(NotVerified):
        publisher.step()
    assert log.store.sizes_signed(ORIGIN)[0][0] == 3


def test_a_witnessed_note_of_a_smaller_tree_takes_no_larger_one_s_place(tmp_path):
    heads = Heads(folder=tmp_path)
    notes = {size: to_note(size) for size in (3, 5, 8)}
    for size in (5, 3):
        heads.write_witnessed(notes[size])
    assert heads.witnessed() == notes[5]
    heads.write_witnessed(notes[8])
    assert heads.witnessed() == notes[8]
    (tmp_path / WITNESSED_FILE).write_bytes(b"of no form")
    heads.write_witnessed(notes[3])
    assert heads.witnessed() == notes[3]


def to_note(size):
    """Give a note of a tree of a size; nobody checks its signature here."""
    checkpoint = Checkpoint(origin="registry.test/1", size=size, root=bytes(32))
    return checkpoint.text + b"\n\xe2\x80\x94 registry.test/1 " + b64encode(bytes(68)) + b"\n"


class OvertakenHeads(Heads):
    """Heads of a process that another one overtakes between its signature and its note."""

    def write(self, note: bytes) -> None:
        if OVERTAKE:
            OVERTAKE.pop()()
        super().write(note)


OVERTAKE: list[Callable[[], object]] = []


def test_an_earlier_note_is_never_written_over_a_later_one(log: Log) -> None:
    other = log.publisher()
    log.heads = OvertakenHeads(folder=log.heads.folder)
    slow = log.publisher()
    log.records(1)
    published(slow)
    published(other)
    log.records(1)

    def overtake() -> None:
        log.records(2)
        with pytest.raises(StaleVersion):
            other.step()
        published(other)

    OVERTAKE.append(overtake)
    with pytest.raises(StaleVersion):
        slow.step()
    note = log.heads.read()
    assert note == other.published().note
    assert parse_checkpoint(parse_note(note).text).size == 4
    assert published(slow).size == 4


def test_a_clock_that_was_set_back_does_not_set_the_signatures_back(log: Log) -> None:
    def signed_at(at: int) -> int:
        log.records(1)
        publisher = Publisher(
            reader=log.ledger.reader,
            store=log.store,
            heads=log.heads,
            signer=log_signer(SECRET, ORIGIN),
            clock=lambda: Instant(at * SECOND),
        )
        published(publisher)
        signer = log_signer(SECRET, ORIGIN)
        (by_subtree,) = verify_note(parse_note(publisher.published().note), [signer.ml_dsa_44])
        assert by_subtree.timestamp is not None
        return by_subtree.timestamp

    assert [signed_at(at) for at in (2_000_000_000, 1_900_000_000, 2_000_000_001)] == [
        2_000_000_000,
        2_000_000_000,
        2_000_000_001,
    ]


def test_the_heads_say_what_they_cannot_read(tmp_path: Path) -> None:
    heads = Heads(folder=tmp_path / "heads")
    heads.create()
    assert heads.read() is None
    (tmp_path / "heads" / "signed-head.note").mkdir()
    with pytest.raises(ConfigurationError):
        heads.read()


class SlowHeads(Heads):
    """Heads on a disk that does not answer until it is let."""

    def write(self, note: bytes) -> None:
        REACHED.set()
        assert LET.wait(30)
        super().write(note)


class SlowConnections:
    """A store whose transactions stay open, with all their locks, until they are let."""

    def __init__(self, connections: ViewConnections) -> None:
        self.connections, self.dialect, self.read = connections, connections.dialect, connections.read

    def write(self, act: Callable[[Writes], None]) -> None:
        def slowly(run: Writes) -> None:
            act(run)
            REACHED.set()
            assert LET.wait(30)

        self.connections.write(slowly)

    def close(self) -> None:
        self.connections.close()


REACHED, LET = Event(), Event()


@pytest.mark.parametrize("where", ["heads", "store"])
def test_a_command_is_acknowledged_while_the_publisher_hangs(log: Log, where: str) -> None:
    """Publishing is behind the acknowledgement, and holds nothing that a command waits for."""
    REACHED.clear()
    LET.clear()
    if where == "heads":
        log.heads = SlowHeads(folder=log.heads.folder)
    else:
        log.store = LogStore(SlowConnections(log.store.connections))
    log.records(1)
    publisher = log.publisher()
    thread = Thread(target=publisher.step)
    thread.start()
    try:
        assert REACHED.wait(30)
        log.records(50)  # each returns when it is acknowledged
        assert thread.is_alive()
        assert log.ledger.reader.head() == 51
        assert publisher.published().checkpoint is None
    finally:
        LET.set()
        thread.join(30)
    assert published(publisher).size == 51


def test_a_fault_is_told_once_when_it_begins_and_again_when_it_is_over(log: Log) -> None:
    log.records(1)
    published(log.publisher())
    note = log.heads.read()
    assert note is not None
    (log.heads.folder / HEAD_FILE).write_bytes(note.replace(b"\n1\n", b"\n0\n"))
    said: list[str] = []
    publisher = log.publisher()
    voice = Voice(publisher, said.append)
    for _ in range(3):
        with pytest.raises(NotVerified):
            voice.step()
        assert publisher.published().signing is Signing.FAILING
    assert said == ["registry: the log does not sign: NotVerified: signature: Ed25519 does not verify"]
    log.heads.write(note)
    voice.step()
    voice.step()
    assert said[1:] == ["registry: the log signs again, at size 1"]


def test_a_log_that_was_ended_under_a_running_publisher_is_not_signed_any_more(log: Log) -> None:
    log.records(2)
    publisher = log.publisher()
    published(publisher)
    log.heads.set_aside()
    log.store.begin_anew("registry.test/po/1-2", reason="tried", at=1)
    assert log.store.story()["former"] == ORIGIN
    log.records(1)
    with pytest.raises(StaleVersion):
        publisher.step()
    for _ in range(2):
        with pytest.raises(LedgerError):
            publisher.step()
    assert publisher.published().signing is Signing.FAILING
    assert log.heads.read() is None
    assert log.store.sizes_signed(ORIGIN)[0][0] == 2
    assert published(log.publisher()).size == 3
