"""The ledger knows each file of the trust list once, and no version with two contents."""

import pytest

from registry.commands.keylist import RecordKeyList
from registry.decisions.keylist import MAXIMUM_FILES, Published, decide, evolve
from registry.errors import Conflict, Refused
from registry.events.base import Actor, Fact
from registry.events.feed import FeedRead
from registry.events.keylist import KeyListUpdated
from registry.values.identifiers import FactId, InstitutionId, KeyId
from registry.values.jurisdiction import Jurisdiction
from registry.values.keylist import PublishedFile, key_list_stream
from registry.values.time import Instant
from tests.given import ref

STREAM = key_list_stream(ref("ledger"))


def file(role: str, version: int, content: str = "a", folder: str = "metadata") -> PublishedFile:
    return PublishedFile(path=f"{folder}/{version}.{role}", role=role, version=version, sha256=content * 64)


def said(*files: PublishedFile) -> RecordKeyList:
    return RecordKeyList(stream=STREAM, files=files)


def after(*publications: tuple[PublishedFile, ...]) -> Published | None:
    published = None
    for files in publications:
        published = evolve(published, fact(KeyListUpdated(files=files)))
    return published


def fact(event) -> Fact:
    actor = Actor(institution=InstitutionId("registry"), key_id=KeyId("registry"))
    return Fact(
        fact_id=FactId(ref("fact")),
        stream=STREAM,
        version=1,
        recorded_at=Instant(0),
        actor=actor,
        correlation=ref("fact"),
        event=event,
    )


def test_what_is_new_is_a_fact_and_what_was_said_is_none():
    one, two = file("root", 1), file("timestamp", 1)
    assert decide(said(one, two), None) == (KeyListUpdated(files=(one, two)),)
    assert decide(said(one, two), after((one, two))) == ()
    newer = file("timestamp", 2, "b")
    assert decide(said(one, newer), after((one, two))) == (KeyListUpdated(files=(newer,)),)
    assert decide(said(newer), after((one, two), (newer,))) == ()


def test_a_list_and_its_document_are_two_things():
    document, keys = file("FR", 2), file("FR", 2, "b", "targets/FR")
    assert decide(said(keys, document), after((file("FR", 1),))) == (KeyListUpdated(files=(keys, document)),)


@pytest.mark.parametrize("again", [file("root", 2, "b"), file("root", 1), file("root", 1, "b")])
def test_no_version_has_two_contents_and_none_goes_back(again: PublishedFile):
    with pytest.raises(Conflict, match="key-list-went-backwards"):
        decide(said(again), after((file("root", 2),)))
    with pytest.raises(Conflict, match="key-list-went-backwards"):
        decide(said(file("root", 2), again), None)


def test_a_publication_has_a_bound():
    with pytest.raises(Refused, match="too-many"):
        decide(said(*(file("root", number + 1) for number in range(MAXIMUM_FILES + 1))), None)


def test_a_stream_of_another_noun_is_no_trust_list():
    other = FeedRead(
        source="s",
        jurisdiction=Jurisdiction("FR"),
        read_at=Instant(0),
        records=0,
        accepted=0,
        needs_attention=0,
        rejected=0,
    )
    assert evolve(None, fact(other)) is None


def test_each_ledger_has_its_own_stream():
    assert key_list_stream(ref("ledger")) != key_list_stream(ref("another"))
