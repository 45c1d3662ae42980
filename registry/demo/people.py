"""The requests of the story, as its institutions send them: an order, a certificate, a breach. Invented people."""

from datetime import date, timedelta
from typing import Any, Final

RESPONDENT: Final = {"family": "Mercier", "given": "Julien"}
RESPONDENT_BORN: Final = "1984-06-11"
PROTECTED: Final = {"family": "Fontaine", "given": "Claire"}
SPANISH_RESPONDENT: Final = {"family": "Robles Iglesias", "given": "Damián"}
SPANISH_RESPONDENT_BORN: Final = "1979-12-03"
MAILBOX: Final = "c.fontaine@mailbox.invalid"
ADDRESS: Final = "14 rue des Tisserands"
SECRETS: Final = ("Mercier", "Fontaine", "Tisserands", "Lille", "tribunal", "ordonnance")
"""Words that must not be in any byte of a message to the protected person."""


def moment(day: date, zone: str, clock: str | None = None) -> dict[str, str]:
    """Give a legal moment as the API takes it."""
    return {"date": day.isoformat(), "zone": zone, **({} if clock is None else {"time": clock})}


def french_measure(today: date) -> dict[str, Any]:
    """Give a civil protection measure of Lille: made after a hearing, in force for two years."""
    made = today - timedelta(days=60)
    return {
        "court": {"code": "59350"},
        "kind": "FINAL",
        "nature": "CIVIL",
        "number": "RG 26/04127",
        "issued": moment(made, "Europe/Paris"),
        "expiry": {"kind": "GIVEN", "at": moment(made + timedelta(days=730), "Europe/Paris")},
        "hearing": {"ex_parte": "NO", "notice_given": "YES", "respondent_present": "YES"},
        "parties": [
            {
                "label": "respondent",
                "role": "RESPONDENT",
                "identity": {"name": RESPONDENT, "birth_date": RESPONDENT_BORN, "sex": "M"},
            },
            {
                "label": "protected",
                "role": "PROTECTED",
                "identity": {"name": PROTECTED, "birth_date": "1987-03-29"},
                "address": {"lines": [ADDRESS], "postcode": "59000", "country": "FR"},
                "contact": {"channel": "email", "address": MAILBOX, "consent": True, "language": "fr"},
                "withheld": ["address"],
            },
        ],
        "conditions": [
            {"kind": "NO_CONTACT", "protects": ["protected"], "channels": ["ANY"], "source_code": "606:ART3B"},
            {"kind": "STAY_AWAY_PLACE", "protects": ["protected"], "place": "HOME", "source_code": "606:ART3A"},
            {"kind": "MIN_DISTANCE", "protects": ["protected"], "metres": 200, "source_code": "606:ART3C"},
        ],
    }


def served(today: date, respondent: str) -> dict[str, Any]:
    """Give the bailiff's proof of service."""
    at = moment(today - timedelta(days=57), "Europe/Paris", "10:30:00")
    return {"respondent": respondent, "terms": 1, "state": "SERVED_PERSONAL", "at": at}


def certificate(issued: date) -> dict[str, Any]:
    """Give the Article 5 certificate, for a protected person who means to go to Berlin."""
    return {"form": "ARTICLE_5", "issued": moment(issued, "Europe/Paris"), "destinations": ["DE"]}


def asked_about(name: dict[str, str], born: str, **more: str) -> dict[str, Any]:
    """Give the question of an officer at the door."""
    return {"purpose": "AT_THE_SCENE", "identity": {"name": name, "birth_date": born}, **more}


def breach(order_ref: str, today: date) -> dict[str, Any]:
    """Give the report of the Berlin police: messages sent, and seen near the home."""
    return {
        "order_ref": order_ref,
        "breaches": ["CONTACT_ONLINE", "DISTANCE"],
        "occurred": moment(today, "Europe/Berlin"),
        "description": "Nachrichten ueber ein Messenger-Konto; am Abend vor der Haustuer gesehen.",
    }


def revocation(today: date) -> dict[str, Any]:
    """Give the court's revocation."""
    return {"from": moment(today, "Europe/Paris"), "reason": "ON_REQUEST_OF_PROTECTED_PERSON"}


def spanish_order(today: date) -> dict[str, Any]:
    """Give a European protection order of Madrid, resting on a criminal measure."""
    made = today - timedelta(days=20)
    return {
        "court": {"code": "2807943"},
        "kind": "EUROPEAN_PROTECTION_ORDER",
        "nature": "CRIMINAL",
        "number": "OEP 118/2026",
        "issued": moment(made, "Europe/Madrid"),
        "expiry": {"kind": "GIVEN", "at": moment(made + timedelta(days=365), "Europe/Madrid")},
        "parties": _spanish_parties(),
        "conditions": [
            {"kind": "NO_CONTACT", "channels": ["ANY"], "source_code": "EPO:ART5B"},
            {"kind": "MIN_DISTANCE", "metres": 500, "source_code": "EPO:ART5C"},
        ],
    }


def german_measure(today: date, origin: str) -> dict[str, Any]:
    """Give the measure that the Berlin court adopts from it: its own number, dates and terms."""
    made = today - timedelta(days=3)
    return {
        "court": {"code": "F2501"},
        "kind": "IMPORTED_MEASURE",
        "nature": "CIVIL",
        "number": "151 F 8830/26",
        "origin": origin,
        "issued": moment(made, "Europe/Berlin"),
        "expiry": {"kind": "GIVEN", "at": moment(made + timedelta(days=180), "Europe/Berlin")},
        "parties": _spanish_parties(),
        "conditions": [
            {"kind": "NO_CONTACT", "channels": ["ANY"]},
            {"kind": "MIN_DISTANCE", "metres": 300},
        ],
    }


def _spanish_parties() -> list[dict[str, Any]]:
    return [
        {
            "label": "respondent",
            "role": "RESPONDENT",
            "identity": {"name": SPANISH_RESPONDENT, "birth_date": SPANISH_RESPONDENT_BORN},
        },
        {"label": "protected", "role": "PROTECTED", "identity": {"name": {"family": "Vidal", "given": "Nuria"}}},
    ]


def recognition(today: date) -> dict[str, Any]:
    """Give Madrid's request, made because the protected person asked for it."""
    asked = moment(today - timedelta(days=15), "Europe/Madrid")
    return {"jurisdiction": "DE", "asked": asked, "requested_by_protected_person": True}


def granted(today: date, adopted: str) -> dict[str, Any]:
    """Give Berlin's decision, naming the measure it adopted."""
    return {"outcome": "RECOGNISED", "decided": moment(today - timedelta(days=3), "Europe/Berlin"), "adopted": adopted}
