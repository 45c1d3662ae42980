"""A log of any length for benches: a few orders' whole stories by commands, then copies of them in bulk.

The first copy is what the command path wrote, byte for byte (`assert_equal` compares); every further
copy differs in its identifiers, which are derived from the copy's number, and in its time, nothing else.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Final
from uuid import UUID

import orjson
import psycopg

from registry.access.actors import Principal, Role
from registry.commands.issuance import IssueCertificate
from registry.commands.notice import AcknowledgeNotice, IssueNotice
from registry.commands.violation import AcknowledgeAlert, RaiseAlert, ReportViolation
from registry.core import Core
from registry.ledger.codec import StoredFact, encode
from registry.values.identifiers import (
    AlertRef,
    CertificateRef,
    FactId,
    InstitutionId,
    KeyId,
    NoticeRef,
    Position,
    ViolationRef,
)
from registry.values.issuance import CertificateForm
from registry.values.jurisdiction import Jurisdiction
from registry.values.notice import NoticeKind
from registry.values.parties import Clear
from registry.values.time import Instant
from registry.values.violation import BreachKind
from scripts.benches._house import COURT, FRANCE, PRINCIPAL, Case, case, day, service

ORDERS: Final = 20
_CHUNK: Final = 5_000
_POLICE: Final = InstitutionId("de-polizei")
_DESK: Final = Principal(
    institution=_POLICE, key_id=KeyId("k2"), roles=frozenset({Role.POLICE}), jurisdictions=(Jurisdiction("DE"),)
)
_MACHINE: Final = Principal(
    institution=InstitutionId("registry"), key_id=KeyId("k3"), roles=frozenset({Role.REGISTRY}), jurisdictions=()
)
_ID: Final = re.compile(rb'"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"')
_SQLITE: Final = (
    "INSERT INTO stored_events (position, originator_id, originator_version, topic, state, recorded_at) "
    "VALUES (?,?,?,?,?,?)"
)
_POSTGRES: Final = (
    b"COPY stored_events (notification_id, originator_id, originator_version, topic, state, recorded_at) FROM STDIN"
)


def tell(opened: Core) -> tuple[StoredFact, ...]:
    """Carry out the stories of some orders by commands and give their facts as the store keeps them."""
    for _ in range(ORDERS):
        _story(opened, case())
    return tuple(
        (each.position, each.fact.stream, each.fact.version, *encode(each.fact), each.fact.recorded_at)
        for each in opened.ledger.reader.after(Position(0), limit=10_000)
    )


def _story(opened: Core, of: Case) -> None:
    executor = opened.executor
    notice, violation, alert = (executor.mint() for _ in range(3))
    perform = executor.perform
    perform(of.entry, principal=PRINCIPAL)
    perform(service(of, 2), principal=PRINCIPAL)
    certificate = IssueCertificate(
        order_ref=of.order_ref,
        certificate_ref=CertificateRef(executor.mint()),
        form=CertificateForm.ARTICLE_5,
        issued=day(5),
    )
    receipt = perform(certificate, principal=PRINCIPAL)
    perform(_notice(of, NoticeRef(notice), receipt.facts[0]), principal=_MACHINE)
    perform(AcknowledgeNotice(notice_ref=NoticeRef(notice), by=_POLICE), principal=_DESK)
    report: ReportViolation[Clear] = ReportViolation(
        violation_ref=ViolationRef(violation),
        order_ref=of.order_ref,
        jurisdiction=FRANCE,
        breaches=(BreachKind.THREAT,),
        occurred=day(8),
    )
    perform(report, principal=PRINCIPAL)
    raised = RaiseAlert(
        violation_ref=ViolationRef(violation),
        alert_ref=AlertRef(alert),
        recipient=COURT,
        due=Instant(0),
        basis="for the bench",
    )
    perform(raised, principal=_MACHINE)
    taken = AcknowledgeAlert(violation_ref=ViolationRef(violation), alert_ref=AlertRef(alert), by=COURT)
    perform(taken, principal=PRINCIPAL)


def _notice(of: Case, notice: NoticeRef, about: FactId) -> IssueNotice:
    return IssueNotice(
        notice_ref=notice,
        order_ref=of.order_ref,
        about=about,
        kind=NoticeKind.CERTIFICATE_ISSUED,
        recipient=_POLICE,
        jurisdiction=Jurisdiction("DE"),
        due=Instant(0),
        basis="for the bench",
    )


def copies(told: Sequence[StoredFact], total: int) -> Iterator[StoredFact]:
    """Give `total` facts: the stories as they were told, then copies of them, without end if need be."""
    first, last = told[0], told[-1]
    span = last[5] - first[5] + 1

    def all_copies() -> Iterator[StoredFact]:
        number = 0
        while True:
            for fact in told:
                yield fact if number == 0 else _copy(fact, number, len(told), span)
            number += 1

    return islice(all_copies(), total)


def _copy(fact: StoredFact, number: int, length: int, span: int) -> StoredFact:
    position, stream, version, topic, body, recorded_at = fact
    at = recorded_at + number * span
    moved = _ID.sub(lambda found: b'"%s"' % _derived(found[1], number), body)
    envelope = b'"recorded_at":%d'
    moved = moved.replace(envelope % recorded_at, envelope % at, 1)
    return position + number * length, UUID(_derived(str(stream).encode(), number).decode()), version, topic, moved, at


def _derived(identifier: bytes, number: int) -> bytes:
    return str(UUID(bytes=sha256(b"%d|" % number + identifier).digest()[:16])).encode()


def write(where: Path | str, told: Sequence[StoredFact], total: int) -> None:
    """Write the log behind what the command path left, by the store's own bulk means. No view has read yet."""
    rest = islice(copies(told, total), len(told), None)
    if isinstance(where, Path):
        with closing(sqlite3.connect(where, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            while some := list(islice(rest, _CHUNK)):
                connection.executemany(_SQLITE, [(fact[0], fact[1].hex, *fact[2:]) for fact in some])
            connection.execute("COMMIT")
        return
    with psycopg.connect(where) as server, server.cursor() as cursor, cursor.copy(_POSTGRES) as copy:
        for fact in rest:
            copy.write_row(fact)


def assert_equal(told: Sequence[StoredFact], read: Callable[[int, int], Sequence[StoredFact]]) -> None:
    """Raise unless the log begins with what the commands wrote, and a late copy says the same under other ids."""
    if tuple(read(0, len(told))) != tuple(told):
        message = "the log does not begin with what the command path wrote"
        raise AssertionError(message)
    for fact, copied in zip(told, read(len(told), len(told)), strict=False):
        if _without_ids(fact[4]) != _without_ids(copied[4]) or fact[2:4] != copied[2:4]:
            message = "a copy says something else than the fact it is a copy of"
            raise AssertionError(message)


def _without_ids(body: bytes) -> object:
    value = orjson.loads(_ID.sub(b'"id"', body))
    del value["recorded_at"]
    return value
