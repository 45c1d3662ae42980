"""Write the software bill of materials of a lock: CycloneDX 1.6 as JSON, offline, the same bytes for the same lock.

    scripts/sbom                     of what the registry runs on, to standard output
    scripts/sbom dev                 of what tests and checks need too

Names, versions and digests are the lock's; licences and what depends on what are from the metadata of what is
installed, so that a package for another machine has neither. It has no time and no random number in it.
"""

import sys
import tomllib
import warnings
from collections.abc import Iterable

from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
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
    text = text_of(packages)
    if fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise ValueError(f"the bill does not fit its schema: {fault}")
    return text


def text_of(packages: Iterable[Package]) -> str:
    """Give the bill as JSON."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of a graph that ends at packages for other machines
        return JsonV1Dot6(bill(tuple(packages))).output_as_string(indent=2)


def bill(packages: tuple[Package, ...]) -> Bom:
    """Make the bill: the project, its packages, and what needs what."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    made = Bom()
    made.serial_number = made.metadata.timestamp = None  # type: ignore[assignment]  # a lock has neither
    made.metadata.component = Component(
        name=project["name"],
        version=project["version"],
        type=ComponentType.APPLICATION,
        bom_ref=project["name"],
        licenses=[LicenseExpression(project["license"])],
    )
    parts = {package.name: component(package) for package in packages}
    for part in parts.values():
        made.components.add(part)
    direct = [parts[name] for each in project["dependencies"] if (name := name_of(each)) in parts]
    made.register_dependency(made.metadata.component, direct)
    for package in packages:
        made.register_dependency(parts[package.name], [parts[name] for name in needed(package) if name in parts])
    return made


def component(package: Package) -> Component:
    """Describe a package: the digests are those of every file that may be installed of it."""
    installed = package.installed()
    licence = licence_of(installed) if installed else None
    address = PackageURL("pypi", None, package.name, str(package.version))
    files = ExternalReference(
        type=ExternalReferenceType.DISTRIBUTION,
        url=XsUri(str(address)),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in package.digests],
    )
    return Component(
        name=package.name,
        version=str(package.version),
        type=ComponentType.LIBRARY,
        bom_ref=str(address),
        purl=address,
        licenses=[LicenseExpression(licence)] if licence else None,
        external_references=[files],
    )


def needed(package: Package) -> set[str]:
    """Give the names of what a package needs here, by its metadata."""
    installed = package.installed()
    said = [Requirement(each) for each in (installed.requires or ())] if installed else []
    return {canonicalize_name(each.name) for each in said if each.marker is None or each.marker.evaluate({"extra": ""})}


def name_of(requirement: str) -> str:
    """Give the package that a requirement is of."""
    return canonicalize_name(Requirement(requirement).name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
