"""The status list as its specification has it: the vectors byte for byte, and nothing read as valid that is not."""

import re
import zlib
from base64 import urlsafe_b64encode
from hashlib import sha256
from pathlib import Path

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.card import cose, pack, statuslist
from registry.card.refusals import CardRefused
from registry.card.statuslist import StatusList
from tests.unit.card.given import STATUS_KEY, STRANGE_KEY, key

VECTORS = Path(__file__).resolve().parents[4] / "shared" / "vectors" / "status-list"
"""The specification and its vectors, where they lie beside the project."""
EXAMPLES = VECTORS / "examples"
BITS = (1, 2, 4, 8)
with_vectors = pytest.mark.skipif(
    not EXAMPLES.is_dir(),
    reason="THE VECTORS OF THE TOKEN STATUS LIST ARE NOT BESIDE THE PROJECT",
)
ENTRIES = 1 << 20

# The same vectors as facts: indices, values, and the SHA-256 of what the specification prints.
TWO_BITS = {
    0: 1, 1993: 2, 25460: 1, 159495: 3, 495669: 1, 554353: 1, 645645: 2, 723232: 1, 854545: 1, 934534: 2, 1000345: 3,
}  # fmt: skip
ONE_BIT = dict.fromkeys(TWO_BITS, 1)
DIGESTS = {
    1: "117fbe7483b2782f40bfc6f85981e33567eb543cabb32cf2f5455fcf98d234d6",
    2: "46aeda691908bc8dd71368c9277807a493fce33bd703607ef1129c1847d39764",
}


def hexadecimal(text: str) -> bytes:
    return bytes.fromhex("".join(re.findall(r"^[0-9a-f]+$", text, re.MULTILINE)))


def values_of(bits: int) -> dict[int, int]:
    """Read the indices and values of a vector from the text of the specification."""
    draft = (VECTORS / "draft-ietf-oauth-status-list.md").read_text()
    section = draft.split(f"\n## {bits}-bit Status List\n")[1].split("\n## ")[0]
    return {int(i): int(v, 2) for i, v in re.findall(r"status\[(\d+)\] *= *0b([01]+)", section)}


@with_vectors
@pytest.mark.parametrize("bits", BITS)
def test_each_long_vector_is_met_byte_for_byte(bits: int):
    values = values_of(bits)
    packed = statuslist.pack(values, entries=ENTRIES, bits=bits)
    lst = statuslist.compressed(packed)
    size = "_long" if bits <= 2 else ""
    names = [f"encoding{bits}{size}_{form}" for form in ("cbor", "json")]
    wanted = (EXAMPLES / f"status_list_{names[0]}.md").read_text()
    assert statuslist.as_cbor(lst, bits=bits) == hexadecimal(wanted)
    said = re.sub(r"\s", "", (EXAMPLES / f"status_list_{names[1]}.md").read_text())
    assert f'"lst":"{statuslist.as_json(lst, bits=bits)["lst"]}"' in said
    assert all(statuslist.entry(packed, index, bits=bits) == value for index, value in values.items())
    assert statuslist.expanded(lst, bits=bits) == packed
    assert statuslist.read_json(statuslist.as_json(lst, bits=bits)) == (packed, bits)


@with_vectors
@pytest.mark.parametrize(("bits", "name", "packed"), [(1, "encoding", "b9a3"), (2, "encoding2", "c944f9")])
def test_each_short_vector_is_met_byte_for_byte(bits: int, name: str, packed: str):
    lst = statuslist.compressed(bytes.fromhex(packed))
    wanted = (EXAMPLES / f"status_list_{name}_cbor.md").read_text()
    assert statuslist.as_cbor(lst, bits=bits) == hexadecimal(wanted)


@with_vectors
def test_the_claims_of_the_printed_cwt_are_met_byte_for_byte():
    """The printed token has a key id of two bytes, which ours never have; its claims are read all the same."""
    printed = cbor2.loads(hexadecimal((EXAMPLES / "status_list_cwt.md").read_text()))
    payload = printed.value[2]
    found = statuslist.read_claims(payload)
    assert found == StatusList(
        uri="https://example.com/statuslists/1",
        issued=1686920170,
        expires=2291720170,
        ttl=43200,
        packed=bytes.fromhex("b9a3"),
        bits=1,
    )
    token = statuslist.cwt(found, STATUS_KEY)
    assert cose.parse(token, typ=statuslist.CWT_TYPE).payload == payload
    assert cbor2.loads(cbor2.loads(token).value[0])[16] == cbor2.loads(printed.value[0])[16]


@pytest.mark.parametrize(("bits", "values"), [(1, ONE_BIT), (2, TWO_BITS)])
def test_the_vectors_as_facts_are_met(bits: int, values: dict[int, int]):
    packed = statuslist.pack(values, entries=ENTRIES, bits=bits)
    written = statuslist.as_cbor(statuslist.compressed(packed), bits=bits)
    assert sha256(written).hexdigest() == DIGESTS[bits]


@given(st.sampled_from(BITS), st.data())
def test_what_is_packed_is_what_is_read(bits: int, data):
    values = data.draw(st.dictionaries(st.integers(0, 255), st.integers(0, 2**bits - 1)))
    packed = statuslist.pack(values, entries=256, bits=bits)
    assert [statuslist.entry(packed, index, bits=bits) for index in range(256)] == [
        values.get(index, 0) for index in range(256)
    ]


@pytest.mark.parametrize("index", [-1, 256])
def test_an_index_outside_the_list_is_refused_and_never_valid(index: int):
    with pytest.raises(CardRefused, match="index-outside-list"):
        statuslist.entry(statuslist.pack({}, entries=256), index)


@pytest.mark.parametrize(("values", "entries", "bits"), [({256: 1}, 256, 2), ({0: 4}, 256, 2), ({}, 3, 2), ({}, 8, 3)])
def test_what_does_not_fit_a_list_is_not_packed(values, entries, bits):
    with pytest.raises(ValueError, match=r"entry|list"):
        statuslist.pack(values, entries=entries, bits=bits)


@pytest.mark.parametrize(
    ("lst", "reason"),
    [
        (b"abc", "list-not-zlib"),
        (zlib.compress(bytes(8))[:-1], "list-size"),
        (zlib.compress(bytes(8)) + b"x", "list-size"),
        (zlib.compress(bytes((1 << 18) + 1)), "list-size"),
    ],
)
def test_a_list_that_would_not_end_is_refused(lst: bytes, reason: str):
    with pytest.raises(CardRefused, match=reason):
        statuslist.expanded(lst)


def a_list(**more) -> StatusList:
    said = {"uri": "https://a.example/status/1", "issued": 1, "expires": 9, "ttl": 5, "packed": bytes(4)}
    return StatusList(**(said | more))


def test_a_token_is_held_to_its_signature():
    token = statuslist.cwt(a_list(), STATUS_KEY)
    assert pack.read_token(token, [key(STATUS_KEY)]) == a_list()
    for signers in ([], [key(STRANGE_KEY)]):
        with pytest.raises(CardRefused, match="wrong-signature"):
            pack.read_token(token, signers)
    with pytest.raises(CardRefused):
        pack.read_token(token[:-1] + bytes([token[-1] ^ 1]), [key(STATUS_KEY)])


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ([], "claims-of-wrong-form"),
        ({2: "u", 6: 1, 4: 2, 65534: 1}, "claims-of-wrong-form"),
        ({2: 1, 6: 1, 4: 2, 65534: 1, 65533: {"bits": 2, "lst": b""}}, "claims-of-wrong-form"),
        ({2: "u", 6: 1, 4: 2, 65534: 0, 65533: {"bits": 2, "lst": b""}}, "claims-of-wrong-form"),
        ({2: "u", 6: 1, 4: 2, 65534: 1, 65533: {"bits": 3, "lst": b""}}, "bits-out-of-range"),
        ({2: "u", 6: 1, 4: 2, 65534: 1, 65533: {"bits": 2, "lst": b""}}, "list-size"),
    ],
)
def test_other_claims_are_refused(claims, reason):
    with pytest.raises(CardRefused, match=reason):
        statuslist.read_claims(cbor2.dumps(claims))


def test_a_jwt_list_of_another_form_is_refused():
    for said, reason in (
        ({"bits": 2}, "claims-of-wrong-form"),
        ({"bits": 5, "lst": ""}, "claims-of-wrong-form"),
        ({"bits": 2, "lst": "Ø"}, "list-not-base64"),
    ):
        with pytest.raises(CardRefused, match=reason):
            statuslist.read_json(said)
    assert statuslist.jwt_claims(a_list())["status_list"] == {
        "bits": 2,
        "lst": urlsafe_b64encode(zlib.compress(bytes(4), 9)).rstrip(b"=").decode(),
    }
