"""What the command line says of imports, checks, orders and views: for people through Rich, for programs as JSON."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import orjson
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from registry import core
from registry.config import Settings
from registry.dossiers import load
from registry.errors import ConfigurationError, NotFound, Refused, RegistryError
from registry.intake import Account, Intake, Line, Outcome
from registry.law.jurisdictions import is_known, meant_by
from registry.law_report import law_explain
from registry.ledger.opening import open_reader
from registry.questions import Answer, OrderAnswer, Question
from registry.values.check import CheckPurpose, Word
from registry.values.identifiers import InstitutionId, KeyId, OrderRef, StreamId
from registry.values.jurisdiction import Jurisdiction, is_shaped_like_a_jurisdiction
from registry.values.time import EARLIEST_ASKED, LATEST_ASKED, Instant, instant, iso

_EXITS: Final = {Word.IN_FORCE: 0, Word.NOT_IN_FORCE: 3, Word.CANNOT_TELL: 4}


def _out(value: object) -> None:
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    sys.stdout.buffer.flush()


def import_files(settings: Settings, court: str, files: Sequence[Path], *, dry_run: bool, as_json: bool) -> bool:
    """Import each file; gives whether any could not be read at all. Records refused one by one are no failure."""
    system = core.court_systems().get(court)
    if system is None:
        raise ConfigurationError(f"no court adapter of that code; there are: {', '.join(core.court_systems())}")
    failed = False
    accounts: list[tuple[str, Account | str]] = []
    errors = Console(stderr=True)
    with core.opened(settings) as opened, Progress(console=errors, disable=as_json) as progress:
        intake = Intake(executor=opened.executor, system=system, dry_run=dry_run)
        task = progress.add_task("records", total=None)
        for number, path in enumerate(files):
            try:
                content = _bounded(path, system.MAXIMUM_BYTES)
                account: Account | str = intake.read(content, progress=lambda _: progress.advance(task))
            except RegistryError as fault:
                # A file's name may say whom it is about; the place in the list says which it was.
                account, failed = f"{getattr(fault, 'code', type(fault).__name__)}", True
            accounts.append((f"file {number + 1}", account))
    _report(accounts, dry_run=dry_run, as_json=as_json)
    return failed


def _bounded(path: Path, maximum: int) -> bytes:
    with path.open("rb") as file:
        content = file.read(maximum + 1)
    if len(content) > maximum:
        raise Refused("too-large")
    return content


def _report(accounts: Sequence[tuple[str, Account | str]], *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        _out([_account(name, account) for name, account in accounts])
        return
    console = Console(soft_wrap=True)
    console.print("Dry run: nothing was kept but who was looked for" if dry_run else "Imported", style="bold")
    for name, account in accounts:
        if isinstance(account, str):
            console.print(f"{name}: UNREADABLE: {account}")
            continue
        for line in account.lines:
            console.print(f"{name}: {line.place}: {line.outcome.value} {line.order_ref or ''}".rstrip())
            if line.codes:
                console.print(f"    {', '.join(line.codes)}")
    console.print(_totals(accounts))


def _totals(accounts: Sequence[tuple[str, Account | str]]) -> str:
    lines: list[Line] = [line for _, each in accounts if isinstance(each, Account) for line in each.lines]
    counts = {outcome: sum(line.outcome is outcome for line in lines) for outcome in Outcome}
    said = ", ".join(f"{count} {outcome.value.lower().replace('_', ' ')}" for outcome, count in counts.items())
    return f"{len(lines)} records: {said}"


def _account(name: str, account: Account | str) -> dict[str, Any]:
    if isinstance(account, str):
        return {"delivery": name, "unreadable": account}
    return {
        "delivery": name,
        "source": account.source,
        "dry_run": account.dry_run,
        "records": [
            {"place": line.place, "outcome": line.outcome, "codes": line.codes, "order_ref": line.order_ref}
            for line in account.lines
        ],
    }


def check(settings: Settings, asked: Mapping[str, Any], *, as_json: bool) -> int:
    """Ask on behalf of an enrolled institution, at the machine itself; gives the exit code of the answer."""
    jurisdiction = str(asked["jurisdiction"])
    _known(jurisdiction)
    question = Question(
        jurisdiction=Jurisdiction(jurisdiction),
        purpose=CheckPurpose.INVESTIGATION,
        order_ref=_order_ref(asked["order_ref"]),
        valid_at=instant_of(asked["valid_at"], "--at"),
        known_at=instant_of(asked["known_at"], "--known-at"),
    )
    with core.opened(settings) as opened:
        institution = opened.enrolment.directory.find(InstitutionId(str(asked["institution"])))
        if institution is None:
            raise ConfigurationError("--institution is not enrolled")
        principal = institution.principal(KeyId("command-line"))
        answer = asyncio.run(opened.checker.check(question, principal=principal, names=False))
    _show(answer, as_json=as_json)
    return _EXITS[answer.word]


def _show(answer: Answer, *, as_json: bool) -> None:
    if as_json:
        _out(
            {
                "word": answer.word,
                "orders": [_order(each) for each in answer.orders],
                "statement": answer.statement,
                "valid_at": iso(answer.valid_at),
                "known_at": iso(answer.known_at),
                "known_position": answer.known_position,
                "recorded_at_position": answer.receipt.position,
            }
        )
        return
    console = Console()
    console.print(answer.word.value, style="bold")
    for each in answer.orders:
        basis = "; ".join(str(citation) for citation in each.verdict.basis)
        console.print(f"{each.verdict.order_ref}: {each.verdict.status} ({each.verdict.reason}); {basis}")
    console.print(answer.statement)


def _order(each: OrderAnswer) -> dict[str, Any]:
    verdict = each.verdict
    return {
        "order_ref": verdict.order_ref,
        "enforced_ref": verdict.enforced_ref,
        "word": each.word,
        "status": verdict.status,
        "reason": verdict.reason,
        "basis": [str(citation) for citation in verdict.basis],
        "verified": verdict.verified,
        "effect_ends": None if verdict.effect_ends is None else iso(verdict.effect_ends),
        "source": each.source.state,
        "notes": verdict.notes,
    }


def _order_ref(text: object) -> OrderRef:
    try:
        return OrderRef(UUID(str(text)))
    except ValueError:
        raise ConfigurationError("that is no reference of an order") from None


def instant_of(text: object, option: str) -> Instant | None:
    """Read an instant of the command line; raises `ConfigurationError` naming the option."""
    if text is None:
        return None
    try:
        read = instant(datetime.fromisoformat(str(text)))
    except (ValueError, OverflowError):
        raise ConfigurationError(f"{option} is no RFC 3339 instant with an offset") from None
    if not EARLIEST_ASKED <= read < LATEST_ASKED:
        raise ConfigurationError(f"{option} lies before 1950 or after 2199")
    return read


def order(settings: Settings, order_ref: str, *, as_json: bool) -> None:
    """Print the facts of an order: topics, times, actors; nothing that a key would open."""
    with core.opened(settings) as opened:
        facts = opened.ledger.reader.stream(StreamId(_order_ref(order_ref)))
    if not facts:
        raise NotFound("no-such-order")
    rows = [
        {
            "position": recorded.position,
            "recorded_at": iso(recorded.fact.recorded_at),
            "topic": recorded.fact.event.TOPIC,
            "by": recorded.fact.actor.institution,
            "fact_id": recorded.fact.fact_id,
        }
        for recorded in facts
    ]
    if as_json:
        _out(rows)
        return
    table = Table()
    for column in rows[0]:
        table.add_column(column)
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    Console().print(table)


def _known(jurisdiction: str) -> None:
    """Refuse a code that there is no law for: "not recognised" would be said of law that nobody looked up."""
    if not is_shaped_like_a_jurisdiction(jurisdiction):
        raise ConfigurationError("--in is no jurisdiction code")
    if not is_known(Jurisdiction(jurisdiction)):
        meant = meant_by(Jurisdiction(jurisdiction))
        raise ConfigurationError("--in is no jurisdiction that there is law for" + (f"; use {meant}" if meant else ""))


def explain(settings: Settings, order_ref: str, asked: Mapping[str, Any]) -> str:
    """Explain the law's answer on an order in words; raises `NotFound`, `ConfigurationError`."""
    jurisdiction = str(asked["jurisdiction"])
    _known(jurisdiction)
    valid_at, known_at = instant_of(asked["valid_at"], "--at"), instant_of(asked["known_at"], "--known-at")
    reader = open_reader(core.ledger_settings(settings))
    try:
        dossier = load(reader, _order_ref(order_ref), upto=reader.head())
    finally:
        reader.close()
    if not dossier.facts:
        raise NotFound("no-such-order")
    now = core.clock()
    return law_explain(
        dossier,
        Jurisdiction(jurisdiction),
        valid_at=now if valid_at is None else valid_at,
        known_at=now if known_at is None else known_at,
    )
