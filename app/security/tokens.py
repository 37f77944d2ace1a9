"""Reads auth tokens from the place that the bench file names, and stores tokens in the system's keyring.

Invariants: a token from the keyring is returned only for the servers that it was stored for (`blynk.cloud`
and all its subdomains, or one host and port), and never for `http` if it was stored for `https`; no message
of this module contains a token; as soon as this module gets a token, `redaction` removes the token from
everything that is shown, logged or recorded.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from app.config.addresses import BLYNK, check_server, is_blynk, is_clear_text, is_loopback, server_identity
from app.config.bench_file import DeviceConfig
from app.errors import InvalidValueError, PinbridgeError
from app.messages.message import Message
from app.security import redaction

if TYPE_CHECKING:
    # `keyring` is slow to import, and many a bench keeps no token in it: it is imported where it is used.
    from keyring.backend import KeyringBackend

_SERVICE = "pinbridge"
_FAMILY = "*.blynk.cloud"
"""The scope of all Blynk servers."""
_NO_KEYRING = re.compile(r"PlaintextKeyring$|^keyring\.backends\.(null|fail)\.")
_TOKEN = re.compile(r"[\x21-\x7e]{1,200}")


class TokenError(PinbridgeError, ValueError):
    """An auth token is missing, invalid or not accessible. The message says what to do."""


class NoKeyringError(TokenError):
    """This computer has no keyring that keeps secrets, so the user must type the token at each start."""


def scope(server: str) -> str:
    """The scope of `server`: a text that is equal for all servers that may share a stored token.

    `https://blynk.cloud` and all its subdomains have the same scope. The scope of any other server is its
    scheme, host and port.
    """
    return _FAMILY if is_blynk(server) and not is_clear_text(server) else server_identity(server)


def is_within(bound: str, server: str) -> bool:
    """Whether a token that was stored with the scope `bound` may be sent to `server`."""
    return scope(server) in map(scope, servers_of(bound))


def servers_of(bound: str) -> tuple[str, ...]:
    """The URLs of the servers that may get a token with the scope `bound`; of Blynk's servers, only one.

    A token that was stored for an `http` server may also be sent to the same host and port over `https`.
    Earlier versions stored no scheme with the scope of an `https` server, nor with that of an `http` server
    on this computer.
    """
    if bound == _FAMILY:
        return (BLYNK,)
    if "://" in bound:
        return bound, f"https:{bound.partition(':')[2]}"
    encrypted, clear = f"https://{bound}", f"http://{bound}"
    return (clear, encrypted) if is_loopback(clear) else (encrypted,)


def resolve(device: DeviceConfig) -> str:
    """The token of `device`; empty if the device needs none.

    Raises TokenError if the device needs a token, but the token is missing, invalid or not accessible.
    """
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
    """Return the token that `resolve` finds for `device`. If `resolve` raises NoKeyringError, ask the user.

    `ask` puts a question to the user and returns the answer. If `ask` is None, raises NoKeyringError instead
    of asking. Raises TokenError if `resolve` fails for another reason, or if the answer is not a token.
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
    """Whether `text` has the form of an auth token: 1 to 200 visible ASCII characters."""
    return _TOKEN.fullmatch(text) is not None


def store(name: str, server: str, token: str) -> None:
    """Store `token` under `name` in the operating system's keyring, for use with `server`.

    The token may also be sent to other servers of the same scope: see the function `is_within`.
    Raises TokenError if `token` is invalid, or if the keyring does not work.
    """
    redaction.learn([token])
    if not is_token(token):
        raise TokenError("no_token")
    with _opened_ring() as ring:
        ring.set_password(_SERVICE, name, f"{scope(server)} {token}")


def clear(name: str) -> None:
    """Remove the token `name` from the keyring.

    Raises TokenError if there is no such token, or if the keyring does not work.
    """
    from keyring import errors

    with _opened_ring() as ring:
        try:
            ring.delete_password(_SERVICE, name)
        except errors.PasswordDeleteError:
            raise TokenError("keyring_has_no_token", name=name) from None


def stored_scope(name: str) -> str | None:
    """The scope that was stored in the keyring together with the token `name`.

    The scope is a text that says which servers may get the token: see the function `scope`. Returns None if
    the keyring has no such token. Raises TokenError if the keyring does not work.
    """
    return _entry(name)[0] or None


def stored(name: str, server: str) -> str | None:
    """The token `name` from the keyring, for use with `server`; None if there is no such token.

    Raises TokenError if the keyring does not work, or if the token may not be sent to `server`: see the
    function `is_within`.
    """
    bound, token = _entry(name)
    if not bound:
        return None
    if not is_within(bound, server):
        encrypted = f"https:{server.partition(':')[2]}"
        code = "token_of_encrypted_server" if is_within(bound, encrypted) else "token_of_other_server"
        raise TokenError(code, name=name, bound=bound, server=server)
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
    """The scope and the token from the keyring's entry `name`; see the function `scope`.

    Both texts are empty if there is no such entry. Raises TokenError if the keyring does not work, or if
    another program has written the entry.
    """
    with _opened_ring() as ring:
        entry = ring.get_password(_SERVICE, name) or ""
    bound, _, token = entry.partition(" ")
    redaction.learn([token])
    if entry and not (_is_scope(bound) and is_token(token)):
        redaction.learn([entry])  # It may be a token without a scope.
        raise TokenError("keyring_entry_unknown", name=name)
    return bound, token


def _is_scope(bound: str) -> bool:
    try:
        for server in servers_of(bound):
            check_server(server)
    except InvalidValueError:
        return False
    return True


@contextmanager
def _opened_ring() -> Iterator[KeyringBackend]:
    """Yield the keyring; turn every error that is raised in the `with` block into a TokenError."""
    ring = _ring()
    try:
        yield ring
    except TokenError:
        raise
    except Exception as error:  # noqa: BLE001 - a keyring is a third-party plug-in, and may raise anything
        raise _unusable(error) from None


def _ring() -> KeyringBackend:
    """The first keyring of this computer that keeps secrets. Raises NoKeyringError if there is none.

    The `keyring` library also offers a plain-text file and a keyring that stores nothing; both are ignored.
    """
    import keyring
    from keyring.backends.chainer import ChainerBackend

    try:
        ring = keyring.get_keyring()
    except Exception:  # noqa: BLE001 - the library loads a keyring that the user configured; it may be broken
        raise _no_keyring() from None
    rings = list(ring.backends) if isinstance(ring, ChainerBackend) else [ring]
    for candidate in rings:
        if not any(
            _NO_KEYRING.search(f"{kind.__module__}.{kind.__name__}") for kind in type(candidate).__mro__
        ):
            return candidate
    raise _no_keyring()


def _unusable(error: Exception) -> TokenError:
    """The TokenError for a keyring's `error`, without the text of `error`, which may contain a secret."""
    from keyring import errors

    if isinstance(error, errors.NoKeyringError):
        return _no_keyring()
    return TokenError("keyring_did_not_answer", words=type(error).__name__)


def _no_keyring() -> NoKeyringError:
    return NoKeyringError("no_keyring")
