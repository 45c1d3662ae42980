"""Whom a request comes from: proxies of ours are believed, and nobody else."""

import pytest

from registry.errors import ConfigurationError
from registry.limits.peers import UNKNOWN, Peers, networks_of

OURS = Peers(proxies=networks_of("127.0.0.1, 10.0.0.0/8, ::1", "PROXIES"))


@pytest.mark.parametrize(
    ("remote", "forwarded", "peer"),
    [
        ("192.0.2.7", (), "192.0.2.7"),
        ("192.0.2.7", ("198.51.100.1",), "192.0.2.7"),
        ("127.0.0.1", (), "127.0.0.1"),
        ("127.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("127.0.0.1", ("203.0.113.9, 198.51.100.1",), "198.51.100.1"),
        ("127.0.0.1", ("203.0.113.9", "198.51.100.1, 10.2.3.4"), "198.51.100.1"),
        ("127.0.0.1", ("10.9.9.9",), "127.0.0.1"),
        ("::ffff:127.0.0.1", ("198.51.100.1:4711",), "198.51.100.1"),
        ("::1", ("[2001:db8:1:2:3::4]:4711",), "2001:db8:1:2::/64"),
        ("127.0.0.1", ("nonsense",), UNKNOWN),
        ("2001:db8:1:2:ffff::1%eth0", (), "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", (), "192.0.2.7"),
        (None, (), UNKNOWN),
    ],
)
def test_a_peer_is_where_a_proxy_of_ours_says_that_it_is(remote, forwarded, peer):
    assert OURS.of(remote, forwarded) == peer


def test_networks_are_read_or_the_start_is_refused():
    assert networks_of(" , ", "PROXIES") == ()
    with pytest.raises(ConfigurationError, match="PROXIES"):
        networks_of("10.0.0.1/8", "PROXIES")
