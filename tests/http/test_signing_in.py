"""Signing in: a signed assertion, once; a short token; and nothing told to whoever fails."""

from base64 import urlsafe_b64encode

import orjson
import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey

from registry.access.directory import MAXIMUM_FILE, parse_enrolment
from registry.errors import ConfigurationError
from registry.limits.outgoing import Rule
from registry.machines.access_tokens import AccessTokens
from registry.machines.issuer_keys import IssuerKeys
from registry.machines.keys_at import KeysAt
from tests.http.given import ISSUER, a_registry, an_order, entry, form, new_key
from tests.unit.machines import given as elsewhere


async def refused(registry, assertion: str) -> bytes:
    async with registry.session.post(registry.url + "/v1/token", data=form(assertion)) as response:
        assert response.status == 401, await response.text()
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
        body = await response.json(content_type="application/problem+json")
    assert (body.pop("error"), body["code"]) == ("invalid_client", "sign-in-failed")
    body.pop("request_id")
    return repr(body).encode()


async def test_an_institution_signs_in_by_either_kind_of_key(registry):
    for client in ("fr-tj-lille", "de-polizei"):
        assert (await registry.get(client, "/v1/inbox")).status == 200


async def test_the_older_name_of_the_algorithm_is_read_too(registry):
    payload = jws.extract_compact(registry.assertion("fr-tj-lille").encode()).payload
    header = {"alg": "EdDSA", "kid": "k1"}
    with pytest.warns(match="deprecated"):
        signed = jws.serialize_compact(header, payload, registry.keys["fr-tj-lille"], algorithms=["EdDSA"])
    async with registry.session.post(registry.url + "/v1/token", data=form(signed)) as response:
        assert response.status == 200


async def test_whoever_fails_is_told_the_same(registry):
    client, now = "fr-tj-lille", registry.clock() // 1_000_000
    used = registry.assertion(client)
    await_first = form(used)
    async with registry.session.post(registry.url + "/v1/token", data=await_first) as response:
        assert response.status == 200
    stranger = OKPKey.generate_key("Ed25519", parameters={"kid": "k1"})
    bad = [
        used,
        registry.assertion(client, key=stranger),
        registry.assertion(client, key=ECKey.generate_key("P-256", parameters={"kid": "k1"})),
        registry.assertion("nobody-at-all", key=stranger),
        registry.assertion(client, kid="k2"),
        registry.assertion(client, aud="https://elsewhere.example/v1/token"),
        registry.assertion(client, aud=[ISSUER + "/v1/token", "https://elsewhere.example"]),
        registry.assertion(client, iss="de-polizei"),
        registry.assertion(client, sub="de-polizei"),
        registry.assertion(client, exp=now - 120),
        registry.assertion(client, exp=now + 3600),
        registry.assertion(client, exp=float(now + 100)),
        registry.assertion(client, exp=None),
        registry.assertion(client, iat=now + 3600),
        registry.assertion(client, iat=None),
        registry.assertion(client, nbf=now + 3600),
        registry.assertion(client, jti=None),
        registry.assertion(client, jti="short"),
        registry.assertion(client, on_behalf_of="Ben Müller"),
        registry.assertion(client, on_behalf_of=7),
        "not.a.token",
        "x" * 8000,
        used.rsplit(".", 1)[0] + ".",
    ]
    told = {await refused(registry, assertion) for assertion in bad}
    assert len(told) == 1
    assert registry.head() == 0


async def test_an_unsigned_assertion_is_no_assertion(registry):
    payload = registry.assertion("fr-tj-lille").split(".")[1]
    for header in ("eyJhbGciOiJub25lIiwia2lkIjoiazEifQ", "eyJhbGciOiJIUzI1NiIsImtpZCI6ImsxIn0"):
        await refused(registry, f"{header}.{payload}.")


@pytest.mark.parametrize(
    "said",
    [{"alg": []}, {"alg": {}}, {"alg": 7}, {"typ": []}, {"crit": 5}, {"crit": [[]]}, {"crit": ["b64"], "b64": False}],
    ids=str,
)
async def test_a_header_of_another_shape_is_refused_like_any_other(registry, said):
    _, payload, signature = registry.assertion("fr-tj-lille").split(".")
    header = urlsafe_b64encode(orjson.dumps({"alg": "Ed25519", "kid": "k1"} | said)).rstrip(b"=").decode()
    await refused(registry, f"{header}.{payload}.{signature}")
    registry.tokens["fr-tj-lille"] = f"{header}.{payload}.{signature}"
    assert (await registry.get("fr-tj-lille", "/v1/inbox")).status == 401


@pytest.mark.parametrize("issuer", [[], {}, 7, None, ["https://login.example"]], ids=str)
async def test_an_issuer_of_another_shape_is_nobodys(tmp_path, issuer):
    known = elsewhere.issuer()
    others = AccessTokens(issuers={known.issuer: known}, keys=IssuerKeys((), KeysAt((), Rule())))
    async with a_registry(tmp_path, others=others) as registry:
        registry.tokens["fr-tj-lille"] = elsewhere.token(iss=issuer)
        assert (await registry.get("fr-tj-lille", "/v1/inbox")).status == 401


async def test_a_token_is_good_for_ten_minutes(registry):
    assert (await registry.get("fr-tj-lille", "/v1/inbox")).status == 200
    registry.clock.pass_seconds(9 * 60)
    assert (await registry.get("fr-tj-lille", "/v1/inbox")).status == 200
    registry.clock.pass_seconds(61)
    answer = await registry.get("fr-tj-lille", "/v1/inbox")
    assert (answer.status, answer.json["code"]) == (401, "unauthenticated")


async def test_a_removed_institution_is_refused_at_once(registry):
    assert (await registry.get("de-polizei", "/v1/inbox")).status == 200
    registry.enrol_without("de-polizei")
    assert (await registry.get("de-polizei", "/v1/inbox")).status == 401


async def test_an_assertion_is_no_access_token_and_an_access_token_no_assertion(registry):
    token = await registry.sign_in("fr-tj-lille")
    await refused(registry, token)
    for bad in (registry.assertion("fr-tj-lille"), token[:-4] + "AAAA", "", "x.y.z", "é"):
        registry.tokens["fr-tj-lille"] = bad
        assert (await registry.get("fr-tj-lille", "/v1/inbox")).status == 401


async def test_a_token_of_another_registry_is_none(registry):
    token = await registry.sign_in("fr-tj-lille")
    other = OKPKey.generate_key("Ed25519", parameters={"kid": "t1"})
    payload = jws.extract_compact(token.encode()).payload
    header = {"alg": "Ed25519", "typ": "at+jwt", "kid": "t1"}
    registry.tokens["fr-tj-lille"] = jws.serialize_compact(header, payload, other, algorithms=["Ed25519"])
    assert (await registry.get("fr-tj-lille", "/v1/inbox")).status == 401


async def test_the_officer_is_recorded_by_an_opaque_reference(registry):
    registry.tokens["fr-tj-lille"] = await registry.sign_in("fr-tj-lille", on_behalf_of="greffe-7")
    entered = (await registry.post("fr-tj-lille", "/v1/orders", an_order())).json
    history = await registry.get("fr-tj-lille", f"/v1/orders/{entered['order_ref']}/history")
    assert history.json["items"][0]["actor"] == {"institution": "fr-tj-lille", "on_behalf_of": "greffe-7"}
    other = await registry.get("fr-huissier", f"/v1/orders/{entered['order_ref']}/history")
    assert other.json["items"][0]["actor"] == {"institution": "fr-tj-lille"}


async def test_signing_in_waits_when_no_more_assertions_can_be_remembered(registry):
    object.__setattr__(registry.services.nonces, "_maximum", 2)  # a million sign-ins would take minutes
    for client in ("fr-tj-lille", "fr-huissier"):
        await registry.sign_in(client)
    async with registry.session.post(
        registry.url + "/v1/token", data=form(registry.assertion("fr-police"))
    ) as response:
        assert (response.status, response.headers["Retry-After"]) == (503, "30")
    registry.clock.pass_seconds(1001)
    await registry.sign_in("fr-police")


FILE = b'{"institutions": [%s]}'
KEY = b'{"kid": "k1", "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"%s}'
ENTRY = b'{"institution": "%s", "name": "N", "roles": [%s], "jurisdictions": ["FR"], "contact": "+33", "keys": [%s]}'


def enrolment(institution: bytes = b"fr-a", roles: bytes = b'"COURT"', keys: bytes = KEY % b"", more: bytes = b""):
    return FILE % (ENTRY % (institution, roles, keys) + more)


def test_an_enrolment_file_is_read():
    read = parse_enrolment(enrolment(keys=KEY % b', "demo": true'))
    assert read.demonstration
    assert not parse_enrolment(enrolment()).demonstration
    assert [each.institution for each in read.directory.institutions] == ["fr-a"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        FILE % b"",
        FILE % b"7",
        b'{"institutions": [], "institutions": []}',
        b" " * (MAXIMUM_FILE + 1),
        enrolment(institution=b"Fr A"),
        enrolment(roles=b""),
        enrolment(roles=b'"KING"'),
        enrolment(roles=b'"REGISTRY"'),
        enrolment(keys=KEY % b', "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"'),
        enrolment(keys=KEY % b', "use": "enc"'),
        enrolment(keys=KEY % b', "y": "AA"'),
        enrolment(keys=(KEY % b"") + b"," + (KEY % b"")),
        enrolment(keys=KEY.replace(b"OKP", b"RSA") % b""),
        enrolment(keys=KEY.replace(b"11qY", b"11") % b""),
        enrolment(keys=KEY.replace(b"11qY", b"!!!!") % b""),
        enrolment(keys=KEY.replace(b'"k1"', b'"k 1"') % b""),
        enrolment().replace(b'"FR"', b'"France"'),
        enrolment().replace(b'"N"', b'"N\\u0007"'),
        enrolment(more=b"," + ENTRY % (b"fr-a", b'"COURT"', b"")),
        enrolment().replace(b'"contact"', b'"kontakt"'),
    ],
)
def test_an_enrolment_file_that_is_not_right_stops_the_start(content):
    with pytest.raises(ConfigurationError) as refusal:
        parse_enrolment(content)
    assert "nWGx" not in str(refusal.value)


def test_a_key_of_either_curve_is_enrolled():
    for client in ("fr-tj-lille", "de-polizei"):
        assert "d" not in entry(client, new_key(client))["keys"][0]
