"""The words of all names are kept between starts: the very same ones, sealed, and never those of somebody erased."""

from contextlib import closing

import pytest

from registry import keeping_words, lexicon
from registry.commands.erasure import EraseParty
from registry.errors import Unavailable
from registry.identity import keys
from registry.kept_words import KeptWords, WordsPlace
from registry.ledger.rows import Drop, Put
from registry.ledger.upkeep import Upkeep
from registry.lexicon import Lexicon
from registry.sweeping import SWEPT
from registry.values.erasure import ErasureGround
from registry.values.parties import Identity, Name
from registry.views.persons import PERSON, WORDS, WORDS_SEAL
from tests.given import ORDER, RESPONDENT, ref
from tests.journeys.house import COURT, entering, parties
from tests.journeys.test_nominating import LONG_AGO, enter
from tests.journeys.test_refiling import refiling

RARE = Identity(name=Name(family="Abernathy", given="Quillon"), birth_date="1971-02-03")


def kept_in(house, **more):
    executor = house.executor
    given = {
        "place": WordsPlace(house.folder / "words.sealed", house.settings, house.keeper),
        "reader": house.ledger.reader,
        "ledger_id": executor.ledger_id,
        "index_key": executor.index_key,
        "entropy": executor.entropy,
    }
    return KeptWords(**(given | more))


def words_of(house, kept=None):
    kept = kept or kept_in(house)
    ring = house.another_ring()
    return Lexicon(reader=house.ledger.reader, ring=ring, ledger_id=house.executor.ledger_id, kept=kept)


def as_told(words):
    """Everything that can be asked of words, of these persons."""
    told = ("xaverius", "vandermolenaar", "abernathy", "quillon", "nobody")
    return (words.persons, [words.frequency(each) for each in told], [words.near(f"{each[:-1]}x") for each in told])


@pytest.fixture
def reasons(caplog):
    """Why words were learned anew, as the journal has it."""
    caplog.set_level("INFO", "registry.words")
    return lambda: [record.getMessage().partition('"because":')[2].strip('"}') for record in caplog.records]


def erased(house):
    house.four_weeks_pass()
    erase = EraseParty(order_ref=ORDER, party=RESPONDENT, ground=ErasureGround.RETENTION_OVER)
    house.executor.perform(erase, principal=COURT)


async def test_what_was_kept_is_what_would_be_learned(house, reasons):
    await enter(house)
    await enter(house, 1, RARE)
    first = words_of(house)
    assert (first.recall(), first.keep(now=True), first.keep(now=True)) == (4, True, False)
    await enter(house, 2, RARE)  # after it was kept: read on from there
    learned, recalled = words_of(house), words_of(house)
    assert (learned.learn(), recalled.recall()) == (6, 6)
    head = house.ledger.reader.head()
    told = [as_told(each.as_of(head, newest=True)) for each in (learned, recalled)]
    assert told[0] == told[1]
    assert reasons() == ["none are kept"]
    assert (recalled.keep(), recalled.keep(now=True)) == (False, True)
    assert len(house.ledger.reader.rows(WORDS_SEAL, {})) == 1
    assert not any(word in house.bytes_on_disk().lower() for word in (b"abernathy", b"xaverius"))
    assert (house.folder / "words.sealed").stat().st_mode & 0o777 == 0o600


async def test_an_erasure_takes_the_key_of_whatever_was_kept_before(house, reasons):
    await enter(house, **LONG_AGO)
    words = words_of(house)
    words.recall()
    assert words.keep(now=True)
    (row,) = house.ledger.reader.rows(WORDS_SEAL, {})
    erased(house)
    assert not house.ledger.reader.rows(WORDS_SEAL, {})
    copy = (house.folder / "words.sealed").read_bytes()
    words.follow()
    assert not (house.folder / "words.sealed").exists()
    (house.folder / "words.sealed").write_bytes(copy)
    with closing(Upkeep(house.settings)) as upkeep:
        upkeep.sweep(SWEPT, compact=True)
    assert row["wrapped"] not in house.bytes_on_disk()
    again = words_of(house)
    assert again.recall() == 1
    assert again.as_of(house.ledger.reader.head(), newest=True).frequency("vandermolenaar") == 0
    assert reasons()[1] == GONE
    # What serves keeps them anew at its next look, without the erased one, and the next start takes that.
    assert (words.keep(), words.keep()) == (True, False)
    last = words_of(house)
    assert (last.recall(), len(reasons())) == (1, 2)
    assert last.as_of(house.ledger.reader.head(), newest=True).frequency("vandermolenaar") == 0


async def test_an_older_copy_is_closed_with_the_first_epoch_that_is_destroyed(house, reasons):
    """The file and the rows of its time, as a backup has them, beside the keys of today."""
    await enter(house, **LONG_AGO)
    words = words_of(house)
    words.recall()
    assert words.keep(now=True)
    backup = (house.folder / "words.sealed").read_bytes(), house.ledger.reader.rows(WORDS_SEAL, {})
    for jurisdiction in house.keeper.jurisdictions():
        house.keeper.rotate(jurisdiction)
    assert words.keep(), "an epoch that turned has the words kept anew"
    assert words_of(house).recall() == 2
    house.keeper.destroy("FR", 1)
    (house.folder / "words.sealed").write_bytes(backup[0])
    put(house, [Put(table=WORDS_SEAL, row=row) for row in backup[1]])
    assert words_of(house).recall() == 0, "nobody's record opens, and the file does no more"
    assert reasons()[1:] == [GONE]


async def test_the_words_of_a_jurisdiction_that_got_its_first_key_are_kept_under_it_too(house):
    await enter(house)
    words = words_of(house)
    words.recall()
    assert (words.keep(), words.keep()) == (True, False)
    house.keeper.rotate("NZ")
    assert (words.keep(), words.keep()) == (True, False)
    assert "NZ" in {row["jurisdiction"] for row in house.ledger.reader.rows(WORDS_SEAL, {})}


async def test_a_keeper_that_is_away_has_the_words_learned(house, reasons, monkeypatch):
    await enter(house)
    words = words_of(house)
    words.recall()
    assert words.keep()
    again = words_of(house)
    monkeypatch.setattr("registry.kept_words.joined", unavailable)
    assert again.recall() == 2
    assert reasons()[1:] == ["its keys are not to be had now"]


async def test_who_is_erased_while_words_are_written_is_not_in_what_opens(house, monkeypatch, reasons):
    """Between the row of the seal and the file, and between packing and writing."""
    await enter(house, **LONG_AGO)
    words = words_of(house)
    words.recall()
    packed = lexicon.Vocabulary.packed
    monkeypatch.setattr(lexicon.Vocabulary, "packed", lambda each: (packed(each), erased(house))[0])
    assert not words.keep()
    monkeypatch.undo()
    assert not (house.folder / "words.sealed").exists()
    monkeypatch.setattr(KeptWords, "write", full)
    with pytest.raises(OSError, match=r"^$"):
        words.keep()
    monkeypatch.undo()
    assert words.keep()  # what failed is due still
    assert words_of(house).recall() == 1
    assert len(reasons()) == 1


def full(*_):
    raise OSError


def changed(house, how):
    path = house.folder / "words.sealed"
    raw = path.read_bytes()
    path.write_bytes(how(raw))


OTHER = "of another version, or cut off"
UNSEALED = "the pages are not as they were sealed"
GONE = "somebody was erased since, an epoch turned, or the ledger is another"
DAMAGES = {
    "cut in the head": (OTHER, lambda raw: raw[:20]),
    "another version": (OTHER, lambda raw: b"po-words/9" + raw[10:]),
    "empty": (OTHER, lambda _: b""),
    "a bit turned": (UNSEALED, lambda raw: raw[:-1] + bytes([raw[-1] ^ 1])),
    "cut at the end": (UNSEALED, lambda raw: raw[:-1]),
    "another position": (UNSEALED, lambda raw: raw[:33] + b"\x09" + raw[34:]),
    "another seal": (GONE, lambda raw: raw[:10] + bytes(16) + raw[26:]),
    "no pages": ("a packed vocabulary does not agree with itself", lambda raw: raw[:34]),
}


@pytest.mark.parametrize(("reason", "how"), DAMAGES.values(), ids=DAMAGES)
async def test_a_damaged_file_is_left_alone_and_the_words_are_learned(house, reasons, reason, how):
    await enter(house)
    words = words_of(house)
    words.recall()
    assert words.keep()
    changed(house, how)
    again = words_of(house)
    assert again.recall() == 2
    assert reasons()[1:] == [reason]
    assert again.keep()  # and what is kept next is whole
    assert (words_of(house).recall(), len(reasons())) == (2, 2)


async def test_a_file_that_cannot_be_read_stops_no_start(house, reasons):
    await enter(house)
    (house.folder / "words.sealed").mkdir()
    assert words_of(house).recall() == 2
    assert reasons() == ["not to be read"]


async def test_words_of_another_ledger_index_key_version_or_time_are_left_alone(house, reasons, monkeypatch):
    await enter(house)
    words = words_of(house)
    words.recall()
    assert words.keep()
    for more in ({"ledger_id": "another"}, {"index_key": b"j" * 32}):
        assert words_of(house, kept_in(house, **more)).recall() == 2
    monkeypatch.setattr("registry.kept_words.INDEX_VERSION", keys.INDEX_VERSION + 1)
    assert words_of(house).recall() == 2
    monkeypatch.undo()
    rows = house.ledger.reader.rows(WORDS_SEAL, {})
    put(house, [Put(table=WORDS_SEAL, row={**rows[0], "purpose": "another"})])
    assert words_of(house).recall() == 2
    put(house, [Put(table=WORDS_SEAL, row={**rows[0], "purpose": WORDS})])

    class Restored:
        """The reader of a ledger as it was before anything was recorded."""

        def __getattr__(self, name):
            return (lambda: 0) if name == "head" else getattr(house.ledger.reader, name)

    assert words_of(house, kept_in(house, reader=Restored())).recall() == 2
    assert reasons()[1:] == [UNSEALED, UNSEALED, UNSEALED, GONE, "of a time that the ledger does not know"]


def put(house, rows):
    house.ledger.writer.perform(lambda unit: unit.append(ref("nothing"), [], expected_version=0, rows=rows))


async def test_rows_that_came_or_went_without_a_fact_are_seen(house, reasons):
    await enter(house)
    words = words_of(house)
    words.recall()
    assert words.keep()
    put(house, [Drop(table=PERSON, where={"party_ref": RESPONDENT.bytes})])
    assert words_of(house).recall() == 1
    with closing(Upkeep(house.settings)) as upkeep:
        assert refiling(house, upkeep).refile().persons == 2
    assert words_of(house).recall() == 2
    assert reasons()[1:] == ["not of those who are filed", GONE]


async def test_nothing_is_kept_while_somebodys_words_are_not_known(house, monkeypatch):
    await enter(house)
    assert not words_of(house).keep(now=True)  # nothing is known yet
    assert not Lexicon(reader=house.ledger.reader, ring=house.executor.ring, ledger_id=house.executor.ledger_id).keep(
        now=True
    )
    words = words_of(house)
    words.recall()
    monkeypatch.setattr(lexicon, "opened_person", unavailable)
    await enter(house, 1, RARE)
    assert not words.keep(now=True)
    monkeypatch.undo()
    again = words_of(house)
    again.recall()
    begin = KeptWords.begin

    def meanwhile(kept):
        seal = begin(kept)
        monkeypatch.setattr(lexicon, "opened_person", unavailable)
        enter_now(house)
        return seal

    monkeypatch.setattr(KeptWords, "begin", meanwhile)
    assert not again.keep(now=True)


def unavailable(*_, **__):
    raise Unavailable("keys-unavailable")


def enter_now(house):
    house.executor.perform(entering(ref("order 2"), "RG 1/2", parties=parties(" 2", RARE)), principal=COURT)


async def test_the_thread_keeps_at_its_end_what_is_new(house, reasons):
    await enter(house)
    words = words_of(house)
    words.recall()
    thread = keeping_words.KeepingWords(words)
    thread.start()
    thread.stop()
    assert thread.pulse().failures == 0
    await enter(house, 1, RARE)
    ended = keeping_words.KeepingWords(words)
    ended.stop()
    assert words_of(house).recall() == 4
    assert reasons() == ["none are kept"]
