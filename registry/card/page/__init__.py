"""The page that checks a card in a browser without a network: one HTML file, put together from the files here.

The same checks as `registry/card/verify.py`, in plain JavaScript. What the page may do stands in its own
Content-Security-Policy: run this one script, show pictures of its own making, and nothing over a network.
"""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Final

_SCRIPTS: Final = ("code.js", "picture.js", "card.js", "words.js", "app.js")


def policy() -> str:
    """Give the page's Content-Security-Policy; a server sends it as a header as well."""
    return (
        "default-src 'none'; "
        f"script-src '{_digest(_script())}'; style-src '{_digest(_text('page.css'))}'; "
        "img-src blob: data:; media-src blob: mediastream:; base-uri 'none'; form-action 'none'"
    )


def page(keys: str = '{"keys":[]}') -> str:
    """Give the page. `keys` is the JWK set that it trusts from the start, as JSON (docs/reference/card.md)."""
    return (
        _text("page.html")
        .replace("@POLICY@", escape(policy(), quote=True).replace("&#x27;", "'"))
        .replace("@STYLE@", _text("page.css"))
        .replace("@KEYS@", keys.replace("<", "\\u003c"))
        .replace("@SCRIPT@", _script())
    )


@cache
def _script() -> str:
    return "\n".join(_text(name) for name in _SCRIPTS)


@cache
def _text(name: str) -> str:
    return (files(__package__ or "") / name).read_text(encoding="utf-8")


def _digest(content: str) -> str:
    return f"sha256-{b64encode(sha256(content.encode()).digest()).decode()}"
