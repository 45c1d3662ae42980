"""A nightly file of the English court system, as the demo's court sends it: the real shape, invented people."""

from datetime import date, timedelta
from typing import Any, Final

import orjson

APPLICANT: Final = {
    "partyId": "3f0c8a52-7a44-4d07-9a6e-0d1b5f3b7c11",
    "firstName": "Harriet",
    "lastName": "Ashdown",
    "dateOfBirth": "1988-09-14",
    "address": {"AddressLine1": "Flat 6, 18 Quillfeather Row", "PostTown": "Northmere", "PostCode": "ZZ9 4QX"},
    "isAddressConfidential": "Yes",
    "isPhoneNumberConfidential": "Yes",
    "isEmailAddressConfidential": "Yes",
    "liveInRefuge": "No",
}
RESPONDENT: Final = {
    "partyId": "b71d2b0e-5c1c-4bb0-8f6b-64c0b9b2a9d2",
    "firstName": "Callum James",
    "lastName": "Thorburn",
    "gender": "male",
    "dateOfBirth": "1985-02-27",
    "isDateOfBirthKnown": "Yes",
    "address": {"AddressLine1": "41 Saltgrass Avenue", "PostTown": "Eastholme", "PostCode": "ZZ7 1BD"},
    "isCurrentAddressKnown": "Yes",
}


def non_molestation_order(today: date) -> bytes:
    """Give a delivery with one non-molestation order (FL404A): made with notice, served, in force for a year."""
    made = today - timedelta(days=90)
    order = {"id": "6d5c9f0a-9c5b-4f3e-8d11-2a7f0e4c9b10", "value": _order(made)}
    case = {
        "id": 1712345678901234,
        "jurisdiction": "PRIVATELAW",
        "state": "ALL_FINAL_ORDERS_ISSUED",
        "case_type_id": "PRLAPPS",
        "case_data": {
            "caseTypeOfApplication": "FL401",
            "courtName": "Northmere Family Court",
            "caseManagementLocation": {"baseLocationId": "900142", "baseLocationName": "Northmere"},
            "applicantsFL401": APPLICANT,
            "respondentsFL401": RESPONDENT,
            "orderCollection": [order],
        },
    }
    return orjson.dumps({"total": 1, "cases": [case]})


def _order(made: date) -> dict[str, Any]:
    served = made + timedelta(days=1)
    return {
        "orderType": "nonMolestation",
        "orderTypeId": "Non-molestation order (FL404A)",
        "typeOfOrder": "Final",
        "dateCreated": f"{made.isoformat()}T15:42:10.125478",
        "sosStatus": "COMPLETED",
        "isOrderUploaded": "No",
        "otherDetails": {
            "status": "Finalised",
            "orderMadeDate": _english(made),
            "orderCreatedDate": _english(made),
            "orderServedDate": _english(served),
        },
        "fl404CustomFields": {
            "fl404bCourtName": "Northmere Family Court",
            "fl404bCaseNumber": "1712345678901234",
            "fl404bApplicantName": "Harriet Ashdown",
            "fl404bRespondentName": "Callum James Thorburn",
            "fl404bRespondentDob": RESPONDENT["dateOfBirth"],
            "fl404bIsNoticeGiven": "WithNotice",
            "fl404bDateOrderMade": made.isoformat(),
            "orderEndDateAndTimeOptions": "specifiedDateAndTime",
            "orderSpecifiedDateTime": f"{(made + timedelta(days=365)).isoformat()}T16:00:00.000",
            "fl404bRespondentNotToThreat": ["respondentNotToThreat"],
            "fl404bRespondentNotIntimidate": ["respondentMustNotIntimidate"],
            "fl404bRespondentNotToTelephone": ["respondentMustNotTelephone"],
        },
        "serveOrderDetails": {
            "serveOnRespondent": "Yes",
            "servedParties": [
                {
                    "id": "c2a7b8de-0f0e-4c4f-8f4e-c2f5b1f6a0d1",
                    "value": {
                        "partyId": RESPONDENT["partyId"],
                        "partyName": "Callum James Thorburn",
                        "servedDateTime": f"{served.isoformat()}T09:20:00.000000",
                    },
                }
            ],
        },
    }


def _english(day: date) -> str:
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{day.day} {months[day.month - 1]} {day.year}"
