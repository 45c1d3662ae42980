"""How commands of institutions are carried out: all in the one stream of the directory; for `plans.py`."""

from collections.abc import Mapping
from typing import Any, Final

from registry.access.actors import Principal
from registry.access.commands import permit_command
from registry.commands import institution as commands
from registry.decisions import institution
from registry.events.institution import KeyAdded
from registry.ledger.port import Unit
from registry.states import ROLL, Outcome, Plan, outcome
from registry.values.identifiers import InstitutionId, KeyId, Position, StreamId

_MARKING: Final = (commands.ProposeChange, commands.ConfirmChange, commands.MarkOwnKeyCompromised)
"""Commands that may mark a key as in wrong hands, and with it those that were added with it."""


def _institution(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    permit_command(command, principal)
    loaded = unit.state(command.stream, ROLL)
    marking = isinstance(command, _MARKING)
    added: Mapping[tuple[InstitutionId, KeyId], Position] = _added(unit, command.stream) if marking else {}
    events = institution.decide(command, loaded[1], by=principal, now=unit.now, added=added)
    return outcome(command.stream, loaded[0], events)


def _added(unit: Unit, stream: StreamId) -> Mapping[tuple[InstitutionId, KeyId], Position]:
    """Say where each key was added that an institution added itself; the fold knows no positions."""
    return {
        (event.institution, event.terms.key.kid): recorded.position
        for recorded in unit.facts(stream)
        if isinstance(event := recorded.fact.event, KeyAdded) and event.beside is not None
    }


INSTITUTION_PLANS: Final[dict[type, Plan]] = {
    commands.FoundDirectory: _institution,
    commands.ProposeChange: _institution,
    commands.ConfirmChange: _institution,
    commands.WithdrawChange: _institution,
    commands.SuspendAtOnce: _institution,
    commands.AddOwnKey: _institution,
    commands.RetireOwnKey: _institution,
    commands.MarkOwnKeyCompromised: _institution,
    commands.DoubtFact: _institution,
    commands.ConfirmFacts: _institution,
}
