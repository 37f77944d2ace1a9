"""Auth tokens: read from where the bench file says, and given to nothing but the client.

Invariants: a token from the keyring goes only to the server that it was stored for; no message of this module
holds a token.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import keyring
import keyring.errors
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend

from app.config.addresses import is_clear_text, is_loopback
from app.config.bench_file import DeviceConfig
from app.errors import PinbridgeError
from app.messages.message import Message
from app.security import redaction

_SERVICE = "pinbridge"
_NO_KEYRING = re.compile(r"PlaintextKeyring$|^keyring\.backends\.(null|fail)\.")
_TOKEN = re.compile(r"[\x21-\x7e]{1,200}")


class TokenError(PinbridgeError, ValueError):
    """A token is not where it should be. The message says what to do."""


class NoKeyringError(TokenError):
    """This computer has no keyring that keeps secrets: the user must be asked at each start."""


def scope(server: str) -> str:
    """What a stored token is bound to: all of Blynk's regions, or one host with its port.

    For a host in the network without encryption it begins with `http://`: a token that was stored for an
    encrypted server is never sent in clear text, not even to another port of the same host.
    """
    parts = urlsplit(server)
    host = parts.hostname or ""
    if host.endswith(".blynk.cloud"):
        return "*.blynk.cloud"
    return f"http://{parts.netloc}" if is_clear_text(server) and not is_loopback(server) else parts.netloc


def resolve(device: DeviceConfig) -> str:
    """The token of `device`; empty if it needs none. Raises TokenError if it cannot be found."""
    if not device.auth_token:
        return ""
    kind, _, name = device.auth_token.partition(":")
    if kind == "env":
        token = os.environ.get(name, "").strip()
        if not token:
            raise TokenError("token_variable_not_set", device=device.name, name=name)
    else:
        token = _from_keyring(device, name)
    redaction.learn([token])
    if not is_token(token):
        raise TokenError("no_token_in_place", device=device.name, place=device.auth_token)
    return token


def resolve_or_ask(device: DeviceConfig, ask: Callable[[Message], str] | None) -> str:
    """As `resolve`; if this computer has no keyring, `ask` gets a question for the user.

    Raises TokenError if `ask` is None, or if the answer is not a token.
    """
    try:
        return resolve(device)
    except NoKeyringError:
        if ask is None:
            raise
    token = ask(Message("token_question", device=device.name, server=device.server)).strip()
    redaction.learn([token])
    if not is_token(token):
        raise TokenError("no_token_typed", device=device.name)
    return token


def is_token(text: str) -> bool:
    """Whether a text has the form of an auth token."""
    return _TOKEN.fullmatch(text) is not None


def store(name: str, server: str, token: str) -> None:
    """Store a token in the operating system's keyring, bound to `server`. Raises TokenError."""
    redaction.learn([token])
    if not is_token(token):
        raise TokenError("no_token")
    with _opened_ring() as ring:
        ring.set_password(_SERVICE, name, f"{scope(server)} {token}")


def clear(name: str) -> None:
    """Remove a token from the keyring. Raises TokenError if it is not there."""
    with _opened_ring() as ring:
        try:
            ring.delete_password(_SERVICE, name)
        except keyring.errors.PasswordDeleteError:
            raise TokenError("keyring_has_no_token", name=name) from None


def stored_scope(name: str) -> str | None:
    """What the token `name` is bound to; None if the keyring has no such token. Raises TokenError."""
    return _entry(name)[0] or None


def stored(name: str, server: str) -> str | None:
    """The token `name`, for `server`; None if the keyring has no such token.

    Raises TokenError if it is bound to another server.
    """
    bound, token = _entry(name)
    if not bound:
        return None
    if bound != scope(server):
        raise TokenError("token_of_other_server", name=name, bound=bound, server=server)
    return token


def _from_keyring(device: DeviceConfig, name: str) -> str:
    try:
        token = stored(name, device.server)
    except NoKeyringError:
        raise
    except TokenError as error:
        raise TokenError("token_of_device", device=device.name, message=error.message) from None
    if token is None:
        raise TokenError("token_of_device_not_stored", device=device.name, name=name)
    return token


def _entry(name: str) -> tuple[str, str]:
    """What a stored token is bound to, and the token; both empty if there is none. Raises TokenError."""
    with _opened_ring() as ring:
        entry = ring.get_password(_SERVICE, name) or ""
    bound, _, token = entry.partition(" ")
    redaction.learn([token])
    return bound, token


@contextmanager
def _opened_ring() -> Iterator[KeyringBackend]:
    """The keyring, for a `with` block: whatever it raises becomes a TokenError."""
    ring = _ring()
    try:
        yield ring
    except TokenError:
        raise
    except Exception as error:  # noqa: BLE001 - a keyring is a third-party plug-in, and may raise anything
        raise _unusable(error) from None


def _ring() -> KeyringBackend:
    """The first keyring of this computer that keeps secrets. Raises NoKeyringError.

    The `keyring` library also accepts a file in plain text, and a keyring that stores nothing.
    """
    try:
        ring = keyring.get_keyring()
    except Exception:  # noqa: BLE001 - it loads what the user has configured, which may be missing or broken
        raise _no_keyring() from None
    rings = list(ring.backends) if isinstance(ring, ChainerBackend) else [ring]
    for candidate in rings:
        if not any(
            _NO_KEYRING.search(f"{kind.__module__}.{kind.__name__}") for kind in type(candidate).__mro__
        ):
            return candidate
    raise _no_keyring()


def _unusable(error: Exception) -> TokenError:
    """The TokenError for a keyring's error. The error's own words may hold anything, and are not repeated."""
    if isinstance(error, keyring.errors.NoKeyringError):
        return _no_keyring()
    return TokenError("keyring_did_not_answer", words=type(error).__name__)


def _no_keyring() -> NoKeyringError:
    return NoKeyringError("no_keyring")
