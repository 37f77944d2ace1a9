"""Bench files that are written elsewhere: what the form has, a copy, and a bench for another computer."""

from __future__ import annotations

import os

import pytest
from PySide6.QtTest import QTest

from app.config.board_names import keyring_name_in_file
from app.config.loading import load
from tests.ui.bench.desk import FILE, Desk
from tests.ui.fake_bench import play

TOKEN = "a secret token"


def fill_in(desk: Desk) -> None:
    """Fill in the form, with a server and its token."""
    desk.window.connection.close_bench_file()
    form = desk.window.bar.form
    form.server_box.setCurrentText("https://lon1.blynk.cloud")
    QTest.keyClicks(form.token_field, TOKEN)


def test_what_the_form_has_becomes_the_open_bench_file(desk: Desk) -> None:
    fill_in(desk)
    path = desk.path.with_name("mine.pinbridge")
    asked = desk.stage.answers_with(path)
    desk.window.editing.files.save_as()
    assert asked == ["Save as a bench file | My-bench.pinbridge | Bench files (*.pinbridge *.toml)"]
    text = path.read_text(encoding="utf-8")
    assert TOKEN not in text
    config = load(path)
    (device,) = config.device
    assert (device.name, device.server, device.auth_token) == (
        "board",
        "https://lon1.blynk.cloud",
        f"keyring:{keyring_name_in_file(str(path))}",
    )
    assert desk.window.connection.source == str(path)
    assert desk.stage.keyring.held["board"] == TOKEN
    assert desk.window.bar.form.token_field.text() == ""
    assert desk.window.notices.texts == [f"The bench file is {path}, and it is open now."]
    desk.connect()
    assert desk.stage.bench.tokens == {"board": TOKEN}


def test_a_board_that_is_connected_goes_on_with_the_same_journal(desk: Desk) -> None:
    fill_in(desk)
    desk.connect()
    before = desk.stage.bench
    play(before.devices["board"], desk.stage.clock.now_s - 2, desk.stage.clock.now_s)
    path = desk.path.with_name("mine.toml")
    desk.stage.answers_with(path)
    desk.window.editing.files.save_as()
    assert desk.stage.made == [before]
    assert (before.stopped, desk.window.connection.connected) == (0, True)
    ((_, config, tokens, _),) = before.calls
    assert config == load(path)
    assert tokens == {"board": TOKEN}
    assert load(path).bench.journal == str(before.config.bench.journal)
    assert desk.window.windowTitle() == "My bench – Pinbridge"
    desk.stage.frames()
    assert desk.window.left.rows.rowCount() == 4


@pytest.mark.long
def test_a_token_stays_typed_if_there_is_no_keyring(desk: Desk) -> None:
    fill_in(desk)
    desk.stage.keyring.trouble = "there is no keyring"
    desk.stage.answers_with(desk.path.with_name("mine.toml"))
    desk.window.editing.files.save_as()
    assert any("there is no keyring" in text for text in desk.window.notices.texts)
    assert desk.window.prompts.typed == {"board": TOKEN}


@pytest.mark.long
def test_a_form_that_is_not_filled_in_is_explained(desk: Desk) -> None:
    desk.window.connection.close_bench_file()
    desk.window.bar.form.port_box.setEditText("")
    desk.window.editing.files.save_as()
    assert desk.window.notices.texts == ["Choose the port that the board is plugged into."]


@pytest.mark.long
def test_no_answer_writes_nothing(desk: Desk) -> None:
    desk.stage.answers_with("")
    desk.window.editing.files.save_as()
    desk.window.editing.files.export()
    assert sorted(path.name for path in desk.path.parent.glob("*.toml")) == ["lab.toml"]


@pytest.mark.long
def test_a_copy_of_an_open_bench_file_is_opened_and_keeps_its_journal(desk: Desk) -> None:
    folder = desk.path.with_name("elsewhere")
    folder.mkdir()
    desk.stage.answers_with(folder / "copy")
    desk.window.editing.files.save_as()
    copy = folder / "copy.pinbridge"
    assert desk.window.connection.source == str(copy)
    assert load(copy) == load(desk.path)
    assert desk.path.read_text(encoding="utf-8") == FILE
    assert "# at the window" in copy.read_text(encoding="utf-8")


def test_a_bench_moves_to_another_computer_as_one_file(desk: Desk) -> None:
    path = desk.path.with_name("moved.pinbridge")
    desk.stage.answers_with(path)
    desk.window.editing.files.export()
    assert load(path).device == load(desk.path).device
    assert desk.window.notices.texts == [
        f"{path} is for another computer. There: enter the auth token of greenhouse and "
        "choose the port of cellar."
    ]
    assert desk.window.connection.source == str(desk.path)


def test_an_export_has_the_comments_of_the_file_but_no_token(desk: Desk) -> None:
    secret = "Zq7dXw9aB3kLmN5pQrS8tUvW2xYz0cDe"
    desk.path.write_text(FILE.replace("# the sensor", f"# the sensor, {secret}"), encoding="utf-8")
    path = desk.path.with_name("moved.pinbridge")
    desk.stage.answers_with(path)
    desk.window.editing.files.export()
    assert path.read_text(encoding="utf-8") == FILE.replace("# the sensor", "# the sensor, [token]")


def test_an_export_leaves_out_the_path_of_the_journal(desk: Desk) -> None:
    local = FILE.replace('"bench-1.db"', '"/data/j.db"  # ours')
    desk.path.write_text(local[: local.index("[organisation")], encoding="utf-8")
    path = desk.path.with_name("moved.pinbridge")
    desk.stage.answers_with(path)
    desk.window.editing.files.export()
    assert "# ours" in path.read_text(encoding="utf-8")
    assert "/data" not in path.read_text(encoding="utf-8")
    assert desk.window.notices.texts == [f"{path} is for another computer. There: begin with a new journal."]
    desk.path.write_text('[bench]\nname = "Alone"\n', encoding="utf-8")
    desk.window.editing.files.export()
    assert desk.window.notices.texts == [f"The bench for another computer is in {path}."]


@pytest.mark.long
def test_an_export_replaces_no_open_file_and_needs_one(desk: Desk) -> None:
    desk.stage.answers_with(desk.path)
    desk.window.editing.files.export()
    assert desk.path.read_text(encoding="utf-8") == FILE
    assert "choose another name" in desk.window.notices.texts[0]
    desk.window.connection.close_bench_file()
    desk.window.editing.files.export()
    assert desk.window.notices.texts == ["Save the bench as a file first: then it can be exported."]


def test_an_export_replaces_the_open_file_under_no_other_name(desk: Desk) -> None:
    link = desk.path.with_name("link.toml")
    os.link(desk.path, link)
    desk.stage.answers_with(link)
    desk.window.editing.files.export()
    assert "choose another name" in desk.window.notices.texts[0]
    assert link.read_text(encoding="utf-8") == FILE


@pytest.mark.parametrize("name", ["other", "other 2.5"])
def test_a_name_without_its_ending_replaces_no_file(desk: Desk, name: str) -> None:
    """The dialog asks only about the name as it was typed."""
    other = desk.path.with_name(f"{name}.pinbridge")
    other.write_text("# of somebody else", encoding="utf-8")
    desk.stage.answers_with(desk.path.with_name(name))
    desk.window.editing.files.save_as()
    desk.window.editing.files.export()
    assert desk.window.notices.texts == [
        f"{other}: exists already: save under another name, or replace it",
    ]
    assert other.read_text(encoding="utf-8") == "# of somebody else"
    desk.stage.answers_with(other)
    desk.window.editing.files.export()
    assert load(other).device == desk.loaded.device
