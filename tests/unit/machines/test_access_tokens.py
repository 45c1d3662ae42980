"""An access token of another issuer: taken as it should be, refused when anything about it is otherwise."""

from base64 import urlsafe_b64decode

import orjson
import pytest
from joserfc.jwk import ECKey

from registry.errors import NotTrusted
from registry.machines.access_tokens import AccessTokens
from registry.machines.issuer_keys import IssuerKeys
from tests.unit.machines.given import AUDIENCE, ISSUER, NOW, OTHER, RSA, SECONDS, issuer, token


class Nobody:
    async def get(self, address: str, /) -> bytes:
        raise AssertionError(address)


def reading(**changes) -> AccessTokens:
    known = issuer(**changes)
    return AccessTokens(issuers={known.issuer: known}, keys=IssuerKeys([known], Nobody()))


def read(said: str, **changes):
    head, payload, _ = (part + "=" * (-len(part) % 4) for part in said.split("."))
    return reading(**changes).read(
        said, orjson.loads(urlsafe_b64decode(head)), orjson.loads(urlsafe_b64decode(payload)), NOW
    )


def test_a_token_names_an_institution():
    spoken = read(token(on_behalf_of="greffe-7", cnf={"x5t#S256": "abc"}))
    assert (spoken.institution, spoken.on_behalf_of, spoken.certificate) == ("fr-tj-lille", "greffe-7", "abc")
    assert spoken.expires == (SECONDS + 590) * 1_000_000
    assert read(token(aud=["https://other.example", AUDIENCE])).certificate is None
    assert reading().knows(ISSUER)
    assert not reading().knows(None)


@pytest.mark.parametrize(("key", "algorithm"), [(OTHER, "Ed25519"), (RSA, "PS256"), (RSA, "RS256")])
def test_other_algorithms_are_read_where_the_file_names_them(key, algorithm):
    assert read(token(key, algorithm), algorithms=[algorithm]).institution == "fr-tj-lille"
    with pytest.raises(NotTrusted):
        read(token(key, algorithm), algorithms=["ES256"])


def test_the_older_name_of_the_algorithm_is_read_too():
    with pytest.warns(match="deprecated"):
        said = token(OTHER, "EdDSA")
    assert read(said).institution == "fr-tj-lille"


@pytest.mark.parametrize(
    "said",
    [
        token(header={"typ": "JWT"}),
        token(header={"typ": None}),
        token(header={"kid": "i2"}),
        token(header={"kid": "i9"}),
        token(header={"kid": None}),
        token(ECKey.generate_key("P-256", parameters={"kid": "i1"})),
        token(aud="https://other.example"),
        token(aud=None),
        token(client_id="somebody-else"),
        token(client_id=None),
        token(client_id=7),
        token(exp=SECONDS),
        token(exp=None),
        token(exp=float(SECONDS + 90)),
        token(exp=SECONDS + 3600),
        token(iat=SECONDS + 61, exp=SECONDS + 100),
        token(iat=None),
        token(nbf=SECONDS + 61),
        token(on_behalf_of="Ben Müller"),
        token(on_behalf_of=7),
        token(cnf={"jkt": "abc"}),
        token(cnf={"x5t#S256": 7}),
        token(cnf="abc"),
        token()[:-4] + "AAAA",
    ],
)
def test_anything_else_is_refused(said):
    with pytest.raises(NotTrusted):
        read(said)


def test_an_algorithm_is_not_taken_from_the_token():
    for header in ({"alg": "none"}, {"alg": "HS256"}, {"alg": "ES512"}, {"alg": "EdDSA"}):
        _, payload, signature = token().split(".")
        with pytest.raises(NotTrusted):
            reading().read(f"x.{payload}.{signature}", {"typ": "at+jwt", "kid": "i1"} | header, {"iss": ISSUER}, NOW)


def test_what_is_no_token_at_all_is_refused():
    for said in ("x.y.z", "", "é"):
        with pytest.raises(NotTrusted):
            reading().read(said, {"typ": "at+jwt", "kid": "i1", "alg": "ES256"}, {"iss": ISSUER}, NOW)


def test_what_must_be_understood_and_is_not_is_refused():
    with pytest.raises(NotTrusted):
        reading().read(token(), {"alg": "ES256", "typ": "at+jwt", "kid": "i1", "crit": ["x"]}, {"iss": ISSUER}, NOW)
