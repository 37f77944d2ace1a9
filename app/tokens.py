"""Auth tokens: found where the bench file says they are, and handed to nobody but the client.

Invariants: a token from the keyring goes to the server that it was stored for, and nowhere else; no message
of this module holds a token.
"""

from __future__ import annotations

import os
import re
from urllib.parse import urlsplit

import keyring
import keyring.errors

from app.config import DeviceConfig

_SERVICE = "pinbridge"
_TOKEN = re.compile(r"[\x21-\x7e]{1,200}")


class TokenError(ValueError):
    """A token is not where it should be; the text says what to do."""


def scope(server: str) -> str:
    """What a stored token is bound to: all of Blynk's regions, or one host with its port."""
    host = urlsplit(server).hostname or ""
    return "*.blynk.cloud" if host.endswith(".blynk.cloud") else urlsplit(server).netloc


def resolve(device: DeviceConfig) -> str:
    """The token of `device`; empty where it has none. Raises TokenError where it should have one."""
    if not device.auth_token:
        return ""
    kind, _, name = device.auth_token.partition(":")
    if kind == "env":
        token = os.environ.get(name, "").strip()
        if not token:
            raise TokenError(f'device "{device.name}": the environment variable {name} is not set: set it')
    else:
        token = _from_keyring(device, name)
    if not _TOKEN.fullmatch(token):
        raise TokenError(
            f'device "{device.name}": {device.auth_token} holds no auth token: copy it again from Blynk'
        )
    return token


def store(name: str, server: str, token: str) -> None:
    """Keep a token in the operating system's keyring, bound to `server`. Raises TokenError."""
    if not _TOKEN.fullmatch(token):
        raise TokenError("this is no auth token: copy it again from Blynk's device page")
    try:
        keyring.set_password(_SERVICE, name, f"{scope(server)} {token}")
    except keyring.errors.KeyringError as error:
        raise _no_keyring(error) from None


def clear(name: str) -> None:
    """Remove a token from the keyring. Raises TokenError where there is none."""
    try:
        keyring.delete_password(_SERVICE, name)
    except keyring.errors.PasswordDeleteError:
        raise TokenError(f"the keyring holds no token named {name}") from None
    except keyring.errors.KeyringError as error:
        raise _no_keyring(error) from None


def stored_scope(name: str) -> str | None:
    """What the token `name` is bound to; None where the keyring holds none. Raises TokenError."""
    try:
        entry = keyring.get_password(_SERVICE, name)
    except keyring.errors.KeyringError as error:
        raise _no_keyring(error) from None
    return entry.partition(" ")[0] if entry else None


def _from_keyring(device: DeviceConfig, name: str) -> str:
    bound = stored_scope(name)
    if bound is None:
        raise TokenError(
            f'device "{device.name}": the keyring holds no token {name}: run "pinbridge token set {name}"'
        )
    if bound != scope(device.server):
        raise TokenError(
            f'device "{device.name}": the token {name} was stored for {bound}, not for {device.server}'
        )
    return (keyring.get_password(_SERVICE, name) or "").partition(" ")[2]


def _no_keyring(error: Exception) -> TokenError:
    return TokenError(
        f"this computer has no keyring that works ({type(error).__name__}): use env:PINBRIDGE_NAME instead"
    )
