"""A document about two people opens with both keys, and with neither one erased."""

from uuid import UUID

import pytest

from registry.errors import KeyErased, Malformed, Tampered
from registry.values.identifiers import SubjectId
from registry.vault.block import Place, commitment_of
from registry.vault.documents import MAXIMUM_DOCUMENT, blob_id, open_document, seal_document
from tests.unit.vault.given import FACT, FR, LEDGER, NOW, ORDER, Vault

BOTH = (SubjectId(UUID(int=3)), SubjectId(UUID(int=4)))
PLACE = Place(ledger=LEDGER, stream=ORDER, fact_id=FACT, name="details/document")


def keys_of(vault):
    held = [vault.ring.to_seal(subject, jurisdiction=FR, now=NOW, entropy=vault.entropy) for subject in BOTH]
    vault.store.save(tuple(each.unsaved for each in held))
    return [each.key for each in held]


def document(vault, content=b"%PDF"):
    return seal_document(content, keys=keys_of(vault), place=PLACE, entropy=vault.entropy)


def test_a_document_comes_back_and_fits_its_commitment_and_its_address():
    vault = Vault()
    sealed = document(vault)
    opened = open_document(sealed.content, place=PLACE, ring=vault.ring)
    assert opened.content == b"%PDF"
    assert commitment_of(opened) == sealed.commitment
    assert blob_id(sealed.content) == sealed.blob
    assert b"%PDF" not in sealed.content


@pytest.mark.parametrize("erased", BOTH, ids=["protected", "respondent"])
def test_erasing_either_party_closes_a_document_about_both(erased):
    vault = Vault()
    sealed = document(vault)
    vault.store.erase(erased)
    vault.ring.forget(erased)
    with pytest.raises(KeyErased):
        open_document(sealed.content, place=PLACE, ring=vault.ring)


def test_the_order_of_the_keys_does_not_matter():
    vault = Vault()
    keys = keys_of(vault)
    sealed = seal_document(b"x", keys=reversed(keys), place=PLACE, entropy=vault.entropy)
    assert open_document(sealed.content, place=PLACE, ring=vault.ring).content == b"x"


def test_every_changed_byte_is_refused():
    vault = Vault()
    content = document(vault).content
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 0x40
        with pytest.raises(Tampered):
            open_document(bytes(changed), place=PLACE, ring=vault.ring)


@pytest.mark.parametrize("content", [b"", b"\x02", b"\x02\x00", b"\x02\x02" + bytes(32), b"\x02\x01" + bytes(15)])
def test_what_is_no_document_is_refused(content):
    with pytest.raises(Tampered):
        open_document(content, place=PLACE, ring=Vault().ring)


def test_a_document_about_nobody_or_without_end_is_refused():
    vault = Vault()
    with pytest.raises(Malformed, match="no-parties"):
        seal_document(b"x", keys=(), place=PLACE, entropy=vault.entropy)
    with pytest.raises(Malformed, match="too-long"):
        document(vault, bytes(MAXIMUM_DOCUMENT + 1))
