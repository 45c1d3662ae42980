"""No change of a signed request passes: not of its method, its address, its body, nor of any header that is covered."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from multidict import CIMultiDict

from registry.errors import NotSigned
from registry.messages.request import ALWAYS, WHERE_THERE
from tests.unit.messages.documents import header_of, held_document, signed_document, with_header
from tests.unit.messages.given import ED25519, HEADERS, KEYS, NOW, held, signed

EXAMPLES = settings(max_examples=20_000 if os.environ.get("TEST_DEEP") else 150, deadline=None)
PRINTABLE = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
WORD = st.text(PRINTABLE, min_size=1, max_size=40)
METHODS = st.sampled_from(["POST", "PUT", "PATCH", "DELETE"])
URIS = st.builds("https://registry.example/{}".format, WORD)
BODIES = st.binary(max_size=200)
SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(max_size=40)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3), max_leaves=6)
ALL = {**HEADERS, "If-Match": '"1"', "Document-Signature": "e30..AAAA"}
COVERED = [name for name in (*ALWAYS[2:], *WHERE_THERE) if name != "content-digest"]


@EXAMPLES
@given(method=METHODS, uri=URIS, body=BODIES, key=st.sampled_from(list(KEYS.values())), headers=st.fixed_dictionaries(
    dict.fromkeys(ALL, WORD)
))  # fmt: skip
def test_what_was_signed_holds(method, uri, body, key, headers):
    made = signed(key, method=method, uri=uri, body=body, headers=headers)
    held(made, method=method, uri=uri, body=body)


@EXAMPLES
@given(data=st.data(), key=st.sampled_from(list(KEYS.values())))
def test_no_change_passes(data, key):
    request = {"method": "POST", "uri": "https://registry.example/v1/orders?x=1", "body": b'{"a": 1}'}
    headers = signed(key, headers=ALL, **request)
    where = data.draw(
        st.sampled_from(["method", "uri", "body", *COVERED, "Signature", "Signature-Input", "Content-Digest"])
    )
    if where in request:
        request[where] = other(data, request[where], {"method": METHODS, "uri": URIS, "body": BODIES}[where])
    else:
        headers[where] = changed(data, headers[where])
    with pytest.raises(NotSigned):
        held(headers, **request)


def other(data, value, strategy):
    return data.draw(strategy.filter(lambda drawn: drawn != value))


def changed(data, value: str) -> str:
    """A text with one character changed, put in, taken out, or all of it another."""
    way, at = data.draw(st.sampled_from("cpta")), data.draw(st.integers(0, len(value) - 1))
    drawn = data.draw(PRINTABLE)
    if way == "c":
        text = value[:at] + drawn + value[at + 1 :]
    elif way == "p":
        text = value[:at] + drawn + value[at:]
    elif way == "t":
        text = value[:at] + value[at + 1 :]
    else:
        text = data.draw(WORD)
    return text if text != value else value + "!"


@EXAMPLES
@given(inputs=st.lists(st.text(max_size=80), max_size=3), signatures=st.lists(st.text(max_size=80), max_size=3))
def test_whatever_stands_in_the_fields_is_refused_and_breaks_nothing(inputs, signatures):
    headers = CIMultiDict(HEADERS)
    for value in inputs:
        headers.add("Signature-Input", value)
    for value in signatures:
        headers.add("Signature", value)
    with pytest.raises(NotSigned):
        held(headers, now=NOW)


@EXAMPLES
@given(data=st.data(), key=st.sampled_from(list(KEYS.values())), body=st.binary(max_size=300))
def test_no_flipped_bit_of_a_document_its_header_or_its_signature_passes(data, key, body):
    compact = signed_document(key, body=body)
    held_document(compact, body=body)
    where = data.draw(st.sampled_from(["body", "field"] if body else ["field"]))
    text = bytearray(body if where == "body" else compact.encode())
    at = data.draw(st.integers(0, 8 * len(text) - 1))
    text[at // 8] ^= 1 << at % 8
    flipped = (compact, bytes(text)) if where == "body" else (text.decode("latin-1"), body)
    with pytest.raises(NotSigned):
        held_document(flipped[0], body=flipped[1])


@EXAMPLES
@given(lines=st.lists(st.text(max_size=200), min_size=1, max_size=3))
def test_whatever_stands_in_the_field_of_a_document_is_refused_and_breaks_nothing(lines):
    with pytest.raises(NotSigned):
        held_document(*lines)


@EXAMPLES
@given(header=st.dictionaries(st.sampled_from(sorted(header_of(signed_document()))), JSON))
def test_whatever_a_header_says_instead_is_refused_and_breaks_nothing(header):
    other = header_of(signed_document()) | header
    if other == header_of(signed_document()):
        return
    try:
        held = held_document(with_header(ED25519, other))
    except NotSigned:
        return
    allowed = {"iat", "jti"} | ({"alg"} if other["alg"] == "EdDSA" else set())
    assert {name for name in other if other[name] != header_of(signed_document())[name]} <= allowed
    assert held.jti == other["jti"]
