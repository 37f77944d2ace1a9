"""The HTTP client: sends a call to the cloud and returns its outcome.

Invariants: no other module sends HTTP requests to the cloud; the token is in the URL of every request,
and the HTTP library's exceptions may quote this URL, but nothing that this module returns or raises contains
the token; certificates are always checked against the authorities that the operating system trusts; no call
takes forever; at most `MAX_BODY_BYTES` of an answer are used.
"""

from __future__ import annotations

import time
from typing import cast
from urllib.parse import urlsplit

import requests
from urllib3 import BaseHTTPResponse, HTTPConnectionPool, Retry, Timeout
from urllib3.exceptions import HTTPError

from app import __version__
from app.cloud.blynk.calls import address
from app.cloud.blynk.outcomes import Answer, outcome_of, redirected_server
from app.cloud.destination import Call, Outcome, OutcomeKind
from app.config.addresses import is_loopback, is_private
from app.messages.message import Message
from app.security.redaction import redact
from app.security.trust import SystemTrust

MAX_BODY_BYTES = 65536
MAX_HOPS = 3
CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 15.0
_HEADERS = {
    "User-Agent": f"pinbridge/{__version__}",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Connection": "keep-alive",
}
_BODY_HEADERS = {**_HEADERS, "Content-Type": "application/json"}
_ONCE = Retry(0, read=False)


class Server:
    """The current server of an account: from the bench file, or from a redirect by the cloud.

    All clients of the account share one `Server`.
    """

    def __init__(self, address: str) -> None:
        self.address = self._given = address

    def answered(self, address: str, outcome: Outcome) -> None:
        """Make `address` the current server if the server there accepted or rejected the call.

        Otherwise go back to the server in the bench file, so that calls do not stay with a dead server that
        a redirect led to.
        """
        known = outcome.kind in (OutcomeKind.ACCEPT, OutcomeKind.REJECT)
        self.address = address if known else self._given


class Client:
    """A kept-alive connection to the server of one account. Only one thread may use it."""

    def __init__(
        self,
        server: Server,
        token: str,
        *,
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
        read_timeout_s: float = READ_TIMEOUT_S,
    ) -> None:
        self._server = server
        self._token = token
        self._timeout = Timeout(connect=connect_timeout_s, read=read_timeout_s)
        self._body_s = read_timeout_s
        # Servers on this computer or in its private network are reached without the proxy.
        near = is_loopback(server.address) or is_private(server.address)
        self._adapter = _Adapter({} if near else requests.utils.get_environ_proxies(server.address))
        self._requests = self._messages = 0

    def close(self) -> None:
        """Close the connection."""
        self._adapter.close()

    def take_counts(self) -> tuple[int, int]:
        """Return two counts, and reset both to 0.

        The first count is the requests sent; the second is those of them that Blynk may have counted as
        messages. A call that is redirected takes more than one request.
        """
        counts = self._requests, self._messages
        self._requests = self._messages = 0
        return counts

    def send(self, call: Call) -> Outcome:
        """Send a call and return its outcome. A network error is an outcome too and is never raised."""
        hops = 0
        server = self._server.address
        while isinstance(answer := self._answer(call, server), Answer):
            there = redirected_server(server, answer.headers.get("location", ""))
            if answer.status != 308 or there is None or hops == MAX_HOPS:
                break
            server = there
            hops += 1
        outcome = outcome_of(answer, time.time()) if isinstance(answer, Answer) else answer
        self._server.answered(server, outcome)
        return outcome

    def _answer(self, call: Call, server: str) -> Answer | Outcome:
        self._requests += 1
        self._messages += 1
        try:
            # Use the connection pool directly: a session would add redirects, cookies and netrc.
            response = self._adapter.pool(server).urlopen(
                call.method,
                address(call, self._token),
                body=call.body,
                headers=_HEADERS if call.body is None else _BODY_HEADERS,
                retries=_ONCE,
                redirect=False,
                assert_same_host=False,
                timeout=self._timeout,
                preload_content=False,
                decode_content=False,
            )
            try:
                # A proxy's error page may repeat the requested address, which contains the token.
                body = redact(self._body(response).decode(errors="replace")).encode()
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status, headers, body)
            finally:
                response.close()
                response.release_conn()
        except (HTTPError, OSError, ValueError) as error:
            if _never_sent(error):
                self._messages -= 1
            # Use only the exception's type: its text contains the address, and so the token.
            return Outcome(OutcomeKind.BACK_OFF, _why(error, urlsplit(server).hostname or ""))

    def _body(self, response: BaseHTTPResponse) -> bytes:
        """Read at most `MAX_BODY_BYTES` of the body, before a deadline.

        The read time-out alone is not enough: it starts anew with each part, so a body that trickles in could
        take forever.
        """
        deadline_s = time.monotonic() + self._body_s
        body = b""
        while part := response.read1(MAX_BODY_BYTES):
            body += part
            if len(body) > MAX_BODY_BYTES:
                break  # No answer of Blynk is so long: ignore the rest.
            if time.monotonic() > deadline_s:
                raise requests.exceptions.ReadTimeout
        return body[:MAX_BODY_BYTES]


class _Adapter(SystemTrust):
    """Keeps the connection pool of the last server, so that `requests` need not find it for every call."""

    def __init__(self, proxies: dict[str, str]) -> None:
        super().__init__()
        self._proxies = proxies
        self._server = ""
        self._pool: HTTPConnectionPool | None = None

    def pool(self, server: str) -> HTTPConnectionPool:
        """The connection pool for a server. It uses the proxy, if any, and the trusted certificates."""
        if self._pool is None or server != self._server:
            request = requests.PreparedRequest()
            request.method, request.url = "GET", server
            found = self.get_connection_with_tls_context(request, verify=True, proxies=self._proxies)
            self._pool, self._server = cast(HTTPConnectionPool, found), server
            self.cert_verify(self._pool)
        return self._pool

    def close(self) -> None:
        """Close the connection."""
        super().close()
        if self._pool is not None:
            self._pool.close()


def _why(error: BaseException, host: str) -> Message:
    kinds = _kinds(error)
    code = next((code for kind, code in _CODES.items() if kind in kinds), "cloud_connection_lost")
    return Message(code, host=host)


_CODES = {
    "SSLCertVerificationError": "cloud_certificate_not_trusted",
    "SSLError": "cloud_tls_failed",
    "ProxyError": "cloud_proxy_refuses",
    "NameResolutionError": "cloud_host_unknown",
    "NewConnectionError": "cloud_connection_refused",
    "ConnectTimeoutError": "cloud_no_connection",
    "ReadTimeoutError": "cloud_answer_timed_out",
    "ReadTimeout": "cloud_answer_timed_out",
}
"""Message codes by the name of an exception type. If an error matches several names, the first of these names
decides, so the more specific types come first."""

_NEVER_SENT = {"SSLError", "ProxyError", "ConnectTimeoutError"}
"""Names of the exception types that urllib3 raises before it sends a request. Those for an unknown host and
for a refused connection are not listed because they are subclasses of `ConnectTimeoutError`."""


def _never_sent(error: BaseException) -> bool:
    """Whether `error` shows that the request was never sent, so that the cloud cannot have counted it."""
    return bool(_kinds(error) & _NEVER_SENT)


def _kinds(error: object) -> set[str]:
    """The type names of `error` and of all exceptions that it wraps, including names of base types."""
    seen: list[BaseException] = []
    waiting = [error]
    while waiting:
        held = waiting.pop()
        if isinstance(held, BaseException) and held not in seen:
            seen.append(held)
            waiting += [*held.args, getattr(held, "reason", None)]
    return {kind.__name__ for held in seen for kind in type(held).__mro__}
