"""The small rooms of the law: folds, powers, jurisdictions, the book of instruments, the word."""

from datetime import date
from uuid import UUID

import pytest

from registry.commands.issuance import CorrectOrder, VaryOrder
from registry.events.issuance import OrderCorrected, OrderIssued, OrderRevoked
from registry.events.recognition import RecognitionSupplemented
from registry.law import procedure, standing
from registry.law.book import instruments, named, reaching
from registry.law.citation import Citation
from registry.law.jurisdictions import (
    EUROPEAN_UNION,
    GREAT_BRITAIN_AND_NORTHERN_IRELAND,
    UNITED_KINGDOM_EXIT,
    ZONES,
    Bound,
    is_known,
    law_area,
    zone_of,
)
from registry.law.scope import claim_of
from registry.law.verdict import ENFORCEABLE_STATUSES
from registry.law.word import WORD_TABLE, overall, word
from registry.values.check import EnforcementStatus, SourceState, Word
from registry.values.issuance import EndReason, OrderKind, PartyRole
from registry.values.recognition import RefusalGround
from registry.values.time import Instant, zone_info
from tests.given import (
    BERLIN,
    MEASURE,
    ORDER,
    OTHER_RESPONDENT,
    PROTECTED,
    RECOGNITION,
    RESPONDENT,
    World,
    condition,
    day,
    details,
    enter,
    party,
)


def entered(**given):
    world = World()
    world.do(enter(**given))
    return world


def test_a_stream_starts_with_its_first_fact():
    fact = entered().streams[ORDER][0]
    assert procedure.evolve(None, fact) is None
    world = World()
    world.record(RECOGNITION, RecognitionSupplemented(recognition_ref=RECOGNITION, order_ref=ORDER, supplied=()), 0)
    assert standing.evolve(None, world.streams[RECOGNITION][0]) is None


def test_facts_of_another_noun_and_a_second_beginning_change_nothing():
    world = entered()
    order = world.order(ORDER)
    world.record(ORDER, OrderIssued(order_ref=ORDER, details=details("DE")), 0)
    world.record(ORDER, RecognitionSupplemented(recognition_ref=RECOGNITION, order_ref=ORDER, supplied=()), 0)
    assert world.order(ORDER) == order


def test_a_procedure_ignores_what_is_not_its_own():
    world = entered()
    asked = procedure.Procedure(
        recognition_ref=RECOGNITION,
        order_ref=ORDER,
        jurisdiction="DE",
        authority=BERLIN,
        instrument="eu-2011-99",
        asked=day("2024-03-01"),
        state=procedure.ProcedureState.PENDING,
        asked_fact=world.streams[ORDER][0].fact_id,
    )
    assert procedure.evolve(asked, world.streams[ORDER][0]) is asked


def test_an_empty_stream_is_nothing():
    assert standing.fold(()) is None
    assert procedure.fold(()) is None
    assert standing.fold(entered().streams[ORDER], known_at=Instant(0)) is None


def test_a_correction_of_terms_names_a_version_or_means_the_last():
    world = entered()
    world.do(VaryOrder(order_ref=ORDER, conditions=(condition(),), made=day("2024-03-01"), varied_in="FR"))
    corrects = world.streams[ORDER][0].fact_id
    world.do(CorrectOrder(order_ref=ORDER, corrects=corrects, terms=1, conditions=(condition(metres=1),)))
    world.do(CorrectOrder(order_ref=ORDER, corrects=corrects, conditions=(condition(metres=2),)))
    assert [terms.conditions[0].metres for terms in world.order(ORDER).terms] == [1, 2]


def test_a_correction_of_the_day_of_issue_is_of_the_first_terms_too():
    world = entered()
    world.do(CorrectOrder(order_ref=ORDER, corrects=world.streams[ORDER][0].fact_id, issued=day("2024-01-15")))
    assert world.order(ORDER).terms[0].made == day("2024-01-15")


def test_a_correction_replaces_the_blocks_it_brings_and_keeps_the_others():
    given = (
        party(PartyRole.PROTECTED, PROTECTED, identity="old name", address="old address", withheld=("address",)),
        party(),
    )
    world = entered(parties=given)
    fixed = party(PartyRole.PROTECTED, PROTECTED, identity="new name", contact="plan", withheld=("phone",))
    world.do(CorrectOrder(order_ref=ORDER, corrects=world.streams[ORDER][0].fact_id, parties=(fixed,)))
    protected, respondent = world.order(ORDER).details.parties
    assert (protected.identity, protected.address, protected.contact) == ("new name", "old address", "plan")
    assert protected.withheld == ("address", "phone")
    assert respondent == party()


def test_a_correction_brings_nobody_in():
    world = entered()
    stranger = (party(party_ref=OTHER_RESPONDENT),)
    corrects = world.streams[ORDER][0].fact_id
    world.record(ORDER, OrderCorrected(order_ref=ORDER, corrects=corrects, parties=stranger), 0)
    assert {p.party_ref for p in world.order(ORDER).details.parties} == {PROTECTED, RESPONDENT}


def test_the_earliest_end_counts_in_whatever_order_it_is_told():
    world = entered()
    for from_ in ("2024-05-01", "2024-04-01", "2024-06-01"):
        ended = OrderRevoked(order_ref=ORDER, from_=day(from_), reason=EndReason.WITHDRAWN, revoked_in="FR")
        world.record(ORDER, ended, 0)
    assert world.order(ORDER).end.at == day("2024-04-01").begins()
    late = world.streams[ORDER][1]
    assert standing.evolve(world.order(ORDER), late).end.at == day("2024-04-01").begins()


def test_an_order_that_begins_with_its_issue():
    assert entered().order(ORDER).valid_from() == day("2024-02-01")
    assert entered(valid_from=day("2024-03-01")).order(ORDER).valid_from() == day("2024-03-01")


@pytest.mark.parametrize(
    ("code", "area"), [("DE-BE", "DE"), ("US-CA", "US-CA"), ("GB-SCT", "GB-SCT"), ("NZ", "NZ"), ("CA-SK", "CA-SK")]
)
def test_the_law_area_of_a_code(code, area):
    assert law_area(code) == area


def test_every_area_has_a_zone_that_exists():
    for code, zone in ZONES.items():
        assert zone_info(zone).key == zone
        assert zone_of(code) == zone
        assert is_known(code)
    assert zone_of("XX") is None
    assert is_known("US-X-HOPI")
    assert not is_known("US")
    assert len(EUROPEAN_UNION) == 27
    assert set(ZONES) >= GREAT_BRITAIN_AND_NORTHERN_IRELAND
    assert date(2021, 1, 1) == UNITED_KINGDOM_EXIT


def test_every_state_of_the_united_states_is_known():
    states = (
        "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH "
        "OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR VI GU MP AS"
    )
    assert {code for code in ZONES if code.startswith("US-") and "-X-" not in code} == {
        f"US-{code}" for code in states.split()
    }


def test_who_is_bound_is_bound_from_a_day_to_a_day():
    bound = Bound(since=date(2015, 1, 11), until=UNITED_KINGDOM_EXIT)
    assert [bound.on(day) for day in (date(2015, 1, 10), date(2015, 1, 11), date(2020, 12, 31), date(2021, 1, 1))] == [
        False,
        True,
        True,
        False,
    ]
    assert Bound(since=date(2015, 1, 11)).on(date(2999, 1, 1))


def test_the_book_is_found_by_scan_in_the_order_of_its_codes():
    codes = [instrument.CODE for instrument in instruments()]
    assert codes == sorted(codes)
    assert {"domestic", "eu-606-2013", "eu-2011-99"} <= set(codes)
    assert named("domestic").NAME == "Law of the place of issue"
    assert named("nothing") is None


def test_an_instrument_sees_a_claim_and_no_more():
    claim = claim_of(entered().order(ORDER), (), "ES", Instant(0))
    assert (claim.issued_in, claim.sought_in, claim.zone, claim.imported) == ("FR", "ES", "Europe/Madrid", False)
    assert [each.CODE for each in reaching(claim)] == ["eu-606-2013"]
    assert claim_of(entered().order(ORDER), (), "XX", Instant(0)).zone == "Europe/Paris"
    assert not any(isinstance(getattr(claim, field), UUID) for field in claim.__slots__)


def test_grounds_of_refusal_are_a_table_for_each_state():
    grounds = named("eu-2011-99").grounds
    assert RefusalGround.RESPONDENT_NOT_HEARD in grounds("DE")
    assert RefusalGround.RESPONDENT_NOT_HEARD not in grounds("FR")
    assert len(grounds("FR")) == 9
    assert RefusalGround.TERRITORIALITY not in grounds("HR")
    assert named("eu-606-2013").grounds("ES") == {RefusalGround.PUBLIC_POLICY, RefusalGround.IRRECONCILABLE}
    assert named("domestic").grounds("ES") == frozenset()


def test_a_citation_reads_as_a_lawyer_writes_it():
    assert str(Citation(instrument="Act", provision="s 1")) == "Act s 1"
    assert str(Citation(instrument="Act", provision="")) == "Act"


def test_the_word_is_one_table():
    assert len(WORD_TABLE) == len(EnforcementStatus) * len(SourceState)
    for (status, source), said in WORD_TABLE.items():
        assert said is word(status, source)
        if said is Word.IN_FORCE:
            assert source is SourceState.CURRENT
            assert status in ENFORCEABLE_STATUSES
        if said is Word.NOT_IN_FORCE and source is not SourceState.CURRENT:
            assert status in {EnforcementStatus.REVOKED, EnforcementStatus.DISCONTINUED}
    for source in SourceState:
        assert word(EnforcementStatus.NO_RECORD, source) is Word.CANNOT_TELL
        assert word(EnforcementStatus.CONFLICTING_SOURCES, source) is Word.CANNOT_TELL
    for status in EnforcementStatus:
        assert word(status, SourceState.DOUBTFUL) is Word.CANNOT_TELL
    assert word(EnforcementStatus.EXPIRED, SourceState.STALE) is Word.CANNOT_TELL
    assert word(EnforcementStatus.EXPIRED, SourceState.CURRENT) is Word.NOT_IN_FORCE
    assert word(EnforcementStatus.PARTIAL, SourceState.CURRENT) is Word.IN_FORCE


def test_not_in_force_is_said_only_when_nobody_else_may_be_meant():
    over, stands = Word.NOT_IN_FORCE, Word.IN_FORCE
    assert overall([over]) is over
    assert overall([over], settled=False) is overall([over, Word.CANNOT_TELL]) is overall([]) is Word.CANNOT_TELL
    assert overall([over, stands], settled=False) is stands


def test_an_adopted_measure_is_known_by_its_origin():
    world = World()
    world.do(enter(MEASURE, jurisdiction="DE", origin=ORDER, kind=OrderKind.IMPORTED_MEASURE))
    assert claim_of(world.order(MEASURE), (), "DE", Instant(0)).imported
