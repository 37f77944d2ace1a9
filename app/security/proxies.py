"""Finds the proxy of the user's settings, and rejects one that the HTTP library cannot use.

Invariants: servers on this computer and in its private network are reached without a proxy; no message shows
the user name or the password of a proxy.
"""

from __future__ import annotations

import requests
from requests.utils import select_proxy
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from app.config.addresses import is_loopback, is_private
from app.errors import PinbridgeError

_USABLE = ("http", "https")


class UnusableProxyError(PinbridgeError):
    """This computer's settings name a proxy that cannot be used. The message says what to do."""


def proxies_for(server: str) -> dict[str, str]:
    """The proxies for `server`, by scheme, from the environment or the system's settings; maybe none.

    Raises UnusableProxyError if the proxy for `server` is a SOCKS proxy, or if its address is wrong.
    """
    if is_loopback(server) or is_private(server):
        return {}
    found = requests.utils.get_environ_proxies(server)
    # On Windows, `set HTTPS_PROXY=http://proxy:3128 && pinbridge` leaves a space at the end.
    proxies: dict[str, str] = {kind: given.strip() for kind, given in found.items() if given.strip()}
    proxy = select_proxy(server, proxies)
    if proxy:
        _check(proxy)
    return proxies


def _check(proxy: str) -> None:
    """Raise UnusableProxyError if `proxy` is not an address such as `http://proxy:3128` or `proxy:3128`."""
    try:
        parts = parse_url(proxy if "://" in proxy else f"http://{proxy}")
    except LocationParseError:
        raise UnusableProxyError("proxy_not_an_address") from None
    scheme = parts.scheme or ""
    shown = f"{scheme}://{parts.host}" if parts.port is None else f"{scheme}://{parts.host}:{parts.port}"
    if scheme.startswith("socks"):
        raise UnusableProxyError("proxy_is_socks", proxy=shown)
    if scheme not in _USABLE or not parts.host:
        raise UnusableProxyError("proxy_not_an_address")
