"""Founding the directory: the list of institutions that a ledger begins with is recorded, once, on purpose."""

from hashlib import sha256
from typing import Final
from uuid import UUID

from registry.access.actors import Role
from registry.access.directory import Enrolment, founding, parse_enrolment
from registry.cards import REGISTRY
from registry.commands.institution import FoundDirectory
from registry.errors import ConfigurationError
from registry.execute import Executor
from registry.values.institution import directory_stream

GOVERNING: Final = frozenset({Role.OPERATOR, Role.SUPERVISOR})
NOT_FOUNDED: Final = (
    "the ledger does not say yet who takes part; run `registry institution found FILE` once, "
    "with the enrolment file (`institutions.json` of this data folder, if it has one)"
)
NOT_GOVERNABLE: Final = (
    "no two persons of this list can ever change it: enrol operators or supervisors with two keys between them"
)


def read_founding(content: bytes, *, demo: bool) -> Enrolment:
    """Read a founding file; raises `ConfigurationError`, also for demo keys outside the demo's own data folder."""
    enrolment = parse_enrolment(content)
    refuse_demonstration(enrolment, demo=demo)
    return enrolment


def refuse_demonstration(enrolment: Enrolment, *, demo: bool) -> None:
    """Refuse keys that everybody knows, but in the demo's own data folder; raises `ConfigurationError`."""
    if enrolment.demonstration and not demo:
        raise ConfigurationError("demo keys are enrolled; only the demo's own data folder may have them")


def found(executor: Executor, content: bytes, *, demo: bool) -> Enrolment:
    """Record a founding file as facts. Raises `ConfigurationError`; `Conflict` where the ledger was founded before."""
    enrolment = read_founding(content, demo=demo)
    command = FoundDirectory(
        stream=directory_stream(UUID(executor.ledger_id)),
        institutions=founding(enrolment),
        digest=sha256(content).hexdigest(),
    )
    executor.perform(command, principal=REGISTRY)
    return enrolment


def governable(enrolment: Enrolment) -> bool:
    """Say whether two persons can ever change the list: two institutions that govern, or two keys of one."""
    keys = [
        key
        for owner, key in enrolment.keys
        if (found := enrolment.institutions.get(owner)) is not None and found.roles & GOVERNING
    ]
    return len(keys) > 1
