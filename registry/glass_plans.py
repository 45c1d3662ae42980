"""How break-glass and conflicts are carried out: what a decision rests on is read in the same transaction."""

from typing import Any, Final

from registry.access.actors import Principal
from registry.access.permissions import Action, permit, permit_in
from registry.commands import conflict as conflict_commands
from registry.commands import glass as glass_commands
from registry.decisions import conflict, glass
from registry.errors import NotFound
from registry.ledger.port import Unit
from registry.ledger.rows import Cell
from registry.states import CONFLICT, GLASS, Outcome, Plan, order_state, outcome, speaks_for_itself
from registry.values.glass import ReviewVerdict
from registry.values.identifiers import StreamId
from registry.values.time import Instant
from registry.views import police


def _break(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    permit_in(principal, Action.BREAK_GLASS, command.jurisdiction)
    speaks_for_itself(command, principal, "no-such-order")
    loaded = unit.state(StreamId(command.glass_ref), GLASS)
    _, order = order_state(unit, command.order_ref)
    events = glass.decide(
        command, loaded[1], now=unit.now, order=order is not None, record=_record(unit, command, unit.now)
    )
    return outcome(command.glass_ref, loaded[0], events)


def _record(unit: Unit, command: Any, now: Instant) -> glass.Record:  # noqa: ANN401  # as above
    """Say what the institution's earlier ones came to; rows are as the facts before this one left them."""
    own: dict[str, Cell] = {"institution": command.by, "officer": command.person or ""}
    officers = unit.rows(police.GLASS, own)
    waiting = unit.rows(police.GLASS, {"institution": command.by, "verdict": None})
    late = [row for row in officers if row["verdict"] is None and _number(row["review_due"]) <= now]
    wrong = [row for row in officers if row["verdict"] == ReviewVerdict.NOT_JUSTIFIED.value]
    own_waiting = [row for row in officers if row["verdict"] is None]
    return glass.Record(barred=bool(late or wrong), waiting=len(waiting), of_officer=len(own_waiting))


def _number(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0


def _acknowledge(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    permit(principal, Action.ACKNOWLEDGE_GLASS)
    speaks_for_itself(command, principal, "no-such-break-glass")
    loaded = unit.state(StreamId(command.glass_ref), GLASS)
    return outcome(command.glass_ref, loaded[0], glass.decide(command, loaded[1], now=unit.now))


def _review(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    """To whoever does not supervise the place where it was broken, there is none."""
    permit(principal, Action.REVIEW_GLASS)
    speaks_for_itself(command, principal, "no-such-break-glass")
    loaded = unit.state(StreamId(command.glass_ref), GLASS)
    if loaded[1] is None or not principal.acts_in(loaded[1].broken.jurisdiction):
        raise NotFound("no-such-break-glass")
    return outcome(command.glass_ref, loaded[0], glass.decide(command, loaded[1], now=unit.now))


def _by_registry(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    permit(principal, Action.RUN_REGISTRY)
    loaded = unit.state(StreamId(command.glass_ref), GLASS)
    return outcome(command.glass_ref, loaded[0], glass.decide(command, loaded[1], now=unit.now))


def _conflict(action: Action) -> Plan:
    def plan(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
        permit(principal, action)
        speaks_for_itself(command, principal, "no-such-conflict")
        loaded = unit.state(StreamId(command.conflict_ref), CONFLICT)
        return outcome(command.conflict_ref, loaded[0], conflict.decide(command, loaded[1], now=unit.now))

    return plan


GLASS_PLANS: Final[dict[type, Plan]] = {
    glass_commands.BreakGlass: _break,
    glass_commands.AcknowledgeGlass: _acknowledge,
    glass_commands.ReviewGlass: _review,
    glass_commands.AlertGlassAgain: _by_registry,
    glass_commands.NoteReviewOverdue: _by_registry,
    conflict_commands.NoteConflict: _conflict(Action.RUN_REGISTRY),
    conflict_commands.AlertConflictAgain: _conflict(Action.RUN_REGISTRY),
    conflict_commands.AcknowledgeConflict: _conflict(Action.ACKNOWLEDGE_GLASS),
}
