"""The operator's security.txt over HTTP: given as it is while it holds, and refused at the start if it cannot."""

from pathlib import Path

import pytest
from aiohttp import ClientSession, web

from registry.api import security_contact
from registry.api.server import Runner, application
from registry.errors import ConfigurationError
from registry.values.time import SECOND, Instant
from tests.given import at
from tests.http.given import a_registry

FILE = b"# Ours\r\nContact: mailto:security@registry.example\r\nExpires: 2027-01-01T00:00:00Z\r\n"
END = at("2027-01-01T00:00:00+00:00")


def written(folder: Path, content: bytes) -> Path:
    path = folder / "security.txt"
    path.write_bytes(content)
    return path


async def test_it_is_given_as_it_is_until_it_expires(tmp_path: Path):
    now = [Instant(END - SECOND)]
    routes = security_contact.doors(written(tmp_path, FILE), lambda: now[0])
    (tmp_path / "r").mkdir()
    async with a_registry(tmp_path / "r") as registry:
        object.__setattr__(registry.services, "doors", routes)
        runner = Runner(application(registry.services))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}{security_contact.PATH}"
        async with ClientSession() as session:
            async with session.get(url) as response:
                assert (response.status, await response.read()) == (200, FILE)
                assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
            now[0] = END
            async with session.get(url) as response:
                assert (response.status, (await response.json(content_type=None))["code"]) == (404, "not-found")
        await runner.cleanup()


def test_without_one_there_is_no_route():
    assert security_contact.doors(None, lambda: END) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"Expires: 2027-01-01T00:00:00Z\n", "needs a Contact"),
        (b"Contact: security@registry.example\nExpires: 2027-01-01T00:00:00Z\n", "needs a Contact"),
        (b"Contact: mailto:a@b.example\n", "one Expires"),
        (FILE + b"Expires: 2028-01-01T00:00:00Z\n", "one Expires"),
        (FILE.replace(b"2027-01-01T00:00:00Z", b"tomorrow"), "no RFC 3339 instant"),
        (FILE.replace(b"00Z", b"00"), "no RFC 3339 instant"),
        (FILE + b"#" * security_contact.MAXIMUM, "too long"),
    ],
)
def test_a_file_that_cannot_be_used_stops_the_start(tmp_path: Path, content: bytes, said: str):
    with pytest.raises(ConfigurationError, match=said):
        security_contact.doors(written(tmp_path, content), lambda: END)


def test_a_file_that_is_not_there_stops_the_start(tmp_path: Path):
    with pytest.raises(ConfigurationError, match="cannot be read"):
        security_contact.doors(tmp_path / "nothing", lambda: END)
