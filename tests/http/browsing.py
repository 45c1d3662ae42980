"""A browser as far as signing in needs one: keeps cookies, says where a form came from, reads hidden fields."""

import re
from base64 import b32decode
from dataclasses import dataclass, field
from html import unescape

from aiohttp import ClientSession, DummyCookieJar

from registry.people import codes
from registry.values.time import SECOND
from tests.http.given import ISSUER, Answered

AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36"
PASSWORD = "correct horse battery staple"
OURS = {"Origin": ISSUER, "Sec-Fetch-Site": "same-origin"}


@dataclass
class Browser:
    """One browser. `said` are the headers by which it says where a form came from."""

    url: str
    agent: str = AGENT
    cookies: dict[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=lambda: dict(OURS))

    async def get(self, path: str, **headers: str) -> Answered:
        return await self._ask("GET", path, None, headers)

    async def post(self, path: str, form: dict[str, str], **headers: str) -> Answered:
        return await self._ask("POST", path, form, {**self.said, **headers})

    async def send(self, path: str, body: bytes, **headers: str) -> Answered:
        """Send JSON, as a script of one of our pages would."""
        return await self._ask("POST", path, body, {**self.said, "Content-Type": "application/json", **headers})

    async def _ask(self, method: str, path: str, data: object, headers: dict[str, str]) -> Answered:
        held = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"User-Agent": self.agent, **({"Cookie": held} if held else {}), **headers}
        async with (
            ClientSession(cookie_jar=DummyCookieJar()) as session,
            session.request(method, self.url + path, data=data, headers=sent, allow_redirects=False) as response,
        ):
            for name, morsel in response.cookies.items():
                if morsel.value:
                    self.cookies[name] = morsel.value
                else:
                    self.cookies.pop(name, None)
            return Answered(response.status, response.headers.copy(), await response.read())

    async def form(self, path: str, **headers: str) -> dict[str, str]:
        return hidden((await self.get(path, **headers)).body)


def hidden(body: bytes) -> dict[str, str]:
    """Give the hidden fields of a page's last form that has each."""
    found = re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)"', body.decode())
    return {name: unescape(value) for name, value in found}


def shown(body: bytes, name: str) -> str:
    """Give what stands in an element with an id."""
    found = re.search(rf'id="{name}">([^<]*)<', body.decode())
    assert found, name
    return unescape(found[1])


def code_of(registry, key: str) -> str:
    """Give what an authenticator app shows."""
    return codes.code_at(b32decode(key), registry.clock() // (codes.STEP_SECONDS * SECOND))


@dataclass
class Held:
    """An account that was opened in a browser."""

    account: str
    name: str
    key: str
    recovery: list[str]


async def opened(registry, browser: Browser, client: str = "fr-tj-lille", role: str = "COURT") -> Held:
    """Have an institution invite somebody, and open the account on the pages."""
    invited = await registry.post(client, "/v1/accounts", {"roles": [role]})
    assert invited.status == 201, invited.body
    csrf = (await browser.form("/invitation"))["csrf"]
    setup = await browser.post("/invitation", {"csrf": csrf, "invitation": invited.json["invitation"]})
    assert setup.status == 200
    key = shown(setup.body, "authenticator-key")
    fields = hidden(setup.body)
    fields.pop("response", None)
    done = await browser.post("/invitation/password", fields | {"password": PASSWORD, "code": code_of(registry, key)})
    assert done.status == 200, done.body
    recovery = re.findall(r"<li>([0-9a-z-]{19})</li>", done.body.decode())
    return Held(account=invited.json["account_ref"], name=shown(done.body, "sign-in-name"), key=key, recovery=recovery)


async def signed_in(registry, browser: Browser, held: Held) -> Answered:
    """Sign in on the page with a fresh code."""
    registry.clock.pass_seconds(60)
    csrf = (await browser.form("/sign-in"))["csrf"]
    return await browser.post(
        "/sign-in",
        {"csrf": csrf, "name": held.name, "password": PASSWORD, "code": code_of(registry, held.key)},
    )
