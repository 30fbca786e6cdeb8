"""The client's address: only what our own proxies say is believed."""

import pytest

from servicehub.identity.addresses import client_ip


def meta(peer, forwarded=None):
    return {"REMOTE_ADDR": peer} | ({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded is not None else {})


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", None, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # a stranger's header is air
        ("10.1.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.1.0.1", "6.6.6.6, 198.51.100.1, 10.1.0.2", "198.51.100.1"),  # what the client itself put in front is not
        ("10.1.0.1", "198.51.100.1, nonsense", "10.1.0.1"),
        ("10.1.0.1", "", "10.1.0.1"),
        ("10.1.0.1", "10.1.0.7", "10.1.0.1"),
        ("::ffff:10.1.0.1", "2001:db8::1", "2001:db8::1"),
        ("", "198.51.100.1", "198.51.100.1"),  # a unix socket: only the proxy beside us speaks there
        ("", None, None),
        ("not an address", None, None),
    ],
)
def test_client_ip(settings, peer, forwarded, expected):
    settings.TRUSTED_PROXIES = ["10.1.0.0/16"]
    assert client_ip(meta(peer, forwarded)) == expected


def test_without_trusted_proxies_no_header_is_believed(settings):
    settings.TRUSTED_PROXIES = []
    assert client_ip(meta("10.1.0.1", "198.51.100.1")) == "10.1.0.1"
