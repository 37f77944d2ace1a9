"""The form keeps a token in the keyring if the user wants that, for one board and one server."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from app.config.loading import load
from app.security import tokens
from tests.journal.test_earlier import ANOTHER
from tests.security.test_tokens import Ring
from tests.ui.running.desk import (
    CLONE,
    FRA,
    MEGA,
    PLACE,
    TOKEN,
    UNO,
    Desk,
    journal_of,
    yesterday,
)
from ui.dialogs.token_dialog import TokenDialog


def keep(desk: Desk) -> None:
    QTest.keyClick(desk.window.bar.form.keep_box, Qt.Key.Key_Space)


def connect_with_kept_token(desk: Desk) -> None:
    """Connect a board with a token that is kept in the keyring."""
    desk.plug(UNO)
    desk.type_account(FRA, TOKEN)
    keep(desk)
    desk.connect()


def test_a_ticked_box_keeps_the_token_for_this_board_and_server(desk: Desk, ring: Ring) -> None:
    form = desk.window.bar.form
    desk.plug(UNO, MEGA)
    assert not form.keep_box.isVisible()
    desk.type_account(FRA, TOKEN)
    keep(desk)
    desk.connect()
    assert desk.is_connected
    assert [entry.endswith(TOKEN) for entry in ring.entries.values()] == [True]
    assert TOKEN not in repr(desk.settings)
    assert TOKEN not in repr(desk.benches[-1].config)
    desk.restart()
    form = desk.window.bar.form
    assert (form.keep_box.isChecked(), form.token_field.placeholderText()) == (
        True,
        "set; type a new one",
    )
    desk.connect()
    assert desk.is_connected
    desk.disconnect()
    for server, place in (("https://cloud.example", 0), (FRA, 1)):
        form.server_box.setCurrentText(server)
        form.port_box.setCurrentIndex(place)
        assert (form.keep_box.isChecked(), form.token_field.placeholderText()) == (False, "hidden")
        desk.connect()
        assert not desk.is_connected


def test_a_bench_file_that_is_saved_from_the_form_has_its_token_in_a_place_of_its_own(
    desk: Desk, ring: Ring, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Unticking the box later, or a second file, takes no token away from the first."""
    connect_with_kept_token(desk)
    paths = [tmp_path / "kept.toml", tmp_path / "typed.toml"]
    answers = [(str(path), "") for path in paths]
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: answers.pop(0))
    desk.restart()
    desk.window.editing.files.save_as()
    desk.window.connection.close_bench_file()
    keep(desk)
    desk.type_account(FRA, "another-token")
    desk.window.editing.files.save_as()
    tokens_of = [tokens.resolve(load(path).device[0]) for path in paths]
    assert tokens_of == [TOKEN, "another-token"]
    assert len(ring.entries) == 2


def test_a_bench_file_that_is_saved_while_its_board_runs_goes_on_with_the_kept_token(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    connect_with_kept_token(desk)
    desk.restart()
    desk.connect()
    path = tmp_path / "lab.toml"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))
    desk.window.editing.files.save_as()
    assert desk.window.connection.awaiting_tokens == ()
    assert desk.benches[-1].config == load(path)


def test_a_token_that_is_not_in_the_keyring_any_more_is_asked_for_and_not_taken_from_another_place(
    desk: Desk, ring: Ring, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    connect_with_kept_token(desk)
    desk.restart()
    ring.entries.clear()
    path = tmp_path / "lab.toml"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))
    desk.window.editing.files.save_as()
    desk.connect()
    (dialog,) = desk.window.findChildren(TokenDialog)
    assert dialog.fields.keys() == {"board"}
    dialog.reject()


def test_unticking_the_box_forgets_the_token(desk: Desk, ring: Ring) -> None:
    connect_with_kept_token(desk)
    desk.restart()
    ring.broken = True
    keep(desk)
    assert desk.window.bar.form.keep_box.isChecked()
    assert desk.window.notices.texts[0].startswith("The token was not removed from the keyring: ")
    ring.broken = False
    keep(desk)
    assert ring.entries == {}
    assert desk.window.notices.texts[0] == "The token was removed from the keyring."
    assert desk.window.bar.form.token_field.placeholderText() == "hidden"
    desk.connect()
    assert not desk.is_connected


def test_a_token_that_has_left_the_keyring_is_asked_for(desk: Desk, ring: Ring) -> None:
    connect_with_kept_token(desk)
    desk.restart()
    ring.entries.clear()
    desk.connect()
    assert desk.window.notices.texts[0].startswith("Type the auth token again, because the keyring")
    desk.type_account(FRA, TOKEN)
    desk.connect()
    assert desk.is_connected


def test_a_keyring_that_fails_is_reported_and_the_bench_runs(desk: Desk, ring: Ring) -> None:
    desk.plug(UNO)
    desk.type_account(FRA, TOKEN)
    keep(desk)
    ring.broken = True
    desk.connect()
    assert desk.is_connected
    assert "The token is used for this run only" in desk.window.notices.texts[0]
    assert not desk.window.bar.form.keep_box.isChecked()


def test_another_board_on_the_same_port_does_not_get_the_token_of_the_last_one(
    desk: Desk,
) -> None:
    desk.type_account(FRA, TOKEN)
    keep(desk)
    desk.connect()
    desk.disconnect()
    yesterday(journal_of(PLACE), ANOTHER)
    desk.plug()
    desk.plug(CLONE)
    desk.connect()
    desk.answer("Another board")
    assert not desk.is_connected
    assert desk.window.bar.form.token_field.placeholderText() == "hidden"
    assert "auth token" in desk.window.notices.texts[0]
    desk.type_account(FRA, TOKEN)
    desk.connect()
    assert desk.journal == journal_of(PLACE, 2).name
    # Connecting has failed in between, but what waits is not left behind silently.
    assert desk.window.notices.texts == [
        f"3 readings of the other board still wait to be sent: they are kept in {journal_of(PLACE)}."
    ]


def test_a_window_in_another_language_knows_the_board_and_keeps_its_token(desk: Desk) -> None:
    yesterday(journal_of(PLACE))
    desk.type_account(FRA, TOKEN)
    keep(desk)
    desk.connect()
    desk.answer("Same board")
    desk.answer("No")
    desk.disconnect()
    before = desk.window
    desk.open()
    desk.window.take_over(before)
    before.close()
    assert desk.window.bar.form.keep_box.isChecked()
    desk.connect()
    assert desk.is_connected
