"""Who goes with whom when a party is erased, and what is refused first."""

from dataclasses import replace

import pytest

from registry.commands.erasure import EraseFormer, EraseParty, EraseQueries
from registry.decisions import erasure
from registry.errors import Conflict, Refused
from registry.law.erasable import Breach, Case
from registry.values.erasure import ErasureGround, ImpedimentCode
from registry.values.identifiers import PartyRef, SubjectId
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import DAY, Instant
from tests.given import ORDER, PROTECTED, RESPONDENT, World, at, day, enter, ref

NOW = at("2044-03-20T12:00:00+00:00")
ERASE = EraseParty(order_ref=ORDER, party=PROTECTED, ground=ErasureGround.RETENTION_OVER)
KEYS = {SubjectId(ORDER): b"o" * 16, SubjectId(PROTECTED): b"p" * 16, SubjectId(RESPONDENT): b"r" * 16}


def case(**more):
    world = World()
    world.do(enter(**more))
    return Case(order=world.order(ORDER))


def erased(command=ERASE, of=None, keys=KEYS):
    return [
        (event.subject, event.key_id)
        for event in erasure.decide(command, of or case(), keys=keys, documents={}, now=NOW)
    ]


def test_one_party_goes_alone():
    assert erased() == [(PROTECTED, "70" * 16)]


def test_the_last_party_takes_the_order_along_once():
    left = {subject: key for subject, key in KEYS.items() if subject != RESPONDENT}
    assert erased(keys=left) == [(PROTECTED, "70" * 16), (ORDER, "6f" * 16)]
    assert erased(keys={SubjectId(PROTECTED): b"p" * 16}) == [(PROTECTED, "70" * 16)]


def test_who_was_never_sealed_or_is_erased_already_changes_nothing():
    assert erased(keys={SubjectId(RESPONDENT): b"r" * 16}) == []


def test_somebody_else_is_refused():
    with pytest.raises(Refused, match="no-such-party"):
        erased(replace(ERASE, party=PartyRef(ref("nobody"))))


def test_the_first_impediment_is_told_with_its_law():
    with pytest.raises(Conflict) as caught:
        erased(of=replace(case(), breaches=(Breach(occurred=day("2024-03-01")),)))
    assert (caught.value.code, caught.value.cite) == ("breach-open", "Regulation (EU) 2016/679 Art 17(3)(e)")


def test_every_impediment_has_a_refusal():
    assert set(erasure._CODES) == set(ImpedimentCode)  # noqa: SLF001  # a closed list is held to be whole


def test_a_document_goes_with_anybody_whose_key_sealed_it():
    documents = {ref("both"): {b"p" * 16, b"r" * 16}, ref("one"): {b"p" * 16}, ref("other"): {b"r" * 16}}
    left = {subject: key for subject, key in KEYS.items() if subject != RESPONDENT}
    events = erasure.decide(ERASE, case(), keys=left, documents=documents, now=NOW)
    assert [each.documents for each in events] == [tuple(sorted((ref("both"), ref("one")))), ()]


FORMER = EraseFormer(order_ref=ORDER, party=PROTECTED, ground=ErasureGround.RECTIFIED)


def former_erased(*ages, command=FORMER):
    """Give the keys that go of former ones set aside so many microseconds ago."""
    keys = [(SubjectId(ref(f"former {number}")), bytes([number]) * 16) for number in range(len(ages))]
    right = {subject: Instant(NOW - age) for (subject, _), age in zip(keys, ages, strict=True)}
    events = erasure.decide_former(
        command, case().order, documents={}, former={PROTECTED: keys}, set_right=right, now=NOW
    )
    return [(event.key_id[:2], event.former_of) for event in events]


def test_of_what_was_set_right_each_key_goes_28_days_after_its_own_correction():
    assert former_erased() == []
    assert former_erased(40 * DAY, 28 * DAY, 28 * DAY - 1) == [("00", PROTECTED), ("01", PROTECTED)]
    with pytest.raises(Conflict) as caught:
        former_erased(28 * DAY - 1, 0)
    assert (caught.value.code, caught.value.cite) == (
        "waiting-period-runs",
        "Regulation (EU) 2016/679 Art 5(1)(f), 12(3)",
    )


def test_of_what_was_set_right_nothing_goes_of_somebody_else_or_on_another_ground():
    with pytest.raises(Refused, match="no-such-party"):
        former_erased(command=replace(FORMER, party=PartyRef(ref("nobody"))))
    with pytest.raises(Refused, match="ground-does-not-fit"):
        former_erased(command=replace(FORMER, ground=ErasureGround.RETENTION_OVER))


QUERIES = EraseQueries(subject=SubjectId(ref("audit")), institution="de-polizei", month="2042-05")


def queries_erased(place="DE", key=b"k" * 16, now=NOW):
    return erasure.decide_queries(QUERIES, jurisdiction=Jurisdiction(place), key=key, now=now)


def test_queries_go_when_the_law_of_the_place_lets_them_and_not_before():
    (event,) = queries_erased()
    assert (event.institution, event.month, event.key_id) == ("de-polizei", "2042-05", "6b" * 16)
    assert event.basis == "BDSG s 76(4)"
    assert queries_erased(key=None) == ()
    with pytest.raises(Conflict) as caught:
        queries_erased(now=at("2043-12-31T22:59:59+00:00"))
    assert (caught.value.code, caught.value.cite) == ("retention-period-runs", "BDSG s 76(4)")
    assert queries_erased(now=at("2043-12-31T23:00:00+00:00"))


def test_queries_of_a_place_whose_law_nobody_here_knows_are_kept():
    with pytest.raises(Conflict, match="no-retention-rule"):
        queries_erased("NZ")
