"""A registry of its own for a bench: made in a temporary folder, with orders to enter and services to record."""

import os
from base64 import urlsafe_b64encode
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Final
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry import core
from registry.access.actors import Principal, Role
from registry.commands.issuance import EnterOrder
from registry.commands.service import RecordService
from registry.config import Settings
from registry.core import Core
from registry.demo.cast import KEY_NAME
from registry.values.identifiers import ConditionRef, InstitutionId, KeyId, OrderRef, PartyRef, SubjectId
from registry.values.issuance import ConditionKind, Nature, OrderKind, PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.order import Court, OrderDetails
from registry.values.parties import Clear, Condition, Identity, Name, Party, Text
from registry.values.service import ServiceState
from registry.values.time import LegalMoment, expires

COURT: Final = InstitutionId("fr-tj-lille")
KEY_ID: Final = KeyId(KEY_NAME)
FRANCE: Final = Jurisdiction("FR")
PRINCIPAL: Final = Principal(
    institution=COURT, key_id=KEY_ID, roles=frozenset({Role.COURT, Role.POLICE}), jurisdictions=(FRANCE,)
)
_DAYS: Final = 28


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """An order that can be entered, and whom it binds."""

    order_ref: OrderRef
    respondent: PartyRef
    entry: EnterOrder[Clear]


def key() -> Ed25519PrivateKey:
    """Give the key of a bench's one institution: the same in every process, and no secret."""
    return Ed25519PrivateKey.from_private_bytes(sha256(b"the key of a bench").digest())


def enrolment() -> bytes:
    """Give an enrolment file of one court, which asks as the police do."""
    public = key().public_key().public_bytes_raw()
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": urlsafe_b64encode(public).rstrip(b"=").decode(), "kid": KEY_ID}
    institution = {
        "institution": COURT,
        "name": "Tribunal judiciaire de Lille",
        "roles": ["COURT", "POLICE"],
        "jurisdictions": ["FR"],
        "contact": "+33 3 00 00 00 00",
        "keys": [jwk],
    }
    return orjson.dumps({"institutions": [institution]})


def settings(folder: Path, dsn: str | None) -> Settings:
    """Give settings of a registry below a folder, on SQLite or on the PostgreSQL of the connection string."""
    if dsn is None:
        return Settings(data=folder / "data")
    file = folder / "dsn"
    file.write_text(dsn)
    file.chmod(0o600)
    return Settings(data=folder / "data", postgresql_dsn_file=file)


@contextmanager
def house(folder: Path, dsn: str | None = None) -> Generator[Core, None, None]:
    """Make a registry in a folder and open it."""
    folder.mkdir(parents=True, exist_ok=True)
    chosen = settings(folder, dsn)
    core.create(chosen, enrolment())
    with core.opened(chosen) as opened:
        yield opened


def day(number: int, month: int = 2, year: int = 2026) -> LegalMoment:
    """Give a day as a French court writes it."""
    return LegalMoment(date=date(year, month, number), zone="Europe/Paris")


def case() -> Case:
    """Make an order with two named parties, one condition and a number: four sealed blocks."""
    order_ref, respondent, protected = OrderRef(_ref()), PartyRef(_ref()), PartyRef(_ref())
    details = OrderDetails(
        court=Court(jurisdiction=FRANCE, code="TJ-LILLE", institution=COURT),
        kind=OrderKind.FINAL,
        nature=Nature.CIVIL,
        issued=day(1),
        expiry=expires(day(1, 8, 2028)),
        parties=(
            _party(respondent, PartyRole.RESPONDENT, Name(family="Exemple", given="Paul"), "1980-01-02"),
            _party(protected, PartyRole.PROTECTED, Name(family="Modèle", given="Anne"), "1982-03-04"),
        ),
        conditions=(Condition(condition_ref=ConditionRef(_ref()), kind=ConditionKind.NO_CONTACT),),
        number=Clear(subject=SubjectId(order_ref), name="number", content=Text(text=order_ref.hex)),
    )
    return Case(order_ref=order_ref, respondent=respondent, entry=EnterOrder(order_ref=order_ref, details=details))


def service(of: Case, number: int) -> RecordService[Clear]:
    """Make a service of the order with a sealed note; each number, up to 27, is another service."""
    note = Clear(subject=SubjectId(of.order_ref), name="note", content=Text(text="handed to the respondent in person"))
    return RecordService(
        order_ref=of.order_ref,
        respondent=of.respondent,
        terms=1,
        state=ServiceState.SERVED_PERSONAL,
        at=day(1 + number % _DAYS),
        served_by=COURT,
        note=note,
    )


def _party(ref: PartyRef, role: PartyRole, name: Name, born: str) -> Party[Clear]:
    identity = Identity(name=name, birth_date=born)
    return Party(party_ref=ref, role=role, identity=Clear(subject=SubjectId(ref), name="identity", content=identity))


def _ref() -> UUID:
    return UUID(bytes=os.urandom(16))
