"""Signing in through an OpenID provider that nobody here wrote: there and back, and out again."""

import os
from time import time_ns

import pytest
from aiohttp import ClientSession, CookieJar
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc.jwk import ECKey
from yarl import URL

from registry.access.actors import Role
from registry.api.session import PROVIDER, SESSION
from registry.errors import Unavailable
from registry.limits.outgoing import Rule
from registry.limits.peers import LOOPBACK
from registry.people.carrier import HttpCarrier
from registry.people.provider_side import ProviderSide, public_jwk
from registry.people.providers import Mapped, Provider, SecondFactor
from registry.people.relying_party import RETURN_PATH, RelyingParty
from tests.http.browsing import Browser
from tests.http.given import ISSUER
from tests.oidc_provider import oidc_provider

PEM = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
LOA = "urn:example:loa3"
ACCOUNTS = {
    "officer-7": {"acr": LOA, "amr": ["pwd", "otp"], "claims": {}},
    "officer-8": {"acr": "urn:example:loa1", "amr": ["pwd"], "claims": {}},
}


def the_provider(issuer: str) -> Provider:
    return Provider(
        code="npm",
        name="A provider",
        issuer=issuer,
        client_id="registry",
        institution="fr-tj-lille",
        roles=Mapped(claim="iss", values={issuer: "COURT"}),
        account="sub",
        second_factor=SecondFactor(acr=[LOA]),
        client_key=PEM,
    )


@pytest.fixture(scope="module")
def npm():
    key = public_jwk(the_provider("http://127.0.0.1"))
    client = {
        "client_id": "registry",
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "jwks": {"keys": [key]},
        "redirect_uris": [ISSUER + RETURN_PATH],
        "response_types": ["code"],
        "grant_types": ["authorization_code"],
        "require_auth_time": True,
    }
    settings = {"clients": [client], "audience": ISSUER, "accounts": ACCOUNTS, "acr_values": [LOA]}
    with oidc_provider(settings) as running:
        yield running


@pytest.fixture
def party(registry, npm):
    people = registry.services.people
    # The provider reads the machine's clock, so this registry does too.
    registry.clock.now = _now()
    provider = the_provider(npm.issuer)
    side = ProviderSide(
        provider=provider,
        carrier=HttpCarrier(Rule(schemes=frozenset({"http"}), networks=LOOPBACK)),
        return_to=ISSUER + RETURN_PATH,
        clock=registry.clock,
        # The provider remembers assertions between tests: each has to be new.
        entropy=os.urandom,
    )
    people.providers["npm"] = RelyingParty(house=people.house, side=side)
    return people.providers["npm"]


def _now() -> int:
    return time_ns() // 1000


async def there_and_back(browser: Browser, officer: str) -> str:
    """Go to the provider, be signed in there, and give the path that the browser is sent back to."""
    sent = await browser.get("/sign-in/with/npm")
    assert sent.status == 303
    cookie = next(each for each in sent.headers.getall("Set-Cookie") if each.startswith(PROVIDER))
    assert "SameSite=Lax" in cookie
    address = URL(sent.headers["Location"]).update_query(login_hint=officer)
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        for _ in range(10):
            async with session.get(address, allow_redirects=False) as response:
                assert response.status in {302, 303}, await response.text()
                address = address.join(URL(response.headers["Location"]))
            if str(address).startswith(ISSUER):
                return str(address.relative())
    raise AssertionError("the provider did not send the browser back")


async def test_a_clerk_signs_in_through_a_real_provider(registry, party):
    browser = Browser(registry.url)
    back = await there_and_back(browser, "officer-7")
    assert "iss=" in back
    page = await browser.get(back)
    assert page.status == 200, page.body
    assert b'http-equiv="refresh"' in page.body
    assert PROVIDER not in browser.cookies
    account = await browser.get("/account")
    assert b"COURT" in account.body
    assert (await browser.get("/v1/inbox")).status == 200
    # The same answer again, in the same browser or in a thief's: nothing.
    before = registry.head()
    assert (await browser.get(back)).status == 401
    again = Browser(registry.url)
    await again.get("/sign-in/with/npm")
    assert (await again.get(back)).status == 401
    assert registry.head() == before
    assert party.provider.roles_of({"iss": party.provider.issuer}) == {Role.COURT}


@pytest.mark.usefixtures("party")
async def test_who_proves_themselves_anew_has_another_session_and_the_former_opens_nothing(registry):
    browser = Browser(registry.url)
    await browser.get(await there_and_back(browser, "officer-7"))
    former = browser.cookies[SESSION]
    registry.clock.now = _now()
    back = await there_and_back(browser, "officer-7")
    page = await browser.get(back, Cookie=f"{PROVIDER}={browser.cookies[PROVIDER]}")  # as it comes from another site
    assert page.status == 200, page.body
    assert browser.cookies[SESSION] != former
    assert (await browser.get("/v1/inbox")).status == 200
    thief = Browser(registry.url, cookies={SESSION: former})
    assert (await thief.get("/v1/inbox")).status == 401


@pytest.mark.usefixtures("party")
async def test_without_a_second_factor_there_the_role_is_not_given_here(registry):
    browser = Browser(registry.url)
    page = await browser.get(await there_and_back(browser, "officer-8"))
    assert page.status == 422
    assert b"second factor" in page.body
    assert SESSION not in browser.cookies


async def test_a_wrong_log_out_token_and_a_provider_that_is_away(registry, party):
    browser = Browser(registry.url)
    assert (await browser.post("/sign-in/with/npm/log-out", {"logout_token": "a.b.c"})).status == 400
    assert ECKey.import_key(public_jwk(party.provider)).kid
    carrier = HttpCarrier(Rule(schemes=frozenset({"http"}), networks=LOOPBACK))
    with pytest.raises(Unavailable):
        await carrier.get(party.provider.issuer + "/nowhere")
    with pytest.raises(Unavailable):
        await carrier.post("http://127.0.0.1:1/token", {}, basic=("a b", "c:d"))
