"""The file of issuers: read strictly, and nothing of it repeated in what is said of a fault."""

import orjson
import pytest

from registry.errors import ConfigurationError
from registry.machines.issuers import MAXIMUM_FILE, MAXIMUM_KEYS, MAXIMUM_SET, fits, parse_issuers, read_keys
from tests.unit.machines.given import KEY, OTHER, RSA, SHARED, SHORT_RSA, entry, file, issuer, jwks


def test_an_issuer_is_read():
    found = issuer()
    assert (found.issuer, found.keys_at, set(found.pinned)) == ("https://login.example", None, {"i1", "i2", "i3"})
    assert found.clients == {"lille-filing": "fr-tj-lille"}
    assert "RS256" not in found.algorithms
    assert issuer(jwks=None, jwks_uri="https://login.example/jwks").keys_at == "https://login.example/jwks"
    assert issuer(jwks=None, jwks_uri="http://127.0.0.1:7/jwks").pinned == {}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b" " * (MAXIMUM_FILE + 1),
        b'{"issuers": []}',
        b'{"issuers": [], "issuers": []}',
        file(*[entry(issuer=f"https://login{number}.example") for number in range(33)]),
        file(entry(), entry()),
        file(entry(secretword="x")),
        file(entry(issuer="http://login.example")),
        file(entry(issuer="https://")),
        file(entry(audience="registry")),
        file(entry(algorithms=[])),
        file(entry(algorithms=["HS256"])),
        file(entry(algorithms=["none"])),
        file(entry(clients={})),
        file(entry(clients={"": "fr-tj-lille"})),
        file(entry(jwks=None)),
        file(entry(jwks_uri="https://login.example/jwks")),
        file(entry(jwks=None, jwks_uri="http://login.example/jwks")),
        file(entry(jwks=None, jwks_uri="https://login.example/jwks#x")),
        file(entry(jwks={"keys": []})),
        file(entry(jwks=jwks(KEY, private=True))),
    ],
)
def test_a_file_that_is_not_right_stops_the_start(content):
    with pytest.raises(ConfigurationError) as refusal:
        parse_issuers(content)
    assert not any(word in str(refusal.value) for word in ("login.example", "secretword", "lille"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"keys": 7}',
        b'{"keys": []}',
        b'{"keys": [7]}',
        b'{"keys": [{"kty": "OKP"}]}',
        b'{"keys": [{}]}',
        b" " * (MAXIMUM_SET + 1),
        orjson.dumps(jwks(*[KEY] * (MAXIMUM_KEYS + 1))),
        orjson.dumps(jwks(KEY, private=True)),
        orjson.dumps({"keys": [*jwks(KEY)["keys"], *jwks(SHARED, private=True)["keys"]]}),
        orjson.dumps({"keys": [dict(KEY.as_dict(private=False)) | {"use": "enc"}]}),
        orjson.dumps(jwks(SHORT_RSA)),
    ],
)
@pytest.mark.filterwarnings("ignore:Key size")
def test_a_set_of_keys_that_is_none_is_refused(content):
    with pytest.raises(ValueError, match=r".") as refusal:
        read_keys(content)
    assert "crv" not in str(refusal.value)


def test_what_cannot_verify_is_passed_over():
    nameless = {name: value for name, value in KEY.as_dict(private=False).items() if name != "kid"}
    other = dict(OTHER.as_dict(private=False))
    assert set(read_keys(orjson.dumps({"keys": [nameless | {"use": "enc"}, other]}))) == {"i2"}


@pytest.mark.parametrize(
    ("key", "algorithm", "does"),
    [
        (KEY, "ES256", True),
        (KEY, "EdDSA", False),
        (OTHER, "EdDSA", True),
        (OTHER, "Ed25519", True),
        (OTHER, "ES256", False),
        (RSA, "RS256", True),
        (RSA, "PS256", True),
        (RSA, "ES256", False),
    ],
)
def test_a_key_fits_the_algorithms_of_its_kind(key, algorithm, does):
    assert fits(key, algorithm) is does


def test_what_a_key_says_of_its_algorithm_counts():
    members = {name: dict(key.as_dict(private=False)) for name, key in (("rsa", RSA), ("ed", OTHER))}
    (rsa,) = read_keys(orjson.dumps({"keys": [members["rsa"] | {"alg": "PS256"}]})).values()
    assert (fits(rsa, "PS256"), fits(rsa, "RS256")) == (True, False)
    (edwards,) = read_keys(orjson.dumps({"keys": [members["ed"] | {"alg": "EdDSA"}]})).values()
    assert fits(edwards, "Ed25519")
