"""An HTML page of ours: plain, in one file, with nothing from elsewhere; works without a script but for passkeys.

Every style and script carries a nonce that is new with each page; nothing else is run, framed, or sent elsewhere.
"""

from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import Any, Final

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from registry.vault.keys import Entropy

_FOLDER: Final = Path(__file__).parent / "pages"
_NONCE_BYTES: Final = 16
_POLICY: Final = (
    "default-src 'none'; style-src 'nonce-{0}'; script-src 'nonce-{0}'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'"
)
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    # `no-referrer`, which the rest of the registry says, would make browsers send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, auto_reload=False)


def page(template: str, entropy: Entropy, *, status: int = 200, **shown: Any) -> web.Response:  # noqa: ANN401  # what a template shows
    """Give a page; every value is escaped by the template."""
    nonce = b64encode(entropy(_NONCE_BYTES)).decode("ascii")
    text = _templates().get_template(f"{template}.html").render(nonce=nonce, **shown)
    response = web.Response(text=text, status=status, content_type="text/html", charset="utf-8")
    response.headers.update(_HEADERS)
    response.headers["Content-Security-Policy"] = _POLICY.format(nonce)
    return response


def onward_to(address: str) -> web.Response:
    """Send the browser on, by GET."""
    return web.Response(status=web.HTTPSeeOther.status_code, headers={"Location": address, "Cache-Control": "no-store"})
