"""What checks of the ledger have found: each by itself, with its result and what can be done; never one boolean."""

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from registry.errors import RegistryError
from registry.ledger.proof.errors import ProofError


class Result(StrEnum):
    """What came of one check."""

    OK = "OK"
    FAILED = "FAILED"
    NOT_CHECKED = "NOT_CHECKED"
    """It could not be made, or not here. Nothing is known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One check: its name, what came of it, what was seen, and what an operator can do."""

    check: str
    result: Result
    said: str
    advice: str = ""


def look(check: str, act: Callable[[], str], *, advice: str = "") -> Finding:
    """Make a check; `act` says what it saw, or raises. What is broken must not keep other checks from being made."""
    try:
        return Finding(check=check, result=Result.OK, said=act())
    except (RegistryError, ProofError) as fault:
        return Finding(check=check, result=Result.FAILED, said=str(fault) or type(fault).__name__, advice=advice)
    except (OSError, sqlite3.Error, ValueError) as fault:
        # Texts of the store and of the machine may quote a value.
        return Finding(check=check, result=Result.FAILED, said=type(fault).__name__, advice=advice)


def not_checked(check: str, why: str) -> Finding:
    """Say that a check was not made, and why."""
    return Finding(check=check, result=Result.NOT_CHECKED, said=why)


def failed(findings: Iterable[Finding]) -> bool:
    """Say whether any check failed."""
    return any(finding.result is Result.FAILED for finding in findings)
