"""The one place that talks HTTP to the cloud: a call goes out, an outcome comes back.

Invariants: nothing that this module returns or raises holds the token, though every address and so every
exception of the HTTP library does; certificates are always checked, against the operating system's; no call
lasts for ever; no answer is read further than `MAX_BODY_BYTES`.
"""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import requests
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError

from app import __version__
from app.cloud.blynk.calls import url
from app.cloud.blynk.outcomes import Answer, outcome_of, redirected_server
from app.cloud.destination import Call, Outcome, OutcomeKind
from app.config.addresses import is_loopback, is_private
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
_BODY_HEADERS = {"Content-Type": "application/json"}


class Server:
    """Where an account is: as the bench file says, until the cloud points elsewhere. For all senders."""

    def __init__(self, address: str) -> None:
        self.address = self._given = address

    def answered(self, address: str, outcome: Outcome) -> None:
        """Stay where readings are taken or refused; where they are not, ask again where the file says.

        A pointer that leads nowhere would else keep the device away from a cloud that is well again.
        """
        known = outcome.kind in (OutcomeKind.ACCEPT, OutcomeKind.REJECT)
        self.address = address if known else self._given


class Client:
    """One kept-alive session to one account, for one thread."""

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
        self._timeouts_s = (connect_timeout_s, read_timeout_s)
        self._session = requests.Session()
        self._session.mount("https://", SystemTrust())
        # No proxy between this computer and its own neighbours; and no netrc, for the session is not asked
        # to prepare requests.
        self._proxies: dict[str, str] = {}
        if not (is_loopback(server.address) or is_private(server.address)):
            self._proxies.update(requests.utils.get_environ_proxies(server.address))
        self._requests = self._messages = 0

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def take_counts(self) -> tuple[int, int]:
        """Requests since the last time, hops included, and how many of them the cloud may have counted."""
        counts = self._requests, self._messages
        self._requests = self._messages = 0
        return counts

    def send(self, call: Call) -> Outcome:
        """Send a call and tell what became of it; never raises for what a network can do."""
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
        # Made by hand: what is spelled already is not spelled again.
        request = requests.PreparedRequest()
        request.method, request.url, request.body = call.method, url(call, server, self._token), call.body
        request.headers = CaseInsensitiveDict(_HEADERS)
        if call.body is not None:
            request.headers.update(_BODY_HEADERS, **{"Content-Length": str(len(call.body))})
        try:
            # The adapter alone, without the session's redirects, cookies and netrc.
            response = self._session.get_adapter(request.url).send(
                request, timeout=self._timeouts_s, proxies=self._proxies
            )
            with response:
                # A proxy's page may repeat the address that it was asked for.
                body = redact(self._body(response).decode(errors="replace")).encode()
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status_code, headers, body)
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            if _never_arrived(error):
                self._messages -= 1
            # The exception's own text holds the address, and so the token: its type must do.
            return Outcome(OutcomeKind.BACK_OFF, _in_words(error, urlsplit(server).hostname or ""))

    def _body(self, response: requests.Response) -> bytes:
        """The first part of the body; part by part, so that one that trickles ends too."""
        deadline_s = time.monotonic() + self._timeouts_s[1]
        body = b""
        while part := response.raw.read1(MAX_BODY_BYTES):
            body += part
            if len(body) > MAX_BODY_BYTES:
                break  # What follows is no answer of Blynk's, which are short.
            if time.monotonic() > deadline_s:
                raise requests.exceptions.ReadTimeout
        return body[:MAX_BODY_BYTES]


def _in_words(error: BaseException, host: str) -> str:
    kinds = _kinds(error)
    for kind, sentence in _SENTENCES.items():
        if kind in kinds:
            return sentence.format(host=host)
    return f"The connection to {host} broke off."


_SENTENCES = {
    "SSLCertVerificationError": "The certificate of {host} is not trusted by this computer: is a school's "
    "proxy in between? Ask for its certificate to be installed.",
    "SSLError": "{host} does not speak TLS as it should: is a school's proxy in between?",
    "ProxyError": "The proxy of this network lets nothing through to {host}: check the proxy settings.",
    "NameResolutionError": "The name {host} is not known: is the network there?",
    "NewConnectionError": "{host} refuses the connection: is the server running?",
    "ConnectTimeoutError": "{host} does not answer: is the network there?",
    "ReadTimeoutError": "{host} took the request and did not answer in time.",
    "ReadTimeout": "{host} took the request and did not answer in time.",
}
"""By the name of an exception that was part of it, the one that says most first."""

_BEFORE_IT_LEFT = {"SSLError", "ProxyError", "ConnectTimeoutError"}
"""Of urllib3's tree: a name that is not known and a refused connection are kinds of `ConnectTimeoutError`."""


def _never_arrived(error: BaseException) -> bool:
    """Whether a request that failed so cannot have been counted by the cloud."""
    return bool(_kinds(error) & _BEFORE_IT_LEFT)


def _kinds(error: object) -> set[str]:
    """The names of the exception types of `error` and of all that it holds."""
    seen: list[BaseException] = []
    waiting = [error]
    while waiting:
        held = waiting.pop()
        if isinstance(held, BaseException) and held not in seen:
            seen.append(held)
            waiting += [*held.args, getattr(held, "reason", None)]
    return {kind.__name__ for held in seen for kind in type(held).__mro__}
