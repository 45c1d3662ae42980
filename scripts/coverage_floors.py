"""Hold measured coverage against the floors in pyproject.toml: rooms that must be whole, and the whole.

Per cent of lines and branches together, as coverage counts them. A room that does not exist has no floor; a room that
exists and was never imported counts as nothing covered.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from scripts.checks import ROOT


class Summary(msgspec.Struct, kw_only=True):
    """What coverage counted in one file."""

    num_statements: int
    covered_lines: int
    num_branches: int = 0
    covered_branches: int = 0


class File(msgspec.Struct):
    """One file of the report."""

    summary: Summary


class Report(msgspec.Struct):
    """The part of coverage's JSON report that is read here."""

    files: dict[str, File]


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """What was measured in a folder and what it must reach."""

    name: str
    lines: float
    branches: float
    together: float
    floor: float

    @property
    def holds(self) -> bool:
        """Whether the floor is reached."""
        return self.together >= self.floor


def measured(report: Report, name: str, floor: float) -> Room | None:
    """Sum up the files of a folder, or of all for an empty name; None if there are none."""
    files = [file.summary for path, file in report.files.items() if not name or Path(path).is_relative_to(Path(name))]
    if not files:
        return None
    statements, lines = sum(file.num_statements for file in files), sum(file.covered_lines for file in files)
    branches, taken = sum(file.num_branches for file in files), sum(file.covered_branches for file in files)
    return Room(
        name=name or "the whole",
        lines=per_cent(lines, statements),
        branches=per_cent(taken, branches),
        together=per_cent(lines + taken, statements + branches),
        floor=floor,
    )


def per_cent(part: int, whole: int) -> float:
    """Give a share in per cent; nothing to cover is covered."""
    return 100 * part / whole if whole else 100.0


def hold(report_file: Path, settings_file: Path = ROOT / "pyproject.toml") -> bool:
    """Print the table of floors; True if all hold. Raises if the report cannot be read."""
    report = msgspec.json.decode(report_file.read_bytes(), type=Report)
    settings = tomllib.loads(settings_file.read_text())["tool"]["registry"]["coverage"]
    floors: dict[str, float] = {**settings["rooms"], "": settings["whole"]}
    rooms = [room for name, floor in floors.items() if (room := measured(report, name, floor))]
    print(f"{'coverage':<24} {'lines':>7} {'branches':>9} {'together':>9} {'floor':>6}")
    for room in rooms:
        word = "" if room.holds else "  BELOW"
        print(
            f"{room.name:<24} {room.lines:>6.1f}% {room.branches:>8.1f}% {room.together:>8.2f}% {room.floor:>5}%{word}"
        )
    return bool(rooms) and all(room.holds for room in rooms)
