"""The window gets the list of the devices whose tokens are missing, and never a token."""

from __future__ import annotations

import msgspec
import pytest

from app.cloud.blynk.acceptance import Acceptance
from app.commands.window_tokens import WindowTokens
from app.config.bench_file import BenchConfig, DeviceConfig
from app.messages.message import verbatim
from app.security import redaction, tokens
from tests.security.test_tokens import Ring, ring  # noqa: F401 - a fixture

TOKEN = "Zq7-known-token-3Xw9"
GREENHOUSE = DeviceConfig(
    name="greenhouse", port="COM5", server="https://fra1.blynk.cloud", auth_token="keyring:green"
)
LAMP = DeviceConfig(
    name="lamp", port="COM6", server="https://ny3.blynk.cloud", auth_token="env:PINBRIDGE_LAMP"
)
PLOT = DeviceConfig(name="plot", port="COM7")
CONFIG = BenchConfig(device=(GREENHOUSE, LAMP, PLOT))


@pytest.mark.usefixtures("ring")
def test_missing_tokens_are_listed_until_they_are_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    window_tokens = WindowTokens()
    assert set(window_tokens.missing(CONFIG)) == {"greenhouse", "lamp"}
    window_tokens.store(GREENHOUSE, TOKEN)
    monkeypatch.setenv("PINBRIDGE_LAMP", TOKEN)
    assert window_tokens.missing(CONFIG) == {}
    assert tokens.stored_scope("green") == "*.blynk.cloud"
    assert tokens.resolve(GREENHOUSE) == TOKEN


@pytest.mark.usefixtures("ring")
def test_a_copy_stays_when_the_token_is_forgotten() -> None:
    window_tokens = WindowTokens()
    copy = msgspec.structs.replace(GREENHOUSE, auth_token="keyring:of-a-file")
    with pytest.raises(tokens.TokenError):
        window_tokens.copy(GREENHOUSE, copy)
    window_tokens.store(GREENHOUSE, TOKEN)
    window_tokens.copy(GREENHOUSE, copy)
    window_tokens.forget(GREENHOUSE)
    assert tokens.resolve(copy) == TOKEN
    assert tokens.stored_scope("green") is None


def test_without_a_keyring_the_message_says_so(ring: Ring) -> None:  # noqa: F811
    ring.broken = True
    message = WindowTokens().missing(CONFIG)["greenhouse"]
    assert "no keyring" in str(message)
    with pytest.raises(ValueError, match="keyring") as raised:
        WindowTokens().store(GREENHOUSE, TOKEN)
    assert TOKEN not in str(raised.value)


def test_the_reasons_name_no_command_and_not_the_device(
    ring: Ring,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PINBRIDGE_BLANK", "with a blank")
    tokens.store("school", "https://cloud.example", TOKEN)
    tokens.store("lan", "https://192.168.0.9", TOKEN)
    ring.entries["pinbridge", "foreign"] = "foreign-text"
    reasons = {
        "keyring:none": "the keyring holds no token named none",
        "keyring:foreign": "the keyring's entry foreign was not stored by Pinbridge",
        "keyring:school": "the keyring has a token school for https://cloud.example, not for "
        "https://fra1.blynk.cloud; a token that is kept here replaces it",
        "env:PINBRIDGE_LAMP": "the environment variable PINBRIDGE_LAMP is not set",
        "env:PINBRIDGE_BLANK": "env:PINBRIDGE_BLANK holds no auth token: copy it again from Blynk",
    }
    for place, reason in reasons.items():
        device = msgspec.structs.replace(GREENHOUSE, auth_token=place)
        assert str(WindowTokens().missing(BenchConfig(device=(device,)))["greenhouse"]) == reason
    device = msgspec.structs.replace(GREENHOUSE, server="http://192.168.0.9", auth_token="keyring:lan")
    reason = str(WindowTokens().missing(BenchConfig(device=(device,)))["greenhouse"])
    assert "unencrypted: write https:// in the server's address" in reason
    assert "pinbridge" not in reason


@pytest.mark.usefixtures("ring")
def test_a_token_is_tried_as_typed_or_as_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    def ask(server: str, token: str) -> Acceptance:
        asked.append((server, token))
        return Acceptance(True, verbatim("Yes."))

    monkeypatch.setattr("app.cloud.blynk.acceptance.ask", ask)
    window_tokens = WindowTokens()
    answer = window_tokens.test(GREENHOUSE, "")
    assert (answer.accepted, "holds no token" in str(answer.message)) == (False, True)
    assert "pinbridge" not in str(answer.message)
    assert "this is not an auth token" in str(window_tokens.test(GREENHOUSE, "with a blank").message)
    assert asked == []
    window_tokens.store(GREENHOUSE, TOKEN)
    assert window_tokens.test(GREENHOUSE, "") == Acceptance(True, verbatim("Yes."))
    assert window_tokens.test(LAMP, "another").accepted
    assert asked == [(GREENHOUSE.server, TOKEN), (LAMP.server, "another")]
    assert redaction.redact("another") == "[token]"
