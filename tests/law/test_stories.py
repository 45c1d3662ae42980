"""How stories are read: every verb and every question there is, and each mistake told with its line."""

from pathlib import Path

import pytest

from registry.law.jurisdictions import is_known, meant_by
from registry.law.stories import StoryUnreadable, read_stories, run
from registry.law.stories.tree import MAXIMUM_BYTES
from registry.law_report import decide, law_explain, law_test
from registry.values.jurisdiction import Jurisdiction
from tests.given import at
from tests.law.words import REFERENCE, section

HEAD = "story: X\ntitle: t\nbasis: b\n"
ORDER = "orders:\n  order: {court: FR, issued: 2024-02-01, ends: 2025-08-01}\n"
ASK = "questions:\n  - {in: FR, at: '2024-06-01T12:00:00+02:00', expect: {status: ENFORCEABLE}}\n"


def answers(text):
    (story,) = read_stories((HEAD + text).encode())
    return run(story, decide)


def holds(text):
    assert [result.differs for result in answers(text)] == [()]


def asked(facts, question, orders=ORDER):
    lines = "".join(f"  - {{{fact}}}\n" for fact in facts)
    return orders + ("facts:\n" + lines if facts else "") + f"questions:\n  - {{{question}}}\n"


def order(expect, where="FR", when="2024-06-01T12:00:00+02:00"):
    return f"in: {where}, at: '{when}', expect: {{{expect}}}"


EVERY = [
    ("fact: attempted, order: order, on: 2024-02-02, why: MOVED", "notice: [ATTEMPTED]"),
    ("fact: attempted, order: order, on: 2024-02-02", "notice: [ATTEMPTED]"),
    ("fact: extended, order: order, on: 2024-02-02, ends: 2024-03-01", "status: EXPIRED"),
    ("fact: extended, order: order, on: 2024-07-01, ends: 2024-03-01", "status: ENFORCEABLE"),
    ("fact: suspended, order: order, on: 2024-02-02, until: 2024-07-01", "status: SUSPENDED"),
    ("fact: revoked, order: order, on: 2024-02-02, why: ON_APPEAL", "reason: ON_APPEAL"),
    ("fact: corrected, order: order, on: 2024-02-02, ends: 2024-03-01", "status: EXPIRED"),
    ("fact: corrected, order: order, on: 2024-02-02, issued: 2024-07-01", "status: NOT_YET_IN_FORCE"),
    ("fact: served, order: order, on: 2024-02-02, respondent: R, terms: 1", "notice: [SERVED_PERSONAL]"),
    ("fact: varied, order: order, on: 2024-02-02, conditions: [NO_VIOLENCE]", "conditions: [NO_VIOLENCE]"),
]


@pytest.mark.parametrize(("fact", "expect"), EVERY)
def test_every_verb_is_understood(fact, expect):
    holds(asked([fact], order(expect)))


def test_a_suspended_order_is_reinstated():
    facts = ["fact: suspended, order: order, on: 2024-02-02", "fact: reinstated, order: order, on: 2024-03-01"]
    holds(asked(facts, order("status: ENFORCEABLE")))


def test_a_certificate_is_withdrawn_or_limited():
    certified = "fact: certified, order: order, on: 2024-02-03, name: first"
    withdrawn = "fact: certificate withdrawn, order: order, on: 2024-03-01, name: first"
    holds(asked([certified, withdrawn], order("reason: MISSING_CERTIFICATE", "ES")))
    for form, status in (("SUSPENSION", "SUSPENDED"), ("WITHDRAWAL", "REVOKED")):
        limited = f"fact: certified, order: order, on: 2024-03-01, form: ARTICLE_14_{form}, name: second"
        holds(asked([certified, limited], order(f"status: {status}", "ES")))


def test_conditions_say_whom_how_and_when():
    orders = (
        "orders:\n  order:\n    court: FR\n    issued: 2024-02-01\n    begins: 2024-02-02\n    zone: Europe/Paris\n"
        "    known: 2024-02-01T08:00:00+01:00\n    protects: [A, B]\n    conditions:\n"
        "      - {kind: NO_CONTACT, protects: [A], by: [SOCIAL], begins: 2024-02-02, ends: 2024-03-01}\n"
        "      - {kind: STAY_AWAY_PLACE, protects: [B], place: HOME}\n"
    )
    holds(asked([], order("persons: {A: EXPIRED, B: ENFORCEABLE}, conditions: [STAY_AWAY_PLACE]"), orders))
    holds(asked([], order("status: NOT_YET_IN_FORCE", when="2024-02-01T12:00:00+01:00"), orders))
    holds(
        asked(
            [],
            "ask: breach, of: CONTACT_ONLINE, at: '2024-06-01T12:00:00+02:00', expect: {breaks: [NO_CONTACT]}",
            orders,
        )
    )


def test_an_answer_that_differs_is_said():
    orders = "orders:\n  order: {court: FR, issued: 2024-02-01, protects: [A]}\n"
    expect = "status: EXPIRED, persons: {A: EXPIRED, Z: EXPIRED}, duties: [SING]"
    (result,) = answers(asked([], order(expect), orders))
    assert result.differs == (
        "status: ENFORCEABLE, expected EXPIRED",
        "persons of A: ENFORCEABLE, expected EXPIRED",
        "persons of Z: nothing, expected EXPIRED",
        "duties: SING is missing",
    )


def test_claims_to_act_are_asked():
    question = (
        "ask: claims to act, of: CONTACT_ONLINE, acted in: US-CA, felt in: [DE], received in: [DE-BE], stays in: FR, "
        "aimed at: [FR, FR, ES], expect: {claims: [US-CA CONDUCT_TOOK_PLACE_THERE, DE EFFECT_FELT_THERE, "
        "DE CONTENT_RECEIVED_THERE, FR PROTECTED_PERSON_STAYS_THERE, FR REPEATED_CONDUCT_AIMED_AT_RESIDENTS]}"
    )
    holds(asked([], question))
    holds(asked([], "ask: claims to act, of: THREAT, expect: {claims: []}"))


def test_commands_are_decided_or_refused():
    when = "on: 2024-06-01, at: '2024-06-01T12:00:00+02:00'"
    holds(asked([], f"ask: command, command: revoke, in: FR, {when}, expect: {{accepted: OrderRevoked}}"))
    holds(asked([], f"ask: command, command: revoke, in: DE, {when}, expect: {{refused: no-power-over-this-order}}"))
    ask = f"ask: command, command: ask recognition, in: ES, protected person asks: no, {when}"
    holds(asked([], f"{ask}, expect: {{accepted: RecognitionAsked}}"))
    (story,) = read_stories((HEAD + asked([], f"{ask}, expect: {{refused: no}}")).encode())
    assert run(story)[0].differs == ("refused: nobody-decides-here, expected no",)


def test_filings_may_be_told_if_the_protected_person_asks():
    fact = "fact: registered, order: order, on: 2024-03-01, in: US-CA, protected person asks to tell respondent: yes"
    holds(asked([fact], "ask: disclosure, of: filing notice, in: US-CA, expect: {allowed: told}"))
    # What was not filed there is no filing to tell of.
    refused = "expect: {refused: respondent-must-not-be-told, cite: '18 USC 2265 (d)(1)'}"
    holds(asked([fact], f"ask: disclosure, of: filing notice, in: US-NV, {refused}"))
    holds(asked([], "ask: disclosure, of: notice to respondent, expect: {allowed: nothing}"))


WRONG = [
    ("story: [", "line 1: this is not YAML"),
    ("story: X\nstory: Y", "line 2: a name that comes twice"),
    ("story: &a X\ntitle: *a", "an alias is not allowed"),
    ("[" * 14 + "]" * 14, "nested too deep"),
    ("x", "names with values are expected here"),
    ("title: t", "'story' is missing"),
    ("story: [a]", "a word is expected here"),
    (HEAD, "a story asks something"),
    (HEAD + "colour: red\noutside: x", "line 4: a name that means nothing here"),
    (HEAD + "orders: x", "names with values are expected here"),
    (HEAD + "orders:\n  o: {court: France, issued: 2024-02-01}", "a code of a jurisdiction"),
    (HEAD + "orders:\n  o: {court: FR, issued: soon}", "a date (2024-02-10)"),
    (HEAD + "orders:\n  o: {court: FR, issued: '2024-02-01T10:00+01:00'}", "no offset"),
    (HEAD + "orders:\n  o: {court: FR, issued: 2024-02-01, kind: NICE}", "not one of: "),
    (HEAD + "facts:\n  - {fact: sang}", "no such fact; there are: "),
    (HEAD + "facts:\n  - {fact: served, order: x}", "no such order"),
    (HEAD + "facts:\n  - {fact: recognition granted, on: 2024-01-01}", "a 'recognition asked' comes first"),
    (HEAD + ORDER + "facts:\n  - {fact: served, order: order, on: 2024-02-02, terms: one}", "a number"),
    (HEAD + ORDER + "facts:\n  - {fact: served, order: order, on: 2024-02-02, respondent: Z}", "no such party"),
]
ASKED_WRONG = [
    ("ask: why, expect: {}", "no such question"),
    ("in: FR, at: soon, expect: {}", "an instant such as"),
    ("in: FR, at: '2024-06-01T12:00:00', expect: {}", "an instant needs an offset"),
    ("in: FR, at: '2024-06-01T12:00:00+02:00', expect: {colour: red}", "nothing of that name is answered"),
    ("ask: command, command: sing, on: 2024-06-01, at: '2024-06-01T12:00:00+02:00', expect: {}", "no such command"),
    (
        "ask: command, command: refuse recognition, on: 2024-06-01, at: '2024-06-01T12:00:00+02:00', expect: {}",
        "no such procedure",
    ),
    ("ask: duties, order: none, at: '2024-06-01T12:00:00+02:00', expect: {}", "an order that is known then"),
]


@pytest.mark.parametrize(("text", "what"), WRONG)
def test_a_mistake_is_told_with_its_line(text, what):
    with pytest.raises(StoryUnreadable) as told:
        read_stories(text.encode())
    assert what in str(told.value)


@pytest.mark.parametrize(("question", "what"), ASKED_WRONG)
def test_a_question_that_cannot_be_read_is_told(question, what):
    with pytest.raises(StoryUnreadable) as told:
        answers(asked([], question))
    assert what in str(told.value)


def test_several_orders_must_be_told_apart():
    two = ORDER + "  other: {court: FR, issued: 2024-02-01}\n"
    with pytest.raises(StoryUnreadable, match="several orders"):
        answers(asked([], order("status: X"), two))


def test_a_file_that_is_too_long_is_not_read():
    with pytest.raises(StoryUnreadable, match="too long"):
        read_stories(b" " * (MAXIMUM_BYTES + 1))


def test_an_empty_file_has_no_story():
    assert read_stories(b"") == ()


def test_the_report_says_what_differs_and_what_cannot_be_read():
    differs = (HEAD + asked([], order("status: EXPIRED"))).encode()
    report = law_test([("a.yaml", differs), ("b.yaml", b"story: ["), ("c.yaml", (HEAD + ORDER + ASK).encode())])
    assert not report.ok
    assert (report.passed, report.failed, report.unreadable) == (1, 1, 1)
    assert "line 7: status: ENFORCEABLE, expected EXPIRED" in report.text
    assert "UNREADABLE  b.yaml: line 1" in report.text


def test_an_explanation_goes_step_by_step():
    facts = "facts:\n  - {fact: served, order: order, on: 2024-02-03}\n"
    facts += "  - {fact: certified, order: order, on: 2024-03-15}\n"
    (story,) = read_stories((HEAD + ORDER + facts + ASK).encode())
    dossier, noon = story.dossier(story.cast.orders["order"]), at("2024-06-01T12:00:00+02:00")
    said = law_explain(dossier, Jurisdiction("ES"), valid_at=noon)
    assert said.startswith("IN FORCE: ENFORCEABLE (AUTOMATIC)")
    assert "1. Is there a record? yes." in said
    assert "Over here at: 2025-03-16T00:00:00+01:00" in said
    assert "Besides: PROTECTION_ORDERS_AVAILABLE" in said
    assert "from memory" in law_explain(dossier, Jurisdiction("GB-SCT"), valid_at=noon)
    nothing = law_explain(
        story.dossier(story.cast.orders["order"]),
        Jurisdiction("XX"),
        valid_at=at("2020-01-01T00:00:00+00:00"),
        known_at=at("2020-01-01T00:00:00+00:00"),
    )
    assert nothing.endswith("Absence of a record is not absence of an order.")


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ("expect: {}", "line 7: an expectation of nothing"),
        ("expect: {status: ENFORCEABLE}, without: {status: [X]}", "line 7: only of a list"),
        ("expect: {status: ENFORCEABLE}, without: {stat: [X]}", "line 7: only of a list"),
    ],
)
def test_a_question_that_would_hold_of_everything_is_refused(more, what):
    text = HEAD + ORDER + f"questions:\n  - {{in: FR, at: '2024-06-01T12:00:00+02:00', {more}}}\n"
    with pytest.raises(StoryUnreadable, match=what):
        run(read_stories(text.encode())[0], decide)


def test_an_empty_list_is_nothing_and_what_is_absent_is_absent():
    asked_so = "in: FR, at: '2024-06-01T12:00:00+02:00', expect: {conditions: [], persons: {P: ENFORCEABLE}}"
    text = HEAD + ORDER + f"questions:\n  - {{{asked_so}, without: {{conditions: [NO_CONTACT, NO_VIOLENCE]}}}}\n"
    (result,) = run(read_stories(text.encode())[0], decide)
    assert result.differs == ("conditions: NO_CONTACT, expected nothing", "conditions: NO_CONTACT is there")


@pytest.mark.parametrize(
    ("fact", "what"),
    [
        ("{fact: recognition asked, order: order, in: DE, under: eu-2011-9, on: 2024-02-03}", "line 7: not one of"),
        ("{fact: taken back, order: order, what: revoked, on: 2024-02-03}", "line 7: no such fact was told"),
        ("{fact: taken back, order: order, what: issued, which: 2, on: 2024-02-03}", "line 7: no such fact was told"),
        ("{fact: varied, order: order, adds: [P], conditions: [NO_CONTACT], on: 2024-02-03}", "line 7: this person"),
    ],
)
def test_a_fact_that_cannot_be_is_told_with_its_line(fact, what):
    with pytest.raises(StoryUnreadable, match=what):
        read_stories((HEAD + ORDER + f"facts:\n  - {fact}\n" + ASK).encode())


def test_the_reference_lists_the_words_that_a_story_may_use():
    """`python -m tests.law.words` writes them."""
    assert REFERENCE.read_text().endswith(section())


SEQUELS = read_stories(Path(__file__).with_name("sequels.yaml").read_bytes())


@pytest.mark.parametrize("story", SEQUELS, ids=lambda story: story.name)
def test_a_story_of_what_came_of_earlier_facts_comes_out_as_it_says(story):
    """Corrections, links and duties done, which the journeys of other tests tell by hand."""
    assert [result.differs for result in run(story, decide)] == [()] * len(story.questions)


def explained(orders, facts, place, when, which):
    text = f"story: S\ntitle: t\nbasis: b\norders:\n{orders}facts:\n{facts}questions:\n"
    text += f"  - {{order: {which}, in: {place}, at: '{when}', expect: {{terms: 1}}}}\n"
    (story,) = read_stories(text.encode())
    refs = story.cast.orders
    return refs, law_explain(story.dossier(refs[which]), Jurisdiction(place), valid_at=at(when))


PAIR = "  a: {court: AU-NSW, issued: 2024-01-10}\n  b: {court: AU-VIC, issued: 2024-02-10}\n"
BOTH = "  - {fact: served, order: a, on: 2024-01-12}\n  - {fact: served, order: b, on: 2024-02-12}\n"


def test_an_explanation_names_the_order_that_took_this_ones_place():
    refs, said = explained(PAIR, BOTH, "AU-NSW", "2024-04-20T10:00:00+10:00", "a")
    assert f"Order asked about: {refs['a']}" in said
    assert f"Protected person 1: SUPERSEDED, by order {refs['b']}" in said


def test_an_explanation_names_the_order_that_prevails_and_the_one_enforced():
    refs, said = explained(
        PAIR.replace("AU-NSW", "US-CA").replace("AU-VIC", "US-CA"), BOTH, "US-CA", "2024-04-20T10:00:00-07:00", "a"
    )
    assert f"Order that prevails here: {refs['b']}" in said
    assert "Order enforced" not in said
    orders = "  a: {court: ES, issued: 2024-01-10, kind: EUROPEAN_PROTECTION_ORDER, nature: CRIMINAL}\n"
    orders += "  b: {court: DE, issued: 2024-02-10, kind: IMPORTED_MEASURE, adopted from: a}\n"
    facts = "  - {fact: recognition asked, order: a, in: DE, on: 2024-01-15}\n"
    facts += "  - {fact: recognition granted, on: 2024-02-10, adopting: b}\n"
    refs, said = explained(orders, facts, "DE", "2024-04-20T10:00:00+02:00", "a")
    assert f"Order enforced in its place: {refs['b']}" in said


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("DE", "MIN_DISTANCE: enforceable, 50 metres as adjusted here; in the order, 100 metres"),
        ("ES", ", 100 metres\n"),
    ],
)
def test_an_explanation_gives_the_distances_as_they_read_there(place, says):
    order = "  a: {court: FR, issued: 2024-01-10, conditions: [{kind: MIN_DISTANCE, metres: 100, place: HOME}]}\n"
    order = order.replace(", place: HOME", "")
    facts = "  - {fact: certified, order: a, on: 2024-01-12}\n"
    facts += "  - {fact: adjusted, order: a, in: DE, on: 2024-02-01, condition: 1, metres: 50}\n"
    assert says in explained(order, facts, place, "2024-02-20T10:00:00+01:00", "a")[1]


@pytest.mark.parametrize(
    ("code", "meant"), [("PR", "US-PR"), ("US", "a part of it, such as US-AK"), ("JP", ""), ("US-ZZ", "")]
)
def test_an_unknown_code_points_at_the_known_one(code, meant):
    assert not is_known(Jurisdiction(code))
    assert meant_by(Jurisdiction(code)) == meant
