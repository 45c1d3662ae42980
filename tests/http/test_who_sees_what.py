"""Every route that shows data of an order, by every role and relation: what is in the answer is what the table grants.

Each kind of field has words of its own that are planted nowhere else. A word stands in an answer where the table says
so and nowhere else, and the look that was recorded names what was shown.
"""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from registry import sight
from registry.access.actors import Role
from registry.access.fields import CLASS_OF, NOTHING, Field
from registry.access.granted import GRANTS, Asks, granted
from registry.access.grants import Cell
from registry.access.permissions import Action
from registry.access.relations import Relation
from registry.api.access_pages import pairs
from registry.api.marks import held, shows
from registry.api.routes import ROUTES
from registry.api.services import Limits
from registry.api.state_models import OrderState
from registry.card import text
from registry.events.check import AnswerGiven
from registry.events.look import LookTaken
from registry.values.look import LookPurpose
from tests.closing import TABLE_OF_FIELDS
from tests.http.given import a_registry, day
from tests.http.test_erasing import long_over
from tests.http.test_who_looked import as_officer
from tests.http.trials import (
    COURT,
    EVERYBODY,
    INITIALS_OR_NAME,
    SERVES,
    WORDS,
    Trial,
    entered,
    every_trial,
    planted,
    sent,
    served,
    told,
)


@pytest.fixture
async def registry(tmp_path) -> AsyncGenerator[Any, None]:
    # What is refused is looked at here, and not when: no refusal waits.
    async with a_registry(tmp_path, roles=EVERYBODY, recorded=True, limits=Limits(absent_seconds=0)) as made:
        yield made


def newest(registry) -> LookTaken | AnswerGiven:
    (last,) = registry.ledger.reader.after(registry.head() - 1, limit=1)
    return last.fact.event


def shown_by(event: LookTaken | AnswerGiven) -> set[str]:
    return set(event.classes if isinstance(event, LookTaken) else (event.answered[0].classes or ()))


async def asked(registry, client: str, trial: Trial):
    if trial.body is None:
        return await registry.get(client, trial.path)
    own = {"jurisdiction": EVERYBODY[client][1][0]} if trial.route.path == "/v1/checks" else {}
    return await registry.post(client, trial.path, trial.body | own, **({"key": None} if own else {}))


def words_in(body: bytes) -> set[Field]:
    said = body.decode()
    return {field for field, words in WORDS.items() if any(word in said for word in words)}


async def tried(registry, client: str, trial: Trial) -> list[str]:
    """Ask, and say what is wrong with the answer."""
    place = f"{trial.route.method} {trial.route.path} for {trial.purpose} by {client}"
    if client == trial.officer:
        await as_officer(registry, client, "o-7")
    answer = await asked(registry, client, trial)
    if client == trial.officer:
        registry.tokens.pop(client)
    if answer.status not in {200, 201}:
        leaks = [f"{place} was refused and told of {field}" for field in words_in(answer.body)]
        return leaks + ([f"{place} was refused: {answer.body!r}"] if client in trial.let_in else [])
    if client not in trial.let_in:
        return [f"{place} was let in"]
    assert trial.route.response is not None
    expected, said = trial.expected(client), answer.json
    body = answer.body
    if trial.purpose is LookPurpose.CARD_ISSUE:  # its QR code is read as an officer's device reads it
        body += text.read(said["text"]).decode("latin-1").encode()
    faults = [] if held(trial.route.response, said) == expected else [f"{place}: {held(trial.route.response, said)}"]
    if words_in(body) != expected - {Field.ORDER_FACTS}:
        faults.append(f"{place}: words of {words_in(body)}, granted {set(expected)}")
    missing = [field for field in expected if field in WORDS and WORDS[field][0].encode() not in body]
    faults += [f"{place}: nothing of {field}" for field in missing]
    recorded = shown_by(newest(registry))
    if recorded != {CLASS_OF[field] for field in expected}:
        faults.append(f"{place}: the look says {recorded}")
    return faults


async def test_an_answer_holds_what_the_table_grants_and_the_look_says_so(registry, request):
    trials = await every_trial(registry)
    elsewhere = {
        "/v1/orders/{order_ref}/erasure/evidence",  # asked in tests/http/test_erasing.py, of a published log
        "/v1/facts/{fact_ref}/document",  # in tests/http/test_handed_in.py
    }
    other = {Action.READ_DOCUMENT}
    assert {trial.route.path for trial in trials} | elsewhere == {route.path for route in ROUTES if shows(route)}
    faults, answered, refused, cells = [], 0, 0, set()
    for trial in trials:
        for client, (roles, _) in EVERYBODY.items():
            faults += await tried(registry, client, trial)
            answered += client in trial.let_in
            refused += client not in trial.let_in
            assert trial.route.action
            cells |= {
                Cell(trial.route.action, trial.purpose, Role(role), relation)
                for role in roles
                for relation in trial.near(client)
                if client in trial.let_in
            }
    said = (
        f"{len(trials)} ways of asking by {len(EVERYBODY)} institutions: {answered} answered, {refused} refused; "
        f"{len(cells & set(GRANTS))} of {len(GRANTS)} granting cells, by {len(Field)} kinds of field: "
        f"{len(cells & set(GRANTS)) * len(Field)} cells looked at, {len(faults)} wrong; those of signed documents apart"
    )
    request.node.user_properties.append((TABLE_OF_FIELDS, said))
    assert not faults
    shown = {(action, purpose) for action, purpose in pairs(ROUTES) if action not in other}
    assert {(cell.action, cell.purpose) for cell in cells & set(GRANTS)} == shown
    left = {cell for cell in GRANTS if cell.action not in other} - cells
    assert not left, f"not tried: {left}"


CASE = (Action.READ_ORDER, LookPurpose.CASE_HANDLING)
READERS = {
    COURT: Cell(*CASE, Role.COURT, Relation.ISSUING),
    SERVES: Cell(*CASE, Role.SERVING_AUTHORITY, Relation.SERVING),
    "gb-desk": Cell(*CASE, Role.EXECUTING_AUTHORITY, Relation.INFORMED),
}
"""Who reads one order, each by a cell of its own."""


async def read_by_all(registry, order) -> dict[str, tuple[frozenset[Field], set[Field]]]:
    """Give what each reader is shown of an order: by the answer's members, and by its words."""
    found: dict[str, tuple[frozenset[Field], set[Field]]] = {}
    for client in READERS:
        answer = await registry.get(client, f"/v1/orders/{order['order_ref']}")
        assert answer.status == 200, answer.body
        found[client] = held(OrderState, answer.json), words_in(answer.body)
    return found


@pytest.mark.parametrize("field", Field)
async def test_a_cell_widened_or_narrowed_changes_the_answers_it_is_of_and_no_other(registry, monkeypatch, field):
    order = await entered(registry, "one")
    await told(registry, order, "gb-desk")
    before = await read_by_all(registry, order)
    places = {Field.CASE_NUMBER, Field.RESPONDENT_IDENTITY, Field.RESPONDENT_ADDRESS, *INITIALS_OR_NAME}
    for client, cell in READERS.items():
        was = GRANTS[cell]
        changed = GRANTS | {cell: was ^ {field} | {Field.ORDER_FACTS}}
        monkeypatch.setattr(sight, "granted_at_once", lambda asks, near, table=changed: granted(asks, near, table))
        after = await read_by_all(registry, order)
        for other in set(READERS) - {client}:
            assert after[other] == before[other]
        fields, words = after[client]
        near = {cell.relation, Relation.ISSUING} if client == SERVES else {cell.relation}
        shown = granted(Asks(frozenset({cell.role}), *CASE), near, changed) & places
        if Field.PROTECTED_IDENTITY in shown:
            shown -= {Field.PROTECTED_INITIALS}  # the name stands in their place
        assert (fields - {Field.ORDER_FACTS}, words) == (shown, set(shown))


async def test_what_is_granted_by_mistake_has_no_place_where_it_must_never_be(registry, monkeypatch):
    order = await entered(registry, "one")
    await told(registry, order, "gb-desk")
    monkeypatch.setattr(sight, "granted_at_once", lambda *_: frozenset(Field))
    for client in READERS:
        answer = await registry.get(client, f"/v1/orders/{order['order_ref']}")
        assert not words_in(answer.body) & {Field.PROTECTED_ADDRESS, Field.WORDS}


async def test_an_answer_that_is_granted_nothing_is_a_fault_and_opens_nothing(registry, monkeypatch):
    order = await entered(registry, "one")
    monkeypatch.setattr(sight, "granted_at_once", lambda *_: NOTHING)
    before = registry.head()
    answer = await registry.get(COURT, f"/v1/orders/{order['order_ref']}")
    assert (answer.status, words_in(answer.body)) == (500, set())
    assert registry.head() == before


async def test_a_respondent_who_was_told_is_found_by_nobody_though_another_is_still_to_be_served(registry):
    second = {"label": "cas", "role": "RESPONDENT", "identity": {"name": {"family": "Cassel"}}}
    where = {"lines": ["8 Ahornplatzweg"], "postcode": "59118", "country": "FR"}
    parties = [*planted("two")["parties"], second | {"address": where}]
    order = await entered(registry, "two", parties=parties)
    await served(registry, order)  # the first of the two
    state = (await registry.get(SERVES, f"/v1/orders/{order['order_ref']}")).json
    addresses = {party["party_ref"]: party.get("address") for party in state["parties"]}
    refs = {party["label"]: party["party_ref"] for party in order["parties"]}
    assert addresses == {refs["zen"]: None, refs["bar"]: None, refs["cas"]: where}


@pytest.mark.parametrize("how", ["withheld", "none", "over", "ended"])
async def test_there_is_no_address_to_serve_where_there_is_nothing_to_serve_or_the_court_keeps_it(registry, how):
    respondent = planted("x")["parties"][1]
    if how == "none":
        del respondent["address"]
    kept = {"withheld": ["address"]} if how == "withheld" else {}
    parties = [planted("x")["parties"][0], respondent | kept]
    over = {name: long_over()[name] for name in ("issued", "expiry")} if how == "over" else {}
    order = await entered(registry, how, parties=parties, **over)
    path = f"/v1/orders/{order['order_ref']}"
    if how == "ended":
        body = {"from": day("2026-06-01"), "reason": "WITHDRAWN"}
        await sent(registry, COURT, f"{path}/revocation", body, if_match='"1"')
    answer = await registry.get(SERVES, path)
    assert answer.status == 200
    assert not words_in(answer.body) & {Field.RESPONDENT_ADDRESS, Field.PROTECTED_ADDRESS}
