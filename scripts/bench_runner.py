"""Find the benchmarks in `scripts/benches` and run the one that is named; without a name, list them.

A benchmark is a module whose first line says what it measures and whose `main(arguments)` measures it, prints for
people or, given `--json`, one JSON object, and answers an exit code.
"""

import ast
import importlib
import sys
from pathlib import Path

BENCHES = Path(__file__).resolve().parent / "benches"


def main(arguments: list[str]) -> int:
    """Run the benchmark that `arguments` names with the rest of them; 2 if there is none of that name."""
    found = benches()
    if not arguments:
        print("\n".join(f"{name:<20} {what}" for name, what in found.items()) or "There is no benchmark yet.")
        return 0
    name, *rest = arguments
    module_name = name.replace("-", "_")
    if module_name not in found:
        print("No benchmark of that name; there are:", ", ".join(found) or "none", file=sys.stderr)
        return 2
    return int(importlib.import_module(f"scripts.benches.{module_name}").main(rest) or 0)


def benches() -> dict[str, str]:
    """Give each benchmark's name with its first line."""
    files = sorted(file for file in BENCHES.glob("*.py") if not file.stem.startswith("_"))
    return {file.stem: first_line(file) for file in files}


def first_line(file: Path) -> str:
    """Give the first line of a module's docstring, without importing it."""
    return (ast.get_docstring(ast.parse(file.read_text())) or "").partition("\n")[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
