"""A registry of invented orders, made by the commands that courts use: the same people and orders each time.

    scripts/bench seed --orders 10000 --data FOLDER [--bulk] [--json] [--quick]

With `--bulk` what the commands would write is written without deciding each, and without a commit an order: for
registries of millions.
"""

import argparse
import asyncio
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final
from uuid import UUID

import orjson

from registry import core
from registry.commands.issuance import EnterOrder
from registry.config import Settings
from registry.core import Core
from registry.process import settle_memory
from registry.values.identifiers import ConditionRef, OrderRef, PartyRef, SubjectId
from registry.values.issuance import ConditionKind, Nature, OrderKind, PartyRole
from registry.values.order import Court, OrderDetails
from registry.values.parties import Clear, Condition, Identity, Party
from registry.values.time import expires
from scripts.benches._crowd import fill, keep_words
from scripts.benches._house import COURT, FRANCE, PRINCIPAL, day, enrolment
from scripts.benches._people import people
from scripts.benches._timing import machine

_QUICK_ORDERS: Final = 200
_CALLERS: Final = 256
_TOLD: Final = 5_000
_THOUSAND: Final = 1_000


def main(arguments: list[str]) -> int:
    """Make the registry and say how long it took."""
    parser = argparse.ArgumentParser(prog="scripts/bench seed")
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--bulk", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    chosen = parser.parse_args(arguments)
    orders = _QUICK_ORDERS if chosen.quick else chosen.orders
    with TemporaryDirectory(prefix="bench-seed-") as folder:
        settings = Settings(data=chosen.data or Path(folder) / "data")
        if not (chosen.bulk and settings.data.exists()):
            core.create(settings, enrolment())
        if chosen.bulk:
            spent = fill(settings, orders)
            with core.opened(settings) as opened:
                spent += keep_words(opened, orders)
        else:
            with core.opened(settings) as opened:
                spent = seed(opened, orders)
        size = sum(file.stat().st_size for file in settings.data.rglob("*") if file.is_file())
    answer = {
        "machine": machine(),
        "orders": orders,
        "persons": 2 * orders,
        "in_bulk": chosen.bulk,
        "seconds": round(spent, 1),
        "orders_per_second": round(orders / spent, 1),
        "bytes_a_person": size // (2 * orders),
    }
    print(
        orjson.dumps(answer).decode() if chosen.json else "\n".join(f"{name}: {said}" for name, said in answer.items())
    )
    return 0


def seed(opened: Core, orders: int) -> float:
    """Enter orders by the command path, many at a time; gives the seconds it took. Tells on stderr how far it is."""
    settle_memory()
    begun = perf_counter()
    asyncio.run(_enter(opened, entries(orders), orders))
    return perf_counter() - begun


async def _enter(opened: Core, left: Iterator[EnterOrder[Clear]], orders: int) -> None:
    done = 0

    async def call() -> None:
        nonlocal done
        for each in left:
            await opened.executor.execute(each, principal=PRINCIPAL)
            done += 1
            if done % _TOLD == 0:
                print(f"{done} of {orders} orders", file=sys.stderr, flush=True)

    await asyncio.gather(*(call() for _ in range(_CALLERS)))


def entries(orders: int) -> Iterator[EnterOrder[Clear]]:
    """Give the entries of so many orders: of each pair of people, the first is bound for the second's sake."""
    known = people()
    for number in range(orders):
        respondent, protected = islice(known, 2)
        yield entry(number, respondent, protected)


def entry(number: int, respondent: Identity, protected: Identity) -> EnterOrder[Clear]:
    """Give the entry of an order by its number: the respondent is bound for the protected person's sake."""
    order_ref, bound, safe = OrderRef(_ref(number, 1)), respondent_ref(number), protected_ref(number)
    details = OrderDetails(
        court=Court(jurisdiction=FRANCE, code="TJ-LILLE", institution=COURT),
        kind=OrderKind.FINAL,
        nature=Nature.CIVIL,
        issued=day(1, 2, 2024),
        expiry=expires(day(1, 8, 2035)),
        parties=(_party(bound, PartyRole.RESPONDENT, respondent), _party(safe, PartyRole.PROTECTED, protected)),
        conditions=(Condition(condition_ref=ConditionRef(_ref(number, 4)), kind=ConditionKind.NO_CONTACT),),
    )
    return EnterOrder(order_ref=order_ref, details=details)


def _party(ref: PartyRef, role: PartyRole, identity: Identity) -> Party[Clear]:
    return Party(party_ref=ref, role=role, identity=Clear(subject=SubjectId(ref), name="identity", content=identity))


def seeded(orders: int) -> int:
    """Say how many of a registry's orders were seeded: whole thousands; a bench that measured entries left the rest."""
    return orders - orders % _THOUSAND if orders > _THOUSAND else orders


def respondent_ref(number: int) -> PartyRef:
    """Give the reference of the respondent of an order, by the order's place."""
    return PartyRef(_ref(number, 2))


def protected_ref(number: int) -> PartyRef:
    """Give the reference of the protected person of an order, by the order's place."""
    return PartyRef(_ref(number, 3))


def _ref(number: int, part: int) -> UUID:
    """Give a reference that looks drawn and is the same each time: its place in an index is like any other's."""
    return UUID(int=(number * 4 + part) * 0x9E3779B97F4A7C15F39CC0605CEDC835 % (1 << 128))
