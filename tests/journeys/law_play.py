"""Plays a story of the law through the doors: each fact is entered by the institution that may, when it became known.

A court of each jurisdiction is enrolled that the story names, deciding recognition as well, and police of
each. The registry is born before the story; its clock stands at what is told, so that what was known when
is as the story has it. What a story says by naming a person alike in two orders is said by linking parties.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from registry.events import issuance, recognition, service, violation
from registry.law.stories.tale import Story, Told, party_names
from registry.law.stories.tree import Branch
from registry.values.identifiers import OrderRef
from registry.values.issuance import PartyRole
from registry.values.time import DAY, Instant, iso

FINAL = Instant(1_790_000_000_000_000)
"""After everything that any story tells: when the police ask."""
SERVED = "INFORMED_OTHER"
AUDIENCES = {
    "notice to respondent": ("RESPONDENT", None),
    "filing notice": ("RESPONDENT", "REGISTRATION"),
    "internet publication": ("INTERNET", "REGISTRATION"),
    "secure registry": ("SECURE_REGISTRY", "REGISTRATION"),
}
"""To whom, and what, by how a story puts it; None: what the story names as fields."""


def court(code: str) -> str:
    return f"court-{code.lower()}"


def police(code: str) -> str:
    return f"police-{code.lower()}"


def places(story: Story) -> set[str]:
    """Every jurisdiction of a story: of its courts, of its facts, of its questions."""
    found = {str(code) for code in story.cast.courts.values()}
    for told in story.told:
        for name in ("varied_in", "revoked_in", "declared_in", "registered_in", "adjusted_in", "jurisdiction"):
            found |= {str(code) for code in [getattr(told.event, name, None)] if code is not None}
    return found | {given.text() for question in story.questions if (given := question.get("in"))}


def roles(story: Story) -> dict[str, tuple[list[str], list[str]]]:
    """Whom to enrol."""
    found = {court(code): (["COURT", "EXECUTING_AUTHORITY"], [code]) for code in places(story)}
    return found | {police(code): (["POLICE"], [code]) for code in places(story)}


def birth(story: Story) -> Instant:
    """A day before the story begins."""
    return Instant(min([told.known for told in story.told], default=FINAL) - DAY)


def moment(said) -> dict[str, str] | None:
    if said is None:
        return None
    given = {"date": said.date.isoformat(), "zone": said.zone}
    return given if said.time is None else given | {"time": said.time.isoformat()}


def expiry(said) -> dict[str, Any]:
    at = moment(said.at)
    return {"kind": said.kind.value} | ({"at": at} if at else {})


def given(**members: Any) -> dict[str, Any]:
    """Only what is said."""
    return {name: value for name, value in members.items() if value is not None}


def identity(name: str) -> dict[str, Any]:
    """Who a story calls by this name: the same name is the same person."""
    return {"name": {"family": f"Storyperson {name}"}, "birth_date": "1985-04-12"}


def words(record, *leave: str) -> dict[str, str]:
    names = [name for name in record.__dataclass_fields__ if name not in leave]
    return {name: getattr(record, name).value for name in names}


@dataclass
class Play:
    """One story on one registry; `refs` leads from what the story calls something to what the registry does."""

    story: Story
    registry: Any
    refs: dict[UUID, str] = field(default_factory=dict)
    tags: dict[UUID, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    """Codes of what a door would not take, though the story says that it happened."""

    async def tell(self, *, until: Instant = FINAL) -> None:
        """Enter what was known until an instant, in the order in which it became known."""
        for told in sorted(self.story.told, key=lambda each: each.known):
            if told.known <= until:
                self.stand_at(told.known)
                await self._enter(told)

    def stand_at(self, instant: Instant) -> None:
        self.registry.clock.now = max(self.registry.clock.now, instant)
        self.registry.tokens.clear()

    async def _enter(self, told: Told) -> None:
        event: Any = told.event
        if isinstance(event, issuance.OrderIssued):
            await self._order(event)
        elif isinstance(event, violation.ViolationReported):
            body = {"order_ref": self.refs[event.order_ref], "breaches": [str(b) for b in event.breaches]}
            await self._post(court(event.jurisdiction), "/v1/violations", body | {"occurred": moment(event.occurred)})
        elif isinstance(event, recognition.RecognitionAsked):
            await self._asked(event)
        elif hasattr(event, "recognition_ref"):
            word, body = self._procedure(event)
            path = f"/v1/recognitions/{self.refs[event.recognition_ref]}/{word}"
            by = self.story.cast.procedures
            place = next(place for ref, _, place in by.values() if ref == event.recognition_ref)
            await self._post(court(place), path, body)
        else:
            await self._change(event)

    async def _post(self, client: str, path: str, body: Any, order_ref: OrderRef | None = None) -> Any:
        """Give the answer; what is refused is kept, for a test to say whether it may be."""
        tag = self.tags.get(order_ref) if order_ref else None
        answer = await self.registry.post(client, path, body, if_match=tag)
        if answer.status >= 400:
            self.refused.append(answer.json["code"])
        elif order_ref is not None:
            self.tags[order_ref] = answer.headers["ETag"]
        return answer

    async def _order(self, event: issuance.OrderIssued) -> None:
        details, names = event.details, party_names(self.story, event.order_ref)
        body = given(
            court={"code": "STORY", "jurisdiction": details.court.jurisdiction},
            kind=details.kind.value,
            nature=details.nature.value,
            maker=details.maker.value,
            issued=moment(details.issued),
            valid_from=moment(details.valid_from),
            expiry=expiry(details.expiry),
            hearing=words(details.hearing, "next_hearing") | given(next_hearing=moment(details.hearing.next_hearing)),
            findings=words(details.findings),
            parties=[self._party(names[party.party_ref], party.role) for party in details.parties],
            conditions=[self._condition(each, names) for each in details.conditions],
            origin=self.refs[details.origin] if details.origin else None,
        )
        answer = await self._post(court(details.court.jurisdiction), "/v1/orders", body)
        assert answer.status == 201, answer.json
        self.refs[event.order_ref], self.tags[event.order_ref] = answer.json["order_ref"], answer.headers["ETag"]
        made = {party["label"]: party["party_ref"] for party in answer.json["parties"]}
        self.refs |= {ref: made[name.lower()] for ref, name in names.items()}
        conditions = zip(details.conditions, answer.json["conditions"], strict=True)
        self.refs |= {told.condition_ref: entered["condition_ref"] for told, entered in conditions}
        for other in [ref for ref in self.story.cast.orders.values() if ref in self.tags and ref != event.order_ref]:
            await self._link(event.order_ref, other)

    def _party(self, name: str, role: PartyRole) -> dict[str, Any]:
        contact = {"channel": "email", "address": "p@story.example", "consent": True}
        reached = contact if role is PartyRole.PROTECTED else None
        return given(label=name.lower(), role=role.value, identity=identity(name), contact=reached)

    def _condition(self, condition, names=None) -> dict[str, Any]:
        named = (lambda ref: names[ref].lower()) if names else (lambda ref: self.refs[ref])
        return given(
            kind=condition.kind.value,
            protects=[named(ref) for ref in condition.protects],
            channels=[channel.value for channel in condition.channels],
            metres=condition.metres,
            place=condition.place.value if condition.place else None,
            begins=moment(condition.begins),
            ends=moment(condition.ends),
            text="As the court says." if condition.text else None,
        )

    async def _link(self, order_ref: OrderRef, other: OrderRef) -> None:
        """Say of each name that two orders share that it is one person."""
        mine, theirs = self.story.cast.parties[order_ref], self.story.cast.parties[other]
        for name in [name for name in mine if name in theirs]:
            one = {"order_ref": self.refs[order_ref], "party_ref": self.refs[mine[name]]}
            two = {"order_ref": self.refs[other], "party_ref": self.refs[theirs[name]]}
            body = {"one": one, "other": two, "basis": "STATED_BY_COURT"}
            answer = await self._post(court(self.story.cast.courts[order_ref]), "/v1/party-links", body)
            assert answer.status == 201, answer.json

    async def _asked(self, event: recognition.RecognitionAsked) -> None:
        path = f"/v1/orders/{self.refs[event.order_ref]}/recognitions"
        # Under the Regulation it is the respondent who goes to court: for refusal (Art 13(1)).
        by_her = event.instrument != "eu-606-2013"
        body = {"jurisdiction": event.jurisdiction, "asked": moment(event.asked)}
        answer = await self._post(
            court(self.story.cast.courts[event.order_ref]), path, body | {"requested_by_protected_person": by_her}
        )
        assert answer.status == 201, answer.json
        self.refs[event.recognition_ref] = answer.json["recognition_ref"]

    def _procedure(self, event: Any) -> tuple[str, dict[str, Any]]:
        match event:
            case recognition.SupplementRequested():
                return "supplement-request", {"missing": list(event.missing), "due": moment(event.due)}
            case recognition.RecognitionGranted():
                adopted = self.refs[event.adopted] if event.adopted else None
                return "decision", given(outcome="RECOGNISED", decided=moment(event.decided), adopted=adopted)
            case recognition.RecognitionRefused():
                grounds = [ground.value for ground in event.grounds]
                return "decision", {"outcome": "REFUSED", "decided": moment(event.decided), "grounds": grounds}
            case recognition.RecognitionDiscontinued():
                return "discontinuation", {"from": moment(event.from_), "ground": event.ground.value}
        raise AssertionError(event)

    async def _change(self, event: Any) -> None:
        """Enter a fact of an order that is there."""
        if isinstance(event, issuance.CertificateIssued):
            await self._told_of_it(event)
        home = self.story.cast.courts[event.order_ref]
        where, word, body = self._said(event)
        path = f"/v1/orders/{self.refs[event.order_ref]}/{word}"
        answer = await self._post(court(where or home), path, body, event.order_ref)
        if isinstance(event, issuance.CertificateIssued) and answer.status == 200:
            self.refs[event.certificate_ref] = answer.json["certificate_ref"]

    async def _told_of_it(self, event: issuance.CertificateIssued) -> None:
        """Tell the respondent first: a court certifies nothing else (Art 6(1)), and the stories take it as read."""
        order = next(t.event for t in self.story.told if t.stream == event.order_ref)
        told = {t.event.order_ref for t in self.story.told if isinstance(t.event, service.ServiceRecorded)}
        if event.order_ref in told or not isinstance(order, issuance.OrderIssued):
            return
        for party in order.details.parties:
            if party.role is PartyRole.RESPONDENT:
                said = {"respondent": self.refs[party.party_ref], "terms": 1, "state": SERVED}
                path = f"/v1/orders/{self.refs[event.order_ref]}/service"
                body = said | {"at": moment(event.issued)}
                await self._post(court(self.story.cast.courts[event.order_ref]), path, body, event.order_ref)

    def _said(self, event: Any) -> tuple[str | None, str, dict[str, Any]]:  # one a verb
        """Give where a change is made if not at home, its word in the path, and what is said."""
        match event:
            case service.ServiceRecorded() | service.ServiceAttempted():
                body = {"respondent": self.refs[event.respondent], "terms": event.terms, "at": moment(event.at)}
                served = isinstance(event, service.ServiceRecorded)
                how = {"state": event.state.value} if served else {"attempt": event.reason.value}
                return None, "service", body | how
            case issuance.OrderVaried():
                conditions = [self._condition(each) for each in event.conditions]
                return event.varied_in, "variation", {"conditions": conditions, "made": moment(event.made)}
            case issuance.OrderExtended():
                return None, "extension", {"expiry": expiry(event.expiry), "made": moment(event.made)}
            case issuance.OrderSuspended():
                return None, "suspension", given(**{"from": moment(event.from_), "until": moment(event.until)})
            case issuance.OrderRevoked():
                return event.revoked_in, "revocation", {"from": moment(event.from_), "reason": event.reason.value}
            case issuance.CertificateIssued():
                return None, "certificate", {"form": event.form.value, "issued": moment(event.issued)}
            case issuance.OrderDeclared():
                return event.declared_in, "declaration", {"made": moment(event.made)}
            case issuance.OrderAdjusted():
                (element,) = event.elements
                place = element.place.value if element.place else None
                said = given(condition_ref=self.refs[element.condition_ref], metres=element.metres, place=place)
                return event.adjusted_in, "adjustment", {"made": moment(event.made), "elements": [said]}
            case issuance.OrderRegistered():
                body = {"made": moment(event.made), "notify_respondent": event.notify_respondent}
                return event.registered_in, "registration", body
        raise AssertionError(event)

    async def check(self, question: Branch, order_ref: OrderRef | None) -> dict[str, Any]:
        """Ask as the police of the place."""
        nowhere = str(UUID(int=7))
        return await self._check(question, order_ref=self.refs[order_ref] if order_ref else nowhere)

    async def check_person(self, question: Branch, name: str) -> dict[str, Any]:
        """Ask as the police of the place, by the name and birth date of a party."""
        return await self._check(question, identity=identity(name))

    async def _check(self, question: Branch, **whom: Any) -> dict[str, Any]:
        known = question.get("known")
        body = whom | given(
            purpose="AT_THE_SCENE",
            valid_at=iso(question.need("at").instant()),
            known_at=iso(known.instant()) if known else None,
        )
        place = police(question.need("in").text())
        answer = await self.registry.post(place, "/v1/checks", body, key=None)
        assert answer.status == 200, answer.json
        return answer.json

    async def disclose(self, question: Branch, order_ref: OrderRef) -> list[tuple[str, Any]]:
        """Ask whether each thing may be told, one by one, as the court of the place; with the word of the story."""
        to, of = AUDIENCES[question.need("of").text()]
        place, fields, needed = question.get("in"), question.get("fields"), question.get("needed to enforce")
        client = court(place.text() if place else self.story.cast.courts[order_ref])
        body = {"to": to, "needed_to_enforce": [word.upper() for word in needed.words()] if needed else []}
        found = []
        for word in fields.words() if fields else ("told",):
            asked = body | {"of": [of or word.upper()]}
            path = f"/v1/orders/{self.refs[order_ref]}/disclosures"
            found.append((word, await self.registry.post(client, path, asked)))
        return found

    async def report(self, question: Branch, order_ref: OrderRef) -> dict[str, Any]:
        """Report the breach that a question asks about, as the police of the place whose court made the order."""
        given = question.get("at")
        at = given.instant() if given else FINAL
        self.stand_at(at)
        moment = {"date": iso(at)[:10], "time": iso(at)[11:19], "zone": "UTC"}
        body = {"order_ref": self.refs[order_ref], "breaches": [question.need("of").text()], "occurred": moment}
        body["conduct"] = self._conduct(question)
        answer = await self.registry.post(police(self.story.cast.courts[order_ref]), "/v1/violations", body)
        assert answer.status == 201, answer.json
        return answer.json

    def _conduct(self, question: Branch) -> dict[str, Any]:
        lists = ("acted in", "felt in", "received in", "aimed at")
        said = {name.replace(" ", "_"): list(found.words()) for name in lists if (found := question.get(name))}
        stays = question.get("stays in")
        return said | ({"stays_in": stays.text()} if stays else {})

    def reported_by(self, question: Branch, answer: dict[str, Any]) -> tuple[str, str]:
        """Give who reported the breach of a question, and where it is read."""
        named = question.get("order")
        order_ref = self.story.cast.orders[named.text()] if named else next(iter(self.story.cast.orders.values()))
        return police(self.story.cast.courts[order_ref]), f"/v1/violations/{answer['violation_ref']}"

    async def wish(self, question: Branch, order_ref: OrderRef) -> Any:
        """Carry out the command that a question asks about, at its instant, by whoever it is for."""
        self.stand_at(question.need("at").instant())
        verb, on = question.need("command").text(), question.need("on").text()
        made = {"date": on, "zone": self.story.cast.zones[order_ref]}
        home, path = court(self.story.cast.courts[order_ref]), f"/v1/orders/{self.refs[order_ref]}"
        if verb == "issue certificate":
            body = {"form": "ARTICLE_5", "issued": made}
            return await self._post(home, f"{path}/certificate", body, order_ref)
        if verb == "ask recognition":
            asks = question.need("protected person asks").text() == "yes"
            body = {"jurisdiction": question.need("in").text(), "asked": made, "requested_by_protected_person": asks}
            return await self._post(home, f"{path}/recognitions", body)
        assert verb == "refuse recognition"
        ((ref, _, place),) = self.story.cast.procedures.values()
        body = {"outcome": "REFUSED", "decided": made, "grounds": list(question.need("grounds").words())}
        return await self._post(court(place), f"/v1/recognitions/{self.refs[ref]}/decision", body)
