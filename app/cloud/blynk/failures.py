"""Says why a call got no answer, from the exception of the HTTP library.

A server on this computer, or at a private address, is a local cloud: no school's proxy is in between, and it
may have no encryption at all.

Invariant: only the types of exceptions are used, because their texts contain the address, and so the token.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from app.config.addresses import is_loopback, is_private
from app.messages.message import Message

_CODES = {
    "SSLCertVerificationError": "cloud_certificate_not_trusted",
    "SSLError": "cloud_tls_failed",
    "ProxyError": "cloud_proxy_refuses",
    "NameResolutionError": "cloud_host_unknown",
    "NewConnectionError": "cloud_connection_refused",
    "ConnectTimeoutError": "cloud_no_connection",
    "ReadTimeoutError": "cloud_answer_timed_out",
    "TimeoutError": "cloud_answer_timed_out",
}
"""Message codes by the name of an exception type. If an error matches several names, the first of these names
decides, so the more specific types come first."""

_NEAR = {
    "cloud_certificate_not_trusted": "near_certificate_not_trusted",
    "cloud_tls_failed": "near_tls_failed",
    "cloud_no_connection": "near_no_connection",
}
"""The codes of messages that are other ones for a local cloud."""

_NEVER_SENT = {"SSLError", "ProxyError", "ConnectTimeoutError"}
"""Names of the exception types that urllib3 raises before it sends a request. Those for an unknown host and
for a refused connection are not listed because they are subclasses of `ConnectTimeoutError`."""


def why(error: BaseException, server: str) -> Message:
    """Why the call to `server`, a URL, that raised `error` got no answer."""
    kinds = _kinds(error)
    code = next((code for kind, code in _CODES.items() if kind in kinds), "cloud_connection_lost")
    if is_loopback(server) or is_private(server):
        code = _NEAR.get(code, code)
    return Message(code, host=urlsplit(server).hostname or "")


def never_sent(error: BaseException) -> bool:
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
