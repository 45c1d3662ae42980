"""Source documents: supplied once, to an order that has none."""

from dataclasses import replace

import pytest

from registry.commands.document import SupplyDocument
from registry.errors import Conflict, NotFound, Refused
from registry.events.document import DocumentSupplied
from registry.values.order import DOCUMENT
from registry.values.parties import Document
from tests.given import ORDER, World, enter, ref

PDF = Document(blob=ref("blob"), commitment="c2VhbGVk", media_type="application/pdf", size=4)
SUPPLY = SupplyDocument(order_ref=ORDER, document=PDF)


def entered(**given):
    world = World()
    world.do(enter(**given))
    return world


def refused(world, command, code, kind=Refused):
    with pytest.raises(kind) as refusal:
        world.do(command)
    assert refusal.value.code == code


def test_a_document_is_supplied_once_and_missing_no_more():
    world = entered(unread=(DOCUMENT, "expiry"))
    (event,) = world.do(SUPPLY)
    assert isinstance(event, DocumentSupplied)
    assert world.order(ORDER).details.document == PDF
    assert world.order(ORDER).details.unread == ("expiry",)
    refused(world, SUPPLY, "document-there", Conflict)


def test_an_order_that_came_with_its_document_keeps_it():
    refused(entered(document=PDF), SUPPLY, "document-there", Conflict)


def test_nothing_is_supplied_to_nothing_nor_without_a_document():
    refused(World(), SUPPLY, "no-such-order", NotFound)
    refused(entered(), replace(SUPPLY, document=None), "document-needed")
