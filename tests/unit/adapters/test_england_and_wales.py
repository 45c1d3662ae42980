"""What an English case record says in law, field by field, and what it does not."""

from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any

import orjson
import pytest

from adapters.courts.gb_eaw import COURT
from registry.ports import EnteredRecord, RejectedRecord
from registry.values.issuance import ConditionKind, OrderKind, PartyRole, Ternary
from registry.values.parties import Identity, Text
from registry.values.service import ServiceState
from registry.values.time import NO_EXPIRY, UNKNOWN_EXPIRY, LegalMoment, expires
from scripts.court_report import counting

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "courts" / "gb-eaw" / "non-molestation-order.json"
Change = Callable[[dict[str, Any]], object]


def read(*changes: Change) -> EnteredRecord:
    records = list(COURT.parse(orjson.dumps(changed(*changes)), counting()))
    assert len(records) == 1
    assert isinstance(records[0], EnteredRecord)
    return records[0]


def changed(*changes: Change) -> dict[str, Any]:
    document: dict[str, Any] = orjson.loads(SAMPLE.read_bytes())
    for change in changes:
        change(document["cases"][0]["case_data"])
    return document


def order_of(data: dict[str, Any]) -> dict[str, Any]:
    order: dict[str, Any] = data["orderCollection"][0]["value"]
    return order


def form(**values: object) -> Change:
    return lambda data: order_of(data)["fl404CustomFields"].update(values)


def order(**values: object) -> Change:
    return lambda data: order_of(data).update(values)


def applicant(**values: object) -> Change:
    return lambda data: data["applicantsFL401"].update(values)


def respondent(**values: object) -> Change:
    return lambda data: data["respondentsFL401"].update(values)


def at(day: date, clock: time | None = None) -> LegalMoment:
    return LegalMoment(date=day, time=clock, zone="Europe/London")


END = date(2027, 3, 12)


@pytest.mark.parametrize(
    ("changes", "expiry", "note"),
    [
        ({"orderEndDateAndTimeOptions": "noEndDate", "orderSpecifiedDateTime": None}, NO_EXPIRY, None),
        ({"orderEndDateAndTimeOptions": "noEndDate"}, UNKNOWN_EXPIRY, "expiry-conflicting"),
        ({"orderEndDateAndTimeOptions": "untilNextHearing"}, UNKNOWN_EXPIRY, "expiry-until-next-hearing"),
        ({"orderSpecifiedDateTime": ""}, UNKNOWN_EXPIRY, "expiry-not-stated"),
        ({"orderEndDateAndTimeOptions": None, "orderSpecifiedDateTime": None}, UNKNOWN_EXPIRY, "expiry-not-stated"),
        ({"orderEndDateAndTimeOptions": "further order"}, UNKNOWN_EXPIRY, "expiry-not-read"),
        ({"orderSpecifiedDateTime": "next spring"}, UNKNOWN_EXPIRY, "expiry-not-read"),
        (
            {"orderEndDateAndTimeOptions": "noEndDate", "orderSpecifiedDateTime": "next spring"},
            UNKNOWN_EXPIRY,
            "expiry-conflicting",
        ),
        ({"orderSpecifiedDateTime": "2027-03-12T00:00:00.000"}, expires(at(END, time(0))), "expiry-at-midnight"),
        ({"orderSpecifiedDateTime": "2026-03-11T16:00:00.000"}, UNKNOWN_EXPIRY, "expiry-before-issue"),
        ({"fl404bDateOrderEnd": "2027-03-13T00:00:00.000"}, UNKNOWN_EXPIRY, "expiry-conflicting"),
        (
            {"orderSpecifiedDateTime": None, "fl404bDateOrderEnd": "2027-03-12T00:00:00.000"},
            expires(at(END)),
            "expiry-time-not-stated",
        ),
        (
            {
                "orderSpecifiedDateTime": None,
                "fl404bDateOrderEnd": "2027-03-12T00:00:00.000",
                "fl404bDateOrderEndTime": "at noon",
            },
            expires(at(END)),
            "expiry-time-not-stated",
        ),
        (
            {"orderSpecifiedDateTime": None, "fl404bDateOrderEnd": "2027-03-12T09:30:00.000"},
            expires(at(END, time(9, 30))),
            None,
        ),
    ],
)
def test_an_order_ends_only_as_its_record_says(changes: dict[str, object], expiry: object, note: str | None) -> None:
    record = read(form(**changes))
    assert record.enter.details.expiry == expiry
    assert note is None or note in record.attention
    assert ("expiry" in record.enter.details.unread) == (expiry == UNKNOWN_EXPIRY)


@pytest.mark.parametrize(
    ("stated", "notice", "kind"),
    [
        ("Final", "WithNotice", OrderKind.FINAL),
        ("finl", None, OrderKind.FINAL),
        ("Final", "WithoutNotice", OrderKind.INTERIM),
        ("Interim", "WithNotice", OrderKind.INTERIM),
        ("General", "WithNotice", OrderKind.UNKNOWN),
        (None, "WithoutNotice", OrderKind.INTERIM),
        ("Perpetual", "WithNotice", OrderKind.UNKNOWN),
    ],
)
def test_an_order_made_without_notice_is_never_final(stated: str | None, notice: str | None, kind: OrderKind) -> None:
    record = read(order(typeOfOrder=stated), form(fl404bIsNoticeGiven=notice))
    assert record.enter.details.kind is kind
    expected = {"WithNotice": Ternary.NO, "WithoutNotice": Ternary.YES, None: Ternary.UNKNOWN}[notice]
    assert record.enter.details.hearing.ex_parte is expected


TO_APPLICANT = {"servedParties": [{"value": {"partyId": "3f0c8a52-7a44-4d07-9a6e-0d1b5f3b7c11"}}]}
TO_RESPONDENT = {"servedParties": [{"value": {"partyId": "b71d2b0e-5c1c-4bb0-8f6b-64c0b9b2a9d2"}}]}


@pytest.mark.parametrize(
    ("status", "serving", "state", "note"),
    [
        ("COMPLETED", TO_RESPONDENT, ServiceState.SERVED_WAY_UNKNOWN, "service-date-not-stated"),
        ("COMPLETED", TO_APPLICANT, ServiceState.SERVED_WAY_UNKNOWN, "service-date-not-stated"),
        ("COMPLETED", {"serveOnRespondent": "No"}, None, "service-conflicting"),
        ("PENDING", TO_APPLICANT, ServiceState.PENDING, None),
        ("PENDING", TO_RESPONDENT, ServiceState.PENDING, "sent-to-respondent-unconfirmed"),
        ("NOT_REQUIRED", TO_APPLICANT, None, "service-not-stated"),
        ("NOT_REQUIRED", TO_RESPONDENT, None, "sent-to-respondent-unconfirmed"),
        (None, None, None, "service-not-stated"),
        ("DONE", None, None, "service-not-read"),
    ],
)
def test_only_a_completed_statement_is_service_on_the_respondent(
    status: str | None, serving: object, state: ServiceState | None, note: str | None
) -> None:
    record = read(order(sosStatus=status, serveOrderDetails=serving))
    assert [service.state for service in record.services] == ([] if state is None else [state])
    assert note is None or note in record.attention


def test_respondents_without_an_id_are_nobody_that_a_pack_was_sent_to() -> None:
    nameless = {"servedParties": [{"value": {"partyId": None, "servedDateTime": "2026-03-13T09:00:00"}}]}
    record = read(respondent(partyId=None), order(sosStatus="PENDING", serveOrderDetails=nameless))
    assert "sent-to-respondent-unconfirmed" not in record.attention


def test_the_last_sending_counts_and_one_without_a_date_is_noted() -> None:
    packs = [
        {"value": {"partyId": "b71d2b0e-5c1c-4bb0-8f6b-64c0b9b2a9d2", "servedDateTime": when}}
        for when in ("2026-03-14T08:00:00", "2026-03-13T09:00:00", "yesterday")
    ]
    record = read(order(serveOrderDetails={"servedParties": packs}))
    assert record.services[0].at == at(date(2026, 3, 14), time(8))
    assert "service-date-not-read" in record.attention


@pytest.mark.parametrize(
    ("changes", "taken"),
    [
        ({"isAddressConfidential": "No"}, True),
        ({"isAddressConfidential": "Yes"}, False),
        ({"isAddressConfidential": None}, False),
        ({"isAddressConfidential": "No", "liveInRefuge": "Yes"}, False),
    ],
)
def test_the_protected_address_is_taken_only_where_it_is_said_not_to_be_secret(
    changes: dict[str, object], *, taken: bool
) -> None:
    record = read(applicant(**changes))
    protected = next(p for p in record.enter.details.parties if p.role is PartyRole.PROTECTED)
    assert (protected.address is not None) is taken
    assert ("address" in protected.withheld) is not taken


@pytest.mark.parametrize("words", ["flat 6 18 QUILLFEATHER row", "any house in zz94qx", "ZZ9  4QX"])
def test_a_condition_never_carries_the_withheld_address(words: str) -> None:
    record = read(form(fl404bAddressOfProperty=words))
    texts = [c.text.content for c in record.enter.details.conditions if c.text]
    assert Text(text=words) not in texts
    assert "place-withheld" in record.attention


def test_a_prohibition_for_children_does_not_bind_for_the_applicant() -> None:
    record = read(form(fl404bRespondentNotToTelephone=[], fl404bRespondentNotToTelephoneChild=["ticked"]))
    parties = {party.party_ref: party for party in record.enter.details.parties}
    contact = next(c for c in record.enter.details.conditions if c.kind is ConditionKind.NO_CONTACT)
    assert [parties[ref].child for ref in contact.protects] == [Ternary.YES]


def test_an_order_without_a_named_applicant_protects_somebody_unnamed() -> None:
    record = read(lambda data: data.update(applicantsFL401=None), form(fl404bApplicantName=None))
    protected = next(p for p in record.enter.details.parties if p.role is PartyRole.PROTECTED)
    assert protected.identity is None
    assert "protected-person-not-stated" in record.attention
    assert all(condition.protects == (protected.party_ref,) for condition in record.enter.details.conditions)


def test_names_come_from_the_order_where_the_case_has_none() -> None:
    record = read(respondent(firstName=None, lastName=None), applicant(previousName="Merrow", firstName="Harry"))
    identities = [p.identity.content for p in record.enter.details.parties if p.identity]
    names = [[identity.name, *identity.other_names] for identity in identities if isinstance(identity, Identity)]
    assert [[f"{n.given}|{n.family}" for n in one] for one in names] == [
        ["Harry|Ashdown", "|Merrow", "|Harriet Ashdown"],
        ["|Callum James Thorburn"],
    ]


@pytest.mark.parametrize("key", ["addDirections", "fl404bRespondentNotToFlyADrone"])
def test_a_term_that_is_not_known_is_not_lost_in_silence(key: str) -> None:
    record = read(form(**{key: ["something"]}))
    assert "conditions-not-read" in record.attention
    assert "conditions" in record.enter.details.unread


def test_dates_of_the_next_hearing_that_cannot_be_are_left() -> None:
    record = read(form(fl404bDateOfNextHearing="1111-11-11"))
    assert record.enter.details.hearing.next_hearing is None
    assert "next-hearing-not-read" in record.attention


def test_a_court_without_a_name_and_a_withdrawal_are_noted() -> None:
    record = read(
        lambda data: data.update(caseManagementLocation=None, courtName=None),
        form(fl404bCourtName=None),
        order(withdrawnRequestType="application"),
    )
    assert record.enter.details.court.code == "not-stated"
    assert {"court-not-stated", "withdrawal-recorded"} <= set(record.attention)


def test_several_cases_keep_their_own_bytes_and_one_keeps_the_delivery() -> None:
    document = changed()
    second = orjson.loads(orjson.dumps(document["cases"][0]))
    second["id"] = 1999999999999999
    document["cases"].append(second)
    whole = orjson.dumps(document)
    records = [r for r in COURT.parse(whole, counting()) if isinstance(r, EnteredRecord)]
    assert [orjson.loads(r.source) for r in records] == document["cases"]
    assert all(r.source in whole for r in records)


def test_more_cases_than_the_limit_are_refused_as_a_whole() -> None:
    with pytest.raises(Exception, match="too-many-records"):
        COURT.parse(orjson.dumps({"cases": [{}] * 2001}), counting())


def test_a_case_of_nothing_is_an_application_without_an_order() -> None:
    (record,) = COURT.parse(b'{"cases": [{}]}', counting())
    assert record == RejectedRecord(place="cases/0", reasons=("application-without-order",))
