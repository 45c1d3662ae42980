"""What the index of persons costs beside the questions: bytes, starts, an entry seen, an erasure, and what is bare."""

import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final, cast
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from registry import core
from registry.core import Core
from registry.events.base import Actor, Fact
from registry.events.erasure import SubjectErased
from registry.ledger.port import AnyFact, Recorded, Unit
from registry.ledger.rows import Cell, Change, Put
from registry.questions import Question
from registry.searching import Searched, Searching
from registry.values.check import CheckPurpose
from registry.values.erasure import ErasureGround
from registry.values.identifiers import FactId, OrderRef, PartyRef, Position, StreamId, SubjectId
from registry.values.parties import Identity
from registry.views.persons import PERSON, PERSON_KEY
from registry.views.police import FINDING, SUBJECT_KEY
from registry.views.police_rows import project
from scripts.benches._house import FRANCE, PRINCIPAL
from scripts.benches._people import people
from scripts.benches.seed import entry, respondent_ref

_TURNS: Final = 20_000
_SEALED_BYTES: Final = 256
_ENTERED: Final = 40
_OF_A_PERSON: Final = (PERSON, PERSON_KEY, FINDING)
_LEARNED: Final = 100_000
"""Persons up to whom every record is opened, to say what a start takes without what was kept."""


def floors(opened: Core) -> dict[str, float]:
    """Give microseconds of a keyed hash, of one row by its key in the same file, and of opening 256 bytes."""
    path = core.ledger_settings(opened.settings).path or Path()
    keys = [row["party_ref"] for row in opened.ledger.reader.rows(PERSON, {}, limit=_TURNS)]
    state = blake2b(key=os.urandom(32), digest_size=8)
    cipher, nonce = AESGCM(os.urandom(32)), bytes(12)
    sealed = cipher.encrypt(nonce, bytes(_SEALED_BYTES), None)
    sql = f"SELECT sealed FROM {PERSON.name} WHERE party_ref = ?"  # noqa: S608  # a constant
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:

        def get(number: int) -> None:
            connection.execute(sql, (keys[number % len(keys)],)).fetchone()

        def hashed(number: int) -> None:
            one = state.copy()
            one.update(b"PX\x1frespondent\x1fsmith\x1f%d" % number)
            one.digest()

        return {
            "keyed_hash_us": _each(hashed),
            "row_by_key_us": _each(get),
            "opened_us": _each(lambda _: cipher.decrypt(nonce, sealed, None)),
        }


def _each(job: Callable[[int], object]) -> float:
    begun = perf_counter()
    for number in range(_TURNS):
        job(number)
    return round((perf_counter() - begun) / _TURNS * 1e6, 3)


def bytes_a_person(opened: Core) -> dict[str, float]:
    """Give the bytes that each table and index takes in the file, for each person; all is the whole file."""
    path = core.ledger_settings(opened.settings).path or Path()
    persons = opened.ledger.reader.size(PERSON)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        sql = "SELECT m.tbl_name, sum(d.pgsize) FROM dbstat d JOIN sqlite_master m ON m.name = d.name GROUP BY 1"
        sizes = dict(connection.execute(sql).fetchall())
    given = {table.name: round(sizes[table.name] / persons) for table in (PERSON, PERSON_KEY, FINDING, SUBJECT_KEY)}
    given["whole_file"] = round(path.stat().st_size / persons)
    return given


def started(opened: Core) -> dict[str, float]:
    """Give the seconds of knowing all words, by opening every record where there are few, else from what was kept.

    Raises `ValueError` where a large registry has nothing kept: to learn it would take hours of a bench.
    """
    lexicon, before = opened.checker.searching.lexicon, _memory()
    persons = opened.ledger.reader.size(PERSON)
    if persons <= _LEARNED:
        spent = {"learned_anew_seconds": _seconds(lexicon.learn)}
    elif (opened.settings.data / core.WORDS_FILE).exists():
        spent = {"recalled_at_first_seconds": _seconds(lexicon.recall)}
    else:
        message = "keep the words first: scripts/bench seed --bulk does"
        raise ValueError(message)
    return {**spent, "memory_of_words_bytes_a_person": round((_memory() - before) / persons, 1)}


def kept(opened: Core) -> dict[str, float]:
    """Give the seconds of keeping the words and of taking them back; whether they are the same; the file's bytes."""
    lexicon = opened.checker.searching.lexicon
    spent = {"kept_seconds": _seconds(lambda: lexicon.keep(now=True))}
    another = Searching(executor=opened.executor, scorer=opened.checker.scorer, words=opened.checker.words)
    spent["recalled_seconds"] = _seconds(another.lexicon.recall)
    file = opened.settings.data / core.WORDS_FILE
    return {
        **spent,
        "kept_bytes_a_person": round(file.stat().st_size / opened.ledger.reader.size(PERSON), 1),
        "recalled_is_known": float(words_agree(another.lexicon, lexicon, opened)),
    }


def words_agree(one: Any, other: Any, opened: Core) -> bool:  # noqa: ANN401  # two lexicons
    """Say whether two that were made apart know the same words, of as many persons."""
    head = opened.ledger.reader.head()
    first, second = (each.as_of(head, newest=True) for each in (one, other))
    return bool(first.persons == second.persons and first.packed() == second.packed())


def _seconds(job: Any) -> float:  # noqa: ANN401  # a function
    begun = perf_counter()
    job()
    return round(perf_counter() - begun, 3)


def _memory() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def seen(opened: Core) -> dict[str, float]:
    """Give the milliseconds from an entry's receipt to the end of the first search, which finds it; and of one more."""
    first: list[float] = []
    again: list[float] = []
    found = 0
    for number, who in enumerate(islice(people(), _ENTERED), int(core.clock())):
        named = replace(who, name=replace(who.name, given=f"Visib{number % _ENTERED}"), documents=())
        opened.executor.perform(entry(number, named, who), principal=PRINCIPAL)
        begun = perf_counter()
        meant = search(opened, named).meant
        first.append((perf_counter() - begun) * 1000)
        begun = perf_counter()
        search(opened, named)
        again.append((perf_counter() - begun) * 1000)
        found += any(each.party_ref == respondent_ref(number) for each in meant)
    return {
        "first_search_after_commit_ms": round(median(first), 2),
        "same_search_again_ms": round(median(again), 2),
        "found_at_once": found / _ENTERED,
    }


def search(opened: Core, identity: Identity) -> Searched:
    """Search as a check does, as of now."""
    question = Question(jurisdiction=FRANCE, purpose=CheckPurpose.AT_THE_SCENE, identity=identity)
    return opened.checker.searching.search(question, identity, opened.ledger.reader.head(), newest=True)


def erased(opened: Core) -> dict[str, float]:
    """Give the milliseconds in which all rows of a person go, committed; the fact and its law are not in it.

    Nobody can be erased who was entered today, so the rows are dropped that the fact of an erasure would drop. They
    are put back, and the words kept again, so that the registry can be asked once more.
    """
    spent: list[float] = []
    left = 0
    reader = opened.ledger.reader
    for row in reader.rows(PERSON, {"role": "PROTECTED"}, limit=_ENTERED):
        party = PartyRef(UUID(bytes=cast("bytes", row["party_ref"])))
        where: dict[str, Cell] = {"party_ref": party.bytes}
        there = [Put(table=table, row=each) for table in _OF_A_PERSON for each in reader.rows(table, where)]
        there += [Put(table=SUBJECT_KEY, row=each) for each in reader.rows(SUBJECT_KEY, {"subject": party.bytes})]
        rows = tuple(project(Recorded(position=Position(0), fact=_erasure(party))))
        spent.append(_changed(opened, rows))
        left += sum(len(reader.rows(table, where)) for table in _OF_A_PERSON)
        _changed(opened, there)
    opened.checker.searching.lexicon.keep(now=True)
    return {"rows_of_an_erasure_ms": round(median(spent), 2), "rows_left": left}


def _changed(opened: Core, rows: Sequence[Change]) -> float:
    """Write rows, and give the milliseconds to their commit."""

    def work(unit: Unit, /) -> None:
        unit.append(StreamId(UUID(int=1)), [], expected_version=0, rows=rows)

    begun = perf_counter()
    opened.ledger.writer.perform(work)
    return (perf_counter() - begun) * 1000


def _erasure(party: PartyRef) -> AnyFact:
    event = SubjectErased(
        order_ref=OrderRef(party), subject=SubjectId(party), key_id="", ground=ErasureGround.COURT_ORDERED
    )
    actor = Actor(institution=PRINCIPAL.institution, key_id=PRINCIPAL.key_id)
    fact_id = FactId(party)
    return Fact(
        fact_id=fact_id,
        stream=StreamId(party),
        version=2,
        recorded_at=core.clock(),
        actor=actor,
        correlation=fact_id,
        event=event,
    )
