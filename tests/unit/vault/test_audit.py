"""A query is kept so that it can be proved, and so that the log shows nothing of it."""

import hmac
from base64 import urlsafe_b64decode
from uuid import UUID

import pytest

from registry.errors import KeyErased, Tampered
from registry.values.identifiers import FactId, InstitutionId, StreamId
from registry.vault.audit import audit_subject, open_query, seal_query
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


def test_an_institution_has_one_audit_key_and_shares_it_with_nobody():
    assert audit_subject(POLICE) == audit_subject(POLICE) == asked(Vault()).subject
    assert audit_subject(POLICE) != audit_subject(InstitutionId("de-polizei-bonn"))


def test_a_query_moved_to_another_answer_is_refused_and_an_erased_one_is_gone():
    vault = Vault()
    sealed = asked(vault)
    with pytest.raises(Tampered):
        open_query(sealed.query, ledger=LEDGER, stream=DAY, fact_id=FactId(UUID(int=51)), ring=vault.ring)
    vault.store.erase(sealed.subject)
    vault.ring.forget(sealed.subject)
    with pytest.raises(KeyErased):
        open_query(sealed.query, ledger=LEDGER, stream=DAY, fact_id=FACT, ring=vault.ring)
