"""Decide disclosure: allowed, or refused; either way it is a fact. Only what cannot be answered is no fact."""

from dataclasses import dataclass

from registry.commands.disclosure import DisclosureCommand
from registry.errors import NotFound, Refused
from registry.events.base import Fact
from registry.events.catalogue import AnyEvent
from registry.events.disclosure import DisclosureAllowed, DisclosureEvent, DisclosureRefused
from registry.law.disclosure import rule
from registry.law.jurisdictions import is_known
from registry.law.standing import Standing


@dataclass(frozen=True, kw_only=True, slots=True)
class Disclosure:
    """A disclosure that was asked for, and how it was answered."""

    allowed: bool


def decide(
    command: DisclosureCommand, disclosure: Disclosure | None, *, order: Standing | None
) -> tuple[DisclosureEvent, ...]:
    """Answer the command with a fact, or raise `Refused`."""
    if disclosure is not None:
        return ()
    if order is None:
        raise NotFound("no-such-order")
    if not is_known(command.jurisdiction):
        raise Refused("jurisdiction-unknown", field="/jurisdiction")
    if not command.of:
        raise Refused("nothing-to-disclose", field="/of")
    ruling = rule(
        order, to=command.to, of=command.of, needed_to_enforce=command.needed_to_enforce, place=command.jurisdiction
    )
    if ruling.bar is None:
        return (
            DisclosureAllowed(
                disclosure_ref=command.disclosure_ref,
                order_ref=command.order_ref,
                jurisdiction=command.jurisdiction,
                to=command.to,
                of=command.of,
                needed_to_enforce=command.needed_to_enforce,
                basis=str(ruling.basis),
            ),
        )
    return (
        DisclosureRefused(
            disclosure_ref=command.disclosure_ref,
            order_ref=command.order_ref,
            jurisdiction=command.jurisdiction,
            to=command.to,
            of=command.of,
            needed_to_enforce=command.needed_to_enforce,
            bar=ruling.bar,
            barred=ruling.barred,
            basis=str(ruling.basis),
        ),
    )


def evolve(disclosure: Disclosure | None, fact: Fact[AnyEvent]) -> Disclosure | None:
    """Give the disclosure after the fact; None for a stream that is of another noun."""
    if isinstance(fact.event, DisclosureAllowed | DisclosureRefused):
        return Disclosure(allowed=isinstance(fact.event, DisclosureAllowed))
    return disclosure
