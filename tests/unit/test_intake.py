"""A delivery whose source document is missing: the order is entered all the same, and the document taken later."""

from dataclasses import replace
from typing import ClassVar

import pytest

from registry.events.look import PreviewGiven
from registry.intake import Intake, Outcome
from registry.law.standing import fold
from registry.ports import EnteredRecord
from registry.values.identifiers import OrderRef, StreamId
from registry.views.police import DOCUMENT
from tests.given import ORDER
from tests.journeys.house import entering, open_house


class Feed:
    """A court system that says what it is told to say."""

    CODE: ClassVar[str] = "fr-feed"
    JURISDICTION: ClassVar[str] = "FR"
    NAME: ClassVar[str] = "A feed"
    STALE_AFTER_SECONDS: ClassVar[int] = 60
    MAXIMUM_BYTES: ClassVar[int] = 1000

    def parse(self, document, _):
        enter = entering()
        enter = replace(enter, details=replace(enter.details, court=replace(enter.details.court, institution=None)))
        yield EnteredRecord(reference="one", place="records/0", enter=enter, source=document, media_type="text/plain")


@pytest.fixture
def house(tmp_path):
    house = open_house(tmp_path)
    yield house
    house.close()


def read(house, document, *, dry_run=False):
    (line,) = Intake(executor=house.executor, system=Feed(), dry_run=dry_run).read(document).lines
    return line.outcome, line.codes


def unread(house):
    standing = fold(recorded.fact for recorded in house.ledger.reader.stream(StreamId(ORDER)))
    return standing.details.unread


def test_a_record_without_its_document_is_entered_and_says_so_each_time(house):
    assert read(house, b"") == (Outcome.NEEDS_ATTENTION, ("document-missing",))
    assert unread(house) == ("document",)
    assert read(house, b"") == (Outcome.NEEDS_ATTENTION, ("document-missing",))
    assert len(house.ledger.reader.stream(StreamId(ORDER))) == 1


def test_the_next_delivery_that_has_it_supplies_it_once(house):
    read(house, b"")
    assert read(house, b"the order itself", dry_run=True)[0] is Outcome.ACCEPTED
    assert unread(house) == ("document",)
    assert read(house, b"the order itself") == (Outcome.ACCEPTED, ())
    assert unread(house) == ()
    assert len(house.ledger.reader.rows(DOCUMENT, {"order_ref": ORDER.bytes})) == 1
    assert read(house, b"the order itself") == (Outcome.UNCHANGED, ())


def test_a_record_with_its_document_misses_nothing(house):
    assert read(house, b"the order itself") == (Outcome.ACCEPTED, ())
    assert unread(house) == ()


def test_a_document_that_cannot_be_kept_is_said_and_the_order_stays(house, monkeypatch):
    read(house, b"")
    monkeypatch.setattr("registry.vault.documents.MAXIMUM_DOCUMENT", 3)
    assert read(house, b"too long") == (Outcome.REJECTED, ("too-long:/details/document/content",))
    assert unread(house) == ("document",)


class Twice(Feed):
    """The same order under another reference and number, as a second court's file has it."""

    def parse(self, document, mint):
        for record in super().parse(document, mint):
            details = replace(record.enter.details, number=None, court=replace(record.enter.details.court, code="2"))
            enter = replace(record.enter, order_ref=OrderRef(mint(None)), details=details)
            yield replace(record, reference="two", enter=enter)


def test_a_rehearsal_says_in_codes_what_crosses_a_record_and_keeps_alone_who_was_looked_for(house):
    system, again = Feed(), Twice()
    first = Intake(executor=house.executor, system=system)
    assert first.read(b"the order itself").lines[0].outcome is Outcome.ACCEPTED
    head = house.ledger.reader.head()
    (line,) = Intake(executor=house.executor, system=again, dry_run=True).read(b"the order itself").lines
    assert (line.outcome, line.codes) == (Outcome.NEEDS_ATTENTION, ("DUPLICATE:SAME_PARTIES_AND_KIND",))
    assert line.order_ref is None
    (told,) = house.ledger.reader.after(head, limit=9)
    event, actor = told.fact.event, told.fact.actor
    assert (type(event), event.orders, event.shown, actor.institution) == (PreviewGiven, 1, (), "fr-feed")
    head = told.position
    (seen,) = Intake(executor=house.executor, system=system, dry_run=True).read(b"the order itself").lines
    assert (seen.outcome, seen.codes) == (Outcome.UNCHANGED, ())
    assert house.ledger.reader.head() == head, "nobody was looked for"
