"""What is not yours costs the same as what is not there: counted over every route with a reference in its path.

Seconds are the machine's; what is counted are reads of the store, commands handed to the writer, facts, and whether the
answer waited for its set time (concealment.py). The two may differ by some reads, which are over long before that time:
how many is bounded here, so that no answer is pushed to the next multiple of it by what was found.
"""

from collections import Counter
from contextlib import contextmanager

import orjson
import pytest

from registry.access.permissions import TABLE
from registry.api import concealment
from registry.api.concealment import LISTED, OPEN
from registry.api.services import Limits
from registry.ledger.unit import Share
from tests.http.given import ROLES, a_registry
from tests.http.test_absence import ADVOCATE, BODIES, NOWHERE, REFERENCED, STRANGERS, things, told, word

CONCEALED = [route for route in REFERENCED if route.action not in OPEN | LISTED and route.reference != "lock_ref"]
"""Found by scan of the route table. What is left out has nothing to hide, and says why where it is listed."""
MOST_READS = 12
"""Of the store, for one refusal. A read takes tens of microseconds; the answer leaves after 20 milliseconds."""


@pytest.fixture
async def made(tmp_path):
    async with a_registry(
        tmp_path, roles=ROLES | STRANGERS | ADVOCATE, recorded=True, limits=Limits(absent_seconds=0)
    ) as registry:
        yield registry, await things(registry)


@contextmanager
def counted(registry, patch):
    """Count what is done for the requests within."""
    done: Counter[str] = Counter()
    waited = concealment.answer_at

    def counting(owner, name, what):
        plain = getattr(owner, name)

        def call(*given, **options):
            done[what] += 1
            return plain(*given, **options)

        patch.setattr(owner, name, call)

    async def waiting(started, seconds):
        done["waits"] += 1
        assert seconds == registry.services.limits.absent_seconds
        await waited(started, seconds)

    with patch.context() as within:
        patch = within
        for name in ("rows", "stream", "after"):
            counting(type(registry.services.reader), name, "reads")
        for name in ("state", "facts", "rows", "holder"):
            counting(Share, name, "reads")
        counting(type(registry.services.executor.writer), "submit", "commands")
        patch.setattr(concealment, "answer_at", waiting)
        before = registry.head()
        yield done
        done["facts"] = registry.head() - before


def asked_by(route) -> list[str]:
    """Give the strangers whose role may ask a route: to them alone its reference is what keeps them out."""
    allowed = {str(role) for role in TABLE[route.action].roles}
    return [client for client, (roles, _) in STRANGERS.items() if allowed & set(roles)]


async def work(registry, patch, client, route, reference) -> tuple[int, Counter[str]]:
    body = orjson.dumps(BODIES.get(word(route), {}))
    with counted(registry, patch) as done:
        answer = await told(registry, client, route, reference, body, if_match='"1"')
    return answer[0], done


async def test_every_route_does_the_same_for_what_is_not_yours_as_for_what_is_not_there(made, monkeypatch):
    registry, known = made
    for client in STRANGERS:
        await registry.headers(client)  # signs in, which is none of the work that is compared
    wrong, tried = [], set()
    for route in CONCEALED:
        for client in asked_by(route):
            tried.add(route.operation)
            there = await work(registry, monkeypatch, client, route, known[route.reference])
            nowhere = await work(registry, monkeypatch, client, route, NOWHERE)
            for status, done in (there, nowhere):
                if status != 404 or (done["waits"], done["facts"]) != (1, 0) or done["reads"] > MOST_READS:
                    wrong.append((route.operation, client, status, dict(done)))
            if there[1]["commands"] != nowhere[1]["commands"]:
                wrong.append((route.operation, client, "commands", dict(there[1]), dict(nowhere[1])))
    assert not wrong, "\n".join(map(str, wrong))
    assert tried == {route.operation for route in CONCEALED}


async def test_what_is_counted_is_there_to_be_counted(made, monkeypatch):
    """Otherwise the two came to the same because nothing was counted."""
    registry, known = made
    await registry.headers("fr-tj-lille")
    with counted(registry, monkeypatch) as done:
        path = f"/v1/orders/{known['order_ref']}"
        assert (await registry.get("fr-tj-lille", path)).status == 200
        posted = await registry.post("fr-tj-lille", f"{path}/revocation", BODIES["revocation"], if_match='"1"')
        assert posted.status == 200, posted.body
    assert min(done[each] for each in ("reads", "commands", "facts")) >= 1
    assert done["waits"] == 0
