"""A running bench follows its file while a token is missing, and has the rest when the token is typed."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest

from app.config.bench_file import BenchConfig
from app.config.loading import load
from app.messages.message import Message
from tests.ui.bench.desk import Desk
from ui.dialogs.token_dialog import TokenDialog
from ui.fixes.fix import Fix, Kind

GREENHOUSE, CELLAR = 2, 3
TOKEN = "a new token"
LACKS = "The auth token of cellar is missing: readings are plotted and kept, but not sent."
WAITS = "The new server or token of greenhouse takes effect when its auth token is typed."


def save_with_a_missing_token(desk: Desk) -> BenchConfig:
    """Change a place of a token, whose token is missing, and more; cancel the dialog that asks for it."""
    desk.connect()
    desk.edit()
    desk.choose(CELLAR)
    desk.press("+ Datastream")
    desk.choose(GREENHOUSE)
    desk.type("name", "roof")
    desk.type("name", "greenhouse")
    desk.type("baud_rate", "9600")
    desk.type("auth_token", "keyring:x")
    desk.stage.keyring.held.clear()
    config = desk.save()
    desk.stage.dialog(TokenDialog).reject()
    desk.stage.frames()
    return config


def press_in_notice(desk: Desk) -> None:
    """Press the button at the top of the editor. The form has one of the same name."""
    (button,) = desk.editor.notice.buttons
    assert button.text() == "Type the token…"
    desk.stage.click(button)


def type_token(desk: Desk, device: str = "greenhouse") -> None:
    dialog = desk.stage.dialog(TokenDialog)
    QTest.keyClicks(dialog.fields[device], TOKEN)
    desk.stage.click(dialog.agree)
    desk.stage.frames()


def test_everything_but_the_account_without_a_token_takes_effect_at_once(desk: Desk) -> None:
    config = save_with_a_missing_token(desk)
    running = desk.stage.bench.config
    assert running.device[1] == config.device[1]
    assert (running.device[0].baud_rate, running.device[0].auth_token) == (9600, "keyring:greenhouse")
    assert desk.said == (
        "Saved, and in effect now, except for the new server or token of greenhouse: "
        "its auth token is missing."
    )
    assert desk.window.notices.texts == [WAITS]


def test_the_button_of_the_editor_asks_for_the_token_and_applies_the_rest(desk: Desk) -> None:
    config = save_with_a_missing_token(desk)
    press_in_notice(desk)
    type_token(desk)
    assert desk.stage.bench.config == config
    assert desk.stage.bench.tokens["greenhouse"] == TOKEN
    assert desk.said == "Saved, and in effect now."
    assert desk.window.notices.texts == []


def test_the_button_of_the_window_does_so_too(desk: Desk) -> None:
    config = save_with_a_missing_token(desk)
    desk.press("Close")
    desk.stage.click_notice("Type the token…")
    type_token(desk)
    assert desk.stage.bench.config == config
    assert desk.window.notices.texts == ["The tokens are in effect now."]


def test_a_token_that_is_typed_in_the_menu_s_dialog_applies_the_rest(desk: Desk) -> None:
    config = save_with_a_missing_token(desk)
    desk.window.ask_for_tokens()
    type_token(desk)
    assert desk.stage.bench.config == config
    assert desk.stage.bench.tokens["greenhouse"] == TOKEN
    assert desk.said == "Saved, and in effect now."
    assert desk.window.notices.texts == ["The tokens are in effect now."]


def test_a_token_that_has_come_otherwise_is_used_without_a_question(desk: Desk) -> None:
    config = save_with_a_missing_token(desk)
    desk.stage.keyring.held["greenhouse"] = "stored by the command line"
    press_in_notice(desk)
    assert desk.stage.bench.config == config


def test_an_editor_that_is_opened_again_offers_to_type_the_token(desk: Desk) -> None:
    save_with_a_missing_token(desk)
    desk.press("Close")
    desk.edit()
    assert desk.said == WAITS
    press_in_notice(desk)
    assert desk.stage.dialog(TokenDialog).fields.keys() == {"greenhouse"}


def test_an_editor_that_is_opened_again_offers_what_the_bench_could_not_follow(desk: Desk) -> None:
    desk.connect()
    desk.stage.bench.trouble = "the journal is elsewhere"
    desk.edit()
    desk.choose(CELLAR)
    desk.type("name", "roof")
    config = desk.save()
    desk.press("Close")
    desk.stage.bench.trouble = ""
    desk.edit()
    assert desk.said == f"The running bench has older contents of {desk.path} than the file."
    desk.press("Use the file")
    assert desk.stage.bench.calls == [("reconfigure", config, {}, {"roof": "cellar"})]
    assert desk.said == "Saved, and in effect now."


def test_the_editor_says_of_each_token_that_is_still_missing(desk: Desk) -> None:
    desk.connect()
    desk.edit()
    for device in (GREENHOUSE, CELLAR):
        desk.choose(device)
        desk.type("server", "https://example.com")
        desk.type("auth_token", f"keyring:{device}")
    desk.stage.keyring.held.clear()
    config = desk.save()
    type_token(desk)
    assert "of cellar: " in desk.said
    assert desk.stage.bench.config.device[0] == config.device[0]
    assert desk.stage.bench.config.device[1].server == ""
    desk.window.ask_for_tokens()
    type_token(desk)
    assert desk.window.notices.texts[0] == LACKS
    assert desk.said == LACKS


def test_unsaved_changes_are_not_said_to_be_saved(desk: Desk) -> None:
    save_with_a_missing_token(desk)
    desk.type("name", "roof")
    desk.window.ask_for_tokens()
    type_token(desk)
    assert desk.said == ""
    assert desk.editor.draft.is_changed


@pytest.mark.parametrize("is_connected", [True, False])
def test_tokens_of_the_menu_are_used_as_soon_as_possible(desk: Desk, is_connected: bool) -> None:
    if is_connected:
        desk.connect()
        desk.stage.bench.trouble = "the journal is full"
        desk.window.ask_for_tokens()
        type_token(desk)
        assert desk.window.notices.texts == [
            "The tokens are used from the next Connect on. the journal is full"
        ]
        desk.stage.bench.trouble = ""
    desk.window.ask_for_tokens()
    type_token(desk)
    said = (
        "The tokens are in effect now." if is_connected else "The tokens are used from the next Connect on."
    )
    assert desk.window.notices.texts == [said]
    assert [bench.tokens for bench in desk.stage.made] == ([{"greenhouse": TOKEN}] if is_connected else [])


def connect_with_missing_tokens(desk: Desk) -> BenchConfig:
    """Connect a bench of which both devices have a server, but neither has a token."""
    cellar = 'port = "COM7"\nserver = "https://blynk.cloud"\nauth_token = "env:PINBRIDGE_CELLAR"'
    desk.path.write_text(desk.path.read_text("utf-8").replace('port = "COM7"', cellar), encoding="utf-8")
    desk.window.connection.open_file(desk.path)
    desk.stage.keyring.held.clear()
    desk.connect()
    return load(desk.path)


def test_one_missing_token_keeps_no_other_device_from_connecting(desk: Desk) -> None:
    config = connect_with_missing_tokens(desk)
    type_token(desk)
    first, second = desk.stage.bench.config.device
    assert first == config.device[0]
    assert desk.stage.bench.tokens == {"greenhouse": TOKEN}
    assert (second.name, second.port, second.server) == ("cellar", "COM7", "")
    assert desk.window.notices.texts == [LACKS]
    desk.stage.click_notice("Type the token…")
    type_token(desk, "cellar")
    assert desk.stage.bench.config == config
    assert len(desk.stage.made) == 1
    assert desk.window.notices.texts == ["The tokens are in effect now."]


def test_a_bench_connects_without_any_token_if_the_user_wants_that(desk: Desk) -> None:
    config = connect_with_missing_tokens(desk)
    dialog = desk.stage.dialog(TokenDialog)
    assert dialog.leave_out
    assert dialog.leave_out.text() == "Connect without them"
    desk.stage.click(dialog.leave_out)
    desk.stage.frames()
    assert [device.server for device in desk.stage.bench.config.device] == ["", ""]
    assert desk.window.connection.config == config
    assert desk.window.notices.texts == [LACKS.replace("cellar", "greenhouse and cellar")]
    assert load(desk.path) == config


def test_a_typed_token_is_not_left_out(desk: Desk) -> None:
    connect_with_missing_tokens(desk)
    dialog = desk.stage.dialog(TokenDialog)
    assert dialog.leave_out
    QTest.keyClicks(dialog.fields["cellar"], TOKEN)
    assert not dialog.leave_out.isEnabled()
    dialog.fields["cellar"].clear()
    assert dialog.leave_out.isEnabled()


def test_cancel_connects_nothing(desk: Desk) -> None:
    connect_with_missing_tokens(desk)
    desk.stage.dialog(TokenDialog).reject()
    assert (desk.stage.made, desk.window.connection.connected) == ([], False)


def test_only_the_question_at_connect_can_leave_tokens_out(desk: Desk) -> None:
    desk.window.ask_for_tokens()
    assert desk.stage.dialog(TokenDialog).leave_out is None


def test_a_fix_of_a_device_that_waits_for_its_token_leaves_the_file_s_account(desk: Desk) -> None:
    config = save_with_a_missing_token(desk)
    fix = Fix(Kind.SET, Message("button_reset_board"), {"reset_on_connect": False})
    desk.window.fixing.fix("greenhouse", fix)
    assert load(desk.path).device[0].auth_token == "keyring:x"
    assert desk.window.connection.config == load(desk.path)
    assert desk.stage.bench.config.device[0].auth_token == "keyring:greenhouse"
    assert not desk.stage.bench.config.device[0].reset_on_connect
    assert desk.loaded.device[1:] == config.device[1:]


def test_what_waits_for_a_token_is_over_when_the_bench_is_disconnected(desk: Desk) -> None:
    config = save_with_a_missing_token(desk)
    desk.window.connection.disconnect_bench()
    desk.stage.frames()
    assert WAITS not in desk.window.notices.texts
    desk.window.connection.connect_bench()
    type_token(desk)
    assert desk.stage.bench.config == config
    desk.stage.frames()
    assert WAITS not in desk.window.notices.texts
