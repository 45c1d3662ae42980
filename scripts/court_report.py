"""What an adapter reads from a sample, as one JSON document that a person can check line by line.

`scripts/court-report FILE` prints it for a sample under tests/samples/courts/<code>/. It is read, and then kept
beside the sample as `<name>.report.json`; a test holds the adapter to it. What is unknown, none or empty is left out.
"""

import sys
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import date, time
from enum import Enum
from hashlib import sha256
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import orjson

from adapters.errors import Unreadable
from registry.ports import CourtSystem, EnteredRecord, Mint, RejectedRecord


def main(arguments: list[str]) -> int:
    """Print the report of each sample named; 2 without one."""
    if not arguments:
        print("usage: scripts/court-report tests/samples/courts/<code>/<sample> ...")
        return 2
    for name in arguments:
        sample = Path(name)
        sys.stdout.buffer.write(report(court_of(sample.parent.name), sample.read_bytes()))
    return 0


def court_of(code: str) -> CourtSystem:
    """Give the adapter of a code: `gb-eaw` is `adapters.courts.gb_eaw`."""
    return cast("CourtSystem", import_module(f"adapters.courts.{code.replace('-', '_')}").COURT)


def report(court: CourtSystem, document: bytes) -> bytes:
    """Read a document with counted identifiers and write down all of it, personal data of the invented persons too."""
    try:
        told: object = {"records": [line(record) for record in court.parse(document, counting())]}
    except Unreadable as error:
        told = {"unreadable": str(error.code), "place": error.place}
    return orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def line(record: EnteredRecord | RejectedRecord) -> dict[str, Any]:
    """Write one record down; of its source the length and the beginning of its digest."""
    if isinstance(record, RejectedRecord):
        return {"place": record.place, "rejected": list(record.reasons)}
    told = cast("dict[str, Any]", plain(record))
    told["source"] = f"{len(record.source)} bytes, sha256 {sha256(record.source).hexdigest()[:16]}"
    return told


def counting() -> Mint:
    """Give a mint that counts, so that a report is the same each time."""
    numbers = count(1)
    return lambda _purpose: UUID(int=next(numbers))


def plain(value: object) -> object:
    """Bring a value to what JSON has; fields without content are left out."""
    match value:
        case UUID():
            return f"id-{value.int}"
        case Enum():
            return value.value
        case date() | time():
            return value.isoformat()
        case str() | int() | None:
            return value
        case tuple():
            return [plain(one) for one in cast("Iterable[object]", value)]
        case _ if is_dataclass(value):
            told = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
            return {name: one for name, one in told.items() if one not in (None, "", [], {}, "UNKNOWN")}
        case _:
            return str(type(value))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
