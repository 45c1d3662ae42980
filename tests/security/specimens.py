"""One request for every guarded route that succeeds for whom it is meant for: what all others are tried with.

A new route needs a specimen here, or the table of routes and roles has a gap and the run fails.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from registry.access.actors import Role
from registry.commands.duty import OpenDuty
from registry.commands.notice import IssueNotice
from registry.commands.violation import RaiseAlert
from registry.core import clock
from registry.values.duty import DutyCode, Whom
from registry.values.identifiers import (
    AlertRef,
    DutyRef,
    FactId,
    InstitutionId,
    NoticeRef,
    OrderRef,
    Position,
    ViolationRef,
)
from registry.values.jurisdiction import Jurisdiction
from registry.values.notice import NoticeKind
from registry.values.time import DAY, Instant, iso
from tests.containers import a_container
from tests.security.estate import ABROAD, COURT, POLICE, Estate, named

TODAY = date.today()  # noqa: DTZ011  # courts' dates are local
B64 = "JVBERi0="
NUMBERS = count(1)


@dataclass(frozen=True, kw_only=True)
class Specimen:
    """A request of one who may, and who else may: everybody of the role near by, those alone, or anybody anywhere."""

    path: str
    body: Any = None
    if_match: str | None = None
    client: str = COURT
    near: frozenset[str] = frozenset({"FR"})
    """Jurisdictions from which the role suffices."""
    alone: frozenset[str] = frozenset()
    """Where it is not the jurisdiction: the institutions that it concerns, and nobody else."""
    anywhere: bool = False
    holds: str = ""
    """It is a list: what stands in it for whom it is meant for, and in nobody else's."""

    def concerns(self, client: str, place: str) -> bool:
        """Say whether this institution, of a role that may, may do just this."""
        return self.anywhere or (client in self.alone if self.alone else place in self.near)


Maker = Callable[[Estate], Awaitable[Specimen]]
SPECIMENS: dict[tuple[str, str], Maker] = {}


def specimen(method: str, path: str) -> Callable[[Maker], Maker]:
    """Name the route that a maker makes the specimen of."""

    def keep(maker: Maker) -> Maker:
        assert (method, path) not in SPECIMENS, path
        SPECIMENS[method, path] = maker
        return maker

    return keep


def day(ago: int = 0, **more: str) -> dict[str, str]:
    return {"date": (TODAY - timedelta(days=ago)).isoformat(), "zone": "Europe/Paris"} | more


def person(label: str, role: str, family: str) -> dict[str, Any]:
    return {"label": label, "role": role, "identity": {"name": {"family": family}, "birth_date": "1981-01-31"}}


def an_order(**changes: Any) -> dict[str, Any]:
    """A French civil measure of last month, named as one wherever it is sent from."""
    lives = {"address": {"lines": ["7 Rue des Planteurs"], "postcode": "59000", "country": "FR"}}
    return {
        "number": f"RG 26/77031-{next(NUMBERS)}",
        "court": {"code": "59350", "jurisdiction": "FR"},
        "kind": "FINAL",
        "nature": "CIVIL",
        "issued": day(40),
        "expiry": {"kind": "GIVEN", "at": day(-300)},
        "hearing": {"ex_parte": "NO", "notice_given": "YES"},
        "parties": [person("ada", "PROTECTED", "Querido") | lives, person("ben", "RESPONDENT", "Bellwether")],
        "conditions": [{"kind": "STAY_AWAY_PLACE", "place": "HOME", "metres": 500, "protects": ["ada"]}],
    } | changes


async def an_entered(estate: Estate, **changes: Any) -> dict[str, Any]:
    return await estate.posted(COURT, "/v1/orders", an_order(**changes))


def of(order: dict[str, Any], word: str = "") -> str:
    return f"/v1/orders/{order['order_ref']}" + (f"/{word}" if word else "")


@specimen("POST", "/v1/orders")
async def entry(_: Estate) -> Specimen:
    return Specimen(path="/v1/orders", body=an_order())


@specimen("POST", "/v1/orders/preview")
async def previewed(estate: Estate) -> Specimen:
    # Of persons of its own: of one of whom there are too many nobody is told.
    two = [person("eve", "PROTECTED", "Querida"), person("flo", "RESPONDENT", "Bellwright")]
    conditions = [{"kind": "NO_CONTACT"}]
    order = await an_entered(estate, parties=two, conditions=conditions)
    body = {"orders": [an_order(parties=two, conditions=conditions)]}
    return Specimen(path="/v1/orders/preview", body=body, holds=order["order_ref"])


def change(word: str, tag: str | None = '"1"', near: frozenset[str] = frozenset({"FR"}), **body: Any) -> None:
    """Make the specimen of a change to an order that stands as it was entered."""

    @specimen("POST", f"/v1/orders/{{order_ref}}/{word}")
    async def made(estate: Estate) -> Specimen:
        order = await an_entered(estate)
        return Specimen(path=of(order, word), body={"jurisdiction": "FR"} | body, if_match=tag, near=near)


change("variation", conditions=[{"kind": "NO_CONTACT"}], made=day(3))
change("extension", expiry={"kind": "NONE"}, made=day(3))
change("suspension", **{"from": day(3)}, reason="ON_APPEAL")
change("revocation", **{"from": day(3)}, reason="WITHDRAWN")
change("disclosures", None, to="RESPONDENT", of=["MEASURES"])


@specimen("POST", "/v1/orders/{order_ref}/reinstatement")
async def reinstatement(estate: Estate) -> Specimen:
    order = await an_entered(estate)
    await estate.posted(COURT, of(order, "suspension"), {"from": day(5), "reason": "ON_APPEAL"}, '"1"')
    return Specimen(path=of(order, "reinstatement"), body={"from": day(2), "jurisdiction": "FR"}, if_match='"2"')


@specimen("POST", "/v1/orders/{order_ref}/service")
async def service(estate: Estate) -> Specimen:
    order = await an_entered(estate)
    body = {"respondent": order["parties"][1]["party_ref"], "terms": 1, "state": "SERVED_PERSONAL", "at": day(30)}
    # Whoever meets the respondent may serve: an officer of another State too.
    return Specimen(path=of(order, "service"), body=body, if_match='"1"', anywhere=True)


@specimen("POST", "/v1/orders/{order_ref}/correction")
async def correction(estate: Estate) -> Specimen:
    order = await an_entered(estate)
    return Specimen(
        path=of(order, "correction"), body={"corrects": order["facts"][0], "issued": day(41)}, if_match='"1"'
    )


@specimen("POST", "/v1/orders/{order_ref}/document")
async def document(estate: Estate) -> Specimen:
    order = await an_entered(estate)
    return Specimen(
        path=of(order, "document"), body={"document": {"media_type": "application/pdf", "content": B64}}, if_match='"1"'
    )


async def certified(estate: Estate) -> tuple[dict[str, Any], str]:
    """An order served, with an Article 5 certificate; gives it and the certificate's reference."""
    order = await an_entered(estate)
    told = {"respondent": order["parties"][1]["party_ref"], "terms": 1, "state": "SERVED_PERSONAL", "at": day(30)}
    await estate.posted(COURT, of(order, "service"), told, '"1"')
    made = await estate.posted(COURT, of(order, "certificate"), {"form": "ARTICLE_5", "issued": day(20)}, '"2"')
    return order, made["certificate_ref"]


@specimen("POST", "/v1/orders/{order_ref}/certificate")
async def certificate(estate: Estate) -> Specimen:
    order = await an_entered(estate)
    told = {"respondent": order["parties"][1]["party_ref"], "terms": 1, "state": "SERVED_PERSONAL", "at": day(30)}
    await estate.posted(COURT, of(order, "service"), told, '"1"')
    return Specimen(path=of(order, "certificate"), body={"form": "ARTICLE_5", "issued": day(20)}, if_match='"2"')


@specimen("POST", "/v1/orders/{order_ref}/certificate-withdrawal")
async def withdrawal(estate: Estate) -> Specimen:
    order, made = await certified(estate)
    body = {"certificate_ref": made, "from": day(1)}
    return Specimen(path=of(order, "certificate-withdrawal"), body=body, if_match='"3"')


@specimen("POST", "/v1/orders/{order_ref}/declaration")
async def declaration(estate: Estate) -> Specimen:
    # Only a scheme among the jurisdictions of one country knows declarations: an order of Australia's.
    court = {"code": "MMC", "jurisdiction": "AU-VIC"}
    home = named(Role.COURT, "AU-VIC")
    order = await estate.posted(home, "/v1/orders", an_order(court=court))
    return Specimen(
        path=of(order, "declaration"),
        body={"made": day(3), "jurisdiction": "AU-VIC"},
        client=home,
        near=frozenset({"AU-VIC"}),
    )


@specimen("POST", "/v1/orders/{order_ref}/registration")
async def registration(estate: Estate) -> Specimen:
    order = await an_entered(estate)
    body = {"made": day(3), "jurisdiction": "GB-EAW"}
    return Specimen(
        path=of(order, "registration"), body=body, client=named(Role.COURT, "GB-EAW"), near=frozenset({"GB-EAW"})
    )


@specimen("POST", "/v1/orders/{order_ref}/adjustment")
async def adjustment(estate: Estate) -> Specimen:
    order, _ = await certified(estate)
    element = {"condition_ref": order["conditions"][0]["condition_ref"], "metres": 300}
    body = {"made": day(3), "elements": [element], "jurisdiction": "DE"}
    return Specimen(path=of(order, "adjustment"), body=body, client=ABROAD, near=frozenset({"DE"}))


@specimen("POST", "/v1/orders/{order_ref}/refusal-applications")
async def application(estate: Estate) -> Specimen:
    order, _ = await certified(estate)
    body = {"asked": day(3), "jurisdiction": "DE"}
    return Specimen(path=of(order, "refusal-applications"), body=body, client=ABROAD, near=frozenset({"DE"}))


async def recognition_asked(estate: Estate, *, ask: bool = True) -> tuple[str, dict[str, Any]]:
    order = await an_entered(estate, kind="EUROPEAN_PROTECTION_ORDER", nature="CRIMINAL")
    body = {"jurisdiction": "DE", "asked": day(9), "requested_by_protected_person": True, "authority": ABROAD}
    if not ask:
        return of(order, "recognitions"), body
    asked = await estate.posted(COURT, of(order, "recognitions"), body)
    return f"/v1/recognitions/{asked['recognition_ref']}", body


@specimen("POST", "/v1/orders/{order_ref}/recognitions")
async def recognitions(estate: Estate) -> Specimen:
    path, body = await recognition_asked(estate, ask=False)
    return Specimen(path=path, body=body)


SUPPLEMENT = {"missing": ["f"], "due": day(-9)}
GRANTED = {"outcome": "RECOGNISED", "decided": day(1)}


def step(word: str, body: dict[str, Any], *before: tuple[str, dict[str, Any]], client: str = ABROAD) -> None:
    """Make the specimen of a step of a recognition, after the steps before it."""

    @specimen("POST", f"/v1/recognitions/{{recognition_ref}}/{word}")
    async def made(estate: Estate) -> Specimen:
        path, _ = await recognition_asked(estate)
        for earlier, said in before:
            await estate.posted(ABROAD, f"{path}/{earlier}", said)
        return Specimen(path=f"{path}/{word}", body=body, client=client, alone=frozenset({client}))


step("supplement-request", SUPPLEMENT)
step("supplement", {"supplied": ["f"]}, ("supplement-request", SUPPLEMENT), client=COURT)
step("decision", GRANTED)
step("discontinuation", {"from": day(), "ground": "PROTECTED_PERSON_LEFT"}, ("decision", GRANTED))


async def noticed(estate: Estate, order: dict[str, Any]) -> NoticeRef:
    """Let the registry tell the desk abroad of an order."""
    ref = NoticeRef(estate.registry.core.executor.mint())
    command = IssueNotice(
        notice_ref=ref,
        order_ref=OrderRef(UUID(order["order_ref"])),
        about=FactId(UUID(order["facts"][0])),
        kind=NoticeKind.CERTIFICATE_ISSUED,
        recipient=InstitutionId(ABROAD),
        jurisdiction=Jurisdiction("DE"),
        due=Instant(clock() + DAY),
        basis="registry rule",
    )
    done = await estate.performed(command)
    await estate.registry.services.caught_up("inbox", Position(done.position))
    return ref


BOTH_ENDS = frozenset({"FR", "DE"})
"""Where the order was made, and where the notice went."""
AT_AN_END = tuple(
    named(role, place) for role in (Role.COURT, Role.EXECUTING_AUTHORITY, Role.OPERATOR) for place in ("FR", "DE")
)


@specimen("GET", "/v1/inbox")
async def inbox(estate: Estate) -> Specimen:
    ref = await noticed(estate, await an_entered(estate))
    return Specimen(path="/v1/inbox", client=ABROAD, alone=frozenset({ABROAD}), holds=str(ref))


@specimen("GET", "/v1/notices/{notice_ref}")
async def notice(estate: Estate) -> Specimen:
    ref = await noticed(estate, await an_entered(estate))
    return Specimen(path=f"/v1/notices/{ref}", client=ABROAD, alone=frozenset({ABROAD, *AT_AN_END}))


@specimen("POST", "/v1/notices/{notice_ref}/acknowledgment")
async def acknowledgment(estate: Estate) -> Specimen:
    ref = await noticed(estate, await an_entered(estate))
    return Specimen(
        path=f"/v1/notices/{ref}/acknowledgment",
        body={"answer": "ACCEPT"},
        client=ABROAD,
        alone=frozenset({ABROAD}),
    )


@specimen("POST", "/v1/notices/{notice_ref}/evidence")
async def transport(estate: Estate) -> Specimen:
    ref = await noticed(estate, await an_entered(estate))
    body = {"evidence": "SUBMISSION_ACCEPTANCE", "at": iso(clock())}
    return Specimen(path=f"/v1/notices/{ref}/evidence", body=body, client=named(Role.OPERATOR, "DE"), near=BOTH_ENDS)


@specimen("POST", "/v1/notices/{notice_ref}/container")
async def container(estate: Estate) -> Specimen:
    ref = await noticed(estate, await an_entered(estate))
    document = {"media_type": "application/vnd.etsi.asic-s+zip", "content": in_base64(a_container(b"a document"))}
    return Specimen(
        path=f"/v1/notices/{ref}/container",
        body={"container": document},
        client=named(Role.OPERATOR, "DE"),
        near=BOTH_ENDS,
    )


def in_base64(content: bytes) -> str:
    from base64 import b64encode  # noqa: PLC0415

    return b64encode(content).decode()


@specimen("POST", "/v1/checks")
async def check(estate: Estate) -> Specimen:
    order = await an_entered(estate)
    body = {"purpose": "AT_THE_SCENE", "order_ref": order["order_ref"], "jurisdiction": "FR"}
    return Specimen(path="/v1/checks", body=body, client=POLICE)


async def a_hit(estate: Estate) -> tuple[str, dict[str, Any]]:
    order = await an_entered(estate)
    question = {"purpose": "AT_THE_SCENE", "order_ref": order["order_ref"]}
    checked = await estate.posted(POLICE, "/v1/checks", question)
    return of(order, "hit-confirmations"), {
        "check_ref": checked["check_ref"],
        "urgency": "URGENT",
        "jurisdiction": "FR",
    }


@specimen("POST", "/v1/orders/{order_ref}/hit-confirmations")
async def hit_asked(estate: Estate) -> Specimen:
    path, body = await a_hit(estate)
    return Specimen(path=path, body=body, client=POLICE)


async def an_asked_hit(estate: Estate) -> str:
    asked = await estate.posted(POLICE, *await a_hit(estate))
    return f"/v1/hits/{asked['hit_ref']}"


@specimen("POST", "/v1/hits/{hit_ref}/answer")
async def hit_answered(estate: Estate) -> Specimen:
    path = await an_asked_hit(estate) + "/answer"
    return Specimen(path=path, body={"answer": "CONFIRMED"}, alone=frozenset({COURT}))


@specimen("GET", "/v1/hits/{hit_ref}")
async def hit(estate: Estate) -> Specimen:
    return Specimen(path=await an_asked_hit(estate), alone=frozenset({COURT, POLICE}))


async def linked(estate: Estate) -> dict[str, Any]:
    sides = [await an_entered(estate) for _ in range(2)]
    one, other = ({"order_ref": o["order_ref"], "party_ref": o["parties"][1]["party_ref"]} for o in sides)
    return {"one": one, "other": other, "basis": "SAME_COURT_RECORD"}


@specimen("POST", "/v1/party-links")
async def link(estate: Estate) -> Specimen:
    return Specimen(path="/v1/party-links", body=await linked(estate))


@specimen("POST", "/v1/party-links/{link_ref}/retraction")
async def unlink(estate: Estate) -> Specimen:
    made = await estate.posted(COURT, "/v1/party-links", await linked(estate))
    return Specimen(path=f"/v1/party-links/{made['link_ref']}/retraction", body={"reason": "ENTERED_IN_ERROR"})


async def report_of(estate: Estate) -> dict[str, Any]:
    order = await an_entered(estate)
    description = "Querido was rung from +33 6 39 98 47 11."
    said = {"breaches": ["DISTANCE"], "occurred": day(1), "jurisdiction": "FR", "description": description}
    return said | {"order_ref": order["order_ref"]}


@specimen("POST", "/v1/violations")
async def report(estate: Estate) -> Specimen:
    return Specimen(path="/v1/violations", body=await report_of(estate), client=POLICE)


async def alerted(estate: Estate) -> tuple[str, AlertRef]:
    """A reported breach of which the desk abroad was told, and the alert."""
    made = await estate.posted(POLICE, "/v1/violations", await report_of(estate))
    ref = AlertRef(estate.registry.core.executor.mint())
    command = RaiseAlert(
        violation_ref=ViolationRef(UUID(made["violation_ref"])),
        alert_ref=ref,
        recipient=InstitutionId(ABROAD),
        due=Instant(clock() + DAY),
        basis="registry rule",
    )
    done = await estate.performed(command)
    await estate.registry.services.caught_up("alerts", Position(done.position))
    return f"/v1/violations/{made['violation_ref']}", ref


TOLD = frozenset({ABROAD, POLICE, COURT, named(Role.EXECUTING_AUTHORITY, "FR")})
"""Who is told of such a breach: who reported it, the desks of the issuing State (by rule), and the desk abroad."""


@specimen("GET", "/v1/violations/{violation_ref}")
async def violation(estate: Estate) -> Specimen:
    path, _ = await alerted(estate)
    return Specimen(path=path, client=ABROAD, alone=TOLD)


@specimen("POST", "/v1/violations/{violation_ref}/resolution")
async def resolution(estate: Estate) -> Specimen:
    path, _ = await alerted(estate)
    return Specimen(path=path + "/resolution", body={"outcome": "WARNING"}, client=ABROAD, alone=TOLD)


@specimen("GET", "/v1/alerts")
async def alerts(estate: Estate) -> Specimen:
    _, ref = await alerted(estate)
    return Specimen(path="/v1/alerts", client=ABROAD, alone=frozenset({ABROAD}), holds=str(ref))


@specimen("POST", "/v1/alerts/{alert_ref}/acknowledgment")
async def taken(estate: Estate) -> Specimen:
    _, ref = await alerted(estate)
    return Specimen(path=f"/v1/alerts/{ref}/acknowledgment", body={}, client=ABROAD, alone=frozenset({ABROAD}))


async def owed(estate: Estate) -> DutyRef:
    """Let the registry note that the French court owes it to the police to tell them."""
    order = await an_entered(estate)
    ref = DutyRef(estate.registry.core.executor.mint())
    command = OpenDuty(
        duty_ref=ref,
        order_ref=OrderRef(UUID(order["order_ref"])),
        about=FactId(UUID(order["facts"][0])),
        code=DutyCode.COURT_TELLS_POLICE,
        whom=Whom.POLICE,
        owed_by=InstitutionId(COURT),
        since=Instant(clock() - 2 * DAY),
        due=Instant(clock() + DAY),
        instrument="FPR 2010 Practice Direction 11A",
        provision="para 1.4",
        verified=True,
    )
    done = await estate.performed(command)
    await estate.registry.services.caught_up("deadlines", Position(done.position))
    return ref


@specimen("POST", "/v1/duties/{duty_ref}/discharge")
async def discharge(estate: Estate) -> Specimen:
    path = f"/v1/duties/{await owed(estate)}/discharge"
    return Specimen(path=path, body={"at": day(), "means": "EMAIL"}, alone=frozenset({COURT}))


@specimen("GET", "/v1/deadlines")
async def deadlines(estate: Estate) -> Specimen:
    ref = await owed(estate)
    return Specimen(path="/v1/deadlines?limit=200", alone=frozenset({COURT}), holds=str(ref))


@specimen("GET", "/v1/orders/{order_ref}")
async def order_read(estate: Estate) -> Specimen:
    return Specimen(path=of(await an_entered(estate)))


@specimen("GET", "/v1/orders/{order_ref}/history")
async def history(estate: Estate) -> Specimen:
    return Specimen(path=of(await an_entered(estate), "history"))


@specimen("POST", "/v1/orders/{order_ref}/cards")
async def card(estate: Estate) -> Specimen:
    return Specimen(path=of(await an_entered(estate), "cards"), body={})


@specimen("POST", "/v1/cards/{card_ref}/withdrawal")
async def card_back(estate: Estate) -> Specimen:
    made = await estate.posted(COURT, of(await an_entered(estate), "cards"), {})
    return Specimen(path=f"/v1/cards/{made['card_ref']}/withdrawal", body={"reason": "LOST"})


async def logged(estate: Estate) -> str:
    """An entered order whose fact the log has signed; gives the fact."""
    order = await an_entered(estate)
    await estate.signed(order["position"])
    return str(order["facts"][0])


@specimen("GET", "/v1/receipts/{fact_id}")
async def receipt(estate: Estate) -> Specimen:
    return Specimen(path=f"/v1/receipts/{await logged(estate)}", alone=frozenset({COURT}))


@specimen("GET", "/v1/receipts/{fact_id}/evidence")
async def evidence(estate: Estate) -> Specimen:
    return Specimen(path=f"/v1/receipts/{await logged(estate)}/evidence", alone=frozenset({COURT}))


@specimen("GET", "/v1/facts/{fact_ref}/document")
async def signed_document(estate: Estate) -> Specimen:
    return Specimen(path=f"/v1/facts/{(await an_entered(estate))['facts'][0]}/document")


def long_over() -> dict[str, Any]:
    """An order of which no period of French law runs any more."""
    return an_order(issued=day(4000), expiry={"kind": "GIVEN", "at": day(3500)})


@specimen("POST", "/v1/orders/{order_ref}/erasure")
async def erasing(estate: Estate) -> Specimen:
    order = await estate.posted(COURT, "/v1/orders", long_over())
    body = {"party_ref": order["parties"][0]["party_ref"], "ground": "RETENTION_OVER"}
    return Specimen(path=of(order, "erasure"), body=body, if_match='"1"')


@specimen("GET", "/v1/orders/{order_ref}/erasability")
async def erasable(estate: Estate) -> Specimen:
    return Specimen(path=of(await an_entered(estate), "erasability"))


async def erased(estate: Estate, way: str) -> Specimen:
    """Reading of an erasure, after the log has signed it."""
    order = await estate.posted(COURT, "/v1/orders", long_over())
    party = order["parties"][0]["party_ref"]
    body = {"party_ref": party, "ground": "RETENTION_OVER"}
    done = await estate.posted(COURT, of(order, "erasure"), body, '"1"')
    await estate.signed(done["position"])
    return Specimen(path=of(order, way) + ("" if way == "erasures" else f"?party={party}"))


def erasure_read(way: str) -> None:
    """Make the specimen of a reading of an erasure."""

    @specimen("GET", f"/v1/orders/{{order_ref}}/{way}")
    async def made(estate: Estate) -> Specimen:
        return await erased(estate, way)


for _way in ("erasures", "erasure", "erasure/evidence"):
    erasure_read(_way)


@specimen("GET", "/tile/entries/{bundle}")
async def entries(estate: Estate) -> Specimen:
    await logged(estate)
    return Specimen(path="/tile/entries/000.p/1", anywhere=True)


@specimen("GET", "/proof/{index}")
async def proof(estate: Estate) -> Specimen:
    await logged(estate)
    return Specimen(path="/proof/0", anywhere=True)
