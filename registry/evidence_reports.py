"""What the command line says of evidence packs: each check in words, none summed up into one."""

import sys
from pathlib import Path

import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from registry import core
from registry.anchored import verify_by
from registry.errors import ConfigurationError
from registry.ledger.proof.bound import as_object
from registry.ledger.proof.checks import Check, Outcome
from registry.ledger.proof.errors import NotWellFormed, ProofError
from registry.ledger.proof.evidence import (
    Trusted,
    read_evidence,
    verify_evidence,
    with_document,
    with_question,
    write_evidence,
)
from registry.ledger.proof.policy import parse_policy
from registry.trust.client import fetch_from
from registry.verbs import bounded

_STYLES = {Outcome.HOLDS: "green", Outcome.FAILS: "bold red", Outcome.NOT_CHECKED: "yellow"}


def verify(
    pack: bytes, *, receipt_key: str | None, policy: Path | None, document_key: Path | None, as_json: bool
) -> bool:
    """Verify a pack and print each check; say whether none fails. Raises `ConfigurationError` for what is no pack."""
    try:
        trusted = Trusted(
            receipt_key=receipt_key,
            policy=parse_policy(policy.read_bytes()) if policy else None,
            document_key=as_object(bounded(document_key), "document key") if document_key else None,
        )
        checks = verify_evidence(read_evidence(pack), trusted)
    except NotWellFormed as fault:
        raise ConfigurationError(str(fault)) from None
    return _printed(checks, as_json=as_json)


def verify_by_list(pack: bytes, *, copy: Path, root: Path, seen: Path, as_json: bool) -> bool:
    """Verify a pack with keys and policy of a trust list; as `verify`."""
    try:
        evidence = read_evidence(pack)
    except NotWellFormed as fault:
        raise ConfigurationError(str(fault)) from None
    checks = verify_by(evidence, lambda: fetch_from(copy, root=bounded(root), seen=seen, now=core.clock()))
    return _printed(checks, as_json=as_json)


def add_question(pack: bytes, answer: bytes) -> None:
    """Print a pack with the question of its answer. Raises `ConfigurationError` where they do not fit."""
    try:
        given = as_object(answer, "answer")
        question, opening = given.get("question"), given.get("opening")
        if not isinstance(question, str) or not isinstance(opening, str):
            raise ConfigurationError("the answer has no question and opening: it is not as the registry gave it")
        added = with_question(read_evidence(pack), question=question, opening=opening)
    except ProofError as fault:
        raise ConfigurationError(str(fault)) from None
    sys.stdout.buffer.write(write_evidence(added))


def add_document(pack: bytes, answer: bytes) -> None:
    """Print a pack with the signed document of its facts. Raises `ConfigurationError` where they do not fit."""
    try:
        given = as_object(answer, "answer")
        document, signature = given.get("document"), given.get("signature")
        if not isinstance(document, str) or not isinstance(signature, str):
            raise ConfigurationError("the answer has no document and signature: it is not as the registry gave it")
        added = with_document(read_evidence(pack), document=document, signature=signature)
    except ProofError as fault:
        raise ConfigurationError(str(fault)) from None
    sys.stdout.buffer.write(write_evidence(added))


def _printed(checks: tuple[Check, ...], *, as_json: bool) -> bool:
    if as_json:
        shown = [{"check": each.name, "outcome": each.outcome.value, "detail": _spelled(each)} for each in checks]
        sys.stdout.buffer.write(orjson.dumps(shown, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    else:
        _table(checks)
    return all(each.outcome is not Outcome.FAILS for each in checks)


def _spelled(each: Check) -> str:
    """Spell what comes out of a pack in ASCII: JSON leaves characters as they are that a terminal obeys or hides."""
    return each.detail.encode("unicode_escape").decode("ascii")


def _table(checks: tuple[Check, ...]) -> None:
    table = Table("outcome", "check", "detail")
    for each in checks:
        # As plain text: what a pack holds is neither markup nor an order to the terminal.
        outcome = Text(each.outcome.value, style=_STYLES[each.outcome])
        table.add_row(outcome, Text(each.name), Text(_spelled(each)))
    Console().print(table)
