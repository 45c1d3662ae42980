"""Whatever is sent: the problem names the place, repeats nothing, records nothing, and the next one is served."""

import asyncio

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.api.check_models import CheckRequest
from registry.api.order_models import OrderEntry
from registry.api.problems import HttpProblem
from registry.api.reading import read_model
from registry.api.services import Limits
from tests.amounts import examples
from tests.http.given import a_registry, an_order, day

PLANTED = "Zwetschgenkern"


def changed(path: str, value) -> bytes:
    """Give an order with one value replaced; the path is a JSON pointer."""
    order = an_order()
    *way, last = [int(part) if part.isdigit() else part for part in path.strip("/").split("/")]
    place = order
    for part in way:
        place = place[part]
    place[last] = value
    return orjson.dumps(order)


NAME = "/parties/1/identity/name/family"
DATE = "/issued/date"
BAD = [
    ("malformed", b'{"court": {"code": "Zwetschgenkern"', 400, "unreadable-json", None),
    ("empty", b"", 400, "unreadable-json", None),
    ("not UTF-8", b'{"kind": "Zwetschgenkern\xff"}', 400, "unreadable-json", None),
    ("not a number", b'{"Zwetschgenkern": NaN}', 400, "unreadable-json", None),
    ("a lone surrogate", b'{"number": "Zwetschgenkern\\ud800"}', 400, "unreadable-json", None),
    ("duplicate keys", b'{"Zwetschgenkern": 1, "Zwetschgenkern": 2}', 400, "duplicate-member", None),
    ("nested 10,000 deep", b"[" * 10_000 + b"]" * 10_000, 400, "too-deep", None),
    ("nested 20 deep", b'{"a":' * 20 + b"1" + b"}" * 20, 400, "too-deep", ("", "too-deep")),
    (
        "a field nested 20 deep",
        changed("/conditions", orjson.loads(b"[" * 20 + b"]" * 20)),
        400,
        "too-deep",
        ("/conditions" + "/0" * 15, "too-deep"),
    ),
    (
        "a huge integer",
        changed("/conditions/0/metres", 1).replace(b'"metres":1', b'"metres":9007199254740993'),
        400,
        "number-too-large",
        ("/conditions/0/metres", "out-of-range"),
    ),
    ("no object", b"[]", 422, "does-not-fit", ("", "wrong-type")),
    ("an unknown field", changed("/Zwetschgenkern", 1), 422, "does-not-fit", ("", "unknown-field")),
    ("an unknown field within", changed("/court/Zwetschgenkern", 1), 422, "does-not-fit", ("/court", "unknown-field")),
    ("another type", changed("/number", {"Zwetschgenkern": 1}), 422, "does-not-fit", ("/number", "wrong-type")),
    ("a number for a word", changed("/kind", 7), 422, "does-not-fit", ("/kind", "not-in-list")),
    ("another word", changed("/kind", PLANTED), 422, "does-not-fit", ("/kind", "not-in-list")),
    ("a fraction", changed("/conditions/0/metres", 1.5), 422, "does-not-fit", ("/conditions/0/metres", "wrong-type")),
    (
        "yes for a boolean",
        changed("/parties/0/contact/consent", PLANTED),
        422,
        "does-not-fit",
        ("/parties/0/contact/consent", "wrong-type"),
    ),
    ("a date that is none", changed(DATE, "2026-02-30"), 422, "does-not-fit", (DATE, "no-such-date")),
    ("a date in another form", changed(DATE, "01.05.2026"), 422, "does-not-fit", (DATE, "wrong-form")),
    ("zero for a date", changed(DATE, "0"), 422, "does-not-fit", (DATE, "wrong-form")),
    ("a number for a date", changed(DATE, 0), 422, "does-not-fit", (DATE, "wrong-type")),
    ("an absurd date", changed(DATE, "0001-01-01"), 422, "date-implausible", ("/issued", "date-implausible")),
    ("a date ahead", changed(DATE, "2099-01-01"), 422, "date-in-the-future", ("/issued", "date-in-the-future")),
    (
        "a zone that is none",
        changed("/issued/zone", "Europe/Zwetschgenkern"),
        422,
        "does-not-fit",
        ("/issued/zone", "no-such-zone"),
    ),
    (
        "a zone as a path",
        changed("/issued/zone", "../../etc/passwd"),
        422,
        "does-not-fit",
        ("/issued/zone", "no-such-zone"),
    ),
    ("a time that is none", changed("/issued/time", "25:00"), 422, "does-not-fit", ("/issued/time", "wrong-form")),
    (
        "an end without its moment",
        changed("/expiry", {"kind": "GIVEN"}),
        422,
        "does-not-fit",
        ("/expiry", "expiry-and-moment"),
    ),
    ("a turn of direction", changed(NAME, PLANTED + "\u202e"), 422, "does-not-fit", (NAME, "bidirectional-control")),
    ("an isolate", changed(NAME, PLANTED + "\u2066"), 422, "does-not-fit", (NAME, "bidirectional-control")),
    ("a filler", changed(NAME, PLANTED + "\u3164"), 422, "does-not-fit", (NAME, "invisible-character")),
    ("a joiner of nothing", changed(NAME, PLANTED + "\u034f"), 422, "does-not-fit", (NAME, "invisible-character")),
    ("a tag", changed(NAME, PLANTED + "\U000e0041"), 422, "does-not-fit", (NAME, "invisible-character")),
    ("a joiner", changed("/number", "RG\u200d 1"), 422, "does-not-fit", ("/number", "invisible-character")),
    ("a zero", changed(NAME, PLANTED + "\x00"), 422, "does-not-fit", (NAME, "control-character")),
    ("an escape", changed(NAME, PLANTED + "\x1b[2J"), 422, "does-not-fit", (NAME, "control-character")),
    ("a line in a name", changed(NAME, PLANTED + "\nx"), 422, "does-not-fit", (NAME, "wrong-form")),
    (
        "a turn in a label",
        changed("/parties/0/label", "p\u200e"),
        422,
        "does-not-fit",
        ("/parties/0/label", "bidirectional-control"),
    ),
    (
        "nobody's birth date",
        changed("/parties/1/identity/birth_date", "0001-01-01"),
        422,
        "birth-date-implausible",
        ("/parties/1/identity/birth_date", "birth-date-implausible"),
    ),
    (
        "a name of nothing",
        changed("/parties/1/identity/name", {"family": "-"}),
        422,
        "name-needed",
        ("/parties/1/identity/name", "name-needed"),
    ),
    ("a long name", changed(NAME, PLANTED * 40), 422, "does-not-fit", (NAME, "too-long")),
    ("an empty name", changed(NAME, ""), 422, "does-not-fit", (NAME, "too-short")),
    ("nobody", changed("/parties", []), 422, "does-not-fit", ("/parties", "too-few")),
    ("no respondent", changed("/parties/1/role", "PROTECTED"), 422, "no-respondent", ("/parties", "no-respondent")),
    (
        "too many parties",
        changed("/parties", an_order()["parties"] * 30),
        422,
        "does-not-fit",
        ("/parties", "too-many"),
    ),
    (
        "an unknown label",
        changed("/conditions/0/protects", ["zwetschgenkern"]),
        422,
        "label-unknown",
        ("/conditions/0/protects/0", "label-unknown"),
    ),
    ("two of one label", changed("/parties/1/label", "ada"), 422, "label-twice", ("/parties", "label-twice")),
    (
        "a contact of the respondent",
        changed("/parties/1/contact", an_order()["parties"][0]["contact"]),
        422,
        "contact-only-for-protected",
        ("/parties/1/contact", "contact-only-for-protected"),
    ),
    (
        "a foreign jurisdiction",
        changed("/court/jurisdiction", "DE"),
        403,
        "outside-own-jurisdiction",
        ("/court/jurisdiction", "outside-own-jurisdiction"),
    ),
    (
        "no jurisdiction at all",
        changed("/court/jurisdiction", "zwetschgenkern"),
        422,
        "does-not-fit",
        ("/court/jurisdiction", "wrong-form"),
    ),
    ("a reference that is none", changed("/origin", PLANTED), 422, "does-not-fit", ("/origin", "wrong-form")),
]


@pytest.mark.parametrize(("body", "status", "code", "error"), [case[1:] for case in BAD], ids=[c[0] for c in BAD])
async def test_a_bad_body_is_refused_by_its_place_alone(registry, body, status, code, error):
    before = registry.head()
    answer = await registry.post("fr-tj-lille", "/v1/orders", body)
    assert (answer.status, answer.json["code"]) == (status, code), answer.json
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["type"] == f"urn:protective-order-registry:problem:{code}"
    if error is not None:
        assert {"pointer": error[0], "code": error[1]} in answer.json["errors"]
    assert PLANTED.lower().encode() not in answer.body.lower()
    assert registry.head() == before
    assert (await registry.get(None, "/livez")).status == 200


async def test_a_court_with_several_jurisdictions_chooses_one(registry):
    answer = await registry.post("gb-court", "/v1/orders", an_order())
    assert (answer.status, answer.json["code"]) == (422, "jurisdiction-needed")
    chosen = an_order(court={"code": "C1", "jurisdiction": "GB-EAW"})
    assert (await registry.post("gb-court", "/v1/orders", chosen)).status == 201


async def test_a_case_is_entered_once(registry):
    assert (await registry.post("fr-tj-lille", "/v1/orders", an_order())).status == 201
    before = registry.head()
    answer = await registry.post("fr-tj-lille", "/v1/orders", an_order(number="rg  26/01234"))
    assert (answer.status, answer.json["code"]) == (409, "already-taken")
    assert b"01234" not in answer.body
    assert registry.head() == before


async def test_a_key_gives_the_same_receipt_again_and_no_other(registry):
    first = await registry.post("fr-tj-lille", "/v1/orders", an_order(), key="the-same-key")
    before = registry.head()
    again = await registry.post("fr-tj-lille", "/v1/orders", an_order(), key='"the-same-key"')
    assert again.status == 201
    assert again.json == first.json | {"replayed": True}
    other = await registry.post("fr-tj-lille", "/v1/orders", an_order(kind="INTERIM"), key="the-same-key")
    assert (other.status, other.json["code"]) == (422, "idempotency-key-reused")
    assert registry.head() == before


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "idempotency-key-missing"),
        ("short", "idempotency-key-malformed"),
        ("a b c d e f g", "idempotency-key-malformed"),
        ("x" * 129, "idempotency-key-malformed"),
    ],
)
async def test_a_write_needs_a_key(registry, key, code):
    answer = await registry.post("fr-tj-lille", "/v1/orders", an_order(), key=key)
    assert (answer.status, answer.json["code"]) == (400, code)
    assert registry.head() == 0


async def test_a_change_needs_to_have_seen_the_order(registry):
    entered = (await registry.post("fr-tj-lille", "/v1/orders", an_order())).json
    path = f"/v1/orders/{entered['order_ref']}/revocation"
    revocation = {"from": day("2026-06-01"), "reason": "WITHDRAWN"}
    before = registry.head()
    for tag, status, code in (
        (None, 428, "if-match-missing"),
        ('"7"', 412, "order-has-changed"),
        ("7", 400, "if-match-malformed"),
        ('W/"1"', 400, "if-match-malformed"),
        ("*", 400, "if-match-malformed"),
    ):
        answer = await registry.post("fr-tj-lille", path, revocation, if_match=tag)
        assert (answer.status, answer.json["code"]) == (status, code)
        assert registry.head() == before
    answer = await registry.post("fr-tj-lille", path, revocation, if_match='"1"')
    assert (answer.status, answer.headers["ETag"]) == (200, '"2"')


async def test_a_body_is_no_longer_than_its_route_takes(registry):
    before = registry.head()
    long = orjson.dumps(an_order(number="x" * 950_000))
    announced = await registry.post("fr-tj-lille", "/v1/orders", long)
    assert (announced.status, announced.json["code"]) == (413, "body-too-large")

    async def pieces():
        for _ in range(200):
            yield b" " * 10_000

    headers = await registry.headers("fr-tj-lille")
    headers |= registry.signature("fr-tj-lille", "/v1/orders", headers, b"")
    async with registry.session.post(registry.url + "/v1/orders", data=pieces(), headers=headers) as response:
        assert response.status == 413
        assert orjson.loads(await response.read())["code"] == "body-too-large"
    assert registry.head() == before
    assert (await registry.get(None, "/livez")).status == 200


async def test_a_body_comes_in_time_or_not_at_all(tmp_path):
    async with a_registry(tmp_path, limits=Limits(body_seconds=0.05)) as registry:
        never = asyncio.Event()

        async def slow():
            yield b"{"
            await never.wait()

        headers = await registry.headers("fr-tj-lille")
        headers |= registry.signature("fr-tj-lille", "/v1/orders", headers, b"")
        async with registry.session.post(registry.url + "/v1/orders", data=slow(), headers=headers) as response:
            assert response.status == 408
            assert orjson.loads(await response.read())["code"] == "body-too-slow"
            never.set()


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Content-Type": "text/plain"}, "content-type-unsupported"),
        ({"Content-Type": "application/json; charset=latin-1"}, "content-type-unsupported"),
        ({"Content-Encoding": "gzip"}, "content-encoding-unsupported"),
    ],
)
async def test_a_body_is_plain_json(registry, headers, code):
    answer = await registry.post("fr-tj-lille", "/v1/orders", an_order(), headers=headers)
    assert (answer.status, answer.json["code"]) == (415, code)


@pytest.mark.parametrize("query", ["?who=Zwetschgenkern", "?limit=Zwetschgenkern", "?limit=1&limit=2", "?after=-1"])
async def test_a_query_has_known_parameters_in_their_form(registry, query):
    answer = await registry.get("fr-tj-lille", "/v1/inbox" + query)
    assert answer.status == 400
    assert PLANTED.encode() not in answer.body


@pytest.mark.parametrize(
    "raw",
    [
        b"Zwetschgenkern\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: Zwetschgenkern\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nHost: x\r\nZwetsch genkern: Zwetschgenkern\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nHost: x\r\nX: " + b"Zwetschgenkern" * 1000 + b"\r\n\r\n",
        b"POST /v1/token HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
    ],
)
async def test_what_is_not_http_is_answered_with_a_problem(registry, raw):
    host, port = registry.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(raw)
    answered = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    await writer.wait_closed()
    head, _, body = answered.partition(b"\r\n\r\n")
    assert b" 400 " in head.split(b"\r\n")[0]
    assert orjson.loads(body)["code"] == "bad-request"
    assert b"Python" not in head
    assert b"wetsch" not in answered


async def test_a_path_or_method_that_is_not_there_is_a_problem(registry):
    missing = await registry.get(None, "/Zwetschgenkern")
    assert (missing.status, missing.json["code"]) == (404, "not-found")
    assert PLANTED.encode() not in missing.body
    other = await registry.get("fr-tj-lille", "/v1/checks")
    assert (other.status, other.json["code"], other.headers["Allow"]) == (405, "method-not-allowed", "POST")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["court", "kind", "parties", "from", "identity", "x"]), inner)
        ),
        max_leaves=20,
    )
)
@settings(max_examples=examples(60))
def test_no_body_brings_anything_but_a_problem(value):
    try:
        body = orjson.dumps(value)
    except (TypeError, ValueError):
        return
    for model in (OrderEntry, CheckRequest):
        with pytest.raises(HttpProblem):
            read_model(model, body, depth=16)
