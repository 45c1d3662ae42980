"""Put right what needs no person: safe lint fixes, then the format."""

import subprocess
import sys

from scripts.checks import ROOT, TOOLS


def main() -> int:
    """Fix and format; 0 if nothing is left for a person."""
    left = subprocess.run([TOOLS / "ruff", "check", "--fix", "."], cwd=ROOT, check=False).returncode
    subprocess.run([TOOLS / "ruff", "format", "."], cwd=ROOT, check=True)
    return left


if __name__ == "__main__":
    sys.exit(main())
