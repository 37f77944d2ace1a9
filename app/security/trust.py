"""Checks the certificate of every server against the certificate authorities of the operating system."""

from __future__ import annotations

import ssl
from typing import Any

import requests
import truststore
from requests.adapters import HTTPAdapter

from app.security.proxies import proxies_for


class SystemTrust(HTTPAdapter):
    """An adapter for `requests` that trusts the certificate authorities of the operating system.

    `requests` itself trusts only the authorities in a list of its own. A school, for example, may install the
    authority of its proxy only in the operating system.
    """

    def __init__(self) -> None:
        self._context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Use a TLS context with the system's authorities for every connection."""
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """Use a TLS context with the system's authorities for every connection through a proxy."""
        return super().proxy_manager_for(*args, ssl_context=self._context, **kwargs)

    def cert_verify(self, conn: Any, *_: Any) -> None:
        """Require a valid certificate, but ignore the authorities that are bundled with `requests`."""
        conn.cert_reqs = "CERT_REQUIRED"
        conn.ca_certs = conn.ca_cert_dir = None


class _Session(requests.Session):
    """A session that does not look at redirects.

    `requests` prepares the next request even where no redirect is followed, and raises exceptions that it
    does not document, such as UnicodeDecodeError, if the `Location` of an answer is not UTF-8 or no address.
    """

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 - requests' signature
        """Return None: no answer is a redirect."""
        return None


def anonymous_session(address: str) -> requests.Session:
    """A `requests` session for `address` that sends no credentials from the user's netrc file.

    The session follows no redirect, whatever its caller asks for. It uses a proxy only if `address` is
    neither on this computer nor in a private network. Raises UnusableProxyError.
    """
    session = _Session()
    session.trust_env = False
    session.proxies.update(proxies_for(address))
    session.mount("https://", SystemTrust())
    return session
