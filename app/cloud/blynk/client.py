"""The HTTP client: sends a call to the cloud and returns its outcome.

Invariants: no other module sends HTTP requests to the cloud; the token is in the URL of every request,
and the HTTP library's exceptions may quote this URL, but nothing that this module returns or raises contains
the token (`outcomes` redacts the words that it quotes from an answer); certificates are always checked
against the authorities that the operating system trusts; a call ends after `CALL_TIMEOUT_S`, with all its
redirects; at most `MAX_BODY_BYTES` of an answer are used.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from urllib3 import BaseHTTPResponse, Retry, Timeout
from urllib3.exceptions import HTTPError

from app import __version__
from app.cloud.blynk.bodies import MAX_BODY_BYTES, decoded
from app.cloud.blynk.calls import address
from app.cloud.blynk.clock import ahead_s
from app.cloud.blynk.failures import never_sent, why
from app.cloud.blynk.outcomes import Answer, outcome_of
from app.cloud.blynk.redirects import followed
from app.cloud.blynk.server import Server
from app.cloud.blynk.transport import Adapter, Deadline
from app.cloud.destination import Call, Outcome, OutcomeKind
from app.security.proxies import UnusableProxyError, proxies_for

MAX_HOPS = 3
CONNECT_TIMEOUT_S = 5.0
"""How long a connection to one address of the server, and the TLS handshake, may take."""
READ_TIMEOUT_S = 15.0
"""How long the server may send nothing."""
CALL_TIMEOUT_S = 30.0
"""How long a call may take in all."""
_HEADERS = {
    "User-Agent": f"pinbridge/{__version__}",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Connection": "keep-alive",
}
_BODY_HEADERS = {**_HEADERS, "Content-Type": "application/json"}
_ONCE = Retry(0, read=False)


class Client:
    """A kept-alive connection to the server of one account. Only one thread may use it."""

    def __init__(
        self,
        server: Server,
        token: str,
        *,
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
        read_timeout_s: float = READ_TIMEOUT_S,
        call_timeout_s: float = CALL_TIMEOUT_S,
        meaning: Callable[[Answer, float], Outcome] = outcome_of,
    ) -> None:
        """`meaning` gives the outcome of an answer; its second argument is the present Unix time."""
        self._server = server
        self._token = token
        self._timeout = Timeout(connect=connect_timeout_s, read=read_timeout_s)
        self._call_s = call_timeout_s
        self._meaning = meaning
        self._deadline = Deadline(read_timeout_s)
        self._adapter: Adapter | None = None
        self._took_s = 0.0
        """How long the last answer took."""
        self._requests = self._messages = 0

    def close(self) -> None:
        """Close the connection."""
        if self._adapter:
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
        self._deadline.start(self._call_s)
        begun = self._server.address
        server, outcome = self._follow(call, begun)
        if self._server.is_lost(begun, outcome):
            server, outcome = self._follow(call, self._server.given)
        self._server.answered(server, outcome)
        return outcome

    def _follow(self, call: Call, server: str) -> tuple[str, Outcome]:
        """Send a call to `server`, and on to where this redirects it.

        Returns the last server asked, and the outcome there.
        """
        hops = 0
        while isinstance(answer := self._answer(call, server), Answer):
            there = None
            if answer.status == 308 and hops < MAX_HOPS:
                there = followed(server, call.path, answer.headers.get("location", ""))
            if there is None:
                return server, self._outcome(answer)
            server = there.server
            call = call._replace(path=there.path)
            hops += 1
        return server, answer

    def _outcome(self, answer: Answer) -> Outcome:
        """What `answer` means. If it comes from the cloud itself, compare its clock with this computer's."""
        now_s = time.time()
        outcome = self._meaning(answer, now_s)
        # A network that wants a login, or a server in front of the cloud, may have another clock.
        if outcome.kind is not OutcomeKind.BACK_OFF and answer.status != 308:
            self._server.observe_clock(ahead_s(answer.headers, now_s, self._took_s))
        return outcome

    def _answer(self, call: Call, server: str) -> Answer | Outcome:
        began_s = time.monotonic()
        try:
            pool = self._connected().pool(server)
            self._requests += 1
            self._messages += 1
            # Use the connection pool directly: a session would add redirects, cookies and netrc.
            response = pool.urlopen(
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
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status, headers, _body(response, headers))
            finally:
                response.close()
                response.release_conn()
                self._took_s = time.monotonic() - began_s
        except UnusableProxyError as error:
            return Outcome(OutcomeKind.PAUSE, error.message)
        except (HTTPError, OSError, ValueError) as error:
            if never_sent(error):
                self._messages -= 1
            return Outcome(OutcomeKind.BACK_OFF, why(error, server))

    def _connected(self) -> Adapter:
        """The adapter, which is made for the first call. Raises UnusableProxyError."""
        if self._adapter is None:
            self._adapter = Adapter(proxies_for(self._server.given), self._deadline)
        return self._adapter


def _body(response: BaseHTTPResponse, headers: dict[str, str]) -> bytes:
    """Read the body, up to `MAX_BODY_BYTES`, and decode it. It may contain the token."""
    body = b""
    while len(body) <= MAX_BODY_BYTES and (part := response.read1(MAX_BODY_BYTES)):
        body += part
    return decoded(body[:MAX_BODY_BYTES], headers.get("content-encoding", ""))
