"""The editor with a real bench: simulated boards talk while they are edited, and the ledger balances."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.bench.bench import Bench
from app.config.bench_file import BenchConfig
from app.wire.datastreams import LineStyle
from tests.ui.test_every_text import texts
from ui.bench.color_choice import ColorChoice
from ui.bench.editor import BenchEditor
from ui.contract import Program
from ui.settings import Settings
from ui.theme.colors import PALETTE, Theme
from ui.window import MainWindow

PATIENCE_MS = 60_000
LITERAL = re.compile("simulated(:| is)")
FILE = """\
[bench]
name = "Lab"
journal = "lab.db"
[[device]]
name = "one"
port = "simulated:"
[[device.datastream]]
virtual_pin = 1  # the sensor
name = "Temperature"
[[device]]
name = "two"
port = "simulated:"
"""


def make(config: BenchConfig, tokens: Mapping[str, str]) -> Bench:
    return Bench(config, tokens)


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    path = tmp_path / "lab.toml"
    path.write_text(FILE, encoding="utf-8")
    window = MainWindow(Program(make, list), settings=Settings(theme=Theme.LIGHT))
    qtbot.addWidget(window)
    window.show()
    window.connection.open_file(path)
    window.connection.connect_bench()
    yield window
    window.close()


def change(editor: BenchEditor, device: int, key: str, value: object, child: int | None = None) -> None:
    node = editor.draft.devices[device]
    editor.choose(node if child is None else node.children[child], key)
    assert editor.form
    editor.form.bindings[key].field.changed.emit(value)


def readings(bench: Bench) -> dict[str, int]:
    return {device.name: device.counts.readings for device in bench.status().devices}


def talk(qtbot: QtBot, window: MainWindow) -> Bench:
    """Wait until both boards have sent readings."""
    bench = window.connection.bench
    assert isinstance(bench, Bench)
    qtbot.waitUntil(lambda: min(readings(bench).values()) > 3, timeout=PATIENCE_MS)
    return bench


def test_boards_are_edited_while_they_talk(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    bench = window.connection.bench
    assert isinstance(bench, Bench)

    def has_come(device: str, more: int) -> bool:
        return any(d.name == device and d.counts.readings > more for d in bench.status().devices)

    qtbot.waitUntil(lambda: has_come("one", 3) and has_come("two", 3), timeout=PATIENCE_MS)
    window.editing.edit("one")
    editor = window.editing.editor
    assert editor
    change(editor, 0, "name", "roof")
    change(editor, 0, "scale", 0.5, child=0)
    change(editor, 0, "unit", "K", child=0)
    change(editor, 0, "line_style", "dotted", child=0)
    editor.save_button.click()
    assert editor.notice.label.text() == "Saved, and in effect now."
    before = next(d for d in bench.status().devices if d.name == "roof")
    assert before.counts.readings > 3
    qtbot.waitUntil(lambda: has_come("roof", before.counts.readings + 6), timeout=PATIENCE_MS)
    roof, two = bench.status().devices
    row = next(row for row in roof.datastreams if row.target == "v1")
    assert (row.name, row.unit, row.line_style) == ("Temperature", "K", LineStyle.DOTTED)
    assert isinstance(row.value, float)
    assert 9 < row.value < 12
    assert (roof.reconnects, two.reconnects) == (0, 0)
    window.connection.disconnect_bench()
    for device in bench.status().devices:
        counts, lines = device.counts, device.lines
        assert counts.readings == lines.accepted == counts.pending
        assert lines.lines == lines.accepted + lines.rejected + lines.comments + lines.blank + lines.partial
    text = (tmp_path / "lab.toml").read_text(encoding="utf-8")
    assert "# the sensor" in text
    assert 'name = "roof"' in text


@pytest.mark.parametrize("is_closed", [False, pytest.param(True, marks=pytest.mark.long)])
def test_boards_that_are_renamed_while_nothing_runs_keep_their_readings(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, is_closed: bool
) -> None:
    bench = talk(qtbot, window)
    window.connection.disconnect_bench()
    before = readings(bench)
    window.editing.edit("one")
    editor = window.editing.editor
    assert editor
    for device, name in ((0, "three"), (1, "one"), (0, "two")):
        change(editor, device, "name", name)
    editor.save_button.click()
    assert editor.notice.label.text() == "Saved. It takes effect at the next Connect."
    window.editing.edit("one", "v1")
    assert editor.outline.node is editor.draft.devices[0].children[0]
    change(editor, 0, "name", "roof")
    editor.save_button.click()
    if is_closed:
        window.close()
        window.connection.open_file(tmp_path / "lab.toml")
    window.connection.connect_bench()
    assert isinstance(window.connection.bench, Bench)
    found = readings(window.connection.bench)
    assert list(found) == ["roof", "one"]
    assert found["roof"] >= before["one"]
    assert found["one"] >= before["two"]


@pytest.mark.parametrize("is_followed", [False, True])
def test_a_name_that_was_saved_is_found_after_the_program_was_killed(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, is_followed: bool
) -> None:
    bench = talk(qtbot, window)
    if not is_followed:
        window.connection.disconnect_bench()
    before = readings(bench)
    window.editing.edit("one")
    editor = window.editing.editor
    assert editor
    change(editor, 0, "name", "roof")
    editor.save_button.click()
    assert (tmp_path / "lab.db.pinbridge-names").exists() != is_followed
    if is_followed:
        window.connection.disconnect_bench()
    # What a killed window leaves is the two files. The window itself knows more, so another one looks.
    other = MainWindow(Program(make, list), settings=Settings(theme=Theme.LIGHT))
    qtbot.addWidget(other)
    other.connection.open_file(tmp_path / "lab.toml")
    other.connection.connect_bench()
    assert isinstance(other.connection.bench, Bench)
    found = readings(other.connection.bench)
    assert list(found) == ["roof", "two"]
    assert found["roof"] >= before["one"]
    assert not (tmp_path / "lab.db.pinbridge-names").exists()
    other.close()


def test_a_name_that_was_not_saved_is_not_noted(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk(qtbot, window)
    window.connection.disconnect_bench()
    window.editing.edit("one")
    editor = window.editing.editor
    assert editor
    change(editor, 0, "name", "roof")

    def fail(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.config.bench_document.replace_file", fail)
    editor.save_button.click()
    assert "No space left" in editor.notice.label.text()
    assert not (tmp_path / "lab.db.pinbridge-names").exists()


def test_names_that_are_not_in_effect_yet_go_to_the_window_in_another_language(
    qtbot: QtBot, window: MainWindow
) -> None:
    bench = talk(qtbot, window)
    window.editing.edit("one")
    editor = window.editing.editor
    assert editor
    change(editor, 0, "name", "roof")
    editor.choose(editor.draft.bench)
    assert editor.form
    editor.form.bindings["journal"].field.changed.emit("other.db")
    editor.save_button.click()
    assert editor.notice.label.text().startswith("Saved. It takes effect at the next Connect, because: ")
    editor.close_now()
    other = MainWindow(Program(make, list), settings=Settings(theme=Theme.LIGHT))
    qtbot.addWidget(other)
    other.take_over(window)
    other.editing.edit("one")
    editor = other.editing.editor
    assert editor
    assert editor.outline.node is editor.draft.devices[0]
    editor.choose(editor.draft.bench)
    assert editor.form
    editor.form.bindings["journal"].field.changed.emit("lab.db")
    editor.save_button.click()
    assert editor.notice.label.text() == "Saved, and in effect now."
    assert list(readings(bench)) == ["roof", "two"]
    assert readings(bench)["roof"] > 3
    other.close()


def test_a_colour_does_not_bring_other_changes_of_the_file_into_effect(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    bench = talk(qtbot, window)
    shorter = FILE.removesuffix('[[device]]\nname = "two"\nport = "simulated:"\n')
    (tmp_path / "lab.toml").write_text(shorter, encoding="utf-8")
    window.editing.ask_for_look("v1")
    (choice,) = window.findChildren(ColorChoice)
    choice.colors[2].click()
    assert [device.orphan for device in bench.status().devices] == [False, False]
    assert (tmp_path / "lab.toml").read_text(encoding="utf-8") == shorter
    editor = window.editing.editor
    assert editor
    assert "older contents" in editor.notice.label.text()
    assert editor.draft.devices[0].children[0].get("color") == PALETTE[2]
    editor.save_button.click()
    assert [device.orphan for device in bench.status().devices] == [False, True]


def test_an_editor_that_stayed_open_saves_to_its_file_and_gives_way_to_the_next(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    talk(qtbot, window)
    window.editing.edit("one")
    editor = window.editing.editor
    assert editor
    change(editor, 0, "name", "roof")
    other = tmp_path / "other.toml"
    other.write_text(FILE.replace("lab.db", "other.db").replace('"one"', '"field"'), encoding="utf-8")
    window.connection.open_file(other)
    window.editing.edit("field")
    assert "which has unsaved changes" in editor.notice.label.text()
    editor.save_button.click()
    assert editor.notice.label.text() == "Saved."
    window.editing.edit("field")
    assert window.editing.editor is not editor
    assert window.editing.editor
    assert window.editing.editor.windowTitle() == "Edit other.toml"
    window.connection.open_file(tmp_path / "lab.toml")
    window.connection.connect_bench()
    assert isinstance(window.connection.bench, Bench)
    found = readings(window.connection.bench)
    assert list(found) == ["roof", "two"]
    assert min(found.values()) > 3


def test_the_port_of_a_simulated_board_is_shown_in_words(qtbot: QtBot, window: MainWindow) -> None:
    def shown() -> str:
        things = (thing for top in QApplication.topLevelWidgets() for thing in top.findChildren(QWidget))
        return "\n".join(text for thing in things for text in texts(thing))

    talk(qtbot, window)
    qtbot.waitUntil(lambda: "The simulated board: lines come in" in shown(), timeout=PATIENCE_MS)
    assert "one  ·  simulated board  ·  115200 baud" in shown()
    window.editing.edit()
    assert not LITERAL.search(shown())
    window.connection.disconnect_bench()
    window.connection.open_file(Path(window.connection.source))
    assert "\nsimulated board\n" in shown()
    assert not LITERAL.search(shown())
