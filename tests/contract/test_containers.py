"""Every format of containers: what is not what was signed has a fault, and no bytes make the check fail."""

from io import BytesIO
from zipfile import ZIP_LZMA, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.containers import asic_s
from registry.shelf import shelf
from registry.values.notice import ContainerFault
from tests.containers import a_container, signature

FORMATS = shelf("containers", "CONTAINER", default="adapters.containers")
CONTENT = b"what was signed"
SHA1 = "http://www.w3.org/2000/09/xmldsig#sha1"


def fault(content):
    return asic_s.CONTAINER.fault(content)


@pytest.mark.parametrize("code", FORMATS)
@given(content=st.binary(max_size=200))
def test_bytes_of_any_kind_have_a_fault_and_break_nothing(code, content):
    assert FORMATS[code].fault(content) in set(ContainerFault)


@given(place=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_no_changed_byte_makes_another_content_intact(place, bit):
    whole = bytearray(a_container(CONTENT))
    whole[place % len(whole)] ^= 1 << bit
    if fault(bytes(whole)) is None:
        with ZipFile(BytesIO(bytes(whole))) as archive:
            assert archive.read("SignedContent.zip") == CONTENT


def test_what_was_signed_is_intact():
    assert fault(a_container(CONTENT)) is None


@pytest.mark.parametrize(
    ("container", "found"),
    [
        (a_container(b"altered", signed=CONTENT), ContainerFault.DIGEST_MISMATCH),
        (
            a_container(CONTENT, xml=signature(CONTENT, method=SHA1, algorithm="sha1")),
            ContainerFault.DIGEST_TOO_WEAK,
        ),
        (
            a_container(b"altered", xml=signature(CONTENT, method=SHA1, algorithm="sha1")),
            ContainerFault.DIGEST_MISMATCH,
        ),
        (a_container(CONTENT, xml=signature(CONTENT, method="urn:other")), ContainerFault.DIGEST_UNREADABLE),
        (a_container(CONTENT, xml=signature(CONTENT, value="no base64!")), ContainerFault.DIGEST_UNREADABLE),
        (a_container(CONTENT, xml=signature(CONTENT, inner="<ds:Transforms/>")), ContainerFault.DIGEST_UNREADABLE),
        (a_container(CONTENT, xml=signature(CONTENT, uri="other.zip")), ContainerFault.CONTENT_NOT_SIGNED),
        (a_container(CONTENT, more=[("smuggled.exe", b"x")]), ContainerFault.CONTENT_NOT_SIGNED),
        (a_container(CONTENT, xml=b"<!DOCTYPE x [<!ENTITY y 'z'>]><x>&y;</x>"), ContainerFault.NOT_A_CONTAINER),
        (a_container(CONTENT, more=[(f"META-INF/{n}", b"") for n in range(70)]), ContainerFault.TOO_LARGE),
        (b"PK", ContainerFault.NOT_A_CONTAINER),
    ],
)
def test_each_fault_has_its_name(container, found):
    assert fault(container) is found


def test_an_archive_without_a_signature_is_no_container():
    written = BytesIO()
    with ZipFile(written, "w") as archive:
        archive.writestr("SignedContent.zip", CONTENT)
    assert fault(written.getvalue()) is ContainerFault.NOT_A_CONTAINER


def test_a_compression_that_no_container_has_is_not_unpacked():
    written = BytesIO()
    with ZipFile(written, "w", ZIP_LZMA) as archive:
        archive.writestr("SignedContent.zip", CONTENT)
        archive.writestr("META-INF/signatures.xml", signature(CONTENT))
    assert fault(written.getvalue()) is ContainerFault.NOT_A_CONTAINER


def test_what_unpacks_to_too_much_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(asic_s, "MAXIMUM_BYTES", 2_000)
    assert fault(a_container(b"0" * 3_000)) is ContainerFault.TOO_LARGE
