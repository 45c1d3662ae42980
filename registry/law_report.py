"""Law for people: `registry law test` holds stories against the law, `registry law explain` says why, step by step.

Both give text and read nothing but what they are handed, so that the command line only prints.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from registry.commands.recognition import AskRecognition, RefuseRecognition
from registry.decisions import issuance, recognition
from registry.dossiers import part
from registry.law.adjustments import as_read_there
from registry.law.dossier import Dossier
from registry.law.enforceability import enforceability
from registry.law.information import information
from registry.law.jurisdictions import zone_of
from registry.law.standing import fold
from registry.law.stories import Result, StoryUnreadable, Surroundings, read_stories, run
from registry.law.stories.wishes import Command
from registry.law.verdict import Verdict
from registry.law.word import word
from registry.values.check import SourceState
from registry.values.identifiers import SealedBlock
from registry.values.jurisdiction import Jurisdiction
from registry.values.parties import Condition
from registry.values.time import END_OF_TIME, Instant, moment_of


@dataclass(frozen=True, kw_only=True, slots=True)
class LawTest:
    """What a run over files of stories came to."""

    text: str
    passed: int
    failed: int
    outside: int
    unreadable: int

    @property
    def ok(self) -> bool:
        """Say whether every question had the expected answer and every file could be read."""
        return not self.failed and not self.unreadable


def decide(command: Command, around: Surroundings) -> Sequence[object]:
    """Decide a command of a story with the registry's own deciders; raises `Refused`."""
    if isinstance(command, AskRecognition | RefuseRecognition):
        return recognition.decide(command, around.procedure, now=around.now, order=around.order, others=around.others)
    return issuance.decide(command, around.order, now=around.now)


def law_test(files: Iterable[tuple[str, bytes]]) -> LawTest:
    """Hold the stories of files, each a name and its bytes, against the law; gives a table and the counts."""
    lines: list[str] = []
    passed = failed = outside = unreadable = 0
    for name, content in files:
        try:
            stories = read_stories(content)
            results = [(story, run(story, decide)) for story in stories]
        except StoryUnreadable as fault:
            unreadable += 1
            lines.append(f"UNREADABLE  {name}: {fault}")
            continue
        for story, answers in results:
            if story.outside is not None:
                outside += 1
                lines.append(f"outside     {story.name:<10} {story.outside}")
            for result in answers:
                lines.extend(_lines(result))
                passed += not result.differs
                failed += bool(result.differs)
    lines.append(f"{passed} as expected, {failed} not, {outside} outside the law, {unreadable} files unreadable")
    return LawTest(text="\n".join(lines), passed=passed, failed=failed, outside=outside, unreadable=unreadable)


def _lines(result: Result) -> Iterable[str]:
    yield f"{'DIFFERS' if result.differs else 'ok':<11} {result.story:<10} {result.asked:<14} {result.answered}"
    for difference in result.differs:
        yield f"            line {result.line}: {difference}"


def law_explain(
    dossier: Dossier, jurisdiction: Jurisdiction, *, valid_at: Instant, known_at: Instant = END_OF_TIME
) -> str:
    """Say in words how the law comes to its answer on an order: each step, its basis, what to do, what to mind."""
    verdict = enforceability(dossier, jurisdiction, valid_at=valid_at, known_at=known_at)
    zone = zone_of(jurisdiction) or "UTC"
    lines = [
        f"{word(verdict.status, SourceState.CURRENT, verdict.notes).value}: {verdict.status.value} ({verdict.reason})",
        f"in {jurisdiction} at {moment_of(valid_at, zone).isoformat()}, if the source is current",
        *_orders(verdict),
        "",
        *(
            f"{number}. {step.question} {step.outcome}." + _resting(step.basis)
            for number, step in enumerate(verdict.steps, 1)
        ),
        "",
        *_conditions(dossier, verdict, jurisdiction, (valid_at, known_at)),
        *(
            f"Protected person {n}: {p.status.value}" + (f", by order {p.superseded_by}" if p.superseded_by else "")
            for n, p in enumerate(verdict.persons, 1)
        ),
        *(f"Respondent {n}: {r.state.value}, terms {r.terms}" for n, r in enumerate(verdict.notice, 1)),
        *(f"Do: {duty}" for duty in verdict.duties),
        *(f"Mind: {note}" for note in verdict.notes),
        *(f"Basis: {basis}{'' if basis.verified else ' (from memory, not verified)'}" for basis in verdict.basis),
        *_when("Over here at", verdict.effect_ends, zone),
        *_when("May change at", verdict.next_change, zone),
        *(
            f"Besides: {each.code}: {each.says} [{each.basis}]"
            for each in information(dossier, jurisdiction, valid_at=valid_at, known_at=known_at)
        ),
        verdict.statement,
    ]
    return "\n".join(lines)


def _orders(verdict: Verdict) -> Iterable[str]:
    """Name the orders by their references: the one asked about, the one enforced, the one that prevails."""
    if verdict.order_ref is None:
        return
    yield f"Order asked about: {verdict.order_ref}"
    if verdict.enforced_ref is not None and verdict.enforced_ref != verdict.order_ref:
        yield f"Order enforced in its place: {verdict.enforced_ref}"
    if verdict.prevails is not None:
        yield f"Order that prevails here: {verdict.prevails}"


def _conditions(
    dossier: Dossier, verdict: Verdict, jurisdiction: Jurisdiction, instants: tuple[Instant, Instant]
) -> Iterable[str]:
    """Say of each condition whether it is enforced, and its distance and place as they read there."""
    valid_at, known_at = instants
    enforced = verdict.enforced_ref
    standing = fold(part(dossier, enforced).facts, known_at=known_at) if enforced is not None else None
    there = as_read_there(standing, verdict, jurisdiction, valid_at) if standing else ()
    made = {each.condition_ref: each for terms in (standing.terms if standing else ()) for each in terms.conditions}
    read = {each.condition_ref: each for each in there}
    for each in verdict.conditions:
        line = f"Condition {each.kind.value}: {'enforceable' if each.enforceable else each.reason}"
        yield line + _elements(read.get(each.condition_ref), made.get(each.condition_ref))


def _elements(read: Condition[SealedBlock] | None, made: Condition[SealedBlock] | None) -> str:
    """Give distance and place, and what the order itself says where this place adjusted it."""
    if read is None:
        return ""
    said = _factual(read)
    if made is None or read == made:
        return said
    return f"{said} as adjusted here; in the order{_factual(made) or ', otherwise'}"


def _factual(condition: Condition[SealedBlock]) -> str:
    metres = f", {condition.metres} metres" if condition.metres is not None else ""
    return metres + (f", {condition.place.value}" if condition.place is not None else "")


def _resting(basis: object) -> str:
    return f" [{basis}]" if basis is not None else ""


def _when(what: str, instant: Instant | None, zone: str) -> Iterable[str]:
    if instant is not None:
        yield f"{what}: {moment_of(instant, zone).isoformat()}"
