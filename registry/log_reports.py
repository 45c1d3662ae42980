"""What `registry ledger` prints: a list of checks with their results, for people as a table, for programs as JSON."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from registry import log_findings
from registry.config import Settings
from registry.errors import ConfigurationError
from registry.ledger.findings import Finding, Result, failed, look, not_checked
from registry.ledger.proof.encoding import to_base64
from registry.ledger.proof.errors import ProofError
from registry.ledger.proof.signed_note import MAXIMUM_NOTE
from registry.ledger.proof.vkey import AnyKey, parse_vkey
from registry.log_findings import Audited
from registry.log_web import WebLog, token_of
from registry.verbs import bounded, print_json

_STYLES: Final = {Result.OK: "", Result.FAILED: "bold red", Result.NOT_CHECKED: "yellow"}


def verify(settings: Settings, *, served: Sequence[Path] = (), as_json: bool) -> bool:
    """Verify the ledger against its log, and lists that were served; gives whether no check failed."""
    return _report(log_findings.verify(settings, served), as_json=as_json)


def audit(  # the verb's options
    settings: Settings,
    *,
    url: str | None,
    token_file: Path | None,
    keys_file: Path | None,
    since: Path | None,
    save: Path | None,
    as_json: bool,
) -> bool:
    """Audit a log, ours or one over HTTP; gives whether no check failed. The checkpoint is saved only then."""
    earlier = None if since is None else bounded(since, MAXIMUM_NOTE)
    given = None if keys_file is None else _vkeys(bounded(keys_file, MAXIMUM_NOTE))
    audited = _local(settings, given, earlier) if url is None else _web(url, token_file, given, earlier)
    findings = list(audited.findings)
    if since is None:
        findings.append(not_checked("consistency", "no earlier checkpoint is given: --since"))
    if save is not None:
        why = "a checkpoint is kept only after a check that failed nowhere"
        kept = not_checked("saved", why) if failed(findings) else look("saved", _saving(save, audited.note))
        findings.append(kept)
    return _report(Audited(findings=findings, checkpoint=audited.checkpoint, note=audited.note), as_json=as_json)


def fsck(settings: Settings, *, ask: bool, as_json: bool) -> bool:
    """Look at everything that is stored; gives whether no check failed. `ask` asks the witnesses too."""
    return _report(Audited(findings=log_findings.fsck(settings, ask=ask)), as_json=as_json)


def _local(settings: Settings, given: Sequence[AnyKey] | None, earlier: bytes | None) -> Audited:
    with log_findings.local(settings) as opened:
        note = opened.heads.read()
        if note is None:
            raise ConfigurationError("no signed note is remembered; `registry ledger fsck` says more")
        keys = log_findings.keys_of(opened.signer) if given is None else given
        return log_findings.audit_log(note, opened.store.read, keys, since=earlier)


def _web(url: str, token_file: Path | None, given: Sequence[AnyKey] | None, earlier: bytes | None) -> Audited:
    token: Callable[[], str] | None = None if token_file is None else lambda: token_of(token_file)
    log = WebLog(base=url, token=token)
    try:
        keys = _vkeys(log.keys()) if given is None else given
        audited = log_findings.audit_log(log.checkpoint(), log.read, keys, since=earlier)
    finally:
        log.close()
    said = "as the log itself tells them, and nobody else: have them by another way, and give --keys"
    trusted = Finding(check="keys", result=Result.OK, said=f"{len(keys)} keys that were given")
    where = not_checked("keys", said) if given is None else trusted
    return Audited(findings=[where, *audited.findings], checkpoint=audited.checkpoint, note=audited.note)


def _vkeys(raw: bytes) -> list[AnyKey]:
    try:
        keys = [parse_vkey(line) for line in raw.decode().splitlines() if line]
    except (ProofError, UnicodeDecodeError):
        raise ConfigurationError("the keys are not vkey lines") from None
    if not keys:
        raise ConfigurationError("there are no keys to verify by")
    return keys


def _saving(path: Path, note: bytes) -> Callable[[], str]:
    def act() -> str:
        aside = path.with_name(f".{path.name}.new")
        with aside.open("wb") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
        return "give it as --since the next time"

    return act


def _report(audited: Audited, *, as_json: bool) -> bool:
    if as_json:
        print_json(_data(audited))
    else:
        _table(audited)
    return not failed(audited.findings)


def _data(audited: Audited) -> dict[str, Any]:
    checkpoint = audited.checkpoint
    shown = checkpoint and {
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": to_base64(checkpoint.root),
    }
    checks = [
        {"check": each.check, "result": each.result, "said": each.said, "advice": each.advice}
        for each in audited.findings
    ]
    return {"checkpoint": shown, "checks": checks}


def _table(audited: Audited) -> None:
    table = Table()
    for column in ("check", "result", "what was seen"):
        table.add_column(column, overflow="fold")
    for each in audited.findings:
        table.add_row(each.check, each.result.value, each.said, style=_STYLES[each.result])
    console = Console(soft_wrap=False)
    console.print(table)
    for each in audited.findings:
        if each.result is Result.FAILED and each.advice:
            console.print(f"{each.check}: {each.advice}", soft_wrap=True, markup=False, highlight=False)
