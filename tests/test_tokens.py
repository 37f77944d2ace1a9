"""Tokens are found where the bench file says, go where they belong, and are never said."""

from __future__ import annotations

import keyring
import keyring.backend
import keyring.errors
import pytest
from keyring.backends.chainer import ChainerBackend

from app import tokens
from app.config import DeviceConfig
from app.tokens import TokenError
from tests.keyrings import PlaintextKeyring


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}
        self.broken = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.broken:
            raise keyring.errors.NoKeyringError("none")
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.broken:
            raise keyring.errors.NoKeyringError("none")
        self.entries[(service, username)] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.broken:
            raise keyring.errors.NoKeyringError("none")
        if self.entries.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError("none")


@pytest.fixture
def ring() -> Ring:
    before, ring = keyring.get_keyring(), Ring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def device(reference: str, server: str = "https://fra1.blynk.cloud") -> DeviceConfig:
    return DeviceConfig(port="simulated:", server=server, auth_token=reference)


def test_a_device_without_a_server_needs_none() -> None:
    assert tokens.resolve(DeviceConfig(port="simulated:")) == ""


def test_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINBRIDGE_X", " secret-1 ")
    assert tokens.resolve(device("env:PINBRIDGE_X")) == "secret-1"
    monkeypatch.setenv("PINBRIDGE_X", "se cret")
    with pytest.raises(TokenError, match="holds no auth token") as told:
        tokens.resolve(device("env:PINBRIDGE_X"))
    assert "cret" not in str(told.value).replace("secret", "")
    monkeypatch.delenv("PINBRIDGE_X")
    with pytest.raises(TokenError, match="PINBRIDGE_X is not set"):
        tokens.resolve(device("env:PINBRIDGE_X"))


def test_the_keyring_binds_a_token_to_its_server(ring: Ring) -> None:
    tokens.store("greenhouse", "https://fra1.blynk.cloud", "secret-1")
    assert tokens.resolve(device("keyring:greenhouse", "https://ny3.blynk.cloud")) == "secret-1"
    with pytest.raises(TokenError, match="stored for"):
        tokens.resolve(device("keyring:greenhouse", "https://blynk.cloud.example"))
    assert tokens.stored_scope("greenhouse") == "*.blynk.cloud"
    tokens.clear("greenhouse")
    with pytest.raises(TokenError, match="holds no token"):
        tokens.resolve(device("keyring:greenhouse"))
    with pytest.raises(TokenError, match="holds no token"):
        tokens.clear("greenhouse")


def test_what_is_no_token_is_not_stored(ring: Ring) -> None:
    with pytest.raises(TokenError, match="no auth token"):
        tokens.store("x", "https://fra1.blynk.cloud", "two words")
    assert ring.entries == {}


def test_a_computer_without_a_keyring_is_told(ring: Ring) -> None:
    ring.broken = True
    for call in (
        lambda: tokens.store("x", "https://fra1.blynk.cloud", "secret"),
        lambda: tokens.clear("x"),
        lambda: tokens.resolve(device("keyring:x")),
    ):
        with pytest.raises(TokenError, match="no keyring"):
            call()


def test_of_several_keyrings_the_first_that_keeps_secrets_is_used(ring: Ring) -> None:
    class Chain(ChainerBackend):
        backends = [PlaintextKeyring(), ring]  # noqa: RUF012 - a keyring's own way

    keyring.set_keyring(Chain())
    tokens.store("x", "https://fra1.blynk.cloud", "secret-1")
    assert ring.entries == {("pinbridge", "x"): "*.blynk.cloud secret-1"}
    assert tokens.resolve(device("keyring:x")) == "secret-1"
