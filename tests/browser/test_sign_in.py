"""The sign-in pages in a real browser: an invitation, a passkey, a password, a session; without a script too."""

import asyncio
import socket
from urllib.parse import urlencode

import pytest

from registry.api.session import SESSION
from tests.browser.chromium import MISSING, PROGRAM, Page, chromium
from tests.http.browsing import PASSWORD, code_of
from tests.http.given import a_registry

pytestmark = pytest.mark.skipif(not PROGRAM, reason=MISSING)
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


async def fill(page: Page, form: str, **fields: str) -> None:
    """Type into a form and press its button."""
    await page.run(
        """(form, fields) => {
          const found = document.querySelector(`form[action="${form}"]`);
          for (const [name, value] of Object.entries(fields)) found.elements[name].value = value;
          found.querySelector("button").click();
        }""",
        form,
        fields,
    )


async def shows(page: Page, text: str) -> None:
    """Wait for a page that says something."""
    for _ in range(200):
        found = await page.evaluate("document.readyState === 'complete' ? document.body.innerText : ''")
        if text in found:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(found)


async def invitation(registry, client: str, role: str) -> str:
    return (await registry.post(client, "/v1/accounts", {"roles": [role]})).json["invitation"]


async def test_a_person_opens_an_account_and_signs_in_with_a_real_browser(tmp_path):
    site = f"http://localhost:{free_port()}"
    async with a_registry(tmp_path, site=site) as registry, chromium() as page:
        await page.call("WebAuthn.enable")
        await page.call("WebAuthn.addVirtualAuthenticator", options=DEVICE)
        # A passkey: made with an invitation, used without a name.
        await page.open(site + "/invitation")
        await fill(page, "/invitation", invitation=await invitation(registry, "fr-police", "POLICE"))
        await shows(page, "Make a passkey")
        await fill(page, "/invitation/passkey")
        await shows(page, "Your account is open")
        await page.open(site + "/sign-in")
        await fill(page, "/sign-in/passkey")
        await shows(page, "Where you are signed in")
        assert "POLICE" in await page.evaluate("document.body.innerText")
        # These pages let nothing be fetched; what a later page may, the interface takes from this session.
        await page.call("Page.setBypassCSP", enabled=True)
        await page.open(site + "/account")
        assert await page.evaluate("fetch('/v1/inbox').then((answer) => answer.status)") == 200
        assert SESSION not in await page.evaluate("document.cookie")
        write = """(token) => fetch('/v1/checks', {method: 'POST', body: '{}', headers: {
          'Content-Type': 'application/json', ...(token ? {'X-CSRF-Token': token} : {})}}).then((a) => a.status)"""
        policy = "document.querySelector('meta[name=csrf-token]').content"
        assert await page.run(write, "") == 403
        assert await page.run(write, await page.evaluate(policy)) == 422
        await page.call("Page.setBypassCSP", enabled=False)
        await fill(page, "/sign-out")
        await shows(page, "signed out here")
        # A password, with scripts switched off.
        await page.call("Emulation.setScriptExecutionDisabled", value=True)
        await page.open(site + "/invitation")
        await fill(page, "/invitation", invitation=await invitation(registry, "fr-tj-lille", "COURT"))
        await shows(page, "A password and an authenticator app")
        key = await page.evaluate("document.getElementById('authenticator-key').textContent")
        name = await page.evaluate("document.getElementById('sign-in-name').textContent")
        assert await page.evaluate("document.querySelectorAll('svg').length") == 1
        await fill(page, "/invitation/password", password=PASSWORD, code=code_of(registry, key))
        await shows(page, "Recovery codes")
        registry.clock.pass_seconds(60)
        await page.open(site + "/sign-in")
        await fill(page, "/sign-in", name=name, password=PASSWORD, code="000000")
        await shows(page, "You are not signed in")
        await fill(page, "/sign-in", name=name, password=PASSWORD, code=code_of(registry, key))
        await shows(page, "Where you are signed in")
        # Another site's form brings no cookie, and is refused.
        before = registry.head()
        foreign = f"<form action='{site}/sign-out' method=post><input name=csrf value=x><button>go</button></form>"
        await page.call("Page.navigate", url="data:text/html," + urlencode({"": foreign})[1:].replace("+", "%20"))
        await shows(page, "go")
        await page.evaluate("document.querySelector('button').click()")
        await shows(page, "Sign in")
        assert registry.head() == before
        await page.open(site + "/account")
