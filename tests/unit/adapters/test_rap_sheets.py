"""What a rap sheet says of a protection order, and what it does not."""

from datetime import date

import pytest

from adapters.courts.us_hi import COURT
from registry.ports import EnteredRecord
from registry.values.order import Hearing
from registry.values.parties import Identity
from registry.values.service import ServiceState
from registry.values.time import LegalMoment
from scripts.court_report import counting

SPACES = (
    'xmlns:d="http://ojbc.org/IEPD/Exchange/CriminalHistory/1.0" '
    'xmlns:x="http://ojbc.org/IEPD/Extensions/CriminalHistory/1.0" '
    'xmlns:r="http://nlets.org/niem2/rapsheet/1.0" xmlns:n="http://niem.gov/niem/niem-core/2.0" '
    'xmlns:j="http://niem.gov/niem/domains/jxdm/4.1"'
)
NAME = "<n:PersonName><n:PersonGivenName>Pia</n:PersonGivenName><n:PersonSurName>Wren</n:PersonSurName></n:PersonName>"
ORDER = (
    "<n:ActivityIdentification><n:IdentificationID>D-1</n:IdentificationID></n:ActivityIdentification>"
    "<n:ActivityCategoryText>TRO</n:ActivityCategoryText><n:ActivityDate><n:Date>2025-11-03</n:Date></n:ActivityDate>"
)


def read(order: str = "", person: str = NAME, court: str = "") -> EnteredRecord:
    issuing = f"<j:CourtOrderIssuingCourt>{court}</j:CourtOrderIssuingCourt>"
    document = (
        f"<d:CriminalHistory {SPACES}><x:RapSheet><r:RapSheetPerson>{person}</r:RapSheetPerson>"
        f"<x:Order>{ORDER}{issuing}{order}</x:Order></x:RapSheet></d:CriminalHistory>"
    )
    (record,) = COURT.parse(document.encode(), counting())
    assert isinstance(record, EnteredRecord)
    return record


def dated(name: str, day: str) -> str:
    return f"<j:{name}><n:Date>{day}</n:Date></j:{name}>"


def described(word: str) -> str:
    return f"<j:CourtOrderServiceDescriptionText>{word}</j:CourtOrderServiceDescriptionText>"


def state(code: str) -> str:
    return f"<n:LocationStateUSPostalServiceCode> {code} </n:LocationStateUSPostalServiceCode>"


def test_what_a_sheet_never_says_stays_unknown() -> None:
    details = read().enter.details
    assert details.hearing == Hearing()
    assert details.conditions == ()
    assert len(details.parties) == 1
    assert {"conditions", "expiry", "hearing", "jurisdiction", "nature", "protected", "service"} <= set(details.unread)


@pytest.mark.parametrize(
    ("order", "expected", "note"),
    [
        (described("SERVED"), (ServiceState.SERVED_WAY_UNKNOWN, None), "service-date-not-stated"),
        (
            described("served") + dated("CourtOrderServiceDate", "2025-11-05"),
            (ServiceState.SERVED_WAY_UNKNOWN, LegalMoment(date=date(2025, 11, 5), zone="Pacific/Honolulu")),
            None,
        ),
        (described("SERVED") + dated("CourtOrderServiceDate", "soon"), (ServiceState.SERVED_WAY_UNKNOWN, None), None),
        (described("PENDING"), (ServiceState.PENDING, None), None),
        (described("PENDING") + dated("CourtOrderServiceDate", " "), (ServiceState.PENDING, None), None),
        (described("PENDING") + dated("CourtOrderServiceDate", "soon"), None, "service-conflicting"),
        (described("PENDING") + described("SERVED"), None, "service-conflicting"),
        (described("NOT SERVED"), None, "service-not-read"),
        (dated("CourtOrderServiceDate", ""), None, "service-not-stated"),
        (dated("CourtOrderServiceAttemptedDate", "2025-11-05"), None, "service-not-stated"),
    ],
)
def test_service_is_what_is_said_of_it(order: str, expected: object, note: str | None) -> None:
    record = read(order)
    assert [(service.state, service.at) for service in record.services] == ([] if expected is None else [expected])
    assert note is None or note in record.attention


@pytest.mark.parametrize(
    ("court", "jurisdiction", "zone", "note"),
    [
        ("", "US-HI", "Pacific/Honolulu", "jurisdiction-not-stated"),
        (state("VT"), "US-VT", "America/New_York", None),
        (state("VT") + state("NH"), "US-HI", "Pacific/Honolulu", "jurisdiction-conflicting"),
        (state("QQ"), "US-HI", "Pacific/Honolulu", "jurisdiction-not-stated"),
        (state("TN"), "US-TN", "America/Chicago", "time-zone-uncertain"),
    ],
)
def test_a_court_lies_where_its_own_element_says(court: str, jurisdiction: str, zone: str, note: str | None) -> None:
    record = read(court=court)
    assert record.enter.details.court.jurisdiction == jurisdiction
    assert record.enter.details.issued.zone == zone
    assert note is None or note in record.attention


def test_the_date_made_for_the_issue_goes_before_the_date_of_the_activity() -> None:
    record = read(dated("CourtOrderIssuingDate", "2025-11-01"))
    assert record.enter.details.issued.date == date(2025, 11, 1)
    assert "issue-date-conflicting" in record.attention


def test_two_case_numbers_and_a_condition_are_noted() -> None:
    number = "<n:ActivityIdentification><n:IdentificationID>{}</n:IdentificationID></n:ActivityIdentification>"
    case = f"<x:CourtCase>{number}</x:CourtCase>"
    record = read(case.format("C-1") + case.format("C-2") + "<j:CourtOrderCondition/>")
    assert record.reference == "not-stated/C-1/D-1"
    assert {"case-number-conflicting", "conditions-not-read"} <= set(record.attention)


@pytest.mark.parametrize(
    ("person", "names", "note"),
    [
        (
            "<n:PersonName><n:PersonFullName>Wren, Pia</n:PersonFullName></n:PersonName>",
            ["|Wren, Pia"],
            "name-incomplete",
        ),
        (NAME + NAME.replace("Name>", "Name>", 1), ["Pia|Wren"], None),
        (NAME + NAME.replace("Pia", "Pina"), ["Pia|Wren", "Pina|Wren"], None),
        (
            NAME.replace("</n:PersonName>", "<n:PersonNameSuffixText>II</n:PersonNameSuffixText></n:PersonName>"),
            ["Pia|Wren II"],
            None,
        ),
    ],
)
def test_names_are_taken_as_they_stand(person: str, names: list[str], note: str | None) -> None:
    record = read(person=person)
    block = record.enter.details.parties[0].identity
    assert block is not None
    assert isinstance(block.content, Identity)
    found = [block.content.name, *block.content.other_names]
    assert [f"{name.given}|{name.family}" for name in found] == names
    assert note is None or note in record.attention


def test_more_orders_than_the_limit_are_refused_as_a_whole() -> None:
    document = f"<d:CriminalHistory {SPACES}><x:RapSheet>{'<x:Order/>' * 1001}</x:RapSheet></d:CriminalHistory>"
    with pytest.raises(Exception, match="too-many-records"):
        COURT.parse(document.encode(), counting())


def test_an_order_outside_a_sheet_is_accounted_for() -> None:
    document = f"<d:CriminalHistory {SPACES}><x:Order>{ORDER}</x:Order></d:CriminalHistory>"
    assert [r.reasons for r in COURT.parse(document.encode(), counting())] == [("respondent-not-stated",)]  # type: ignore[union-attr]  # rejected
