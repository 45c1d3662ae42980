"""Whoever audits folds every status list again: what was signed is what the facts come to, or it is named."""

from dataclasses import replace
from uuid import UUID

from registry.ledger.findings import Result
from registry.status_audit import findings
from registry.values.identifiers import ListRef
from registry.views.police import STATUS_LIST
from tests.http.given import day
from tests.http.test_cards import a_card, an_entered_order, changes, published
from tests.http.test_key_withdrawals import CARD_USE, kid_of, withdrawn


class Changed:
    """A reader in whose facts one is another: as if a registry had signed a list that no fact speaks of."""

    def __init__(self, reader, number: int, **members) -> None:
        self.reader, self.number, self.members = reader, number, members

    def after(self, position, *, limit):
        page, seen = [], 0
        for each in self.reader.after(position, limit=limit):
            seen += type(each.fact.event).TOPIC == "statuslist.issued.1"
            changed = seen == self.number and type(each.fact.event).TOPIC == "statuslist.issued.1"
            event = replace(each.fact.event, **self.members) if changed else each.fact.event
            page.append(replace(each, fact=replace(each.fact, event=event)))
        return page


async def a_year_of_lists(registry):
    """Cards, a suspension, an end, a withdrawn card key: a list for each, and one in between that says the same."""
    entered = await an_entered_order(registry)
    other = await an_entered_order(registry, number="RG 26/77")
    for each in (entered, other):
        await a_card(registry, each)
    await published(registry)
    await changes(registry, entered, "extension", 1, expiry={"kind": "NONE"}, made=day("2026-09-01"))
    await published(registry)
    await withdrawn(registry, "CARD", kid_of(registry, CARD_USE), seconds_ago=36000)
    await published(registry)
    registry.clock.pass_seconds(3700)
    await published(registry)


async def test_every_list_that_was_signed_is_folded_again(registry, tmp_path):
    reader = registry.services.reader
    (before,) = findings(reader)
    assert (before.result, before.said) == (Result.OK, "0 lists that were signed are what the facts come to")
    await a_year_of_lists(registry)
    (row,) = reader.rows(STATUS_LIST, {})
    list_ref = ListRef(UUID(bytes=row["list_ref"]))
    held = registry.services.lists.status(list_ref)
    for name, content in (("list.cwt", held.cwt), ("list.jwt", held.jwt), ("forged", held.cwt[:-1] + b"\0")):
        (tmp_path / name).write_bytes(content)
    found = findings(reader, [tmp_path / name for name in ("list.cwt", "list.jwt", "forged")])
    assert [each.result for each in found] == [Result.OK, Result.OK, Result.OK, Result.FAILED]
    assert found[0].said == "4 lists that were signed are what the facts come to"
    assert str(list_ref) in found[1].said


async def test_a_list_of_other_bits_instant_or_facts_is_named(registry):
    await a_year_of_lists(registry)
    reader = registry.services.reader
    for number, members in (
        (1, {"content": "0" * 64}),
        (4, {"content": "0" * 64}),
        (2, {"upto": 1}),
        (1, {"list_ref": ListRef(registry.services.executor.mint())}),
    ):
        (found,) = findings(Changed(reader, number, **members))
        assert found.result is Result.FAILED
        assert "is not what the facts come to" in found.said
