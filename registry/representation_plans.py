"""How representations are carried out: order, directory and what stands already are read in the same transaction."""

from typing import Any, Final
from uuid import UUID

from registry.access.actors import Principal
from registry.access.permissions import Action, permit
from registry.beyond_doubt import beyond_doubt
from registry.commands import representation as commands
from registry.decisions import representation
from registry.errors import NotFound
from registry.ledger.port import Loads, Unit
from registry.ledger.rows import Cell
from registry.representing import bound_too
from registry.states import REPRESENTATION, ROLL, Outcome, Plan, order_state, outcome
from registry.values.identifiers import StreamId
from registry.values.institution import directory_stream
from registry.values.time import Instant
from registry.views import representation as views


def _record(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    permit(principal, Action.RECORD_REPRESENTATION)
    _, order = order_state(unit, command.order_ref)
    if order is None or not principal.acts_in(order.details.court.jurisdiction):
        # Not there and not yours are one answer.
        raise NotFound("no-such-order")
    loaded = unit.state(directory_stream(UUID(command.ledger_id)), ROLL)
    roll = loaded[1]
    events = representation.decide_record(
        command,
        order=order,
        organisation=roll.members.get(command.organisation) if roll else None,
        represented=_represented(command, unit),
        bound=bound_too(unit, command.order_ref, command.party_ref),
        now=unit.now,
    )
    return outcome(command.representation_ref, 0, events)


def _represented(command: Any, unit: Unit) -> bool:  # noqa: ANN401  # as above
    """Say whether the organisation acts for this party already: one is ended, the other would go on unseen."""
    where: dict[str, Cell] = {"party_ref": command.party_ref.bytes, "organisation": command.organisation}
    sure = beyond_doubt(unit, command.ledger_id) or unit
    return any(_stands(sure, row["representation_ref"], unit.now) for row in unit.rows(views.REPRESENTATION, where))


def _stands(sure: Loads, ref: Cell, now: Instant) -> bool:
    """Say whether one is to be ended before the next. What a thief recorded opens nothing, and bars nobody either."""
    loaded = sure.state(StreamId(UUID(bytes=ref if isinstance(ref, bytes) else b"")), REPRESENTATION)
    _, state = loaded
    return state is not None and state.recorded.given_by is not None and now < state.recorded.until


def _end(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    permit(principal, Action.RECORD_REPRESENTATION)
    loaded = unit.state(StreamId(command.representation_ref), REPRESENTATION)
    version, state = loaded
    order = order_state(unit, state.recorded.order_ref)[1] if state else None
    if state is None or order is None or not principal.acts_in(order.details.court.jurisdiction):
        raise NotFound("no-such-representation")
    row = unit.rows(views.REPRESENTATION, {"representation_ref": command.representation_ref.bytes})
    stands = bool(row) and state.in_force(order, unit.now)
    return outcome(command.representation_ref, version, representation.decide_end(command, state, stands=stands))


REPRESENTATION_PLANS: Final[dict[type, Plan]] = {
    commands.RecordRepresentation: _record,
    commands.EndRepresentation: _end,
}
