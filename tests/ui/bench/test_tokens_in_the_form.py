"""The token of an edited device is typed and tried in the form, and is never in the draft or the file."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest

from app.messages.message import verbatim
from tests.ui.bench.desk import FILE, Desk
from tests.ui.stage import Answer
from ui.dialogs.token_dialog import TokenDialog
from ui.dialogs.token_test import TokenTestDialog

GREENHOUSE, CELLAR = 2, 3
TOKEN = "a-new-token-of-the-board"
LONDON = "https://lon1.blynk.cloud"
FRANKFURT = "https://fra1.blynk.cloud"


def type_token(desk: Desk, *, keep: bool = True) -> None:
    """Type the token of the only device in the dialog."""
    desk.press("Type the token…")
    (dialog,) = [each for each in desk.editor.findChildren(TokenDialog) if each.isVisible()]
    ((name, field),) = dialog.fields.items()
    QTest.keyClicks(field, TOKEN)
    dialog.keeps[name].setChecked(keep)
    desk.stage.click(dialog.agree)


def answer(desk: Desk) -> TokenTestDialog:
    """Press the button that tries the token, and wait for the answer."""
    desk.press("Test it")
    (dialog,) = [each for each in desk.editor.findChildren(TokenTestDialog) if each.isVisible()]
    desk.stage.wait_until(lambda: not dialog._timer.isActive())
    return dialog


def add_device(desk: Desk) -> None:
    desk.edit()
    desk.press("+ Device")
    desk.type("name", "roof")
    desk.type("port", "COM9")
    desk.pick("server", LONDON)


@pytest.mark.parametrize("keep", [True, False])
def test_a_new_device_is_connected_with_the_token_that_was_typed_in_its_form(desk: Desk, keep: bool) -> None:
    desk.connect()
    add_device(desk)
    assert desk.binding("auth_token").field.focus.text() == "keyring:roof"  # type: ignore[attr-defined]
    type_token(desk, keep=keep)
    assert desk.said == "The token is used as soon as the bench is saved."
    assert desk.stage.keyring.held.get("roof") == (TOKEN if keep else None)
    assert desk.window.prompts.typed == {}
    config = desk.save()
    assert desk.said == "Saved, and in effect now."
    assert desk.stage.bench.calls == [("reconfigure", config, {"roof": TOKEN}, {})]
    assert TOKEN not in desk.path.read_text(encoding="utf-8")


def test_a_token_typed_for_one_server_goes_to_no_other(desk: Desk) -> None:
    add_device(desk)
    type_token(desk, keep=False)
    desk.type("server", "https://example.com")
    desk.save()
    assert desk.window.prompts.typed == {}


def test_a_token_typed_in_a_form_outlives_other_changes_and_not_another_bench_file(desk: Desk) -> None:
    add_device(desk)
    type_token(desk, keep=False)
    desk.window.prompts.follow(desk.loaded, desk.loaded, {})
    desk.save()
    assert desk.window.prompts.typed == {"roof": TOKEN}
    desk.type("server", "https://example.com")
    type_token(desk, keep=False)
    other = desk.path.with_name("other.toml")
    other.write_text(FILE, encoding="utf-8")
    desk.window.connection.open_file(other)
    desk.window.connection.open_file(desk.path)
    desk.save()
    assert desk.window.prompts.typed == {}


def test_another_token_of_a_saved_device_is_used_at_once(desk: Desk) -> None:
    desk.connect()
    desk.edit()
    desk.choose(GREENHOUSE)
    desk.type("name", "attic")
    type_token(desk)
    ((_, config, tokens, _),) = desk.stage.bench.calls
    assert tokens == {"greenhouse": TOKEN}
    assert config == desk.loaded
    assert desk.stage.keyring.held["greenhouse"] == TOKEN
    assert desk.said == "The tokens are in effect now."
    desk.save()
    assert desk.window.prompts.typed == {"attic": TOKEN}


def test_the_token_is_tried_as_typed_or_as_stored(desk: Desk) -> None:
    add_device(desk)
    dialog = answer(desk)
    assert "accepts" in dialog.sentence.text()
    dialog.reject()
    type_token(desk, keep=False)
    answer(desk).reject()
    desk.window.prompts.type_in(desk.loaded.device[0], "the saved one")
    desk.choose(GREENHOUSE)
    answer(desk).reject()
    assert desk.stage.keyring.tested == [(LONDON, ""), (LONDON, TOKEN), (FRANKFURT, "the saved one")]


@pytest.mark.parametrize("is_typed", [True, False])
def test_the_region_that_the_answer_names_is_put_into_the_form_with_its_token(
    desk: Desk, is_typed: bool
) -> None:
    add_device(desk)
    if is_typed:
        type_token(desk, keep=False)
    desk.stage.keyring.answer = Answer(False, verbatim("Another region accepts the token."), FRANKFURT)
    desk.stage.click(answer(desk).agree)
    assert desk.editor.outline.node.get("server") == FRANKFURT
    desk.stage.keyring.held["roof"] = "stored"
    assert desk.save().device[2].server == FRANKFURT
    assert desk.window.prompts.typed == ({"roof": TOKEN} if is_typed else {})


def test_without_a_complete_account_there_is_nothing_to_type_or_try(desk: Desk) -> None:
    desk.edit()
    desk.choose(CELLAR)
    buttons = [desk.button(name) for name in ("Type the token…", "Test it")]
    assert [button.isEnabled() for button in buttons] == [False, False]
    desk.pick("server", LONDON)
    assert [button.isEnabled() for button in buttons] == [True, True]
    desk.type("auth_token", "no place")
    assert [button.isEnabled() for button in buttons] == [False, False]


def test_an_editor_of_another_file_keeps_the_token_in_the_keyring_only(desk: Desk) -> None:
    add_device(desk)
    other = desk.path.with_name("other.toml")
    other.write_text(FILE, encoding="utf-8")
    desk.window.connection.open_file(other)
    type_token(desk)
    assert desk.stage.keyring.held["roof"] == TOKEN
    assert desk.said == ""
