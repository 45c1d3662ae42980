"""A log as others see it: checkpoint, keys, tiles and bundles over HTTP, each with a bound. Nothing here is trusted."""

from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from registry.errors import ConfigurationError, LedgerError
from registry.ledger.proof.errors import TileMissing
from registry.ledger.proof.signed_note import MAXIMUM_NOTE
from registry.ledger.proof.tiles import ENTRIES, MAXIMUM_ENTRY, TILE_BYTES, WIDTH, Tile

TIMEOUT_SECONDS: Final = 20
_MAXIMUM_TOKEN: Final = 8_192
_MAXIMUM_BUNDLE: Final = WIDTH * (MAXIMUM_ENTRY + 2)
_OK, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND = 200, 401, 403, 404


@dataclass(kw_only=True)
class WebLog:
    """Reads a log at a base URL, one request after another. `token` gives what entries ask for; None gives none."""

    base: str
    token: Callable[[], str] | None = None
    _parts: SplitResult = field(init=False, repr=False)
    _connection: HTTPConnection | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        """Hold the form of the address; raises `ConfigurationError`."""
        no_address = ConfigurationError("--url is no address of a registry, such as https://registry.example")
        try:
            parts = urlsplit(self.base.rstrip("/"))
            is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            raise no_address from None
        if not is_address or parts.query or parts.fragment or parts.username is not None:
            raise no_address
        if self.token and parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
            raise ConfigurationError("a token is sent over TLS alone, or to this machine")
        self._parts = parts

    def checkpoint(self) -> bytes:
        """Give the newest signed note."""
        return self._get("/checkpoint", MAXIMUM_NOTE)

    def keys(self) -> bytes:
        """Give the keys as the log itself tells them."""
        return self._get("/log/keys", MAXIMUM_NOTE)

    def read(self, tile: Tile) -> bytes:
        """Give a tile or a bundle; raises `TileMissing`. The port `proof.tiles.ReadTile`."""
        of_entries = tile.level == ENTRIES
        return self._get(f"/{tile.path}", _MAXIMUM_BUNDLE if of_entries else TILE_BYTES, with_token=of_entries)

    def close(self) -> None:
        """Give the connection up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _get(self, path: str, maximum: int, *, with_token: bool = False) -> bytes:
        status, body = self._asked(path, maximum, with_token=with_token)
        if status == _UNAUTHORIZED and with_token and self.token:
            status, body = self._asked(path, maximum, with_token=True)  # the file may hold a newer one by now
        if status in {_UNAUTHORIZED, _FORBIDDEN}:
            raise ConfigurationError("entries are for participants: --token-file names the file of a valid token")
        if status == _NOT_FOUND:
            raise TileMissing("log: there is nothing at this path")
        if status != _OK:
            raise LedgerError("the log does not answer as a log does")
        if len(body) > maximum:
            raise LedgerError("the log answers more than there can be")
        return body

    def _asked(self, path: str, maximum: int, *, with_token: bool) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {self.token()}"} if with_token and self.token else {}
        fresh = self._connection is None
        try:
            return self._exchanged(path, headers, maximum)
        except (HTTPException, OSError):
            self.close()
            if fresh:
                raise LedgerError("the log does not answer as a log does") from None
        try:  # a connection that was kept open may have been closed meanwhile
            return self._exchanged(path, headers, maximum)
        except (HTTPException, OSError):
            self.close()
            raise LedgerError("the log does not answer as a log does") from None

    def _exchanged(self, path: str, headers: dict[str, str], maximum: int) -> tuple[int, bytes]:
        connection = self._connection = self._connection or self._connected()
        connection.request("GET", self._parts.path + path, headers=headers)
        response: HTTPResponse = connection.getresponse()
        body = response.read(maximum + 1)
        if not response.isclosed():
            response.read(1)
        if not response.isclosed():
            self.close()  # more came than may: what is left of it must not be taken for the next answer
        return response.status, body

    def _connected(self) -> HTTPConnection:
        kind = HTTPSConnection if self._parts.scheme == "https" else HTTPConnection
        return kind(self._parts.hostname or "", self._parts.port, timeout=TIMEOUT_SECONDS)


def token_of(path: Path) -> str:
    """Read a token from its file; raises `ConfigurationError`."""
    try:
        with path.open("rb") as file:
            raw = file.read(_MAXIMUM_TOKEN + 1).strip()
    except OSError:
        raise ConfigurationError("the file of the token cannot be read") from None
    if not raw or len(raw) > _MAXIMUM_TOKEN or not all(0x21 <= each <= 0x7E for each in raw):  # noqa: PLR2004  # visible ASCII
        raise ConfigurationError("the file of the token holds no token")
    return raw.decode("ascii")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
