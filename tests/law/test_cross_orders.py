"""Orders of one pair told as stories: against one another, and ranked where the other one has an end."""

from registry.law.stories import read_stories, run

HEAD = "story: X\ntitle: t\nbasis: b\norders:\n"
HERS = "  hers: {court: AU-NSW, issued: 2019-01-10, ends: never, protects: [ADA], against: [BEN]}\n"
HIS = "  his: {court: AU-NSW, issued: 2019-02-10, ends: 2020-02-10, protects: [BEN], against: [ADA]}\n"
SERVED = "facts:\n  - {fact: served, order: hers, on: 2019-01-11}\n  - {fact: served, order: his, on: 2019-02-11}\n"


def answered(orders, facts, question):
    (story,) = read_stories((HEAD + orders + facts + f"questions:\n  - {{{question}}}\n").encode())
    (result,) = run(story)
    assert not result.differs
    return result.verdict


def test_that_an_order_against_her_is_in_force_is_noted_until_it_ends():
    during = "order: hers, in: AU-NSW, at: '2019-06-01T12:00:00+10:00', expect: {status: ENFORCEABLE}"
    after = "order: hers, in: AU-NSW, at: '2020-06-01T12:00:00+10:00', expect: {status: ENFORCEABLE}"
    verdict = answered(HERS + HIS, SERVED, during)
    assert verdict.notes == ("CROSS_ORDER_IN_FORCE",)
    assert answered(HERS + HIS, SERVED, after).notes == ()
    # From when it is over the note may go: the answer says when.
    assert verdict.next_change is not None


def test_where_orders_are_ranked_the_end_of_another_may_change_the_answer():
    first = "  hers: {court: US-CA, issued: 2024-01-10, ends: never}\n"
    second = "  his: {court: US-CA, issued: 2024-02-10, ends: 2024-08-10}\n"
    at = "order: hers, in: US-CA, at: '2024-06-01T12:00:00-07:00', expect: {prevails: his}"
    assert answered(first + second, SERVED.replace("2019", "2024"), at).next_change is not None
