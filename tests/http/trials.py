"""Every way of asking over HTTP for data of an order, and what each asker is to the order by what was recorded."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from registry.access.actors import Role
from registry.access.fields import Field
from registry.access.granted import Asks, granted
from registry.access.permissions import TABLE
from registry.access.relations import Relation
from registry.api.marks import members
from registry.api.route import Route
from registry.api.routes import ROUTES
from registry.commands.hit import AskHitConfirmationAgain
from registry.commands.notice import IssueNotice
from registry.commands.violation import RaiseAlert
from registry.values.check import CheckPurpose
from registry.values.identifiers import AlertRef, FactId, HitRef, InstitutionId, NoticeRef, OrderRef, ViolationRef
from registry.values.jurisdiction import Jurisdiction
from registry.values.look import LookPurpose
from registry.values.notice import NoticeKind
from registry.values.time import iso
from tests.http.given import ROLES, an_order, day
from tests.http.test_between_authorities import ITSELF, LATER
from tests.http.test_erasing import erase, long_over
from tests.http.test_who_looked import as_officer

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


STATED = {
    "ground": "THREAT_TO_LIFE",
    "incident": "I-7",
    "justification": "Wortlauterklaerung: he says on the telephone that he is at the door.",
}
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
    officer: str = ""
    """Of whom an officer asks; everybody else asks for the institution itself."""

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
    """A hit that is asked about at home and abroad, by police and by desks: the order's court is asked, then others."""
    found: list[Trial] = []
    cases: tuple[tuple[str, str, tuple[str, ...]], ...] = (
        *((asker, "", ()) for asker in (POLICE, "gb-court", "gb-desk", "fr-desk")),
        ("de-polizei", "", ("fr-desk", "xx-import", POLICE)),
        (ABROAD, "asked", ()),
    )
    for asker, stage, others in cases:
        order = await entered(registry, f"hit-{asker}", **(PROTECTION if stage else {}))
        if stage:
            await recognised(registry, order)
        place = {"jurisdiction": EVERYBODY[asker][1][0]}
        question = {"purpose": "INVESTIGATION", "order_ref": order["order_ref"], "incident": "I-7"} | place
        check = await sent(registry, asker, "/v1/checks", question, key=None)
        body = {"check_ref": check["check_ref"], "urgency": "URGENT"} | place
        hit = await sent(registry, asker, f"/v1/orders/{order['order_ref']}/hit-confirmations", body)

        for other in others:
            registry.clock.pass_seconds(11 * 60)
            again = AskHitConfirmationAgain(hit_ref=HitRef(UUID(hit["hit_ref"])), recipient=InstitutionId(other))
            await registry.services.executor.execute(again, principal=ITSELF)

        def near(client: str, others: tuple[str, ...] = others, stage: str = stage) -> set[Relation]:
            if stage and client == ABROAD:
                return {Relation.EXECUTING}
            return at(client, *([Relation.INFORMED] if client in {COURT, *others} else []))

        registry.tokens.clear()  # some time has passed
        path, who = f"/v1/hits/{hit['hit_ref']}", frozenset({asker, COURT, *others})
        route = route_of("/v1/hits/{hit_ref}")
        found.append(Trial(route=route, path=path, near=near, let_in=who, purpose=LookPurpose.HIT_CONFIRMATION))
    return found


async def trials_of_breaches(registry) -> list[Trial]:
    """Breaches reported at home and abroad, and everybody who was alerted."""
    found: list[Trial] = []
    everybody = (COURT, "fr-desk", ABROAD, "xx-import", "de-betrieb", "de-polizei")
    everybody = (*everybody, SERVES, "fr-igpn", "fr-parquet", "de-sta")
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


async def every_trial(registry) -> list[Trial]:
    """Prepare all there is; what goes by the clock comes last."""
    return [
        *await trials_of_orders(registry),
        *await trials_of_notices(registry),
        *await trials_of_hits(registry),
        *await trials_of_breaches(registry),
        *await trials_of_an_erasure(registry),
        *await trials_of_representations(registry),
        *await trials_of_previews(),
        *await trials_of_glass(registry),
    ]


async def trials_of_an_erasure(registry) -> list[Trial]:
    """Erasures, for whoever was told of the order, was shown the person by a check or recognised it."""
    return [*await trials_of_a_plain_erasure(registry), *await trials_of_an_erasure_of_what_is_recognised(registry)]


async def trials_of_a_plain_erasure(registry) -> list[Trial]:
    over = {name: long_over()[name] for name in ("issued", "expiry")}
    order = await entered(registry, "erased", **over)
    informed, checked = {ABROAD, "de-gv", "de-polizei", "de-sta"}, {"gb-court", "gb-desk", "gb-police"}
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


async def trials_of_an_erasure_of_what_is_recognised(registry) -> list[Trial]:
    """A recognition that stands when the order is over and its people are erased; one who serves broke its glass."""
    over = {name: long_over()[name] for name in ("issued", "expiry")}
    order = await entered(registry, "recognised", **PROTECTION, **over)
    procedure = await recognised(registry, order)
    await sent(registry, ABROAD, f"{procedure}/decision", {"outcome": "RECOGNISED", "decided": day("2026-05-03")})
    path, party = f"/v1/orders/{order['order_ref']}", order["parties"][1]["party_ref"]
    await as_officer(registry, "de-gv", "o-8")
    glass = await sent(registry, "de-gv", f"{path}/break-glass", STATED)
    question = {"purpose": "INVESTIGATION", "order_ref": order["order_ref"]}
    await sent(registry, "de-sta", "/v1/checks", question, key=None)
    assert (await registry.get("de-gv", f"/v1/break-glass/{glass['glass_ref']}/order")).status == 200
    registry.clock.pass_seconds(29 * 24 * 3600)  # what nobody can bring back is not done in haste
    registry.tokens.clear()
    erased = await erase(registry, path, party)
    assert erased.status == 200, erased.body

    def near(client: str) -> set[Relation]:
        return {Relation.EXECUTING} if client == ABROAD else at(client)

    route = route_of("/v1/orders/{order_ref}/erasures")
    who = allowed(route, "FR") | {ABROAD, "de-gv", "de-sta"}
    return [Trial(route=route, path=f"{path}/erasures", near=near, let_in=who, purpose=LookPurpose.ERASURE)]


async def trials_of_glass(registry) -> list[Trial]:
    """The glass of an order broken by every role that may, with and without a place; each reads what it broke."""
    order, review = await entered(registry, "glass"), LookPurpose.BREAK_GLASS_REVIEW
    opened, stated = route_of("/v1/break-glass/{glass_ref}/order"), route_of("/v1/break-glass/{glass_ref}")
    found: list[Trial] = []
    for client, place in (("gb-court", 0), ("gb-desk", 0), ("de-gv", 0), ("de-polizei", 0), (POLICE, 1)):
        await as_officer(registry, client, "o-7")
        body = STATED | {"whereabouts": bool(place), "jurisdiction": EVERYBODY[client][1][0]}
        made = await sent(registry, client, f"/v1/orders/{order['order_ref']}/break-glass", body)
        relations = {Relation.EMERGENCY, *([Relation.EMERGENCY_AT_A_PLACE] if place else [])}
        path, purpose = f"/v1/break-glass/{made['glass_ref']}", LookPurpose.BREAK_GLASS

        def near(_: str, relations: set[Relation] = relations) -> set[Relation]:
            return relations

        who = frozenset({client})
        found.append(Trial(route=opened, path=f"{path}/order", near=near, let_in=who, purpose=purpose, officer=client))
        if client == POLICE:
            who = frozenset({"fr-igpn"})
            found.append(
                Trial(route=stated, path=path, near=lambda _: {Relation.REVIEWING}, let_in=who, purpose=review)
            )
        registry.tokens.pop(client)
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
