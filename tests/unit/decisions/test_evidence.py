"""Evidence of a notice's transport: each kind once, in any order, the highest priority counts, time runs out once."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.commands.notice import (
    AcknowledgeNotice,
    IssueNotice,
    NoteTransportTimeout,
    ReceiveContainer,
    RecordEvidence,
)
from registry.decisions import notice
from registry.decisions.notice import EVIDENCE_WITHIN
from registry.errors import Refused
from registry.events.notice import NoticeAcknowledged, NoticeEvidenced
from registry.values.identifiers import FactId, NoticeRef
from registry.values.notice import (
    ContainerFault,
    Evidence,
    EvidenceReason,
    NoticeKind,
    TransportState,
    priority,
    transport_state,
)
from registry.values.parties import Document
from registry.values.time import MINUTE, Instant
from tests.given import BERLIN, ORDER, World, at, enter, ref

NOW = at("2024-03-20T12:00:00+00:00")
ISSUE = IssueNotice(
    notice_ref=NoticeRef(ref("notice")),
    order_ref=ORDER,
    about=FactId(ref("fact 1")),
    kind=NoticeKind.RECOGNITION_ASKED,
    recipient=BERLIN,
    jurisdiction="DE",
    due=Instant(NOW + EVIDENCE_WITHIN),
    basis="-",
)
KINDS = st.lists(st.sampled_from(Evidence), max_size=9)


def record(kind, when=NOW):
    return RecordEvidence(notice_ref=ISSUE.notice_ref, evidence=kind, at=when)


def issued(*kinds):
    world = World()
    world.do(ISSUE, NOW)
    for kind in kinds:
        world.do(record(kind), NOW)
    return world


def timeout(world, minutes):
    return world.do(
        NoteTransportTimeout(notice_ref=ISSUE.notice_ref), Instant(NOW + EVIDENCE_WITHIN + minutes * MINUTE)
    )


def state_of(world):
    state = None
    for fact in world.streams[ISSUE.notice_ref]:
        state = notice.evolve(state, fact)
    return state


def test_there_is_a_state_for_every_kind_of_evidence_and_one_for_none():
    assert transport_state([]) is TransportState.NOT_SENT
    assert len({transport_state([kind]) for kind in Evidence}) == len(Evidence)
    assert [priority(kind) for kind in Evidence] == list(range(1, 10))


def test_the_order_of_arrival_does_not_matter():
    kinds = (Evidence.SUBMISSION_ACCEPTANCE, Evidence.RELAY_REMMD_FAILURE, Evidence.DELIVERY)
    states = {
        transport_state(each.evidence for each in state_of(issued(*order)).evidence) for order in permutations(kinds)
    }
    assert states == {TransportState.DELIVERED}


@given(KINDS)
def test_each_kind_is_recorded_once_and_only_fetching_acknowledges(kinds):
    world = issued(*kinds)
    events = [fact.event for fact in world.streams[ISSUE.notice_ref]]
    assert [each.evidence for each in events if isinstance(each, NoticeEvidenced)] == list(dict.fromkeys(kinds))
    assert any(isinstance(each, NoticeAcknowledged) for each in events) is (Evidence.RETRIEVAL in kinds)


@given(KINDS, st.integers(0, 10))
def test_what_ran_out_is_noted_once_and_only_where_something_was_waited_for(kinds, minutes):
    world = issued(*kinds)
    waits = max(kinds, key=priority, default=None) in {Evidence.SUBMISSION_ACCEPTANCE, Evidence.RELAY_REMMD_ACCEPTANCE}
    noted = timeout(world, minutes)
    assert bool(noted) is (waits and minutes > 0)
    assert timeout(world, 20) == () if noted else True
    assert all(
        each.reason in {EvidenceReason.RELAY_REMMD_TIMEOUT, EvidenceReason.DELIVERY_EVIDENCE_TIMEOUT} for each in noted
    )


def test_a_container_is_kept_with_its_fault_for_the_order_of_its_notice_alone():
    world = issued()
    document = Document(blob=ref("blob"), commitment="c2VhbGVk", media_type="text/plain", size=4)
    receive = ReceiveContainer(
        notice_ref=ISSUE.notice_ref, order_ref=ORDER, fault=ContainerFault.DIGEST_MISMATCH, document=document
    )
    (received,) = world.do(receive, NOW)
    assert (received.fault, received.document) == (ContainerFault.DIGEST_MISMATCH, document)
    assert state_of(world).containers == (received,)
    for wrong, code in (
        (replace(receive, order_ref=ref("another order")), "no-such-notice"),
        (replace(receive, document=None), "document-needed"),
    ):
        with pytest.raises(Refused) as refusal:
            world.do(wrong, NOW)
        assert refusal.value.code == code


def test_what_was_acknowledged_is_not_acknowledged_again_by_being_fetched():
    world = issued()
    world.do(AcknowledgeNotice(notice_ref=ISSUE.notice_ref, by=BERLIN), NOW)
    (evidenced,) = world.do(record(Evidence.RETRIEVAL), NOW)
    assert isinstance(evidenced, NoticeEvidenced)


def test_a_fact_of_another_noun_changes_no_notice():
    world = issued(Evidence.DELIVERY)
    world.do(enter())
    (entered,) = world.streams[ORDER]
    assert notice.evolve(state_of(world), entered) == state_of(world)
    assert notice.evolve(None, entered) is None
