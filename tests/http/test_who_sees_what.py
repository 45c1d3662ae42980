"""Every route that shows data of an order, by every role and relation: what is in the answer is what the table grants.

Each kind of field has words of its own that are planted nowhere else. A word stands in an answer where the table says
so and nowhere else, and the look that was recorded names what was shown.
"""

from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from registry import sight
from registry.access.actors import Role
from registry.access.fields import CLASS_OF, NOTHING, Field
from registry.access.granted import GRANTS, Asks, granted
from registry.access.grants import Cell
from registry.access.permissions import TABLE, Action
from registry.access.relations import Relation
from registry.api.access_pages import pairs
from registry.api.marks import held, members, shows
from registry.api.route import Route
from registry.api.routes import ROUTES
from registry.api.state_models import OrderState
from registry.card import text
from registry.commands.notice import IssueNotice
from registry.commands.violation import RaiseAlert
from registry.events.check import AnswerGiven
from registry.events.look import LookTaken
from registry.values.check import CheckPurpose
from registry.values.identifiers import AlertRef, FactId, InstitutionId, NoticeRef, OrderRef, ViolationRef
from registry.values.jurisdiction import Jurisdiction
from registry.values.look import LookPurpose
from registry.values.notice import NoticeKind
from registry.values.time import iso
from tests.closing import TABLE_OF_FIELDS
from tests.http.given import ROLES, a_registry, an_order, day
from tests.http.test_between_authorities import ITSELF, LATER
from tests.http.test_erasing import erase, long_over

COURT, ABROAD, POLICE, SERVES = "fr-tj-lille", "de-ag-mitte", "fr-police", "fr-huissier"
EVERYBODY = ROLES | {
    "fr-desk": (["EXECUTING_AUTHORITY"], ["FR"]),
    "fr-parquet": (["PROSECUTOR"], ["FR"]),
    "fr-platform": (["PLATFORM"], ["FR"]),
    "fr-advocate": (["ADVOCATE"], ["FR"]),
    "de-gv": (["SERVING_AUTHORITY"], ["DE"]),
    "de-sta": (["PROSECUTOR"], ["DE"]),
    "de-betrieb": (["OPERATOR"], ["DE"]),
    "gb-desk": (["EXECUTING_AUTHORITY"], ["GB-EAW"]),
    "gb-police": (["POLICE"], ["GB-EAW"]),
}
REACHED = {"noticed": {ABROAD, "de-gv"}, "done": {"de-gv"}, "asked": {ABROAD}, "ended": {ABROAD}}
REPORTING = ("de-polizei", "gb-court", "gb-desk")
AT_AN_END = {"COURT", "EXECUTING_AUTHORITY", "OPERATOR"}
PROTECTION = {"kind": "EUROPEAN_PROTECTION_ORDER", "nature": "CRIMINAL"}
WORDS = {
    Field.CASE_NUMBER: ("RG 26/55021",),
    Field.RESPONDENT_IDENTITY: ("Bartholdyname", "1985-04-12"),
    Field.RESPONDENT_ADDRESS: ("Ahornplatzweg", "59117"),
    Field.PROTECTED_INITIALS: ('"initials":"Z. W."',),
    Field.PROTECTED_IDENTITY: ("Wisniewskaname", "Zenobiagiven", "1990-02-03"),
    Field.PROTECTED_ADDRESS: ("Geheimgasse", "59229", "zenobia@planted.example"),
    Field.TRANSPORT: ("SUBMISSION_ACCEPTANCE",),
    Field.REPORTED_ACTS: ("CONTACT_ONLINE",),
    Field.STATEMENT: ("Wortlauterklaerung",),
    Field.WORDS: ("Wortlautbedingung", "Wortlautmeldung"),
}
"""Of each kind of field what the fixtures plant; the first stands wherever the field is shown."""


INITIALS_OR_NAME = (Field.PROTECTED_INITIALS, Field.PROTECTED_IDENTITY)


def planted(number: str, **changes: Any) -> dict[str, Any]:
    parties = [
        {
            "label": "zen",
            "role": "PROTECTED",
            "identity": {"name": {"family": "Wisniewskaname", "given": "Zenobiagiven"}, "birth_date": "1990-02-03"},
            "address": {"lines": ["12 Geheimgasse"], "postcode": "59229", "country": "FR"},
            "contact": {"channel": "email", "address": "zenobia@planted.example", "consent": True},
        },
        {
            "label": "bar",
            "role": "RESPONDENT",
            "identity": {"name": {"family": "Bartholdyname"}, "birth_date": "1985-04-12"},
            "address": {"lines": ["3 Ahornplatzweg"], "postcode": "59117", "country": "FR"},
        },
    ]
    conditions = [{"kind": "OTHER_TEXT", "text": "Wortlautbedingung: not near 12 Geheimgasse."}]
    return an_order(number=f"RG 26/55021-{number}", parties=parties, conditions=conditions) | changes


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One way of asking, and what each asker is to the order by what was recorded."""

    route: Route
    path: str
    near: Callable[[str], set[Relation]]
    let_in: frozenset[str]
    """Who is answered; everybody else is refused."""
    purpose: CheckPurpose | LookPurpose
    body: dict[str, Any] | None = None

    def expected(self, client: str) -> frozenset[Field]:
        """Give what the table grants, as far as an answer of this route has a place for it."""
        roles = frozenset(Role(role) for role in EVERYBODY[client][0])
        assert self.route.response is not None
        assert self.route.action is not None
        marks = [mark for _, mark in members(self.route.response) if mark is not None]
        places = {field for mark in marks for field in ((mark,) if isinstance(mark, Field) else mark)}
        return granted(Asks(roles, self.route.action, self.purpose), self.near(client)) & places


def at(client: str, *more: Relation) -> set[Relation]:
    """What an institution is to a French order, but for what was sent."""
    own = {Relation.ISSUING} if EVERYBODY[client][1] == ["FR"] else set()
    return {*own, *more} or {Relation.QUERYING}


def allowed(route: Route, *places: str) -> frozenset[str]:
    """Give who has a role that may, of these countries."""
    assert route.action
    return frozenset(
        client
        for client, (roles, where) in EVERYBODY.items()
        if TABLE[route.action].roles & {Role(role) for role in roles} and (not places or where[0] in places)
    )


def route_of(path: str, method: str = "GET") -> Route:
    return next(route for route in ROUTES if (route.path, route.method) == (path, method))


@pytest.fixture
async def registry(tmp_path) -> AsyncGenerator[Any, None]:
    async with a_registry(tmp_path, roles=EVERYBODY, recorded=True) as made:
        yield made


async def sent(registry, client, path, body, **more):
    answer = await registry.post(client, path, body, **more)
    assert answer.status in {200, 201}, (path, answer.body)
    return answer.json


async def entered(registry, number: str, **changes: Any) -> dict[str, Any]:
    return await sent(registry, COURT, "/v1/orders", planted(number, **changes))


async def served(registry, order) -> None:
    body = {"respondent": order["parties"][1]["party_ref"], "terms": 1, "state": "SERVED_PERSONAL"}
    await sent(registry, COURT, f"/v1/orders/{order['order_ref']}/service", body | {"at": day("2026-05-02")})


async def recognised(registry, order) -> str:
    body = {"jurisdiction": "DE", "asked": day("2026-05-02"), "requested_by_protected_person": True}
    made = await sent(registry, COURT, f"/v1/orders/{order['order_ref']}/recognitions", body)
    return f"/v1/recognitions/{made['recognition_ref']}"


async def every_order(registry) -> dict[str, tuple[str, Callable[[str], set[Relation]]]]:
    """Orders at every stage at which somebody is something else to them."""
    made = {name: await entered(registry, name) for name in ("fresh", "served", "noticed", "done")}
    made |= {name: await entered(registry, name, **PROTECTION) for name in ("asked", "ended")}
    await served(registry, made["served"])
    await told(registry, made["done"], "de-gv")
    await served(registry, made["done"])
    for client in (ABROAD, "de-gv"):
        await told(registry, made["noticed"], client)
    await recognised(registry, made["asked"])
    procedure = await recognised(registry, made["ended"])
    await sent(registry, ABROAD, f"{procedure}/decision", {"outcome": "RECOGNISED", "decided": day("2026-05-03")})
    end = {"from": day("2026-06-01"), "ground": "PROTECTED_PERSON_LEFT"}
    await sent(registry, ABROAD, f"{procedure}/discontinuation", end)

    def near(name: str) -> Callable[[str], set[Relation]]:
        of_abroad = {"noticed": Relation.INFORMED, "asked": Relation.EXECUTING, "ended": Relation.INFORMED}

        def of(client: str) -> set[Relation]:
            if client == ABROAD and name in of_abroad:
                return {of_abroad[name]}
            if client == "de-gv" and name == "noticed":
                return {Relation.INFORMED, Relation.SERVING}
            if client == "de-gv" and name == "done":
                return {Relation.INFORMED}
            return at(client, *([Relation.SERVING] if client == SERVES and name not in {"served", "done"} else []))

        return of

    return {name: (order["order_ref"], near(name)) for name, order in made.items()}


async def trials_of_orders(registry) -> list[Trial]:
    """Reading an order and its history, checking it, making a card of it, at each stage."""
    found: list[Trial] = []
    for name, (ref, near) in (await every_order(registry)).items():
        reached = REACHED.get(name, set())
        for way, purpose, abroad in (
            ("", LookPurpose.CASE_HANDLING, reached),
            ("/history", LookPurpose.CASE_HANDLING, reached),
            ("/looks", LookPurpose.ACCOUNT_OF_LOOKS, set()),
            ("/erasability", LookPurpose.ERASURE, set()),
        ):
            route, path = route_of("/v1/orders/{order_ref}" + way), f"/v1/orders/{ref}{way}"
            who = allowed(route, "FR") | abroad
            found.append(Trial(route=route, path=path, near=near, let_in=who, purpose=purpose))
        card = route_of("/v1/orders/{order_ref}/cards", "POST")
        path, who = f"/v1/orders/{ref}/cards", allowed(card, "FR")
        made = Trial(route=card, path=path, near=near, let_in=who, purpose=LookPurpose.CARD_ISSUE, body={})
        found += [made, *checks_of(ref)]
    return found


def checks_of(ref: str) -> Iterator[Trial]:
    route = route_of("/v1/checks", "POST")
    for purpose in CheckPurpose:
        body = {"purpose": purpose.value, "order_ref": ref, "incident": "I-7"}
        near: Callable[[str], set[Relation]] = lambda _: {Relation.QUERYING}  # noqa: E731  # as the others
        yield Trial(route=route, path=route.path, near=near, let_in=allowed(route), purpose=purpose, body=body)


async def trials_of_notices(registry) -> list[Trial]:
    """Notices with evidence of their transport, to desks and police at home and abroad."""
    found: list[Trial] = []
    route = route_of("/v1/notices/{notice_ref}")
    for recipient, stage in ((ABROAD, ""), (ABROAD, "asked"), ("de-polizei", ""), (POLICE, ""), ("fr-parquet", "")):
        order = await entered(registry, f"notice-{recipient}{stage}", **(PROTECTION if stage else {}))
        if stage:
            await recognised(registry, order)
        ref, place = await told(registry, order, recipient), EVERYBODY[recipient][1][0]
        proved = {"evidence": "SUBMISSION_ACCEPTANCE", "at": iso(registry.clock())}
        await sent(registry, "xx-import", f"/v1/notices/{ref}/evidence", proved)
        desks = {client for client in allowed(route, "FR", place) if AT_AN_END & set(EVERYBODY[client][0])}

        def near(client: str, place: str = place, stage: str = stage) -> set[Relation]:
            if EVERYBODY[client][1] != [place]:
                return at(client)
            return at(client, Relation.EXECUTING if stage and client == ABROAD else Relation.INFORMED)

        path, who = f"/v1/notices/{ref}", frozenset({*desks, recipient})
        found.append(Trial(route=route, path=path, near=near, let_in=who, purpose=LookPurpose.NOTICE_HANDLING))
    return found


async def told(registry, order, recipient: str) -> NoticeRef:
    """Let the registry send a notice of an order."""
    command = IssueNotice(
        notice_ref=NoticeRef(registry.services.executor.mint()),
        order_ref=OrderRef(UUID(order["order_ref"])),
        about=FactId(UUID(order["facts"][0])),
        kind=NoticeKind.CERTIFICATE_ISSUED,
        recipient=InstitutionId(recipient),
        jurisdiction=Jurisdiction(EVERYBODY[recipient][1][0]),
        due=LATER,
        basis="registry rule",
    )
    await registry.services.executor.execute(command, principal=ITSELF)
    return command.notice_ref


async def trials_of_hits(registry) -> list[Trial]:
    """A hit that is asked about at home and abroad, by police and by desks: the court of the order is asked."""
    found: list[Trial] = []
    for asker in (POLICE, "de-polizei", "gb-court", "gb-desk"):
        order, place = await entered(registry, f"hit-{asker}"), {"jurisdiction": EVERYBODY[asker][1][0]}
        question = {"purpose": "INVESTIGATION", "order_ref": order["order_ref"], "incident": "I-7"} | place
        check = await sent(registry, asker, "/v1/checks", question, key=None)
        body = {"check_ref": check["check_ref"], "urgency": "URGENT"} | place
        hit = await sent(registry, asker, f"/v1/orders/{order['order_ref']}/hit-confirmations", body)

        def near(client: str) -> set[Relation]:
            return at(client, *([Relation.INFORMED] if client == COURT else []))

        path, who = f"/v1/hits/{hit['hit_ref']}", frozenset({asker, COURT})
        route = route_of("/v1/hits/{hit_ref}")
        found.append(Trial(route=route, path=path, near=near, let_in=who, purpose=LookPurpose.HIT_CONFIRMATION))
    return found


async def trials_of_breaches(registry) -> list[Trial]:
    """Breaches reported at home and abroad, and everybody who was alerted."""
    found: list[Trial] = []
    everybody = (COURT, "fr-desk", ABROAD, "xx-import", "de-betrieb", "de-polizei", "fr-parquet", "de-sta")
    cases = ((POLICE, everybody, ""), (POLICE, (ABROAD,), "asked"), *((client, (), "") for client in REPORTING))
    for reporter, alerted, stage in cases:
        order = await entered(registry, f"breach-{reporter}{stage}", **(PROTECTION if stage else {}))
        if stage:
            await recognised(registry, order)
        report = {
            "order_ref": order["order_ref"],
            "jurisdiction": EVERYBODY[reporter][1][0],
            "breaches": ["CONTACT_ONLINE"],
            "occurred": day("2026-06-01"),
            "description": "Wortlautmeldung",
        }
        breach = await sent(registry, reporter, "/v1/violations", report)
        for client in alerted:
            await alert(registry, breach, client)

        def near(client: str, alerted: tuple[str, ...] = alerted, stage: str = stage) -> set[Relation]:
            if client not in alerted:
                return at(client)
            return at(client, Relation.EXECUTING if stage else Relation.INFORMED)

        route, path = route_of("/v1/violations/{violation_ref}"), f"/v1/violations/{breach['violation_ref']}"
        who = frozenset({reporter, *alerted})
        found.append(Trial(route=route, path=path, near=near, let_in=who, purpose=LookPurpose.BREACH_HANDLING))
    return found


async def alert(registry, breach: dict[str, Any], recipient: str) -> None:
    """Let the registry alert somebody of a breach."""
    command = RaiseAlert(
        violation_ref=ViolationRef(UUID(breach["violation_ref"])),
        alert_ref=AlertRef(registry.services.executor.mint()),
        recipient=InstitutionId(recipient),
        due=LATER,
        basis="registry rule",
    )
    await registry.services.executor.execute(command, principal=ITSELF)


async def trials_of_an_erasure(registry) -> list[Trial]:
    """An erasure, for whoever was told of the order or was shown the person by a check."""
    over = {name: long_over()[name] for name in ("issued", "expiry")}
    order = await entered(registry, "erased", **over)
    informed, checked = {ABROAD, "de-gv", "de-polizei"}, {"gb-court", "gb-desk", "gb-police"}
    for client in sorted(informed):
        await told(registry, order, client)
    for client in sorted(checked):
        question = {"purpose": "INVESTIGATION", "order_ref": order["order_ref"], "jurisdiction": "GB-EAW"}
        await sent(registry, client, "/v1/checks", question, key=None)
    path, party = f"/v1/orders/{order['order_ref']}", order["parties"][1]["party_ref"]
    assert (await erase(registry, path, party)).status == 200

    def near(client: str) -> set[Relation]:
        return at(client, *([Relation.INFORMED] if client in informed else []))

    found: list[Trial] = []
    for way, query in (("/erasures", ""), ("/erasure", f"?party={party}")):
        route = route_of("/v1/orders/{order_ref}" + way)
        who = allowed(route, "FR") | informed | checked
        found.append(Trial(route=route, path=path + way + query, near=near, let_in=who, purpose=LookPurpose.ERASURE))
    return found


async def trials_of_representations(registry) -> list[Trial]:
    """Who acts for a party, told to its court; and who looked, told to who acts for it."""
    order = await entered(registry, "represented")
    path = f"/v1/orders/{order['order_ref']}/representations"
    paper = {"organisation": "fr-advocate", "authorisation": "POWER_OF_ATTORNEY", "until": day("2026-12-31")}
    paper |= {"party_ref": order["parties"][0]["party_ref"], "given_by": "PARTY"}
    made = await sent(registry, COURT, path, paper)
    listed, asked_for = route_of("/v1/orders/{order_ref}/representations"), "/v1/representations/{representation_ref}"
    own = f"/v1/representations/{made['representation_ref']}/looks"
    case, account = LookPurpose.CASE_HANDLING, LookPurpose.ACCOUNT_OF_LOOKS

    def near(_: str) -> set[Relation]:
        return {Relation.REPRESENTING}

    who, alone = allowed(listed, "FR"), frozenset({"fr-advocate"})
    return [
        Trial(route=listed, path=path, near=at, let_in=who, purpose=case),
        Trial(route=route_of(f"{asked_for}/looks"), path=own, near=near, let_in=alone, purpose=account),
    ]


async def trials_of_previews() -> list[Trial]:
    """An order of the same two persons, about to be entered at home and abroad."""
    route = route_of("/v1/orders/preview", "POST")
    who = allowed(route) - {"gb-court"}  # which has two jurisdictions, and would have to say for which it asks
    body = {"orders": [planted("preview")]}

    def near(_: str) -> set[Relation]:
        return {Relation.QUERYING}

    purpose = LookPurpose.REGISTRATION
    return [Trial(route=route, path=route.path, near=near, let_in=who, purpose=purpose, body=body)]


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
    answer = await asked(registry, client, trial)
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
    trials = [
        *await trials_of_orders(registry),
        *await trials_of_notices(registry),
        *await trials_of_hits(registry),
        *await trials_of_breaches(registry),
        *await trials_of_an_erasure(registry),
        *await trials_of_representations(registry),
        *await trials_of_previews(),
    ]
    elsewhere = {
        "/v1/orders/{order_ref}/erasure/evidence",  # asked in tests/http/test_erasing.py, of a published log
        "/v1/facts/{fact_ref}/document",  # in tests/http/test_handed_in.py
        *("/v1/break-glass/{glass_ref}", "/v1/break-glass/{glass_ref}/order"),  # in tests/http/test_break_glass.py
    }
    other = {Action.BREAK_GLASS, Action.REVIEW_GLASS, Action.READ_DOCUMENT}
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
        f"{len(cells & set(GRANTS)) * len(Field)} cells looked at, {len(faults)} wrong"
    )
    request.node.user_properties.append((TABLE_OF_FIELDS, said))
    assert not faults
    shown = {(action, purpose) for action, purpose in pairs(ROUTES) if action not in other}
    assert {(cell.action, cell.purpose) for cell in cells & set(GRANTS)} == shown
    beyond = {cell for cell, fields in GRANTS.items() if fields != {Field.ORDER_FACTS} and cell.action not in other}
    assert beyond <= cells, "a cell that grants more than an order's facts was not tried"


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
