"""A query is kept so that it can be proved, and so that the log shows nothing of it."""

import hmac
from base64 import urlsafe_b64decode
from uuid import UUID

import pytest

from registry.errors import KeyErased, Tampered
from registry.values.identifiers import FactId, InstitutionId, StreamId
from registry.values.time import Instant
from registry.vault.audit import audit_month, audit_subject, open_query, seal_query, undated_subject
from tests.unit.vault.given import FACT, FR, LEDGER, NOW, Vault

POLICE = InstitutionId("de-polizei-berlin")
DAY = StreamId(UUID(int=50))
QUERY = b'{"name":"Ben"}'


def asked(vault):
    sealed = seal_query(
        QUERY,
        institution=POLICE,
        ledger=LEDGER,
        stream=DAY,
        fact_id=FACT,
        jurisdiction=FR,
        zone="UTC",
        ring=vault.ring,
        now=NOW,
        entropy=vault.entropy,
    )
    if sealed.new_key:
        vault.store.save((sealed.new_key,))
    return sealed


def test_a_query_opens_to_its_bytes_and_its_commitment():
    vault = Vault()
    sealed = asked(vault)
    assert open_query(sealed.query, ledger=LEDGER, stream=DAY, fact_id=FACT, ring=vault.ring) == (
        QUERY,
        sealed.commitment,
    )
    assert len(urlsafe_b64decode(sealed.commitment + "=")) == len(hmac.digest(b"", b"", "sha256"))


def test_the_same_query_twice_looks_different():
    vault = Vault()
    one, other = asked(vault), asked(vault)
    assert one.commitment != other.commitment
    assert one.query != other.query
    assert other.new_key is None


def test_an_institution_has_one_audit_key_a_month_and_shares_it_with_nobody():
    month = audit_month(NOW, "UTC")
    assert audit_subject(POLICE, month) == asked(Vault()).subject
    others = {audit_subject(InstitutionId("de-polizei-bonn"), month), audit_subject(POLICE, "1999-01")}
    assert len({audit_subject(POLICE, month), undated_subject(POLICE), *others}) == 4


@pytest.mark.parametrize(
    ("at", "month"),
    [
        (0, "1970-01"),
        (1_795_305_600_000_000 - 1, "2026-11"),
        (1_796_083_199_999_999, "2026-11"),
        (1_796_083_200_000_000, "2026-12"),
    ],
)
def test_months_begin_and_end_at_midnight(at, month):
    assert audit_month(Instant(at), "UTC") == month


@pytest.mark.parametrize(("zone", "month"), [("Europe/Berlin", "2027-01"), ("Pacific/Honolulu", "2026-12")])
def test_months_are_those_of_the_place(zone, month):
    first_hour_of_the_year_in_berlin = Instant(1_798_758_000_000_000)
    assert audit_month(first_hour_of_the_year_in_berlin, zone) == month


def test_a_query_moved_to_another_answer_is_refused_and_an_erased_one_is_gone():
    vault = Vault()
    sealed = asked(vault)
    with pytest.raises(Tampered):
        open_query(sealed.query, ledger=LEDGER, stream=DAY, fact_id=FactId(UUID(int=51)), ring=vault.ring)
    vault.store.erase(sealed.subject)
    vault.ring.forget(sealed.subject)
    with pytest.raises(KeyErased):
        open_query(sealed.query, ledger=LEDGER, stream=DAY, fact_id=FACT, ring=vault.ring)
