"""What the locks pin, read: every package with its version, its digests, and what its own metadata says of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.markers import Marker
from packaging.version import Version

from scripts.checks import ROOT

LOCKS = {"runtime": ROOT / "requirements.txt", "dev": ROOT / "requirements-dev.txt"}
_PIN = re.compile(r"(?P<name>[a-z0-9][a-z0-9-]*)==(?P<version>[^ ;\\]+)(?: ; (?P<marker>[^\\]+?))? *\\?")
_DIGEST = re.compile(r"--hash=sha256:(?P<digest>[0-9a-f]{64})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Package:
    """One package of a lock."""

    name: str
    version: Version
    digests: tuple[str, ...]
    """SHA-256 of each file that may be installed, in hexadecimal."""
    marker: str = ""

    @property
    def here(self) -> bool:
        """Whether the lock wants it on this machine."""
        return not self.marker or Marker(self.marker).evaluate()

    def installed(self) -> Distribution | None:
        """Give what is installed of it, if it is this version."""
        try:
            found = distribution(self.name)
        except PackageNotFoundError:
            return None
        return found if Version(found.version) == self.version else None


def locked(lock: str = "dev") -> tuple[Package, ...]:
    """Read a lock: `runtime`, or `dev`, which holds it. Raises `ValueError` for a line that is no pin with digests."""
    return tuple(_packages(LOCKS[lock].read_text()))


def _packages(text: str) -> Iterator[Package]:
    for block in re.split(r"\n(?=[a-z0-9])", text.strip()):
        pin, *digests = block.splitlines()
        found = _PIN.fullmatch(pin)
        kept = [match["digest"] for line in digests if (match := _DIGEST.search(line))]
        if found is None or not kept or len(kept) != len(digests):
            raise ValueError(f"the lock cannot be read at: {pin}")
        yield Package(
            name=found["name"],
            version=Version(found["version"]),
            digests=tuple(kept),
            marker=(found["marker"] or "").strip(),
        )
