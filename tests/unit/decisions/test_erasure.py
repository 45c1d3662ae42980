"""Who goes with whom when a party is erased, and what is refused first."""

from dataclasses import replace

import pytest

from registry.commands.erasure import EraseParty
from registry.decisions import erasure
from registry.errors import Conflict, Refused
from registry.law.erasable import Breach, Case
from registry.values.erasure import ErasureGround, ImpedimentCode
from registry.values.identifiers import PartyRef, SubjectId
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
