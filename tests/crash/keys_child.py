"""A process whose descriptors run out while keys are made for new orders; prints what came of it as JSON."""

import os
import resource
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic

import orjson

from adapters.keepers.file import create
from registry.errors import Unavailable
from registry.values.identifiers import OrderRef
from registry.values.jurisdiction import Jurisdiction
from tests.given import ref
from tests.journeys.house import COURT, House, entering, open_house


def _attempt(house: House, outcome: dict[str, list[str]]) -> bool:
    word = str(sum(map(len, outcome.values())))
    order_ref = OrderRef(ref(word))
    try:
        house.executor.perform(entering(order_ref, f"RG {word}", word=word), principal=COURT)
    except Unavailable:
        outcome["failed"].append(str(order_ref))
        return False
    outcome["acknowledged"].append(str(order_ref))
    return True


def main() -> None:
    """Enter an order, use up all descriptors, try, give them back, and look."""
    folder = Path(sys.argv[2]).parent
    folder.mkdir(parents=True)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    house = open_house(folder, keeper=create(folder / "keys", [Jurisdiction("FR")]))
    outcome: dict[str, list[str]] = {"acknowledged": [], "failed": []}
    _attempt(house, outcome)
    taken: list[int] = []
    with suppress(OSError):
        while True:
            taken.append(os.open("/dev/null", os.O_RDONLY))
    for _ in range(5):
        _attempt(house, outcome)
    for descriptor in taken:
        os.close(descriptor)
    healed = monotonic()
    works_again = _attempt(house, outcome)
    seconds = monotonic() - healed
    stored = [str(fact.stream) for fact in house.facts()]
    house.close()
    sys.stdout.buffer.write(
        orjson.dumps({**outcome, "stored": stored, "works_again": works_again, "milliseconds": int(seconds * 1000)})
    )


if __name__ == "__main__":
    main()
