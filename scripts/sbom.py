"""Write the software bill of materials of a lock: CycloneDX 1.6 as JSON, offline, the same bytes for the same lock.

    scripts/sbom                     of what the registry runs on, to standard output
    scripts/sbom dev                 of what tests and checks need too

Names, versions and digests are the lock's; licences and what depends on what are from the metadata of what is
installed, so that a package for another machine has neither. It has no time and no random number in it.
"""

import sys
import tomllib
from collections.abc import Iterable
from typing import Any

import orjson
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.checks import ROOT
from scripts.licences import licence_of
from scripts.packages import LOCKS, Package, locked


def main(arguments: list[str]) -> int:
    """Print the bill of a lock; 2 for a lock that there is not."""
    lock = arguments[0] if arguments else "runtime"
    if lock not in LOCKS:
        print(f"there is no lock of that name; there are: {', '.join(LOCKS)}", file=sys.stderr)
        return 2
    print(written(locked(lock)))
    return 0


def written(packages: Iterable[Package]) -> str:
    """Give the bill as JSON, held to the schema of CycloneDX. Raises `ValueError` if it does not fit."""
    # Only where a bill is written: what reads the schemas takes seconds to load, in each process of the tests too.
    from cyclonedx.schema import SchemaVersion  # noqa: PLC0415
    from cyclonedx.validation.json import JsonStrictValidator  # noqa: PLC0415

    text = text_of(packages)
    if fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise ValueError(f"the bill does not fit its schema: {fault}")
    return text


def text_of(packages: Iterable[Package]) -> str:
    """Give the bill as JSON."""
    return orjson.dumps(bill(tuple(packages)), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode()


def bill(packages: tuple[Package, ...]) -> dict[str, Any]:
    """Make the bill: the project, its packages, and what needs what."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    whole = {"type": "application", "bom-ref": project["name"], "name": project["name"], "version": project["version"]}
    # Of a package that is locked in two versions, others need the one that this machine would install.
    refs = {package.name: ref(package) for package in sorted(packages, key=lambda each: each.here)}
    direct = {canonicalize_name(Requirement(each).name) for each in project["dependencies"]}
    needs = [{"ref": project["name"], "dependsOn": sorted(refs[name] for name in direct & set(refs))}]
    for package in packages:
        below = sorted(refs[name] for name in needed(package) & set(refs))
        needs.append({"ref": ref(package), "dependsOn": below})
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {**whole, "licenses": [{"expression": project["license"]}]}},
        "components": [component(package) for package in packages],
        "dependencies": needs,
    }


def ref(package: Package) -> str:
    """Give a package's address (purl)."""
    return f"pkg:pypi/{package.name}@{package.version}"


def component(package: Package) -> dict[str, Any]:
    """Describe a package: the digests are those of every file that may be installed of it."""
    installed = package.installed()
    licence = licence_of(installed) if installed else None
    hashes = [{"alg": "SHA-256", "content": digest} for digest in package.digests]
    described = {
        "type": "library",
        "bom-ref": ref(package),
        "name": package.name,
        "version": str(package.version),
        "purl": ref(package),
        "externalReferences": [{"type": "distribution", "url": ref(package), "hashes": hashes}],
    }
    return {**described, "licenses": [{"expression": licence}]} if licence else described


def needed(package: Package) -> set[str]:
    """Give the names of what a package needs here, by its metadata."""
    installed = package.installed()
    said = [Requirement(each) for each in (installed.requires or ())] if installed else []
    return {canonicalize_name(each.name) for each in said if each.marker is None or each.marker.evaluate({"extra": ""})}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
