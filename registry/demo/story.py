"""The story, step by step over HTTP: an order crosses a border, is broken, and is ended; two others stand beside it."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from registry.demo import people
from registry.demo.cast import BAILIFF, BERLIN, BERLIN_POLICE, ENGLISH_POLICE, LILLE, MADRID, PLAYERS
from registry.demo.client import Desk, Unexpected
from registry.demo.mailbox import Mailbox
from registry.demo.telling import Telling
from registry.intake import Account, Outcome
from registry.values.time import SECOND, Instant, iso, moment_of

PATIENCE: Final = 10 * SECOND
"""How long the story waits for what the registry does by itself: notices, alerts, messages."""
_CHECKS: Final = "/v1/checks"
_PAUSE: Final = 0.02


@dataclass(kw_only=True)
class Stage:
    """What the story is played on."""

    desks: dict[str, Desk]
    mailbox: Mailbox
    telling: Telling
    clock: Callable[[], Instant]
    deliver: Callable[[bytes], Coroutine[Any, Any, Account]]
    """Imports a delivery of the English court system."""
    feed: bytes
    order_ref: str = ""
    respondent: str = ""
    before_certificate: str = ""

    @property
    def today(self) -> date:
        """Give today's date, by the clock that the registry uses."""
        return moment_of(self.clock(), "Europe/Paris").date()

    @property
    def certified(self) -> date:
        """Give the date of the certificate: forty days ago."""
        return self.today - timedelta(days=40)


Act = Callable[[Stage], Coroutine[Any, Any, None]]


async def play(stage: Stage) -> None:
    """Play every act; one that cannot be played to its end is told as that, and the next goes on."""
    for player in PLAYERS:
        await stage.desks[player.institution].sign_in(stage.clock(), on_behalf_of="demo-desk-1")
    for title, who, act in ACTS:
        try:
            await act(stage)
        except Unexpected as answer:
            stage.telling.fault(title, who, str(answer))
        except (TimeoutError, KeyError, IndexError) as fault:
            stage.telling.fault(title, who, f"nothing usable in time ({type(fault).__name__})")


async def _until(look: Callable[[], Coroutine[Any, Any, Any]], clock: Callable[[], Instant]) -> Any:  # noqa: ANN401
    """Look until there is something; raises `TimeoutError` when patience is over."""
    end = clock() + PATIENCE
    while not (found := await look()):
        if clock() > end:
            raise TimeoutError
        await asyncio.sleep(_PAUSE)
    return found


async def _measure(stage: Stage) -> None:
    entered = await stage.desks[LILLE.institution].post("/v1/orders", people.french_measure(stage.today))
    stage.order_ref = entered["order_ref"]
    stage.respondent = next(p["party_ref"] for p in entered["parties"] if p["label"] == "respondent")
    served = await stage.desks[BAILIFF.institution].post(
        f"/v1/orders/{stage.order_ref}/service", people.served(stage.today, stage.respondent)
    )
    stage.before_certificate = served["recorded_at"]
    stage.telling.scene(
        "A French civil measure is entered, with proof of service",
        LILLE.name,
        {
            f"the order is fact {entered['position']} of the ledger": entered["version"] == 1,
            "the bailiff's proof of service is recorded after it": served["version"] == 2,  # noqa: PLR2004
        },
        {"order": entered, "service": served},
    )


async def _certificate(stage: Stage) -> None:
    receipt = await stage.desks[LILLE.institution].change(
        f"/v1/orders/{stage.order_ref}/certificate", people.certificate(stage.certified)
    )
    berlin = stage.desks[BERLIN.institution]
    notice = await _until(lambda: _waiting(berlin, "/v1/inbox", stage.order_ref), stage.clock)
    taken = await berlin.post(f"/v1/notices/{notice['notice_ref']}/acknowledgment", {"answer": "ACCEPT"})
    left = (await berlin.get(f"/v1/inbox?min_position={taken['position']}"))["items"]
    stage.telling.scene(
        "Its Article 5 certificate arrives; the Berlin desk gets a registry notice and acknowledges it",
        f"{LILLE.name} → {BERLIN.name}",
        {
            "the certificate is recorded": bool(receipt["facts"]),
            f"Berlin has a notice: {notice['kind']}": notice["kind"] == "CERTIFICATE_ISSUED",
            "the acknowledgment is recorded and nothing waits any more": bool(taken["facts"]) and left == [],
        },
        {"certificate": receipt, "notice": notice, "acknowledgment": taken},
    )


async def _waiting(desk: Desk, path: str, order_ref: str) -> Any:  # noqa: ANN401  # JSON
    items = (await desk.get(path))["items"]
    return next((item for item in items if item["order_ref"] == order_ref), None)


async def _ask(stage: Stage, institution: str, question: dict[str, Any]) -> Any:  # noqa: ANN401  # JSON
    return await stage.desks[institution].post(_CHECKS, question)


async def _in_berlin(stage: Stage) -> None:
    about = people.asked_about(people.RESPONDENT, people.RESPONDENT_BORN)
    answer = await _ask(stage, BERLIN_POLICE.institution, about)
    (order,) = answer["orders"]
    end = stage.certified.replace(year=stage.certified.year + 1) if not _leap(stage.certified) else None
    ends = order["effect_ends"]["asked"]["local"]
    stage.telling.scene(
        "An officer in Berlin checks by name and birth date",
        BERLIN_POLICE.name,
        {
            f"{answer['word']}: {order['status']} under {order['legal_basis'][0]['text']}": answer["word"] == "IN FORCE"
            and order["status"] == "ENFORCEABLE",
            f"{len(order['conditions'])} conditions, all enforceable": all(
                c["enforceable"] for c in order["conditions"]
            ),
            f"served: {order['served'][0]['state']}": order["served"][0]["notified"],
            f"the effect here ends {ends}, twelve months from the certificate": end is None
            or ends.startswith((end + timedelta(days=1)).isoformat()),
            f"the answer is itself fact {answer['receipt']['position']}": answer["receipt"]["position"] > 0,
            "no address and no full name of the protected person is in it": _silent(answer),
        },
        answer,
    )


def _leap(day: date) -> bool:
    return (day.month, day.day) == (2, 29)


def _silent(answer: dict[str, Any]) -> bool:
    text = str(answer)
    return people.PROTECTED["family"] not in text and "Tisserands" not in text and people.MAILBOX not in text


async def _other_times(stage: Stage) -> None:
    day_before = f"{(stage.certified - timedelta(days=1)).isoformat()}T12:00:00+01:00"
    then = await _ask(
        stage,
        BERLIN_POLICE.institution,
        people.asked_about(people.RESPONDENT, people.RESPONDENT_BORN, valid_at=day_before),
    )
    unknown = await _ask(
        stage,
        BERLIN_POLICE.institution,
        people.asked_about(people.RESPONDENT, people.RESPONDENT_BORN, known_at=stage.before_certificate),
    )
    stage.telling.scene(
        "The same question about another time, and as known at another time",
        BERLIN_POLICE.name,
        {
            f"the day before the certificate: {then['word']} ({then['orders'][0]['reason']})": then["word"]
            == "NOT IN FORCE",
            f"before the certificate was known here: {unknown['word']} ({unknown['orders'][0]['reason']})": unknown[
                "word"
            ]
            == "NOT IN FORCE"
            and unknown["known_position"] < then["known_position"],
        },
        {"day_before": then, "known_before": unknown},
    )


async def _breach(stage: Stage) -> None:
    report = await _ask_report(stage)
    desks = (stage.desks[LILLE.institution], stage.desks[BERLIN.institution])
    taken: list[Any] = []
    for desk in desks:
        alert = await _until(lambda desk=desk: _waiting(desk, "/v1/alerts", stage.order_ref), stage.clock)  # type: ignore[misc]  # bound at definition
        taken.append(await desk.post(f"/v1/alerts/{alert['alert_ref']}/acknowledgment", {}))
    await asyncio.wait_for(stage.mailbox.arrived.wait(), PATIENCE / SECOND)
    sent = "\n".join(stage.mailbox.conversation)
    stage.telling.scene(
        "A breach is reported from Berlin; court and desk are alerted; the protected person gets a message",
        f"{BERLIN_POLICE.name} → {LILLE.name}, {BERLIN.name}, the protected person",
        {
            "the report is recorded": bool(report["facts"]),
            "both desks got the alert and took it in hand": all(each["facts"] for each in taken),
            f"{len(stage.mailbox.messages)} messages arrived by SMTP": bool(stage.mailbox.messages),
            "no byte of the conversation says what they are about": not any(
                word.casefold() in sent.casefold().replace(people.MAILBOX, "") for word in people.SECRETS
            ),
        },
        {"report": report, "acknowledged": taken, "messages": list(stage.mailbox.messages)},
    )


async def _ask_report(stage: Stage) -> Any:  # noqa: ANN401  # JSON
    return await stage.desks[BERLIN_POLICE.institution].post(
        "/v1/violations", people.breach(stage.order_ref, stage.today)
    )


async def _english(stage: Stage) -> None:
    account = await stage.deliver(stage.feed)
    again = await stage.deliver(stage.feed)
    order_ref = str(account.lines[0].order_ref)
    question = {"purpose": "AT_THE_SCENE", "order_ref": order_ref}
    there = await _ask(stage, ENGLISH_POLICE.institution, question)
    here = await _ask(stage, BERLIN_POLICE.institution, question)
    shown = here["orders"][0]
    stage.telling.scene(
        "An English non-molestation order comes in from a court feed, twice",
        f"gb-eaw feed → {ENGLISH_POLICE.name}, {BERLIN_POLICE.name}",
        {
            f"the delivery is accounted for: {account.lines[0].outcome.value}, then {again.lines[0].outcome.value}": (
                account.lines[0].outcome is Outcome.ACCEPTED and again.lines[0].outcome is Outcome.UNCHANGED
            ),
            f"in England: {there['word']} ({there['orders'][0]['status']})": there["word"] == "IN FORCE",
            f"in Berlin: {here['word']}: {shown['status']}, {shown['legal_basis'][0]['text']}": (
                here["word"] == "NOT IN FORCE" and shown["status"] == "NOT_RECOGNISED"
            ),
        },
        {"england": there, "berlin": here},
    )


async def _spanish(stage: Stage) -> None:
    madrid, berlin = stage.desks[MADRID.institution], stage.desks[BERLIN.institution]
    epo = (await madrid.post("/v1/orders", people.spanish_order(stage.today)))["order_ref"]
    asked = await madrid.post(f"/v1/orders/{epo}/recognitions", people.recognition(stage.today))
    about = people.asked_about(people.SPANISH_RESPONDENT, people.SPANISH_RESPONDENT_BORN)
    pending = await _ask(stage, BERLIN_POLICE.institution, about)
    measure = (await berlin.post("/v1/orders", people.german_measure(stage.today, epo)))["order_ref"]
    decision = await berlin.post(
        f"/v1/recognitions/{asked['recognition_ref']}/decision", people.granted(stage.today, measure)
    )
    answer = await _ask(stage, BERLIN_POLICE.institution, about)
    shown = [order["enforced_ref"] for order in answer["orders"]]
    stage.telling.scene(
        "A Spanish European protection order is recognised in Germany by decision",
        f"{MADRID.name} → {BERLIN.name} → {BERLIN_POLICE.name}",
        {
            f"before the decision: {pending['word']} ({pending['orders'][0]['status']})": pending["word"]
            == "NOT IN FORCE",
            "the decision and the adopted measure are recorded": bool(decision["facts"]),
            f"after it: {answer['word']} ({answer['orders'][0]['status']})": answer["word"] == "IN FORCE"
            and answer["orders"][0]["status"] == "ENFORCEABLE_IMPORTED",
            "the officer sees the German measure, once, with its own terms": shown == [measure],
        },
        {"pending": pending, "decided": answer},
    )


async def _revoked(stage: Stage) -> None:
    receipt = await stage.desks[LILLE.institution].change(
        f"/v1/orders/{stage.order_ref}/revocation", people.revocation(stage.today)
    )
    asked = stage.clock()
    answer = await _ask(stage, BERLIN_POLICE.institution, people.asked_about(people.RESPONDENT, people.RESPONDENT_BORN))
    took = (stage.clock() - asked) // 1000
    stage.telling.scene(
        "The order is revoked, and the next check says so",
        f"{LILLE.name} → {BERLIN_POLICE.name}",
        {
            f"revoked at {receipt['recorded_at']}": bool(receipt["facts"]),
            f"{answer['word']} ({answer['orders'][0]['status']}), {took} ms later": answer["word"] == "NOT IN FORCE"
            and answer["orders"][0]["status"] == "REVOKED"
            and took < 1000,  # noqa: PLR2004  # a second, as the story promises
        },
        {"revocation": receipt, "answer": answer, "as_of": iso(asked)},
    )


ACTS: Final[tuple[tuple[str, str, Act], ...]] = (
    ("A French civil measure is entered", LILLE.name, _measure),
    ("Certificate, notice, acknowledgment", BERLIN.name, _certificate),
    ("The check in Berlin", BERLIN_POLICE.name, _in_berlin),
    ("The check about other times", BERLIN_POLICE.name, _other_times),
    ("The breach", BERLIN_POLICE.name, _breach),
    ("The English order", ENGLISH_POLICE.name, _english),
    ("The Spanish order", MADRID.name, _spanish),
    ("The revocation", LILLE.name, _revoked),
)
