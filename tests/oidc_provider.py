"""A real OpenID provider that nobody here wrote, npm's oidc-provider: on the loopback, for as long as a test needs it.

    with oidc_provider({"clients": [...], "audience": "https://registry.example", "accounts": {...}}) as provider:
        provider.issuer, provider.get("/.well-known/openid-configuration")

`clients` are as the provider's own documentation gives client metadata; `audience` is that of its access tokens,
which are JWT (RFC 9068). `accounts` are for the code flow: {"officer-7": {"acr": "…", "amr": […], "claims": {…}}},
signed in by `login_hint` without a page. `jwks` are its private keys; without them it makes one for ES256.
"""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import ClientSession

from scripts import oidc_provider as installed

PROGRAM = Path(__file__).parent / "oidc" / "provider.js"
MISSING = "NO OIDC PROVIDER HERE: npm's oidc-provider is not installed, and signing in with it is NOT tested"


@dataclass(frozen=True, kw_only=True)
class Provider:
    """A provider that answers."""

    issuer: str
    settings: Mapping[str, Any]

    async def get(self, path: str) -> Any:
        """Give a JSON document of it."""
        async with ClientSession() as session, session.get(self.issuer + path) as response:
            return orjson.loads(await response.read())

    async def token(self, form: Mapping[str, str]) -> tuple[int, Any]:
        """Send a form to its token endpoint; give status and JSON."""
        async with ClientSession() as session, session.post(self.issuer + "/token", data=form) as response:
            return response.status, orjson.loads(await response.read())


@contextmanager
def oidc_provider(settings: Mapping[str, Any]) -> Iterator[Provider]:
    """Run a provider; skips, loudly, where there is none to be had. Ends it by its own id."""
    folder = installed.on_the_machine()
    if folder is None:
        pytest.skip(MISSING)
    process = subprocess.Popen(["node", PROGRAM, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(orjson.dumps(settings))
        process.stdin.close()
        said = process.stdout.readline()
        assert said, "the provider did not start"
        yield Provider(issuer=orjson.loads(said)["issuer"], settings=settings)
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()
