"""Auth tokens: found where the bench file says they are, and handed to nobody but the client.

Invariants: a token from the keyring goes to the server that it was stored for, and nowhere else; no message
of this module holds a token.
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
    """A token is not where it should be; the text says what to do."""


class NoKeyringError(TokenError):
    """This computer has no keyring that keeps a secret: a person must be asked at each start."""


def scope(server: str) -> str:
    """What a stored token is bound to: all of Blynk's regions, or one host with its port.

    Of a host in the network it is told too where it is reached without encryption: a token that was stored
    for an encrypted server goes to no other port of it in the clear.
    """
    parts = urlsplit(server)
    host = parts.hostname or ""
    if host.endswith(".blynk.cloud"):
        return "*.blynk.cloud"
    return f"http://{parts.netloc}" if is_clear_text(server) and not is_loopback(server) else parts.netloc


def resolve(device: DeviceConfig) -> str:
    """The token of `device`; empty where it has none. Raises TokenError where it should have one."""
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
    """As `resolve`; where this computer has no keyring, `ask` gets a question for the user.

    Without somebody to ask, or where the answer is no token, raises TokenError.
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
    """Whether a text could be an auth token at all."""
    return _TOKEN.fullmatch(text) is not None


def store(name: str, server: str, token: str) -> None:
    """Keep a token in the operating system's keyring, bound to `server`. Raises TokenError."""
    redaction.learn([token])
    if not is_token(token):
        raise TokenError("no_token")
    with _opened_ring() as ring:
        ring.set_password(_SERVICE, name, f"{scope(server)} {token}")


def clear(name: str) -> None:
    """Remove a token from the keyring. Raises TokenError where there is none."""
    with _opened_ring() as ring:
        try:
            ring.delete_password(_SERVICE, name)
        except keyring.errors.PasswordDeleteError:
            raise TokenError("keyring_has_no_token", name=name) from None


def stored_scope(name: str) -> str | None:
    """What the token `name` is bound to; None where the keyring holds none. Raises TokenError."""
    return _entry(name)[0] or None


def stored(name: str, server: str) -> str | None:
    """The token `name`, for `server`; None where the keyring holds none. Raises TokenError where it is
    bound to another server."""
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
    """What a stored token is bound to, and the token; both empty where there is none. Raises TokenError."""
    with _opened_ring() as ring:
        entry = ring.get_password(_SERVICE, name) or ""
    bound, _, token = entry.partition(" ")
    redaction.learn([token])
    return bound, token


@contextmanager
def _opened_ring() -> Iterator[KeyringBackend]:
    """The keyring, while it is asked; whatever it raises becomes a TokenError."""
    ring = _ring()
    try:
        yield ring
    except TokenError:
        raise
    except Exception as error:  # noqa: BLE001 - a keyring is somebody else's plug-in, and may raise anything
        raise _unusable(error) from None


def _ring() -> KeyringBackend:
    """The first keyring of this computer that keeps a secret. Raises NoKeyringError.

    keyring may be set to a file in plain text, or to one that keeps nothing, and takes both for a keyring.
    """
    try:
        ring = keyring.get_keyring()
    except Exception:  # noqa: BLE001 - it loads what the user has set, which may not be there or not work
        raise _no_keyring() from None
    rings = list(ring.backends) if isinstance(ring, ChainerBackend) else [ring]
    for candidate in rings:
        if not any(
            _NO_KEYRING.search(f"{kind.__module__}.{kind.__name__}") for kind in type(candidate).__mro__
        ):
            return candidate
    raise _no_keyring()


def _unusable(error: Exception) -> TokenError:
    """What a keyring's refusal means; its own words may be anything, and are not repeated."""
    if isinstance(error, keyring.errors.NoKeyringError):
        return _no_keyring()
    return TokenError("keyring_did_not_answer", words=type(error).__name__)


def _no_keyring() -> NoKeyringError:
    return NoKeyringError("no_keyring")
