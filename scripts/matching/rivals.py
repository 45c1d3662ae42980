"""What others do with a name and a birth date, in as few lines as it takes: to be measured beside, in the same run."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from scripts.matching.sets import Known

Search = Callable[[Known], list[int]]
"""Gives the numbers of at most ten people, the likeliest first."""
_TEN = 10
_CODES = {
    letter: code for code, letters in enumerate(("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), 1) for letter in letters
}


def soundex(word: str) -> str:
    """Give the Russell Soundex code of a word: a letter and three digits."""
    letters = [letter for letter in word.lower() if letter.isascii() and letter.isalpha()]
    if not letters:
        return ""
    code, last = letters[0].upper(), _CODES.get(letters[0], 0)
    for letter in letters[1:]:
        digit = _CODES.get(letter, 0)
        if digit and digit != last:
            code += str(digit)
        if letter not in "hw":
            last = digit
    return (code + "000")[:4]


def by_soundex(known: list[Known]) -> Search:
    """Search as police files do: soundex of the family name, and the day of birth or the year one off."""
    files: defaultdict[tuple[str, str], list[Known]] = defaultdict(list)
    for one in known:
        for name in (one.family, *(alias.split(" ")[-1] for alias in one.alias.split("|") if alias)):
            files[soundex(name), (one.born or "")[:4]].append(one)

    def search(asked: Known) -> list[int]:
        born = asked.born or ""
        years = [str(int(born[:4]) + step) for step in (0, -1, 1)] if born[:4].isdigit() else [""]
        found = [one for year in years for one in files[soundex(asked.family), year] if _day_fits(asked, one)]
        found.sort(key=lambda one: (one.born != asked.born, one.given.lower()[:1] != asked.given.lower()[:1]))
        return [one.number for one in found[:_TEN]]

    return search


def _day_fits(asked: Known, known: Known) -> bool:
    born, other = asked.born or "", known.born or ""
    full = len(born) == len(other) == len("2000-01-01")
    return not full or born == other or born[5:] == other[5:] or born[:4] == other[:4]


def by_trigrams(known: list[Known]) -> Search:
    """Search by SQLite's full text search over trigrams of the name and the birth date, ranked by BM25."""
    store = sqlite3.connect(":memory:")
    store.execute("CREATE VIRTUAL TABLE people USING fts5 (name, tokenize = 'trigram')")
    rows = ((one.number, _line(one)) for one in known)
    store.executemany("INSERT INTO people (rowid, name) VALUES (?, ?)", rows)

    def search(asked: Known) -> list[int]:
        terms = " OR ".join(f'"{term}"' for term in dict.fromkeys(_trigrams(_line(asked))))
        if not terms:
            return []
        sql = "SELECT rowid FROM people WHERE people MATCH ? ORDER BY bm25(people) LIMIT ?"
        return [row[0] for row in store.execute(sql, (terms, _TEN))]

    return search


def by_pg_trgm(known: list[Known], where: str) -> Search:
    """Search by pg_trgm of the PostgreSQL database at `where`, the birth date beside; its table is a temporary one."""
    import psycopg  # noqa: PLC0415  # only where there is a database

    store: Any = psycopg.connect(where, autocommit=True)
    store.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    store.execute("CREATE TEMPORARY TABLE people (number bigint, name text)")
    with store.cursor().copy("COPY people FROM STDIN") as rows:
        for one in known:
            rows.write_row((one.number, _line(one)))
    store.execute("CREATE INDEX ON people USING gin (name gin_trgm_ops)")
    store.execute("SET pg_trgm.similarity_threshold = 0.3")

    def search(asked: Known) -> list[int]:
        sql = "SELECT number FROM people WHERE name %% %s ORDER BY similarity(name, %s) DESC LIMIT %s"
        return [row[0] for row in store.execute(sql, (_line(asked), _line(asked), _TEN)).fetchall()]

    return search


def _line(one: Known) -> str:
    names = [f"{one.given} {one.family}", *one.alias.split("|")]
    return " ".join((*names, one.born or "")).lower().replace('"', " ").replace("\x00", " ").strip()


def _trigrams(line: str) -> Iterator[str]:
    return (line[place : place + 3] for place in range(len(line) - 2))
