"""The address a request comes from. Only what our own proxies say is believed (SEC-06)."""

from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.core.signals import setting_changed


@lru_cache(maxsize=1)
def _trusted():
    return [ip_network(part, strict=False) for part in settings.TRUSTED_PROXIES]


def _forget(setting, **kwargs):
    if setting == "TRUSTED_PROXIES":
        _trusted.cache_clear()


setting_changed.connect(_forget, dispatch_uid="identity.addresses")


def is_trusted(address: str) -> bool:
    found = _parsed(address)
    return found is not None and any(found in network for network in _trusted())


def _parsed(text: str):
    try:
        found = ip_address(text.strip())
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def client_ip(meta: Mapping[str, str]) -> str | None:
    """From the right end of ``X-Forwarded-For`` the first that is not one of ours; the peer itself without a proxy.

    ``None`` where nobody said (a unix socket without a trusted proxy's header).
    """
    peer = meta.get("REMOTE_ADDR", "")
    # A unix socket has no address: only the proxy beside us can speak there.
    if peer and not is_trusted(peer):
        found = _parsed(peer)
        return str(found) if found else None
    hops = [hop for hop in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    for hop in reversed(hops):
        found = _parsed(hop)
        if found is None:
            break  # what stands left of nonsense is nonsense too
        if not is_trusted(str(found)):
            return str(found)
    found = _parsed(peer)
    return str(found) if found else None


def client_ip_of(request) -> str | None:
    """``AXES_CLIENT_IP_CALLABLE``."""
    return client_ip(request.META)
