"""Rights are asked again in the writer: between the door and the decision somebody may have taken them away."""

from uuid import UUID

from registry.access.actors import Principal
from registry.access.commands import permit_command
from registry.access.rights import as_it_stands
from registry.access.roll import NOBODY
from registry.ledger.port import Unit
from registry.states import ROLL
from registry.values.institution import directory_stream


def permit_now(command: object, principal: Principal, unit: Unit, ledger_id: str) -> Principal:
    """Permit a command by what its institution may do at this very place of the ledger; raises `NotPermitted`.

    Gives who speaks, with the rights that are left. What another process recorded counts too: it is in the same ledger.
    """
    loaded = unit.state(directory_stream(UUID(ledger_id)), ROLL)
    found = as_it_stands(loaded[1] or NOBODY, principal, unit.now)
    permit_command(command, found)
    return found
