"""What each role's people must prove, and how long their sessions live: one table.

A second factor for everybody who may see a person's data or change an order (CJIS Security Policy IA-2(1), (2)); no
session is idle for more than half an hour (AC-11) or older than a shift. An officer's session is the shortest when
nobody uses it, because an unlocked screen in a car is the common way in. `tests/unit/people` prints it in full.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from registry.access.actors import Role
from registry.values.time import HOUR, MINUTE, Instant

STEP_UP: Final = 10 * MINUTE
"""How long after signing in a person may change what the account is signed in to with, before signing in once more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Assurance:
    """What a role asks of a session. Times in microseconds."""

    second_factor: bool
    idle: int
    absolute: int


STRICTEST: Final = Assurance(second_factor=True, idle=10 * MINUTE, absolute=8 * HOUR)
"""For a role that the table does not name yet."""
_DESK: Final = Assurance(second_factor=True, idle=30 * MINUTE, absolute=10 * HOUR)
TABLE: Final[Mapping[Role, Assurance]] = MappingProxyType(
    {
        Role.COURT: _DESK,
        Role.EXECUTING_AUTHORITY: _DESK,
        Role.SERVING_AUTHORITY: Assurance(second_factor=True, idle=30 * MINUTE, absolute=12 * HOUR),
        Role.PROSECUTOR: _DESK,
        Role.POLICE: Assurance(second_factor=True, idle=15 * MINUTE, absolute=12 * HOUR),
        Role.OPERATOR: STRICTEST,
    }
)


def of(role: Role) -> Assurance:
    """Say what a role asks."""
    return TABLE.get(role, STRICTEST)


def open_to(roles: Iterable[Role], *, second_factor: bool) -> frozenset[Role]:
    """Give the roles whose demand was met; none of the registry's own processes ever signs in."""
    return frozenset(
        role for role in roles if role is not Role.REGISTRY and (second_factor or not of(role).second_factor)
    )


def lives(roles: Iterable[Role]) -> tuple[int, int]:
    """Give how long a session of these roles may be idle, and live: the shortest of each. Microseconds."""
    asked = [of(role) for role in roles] or [STRICTEST]
    return min(each.idle for each in asked), min(each.absolute for each in asked)


def recent(authenticated_at: Instant, now: Instant) -> bool:
    """Say whether somebody signed in recently enough to change how the account is signed in to."""
    return now - authenticated_at < STEP_UP
