"""Access tokens of a real authorization server that nobody here wrote: taken, bounded, no licence to write unsigned."""

from time import time

import orjson
import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey

from registry import core
from registry.limits.outgoing import Rule
from registry.limits.peers import LOOPBACK
from registry.machines.access_tokens import AccessTokens
from registry.machines.issuer_keys import IssuerKeys
from registry.machines.issuers import parse_issuers
from registry.machines.keys_at import KeysAt
from tests.http.given import ISSUER, a_registry, an_order, form
from tests.oidc_provider import oidc_provider

KEY = ECKey.generate_key("P-256", parameters={"kid": "m1", "alg": "ES256", "use": "sig"})
PUBLIC = {"keys": [dict(KEY.as_dict(private=False))]}
CLIENT = {
    "grant_types": ["client_credentials"],
    "response_types": [],
    "redirect_uris": [],
    "token_endpoint_auth_method": "private_key_jwt",
    "token_endpoint_auth_signing_alg": "ES256",
    "jwks": PUBLIC,
}
SETTINGS = {
    "clients": [CLIENT | {"client_id": "lille-filing"}, CLIENT | {"client_id": "a-stranger"}],
    "audience": ISSUER,
    "scopes": ["registry"],
}


@pytest.fixture(scope="module")
def provider():
    with oidc_provider(SETTINGS) as running:
        yield running


@pytest.fixture
async def registry(tmp_path, provider):
    issuers = {"issuer": provider.issuer, "audience": ISSUER, "clients": {"lille-filing": "fr-tj-lille"}}
    issuers |= {"jwks_uri": provider.issuer + "/jwks"}
    found = parse_issuers(orjson.dumps({"issuers": [issuers]}))
    others = AccessTokens(
        issuers={each.issuer: each for each in found},
        keys=IssuerKeys(found, KeysAt(found, Rule(schemes=frozenset({"http"}), networks=LOOPBACK))),
    )
    async with a_registry(tmp_path, start=core.clock(), others=others) as made:
        yield made


def assertion(provider, client: str) -> str:
    now = int(time())
    claims = {"iss": client, "sub": client, "aud": provider.issuer, "iat": now, "exp": now + 60, "jti": str(time())}
    return jws.serialize_compact({"alg": "ES256", "kid": "m1"}, orjson.dumps(claims), KEY, algorithms=["ES256"])


async def token_of(provider, client: str = "lille-filing") -> str:
    asked = form(assertion(provider, client)) | {"client_id": client, "resource": ISSUER}
    status, body = await provider.token(asked)
    assert status == 200, body
    return body["access_token"]


async def test_a_machine_signs_in_elsewhere_and_signs_what_it_writes(registry, provider):
    registry.tokens["fr-tj-lille"] = await token_of(provider)
    assert (await registry.get("fr-tj-lille", "/v1/inbox")).status == 401  # no keys were fetched yet
    await registry.services.sign_in.others.keys.refresh(registry.clock)
    assert (await registry.get("fr-tj-lille", "/v1/inbox")).status == 200
    entered = await registry.post("fr-tj-lille", "/v1/orders", an_order())
    assert entered.status == 201
    recorded, _document = registry.services.reader.after(0, limit=5)
    assert (recorded.fact.actor.institution, recorded.fact.actor.key_id) == ("fr-tj-lille", "k1")
    for kid, code in (("k1", "signature-invalid"), ("k9", "signature-key-unknown")):
        registry.keys["fr-tj-lille"] = OKPKey.generate_key("Ed25519", parameters={"kid": kid})
        answer = await registry.post("fr-tj-lille", "/v1/orders", an_order(number="RG 26/7"))
        assert (answer.status, answer.json["code"]) == (403, code)


async def test_who_is_not_named_speaks_for_nobody_and_a_removed_institution_not_any_more(registry, provider):
    await registry.services.sign_in.others.keys.refresh(registry.clock)
    registry.tokens["fr-tj-lille"] = await token_of(provider, "a-stranger")
    assert (await registry.get("fr-tj-lille", "/v1/inbox")).status == 401
    registry.tokens["fr-tj-lille"] = await token_of(provider)
    assert (await registry.get("fr-tj-lille", "/v1/inbox")).status == 200
    registry.enrol_without("fr-tj-lille")
    assert (await registry.get("fr-tj-lille", "/v1/inbox")).status == 401


async def test_a_token_runs_out_and_one_of_an_issuer_that_nobody_named_counts_nothing(registry, provider):
    await registry.services.sign_in.others.keys.refresh(registry.clock)
    registry.tokens["fr-tj-lille"] = await token_of(provider)
    registry.clock.pass_seconds(601)
    assert (await registry.get("fr-tj-lille", "/v1/inbox")).status == 401
    with oidc_provider(SETTINGS) as other:
        registry.tokens["fr-tj-lille"] = await token_of(other)
    registry.clock.pass_seconds(-601)
    assert (await registry.get("fr-tj-lille", "/v1/inbox")).status == 401


async def test_a_replayed_assertion_is_refused_there_and_here(registry, provider):
    asked = form(assertion(provider, "lille-filing")) | {"client_id": "lille-filing", "resource": ISSUER}
    assert (await provider.token(asked))[0] == 200
    assert (await provider.token(asked))[0] == 401
    ours = form(registry.assertion("fr-tj-lille"))
    statuses = []
    for _ in range(2):
        async with registry.session.post(registry.url + "/v1/token", data=ours) as response:
            statuses.append(response.status)
    assert statuses == [200, 401]
