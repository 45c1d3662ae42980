"""Hold the licence of every locked package to the list of those that we take.

A package says its licence in its own metadata: as an SPDX expression, or in words that `WORDS` gives the expression of.
One that says nothing that is known, or whose every choice is outside the list, fails the check.
"""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from scripts.packages import Package, locked

TAKEN = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "ISC",
        "MIT",
        "MIT-0",
        "PSF-2.0",
        "Unlicense",
        "Zlib",
        "MPL-2.0",  # file by file: nothing of such a file is copied or changed here
        "LGPL-3.0-only",  # psycopg, as a package of its own that anybody may replace
    }
)
WORDS = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "MIT license": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "PSFL": "PSF-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
"""What the metadata of older packages says in place of an SPDX expression."""


def main() -> int:
    """Check every package of the development lock, which holds the runtime's; 0 if each has a licence we take."""
    packages = locked()
    faults = [fault for package in packages if (fault := fault_of(package))]
    elsewhere = [package.name for package in packages if not package.here]
    print(*faults, sep="\n", end="\n" if faults else "")
    print(f"{len(packages) - len(elsewhere)} licences read; not for this machine: {', '.join(elsewhere) or 'none'}")
    return 1 if faults else 0


def fault_of(package: Package) -> str | None:
    """Say what is wrong with a package's licence; None where nothing is."""
    if not package.here:
        return None
    installed = package.installed()
    if installed is None:
        return f"{package.name} {package.version} is not installed, so that its licence cannot be read"
    said = licence_of(installed)
    if said is None:
        return f"{package.name} {package.version} says no licence that is known"
    return None if is_taken(said) else f"{package.name} {package.version} is under {said}"


def licence_of(installed: Distribution) -> str | None:
    """Give the SPDX expression of a package's licence, from its metadata; None if it says nothing that is known."""
    metadata = installed.metadata
    names = [name.rpartition(" :: ")[2] for name in metadata.get_all("Classifier") or () if "License ::" in name]
    older = [text.partition("\n")[0].strip() for text in metadata.get_all("License") or ()]
    said = (*(metadata.get_all("License-Expression") or ()), *older, *names)
    return next((found for each in said if each and (found := as_expression(each))), None)


def as_expression(words: str) -> str | None:
    """Read a licence's words; None if they are neither an SPDX expression nor known."""
    try:
        return canonicalize_license_expression(WORDS.get(words, words))
    except InvalidLicenseExpression:
        return None


def is_taken(expression: str) -> bool:
    """Say whether what must be kept of an expression, with the best of its choices, is on the list."""
    return _any(iter(re.findall(r"[()]|[^\s()]+", expression)))


def _any(words: Iterator[str]) -> bool:
    """Read up to a closing bracket: AND binds before OR, as SPDX has it (annex D.4)."""
    choices = [True]
    for word in words:
        if word == ")":
            break
        if word == "OR":
            choices.append(True)
        elif word != "AND":
            taken = _any(words) if word == "(" else word in TAKEN
            choices[-1] = choices[-1] and taken
    return any(choices)


if __name__ == "__main__":
    sys.exit(main())
