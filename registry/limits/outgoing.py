"""The one way out: whatever URL the registry is to ask, it asks through here, and never its own network by mistake.

1 scheme    of a list; no user, no password in the URL
2 address   a name is resolved once, and every address of it must be one that may be asked
3 pinned    the connection goes to an address just held to that, checked again as its socket is made
4 no proxy of the environment, no cookies, no redirect: an answer that points elsewhere is an answer
5 bounded   in seconds, in bytes of head and body; nothing is decompressed

May be asked: public addresses, and the networks that an operator names. An address within another (IPv4 in IPv6, 6to4,
Teredo, NAT64) is held to what it leads to. Link-local addresses, where clouds keep their machines' credentials, are
never asked, whatever anybody names.
"""

import asyncio
import re
import socket
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final, cast

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from registry.limits.peers import Network

TOTAL_SECONDS: Final = 30.0
CONNECT_SECONDS: Final = 5.0
MAXIMUM_BODY: Final = 1024 * 1024
_MAXIMUM_HEAD_LINE: Final = 8190
_MAXIMUM_HEADERS: Final = 64
_CHUNK: Final = 1 << 16
_NEVER: Final = (
    ip_network("169.254.0.0/16"),
    ip_network("fe80::/10"),
    ip_network("fd00:ec2::254/128"),
    ip_network("100.100.100.200/32"),
)
"""Link-local, with the metadata services of most clouds; and those of two that keep theirs elsewhere."""
_NOT_PUBLIC: Final = (ip_network("192.0.0.0/24"), ip_network("192.88.99.0/24"))
"""For protocols and relays alone; not every Python knows."""
_HOST: Final = re.compile(r"[A-Za-z0-9._:%-]{1,253}")
_NAT64: Final = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
_LOW_32_BITS: Final = 0xFFFFFFFF
Address = IPv4Address | IPv6Address


class Forbidden(OSError):
    """The registry does not go there. Says why, never where."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """What came back."""

    status: int
    media_type: str
    headers: Mapping[str, str]
    body: bytes


def leads_to(address: Address) -> Address:
    """Give the IPv4 address that an IPv6 one carries traffic to; any other as it is."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if any(address in network for network in _NAT64) or (int(address) <= _LOW_32_BITS and int(address) > 1):
        return IPv4Address(int(address) & _LOW_32_BITS)
    return address


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """Where the registry may go."""

    schemes: frozenset[str] = frozenset({"https"})
    networks: tuple[Network, ...] = ()
    """Networks that are not public and may be asked all the same."""

    def permit(self, text: str) -> None:
        """Hold an address to the rule; raises `Forbidden`."""
        try:
            outer = ip_address(text.partition("%")[0])
        except ValueError:
            raise Forbidden("a name led to what is no address") from None
        inner = leads_to(outer)
        if any(_within(each, network) for each in (outer, inner) for network in _NEVER):
            raise Forbidden("the address is one of the machine's own network")
        if any(_within(inner, network) for network in self.networks):
            return
        if any(_within(inner, network) for network in _NOT_PUBLIC):
            raise Forbidden("the address is not public")
        if not inner.is_global or inner.is_multicast or inner.is_reserved or inner.is_unspecified:
            raise Forbidden("the address is not public")

    def permit_url(self, url: str) -> URL:
        """Hold a URL to the rule before anything is resolved; gives it as aiohttp reads it. Raises `Forbidden`."""
        try:
            parts = URL(url)
        except ValueError:
            raise Forbidden("no URL") from None
        if parts.scheme not in self.schemes or not parts.host:
            raise Forbidden("the URL is of no scheme that is asked")
        if parts.user is not None or parts.password is not None:
            raise Forbidden("a URL with a user in it is not asked")
        if not _HOST.fullmatch(parts.raw_host or ""):
            raise Forbidden("the URL names no host")
        spelled = _address(parts.raw_host or "")
        if spelled is not None:
            self.permit(spelled)
        return parts


def _address(host: str) -> str | None:
    """Give the address that a host spells, in any way that a C library reads one: 127.1, 0x7f000001, 2130706433."""
    if ":" in host:
        return host
    try:
        return socket.inet_ntoa(socket.inet_aton(host.rstrip(".")))
    except OSError:
        return None


def _within(address: Address, network: IPv4Network | IPv6Network) -> bool:
    return address.version == network.version and address in network


class _Resolver(AbstractResolver):
    """Resolves by the machine's own means, and gives addresses only if every one of them may be asked."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM, family=family)
        addresses = [(kind, str(where[0]), int(where[1])) for kind, _, _, _, where in found]
        for _, address, _ in addresses:
            self._rule.permit(address)
        return [
            ResolveResult(
                hostname=host, host=address, port=at, family=kind, proto=socket.IPPROTO_TCP, flags=socket.AI_NUMERICHOST
            )
            for kind, address, at in addresses
        ]

    async def close(self) -> None:
        """Nothing is held."""


class Outgoing:
    """Asks URLs under a rule. `outgoing` makes one and closes it."""

    def __init__(self, rule: Rule, session: aiohttp.ClientSession) -> None:
        """Take a session that `outgoing` made."""
        self._rule = rule
        self._session = session

    async def exchange(  # a request has these parts
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        maximum: int = MAXIMUM_BODY,
        seconds: float = TOTAL_SECONDS,
    ) -> Answered:
        """Send one request and read its answer whole; raises `OSError` kinds, `TimeoutError`. Quotes nothing."""
        asked = self._rule.permit_url(url)
        limit = aiohttp.ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS)
        try:
            async with self._session.request(
                method, asked, data=body, headers=headers, allow_redirects=False, timeout=limit
            ) as response:
                return Answered(
                    status=response.status,
                    media_type=response.content_type,
                    headers=dict(response.headers),
                    body=await _bounded(response, maximum),
                )
        except aiohttp.ClientError as fault:
            if isinstance(fault.__cause__, Forbidden):
                raise fault.__cause__ from None
            # Its own words may quote the address or the answer.
            raise OSError(type(fault).__name__) from None


async def _bounded(response: aiohttp.ClientResponse, maximum: int) -> bytes:
    content = b""
    async for chunk in response.content.iter_chunked(_CHUNK):
        content += chunk
        if len(content) > maximum:
            raise OSError("the answer is too large")
    return content


@asynccontextmanager
async def outgoing(rule: Rule) -> AsyncGenerator[Outgoing, None]:
    """Lend the way out for the length of a block."""

    def socket_of(found: Sequence[Any]) -> socket.socket:
        family, kind, protocol, _, where = cast("tuple[int, int, int, str, tuple[str, int]]", tuple(found))
        rule.permit(where[0])
        return socket.socket(family, kind, protocol)

    connector = aiohttp.TCPConnector(
        resolver=_Resolver(rule), use_dns_cache=False, socket_factory=cast("Any", socket_of), limit_per_host=4
    )
    async with aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        auto_decompress=False,
        headers={"Accept-Encoding": "identity"},
        max_line_size=_MAXIMUM_HEAD_LINE,
        max_field_size=_MAXIMUM_HEAD_LINE,
        max_headers=_MAXIMUM_HEADERS,
    ) as session:
        yield Outgoing(rule, session)
