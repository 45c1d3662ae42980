"""Rights are asked again in the writer: between the door and the decision somebody may have taken them away."""

from dataclasses import replace
from uuid import UUID

from registry.access.actors import Principal
from registry.access.commands import permit_command
from registry.access.permissions import Action, permit
from registry.access.rights import as_it_stands
from registry.access.roll import NOBODY
from registry.ledger.port import Unit
from registry.states import ROLL
from registry.values.account import AccountState, LockReason
from registry.values.institution import directory_stream
from registry.views.account import ACCOUNT


def permit_now(command: object, principal: Principal, unit: Unit, ledger_id: str) -> Principal:
    """Permit a command by what its institution may do at this very place of the ledger; raises `NotPermitted`.

    Gives who speaks, with the rights that are left. What another process recorded counts too: it is in the same ledger.
    """
    found = _now(principal, unit, ledger_id)
    permit_command(command, found)
    return found


def permit_answer(action: Action, principal: Principal, unit: Unit, ledger_id: str) -> Principal:
    """Permit the same way that an answer is given to somebody, at the place where it is recorded."""
    found = _now(principal, unit, ledger_id)
    permit(found, action)
    return found


def _now(principal: Principal, unit: Unit, ledger_id: str) -> Principal:
    """Give who speaks, with what is left of their institution's rights, and nothing for an account that is shut."""
    loaded = unit.state(directory_stream(UUID(ledger_id)), ROLL)
    found = as_it_stands(loaded[1] or NOBODY, principal, unit.now)
    if principal.by_session and not _is_open(principal, unit):
        return replace(found, roles=frozenset())
    return found


def _is_open(principal: Principal, unit: Unit) -> bool:
    rows = unit.rows(ACCOUNT, {"account_ref": UUID(principal.on_behalf_of or "").bytes})
    return any(row["state"] == AccountState.OPEN and row["lock"] != LockReason.BY_INSTITUTION for row in rows)
