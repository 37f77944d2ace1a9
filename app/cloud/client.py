"""The one place that talks HTTP to the cloud: a call goes out, an outcome comes back.

Invariants: nothing that this module returns or raises holds the token, though every address and so every
exception of the HTTP library does; certificates are always checked, against the operating system's; no call
lasts for ever; no answer is read further than `MAX_BODY_BYTES`.
"""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import requests

from app import __version__
from app.addresses import is_loopback, is_private
from app.cloud.calls import Call, url
from app.cloud.outcomes import Answer, Outcome, OutcomeKind, outcome_of, redirected_server
from app.trust import SystemTrust

MAX_BODY_BYTES = 65536
MAX_HOPS = 3
CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 15.0


class Client:
    """One kept-alive session to one account, for one thread."""

    def __init__(
        self,
        server: str,
        token: str,
        *,
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
        read_timeout_s: float = READ_TIMEOUT_S,
    ) -> None:
        self._server = server
        self._token = token
        self._timeouts_s = (connect_timeout_s, read_timeout_s)
        self._session = requests.Session()
        # No netrc; and no proxy between this computer and its own neighbours.
        self._session.trust_env = False
        if not (is_loopback(server) or is_private(server)):
            self._session.proxies.update(requests.utils.get_environ_proxies(server))
        self._session.mount("https://", SystemTrust())
        self._session.headers["User-Agent"] = f"pinbridge/{__version__}"
        self.requests = 0
        """Requests sent so far, hops included."""

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def send(self, call: Call) -> Outcome:
        """Send a call and tell what became of it; never raises for what a network can do."""
        hops = 0
        while isinstance(answer := self._answer(call), Answer):
            server = redirected_server(self._server, answer.headers.get("location", ""))
            if answer.status != 308 or server is None or hops == MAX_HOPS:
                return outcome_of(answer, time.time())
            self._server = server
            hops += 1
        return answer

    def _answer(self, call: Call) -> Answer | Outcome:
        self.requests += 1
        try:
            request = requests.Request(call.method, url(call, self._server, self._token), data=call.body)
            with self._session.send(
                self._session.prepare_request(request),
                timeout=self._timeouts_s,
                allow_redirects=False,
                stream=True,
                proxies=self._session.proxies,
            ) as response:
                body = self._body(response)
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status_code, headers, body)
        except (requests.RequestException, OSError, ValueError) as error:
            # The exception's own text holds the address, and so the token: its type must do.
            return Outcome(OutcomeKind.BACK_OFF, _in_words(error, urlsplit(self._server).hostname or ""))

    def _body(self, response: requests.Response) -> bytes:
        deadline_s = time.monotonic() + self._timeouts_s[1]
        body = b""
        for part in response.iter_content(MAX_BODY_BYTES):
            body += part
            if len(body) > MAX_BODY_BYTES or time.monotonic() > deadline_s:
                # The status has come; what follows is no answer of Blynk's, which are short.
                break
        return body[:MAX_BODY_BYTES]


def _in_words(error: BaseException, host: str) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return (
            f"The certificate of {host} is not trusted by this computer: is a school's proxy in between? "
            "Ask for its certificate to be installed."
        )
    if isinstance(error, requests.exceptions.ProxyError):
        return "The proxy of this network does not answer: check the proxy settings of the computer."
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return f"{host} does not answer: is the network there?"
    if isinstance(error, requests.exceptions.ReadTimeout):
        return f"{host} took the request and did not answer in time."
    inner = _innermost(error)
    if inner == "NameResolutionError":
        return f"The name {host} is not known: is the network there?"
    if inner in ("ConnectionRefusedError", "NewConnectionError"):
        return f"{host} refuses the connection: is the server running?"
    return f"The connection to {host} broke off."


def _innermost(error: BaseException) -> str:
    """The name of the exception type that started it."""
    seen: BaseException = error
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(reason, BaseException):
        seen = reason
    return type(seen).__name__
