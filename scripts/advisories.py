"""Compare every locked version with known vulnerabilities: a folder of OSV files, such as OSV's dump for PyPI.

    python -m scripts.advisories FOLDER     or the folder named by ADVISORIES

Exits 0 if every package was compared and none is affected, 1 if one is or a file cannot be read, and 3 if nothing was
compared at all: without advisories the honest word is "not run", never "none known".
"""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from scripts.packages import Package, locked

NOT_RUN = 3
_MAXIMUM = 16 << 20
"""Bytes of one advisory."""


class Named(msgspec.Struct):
    """The package that an advisory is about."""

    ecosystem: str
    name: str


class Step(msgspec.Struct):
    """A version from which, or up to which, a package is affected."""

    introduced: str | None = None
    fixed: str | None = None
    last_affected: str | None = None


class Range(msgspec.Struct):
    """Steps, in ascending order."""

    type: str
    events: list[Step] = []


class Affected(msgspec.Struct):
    """Which versions of which package."""

    package: Named | None = None
    ranges: list[Range] = []
    versions: list[str] = []


class Advisory(msgspec.Struct):
    """What is read of an OSV file (schema 1)."""

    id: str
    modified: str = ""
    withdrawn: str | None = None
    affected: list[Affected] = []


def main(arguments: list[str]) -> int:
    """Compare, and say what came of it."""
    given = arguments[0] if arguments else os.environ.get("ADVISORIES", "")
    if not given:
        print("not run: no advisories at hand (ADVISORIES names no folder of OSV files)")
        return NOT_RUN
    try:
        known = list(read(Path(given)))
    except (OSError, ValueError, msgspec.MsgspecError) as fault:
        print(f"failed: an advisory cannot be read: {fault}")
        return 1
    if not known:
        print("not run: the folder holds no advisory of a Python package")
        return NOT_RUN
    return report(locked(), known)


def report(packages: Iterable[Package], known: list[Advisory]) -> int:
    """Say which packages are affected, and how new what is known is; 1 if any is."""
    compared = tuple(packages)
    found = [f"{each.name} {each.version}: {by.id}" for each in compared for by in known if affects(by, each)]
    print(*found, sep="\n", end="\n" if found else "")
    newest = max(advisory.modified for advisory in known)
    print(f"{len(compared)} locked packages held against {len(known)} advisories, the newest of {newest}: ", end="")
    print(f"{len(found)} affected" if found else "none affected")
    return 1 if found else 0


def read(folder: Path) -> Iterator[Advisory]:
    """Give the advisories of a folder that are about a Python package and stand. Raises for one that is not read."""
    for path in sorted(folder.rglob("*.json")):
        if path.stat().st_size > _MAXIMUM:
            raise ValueError(f"{path.name} is too large")
        advisory = msgspec.json.decode(path.read_bytes(), type=Advisory)
        if advisory.withdrawn is None and any(each.package for each in of_python(advisory)):
            yield advisory


def of_python(advisory: Advisory) -> Iterator[Affected]:
    """Give what an advisory says of Python packages."""
    yield from (each for each in advisory.affected if each.package and each.package.ecosystem == "PyPI")


def affects(advisory: Advisory, package: Package) -> bool:
    """Say whether an advisory names this version of this package."""
    for each in of_python(advisory):
        if each.package is None or canonicalize_name(each.package.name) != package.name:
            continue
        if any(_same(version, package.version) for version in each.versions):
            return True
        if any(within(one, package.version) for one in each.ranges if one.type == "ECOSYSTEM"):
            return True
    return False


def within(affected: Range, version: Version) -> bool:
    """Walk the steps of a range up to a version; one that cannot be ordered counts as reached, to be safe."""
    inside = False
    for step in affected.events:
        if step.introduced is not None and _reached(step.introduced, version):
            inside = True
        elif (step.fixed is not None and _reached(step.fixed, version)) or (
            step.last_affected is not None
            and _reached(step.last_affected, version)
            and not _same(step.last_affected, version)
        ):
            inside = False
    return inside


def _reached(step: str, version: Version) -> bool:
    try:
        return step == "0" or Version(step) <= version
    except InvalidVersion:
        return True


def _same(said: str, version: Version) -> bool:
    try:
        return Version(said) == version
    except InvalidVersion:
        return said == str(version)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
