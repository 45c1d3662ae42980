"""Two refusals that must not be told apart take the same time: Welch's t-test over interleaved pairs (dudect's way).

Each route is asked in turns, by chance, for what is not there and for what is not one's own. Times above the ninth
decile are the machine's and not the secret's, and are left out of both. |t| below 4.5 finds no difference; the default
run asks some dozens of times, TEST_DEEP=1 many thousand.
"""

import os
from dataclasses import replace
from math import sqrt
from random import Random
from statistics import fmean, variance
from time import perf_counter_ns

import orjson
import pytest

from registry.limits.gate import Gate
from registry.limits.peers import Peers, networks_of
from registry.limits.table import table_of
from tests.http.browsing import Browser, opened
from tests.http.given import ROLES, a_registry, form, new_key
from tests.http.test_absence import ADVOCATE, BODIES, NOWHERE, STRANGERS, things

DEEP = bool(os.environ.get("TEST_DEEP"))
PAIRS = 20_000 if DEEP else 60
FOUND = 4.5
FLOORS = (0.008, 0.05)
"""Seconds that a refusal takes at least. On a machine so busy that the work itself takes longer, nothing is hidden:
what is found there is looked for once more under a floor that the work fits under."""
WAYS = (("", None), ("/revocation", BODIES["revocation"]), ("/history", None), ("/cards", {}))
PLENTY = table_of(
    "reads-of-an-institution 99999999/minute\nwrites-of-an-institution 99999999/minute\n"
    "sign-ins-of-a-peer 99999999/minute\nstrangers-of-a-peer 99999999/minute\n"
    "forms-of-a-peer 99999999/minute\ndoors-of-a-peer 99999999/minute"
)


def welch(one: list[int], other: list[int]) -> float:
    """Give |t| of two samples, each without its slowest tenth."""
    kept = [sorted(each)[: int(len(each) * 0.9)] for each in (one, other)]
    spread = sqrt(sum(variance(each) / len(each) for each in kept))
    return abs(fmean(kept[0]) - fmean(kept[1])) / spread


async def times(ask, pairs: int = PAIRS) -> tuple[list[int], list[int]]:
    """Ask in turns, which first by chance; `ask` takes whether the thing is there. Gives the nanoseconds of each."""
    random = Random(7)
    taken: tuple[list[int], list[int]] = ([], [])
    for number in range(pairs + 5):
        for there in random.sample((True, False), 2):
            started = perf_counter_ns()
            await ask(there)
            if number >= 5:  # the first ones load and compile
                taken[there].append(perf_counter_ns() - started)
    return taken


async def are_alike(registry, ask, pairs: int = PAIRS) -> bool:
    """Whether no difference is found, under the usual floor or under the one for a busy machine."""
    for floor in FLOORS:
        limits = replace(registry.services.limits, absent_seconds=floor, failed_sign_in_seconds=floor)
        object.__setattr__(registry.services, "limits", limits)
        if welch(*await times(ask, pairs)) < FOUND:
            return True
    return False


@pytest.fixture
async def made(tmp_path):
    async with a_registry(tmp_path, roles=ROLES | STRANGERS | ADVOCATE, recorded=True) as registry:
        object.__setattr__(registry.services, "gate", Gate(table=PLENTY))
        object.__setattr__(registry.services, "peers", Peers(proxies=networks_of("127.0.0.1", "PROXIES")))
        yield registry, await things(registry)


def test_the_test_finds_a_difference_where_there_is_one():
    random = Random(1)
    one = [int(random.gauss(8_000_000, 100_000)) for _ in range(150)]
    same = [int(random.gauss(8_000_000, 100_000)) for _ in range(150)]
    later = [int(random.gauss(8_100_000, 100_000)) for _ in range(150)]
    assert welch(one, same) < FOUND < welch(one, later)


@pytest.mark.parametrize(("way", "body"), WAYS if DEEP else WAYS[:2])
async def test_an_order_of_others_takes_as_long_as_none(made, way, body):
    registry, known = made
    headers = await registry.headers("es-court", if_match='"1"')
    content = orjson.dumps(body)

    async def ask(there: bool) -> None:  # noqa: FBT001  # as `times` asks
        path = f"/v1/orders/{known['order_ref'] if there else NOWHERE}{way}"
        method = "GET" if body is None else "POST"
        sent = headers if body is None else headers | registry.signature("es-court", path, headers, content)
        async with registry.session.request(method, registry.url + path, data=content, headers=sent) as response:
            assert response.status == 404
            await response.read()

    assert await are_alike(registry, ask)


async def test_a_person_is_told_no_as_late_whoever_has_the_name(made):
    registry, _ = made
    browser = Browser(registry.url)
    held = await opened(registry, browser)
    said = {"csrf": (await browser.form("/sign-in"))["csrf"], "password": "none that anybody has", "code": "123456"}
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    headers = {"User-Agent": browser.agent, "Cookie": cookies, **browser.said}

    async def ask(there: bool) -> None:  # noqa: FBT001  # as `times` asks
        form_said = said | {"name": held.name if there else "00000-00000"}
        async with registry.session.post(registry.url + "/sign-in", data=form_said, headers=headers) as response:
            assert response.status == 401
            await response.read()

    assert await are_alike(registry, ask, max(PAIRS, 200))


async def test_a_client_that_is_enrolled_fails_as_slowly_as_one_that_is_not(made):
    registry, _ = made
    guess, numbers = new_key("guess"), iter(range(1 << 20))

    async def ask(there: bool) -> None:  # noqa: FBT001  # as `times` asks
        number = next(numbers)
        peer = {"X-Forwarded-For": f"198.18.{number >> 8 & 255}.{number & 255}"}
        said = form(registry.assertion("fr-police" if there else "xx-police", key=guess))
        async with registry.session.post(registry.url + "/v1/token", data=said, headers=peer) as response:
            assert response.status == 401
            await response.read()

    assert await are_alike(registry, ask)
