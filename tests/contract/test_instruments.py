"""Every instrument on the shelf keeps the promises of one; a new file is found and held to them by itself."""

import importlib
import sys
import textwrap
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.law import book
from registry.law import instruments as shelf
from registry.law.instrument import Claim, Informing, Instrument
from registry.law.jurisdictions import ZONES, zone_of
from registry.law.procedure import Procedure, ProcedureState
from registry.law.records import Act, Certificate
from registry.values.check import EnforcementStatus
from registry.values.issuance import CertificateForm, ConditionKind, Maker, Nature, OrderKind, Ternary
from registry.values.jurisdiction import Jurisdiction
from registry.values.order import Findings, Hearing
from registry.values.recognition import RefusalGround
from registry.values.time import Instant, LegalMoment
from tests.given import BERLIN, CERTIFICATE, ORDER, RECOGNITION, ref

FOUND = book.scan(shelf)
AREAS = st.sampled_from(sorted(ZONES)) | st.sampled_from(
    [Jurisdiction("XX"), Jurisdiction("US-X-HOPI"), Jurisdiction("")]
)
MOMENTS = st.builds(
    LegalMoment,
    date=st.dates(date(2005, 1, 1), date(2034, 12, 31)),
    zone=st.sampled_from(["UTC", "Europe/Paris", "Australia/Sydney", "America/Los_Angeles"]),
)
TERNARIES = st.sampled_from(Ternary)
ACTS = st.builds(Act, jurisdiction=AREAS, made=MOMENTS)
CERTIFICATES = st.builds(
    Certificate,
    certificate_ref=st.just(CERTIFICATE),
    form=st.sampled_from(CertificateForm),
    issued=MOMENTS,
    withdrawn=st.none() | st.integers(0, 2**51).map(Instant),
)
PROCEDURES = st.builds(
    Procedure,
    recognition_ref=st.just(RECOGNITION),
    order_ref=st.just(ORDER),
    jurisdiction=AREAS,
    authority=st.just(BERLIN),
    instrument=st.sampled_from(["eu-2011-99", "eu-606-2013", "unknown"]),
    asked=MOMENTS,
    state=st.sampled_from(ProcedureState),
    asked_fact=st.just(ref("asked")),
    granted=st.none() | MOMENTS,
    refused=st.none() | MOMENTS,
    grounds=st.lists(st.sampled_from(RefusalGround), max_size=2).map(tuple),
    discontinued=st.none() | MOMENTS,
)
CLAIMS = st.builds(
    Claim,
    issued_in=AREAS,
    sought_in=AREAS,
    at=st.integers(0, 2**51).map(Instant),
    kind=st.sampled_from(OrderKind),
    nature=st.sampled_from(Nature),
    maker=st.sampled_from(Maker),
    issued=MOMENTS,
    imported=st.booleans(),
    hearing=st.builds(
        Hearing,
        ex_parte=TERNARIES,
        notice_given=TERNARIES,
        respondent_present=TERNARIES,
        opportunity_to_be_heard=TERNARIES,
        next_hearing=st.none() | MOMENTS,
    ),
    findings=st.builds(
        Findings,
        mutual=TERNARIES,
        cross_petition=TERNARIES,
        specific_findings=TERNARIES,
        intimate_partner=TERNARIES,
        credible_threat=TERNARIES,
        force_prohibited=TERNARIES,
    ),
    certificates=st.lists(CERTIFICATES, max_size=3).map(tuple),
    declarations=st.lists(ACTS, max_size=2).map(tuple),
    registrations=st.lists(ACTS, max_size=2).map(tuple),
    procedures=st.lists(PROCEDURES, max_size=2).map(tuple),
    kinds=st.frozensets(st.sampled_from(ConditionKind), max_size=3),
    zone=st.sampled_from(["UTC", "Europe/Madrid"]),
)


def hold(instrument, claim):
    """Hold one instrument to its promises about one claim."""
    assert instrument.CODE
    assert instrument.NAME
    if not isinstance(instrument, Instrument):
        for each in instrument.inform(claim):
            assert each.code
            assert each.says
            assert each.basis.instrument
        return
    assert instrument.grounds(claim.sought_in) <= set(RefusalGround)
    if not instrument.reaches(claim):
        return
    judgment = instrument.judge(claim)
    assert judgment.status in EnforcementStatus
    assert judgment.reason
    assert judgment.basis
    assert all(citation.instrument for citation in judgment.basis)
    assert judgment == instrument.judge(claim)
    if judgment.notice is not None:
        assert judgment.notice.satisfied_by
        assert judgment.notice.basis.instrument


@pytest.mark.parametrize("instrument", FOUND, ids=lambda instrument: instrument.CODE)
@given(claim=CLAIMS)
def test_an_instrument_answers_every_claim_it_reaches_and_cites(instrument, claim):
    hold(instrument, claim)


@given(claims=st.lists(CLAIMS, max_size=4))
def test_what_ranks_orders_names_one_of_them(claims):
    for instrument in book.ranking():
        ranked = instrument.rank(claims)
        assert ranked is None or 0 <= ranked[0] < len(claims)


@given(later=CLAIMS, earlier=CLAIMS)
def test_what_supersedes_cites(later, earlier):
    for instrument in book.superseding():
        basis = instrument.supersedes(later, earlier)
        assert basis is None or basis.instrument


@given(claim=CLAIMS, other=CLAIMS)
def test_whether_an_instrument_reaches_depends_on_places_kind_and_nature_alone(claim, other):
    alike = replace(other, issued_in=claim.issued_in, sought_in=claim.sought_in, kind=claim.kind, nature=claim.nature)
    for instrument in book.instruments():
        assert instrument.reaches(claim) == instrument.reaches(alike)
    assert book.reaching(claim) == tuple(i for i in book.instruments() if i.reaches(claim))


@given(claims=st.lists(CLAIMS, max_size=5))
def test_what_is_known_of_reaching_does_not_grow_without_end(claims):
    kept, book.MAXIMUM_KNOWN = book.MAXIMUM_KNOWN, 1
    book.REACHING.clear()
    try:
        for claim in claims:
            assert book.reaching(claim) == tuple(i for i in book.instruments() if i.reaches(claim))
            assert len(book.REACHING) <= 1
    finally:
        book.MAXIMUM_KNOWN = kept


def test_what_only_ranks_carries_nothing():
    ranking = book.named("us-ca-6383")
    assert ranking.judge(None).status is EnforcementStatus.NOT_RECOGNISED


def test_no_two_instruments_have_one_code():
    codes = [instrument.CODE for instrument in FOUND]
    assert len(codes) == len(set(codes))
    assert {i.CODE for i in book.instruments()} | {i.CODE for i in book.informing()} == set(codes)


def test_an_instrument_is_found_by_its_code():
    assert book.named("eu-606-2013").NAME == "Regulation (EU) No 606/2013"
    assert book.named("no-such-code") is None


NEW = textwrap.dedent('''
    """An agreement of two places that nobody made."""
    from registry.law.citation import Citation
    from registry.law.instrument import Judgment
    from registry.values.check import EnforcementStatus

    class Agreement:
        CODE = "xx-agreement"
        NAME = "Agreement of XX and NO"
        def reaches(self, claim, /):
            return claim.issued_in == "NO" and claim.sought_in == "IS"
        def judge(self, claim, /):
            basis = (Citation(instrument=self.NAME, provision="Art 1"),)
            return Judgment(status=EnforcementStatus.ENFORCEABLE, reason="AGREED", basis=basis)
        def grounds(self, executing, /):
            return frozenset()

    INSTRUMENT = Agreement()
''')
CASE = b"""
story: XX-01
title: An order of Norway is enforced in Iceland under an agreement dropped into the folder
basis: Art 1
orders:
  order: {court: NO, issued: 2024-01-01}
questions:
  - {in: IS, at: "2024-02-01T12:00:00+00:00", expect: {status: ENFORCEABLE, instrument: xx-agreement}}
"""


@pytest.fixture
def dropped_in(tmp_path, monkeypatch):
    """Drop a file beside the instruments: on their path, and nowhere else."""
    tmp_path.joinpath("xx_agreement.py").write_text(NEW)
    monkeypatch.setattr(shelf, "__path__", [*shelf.__path__, str(tmp_path)])
    caches = (book.instruments, book.informing, book.superseding, book.ranking)
    for cache in caches:
        cache.cache_clear()
    importlib.invalidate_caches()
    yield tmp_path
    sys.modules.pop("registry.law.instruments.xx_agreement", None)
    for cache in caches:
        cache.cache_clear()


@pytest.mark.usefixtures("dropped_in")
def test_a_file_dropped_in_is_found_and_held_to_the_contract_with_its_cases():
    from registry.law_report import law_test  # noqa: PLC0415  # after the shelf has grown

    assert "xx-agreement" in {instrument.CODE for instrument in book.instruments()}
    report = law_test([("xx.yaml", CASE)])
    assert report.ok, report.text
    moment = LegalMoment(date=date(2024, 1, 1), zone="UTC")
    claim = Claim(
        issued_in=Jurisdiction("NO"),
        sought_in=Jurisdiction("IS"),
        at=moment.begins(),
        kind=OrderKind.FINAL,
        nature=Nature.CIVIL,
        maker=Maker.COURT,
        issued=moment,
        zone=zone_of(Jurisdiction("IS")) or "UTC",
    )
    hold(book.named("xx-agreement"), claim)
    assert not law_test([("xx.yaml", CASE.replace(b"ENFORCEABLE", b"EXPIRED"))]).ok


def test_a_file_that_offers_no_instrument_stops_the_start(dropped_in):
    dropped_in.joinpath("xx_empty.py").write_text('"""Nothing."""\n')
    importlib.invalidate_caches()
    with pytest.raises(TypeError, match="offers no instrument"):
        book.scan(shelf)
    assert not isinstance(object(), Informing)
