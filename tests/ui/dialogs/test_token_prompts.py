"""The window asks for missing auth tokens, masks them, and keeps them if the user says so."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.config.bench_file import BenchConfig, DeviceConfig
from app.messages.message import Message, verbatim
from tests.ui.stage import Keyring
from ui.dialogs.token_dialog import TokenDialog
from ui.dialogs.token_prompts import TokenPrompts

TOKEN = "Zq7-known-token-3Xw9"


class Scene:
    """A `TokenPrompts` whose messages are recorded in `said`.

    The tests pass `then` as its callback. Each call of `then` adds the tokens typed so far to `followed`.
    """

    def __init__(self, qtbot: QtBot, keyring: Keyring | None) -> None:
        self.parent = QWidget()
        qtbot.addWidget(self.parent)
        self.said: list[tuple[str, Message]] = []
        self.followed: list[dict[str, str]] = []
        self.prompts = TokenPrompts(
            self.parent, keyring, lambda message, tone, _device="": self.said.append((tone, message))
        )

    def then(self) -> None:
        self.followed.append(dict(self.prompts.typed))

    @property
    def dialog(self) -> TokenDialog:
        return self.parent.findChildren(TokenDialog)[-1]

    def shown(self) -> str:
        return "\n".join(
            widget.displayText() if isinstance(widget, QLineEdit) else widget.accessibleName()
            for widget in self.dialog.findChildren(QWidget)
        )


@pytest.fixture
def keyring() -> Keyring:
    return Keyring()


@pytest.fixture
def scene(qtbot: QtBot, keyring: Keyring) -> Scene:
    return Scene(qtbot, keyring)


def test_missing_token_is_asked_for_and_kept(scene: Scene, keyring: Keyring, config: BenchConfig) -> None:
    assert scene.prompts.has_asked(config, scene.then)
    assert list(scene.dialog.fields) == ["greenhouse"]
    field = scene.dialog.fields["greenhouse"]
    assert not scene.dialog.agree.isEnabled()
    field.setText(f"  {TOKEN} ")
    assert TOKEN not in scene.shown()
    assert scene.dialog.keeps["greenhouse"].isChecked()
    scene.dialog.agree.click()
    assert field.text() == ""
    assert keyring.held == {"greenhouse": TOKEN}
    assert scene.followed == [{"greenhouse": TOKEN}]
    assert not scene.prompts.has_asked(config, scene.then)
    scene.prompts.forget()
    assert scene.prompts.typed == {}


def test_each_field_says_whose_token_it_takes_and_hides_it(
    scene: Scene, keyring: Keyring, config: BenchConfig
) -> None:
    other = msgspec.structs.replace(config.device[0], name="attic", port="COM9", auth_token="keyring:attic")
    keyring.held["attic"] = "old"
    scene.prompts.ask(msgspec.structs.replace(config, device=(config.device[0], other)), scene.then)
    dialog = scene.dialog
    assert dialog.windowTitle() == "Auth tokens"
    hints = Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData
    for name, hint in (("greenhouse", "hidden"), ("attic", "set; type a new one")):
        field, keep = dialog.fields[name], dialog.keeps[name]
        assert field.echoMode() is QLineEdit.EchoMode.Password
        assert field.inputMethodHints() & hints == hints
        assert (field.accessibleName(), field.placeholderText()) == (f"Auth token of {name}", hint)
        assert keep.accessibleName() == f"Keep the token of {name} in this computer's keyring"
        assert (keep.text(), keep.isEnabled(), keep.isChecked()) == ("Keep in the keyring", True, True)
    field.setText("  ")
    assert not dialog.agree.isEnabled()
    field.setText("x" * 300)
    assert (len(field.text()), dialog.agree.isEnabled()) == (256, True)
    field.clear()
    assert not dialog.agree.isEnabled()


def test_a_token_that_is_not_kept_is_used_for_this_run(
    scene: Scene, keyring: Keyring, config: BenchConfig
) -> None:
    scene.prompts.has_asked(config, scene.then)
    scene.dialog.fields["greenhouse"].setText(TOKEN)
    scene.dialog.keeps["greenhouse"].setChecked(False)
    scene.dialog.agree.click()
    assert keyring.held == {}
    assert scene.followed == [{"greenhouse": TOKEN}]


def test_without_a_keyring_the_token_is_used_for_this_run_and_the_user_is_warned(
    scene: Scene, keyring: Keyring, config: BenchConfig
) -> None:
    keyring.trouble = "this computer has no keyring that works"
    scene.prompts.has_asked(config, scene.then)
    scene.dialog.fields["greenhouse"].setText(TOKEN)
    scene.dialog.agree.click()
    assert scene.followed == [{"greenhouse": TOKEN}]
    reason = verbatim(keyring.trouble)
    assert scene.said == [("warn", Message("token_not_kept", reason=reason))]
    assert TOKEN not in str(scene.said[0][1])


def test_a_cancelled_dialog_forgets_what_was_typed(
    scene: Scene, keyring: Keyring, config: BenchConfig
) -> None:
    scene.prompts.has_asked(config, scene.then)
    field = scene.dialog.fields["greenhouse"]
    field.setText(TOKEN)
    scene.dialog.reject()
    assert (field.text(), keyring.held, scene.followed, dict(scene.prompts.typed)) == ("", {}, [], {})


def test_tokens_can_be_replaced_at_any_time(scene: Scene, keyring: Keyring, config: BenchConfig) -> None:
    keyring.held["greenhouse"] = "old"
    scene.prompts.ask(config, scene.then)
    assert "type a new one" in scene.dialog.fields["greenhouse"].placeholderText()
    scene.dialog.fields["greenhouse"].setText(TOKEN)
    scene.dialog.agree.click()
    assert keyring.held == {"greenhouse": TOKEN}
    assert scene.followed == [{"greenhouse": TOKEN}]


def test_without_a_device_with_a_server_no_token_is_asked_for(scene: Scene, config: BenchConfig) -> None:
    for empty in (None, msgspec.structs.replace(config, device=config.device[1:])):
        scene.said.clear()
        scene.prompts.ask(empty, scene.then)
        assert scene.said == [("warn", Message("no_device_takes_token"))]
    assert scene.parent.findChildren(TokenDialog) == []


def test_a_window_without_a_keyring_asks_for_no_token(qtbot: QtBot, config: BenchConfig) -> None:
    scene = Scene(qtbot, None)
    assert not scene.prompts.has_asked(config, scene.then)
    scene.prompts.ask(config, scene.then)
    assert scene.said[-1][0] == "warn"


def labels(scene: Scene) -> list[str]:
    return [label.text() for label in scene.dialog.findChildren(QLabel)]


@pytest.mark.parametrize(
    ("place", "reason"),
    [("env:PINBRIDGE_LAMP", verbatim("it is not set")), ("keyring:lamp", Message("no_keyring"))],
)
def test_a_token_that_cannot_be_kept_has_no_box(
    scene: Scene, keyring: Keyring, monkeypatch: pytest.MonkeyPatch, place: str, reason: Message
) -> None:
    device = DeviceConfig(name="lamp", port="COM9", server="https://fra1.blynk.cloud", auth_token=place)
    monkeypatch.setattr(keyring, "missing", lambda _config: {"lamp": reason})
    for _ in range(2):  # the second time, a token was typed before
        scene.prompts.ask(BenchConfig(device=(device,)), scene.then)
        assert scene.dialog.keeps == {}
        assert scene.dialog.findChildren(QCheckBox) == []
        assert "For this run" in labels(scene)
        scene.dialog.fields["lamp"].setText(TOKEN)
        scene.dialog.agree.click()
    assert keyring.held == {}
    assert scene.followed[-1] == {"lamp": TOKEN}


@pytest.mark.parametrize("code", ["token_of_other_server_in_window", "token_of_encrypted_server_in_window"])
def test_a_token_for_another_server_is_not_replaced_unless_the_user_wants_that(
    scene: Scene, keyring: Keyring, monkeypatch: pytest.MonkeyPatch, config: BenchConfig, code: str
) -> None:
    reason = Message(code, name="greenhouse", bound="https://cloud.example", server="https://blynk.cloud")
    monkeypatch.setattr(keyring, "missing", lambda _config: {"greenhouse": reason})
    scene.prompts.has_asked(config, scene.then)
    assert not scene.dialog.keeps["greenhouse"].isChecked()
    scene.dialog.fields["greenhouse"].setText(TOKEN)
    scene.dialog.agree.click()
    assert (keyring.held, scene.followed) == ({}, [{"greenhouse": TOKEN}])
    scene.prompts.forget()
    scene.prompts.has_asked(config, scene.then)
    scene.dialog.fields["greenhouse"].setText(TOKEN)
    scene.dialog.keeps["greenhouse"].click()
    scene.dialog.agree.click()
    assert keyring.held == {"greenhouse": TOKEN}


def test_a_device_with_its_token_says_so_and_another_one_does_not(scene: Scene, config: BenchConfig) -> None:
    device = config.device[0]
    for reasons, hint, words in (
        ({}, "set; type a new one", []),
        ({device.name: None}, "hidden", []),
        ({device.name: verbatim("it is for another server")}, "hidden", ["it is for another server"]),
    ):
        scene.prompts.ask_for(device, reasons, lambda _token: None)
        assert scene.dialog.fields[device.name].placeholderText() == hint
        assert [text for text in labels(scene) if "server" in text and "for http" not in text] == words
        scene.dialog.reject()


def test_only_a_token_at_hand_can_be_tried_before_one_is_typed(
    scene: Scene, keyring: Keyring, config: BenchConfig
) -> None:
    device = config.device[0]
    scene.prompts.ask_for(device, {}, lambda _token: None)  # a running bench has it, but not the keyring
    button = scene.dialog.tests[device.name]
    assert not button.isEnabled()
    scene.dialog.fields[device.name].setText("x")
    assert button.isEnabled()
    scene.dialog.reject()
    keyring.held[device.name] = "stored"
    scene.prompts.ask_for(device, {}, lambda _token: None)
    assert scene.dialog.tests[device.name].isEnabled()
