"""Histories for properties: random commands through the real deciders (so the facts are legal), and wild facts."""

from dataclasses import replace
from datetime import date, time

from hypothesis import strategies as st

from registry.commands.issuance import (
    CorrectOrder,
    DeclareOrder,
    EnterOrder,
    ExtendOrder,
    IssueCertificate,
    RegisterOrder,
    ReinstateOrder,
    RevokeOrder,
    SuspendOrder,
    VaryOrder,
    WithdrawCertificate,
)
from registry.commands.recognition import (
    AskRecognition,
    DiscontinueRecognition,
    GrantRecognition,
    RefuseRecognition,
    RequestSupplement,
    SupplementRecognition,
)
from registry.commands.service import RecordAttempt, RecordService
from registry.errors import Refused
from registry.law.jurisdictions import ZONES
from registry.values.identifiers import CertificateRef, ConditionRef, OrderRef, RecognitionRef
from registry.values.issuance import (
    CertificateForm,
    ConditionKind,
    EndReason,
    Maker,
    Nature,
    OrderKind,
    PartyRole,
    Ternary,
)
from registry.values.order import Hearing
from registry.values.recognition import DiscontinuationGround, RefusalGround
from registry.values.service import AttemptReason, ServiceState
from registry.values.time import DAY, NO_EXPIRY, UNKNOWN_EXPIRY, Instant, LegalMoment, expires
from tests.given import (
    BERLIN,
    LILLE,
    ORDER,
    OTHER_RESPONDENT,
    PROTECTED,
    RESPONDENT,
    World,
    at,
    condition,
    court,
    details,
    party,
    ref,
)

AREAS = ("FR", "DE", "ES", "IE", "DK", "US-CA", "AU-NSW", "AU-QLD", "GB-EAW", "NZ")
PLACES = st.sampled_from([*AREAS, *sorted(ZONES), "DE-BE", "XX", "", "US", "GB", "US-X-HOPI", "fr", "É"])
START = at("2024-01-01T00:00:00+00:00")
MEASURES = [OrderRef(ref(f"measure {n}")) for n in range(2)]
RECOGNITIONS = [RecognitionRef(ref(f"recognition {n}")) for n in range(2)]
CERTIFICATES = [CertificateRef(ref(f"certificate {n}")) for n in range(3)]
CONDITIONS = [ConditionRef(ref(f"condition {n}")) for n in range(3)]

zones = st.sampled_from(["Europe/Paris", "America/St_Johns", "Australia/Sydney", "Pacific/Apia"])
dates = st.dates(date(2023, 11, 1), date(2026, 3, 1))
moments = st.builds(
    LegalMoment, date=dates, time=st.one_of(st.none(), st.times().map(lambda t: t.replace(fold=0))), zone=zones
)
past = st.builds(
    LegalMoment,
    date=st.dates(date(2023, 11, 1), date(2024, 1, 1)),
    time=st.one_of(st.none(), st.just(time(9, 30))),
    zone=zones,
)
expiries = st.one_of(st.just(NO_EXPIRY), st.just(UNKNOWN_EXPIRY), moments.map(expires))
conditions = st.lists(
    st.builds(
        condition,
        st.sampled_from([ConditionKind.NO_CONTACT, ConditionKind.NO_FIREARMS, ConditionKind.TEMP_CUSTODY]),
        st.sampled_from(CONDITIONS),
        begins=st.one_of(st.none(), moments),
        ends=st.one_of(st.none(), moments),
    ),
    max_size=3,
    unique_by=lambda each: each.condition_ref,
).map(tuple)
ternaries = st.sampled_from(list(Ternary))
hearings = st.builds(
    Hearing,
    ex_parte=ternaries,
    notice_given=ternaries,
    respondent_present=ternaries,
    opportunity_to_be_heard=ternaries,
)
FULL = (party(PartyRole.PROTECTED, PROTECTED), party(), party(party_ref=OTHER_RESPONDENT))
sides = st.sampled_from([FULL, FULL[:2], FULL[1:2]])
order_details = st.builds(
    details,
    court=st.sampled_from(AREAS).map(court),
    kind=st.sampled_from([OrderKind.FINAL, OrderKind.INTERIM, OrderKind.EUROPEAN_PROTECTION_ORDER]),
    nature=st.sampled_from(list(Nature)),
    maker=st.sampled_from([Maker.COURT, Maker.POLICE]),
    issued=past,
    valid_from=st.one_of(st.none(), moments),
    expiry=expiries,
    hearing=hearings,
    parties=sides,
    conditions=conditions,
)
respondents = st.sampled_from([RESPONDENT, OTHER_RESPONDENT])


HERE = "HERE"
"""Stands for the order's own jurisdiction until a history is there: strategies are built once."""


def commands(world):
    """Give any command that might come next; most are refused, and what is not is legal."""
    return ANY.map(lambda command: suited(command, world))


def suited(command, world):
    """Say the command of this world's order: its jurisdiction, a fact of its own."""
    facts = world.streams.get(ORDER)
    if isinstance(command, CorrectOrder) and facts:
        return replace(command, corrects=facts[0].fact_id)
    here = facts[0].event.details.court.jurisdiction if facts else "FR"
    said = {name: here for name in command.__dataclass_fields__ if getattr(command, name) is HERE}
    return replace(command, **said) if said else command


def _any():
    common = {"order_ref": st.just(ORDER)}
    by = st.sampled_from([HERE, HERE, HERE, "DE", "AU-SA"])
    return st.one_of(
        st.builds(VaryOrder, conditions=conditions, made=moments, varied_in=by, **common),
        st.builds(ExtendOrder, expiry=expiries, made=moments, extended_in=by, **common),
        st.builds(SuspendOrder, from_=moments, until=st.one_of(st.none(), moments), suspended_in=by, **common),
        st.builds(ReinstateOrder, from_=moments, reinstated_in=by, **common),
        st.builds(RevokeOrder, from_=moments, reason=st.sampled_from(list(EndReason)), revoked_in=by, **common),
        st.builds(
            CorrectOrder,
            corrects=st.just(ref("?")),
            issued=st.one_of(st.none(), past),
            valid_from=st.one_of(st.none(), moments),
            expiry=st.one_of(st.none(), expiries),
            conditions=st.one_of(st.none(), conditions),
            **common,
        ),
        st.builds(
            IssueCertificate,
            certificate_ref=st.sampled_from(CERTIFICATES),
            form=st.sampled_from(list(CertificateForm)),
            issued=moments,
            **common,
        ),
        st.builds(WithdrawCertificate, certificate_ref=st.sampled_from(CERTIFICATES), from_=moments, **common),
        st.builds(DeclareOrder, declared_in=st.just("AU-ACT"), made=moments, **common),
        st.builds(RegisterOrder, registered_in=by, registered_with=st.just(LILLE), made=moments, **common),
        st.builds(
            RecordService,
            respondent=respondents,
            terms=st.integers(1, 3),
            state=st.sampled_from(list(ServiceState)),
            at=st.one_of(st.none(), moments),
            served_by=st.just(LILLE),
            **common,
        ),
        st.builds(
            RecordAttempt,
            respondent=respondents,
            terms=st.integers(1, 3),
            at=moments,
            reason=st.just(AttemptReason.MOVED),
            served_by=st.just(LILLE),
            **common,
        ),
        *_recognising(),
    )


def _recognising():
    reference = {"recognition_ref": st.sampled_from(RECOGNITIONS)}
    decided = {**reference, "by": st.just(BERLIN)}
    yield st.builds(
        AskRecognition,
        order_ref=st.just(ORDER),
        jurisdiction=st.just("DE"),
        authority=st.just(BERLIN),
        asked=moments,
        requested_by_protected_person=st.just(value=True),
        **reference,
    )
    yield st.builds(RequestSupplement, missing=st.just(("f",)), due=moments, **decided)
    yield st.builds(SupplementRecognition, supplied=st.just(("f",)), by=st.just(LILLE), **reference)
    yield st.builds(
        EnterOrder,
        order_ref=st.sampled_from(MEASURES),
        details=st.builds(
            details,
            court=st.just(court("DE", BERLIN)),
            kind=st.just(OrderKind.IMPORTED_MEASURE),
            origin=st.just(ORDER),
            issued=past,
            expiry=expiries,
            conditions=conditions,
        ),
    )
    yield st.builds(
        GrantRecognition, decided=moments, adopted=st.one_of(st.none(), st.sampled_from(MEASURES)), **decided
    )
    yield st.builds(RefuseRecognition, decided=moments, grounds=st.just((RefusalGround.INCOMPLETE,)), **decided)
    yield st.builds(
        DiscontinueRecognition, from_=moments, ground=st.sampled_from(list(DiscontinuationGround)), **decided
    )


ANY = _any()


@st.composite
def legal(draw, most=8):
    """Give a world after random commands, each recorded on a day of its own."""
    world, now = World(), START
    try:
        world.do(EnterOrder(order_ref=ORDER, details=draw(order_details)), now)
    except Refused:
        world.do(EnterOrder(order_ref=ORDER, details=details()), at("2024-02-02T00:00:00+00:00"))
        now = at("2024-02-02T00:00:00+00:00")
    for _ in range(draw(st.integers(0, most))):
        now = Instant(now + draw(st.integers(1, 90)) * DAY)
        try:
            world.do(suited(draw(ANY), world), now)
        except Refused:
            continue
    return world
