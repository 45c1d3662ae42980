"""Decide source documents: an order that was entered without its document gets it once."""

from registry.commands.document import DocumentCommand
from registry.errors import Conflict, NotFound, Refused
from registry.events.document import DocumentSupplied
from registry.law.standing import Standing


def decide(command: DocumentCommand, order: Standing | None) -> tuple[DocumentSupplied, ...]:
    """Answer the command with facts, or raise `Refused`. An order that has its document keeps it."""
    if order is None:
        raise NotFound("no-such-order")
    if order.details.document is not None:
        raise Conflict("document-there")
    if command.document is None:
        raise Refused("document-needed", field="/document")
    return (DocumentSupplied(order_ref=order.order_ref, document=command.document),)
