"""Whom a request comes from, as far as an address can tell: behind our own proxies it is what the last of them says."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, TypeAlias

from registry.errors import ConfigurationError

Network: TypeAlias = "IPv4Network | IPv6Network"
UNKNOWN: Final = "unknown"
_PREFIX: Final = 64
"""An IPv6 subscriber has a network of this size at least: each address of it is the same peer."""


def networks_of(text: str, setting: str) -> tuple[Network, ...]:
    """Read addresses and networks separated by commas; raises `ConfigurationError` naming the setting."""
    try:
        return tuple(ip_network(each.strip()) for each in text.split(",") if each.strip())
    except ValueError:
        raise ConfigurationError(f"{setting} is no list of networks such as 10.1.0.0/16,::1") from None


def address_of(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address as proxies write it, perhaps with a port; an IPv4 address in IPv6 clothes is one of IPv4."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


LOOPBACK: Final = networks_of("127.0.0.1,::1", "LOOPBACK")


@dataclass(frozen=True, kw_only=True, slots=True)
class Peers:
    """Tells peers apart. `proxies` are the machines whose word on where a request comes from is believed."""

    proxies: tuple[Network, ...] = ()

    def is_proxy(self, remote: str | None) -> bool:
        """Say whether an address is one of the proxies."""
        found = address_of(remote or "") if self.proxies else None
        return found is not None and any(found in network for network in self.proxies)

    def of(self, remote: str | None, forwarded: Sequence[str] = ()) -> str:
        """Give the peer of a request: where it was sent from, or what our outermost proxy wrote at its right end.

        `forwarded` are the fields `X-Forwarded-For`. Whatever stands left of what a proxy of ours wrote was written by
        the sender, and is not looked at.
        """
        if not self.is_proxy(remote):
            return _named(remote)
        for said in reversed([each for field in forwarded for each in field.split(",")]):
            if not self.is_proxy(said):
                return _named(said)
        return _named(remote)


def _named(text: str | None) -> str:
    found = address_of(text or "")
    if found is None:
        return UNKNOWN
    if isinstance(found, IPv6Address):
        return str(IPv6Network((found, _PREFIX), strict=False))
    return str(found)
