"""The page on which people see where they are signed in and what with, and end or change it.

What is changed asks for a sign-in of the last minutes: an open screen is not enough to lock its owner out.
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from aiohttp import web

from registry.api import session
from registry.api.page import onward_to, page
from registry.api.session_forms import CredentialForm, NewPasswordForm, PasskeyForm, SessionForm, SignOutForm, form_of
from registry.api.session_pages import ACCOUNT_PATH, Handler, as_page
from registry.errors import Refused
from registry.people import assurance, enrolling
from registry.people.people import People
from registry.people.records import Row, integer, reference
from registry.people.sessions import NoSession, Session, principal_of
from registry.values.account import CredentialKind, CredentialRef, EndOfSession, SessionRef, SignInMethod
from registry.values.time import Instant, iso
from registry.views.account import CREDENTIAL, RECOVERY

_KINDS: Final = {
    CredentialKind.PASSKEY: "Passkey",
    CredentialKind.PASSWORD: "Password",
    CredentialKind.AUTHENTICATOR: "Authenticator app",
    CredentialKind.RECOVERY_CODES: "Recovery codes",
    CredentialKind.PROVIDER: "Your institution's account",
}
_METHODS: Final = {
    SignInMethod.PASSKEY: "by passkey",
    SignInMethod.PASSWORD_AND_CODE: "by password and code",
    SignInMethod.PASSWORD_AND_RECOVERY_CODE: "by password and recovery code",
    SignInMethod.PROVIDER: "by your institution's account",
}


def account_pages(people: People) -> Sequence[web.RouteDef]:
    """Give the routes of the page."""
    own = AccountPages(people)
    guarded: dict[tuple[str, str], Handler] = {
        ("GET", ACCOUNT_PATH): own.show,
        ("POST", "/account/sessions"): own.end_sessions,
        ("POST", "/account/credentials"): own.remove_credential,
        ("POST", "/account/passkeys"): own.add_passkey,
        ("POST", "/account/password"): own.change_password,
        ("POST", "/account/recovery-codes"): own.new_codes,
    }
    return [web.route(method, path, as_page(people.house, each)) for (method, path), each in guarded.items()]


class AccountPages:
    """The handlers of the page of an account."""

    def __init__(self, people: People) -> None:
        """Take the people."""
        self._house = people.house

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show sessions and credentials."""
        house, held = self._house, await session.session_of(request, self._house)
        principal = principal_of(held, house.enrolment())
        rows = await house.records.rows(CREDENTIAL, account_ref=held.account_ref.bytes)
        codes_left = len(await house.records.rows(RECOVERY, account_ref=held.account_ref.bytes))
        passkey: dict[str, str] | None = None
        if assurance.recent(held.authenticated_at, house.clock()):
            options, ticket = await enrolling.new_passkey(house, held)
            passkey = {"options": options, "ticket": ticket}
        return page(
            "account",
            house.entropy,
            csrf=house.sessions.csrf(held),
            account=str(held.account_ref),
            institution=house.enrolment().institutions[held.institution].name,
            roles=sorted(principal.roles),
            sessions=[_shown(each, held) for each in await house.sessions.of(held.account_ref)],
            credentials=[
                _credential(row, codes_left) for row in sorted(rows, key=lambda row: integer(row["added_at"]))
            ],
            has_password=any(row["kind"] == CredentialKind.PASSWORD for row in rows),
            passkey=passkey,
        )

    async def end_sessions(self, request: web.Request) -> web.StreamResponse:
        """End one session, or all."""
        form = await form_of(request, SessionForm)
        held = await self._written(request, form.csrf)
        which = None if form.session == "all" else SessionRef(_reference(form.session))
        await self._house.sessions.end(held, which, EndOfSession.BY_PERSON)
        return onward_to(ACCOUNT_PATH)

    async def remove_credential(self, request: web.Request) -> web.StreamResponse:
        """Take a credential away."""
        form = await form_of(request, CredentialForm)
        held = await self._recent(request, form.csrf)
        await enrolling.remove(self._house, held, CredentialRef(_reference(form.credential)))
        return onward_to(ACCOUNT_PATH)

    async def add_passkey(self, request: web.Request) -> web.StreamResponse:
        """Add a passkey."""
        form = await form_of(request, PasskeyForm)
        held = await self._recent(request, form.csrf)
        await enrolling.add_passkey(self._house, held, form.ticket, form.response)
        return onward_to(ACCOUNT_PATH)

    async def change_password(self, request: web.Request) -> web.StreamResponse:
        """Take a new password in the place of the old one."""
        form = await form_of(request, NewPasswordForm)
        held = await self._recent(request, form.csrf)
        await enrolling.change_password(self._house, held, form.password)
        text = "The old one opens nothing any more. Where you were signed in by it you are signed out."
        heading = "Your password is changed"
        return page("onward", self._house.entropy, heading=heading, text=text, onward=ACCOUNT_PATH, soon=False)

    async def new_codes(self, request: web.Request) -> web.StreamResponse:
        """Replace the recovery codes and show the new ones, once."""
        form = await form_of(request, SignOutForm)
        held = await self._recent(request, form.csrf)
        written = await enrolling.new_recovery_codes(self._house, held)
        heading = "New recovery codes"
        return page("recovery", self._house.entropy, heading=heading, name=None, codes=written, onward=ACCOUNT_PATH)

    async def _written(self, request: web.Request, csrf: str) -> Session:
        """Give the session of a form that changes something; raises `NoSession`, `HttpProblem`."""
        held = await session.session_of(request, self._house)
        session.require_our_page(request, self._house)
        session.require_token(csrf, self._house.sessions.csrf(held))
        return held

    async def _recent(self, request: web.Request, csrf: str) -> Session:
        held = await self._written(request, csrf)
        principal_of(held, self._house.enrolment())  # a suspended institution's people change nothing either
        if not assurance.recent(held.authenticated_at, self._house.clock()):
            raise NoSession("signed in too long ago")
        return held


def _shown(each: Session, own: Session) -> dict[str, Any]:
    return {
        "ref": str(each.session_ref),
        "own": each.session_ref == own.session_ref,
        "method": _METHODS[each.method],
        "signed_in": _minute(each.signed_in_at),
        "seen": _minute(each.seen_at),
        "ends": _minute(Instant(min(each.ends_at, each.seen_at + each.idle))),
    }


def _credential(row: Row, codes_left: int) -> dict[str, Any]:
    kind = CredentialKind(str(row["kind"]))
    return {
        "ref": str(reference(row["credential_ref"])),
        "kind": _KINDS[kind],
        "added": _minute(Instant(integer(row["added_at"]))),
        "more": f"{codes_left} left" if kind is CredentialKind.RECOVERY_CODES else "",
    }


def _minute(at: Instant) -> str:
    """Show an instant to the minute, UTC."""
    return iso(at)[:16].replace("T", " ") + " UTC"


def _reference(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        raise Refused("bad-parameter") from None
