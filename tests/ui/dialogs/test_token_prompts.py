"""Auth tokens in the window: asked for where they are missing, masked, kept where a person says so."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.config.bench_file import BenchConfig, DeviceConfig
from app.messages.message import Message, verbatim
from tests.ui.stage import Keyring
from ui.dialogs.token_dialog import TokenDialog
from ui.dialogs.token_prompts import TokenPrompts

TOKEN = "Zq7-known-token-3Xw9"


class Place:
    """The prompts of a window, and what it told."""

    def __init__(self, qtbot: QtBot, keyring: Keyring | None) -> None:
        self.parent = QWidget()
        qtbot.addWidget(self.parent)
        self.said: list[tuple[str, Message]] = []
        self.followed: list[dict[str, str]] = []
        self.prompts = TokenPrompts(
            self.parent, keyring, lambda message, tone: self.said.append((tone, message))
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
def place(qtbot: QtBot, keyring: Keyring) -> Place:
    return Place(qtbot, keyring)


def test_missing_token_is_asked_for_and_kept(place: Place, keyring: Keyring, config: BenchConfig) -> None:
    assert place.prompts.has_asked(config, place.then)
    assert list(place.dialog.fields) == ["greenhouse"]
    field = place.dialog.fields["greenhouse"]
    assert not place.dialog.agree.isEnabled()
    field.setText(f"  {TOKEN} ")
    assert TOKEN not in place.shown()
    assert place.dialog.keeps["greenhouse"].isChecked()
    place.dialog.agree.click()
    assert field.text() == ""
    assert keyring.held == {"greenhouse": TOKEN}
    assert place.followed == [{"greenhouse": TOKEN}]
    assert not place.prompts.has_asked(config, place.then)
    place.prompts.forget()
    assert place.prompts.typed == {}


def test_each_field_says_whose_token_it_takes_and_hides_it(
    place: Place, keyring: Keyring, config: BenchConfig
) -> None:
    other = msgspec.structs.replace(config.device[0], name="attic", port="COM9", auth_token="keyring:attic")
    keyring.held["attic"] = "old"
    place.prompts.ask(msgspec.structs.replace(config, device=(config.device[0], other)))
    dialog = place.dialog
    assert dialog.windowTitle() == "Auth tokens"
    hints = Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData
    for name, hint in (("greenhouse", "hidden"), ("attic", "there; type to replace it")):
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


def test_token_that_is_not_kept_holds_for_this_run(
    place: Place, keyring: Keyring, config: BenchConfig
) -> None:
    place.prompts.has_asked(config, place.then)
    place.dialog.fields["greenhouse"].setText(TOKEN)
    place.dialog.keeps["greenhouse"].setChecked(False)
    place.dialog.agree.click()
    assert keyring.held == {}
    assert place.followed == [{"greenhouse": TOKEN}]


def test_without_a_keyring_the_run_goes_on_and_says_so(
    place: Place, keyring: Keyring, config: BenchConfig
) -> None:
    keyring.trouble = "this computer has no keyring that works"
    place.prompts.has_asked(config, place.then)
    place.dialog.fields["greenhouse"].setText(TOKEN)
    place.dialog.agree.click()
    assert place.followed == [{"greenhouse": TOKEN}]
    reason = verbatim(keyring.trouble)
    assert place.said == [("warn", Message("token_not_kept", device="greenhouse", reason=reason))]
    assert TOKEN not in str(place.said[0][1])


def test_cancelled_dialog_forgets(place: Place, keyring: Keyring, config: BenchConfig) -> None:
    place.prompts.has_asked(config, place.then)
    field = place.dialog.fields["greenhouse"]
    field.setText(TOKEN)
    place.dialog.reject()
    assert (field.text(), keyring.held, place.followed, dict(place.prompts.typed)) == ("", {}, [], {})


def test_tokens_can_be_replaced_at_any_time(place: Place, keyring: Keyring, config: BenchConfig) -> None:
    keyring.held["greenhouse"] = "old"
    place.prompts.ask(config)
    assert "replace" in place.dialog.fields["greenhouse"].placeholderText()
    place.dialog.fields["greenhouse"].setText(TOKEN)
    place.dialog.agree.click()
    assert keyring.held == {"greenhouse": TOKEN}
    assert place.said == [("good", Message("tokens_taken"))]


def test_where_no_device_has_a_server_no_token_is_asked_for(place: Place, config: BenchConfig) -> None:
    for empty in (None, msgspec.structs.replace(config, device=config.device[1:])):
        place.said.clear()
        place.prompts.ask(empty)
        assert place.said == [("warn", Message("no_device_takes_token"))]
    assert place.parent.findChildren(TokenDialog) == []


def test_window_that_was_given_no_keyring_asks_nothing(qtbot: QtBot, config: BenchConfig) -> None:
    place = Place(qtbot, None)
    assert not place.prompts.has_asked(config, place.then)
    place.prompts.ask(config)
    assert place.said[-1][0] == "warn"


def test_token_of_an_environment_variable_is_never_kept(place: Place) -> None:
    device = DeviceConfig(
        name="lamp", port="COM9", server="https://fra1.blynk.cloud", auth_token="env:PINBRIDGE_LAMP"
    )
    place.prompts.has_asked(BenchConfig(device=(device,)), place.then)
    keep = place.dialog.keeps["lamp"]
    assert (keep.isEnabled(), keep.isChecked(), keep.text()) == (False, False, "For this run")
