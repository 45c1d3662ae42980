"""People at the door: the pages, the cookies, and the one interface, spoken to from a browser's session."""

import asyncio
import re
from html import unescape
from uuid import UUID

import orjson
import pytest

from registry.api.routes import ROUTES
from registry.api.session import PROVIDER, SESSION, SIGN_IN
from registry.views.account import CREDENTIAL
from tests.http.browsing import OURS, PASSWORD, Browser, code_of, hidden, opened, signed_in
from tests.http.given import ISSUER, an_order
from tests.unit.people.authenticator import Authenticator


@pytest.fixture
def browser(registry):
    return Browser(registry.url)


async def csrf_of(browser):
    return (await browser.form("/account"))["csrf"]


async def test_an_institution_invites_and_its_person_signs_in_and_out(registry, browser):
    held = await opened(registry, browser)
    done = await signed_in(registry, browser, held)
    assert (done.status, done.headers["Location"]) == (303, "/account")
    account = await browser.get("/account")
    assert account.status == 200
    assert held.account.encode() in account.body
    assert b"(here)" in account.body
    assert (await browser.get("/sign-out")).headers["Location"] == "/account"
    session = browser.cookies[SESSION]
    out = await browser.post("/sign-out", {"csrf": hidden(account.body)["csrf"]})
    assert out.status == 303
    assert SESSION not in browser.cookies
    assert b"signed out here" in (await browser.get("/sign-out")).body
    browser.cookies[SESSION] = session
    assert (await browser.get("/account")).headers["Location"] == "/sign-in"


async def test_cookies_and_pages_are_closed_to_everybody_else(registry, browser):
    page = await browser.get("/sign-in")
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert page.headers["Referrer-Policy"] == "same-origin"
    policy = page.headers["Content-Security-Policy"]
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    assert f'<script nonce="{nonce}">'.encode() in page.body
    assert page.body.count(b"<script") == page.body.count(f'<script nonce="{nonce}">'.encode())
    assert page.body.count(b"<style") == page.body.count(f'<style nonce="{nonce}">'.encode())
    for each in ("default-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"):
        assert each in policy
    assert "unsafe" not in policy
    assert nonce not in (await browser.get("/sign-in")).headers["Content-Security-Policy"]
    held = await opened(registry, browser)
    done = await signed_in(registry, browser, held)
    for cookie in [*page.headers.getall("Set-Cookie"), *done.headers.getall("Set-Cookie")]:
        assert cookie.startswith("__Host-")
        for each in ("; HttpOnly", "; Path=/", "; SameSite=Strict", "; Secure"):
            assert each in cookie or "Max-Age=0" in cookie
        assert "Domain" not in cookie


async def test_the_interface_takes_a_session_for_the_account_within_its_institution(registry, browser):
    held = await opened(registry, browser)
    await signed_in(registry, browser, held)
    token = {"X-CSRF-Token": await csrf_of(browser), "Idempotency-Key": "the-first-order-1"}
    entered = await browser.send("/v1/orders", orjson.dumps(an_order()), **token)
    assert entered.status == 201, entered.body
    [fact] = registry.ledger.reader.stream(UUID(entered.json["order_ref"]))
    actor = fact.fact.actor
    assert (actor.institution, actor.key_id, actor.on_behalf_of) == ("fr-tj-lille", "person-session", held.account)
    assert (await browser.get(f"/v1/orders/{entered.json['order_ref']}")).status == 200
    question = {"purpose": "AT_THE_SCENE", "order_ref": entered.json["order_ref"], "jurisdiction": "DE"}
    refused = await browser.send("/v1/checks", orjson.dumps(question), **token)
    assert (refused.status, refused.json["code"]) == (403, "outside-own-jurisdiction")


async def test_a_person_has_no_more_roles_than_the_account(registry, browser):
    """Berlin is court and executing authority; this person is no court."""
    held = await opened(registry, browser, "de-ag-mitte", "EXECUTING_AUTHORITY")
    await signed_in(registry, browser, held)
    token = {"X-CSRF-Token": await csrf_of(browser), "Idempotency-Key": "a-certificate"}
    path = "/v1/orders/7d444840-9dc0-11d1-b245-5ffdce74fad2/certificate"
    refused = await browser.send(path, b"{}", **token)
    assert (refused.status, refused.json["code"]) == (403, "role-not-permitted")


@pytest.mark.parametrize(
    "said",
    [
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
        {"Origin": ISSUER, "Sec-Fetch-Site": "cross-site"},
        {"Origin": ISSUER, "Sec-Fetch-Site": "same-site"},
        {"Origin": ISSUER, "Sec-Fetch-Site": "none"},
        {"Origin": "null"},
        {"Origin": ISSUER + ".evil.example"},
        {"Sec-Fetch-Site": "same-site"},
        {},
    ],
    ids=str,
)
async def test_a_foreign_page_changes_nothing_even_with_cookie_and_token(registry, browser, said):
    held = await opened(registry, browser)
    await signed_in(registry, browser, held)
    csrf, before = await csrf_of(browser), registry.head()
    sign_in = await browser.form("/sign-in")
    browser.said = said
    orders = await browser.send(
        "/v1/orders", orjson.dumps(an_order()), **{"X-CSRF-Token": csrf, "Idempotency-Key": "from-elsewhere"}
    )
    assert orders.status in {401, 403}
    forms = [
        ("/sign-out", {"csrf": csrf}),
        ("/account/sessions", {"csrf": csrf, "session": "all"}),
        ("/account/credentials", {"csrf": csrf, "credential": held.account}),
        ("/account/recovery-codes", {"csrf": csrf}),
        ("/account/passkeys", {"csrf": csrf, "ticket": "x", "response": "x"}),
        ("/sign-in", {"csrf": sign_in["csrf"], "name": held.name, "password": PASSWORD, "code": "000000"}),
        ("/sign-in/passkey", {"csrf": sign_in["csrf"], "ticket": "x", "response": "x"}),
        ("/invitation", {"csrf": sign_in["csrf"], "invitation": "x"}),
    ]
    for path, form in forms:
        assert (await browser.post(path, form)).status == 403, path
    assert registry.head() == before
    browser.said = dict(OURS)
    assert (await browser.get("/account")).status == 200


async def test_a_token_of_another_session_or_none_is_refused(registry, browser):
    held = await opened(registry, browser)
    await signed_in(registry, browser, held)
    other = Browser(registry.url)
    await signed_in(registry, other, held)
    foreign, before = await csrf_of(other), registry.head()
    for csrf in (foreign, "", "ü"):
        assert (await browser.post("/sign-out", {"csrf": csrf})).status == 403
    for headers in ({"X-CSRF-Token": foreign}, {}):
        answer = await browser.send("/v1/orders", b"{}", **{"Idempotency-Key": "12345678"}, **headers)
        assert (answer.status, answer.json["code"]) == (403, "cross-site-request")
    assert registry.head() == before
    for form in ({}, {"csrf": foreign, "session": "x", "more": "y"}, {"csrf": foreign}):
        assert (await browser.post("/account/sessions", form)).status == 422


async def test_without_a_cookie_there_is_nothing(registry, browser):
    for path in ("/account", "/account"):
        assert (await browser.get(path)).headers["Location"] == "/sign-in"
    for path in ("/sign-out", "/account/recovery-codes"):
        assert (await browser.post(path, {"csrf": "x"})).headers["Location"] == "/sign-in"
    assert (await browser.post("/sign-in", {"csrf": "x", "name": "n", "password": "p", "code": "c"})).status == 403
    for route in ROUTES:
        if route.action is not None and route.method == "GET" and "{" not in route.path:
            for cookie in ({}, {SESSION: ""}, {SESSION: "A" * 43}, {SESSION: "no session at all"}):
                answer = await Browser(registry.url, cookies=dict(cookie)).get(route.path)
                assert (answer.status, answer.json["code"]) == (401, "unauthenticated"), route.path
    assert registry.head() == 0


async def test_a_session_that_an_attacker_chose_is_never_begun(registry, browser):
    """Fixation: the id in the browser before signing in is worth nothing after it."""
    held = await opened(registry, browser)
    planted = "B" * 43
    browser.cookies[SESSION] = planted
    await signed_in(registry, browser, held)
    assert browser.cookies[SESSION] != planted
    thief = Browser(registry.url, cookies={SESSION: planted})
    assert (await thief.get("/account")).status == 303
    first = browser.cookies[SESSION]
    await signed_in(registry, browser, held)
    assert browser.cookies[SESSION] != first
    assert (await Browser(registry.url, cookies={SESSION: first}).get("/account")).status == 303


async def test_a_failure_looks_the_same_whatever_it_was(registry, browser):
    held = await opened(registry, browser)
    csrf = (await browser.form("/sign-in"))["csrf"]
    bodies = set()
    registry.clock.pass_seconds(60)
    for name, password, code in (
        (held.name, "wrong password altogether", code_of(registry, held.key)),
        (held.name, PASSWORD, "000000"),
        ("nobody-here", PASSWORD, code_of(registry, held.key)),
    ):
        answer = await browser.post("/sign-in", {"csrf": csrf, "name": name, "password": password, "code": code})
        assert answer.status == 401
        bodies.add(_without_what_is_fresh(answer.body))
    assert len(bodies) == 1
    passkey = await browser.post("/sign-in/passkey", {"csrf": csrf, "ticket": "x", "response": "{}"})
    assert _without_what_is_fresh(passkey.body) in bodies


def _without_what_is_fresh(body: bytes) -> str:
    return re.sub(r'(nonce|value|data-options)="[^"]*"', "", body.decode())


async def test_what_people_are_refused_is_in_the_log_by_its_code_alone(registry, browser, caplog):
    held = await opened(registry, browser)
    caplog.set_level("WARNING", logger="registry.security")
    csrf = (await browser.form("/sign-in"))["csrf"]
    wrong = {"csrf": csrf, "name": held.name, "password": "not the one that it is", "code": "000000"}
    assert (await browser.post("/sign-in", wrong)).status == 401
    assert (await browser.post("/sign-in", wrong | {"csrf": "another"})).status == 403
    csrf = (await browser.form("/invitation"))["csrf"]
    assert (await browser.post("/invitation", {"csrf": csrf, "invitation": "none"})).status == 422
    lines = [orjson.loads(each.getMessage()) for each in caplog.records if each.name == "registry.security"]
    assert [(each["code"], each["route"], each["institution"]) for each in lines] == [
        ("sign-in-failed", "/sign-in", None),
        ("cross-site-request", "/sign-in", None),
        ("invitation-used", "/invitation", None),
    ]
    assert held.name not in caplog.text


async def test_a_passkey_opens_an_account_and_signs_in_on_the_pages(registry, browser):
    device = Authenticator(origin=ISSUER)
    invited = (await registry.post("fr-police", "/v1/accounts", {"roles": ["POLICE"], "hours": 1})).json
    csrf = (await browser.form("/invitation"))["csrf"]
    setup = await browser.post("/invitation", {"csrf": csrf, "invitation": invited["invitation"]})
    form = _passkey_form(setup.body, "/invitation/passkey")
    bad = await browser.post("/invitation/passkey", form | {"response": "{}"})
    assert bad.status == 422
    options = _options(setup.body)
    done = await browser.post("/invitation/passkey", form | {"response": device.made(options)})
    assert b"Your account is open" in done.body
    page = await browser.get("/sign-in")
    form = _passkey_form(page.body, "/sign-in/passkey")
    form.pop("invitation", None)
    answer = await browser.post("/sign-in/passkey", form | {"response": device.used(_options(page.body))})
    assert (answer.status, answer.headers["Location"]) == (303, "/account")
    account = await browser.get("/account")
    second = Authenticator(origin=ISSUER, credential=b"another device's credential-0002")
    form = {name: hidden(account.body)[name] for name in ("csrf", "ticket")}
    added = await browser.post("/account/passkeys", form | {"response": second.made(_options(account.body))})
    assert added.status == 303
    again = await browser.post("/account/passkeys", form | {"response": "{}"})
    assert again.status == 422
    refs = _refs((await browser.get("/account")).body, "credential")
    assert len(refs) == 2
    removed = await browser.post("/account/credentials", {"csrf": form["csrf"], "credential": refs[1]})
    assert removed.status == 303
    last = await browser.post("/account/credentials", {"csrf": form["csrf"], "credential": refs[0]})
    assert last.status == 422
    assert (await browser.post("/account/credentials", {"csrf": form["csrf"], "credential": "x"})).status == 422


def _passkey_form(body: bytes, path: str) -> dict[str, str]:
    part = body.decode().partition(f'action="{path}"')[2].partition("</form>")[0]
    return hidden(part.encode())


def _options(body: bytes) -> str:
    return unescape(body.decode().partition('data-options="')[2].partition('"')[0])


def _refs(body: bytes, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([0-9a-f-]{{36}})"', body.decode())


async def test_what_is_changed_asks_for_a_sign_in_of_the_last_minutes(registry, browser):
    held = await opened(registry, browser)
    await signed_in(registry, browser, held)
    csrf = await csrf_of(browser)
    fresh = await browser.post("/account/recovery-codes", {"csrf": csrf})
    assert fresh.status == 200
    assert held.recovery[0].encode() not in fresh.body
    registry.clock.pass_seconds(601)
    page = await browser.get("/account")
    assert b"sign in once more" in page.body
    for path in ("/account/recovery-codes",):
        late = await browser.post(path, {"csrf": csrf})
        assert (late.status, late.headers["Location"]) == (303, "/sign-in")
    assert b"sign in once more" in (await browser.get("/sign-in")).body
    assert (await signed_in(registry, browser, held)).status == 303
    assert (await browser.post("/account/recovery-codes", {"csrf": await csrf_of(browser)})).status == 200


async def test_a_password_is_changed_and_the_old_one_opens_nothing(registry, browser):
    held = await opened(registry, browser)
    other = Browser(registry.url)
    await signed_in(registry, other, held)
    await signed_in(registry, browser, held)
    csrf, newer = await csrf_of(browser), "a wholly different phrase"
    weak = await browser.post("/account/password", {"csrf": csrf, "password": "too short"})
    assert weak.status == 422
    assert (await browser.get("/account")).status == 200
    changed = await browser.post("/account/password", {"csrf": csrf, "password": newer})
    assert (changed.status, b"is changed" in changed.body) == (200, True)
    for each in (browser, other):
        assert (await each.get("/v1/inbox")).status == 401
    assert (await signed_in(registry, browser, held)).status == 401
    registry.clock.pass_seconds(60)
    csrf = (await browser.form("/sign-in"))["csrf"]
    said = {"csrf": csrf, "name": held.name, "password": newer, "code": code_of(registry, held.key)}
    assert (await browser.post("/sign-in", said)).status == 303
    assert (await browser.get("/account")).body.count(b"Password</td>") == 1
    assert registry.ledger.reader.rows(CREDENTIAL, {"kind": "PASSWORD"})[0]["account_ref"] == UUID(held.account).bytes


async def test_a_password_is_not_changed_from_a_screen_left_open_or_by_two_at_once(registry, browser):
    held = await opened(registry, browser)
    await signed_in(registry, browser, held)
    csrf = await csrf_of(browser)
    said = {"csrf": csrf, "password": "a wholly different phrase"}
    both = await asyncio.gather(*(browser.post("/account/password", said) for _ in range(2)))
    assert sorted(each.status for each in both) in ([200, 303], [200, 422])
    assert len(registry.ledger.reader.rows(CREDENTIAL, {"kind": "PASSWORD"})) == 1
    csrf = (await browser.form("/sign-in"))["csrf"]
    registry.clock.pass_seconds(60)
    code = code_of(registry, held.key)
    await browser.post("/sign-in", {"csrf": csrf, "name": held.name, "password": said["password"], "code": code})
    csrf = await csrf_of(browser)
    registry.clock.pass_seconds(11 * 60)
    late = await browser.post("/account/password", {"csrf": csrf, "password": "yet another long phrase"})
    assert late.headers["Location"] == "/sign-in"


async def test_sessions_are_listed_and_ended(registry, browser):
    held = await opened(registry, browser)
    await signed_in(registry, browser, held)
    other = Browser(registry.url)
    await signed_in(registry, other, held)
    page = await browser.get("/account")
    refs = _refs(page.body, "session")
    assert len(refs) == 2
    csrf = hidden(page.body)["csrf"]
    own = page.body.decode().index("(here)")
    theirs = next(ref for ref in refs if not 0 < page.body.decode().index(ref) - own < 600)
    assert (await browser.post("/account/sessions", {"csrf": csrf, "session": theirs})).status == 303
    assert (await other.get("/account")).status == 303
    assert (await browser.get("/account")).status == 200
    assert (await browser.post("/account/sessions", {"csrf": csrf, "session": "all"})).status == 303
    assert (await browser.get("/account")).headers["Location"] == "/sign-in"


async def test_a_session_ends_with_its_institution_its_account_and_its_browser(registry, browser):
    held = await opened(registry, browser)
    await signed_in(registry, browser, held)
    thief = Browser(registry.url, agent="curl/8", cookies=dict(browser.cookies))
    assert (await thief.get("/v1/inbox")).status == 401
    assert (await browser.get("/v1/inbox")).status == 401
    await signed_in(registry, browser, held)
    assert (await browser.get("/v1/inbox")).status == 200
    locked = await registry.post("fr-tj-lille", f"/v1/accounts/{held.account}/lock", {})
    assert locked.status == 200
    assert (await browser.get("/v1/inbox")).status == 401
    assert (await signed_in(registry, browser, held)).status == 401
    await registry.post("fr-tj-lille", f"/v1/accounts/{held.account}/unlock", {})
    await signed_in(registry, browser, held)
    assert (await browser.get("/v1/inbox", **{"Sec-Fetch-Site": "cross-site"})).status == 401
    registry.enrol_without("fr-tj-lille")
    assert (await browser.get("/v1/inbox")).status == 401
    assert (await browser.get("/account")).status == 303


async def test_an_institution_looks_after_its_own_accounts_alone(registry, browser):
    held = await opened(registry, browser)
    key = "one-invitation-of-ours"
    first = await registry.post("fr-tj-lille", "/v1/accounts", {"roles": ["COURT"]}, key=key)
    again = await registry.post("fr-tj-lille", "/v1/accounts", {"roles": ["COURT"]}, key=key)
    assert again.json["invitation"] == first.json["invitation"]
    listed = (await registry.get("fr-tj-lille", "/v1/accounts?limit=1")).json
    rest = (await registry.get("fr-tj-lille", f"/v1/accounts?after={listed['next']}")).json
    both = {each["account_ref"]: each["state"] for each in [*listed["items"], *rest["items"]]}
    assert both == {held.account: "OPEN", first.json["account_ref"]: "INVITED"}
    assert (await registry.get("fr-police", "/v1/accounts")).json["items"] == []
    for word in ("lock", "unlock", "end"):
        foreign = await registry.post("fr-police", f"/v1/accounts/{held.account}/{word}", {})
        assert (foreign.status, foreign.json["code"]) == (404, "no-such-account")
    more = await registry.post("fr-tj-lille", "/v1/accounts", {"roles": ["POLICE"]})
    assert (more.status, more.json["code"]) == (403, "role-not-permitted")
    await signed_in(registry, browser, held)
    headers = {"X-CSRF-Token": await csrf_of(browser), "Idempotency-Key": "by-a-person-1"}
    person = await browser.send("/v1/accounts", orjson.dumps({"roles": ["COURT"]}), **headers)
    assert (person.status, person.json["code"]) == (403, "account-managed-by-key")
    ended = await registry.post("fr-tj-lille", f"/v1/accounts/{held.account}/end", {})
    assert ended.status == 200
    assert (await browser.get("/account")).status == 303


async def test_an_invitation_that_is_none_says_so_and_a_wrong_code_may_be_mended(registry, browser):
    csrf = (await browser.form("/invitation"))["csrf"]
    none = await browser.post("/invitation", {"csrf": csrf, "invitation": "none"})
    assert none.status == 422
    assert b"ask for a new one" in none.body
    invited = (await registry.post("fr-tj-lille", "/v1/accounts", {"roles": ["COURT"]})).json
    setup = await browser.post("/invitation", {"csrf": csrf, "invitation": invited["invitation"]})
    fields = hidden(setup.body)
    fields.pop("response")
    wrong = await browser.post("/invitation/password", fields | {"password": PASSWORD, "code": "000000"})
    assert (wrong.status, b"does not fit" in wrong.body) == (422, True)
    fields = hidden(wrong.body)
    fields.pop("response")
    old = await browser.post("/invitation/password", fields | {"ticket": "x", "password": PASSWORD, "code": "1"})
    assert (old.status, b"authenticator-key" in old.body) == (422, False)


async def test_a_provider_that_nobody_set_up_is_not_there(browser):
    assert (await browser.get("/sign-in/with/nobody")).status == 404
    assert (await browser.post("/sign-in/with/nobody/log-out", {"logout_token": "x"})).status == 404
    answer = await browser.get("/sign-in/return?code=1&state=2")
    assert answer.status == 401
    browser.cookies[PROVIDER] = browser.cookies[SIGN_IN]
    assert (await browser.get("/sign-in/return?code=1&state=2&state=3")).status == 401


async def test_where_no_person_signs_in_nobody_is_invited(registry, monkeypatch):
    monkeypatch.setattr(type(registry.services), "people", None, raising=False)
    object.__setattr__(registry.services, "people", None)
    assert (await registry.post("fr-tj-lille", "/v1/accounts", {"roles": ["COURT"]})).status == 404
    cookie = Browser(registry.url, cookies={SESSION: "A" * 43})
    assert (await cookie.get("/v1/inbox")).status == 401
