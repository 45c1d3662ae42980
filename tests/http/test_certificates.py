"""Tokens bound to a certificate (RFC 8705), where the registry ends TLS itself: good on it and on no other."""

import pytest
from aiohttp import ClientConnectionError, ClientSession, TCPConnector
from joserfc import jws

from registry.errors import ConfigurationError
from registry.machines.certificates import thumbprint, tls
from tests.certificates import Authority
from tests.http.given import a_registry, an_order, form

COURT = "fr-tj-lille"


@pytest.fixture
def authority(tmp_path) -> Authority:
    made = Authority(tmp_path)
    for name in ("server", "lille", "berlin"):
        made.issue(name)
    return made


@pytest.fixture
async def registry(tmp_path, authority):
    ended = tls(authority.certificate("server"), authority.key("server"), authority.certificate())
    (tmp_path / "data").mkdir()
    async with a_registry(tmp_path / "data", tls=ended, bound=True) as made:
        yield made


def connecting(context) -> ClientSession:
    return ClientSession(connector=TCPConnector(ssl=context))


async def token_on(registry, session) -> tuple[int, str]:
    asked = form(registry.assertion(COURT))
    async with session.post(registry.url + "/v1/token", data=asked) as response:
        return response.status, (await response.json(content_type=None)).get("access_token", "")


async def read_on(registry, session, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    async with session.get(registry.url + "/v1/inbox", headers=headers) as response:
        return response.status


async def test_a_token_is_good_on_its_certificate_alone(registry, authority):
    async with (
        connecting(authority.client("lille")) as own,
        connecting(authority.client("berlin")) as other,
        connecting(authority.client(None)) as none,
    ):
        status, token = await token_on(registry, own)
        assert status == 200
        claims = jws.extract_compact(token.encode()).payload
        assert b'"x5t#S256"' in claims
        assert [await read_on(registry, session, token) for session in (own, other, none)] == [200, 401, 401]


async def test_a_write_is_bound_and_signed(registry, authority):
    async with connecting(authority.client("lille")) as own, connecting(authority.client("berlin")) as other:
        registry.tokens[COURT] = (await token_on(registry, own))[1]
        statuses = []
        for session in (other, own):
            registry.session, kept = session, registry.session
            statuses.append((await registry.post(COURT, "/v1/orders", an_order())).status)
            registry.session = kept
        assert statuses == [401, 201]


async def test_without_a_certificate_there_is_no_token_and_what_is_public_is_read(registry, authority):
    async with connecting(authority.client(None)) as session:
        assert (await token_on(registry, session))[0] == 401
        async with session.get(registry.url + "/livez") as response:
            assert response.status == 200


async def test_a_token_that_is_bound_to_nothing_is_refused(registry, authority, tmp_path):
    (tmp_path / "plain").mkdir()
    async with a_registry(tmp_path / "plain") as plain:
        token = (await token_on(plain, plain.session))[1]
        assert await read_on(plain, plain.session, token) == 200
        object.__setattr__(registry.services.sign_in, "key", plain.services.sign_in.key)
    async with connecting(authority.client("lille")) as own:
        assert await read_on(registry, own, token) == 401


async def test_a_certificate_of_another_authority_does_not_connect(registry, authority, tmp_path):
    (tmp_path / "other").mkdir()
    stranger = Authority(tmp_path / "other", "stranger")
    stranger.issue("lille")
    async with connecting(stranger.client("lille", server=authority.certificate())) as session:
        with pytest.raises((ClientConnectionError, OSError)):
            await token_on(registry, session)


async def test_without_client_authorities_a_token_is_bound_to_nothing(tmp_path, authority):
    (tmp_path / "data").mkdir()
    ended = tls(authority.certificate("server"), authority.key("server"), None)
    async with a_registry(tmp_path / "data", tls=ended) as registry, connecting(authority.client(None)) as session:
        status, token = await token_on(registry, session)
        assert (status, await read_on(registry, session, token)) == (200, 200)


def test_files_that_do_not_fit_stop_the_start(authority):
    server, key, clients = authority.certificate("server"), authority.key("server"), authority.certificate()
    assert tls(None, None, None) is None
    for given in [
        (server, None, None),
        (None, key, None),
        (None, None, clients),
        (server, authority.key("lille"), None),
    ]:
        with pytest.raises(ConfigurationError):
            tls(*given)
    with pytest.raises(ConfigurationError):
        tls(server, key, key.with_name("nothing"))
    key.chmod(0o644)
    with pytest.raises(ConfigurationError, match="0600"):
        tls(server, key, clients)


def test_nobody_has_a_thumbprint_where_there_is_no_connection():
    assert thumbprint(None) is None
