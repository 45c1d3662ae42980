"""A registry that ends TLS itself, from its settings on: a court signs in and writes on its certificate alone."""

import os

import orjson
import pytest
from aiohttp import ClientSession, TCPConnector

from registry import core
from registry.app import compose, running
from registry.config import Settings
from registry.demo import people
from registry.demo.cast import LILLE, enrolment
from registry.demo.client import Desk, Unexpected
from registry.errors import ConfigurationError
from registry.fittings import issuers
from registry.values.time import moment_of
from tests.certificates import Authority, connecting

FILE = {"issuer": "https://login.example", "audience": "https://registry.example", "clients": {"filing": "fr-tj-lille"}}
KEYS = {"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "i1", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}


@pytest.fixture
def settings(tmp_path) -> Settings:
    authority = Authority(tmp_path)
    for name in ("server", "lille", "berlin"):
        authority.issue(name)
    (tmp_path / "issuers.json").write_bytes(orjson.dumps({"issuers": [FILE | {"jwks": KEYS}]}))
    return Settings(
        data=tmp_path / "data",
        port=0,
        issuer="https://registry.example",
        tls_certificate=authority.certificate("server"),
        tls_key_file=authority.key("server"),
        tls_clients=authority.certificate(),
        issuers=tmp_path / "issuers.json",
    )


def desk_on(name: str, port: int, settings: Settings) -> Desk:
    session = ClientSession(connector=TCPConnector(ssl=connecting(settings.tls_certificate.parent, name)))
    base = f"https://127.0.0.1:{port}"
    return Desk(player=LILLE, base=base, issuer=settings.issuer, session=session, entropy=os.urandom)


async def test_a_court_writes_on_its_own_certificate_alone(settings):
    core.create(settings, enrolment(), demo=True)
    measure = people.french_measure(moment_of(core.clock(), "Europe/Paris").date())
    with core.opened(settings) as opened:
        async with running(compose(opened)) as port:
            own, other = (desk_on(name, port, settings) for name in ("lille", "berlin"))
            try:
                await own.sign_in(core.clock())
                assert (await own.post("/v1/orders", measure))["version"] == 1
                other.token = own.token
                with pytest.raises(Unexpected, match="401 unauthenticated"):
                    await other.post("/v1/orders", measure)
            finally:
                await own.session.close()
                await other.session.close()


def test_the_file_of_issuers_is_read_at_the_start(settings, tmp_path):
    found = issuers(settings)
    assert found is not None
    assert found.knows("https://login.example")
    assert issuers(Settings()) is None
    with pytest.raises(ConfigurationError, match="cannot be read"):
        issuers(Settings(issuers=tmp_path / "nothing"))
