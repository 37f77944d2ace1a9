"""Trying a server and a token: from the form and from the tokens of a bench file, without blocking."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QLabel

from app.config.bench_file import DeviceConfig
from app.messages.message import verbatim
from tests.ui.boards.test_connecting import TOKEN, everything_shown
from tests.ui.stage import Answer, Stage
from tests.waiting import PATIENCE_S
from ui.dialogs.token_dialog import TokenDialog
from ui.dialogs.token_test import TokenTestDialog

FRANKFURT, LONDON = "https://fra1.blynk.cloud", "https://lon1.blynk.cloud"


class SlowKeyring:
    """Answers a test only when `go` is set."""

    def __init__(self, stage: Stage) -> None:
        self.go, self.asked = threading.Event(), threading.Event()
        self._stage = stage
        stage.monkeypatch.setattr(stage.keyring, "test", self.test)

    def test(self, _device: DeviceConfig, _typed: str) -> Answer:
        self.asked.set()
        assert self.go.wait(PATIENCE_S)
        return self._stage.keyring.answer


@pytest.fixture
def slow(stage: Stage) -> Iterator[SlowKeyring]:
    keyring = SlowKeyring(stage)
    yield keyring
    keyring.go.set()


@pytest.fixture
def form(stage: Stage) -> Stage:
    """A window whose form has a server and a token."""
    stage.window.connection.close_bench_file()
    stage.window.bar.form.server_box.setCurrentText(FRANKFURT)
    stage.window.bar.form.token_field.setText(TOKEN)
    return stage


def shown(stage: Stage) -> tuple[str, str]:
    """The sign and the sentence of the answer, as soon as it is there."""
    dialog = stage.dialog(TokenTestDialog)
    sign = dialog._sign
    stage.wait_until(sign.isVisible)
    return sign.text(), dialog.sentence.text()


def test_the_window_goes_on_while_the_server_is_asked(form: Stage, slow: SlowKeyring) -> None:
    form.click(form.window.bar.form.test_button)
    dialog = form.dialog(TokenTestDialog)
    assert slow.asked.wait(PATIENCE_S)
    assert dialog.sentence.text() == f"Asking {FRANKFURT}…"
    assert not dialog.agree.isVisible()
    assert TOKEN not in everything_shown(form.window).replace(TOKEN, "", 1)  # it is only in the masked field
    slow.go.set()
    assert shown(form) == ("✓", "The server accepts the token.")


def test_a_dialog_that_was_closed_ignores_the_answer(form: Stage, slow: SlowKeyring) -> None:
    form.click(form.window.bar.form.test_button)
    assert slow.asked.wait(PATIENCE_S)
    form.press("Esc", form.dialog(TokenTestDialog))
    slow.go.set()
    form.frames()
    assert not [dialog for dialog in form.window.findChildren(TokenTestDialog) if dialog.isVisible()]


@pytest.mark.parametrize(
    ("answer", "sign"),
    [
        (Answer(True, verbatim("Yes.")), "✓"),
        (Answer(True, verbatim("Yes, but there."), LONDON), "!"),
        (Answer(False, verbatim("There."), LONDON), "!"),
        (Answer(False, verbatim("No.")), "✗"),
    ],
)
def test_the_sign_shows_how_it_went(form: Stage, answer: Answer, sign: str) -> None:
    form.keyring.answer = answer
    form.click(form.window.bar.form.test_button)
    assert shown(form) == (sign, str(answer.message))
    assert form.dialog(TokenTestDialog).agree.isVisible() is bool(answer.server)


def test_another_region_is_taken_with_the_token_that_was_typed_before(form: Stage) -> None:
    window = form.window
    window.connection.connect_bench()
    window.connection.disconnect_bench()
    form.keyring.answer = Answer(False, verbatim("There."), LONDON)
    form.click(window.bar.form.test_button)
    shown(form)
    form.press("Return", form.dialog(TokenTestDialog))
    assert window.bar.form.server_box.currentText() == LONDON
    window.connection.connect_bench()
    assert form.bench.config.device[0].server == LONDON
    assert form.bench.tokens == {"board": TOKEN}


def test_a_missing_token_or_a_wrong_server_is_explained_at_once(form: Stage) -> None:
    window = form.window
    window.bar.form.token_field.clear()
    form.click(window.bar.form.test_button)
    assert "Enter the device's auth token" in window.notices.texts[0]
    assert window.focusWidget() is window.bar.form.token_field
    window.bar.form.token_field.setText(TOKEN)
    window.bar.form.server_box.setCurrentText("http://example.org")
    form.click(window.bar.form.test_button)
    assert "example.org" in window.notices.texts[0]
    assert form.keyring.tested == []


def test_a_token_of_a_bench_file_is_tried_as_typed_or_as_stored(stage: Stage) -> None:
    stage.window.ask_for_tokens()
    dialog = stage.dialog(TokenDialog)
    button = dialog.tests["greenhouse"]
    assert button.accessibleName() == "Test the token of greenhouse"
    stage.click(button)
    assert shown(stage) == ("✓", "The server accepts the token.")
    stage.dialog(TokenTestDialog).close()
    dialog.fields["greenhouse"].setText(f" {TOKEN} ")
    stage.click(button)
    stage.dialog(TokenTestDialog).close()
    assert stage.keyring.tested == [(FRANKFURT, ""), (FRANKFURT, TOKEN)]
    stage.keyring.answer = Answer(False, verbatim("There."), LONDON)
    stage.click(button)
    assert shown(stage) == ("!", "There.")
    assert not stage.dialog(TokenTestDialog).agree.isVisible()  # a bench file is not changed here


def test_a_demo_asks_for_no_token(stage: Stage) -> None:
    stage.keyring.held.clear()  # the token of the demo is in no keyring
    stage.window.connection.start_demo()
    assert stage.window.connection.connected
    stage.window.ask_for_tokens()
    assert not stage.window.findChildren(TokenDialog)
    assert "take a token here" in stage.window.notices.texts[0]


def test_a_missing_token_can_be_tried_when_it_has_been_typed(stage: Stage) -> None:
    stage.keyring.held.clear()
    stage.window.ask_for_tokens()
    dialog = stage.dialog(TokenDialog)
    assert not dialog.tests["greenhouse"].isEnabled()
    dialog.fields["greenhouse"].setText(TOKEN)
    assert dialog.tests["greenhouse"].isEnabled()
    stage.click(dialog.agree)
    stage.keyring.held.clear()
    stage.window.ask_for_tokens()
    stage.click(stage.dialog(TokenDialog).tests["greenhouse"])
    shown(stage)
    assert stage.keyring.tested == [(FRANKFURT, TOKEN)]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_internal_error_ends_the_wait(form: Stage) -> None:
    def fail(_device: DeviceConfig, _typed: str) -> Answer:
        raise ZeroDivisionError

    form.monkeypatch.setattr(form.keyring, "test", fail)
    form.click(form.window.bar.form.test_button)
    assert shown(form) == ("✗", "The request could not be made (internal error): see the log.")


def test_it_has_a_title(form: Stage) -> None:
    form.click(form.window.bar.form.test_button)
    dialog = form.dialog(TokenTestDialog)
    assert dialog.windowTitle() == dialog.findChildren(QLabel)[0].text() == "Server and token"
