"""Hold stories against the law: each question gets its answer, and what differs is said in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from registry.errors import Refused
from registry.law import standing as standings
from registry.law.adjustments import as_read_there
from registry.law.breach import breach
from registry.law.deadlines import duties, hit_confirmation_basis, hit_confirmation_due
from registry.law.disclosure import REFUSED_AS, rule
from registry.law.enforceability import enforceability
from registry.law.harassment import claims_to_act
from registry.law.information import information
from registry.law.standing import AnyFact, Standing
from registry.law.stories.orders import code, words_of
from registry.law.stories.tale import Story, party_names
from registry.law.stories.tree import Branch
from registry.law.stories.wishes import Decide, Surroundings, wish
from registry.law.verdict import Verdict
from registry.law.word import word
from registry.values.check import SourceState
from registry.values.disclosure import Audience, Disclosed
from registry.values.identifiers import OrderRef
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import END_OF_TIME, Instant, iso
from registry.values.violation import BreachKind, Conduct

Said = dict[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """How one question of a story came out. `differs` is empty when the answer is the expected one."""

    story: str
    number: int
    line: int
    asked: str
    answered: str
    differs: tuple[str, ...]
    verdict: Verdict | None = None


def run(story: Story, decide: Decide | None = None) -> tuple[Result, ...]:
    """Ask every question of a story. Raises `StoryUnreadable` for a question that cannot be read.

    Without `decide` a question about a command differs: it cannot be answered here.
    """
    return tuple(_asked(story, branch, number, decide) for number, branch in enumerate(story.questions, 1))


def _asked(story: Story, branch: Branch, number: int, decide: Decide | None) -> Result:
    kind, expect, without = branch.get("ask"), branch.need("expect"), branch.get("without")
    asked = kind.text() if kind else "order"
    verdict: Verdict | None = None
    if asked == "order":
        said, verdict = _order(story, branch)
    elif asked == "command":
        said = _command(story, branch, decide)
    elif asked in _OTHERS:
        said = _OTHERS[asked](story, branch)
    else:
        raise branch.wrong(f"no such question; there are: command, order, {', '.join(sorted(_OTHERS))}")
    branch.nothing_else()
    if expect.named is not None and not expect.named and without is None:
        raise expect.wrong("an expectation of nothing holds of everything; say what is expected")
    return Result(
        story=story.name,
        number=number,
        line=branch.line,
        asked=asked,
        answered=str(said.get("status") or said.get("refused") or "; ".join(f"{k}: {_shown(said[k])}" for k in said)),
        differs=(*_differences(said, expect), *(_present(said, without) if without else ())),
        verdict=verdict,
    )


def _differences(said: Said, expect: Branch) -> Sequence[str]:
    """Compare: a word must be the same, a list must be contained, named values must each be the same."""
    found: list[str] = []
    for key, wanted in expect.entries():
        if key not in said:
            raise wanted.wrong(f"nothing of that name is answered; there are: {', '.join(sorted(said))}")
        got = said[key]
        if isinstance(got, dict):
            have = {str(name): str(value) for name, value in cast("dict[str, object]", got).items()}
            found.extend(
                f"{key} of {name}: {have.get(name, 'nothing')}, expected {value.text()}"
                for name, value in wanted.entries()
                if have.get(name) != value.text()
            )
        elif isinstance(got, list | tuple):
            have_all = {str(one) for one in cast("Sequence[object]", got)}
            if wanted.items == () and have_all:
                found.append(f"{key}: {_shown(cast('Sequence[object]', got))}, expected nothing")
            missing = [each for each in wanted.words() if each not in have_all]
            found.extend(f"{key}: {each} is missing" for each in missing)
        elif str(got) != wanted.text():
            found.append(f"{key}: {got}, expected {wanted.text()}")
    return found


def _present(said: Said, without: Branch) -> Sequence[str]:
    """Say what is answered that must not be: words of a list, or names that have a value."""
    found: list[str] = []
    for key, unwanted in without.entries():
        got = said.get(key)
        if not isinstance(got, list | tuple | dict):
            raise unwanted.wrong("only of a list or of names with values can something be absent")
        have_all = {str(one) for one in cast("Sequence[object]", got)}
        found.extend(f"{key}: {each} is there" for each in unwanted.words() if each in have_all)
    return found


def _shown(value: object) -> str:
    if isinstance(value, list | tuple | dict):
        return ", ".join(str(each) for each in cast("Sequence[object]", value))
    return str(value)


def _instants(branch: Branch) -> tuple[Instant, Instant]:
    known = branch.get("known")
    return branch.need("at").instant(), known.instant() if known else END_OF_TIME


def _order_ref(story: Story, branch: Branch) -> OrderRef | None:
    """Find the order asked about; not given is the only one; `none` is one there is no record of."""
    given = branch.get("order")
    if given is not None and given.text() == "none":
        return None
    if given is not None:
        return story.cast.order(given)
    if len(story.cast.orders) > 1:
        raise branch.wrong("several orders: say which is asked about")
    return next(iter(story.cast.orders.values()), None)


def _order(story: Story, branch: Branch) -> tuple[Said, Verdict]:
    at, known_at = _instants(branch)
    order_ref = _order_ref(story, branch)
    dossier = story.dossier(order_ref if order_ref is not None else OrderRef(UUID(int=0)))
    verdict = enforceability(dossier, code(branch.need("in")), valid_at=at, known_at=known_at)
    orders = {ref: name for name, ref in story.cast.orders.items()}
    names = party_names(story, order_ref) if order_ref is not None else {}
    said: Said = {
        "status": verdict.status.value,
        "word": word(verdict.status, SourceState.CURRENT, verdict.notes).value,
        "reason": verdict.reason,
        "enforces": orders.get(verdict.enforced_ref, "none") if verdict.enforced_ref else "none",
        "prevails": orders.get(verdict.prevails, "none") if verdict.prevails else "none",
        "instrument": verdict.instrument or "none",
        "terms": verdict.terms if verdict.terms is not None else "none",
        "notice": [each.state.value for each in verdict.notice],
        "persons": {names.get(each.party_ref, "?"): each.status.value for each in verdict.persons},
        "conditions": [each.kind.value for each in verdict.conditions if each.enforceable],
        "metres": _metres(story, verdict, code(branch.need("in")), (at, known_at)),
        "duties": verdict.duties,
        "notes": verdict.notes,
        "basis": [str(each) for each in verdict.basis],
        "verified": "yes" if verdict.verified else "no",
        "statement": verdict.statement,
    }
    return said, verdict


def _metres(story: Story, verdict: Verdict, place: Jurisdiction, instants: tuple[Instant, Instant]) -> dict[str, int]:
    """Give the distances that the officer is shown, by the kind of condition."""
    enforced = verdict.enforced_ref
    at, known_at = instants
    standing = standings.fold(story.facts.get(enforced, ()), known_at=known_at) if enforced else None
    shown = as_read_there(standing, verdict, place, at) if standing else ()
    return {each.kind.value: each.metres for each in shown if each.metres is not None}


def _facts(story: Story, order_ref: OrderRef | None) -> tuple[AnyFact, ...]:
    found = [f for facts in story.facts.values() for f in facts if getattr(f.event, "order_ref", None) == order_ref]
    return tuple(sorted(found, key=lambda fact: fact.recorded_at))


def _standing(story: Story, branch: Branch, known_at: Instant = END_OF_TIME) -> tuple[OrderRef, Standing]:
    order_ref = _order_ref(story, branch)
    standing = standings.fold(story.facts.get(order_ref, ()), known_at=known_at) if order_ref else None
    if order_ref is None or standing is None:
        raise branch.wrong("this question needs an order that is known then")
    return order_ref, standing


def _duties(story: Story, branch: Branch) -> Said:
    at, known_at = _instants(branch)
    order_ref, standing = _standing(story, branch, known_at)
    found = duties(standing.details, _facts(story, order_ref), known_at=min(at, known_at))
    states = {state: [f"{d.code} {d.whom.value}" for d in found if d.state_at(at).value == state] for state in _STATES}
    return {state.lower(): told for state, told in states.items()}


_STATES = ("OPEN", "OVERDUE", "DONE", "FORBIDDEN")


def _information(story: Story, branch: Branch) -> Said:
    at, known_at = _instants(branch)
    order_ref, _ = _standing(story, branch, known_at)
    told = information(story.dossier(order_ref), code(branch.need("in")), valid_at=at, known_at=known_at)
    said: dict[str, object] = {}
    for each in told:
        said[each.code] = f"{said[each.code]}, {each.says}" if each.code in said else each.says
    return said


def _disclosure(story: Story, branch: Branch) -> Said:
    """Ask whether something may be told: a notice, a filing, a publication. Of a notice: what of it may."""
    fields, needed, place = (branch.get(key) for key in ("fields", "needed to enforce", "in"))
    order_ref, standing = _standing(story, branch)
    where = code(place) if place else story.cast.courts[order_ref]
    enforcing = _disclosed(needed)
    audience, of = branch.need("of").one_of(_AUDIENCES)
    if not of:
        asked = _disclosed(fields)
        allowed = [
            each
            for each in asked
            if rule(standing, to=Audience.RESPONDENT, of=(each,), place=where, needed_to_enforce=enforcing).bar is None
        ]
        basis = rule(standing, to=Audience.RESPONDENT, of=asked, place=where, needed_to_enforce=enforcing).basis
        return {"allowed": ", ".join(each.value.lower() for each in allowed) or "nothing", "cite": str(basis)}
    ruling = rule(standing, to=audience, of=of, place=where)
    if ruling.bar is not None:
        return {"refused": REFUSED_AS[ruling.bar], "cite": str(ruling.basis)}
    return {"allowed": "told", "cite": str(ruling.basis)}


_AUDIENCES: dict[str, tuple[Audience, tuple[Disclosed, ...]]] = {
    "notice to respondent": (Audience.RESPONDENT, ()),
    "filing notice": (Audience.RESPONDENT, (Disclosed.REGISTRATION,)),
    "internet publication": (Audience.INTERNET, (Disclosed.REGISTRATION,)),
    "secure registry": (Audience.SECURE_REGISTRY, (Disclosed.REGISTRATION,)),
}
"""To whom, and what; nothing: what the question names as `fields`."""


def _disclosed(branch: Branch | None) -> tuple[Disclosed, ...]:
    return tuple(each.one_of(words_of(Disclosed)) for each in branch.list()) if branch else ()


def _breach(story: Story, branch: Branch) -> Said:
    at, _ = _instants(branch)
    _, standing = _standing(story, branch)
    kind = branch.need("of").one_of(words_of(BreachKind))
    found = breach(standing, (kind,), at)
    return {
        "breaks": [each.condition.kind.value for each in found.broken],
        "standard conditions": [each.says for each in found.standard],
        "annex ii": found.annex_ii[0],
        "type": kind.value,
    }


def _claims(_: Story, branch: Branch) -> Said:
    stays = branch.get("stays in")
    branch.need("of").one_of(words_of(BreachKind))
    conduct = Conduct(
        acted_in=tuple(map(code, branch.list_of("acted in"))),
        felt_in=tuple(map(code, branch.list_of("felt in"))),
        received_in=tuple(map(code, branch.list_of("received in"))),
        stays_in=code(stays) if stays else None,
        aimed_at=tuple(map(code, branch.list_of("aimed at"))),
    )
    return {"claims": [f"{claim.jurisdiction} {claim.test.value}" for claim in claims_to_act(conduct)]}


def _hit(_: Story, branch: Branch) -> Said:
    """Ask by when a hit must be confirmed that is asked about at an instant."""
    at, urgent = branch.need("at").instant(), branch.need("urgent").text() == "yes"
    return {"due": iso(hit_confirmation_due(at, urgent=urgent)), "cite": hit_confirmation_basis(urgent=urgent)}


_OTHERS: dict[str, Callable[[Story, Branch], Said]] = {
    "duties": _duties,
    "information": _information,
    "disclosure": _disclosure,
    "breach": _breach,
    "claims to act": _claims,
    "hit confirmation": _hit,
}


def _command(story: Story, branch: Branch, decide: Decide | None) -> Said:
    at, known_at = _instants(branch)
    order_ref, standing = _standing(story, branch, known_at)
    command, procedure = wish(story, branch, order_ref)
    if decide is None:
        return {"refused": "nobody-decides-here", "accepted": "no", "cite": "none"}
    try:
        events = decide(command, Surroundings(now=at, order=standing, procedure=procedure))
    except Refused as refusal:
        return {"refused": refusal.code, "accepted": "no", "cite": refusal.cite or "none"}
    return {"refused": "no", "accepted": ", ".join(type(event).__name__ for event in events), "cite": "none"}
