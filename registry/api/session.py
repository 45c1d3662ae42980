"""A browser's session at the door: cookies, and what tells a request of our own pages from one of anybody else's.

    __Host-session    the session; Strict, so that no other site's link or form carries it
    __Host-sign-in    binds a form to the browser it was given to, before there is a session; Strict
    __Host-provider   what was asked of an identity provider; Lax, because the browser comes back from another site

`__Host-` cookies are Secure, of this host alone and of every path. Browsers take them over plain HTTP from the machine
itself, so the demo sets the same ones. What changes something must come from a page of ours twice over: the browser
says so (`Sec-Fetch-Site`, `Origin`), and the request names a token that only our page could read.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Final, Literal

from aiohttp import web

from registry.access.actors import Principal
from registry.api.problems import HttpProblem
from registry.people.house import House
from registry.people.people import People
from registry.people.sessions import NoSession, Session, csrf_token, principal_of

SESSION: Final = "__Host-session"
SIGN_IN: Final = "__Host-sign-in"
PROVIDER: Final = "__Host-provider"
CSRF_HEADER: Final = "X-CSRF-Token"
SAFE: Final = frozenset({"GET", "HEAD"})
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_AGENT_LENGTH: Final = 512


async def principal_by_session(request: web.Request, people: People, *, touch: bool = True) -> Principal:
    """Give for whom a request speaks by its session; raises `HttpProblem`, whatever is wrong with it.

    A read that another site caused is answered like one without a session; a write must name its token too.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise HttpProblem("unauthenticated")
    try:
        session = await session_of(request, people.house, touch=touch)
        principal = principal_of(session, people.house.enrolment())
    except NoSession:
        raise HttpProblem("unauthenticated") from None
    if request.method not in SAFE:
        require_our_page(request, people.house)
        require_token(request.headers.get(CSRF_HEADER, ""), people.house.sessions.csrf(session))
    return principal


async def session_of(request: web.Request, house: House, *, touch: bool = True) -> Session:
    """Give the session of a request; raises `NoSession`."""
    return await house.sessions.find(request.cookies.get(SESSION, ""), agent_of(request), touch=touch)


def agent_of(request: web.Request) -> str:
    """Give what the browser calls itself, bounded."""
    return request.headers.get("User-Agent", "")[:_AGENT_LENGTH]


def require_our_page(request: web.Request, house: House) -> None:
    """Hold a request to come from a page of ours, as the browser says; raises `HttpProblem`.

    Every browser of the last years says at least one of the two; who says neither is no browser.
    """
    origins = request.headers.getall("Origin", [])
    sites = request.headers.getall("Sec-Fetch-Site", [])
    fits = all(each == house.site for each in origins) and all(each == "same-origin" for each in sites)
    if not fits or not (origins or sites):
        raise HttpProblem("cross-site-request")


def require_token(said: str, expected: str) -> None:
    """Hold what a request says to the token that our page was given; raises `HttpProblem`."""
    if not hmac.compare_digest(said.encode("utf-8", "replace"), expected.encode()):
        raise HttpProblem("cross-site-request")


def form_binding(request: web.Request, house: House) -> tuple[str, str]:
    """Give the value of the sign-in cookie, the browser's own or a new one, and the token of a form bound to it."""
    held = request.cookies.get(SIGN_IN, "")
    value = held if _TOKEN.fullmatch(held) else urlsafe_b64encode(house.entropy(32)).rstrip(b"=").decode("ascii")
    return value, bound_token(value, house)


def bound_token(value: str, house: House) -> str:
    """Give the token of a form that was given to the browser with this cookie."""
    return csrf_token(house.box.hashing, sha256(b"po-sign-in/v1|" + value.encode()).digest())


def require_binding(request: web.Request, house: House, said: str) -> None:
    """Hold a form from before the session to the browser it was given to; raises `HttpProblem`."""
    require_our_page(request, house)
    held = request.cookies.get(SIGN_IN, "")
    if not _TOKEN.fullmatch(held):
        raise HttpProblem("cross-site-request")
    require_token(said, bound_token(held, house))


def set_cookie(
    response: web.StreamResponse, name: str, value: str, *, site: Literal["Strict", "Lax"] = "Strict"
) -> None:
    """Give the browser a cookie of this host, until it is closed; how long it counts is the registry's to say."""
    response.set_cookie(name, value, path="/", secure=True, httponly=True, samesite=site)


def drop_cookie(response: web.StreamResponse, name: str) -> None:
    """Take a cookie back."""
    response.del_cookie(name, path="/", secure=True, httponly=True)
