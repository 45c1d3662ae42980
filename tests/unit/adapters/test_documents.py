"""Documents are read within bounds, and the bytes of a record are its own."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.errors import Unreadable
from adapters.formats import fields, json_document, us_states, xml_document
from adapters.formats.court_codes import NOT_STATED, slug
from registry.values.issuance import Ternary
from registry.values.jurisdiction import Jurisdiction, is_shaped_like_a_jurisdiction
from registry.values.time import zone_info

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=("Cs",))),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from('ab"\\{[,:'), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.no_cover  # the same lines thousands of times
@given(cases=st.lists(JSON, max_size=5), before=JSON, after=JSON, indent=st.booleans())
def test_the_slices_of_a_delivery_are_the_bytes_of_its_records(
    cases: list[object], before: object, after: object, *, indent: bool
) -> None:
    whole = orjson.dumps(
        {"a": before, "cases": cases, "z": after}, option=orjson.OPT_INDENT_2 if indent else orjson.OPT_SORT_KEYS
    )
    parts = json_document.slices(whole, "cases", len(cases))
    assert [orjson.loads(part) for part in parts] == cases
    assert all(part in whole for part in parts)


def test_a_key_in_disguise_gives_the_whole_document_as_evidence() -> None:
    document = b'{"\\u0063ases": [1, 2]}'
    assert json_document.read(document, 100) == {"cases": [1, 2]}
    assert json_document.slices(document, "cases", 2) == (document, document)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"", "empty-document"),
        (b'{"a": 1, "a": 2}', "duplicate-key"),
        (b'{"a": {"b": 1, "\\u0062": 2}}', "duplicate-key"),
        (b'{"a": NaN}', "not-json"),
        (b'{"a": "\\ud800"}', "not-json"),
        (b"[" * 49 + b"]" * 49, "too-deep"),
        (b"[" * 5000, "not-json"),
        (b'"' + b"a" * 200_001 + b'"', "too-many-bytes"),
    ],
)
def test_json_out_of_bounds_is_unreadable(document: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        json_document.read(document, 200_000)
    assert caught.value.code == code


def test_json_with_too_many_values_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="too-many-values"):
        json_document.read(b"[" + b"0," * json_document.MAXIMUM_VALUES + b"0]", 10_000_000)


BILLION = b'<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;">]><a>&z;</a>'


@pytest.mark.no_cover  # the same lines thousands of times
@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"", "empty-document"),
        (b"<a>", "not-xml"),
        (b"<a/><b/>", "not-xml"),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', "not-xml"),
        (BILLION, "forbidden-construct"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "forbidden-construct"),
        (b"<a>" * 65 + b"</a>" * 65, "too-deep"),
        (b"<a>" * 100_000, "too-deep"),
        (b"<a>" + b"<b/>" * 200_000 + b"</a>", "too-many-values"),
        (b" " * 2_000_001, "too-many-bytes"),
    ],
)
def test_xml_out_of_bounds_is_unreadable(document: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        xml_document.read(document, 2_000_000)
    assert caught.value.code == code


def test_xml_is_read_by_namespace_whatever_the_prefix() -> None:
    one = xml_document.read(b'<a xmlns="urn:n"><b> x  y </b></a>', 100)
    other = xml_document.read(b'<q:a xmlns:q="urn:n"><q:b>x y</q:b></q:a>', 100)
    assert xml_document.text(one, "{urn:n}b") == xml_document.text(other, "{urn:n}b") == "x y"
    assert xml_document.canonical((other,), "{urn:w}w") == xml_document.canonical((other,), "{urn:w}w")


def test_an_element_name_that_is_not_plain_is_not_repeated() -> None:
    assert xml_document.local_name("{urn:n}Plain1") == "Plain1"
    assert xml_document.local_name("{urn:n}Ünplain") == "element"
    with pytest.raises(Unreadable, match="too-long at b"):
        xml_document.text(xml_document.read(b"<a><b>" + b"x" * 3000 + b"</b></a>", 5000), "b")


GROUP = fields.group({"text": " a ", "no": "", "number": 7, "yes": "YES", "list": [None, " "], "long": "x" * 300}, "g")


def test_fields_answer_what_they_are_asked_or_nothing() -> None:
    assert fields.text(GROUP, "text") == "a"
    assert fields.text(GROUP, "no") is None
    assert fields.reference(GROUP, "number") == "7"
    assert fields.yes_or_no(GROUP, "yes") is Ternary.YES
    assert fields.yes_or_no(GROUP, "no") is Ternary.UNKNOWN
    assert not fields.ticked(GROUP, "list")
    assert "a" not in repr(GROUP).replace("Fields(place='g')", "")


@pytest.mark.parametrize(
    ("reader", "key", "code"),
    [
        (fields.text, "number", "not-text at g/number"),
        (fields.text, "long", "too-long at g/long"),
        (fields.reference, "list", "not-text"),
        (fields.inner, "text", "not-a-group"),
        (fields.listed, "text", "not-a-collection"),
        (fields.ticked, "number", "not-a-collection"),
        (fields.yes_or_no, "text", "not-a-yes-or-no"),
    ],
)
def test_a_field_that_is_something_else_is_unreadable_at_its_place(reader: object, key: str, code: str) -> None:
    with pytest.raises(Unreadable, match=code):
        reader(GROUP, key)  # type: ignore[operator]  # the readers differ in what they answer


def test_a_reference_of_a_thousand_digits_and_a_list_without_end_are_refused() -> None:
    with pytest.raises(Unreadable, match="too-long"):
        fields.reference(fields.group({"id": 10**5000}, ""), "id")
    with pytest.raises(Unreadable, match="too-many-records"):
        fields.listed(fields.group({"l": [0] * 5001}, ""), "l")


def test_every_state_has_a_zone_and_some_are_uncertain() -> None:
    assert us_states.zone(Jurisdiction("US-HI")) == ("Pacific/Honolulu", True)
    assert us_states.zone(Jurisdiction("US-TX")) == ("America/Chicago", False)
    assert us_states.zone(Jurisdiction("US-X-NAVAJO"))[1] is False
    states = [
        code
        for one in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        for two in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        if us_states.is_state(code := one + two)
    ]
    assert len(states) == 50 + 1 + 5
    assert all(zone_info(us_states.zone(us_states.jurisdiction(code))[0]) for code in states)
    assert all(is_shaped_like_a_jurisdiction(us_states.jurisdiction(code)) for code in states)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("HONOLULU FAM CT", "honolulu-fam-ct"),
        ("Llys Teulu Caerdydd", "llys-teulu-caerdydd"),
        ("900142", "900142"),
        ("—", NOT_STATED),
        ("Tribunal de Évry", "tribunal-de-evry"),
    ],
)
def test_a_court_without_a_code_is_known_by_its_name(name: str, code: str) -> None:
    assert slug(name) == code
