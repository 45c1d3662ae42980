"""The pages by which people sign in, open an account, and out again. Plain forms; each answers with a page.

Whoever cannot be signed in is shown the form again, whatever the reason was.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import segno
from aiohttp import web

from registry.api import session
from registry.api.codes import MEANINGS
from registry.api.page import onward_to, page
from registry.api.problems import HttpProblem, problem_of
from registry.api.refusals import REFUSED
from registry.api.session_forms import (
    InvitationForm,
    LogoutForm,
    PasskeyForm,
    PasskeySetupForm,
    PasswordForm,
    PasswordSetupForm,
    SignOutForm,
    form_of,
)
from registry.api.sign_in_guard import FAILED
from registry.errors import Refused, RegistryError
from registry.people import codes, enrolling, passkeys
from registry.people.enrolling import Setup
from registry.people.house import House, SignInFailed, SpokenForByNobody
from registry.people.people import People
from registry.people.records import UsedBefore
from registry.people.relying_party import RETURN_PATH
from registry.people.sessions import NoSession, Proven, Session
from registry.people.sign_in import begun
from registry.values.account import EndOfSession

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
ACCOUNT_PATH: Final = "/account"
SIGN_IN_PATH: Final = "/sign-in"


def pages(people: People) -> Sequence[web.RouteDef]:
    """Give the routes of the pages."""
    own = SignInPages(people)
    guarded: dict[tuple[str, str], Handler] = {
        ("GET", SIGN_IN_PATH): own.show,
        ("POST", SIGN_IN_PATH): own.by_password,
        ("POST", "/sign-in/passkey"): own.by_passkey,
        ("GET", "/sign-in/with/{provider}"): own.to_provider,
        ("GET", RETURN_PATH): own.from_provider,
        ("POST", "/sign-in/with/{provider}/log-out"): own.logged_out_there,
        ("GET", "/sign-out"): own.signed_out,
        ("POST", "/sign-out"): own.sign_out,
        ("GET", "/invitation"): own.invitation,
        ("POST", "/invitation"): own.invited,
        ("POST", "/invitation/password"): own.open_with_password,
        ("POST", "/invitation/passkey"): own.open_with_passkey,
    }
    return [web.route(method, path, as_page(people.house, each)) for (method, path), each in guarded.items()]


def as_page(house: House, handler: Handler) -> Handler:
    """Make every refusal of a handler a page for people; what nobody expected goes on to the middleware."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except NoSession:
            return onward_to(SIGN_IN_PATH)
        except (HttpProblem, Refused, RegistryError) as fault:
            problem = problem_of(fault, incident="")
            if problem.incident is not None:
                raise
            request[REFUSED] = problem.code
            text = MEANINGS.get(problem.code, "The request was refused.")
            return page(
                "onward",
                house.entropy,
                status=problem.status,
                heading="That did not work",
                text=text,
                onward=SIGN_IN_PATH,
                soon=False,
            )

    return handle


class SignInPages:
    """The handlers of the pages before and around a session."""

    def __init__(self, people: People) -> None:
        """Take the people."""
        self._people = people
        self._house = people.house

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show the ways to sign in."""
        return await self._form(request, failed=False)

    async def by_password(self, request: web.Request) -> web.StreamResponse:
        """Sign in by name, password and code."""
        form = await form_of(request, PasswordForm)
        session.require_binding(request, self._house, form.csrf)
        try:
            proven = await self._people.passwords.prove(form.name, form.password, form.code)
            response = await self._begun(request, proven)
        except SignInFailed as fault:
            if isinstance(fault, SpokenForByNobody):  # nobody guessed: the person is not to be locked out for it
                self._people.passwords.succeeded(form.name)
            return await self._form(request, failed=True)
        self._people.passwords.succeeded(form.name)
        return response

    async def by_passkey(self, request: web.Request) -> web.StreamResponse:
        """Sign in by a passkey's answer."""
        form = await form_of(request, PasskeyForm)
        session.require_binding(request, self._house, form.csrf)
        try:
            return await self._begun(request, await passkeys.prove(self._house, form.ticket, form.response))
        except SignInFailed:
            return await self._form(request, failed=True)

    async def to_provider(self, request: web.Request) -> web.StreamResponse:
        """Send the browser to an identity provider; whoever is signed in has to prove themselves anew."""
        provider = self._people.providers.get(request.match_info["provider"])
        if provider is None:
            raise web.HTTPNotFound
        address, ticket = await provider.start(former=await self._former(request))
        response = onward_to(address)
        session.set_cookie(response, session.PROVIDER, ticket, site="Lax")
        return response

    async def from_provider(self, request: web.Request) -> web.StreamResponse:
        """Take what the identity provider answered.

        A page and no redirect: after one the browser would still come from another site, and not show the cookie.
        """
        try:
            proven, former = await self._vouched(request)
            session_id = await begun(self._house, proven, session.agent_of(request), former)
        except SignInFailed:
            response = await self._form(request, failed=True)
        else:
            response = self._onward("Signed in", "You are signed in.", ACCOUNT_PATH, soon=True)
            session.set_cookie(response, session.SESSION, session_id)
        session.drop_cookie(response, session.PROVIDER)
        return response

    async def _vouched(self, request: web.Request) -> tuple[Proven, Session | None]:
        """Say whom the provider vouches for that this browser was sent to, and from which session; `SignInFailed`."""
        answered = dict(request.query)
        ticket = self._house.box.read(request.cookies.get(session.PROVIDER, ""), "provider", self._house.clock())
        provider = self._people.providers.get(ticket.said["provider"]) if ticket else None
        if ticket is None or provider is None or len(answered) != len(request.query):
            raise SignInFailed("sign-in-failed")
        proven = await provider.prove(ticket, answered)
        return proven, await self._house.sessions.held(bytes.fromhex(ticket.said["former"]))

    async def logged_out_there(self, request: web.Request) -> web.StreamResponse:
        """Take an identity provider's word that somebody signed out there (Back-Channel Logout 1.0, 2.5)."""
        provider = self._people.providers.get(request.match_info["provider"])
        if provider is None:
            raise web.HTTPNotFound
        form = await form_of(request, LogoutForm)
        try:
            await provider.end(form.logout_token)
        except (SignInFailed, UsedBefore):
            request[REFUSED] = FAILED
            return web.Response(status=400)
        return web.Response(status=200)

    async def sign_out(self, request: web.Request) -> web.StreamResponse:
        """End the session of this browser."""
        form = await form_of(request, SignOutForm)
        held = await session.session_of(request, self._house)
        session.require_our_page(request, self._house)
        session.require_token(form.csrf, self._house.sessions.csrf(held))
        await self._house.sessions.end(held, held.session_ref, EndOfSession.SIGNED_OUT)
        response = onward_to("/sign-out")
        session.drop_cookie(response, session.SESSION)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    async def signed_out(self, request: web.Request) -> web.StreamResponse:
        """Say so. A link here signs nobody out: anybody could make somebody follow it."""
        former = await self._former(request)
        if former is not None:
            return onward_to(ACCOUNT_PATH)
        text = "You are signed out here. Close the window on a computer that others use."
        return self._onward("Signed out", text, SIGN_IN_PATH)

    async def invitation(self, request: web.Request) -> web.StreamResponse:
        """Ask for an invitation."""
        return self._opening(request, None, "", None)

    async def invited(self, request: web.Request) -> web.StreamResponse:
        """Show what there is to choose from."""
        form = await form_of(request, InvitationForm)
        session.require_binding(request, self._house, form.csrf)
        try:
            setup = await enrolling.prepared(self._house, form.invitation)
        except Refused as refused:
            return self._opening(request, None, "", refused)
        return self._opening(request, setup, form.invitation, None)

    async def open_with_password(self, request: web.Request) -> web.StreamResponse:
        """Open the account with a password and an authenticator."""
        form = await form_of(request, PasswordSetupForm)
        session.require_binding(request, self._house, form.csrf)
        try:
            opened = await enrolling.open_with_password(
                self._house, form.invitation, form.ticket, form.password, form.code
            )
        except Refused as refused:
            again = None
            if refused.field is not None:
                again = enrolling.again(self._house, form.invitation, form.ticket)
            return self._opening(request, again, form.invitation, refused)
        return page(
            "recovery",
            self._house.entropy,
            heading="Your account is open",
            name=opened.name,
            codes=opened.recovery_codes,
            onward=SIGN_IN_PATH,
        )

    async def open_with_passkey(self, request: web.Request) -> web.StreamResponse:
        """Open the account with a passkey."""
        form = await form_of(request, PasskeySetupForm)
        session.require_binding(request, self._house, form.csrf)
        try:
            await enrolling.open_with_passkey(self._house, form.invitation, form.ticket, form.response)
        except Refused as refused:
            return self._opening(request, None, "", refused)
        text = "Sign in with your passkey now."
        return self._onward("Your account is open", text, SIGN_IN_PATH)

    def _onward(self, heading: str, text: str, onward: str, *, soon: bool = False) -> web.Response:
        return page("onward", self._house.entropy, heading=heading, text=text, onward=onward, soon=soon)

    async def _begun(self, request: web.Request, proven: Proven) -> web.StreamResponse:
        session_id = await begun(self._house, proven, session.agent_of(request), await self._former(request))
        response = onward_to(ACCOUNT_PATH)
        session.set_cookie(response, session.SESSION, session_id)
        session.drop_cookie(response, session.SIGN_IN)
        return response

    async def _former(self, request: web.Request) -> Session | None:
        try:
            return await session.session_of(request, self._house, touch=False)
        except NoSession:
            return None

    async def _form(self, request: web.Request, *, failed: bool) -> web.Response:
        value, csrf = session.form_binding(request, self._house)
        options, ticket = passkeys.asked(self._house)
        if failed:
            request[REFUSED] = FAILED
        response = page(
            "sign_in",
            self._house.entropy,
            status=401 if failed else 200,
            csrf=csrf,
            failed=failed,
            again=await self._former(request) is not None,
            passkey={"options": options, "ticket": ticket},
            providers=[each.provider for each in self._people.providers.values()],
        )
        session.set_cookie(response, session.SIGN_IN, value)
        return response

    def _opening(
        self, request: web.Request, setup: Setup | None, invitation: str, refused: Refused | None
    ) -> web.Response:
        value, csrf = session.form_binding(request, self._house)
        if refused is not None:
            request[REFUSED] = refused.code
        more: dict[str, Any] = {}
        if setup is not None:
            # Nothing in a drawing is from outside: it is marks and numbers.
            drawn = segno.make(setup.address, error="m").svg_inline(scale=4, omitsize=False)
            more = {"picture": drawn, "key": codes.written_secret(setup.secret), "invitation": invitation}
        response = page(
            "invitation",
            self._house.entropy,
            status=200 if refused is None else 422,
            csrf=csrf,
            setup=setup,
            failed=None if refused is None else MEANINGS[refused.code],
            **more,
        )
        session.set_cookie(response, session.SIGN_IN, value)
        return response
