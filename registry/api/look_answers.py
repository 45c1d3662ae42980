"""What is told of looks: to the protected person's side without any officer's name, to a supervisor with it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from hashlib import sha256
from hmac import new as hmac
from typing import Any, Final

from aiohttp import web

from registry.access.patterns import Kin, Thresholds, explained, stranger
from registry.access.patterns import findings as found_in
from registry.access.relations import relations
from registry.api import shown
from registry.api.answer import answer
from registry.api.asking import DEFAULT_PAGE
from registry.api.problems import HttpProblem
from registry.api.route import Call
from registry.api.services import LookRow
from registry.api.writing import recorded_event
from registry.commands.look import delay_stream
from registry.decisions.look import Delay, evolve
from registry.errors import NotFound
from registry.events.look import LookDelayAsked, LookDelayLifted, LookDelaySet
from registry.law.jurisdictions import zone_of
from registry.officers import kinship
from registry.receipts import Receipt
from registry.values.identifiers import InstitutionId, OrderRef, Position
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import DAY, MICROSECOND, Instant, moment_of
from registry.views.police import ORDER

_PSEUDONYM_LETTERS: Final = 16
_DEFAULT_DAYS: Final = 7
THRESHOLDS: Final = Thresholds()


async def looks(call: Call) -> web.StreamResponse:
    """Tell who looked at an order; to a court of another jurisdiction the order is not there."""
    order_ref = OrderRef(call.reference)
    rows = call.services.reader.rows(ORDER, {"order_ref": order_ref.bytes})
    made_in = Jurisdiction(str(rows[0]["jurisdiction"])) if rows else None
    if made_in is None or not call.principal.acts_in(made_in):
        raise NotFound("no-such-order")
    call.sight.near(relations(call.principal, made_in))
    return account_of_looks(call, order_ref)


def account_of_looks(
    call: Call, order_ref: OrderRef, *, hidden: Callable[[LookRow], bool] = lambda _: False
) -> web.StreamResponse:
    """Tell who looked at an order, once it is known that the asker may be told; `hidden` says what is not for it."""
    call.sight.show(order_ref)
    limit = min(int(call.query.get("limit", DEFAULT_PAGE)), call.services.limits.page)
    after = Position(int(call.query.get("after", "0")))
    told, following = _told(call, order_ref, (after, limit), hidden)
    return answer({"items": [_shown(call, order_ref, row) for row in told], "next": following})


def _told(
    call: Call, order_ref: OrderRef, page: tuple[Position, int], hidden: Callable[[LookRow], bool]
) -> tuple[Sequence[LookRow], str | None]:
    """Give a page of what may be told by now. What is held back takes no place in it, so that nobody can count it."""
    after, limit = page
    held_back = _holding_back(call, order_ref)
    told: list[LookRow] = []
    while True:
        rows = call.services.looks_at(order_ref, after, limit + 1)
        for row in rows:
            if not (held_back(row.look.institution) or hidden(row)):
                told.append(row)
            if len(told) > limit:
                return told[:limit], str(told[limit - 1].position)
        if len(rows) <= limit:
            return told, None
        after = rows[-1].position


def _holding_back(call: Call, order_ref: OrderRef) -> Callable[[InstitutionId], bool]:
    known: dict[InstitutionId, bool] = {}

    def held_back(institution: InstitutionId) -> bool:
        if institution not in known:
            delay: Delay | None = None
            for recorded in call.services.reader.stream(delay_stream(order_ref, institution)):
                delay = evolve(delay, recorded.fact)
            known[institution] = delay is not None and delay.holds_back(call.services.clock())
        return known[institution]

    return held_back


def _shown(call: Call, order_ref: OrderRef, row: LookRow) -> dict[str, Any]:
    look = row.look
    enrolled = call.services.enrolment().institutions.get(look.institution)
    return {
        "look": str(look.fact_id),
        "at": shown.instant(look.at),
        "institution": look.institution,
        "name": enrolled.name if enrolled else None,
        "jurisdiction": row.jurisdiction,
        "way": "CHECK" if look.checked else "READ",
        "purpose": look.purpose,
        "ground": row.ground,
        "classes": list(row.classes),
        "officer": pseudonym(call, order_ref, look.institution, look.officer) if look.officer else None,
    }


def pseudonym(call: Call, order_ref: OrderRef, institution: InstitutionId, officer: str) -> str:
    """Give what stands for an officer in one order: the same there, another one everywhere else."""
    said = f"po-officer/v1|{order_ref}|{institution}|{officer}".encode()
    return hmac(call.services.executor.index_key, said, sha256).hexdigest()[:_PSEUDONYM_LETTERS]


def delayed(call: Call, receipt: Receipt) -> dict[str, Any]:
    """Say how the delay stands, of what was recorded."""
    event = recorded_event(call, receipt)
    set_now = event if isinstance(event, LookDelaySet) else None
    states = {LookDelayAsked: "ASKED", LookDelaySet: "SET", LookDelayLifted: "LIFTED"}
    return {
        "state": next(state for kind, state in states.items() if isinstance(event, kind)),
        "until": shown.instant(set_now.until) if set_now else None,
        "legal_basis": set_now.basis if set_now else None,
        "verified": set_now.verified if set_now else None,
    }


async def findings(call: Call) -> web.StreamResponse:
    """Show a supervisor the patterns in an institution's looks; one of another jurisdiction is not there."""
    institution = _supervised(call)
    days = int(call.query.get("days", _DEFAULT_DAYS))
    since = Instant(call.services.clock() - days * DAY)
    before = Instant(since - THRESHOLDS.baseline * DAY)
    looks = [row.look for row in _since(call, institution.institution, before)]
    zone = zone_of(institution.jurisdictions[0]) or "UTC"
    found = found_in(
        looks,
        since=since,
        following=lambda order_ref: call.services.followed(order_ref, institution.institution),
        time_of_day=lambda at: _time_of_day(at, zone),
        limits=THRESHOLDS,
        kin=_kin(call, institution.institution),
    )
    says = explained(THRESHOLDS)
    return answer(
        {
            "institution": institution.institution,
            "since": shown.instant(since),
            "looks": sum(look.at >= since for look in looks),
            "findings": [
                {
                    "rule": each.rule.value,
                    "says": says[each.rule],
                    "found": each.words,
                    "officer": each.officer,
                    "facts": [str(fact) for fact in each.facts],
                }
                for each in found
            ],
        }
    )


def _kin(call: Call, institution: InstitutionId) -> Kin:
    """Give what compares officers with parties; nothing to the institution itself, which says who its officers are.

    It could enrol one name after another until one agreed, and so learn whom an order protects.
    """
    reader, index_key = call.services.reader, call.services.executor.index_key
    if call.principal.institution == institution:
        return stranger
    return lambda officer, order_ref: kinship(reader, index_key, institution, officer, order_ref)


def _supervised(call: Call) -> Any:  # noqa: ANN401  # an institution of the directory
    if "institution" not in call.query:
        raise HttpProblem("bad-parameter", errors=[("?institution", "missing")])
    found = call.services.enrolment().institutions.get(InstitutionId(call.query["institution"]))
    if found is None or not any(call.principal.acts_in(each) for each in found.jurisdictions):
        raise NotFound("not-supervised")
    return found


def _since(call: Call, institution: InstitutionId, since: Instant) -> Iterator[LookRow]:
    after = (since, Position(0))
    while rows := call.services.looks_by(institution, after):
        yield from rows
        after = (rows[-1].look.at, rows[-1].position)


def _time_of_day(at: Instant, zone: str) -> int:
    moment = moment_of(at, zone)
    return timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second) // MICROSECOND
