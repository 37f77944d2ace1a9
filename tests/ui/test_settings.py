"""The settings that the window saves: language, looks, and the choices for each board, but never a token."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QMenu

from app.bench.status import EndedRecording
from app.config import folders
from app.config.board_names import journal_name, keyring_name
from app.journal import decisions
from app.journal.journal import Journal
from app.journal.steps import carry_out
from tests.journal.test_earlier import plotted
from tests.ui.plot.drawing import shows
from tests.ui.stage import Stage
from ui import settings as memory
from ui.dialogs.data_dialog import SaveDataDialog
from ui.dialogs.picture import PictureDialog
from ui.plot.plot import Plot
from ui.settings import Macro, Settings
from ui.theme.colors import DARK, Theme


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "window.json"
    kept = Settings(language="de", theme=Theme.DARK, span_s=60.0, clock=True, last_port="COM5")
    kept.remember(kept.baud_rates, "COM5", 9600)
    memory.save(kept, path)
    assert memory.load(path) == kept
    assert [entry.name for entry in path.parent.iterdir()] == ["window.json"]


def test_the_first_window_has_the_default_settings() -> None:
    first = Settings()
    assert (first.width, first.height) == (1280, 800)
    assert (first.theme, first.span_s, first.together, first.clock) == (Theme.SYSTEM, 10, False, False)
    assert (first.language, first.separator, first.decimal) == ("", "", "")
    assert (first.layout, first.times, first.file_kind) == ("wide", "local", "csv")
    assert (first.last_port, first.last_server) == ("", "")


@pytest.mark.parametrize(
    "text", [b"", b"\xff", b'{"theme": "\xff"}', b'{"x":' + b"[" * 100_000, b'{"span_s": "ten"}', b"[]"]
)
def test_damaged_settings_are_replaced_by_the_defaults(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "window.json"
    path.write_bytes(text)
    assert memory.load(path) == Settings()


def test_keys_of_a_newer_version_are_ignored(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    path.write_text('{"clock": true, "sparkles": 7}', encoding="utf-8")
    assert memory.load(path) == Settings(clock=True)


@pytest.mark.parametrize("theme", ["system", "light", "dark", "high_contrast"])
def test_themes_are_kept_by_their_names(tmp_path: Path, theme: str) -> None:
    path = tmp_path / "window.json"
    path.write_text(f'{{"clock": true, "theme": "{theme}"}}', encoding="utf-8")
    assert memory.load(path) == Settings(clock=True, theme=Theme(theme))


def test_settings_that_cannot_be_written_raise_nothing(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    memory.save(Settings(), file / "window.json")
    memory.save(Settings(), None)
    assert memory.load(tmp_path / "none.json") == Settings()


def test_a_full_disk_leaves_the_earlier_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write_half(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "a folder" / "in a folder" / "window.json"
    memory.save(Settings(last_port="COM5"), path)
    with monkeypatch.context() as full:
        full.setattr(Path, "write_bytes", write_half)
        memory.save(Settings(last_port="COM6"), path)
    assert memory.load(path) == Settings(last_port="COM5")


def test_the_board_that_was_used_longest_ago_is_forgotten_first() -> None:
    settings = Settings()
    for number in range(100):
        settings.remember(settings.baud_rates, f"COM{number}", 9600)
    settings.remember(settings.baud_rates, "COM0", 115200)
    settings.remember(settings.baud_rates, "COM100", 9600)
    assert len(settings.baud_rates) == 100
    assert settings.baud_rates["COM0"] == 115200
    assert "COM1" not in settings.baud_rates


def test_the_settings_are_in_the_user_s_own_folder() -> None:
    path = memory.default_path()
    assert path.is_absolute()
    assert path.name == "window.json"
    assert "pinbridge" in os.fspath(path)


UNO = "usb:2341:0043:85734323"
USB0 = "/dev/ttyUSB0"
NY3 = "https://ny3.blynk.cloud"


class Row(NamedTuple):
    """Fields of the settings that the user sets together, and how to test them.

    `sets` changes the fields as the user would; the values that are saved must be those in `kept`. In the
    next window, `seen` looks for the effect of these values, and must return `as_what`.
    """

    sets: Callable[[Stage], None]
    kept: dict[str, object]
    seen: Callable[[Stage], object]
    as_what: object


def sets_up_a_board(stage: Stage) -> None:
    stage.window.connection.close_bench_file()
    form = stage.window.bar.form
    form.port_box.setCurrentIndex(1)
    form.baud_box.setCurrentText("74880")
    form.reset_action.trigger()
    form.server_box.setCurrentText(NY3)
    form.token_field.setText("a token")
    stage.window.connection.connect_bench()


def keeps_the_token(stage: Stage) -> None:
    stage.window.connection.close_bench_file()
    form = stage.window.bar.form
    form.port_box.setCurrentIndex(1)
    form.server_box.setCurrentText(NY3)
    form.token_field.setText("a token")
    stage.click(form.keep_box)
    stage.window.connection.connect_bench()


def connects_after_an_earlier_version(stage: Stage, *, waiting: bool) -> None:
    """Connect a board for the first time since there was one journal for all boards."""
    old = folders.data_folder() / "My-bench.db"
    old.parent.mkdir(parents=True, exist_ok=True)
    if not old.exists():
        plotted(old, (b"an account", "v1=1\n"))
        if not waiting:
            with closing(Journal(old)) as journal:
                carry_out(decisions.discard(journal, "board", everything=True))
    sets_up_a_board(stage)


def journal_asked_about(stage: Stage) -> str:
    connects_after_an_earlier_version(stage, waiting=True)
    (button,) = [b for b in stage.question().buttons() if b.text() == "Same board"]
    stage.click(button)
    return Path(stage.bench.config.bench.journal).name


def is_told_of_the_old_journal(stage: Stage) -> bool:
    connects_after_an_earlier_version(stage, waiting=False)
    return any("My-bench.db" in text for text in stage.window.notices.texts)


def chooses_excel(stage: Stage) -> None:
    stage.answers_with("")
    stage.window.ask_for_data()
    dialog = stage.dialog(SaveDataDialog)
    for box in (dialog.layout_box, dialog.time_box, dialog.separator_box):
        stage.press("Down", box)
    stage.press("Down", dialog.decimal_box)
    stage.click(dialog.agree)


def chooses_parquet(stage: Stage) -> None:
    stage.answers_with("")
    stage.window.ask_for_data()
    dialog = stage.dialog(SaveDataDialog)
    stage.press("Down", dialog.kind_box)
    stage.click(dialog.agree)


def chooses_a_picture(stage: Stage) -> None:
    stage.answers_with("")
    dialog = picture(stage)
    stage.press("Down", dialog.scale_box)
    for _ in range(2):
        stage.press("Down", dialog.format_box)
    stage.click(dialog.agree)


def picture(stage: Stage) -> PictureDialog:
    stage.frames()
    stage.window.pictures.ask()
    return stage.dialog(PictureDialog)


def signs(stage: Stage) -> SaveDataDialog:
    stage.window.ask_for_data()
    return stage.dialog(SaveDataDialog)


def ends_lines_with_both(stage: Stage) -> None:
    for _ in range(2):
        stage.press("Down", stage.window.console.send_box.line_end_box)


def keeps_a_line(stage: Stage) -> None:
    stage.window.console.send_box.field.setText("led=1")
    stage.click(stage.window.console.send_box.keep_button)


def hides_when_minimised(stage: Stage) -> bool:
    stage.window.showMinimized()
    stage.wait_until(lambda: not stage.window.isVisible())
    return True


def sent(stage: Stage) -> object:
    stage.connect()
    QTest.keyClicks(stage.window.console.send_box.field, "x")
    stage.press("Return", stage.window.console.send_box.field)
    return stage.bench.calls


def config_of_the_form(stage: Stage) -> tuple[str, str, int, bool]:
    stage.window.bar.form.token_field.setText("a token")
    stage.window.connection.connect_bench()
    device = stage.bench.config.device[0]
    return device.port, device.server, device.baud_rate, device.reset_on_connect


def chosen(dialog: QDialog, *boxes: str) -> tuple[object, ...]:
    """What is chosen in the boxes of `dialog` with these names."""
    return tuple(getattr(dialog, box).currentData() for box in boxes)


def connected(stage: Stage) -> Stage:
    stage.connect()
    return stage


SPLIT = {"table": [430, 646], "lower": [281, 345]}


def drags_both_splitters(stage: Stage) -> None:
    for name, splitter in stage.window.panes._splitters.items():
        splitter.setSizes(SPLIT[name])


def split(stage: Stage) -> dict[str, list[int]]:
    return {name: splitter.sizes() for name, splitter in stage.window.panes._splitters.items()}


def moves_the_window(stage: Stage) -> None:
    stage.window.setGeometry(30, 20, 1000, 700)


def hides_both(stage: Stage) -> None:
    stage.press("Ctrl+B")
    stage.press("Ctrl+J")


def shown_panes(stage: Stage) -> list[str]:
    return [name for name, pane in stage.window.panes.hideable.items() if pane.isVisible()]


def plot(stage: Stage) -> Plot:
    return connected(stage).window.pane.plot


def draws_on_one_scale(stage: Stage) -> None:
    stage.window.pane.tools.one_scale_action.trigger()


def axes_of_curves_together(stage: Stage) -> int:
    shown = plot(stage)
    stage.press("T")
    (strip,) = shown.strips
    assert len(strip.styles) > 1
    return len(strip.axes)


def has_clock(stage: Stage) -> bool:
    """Whether the time axis shows clock times."""
    return all(tick.label.count(":") == 2 for tick in plot(stage).time_axis.ticks)


BENCH_FILE = str(Path("bench.toml").absolute())


def recent(stage: Stage) -> list[str]:
    files = stage.window.first_page.recent
    return [files.item(row).toolTip() for row in range(files.count())]


RUN = str(Path("a run.pbrec").absolute())


def ends_a_recording(stage: Stage) -> None:
    stage.device.recorded = EndedRecording(RUN, 5, 1_000_000)
    stage.frames()


def recent_runs(stage: Stage) -> list[str]:
    (menu,) = [menu for menu in stage.window.findChildren(QMenu) if menu.title() == "Recent recording&s"]
    menu.aboutToShow.emit()
    return [action.text() for action in menu.actions()]


ROWS = (
    Row(ends_a_recording, {"runs": [RUN]}, recent_runs, ["a run.pbrec"]),
    Row(
        lambda s: s.window.choose_language("de"),
        {"language": "de"},
        lambda s: s.window.settings.language,
        "de",
    ),
    Row(
        lambda s: s.window.set_theme(Theme.DARK),
        {"theme": Theme.DARK},
        lambda s: s.window.scheme == DARK,
        True,
    ),
    Row(
        lambda s: s.press("Ctrl++"),
        {"text_percent": 110},
        lambda s: s.window.bar.button.font().pointSizeF(),
        9 * 1.1,
    ),
    Row(
        moves_the_window,
        {"left": 30, "top": 20, "width": 1000, "height": 700},
        lambda s: s.window.geometry().getRect(),
        (30, 20, 1000, 700),
    ),
    Row(lambda s: s.window.showMaximized(), {"maximised": True}, lambda s: s.window.isMaximized(), True),
    Row(drags_both_splitters, {"splitters": SPLIT}, lambda s: split(connected(s)), SPLIT),
    Row(hides_both, {"hidden": ["table", "lower"]}, shown_panes, []),
    Row(
        lambda s: s.press("-"),
        {"span_s": 30.0},
        lambda s: shows(plot(s).strips[0], 30, s.clock.now_s),
        True,
    ),
    Row(lambda s: s.press("T"), {"together": True}, lambda s: len(plot(s).strips), 1),
    Row(draws_on_one_scale, {"one_scale": True}, axes_of_curves_together, 1),
    Row(lambda s: s.press("C"), {"clock": True}, has_clock, True),
    Row(
        sets_up_a_board,
        {"last_port": USB0, "last_server": NY3, "baud_rates": {USB0: 74880}, "resets": {USB0: False}},
        config_of_the_form,
        (USB0, NY3, 74880, False),
    ),
    Row(ends_lines_with_both, {"line_ends": {UNO: "\r\n"}}, sent, [("send", "greenhouse", "x", "\r\n")]),
    Row(
        keeps_a_line,
        {"macros": [Macro(line="led=1")]},
        lambda s: [button.text() for button in connected(s).window.console.sending.macros.buttons],
        ["led=1"],
    ),
    Row(
        lambda s: s.window.background.tray_action.trigger(),
        {"tray": True},
        hides_when_minimised,
        True,
    ),
    Row(
        lambda s: s.window.background.awake_action.trigger(),
        {"keep_awake": True},
        lambda s: connected(s).awake.is_on,
        True,
    ),
    Row(lambda _: None, {"recent": [BENCH_FILE]}, recent, [BENCH_FILE]),
    Row(
        keeps_the_token,
        {"kept_tokens": [keyring_name(journal_name(USB0, 1), NY3)]},
        lambda s: s.window.bar.form.keep_box.isChecked(),
        True,
    ),
    Row(
        lambda s: connects_after_an_earlier_version(s, waiting=True),
        {"old_board": USB0},
        journal_asked_about,
        "My-bench.db",
    ),
    Row(
        lambda s: connects_after_an_earlier_version(s, waiting=False),
        {"old_journal_told": True},
        is_told_of_the_old_journal,
        False,
    ),
    Row(
        chooses_a_picture,
        {"picture_format": "pdf", "picture_scale": 2},
        lambda s: chosen(picture(connected(s)), "format_box", "scale_box"),
        ("pdf", 2),
    ),
    Row(
        chooses_excel,
        {"layout": "long", "times": "utc", "separator": ";", "decimal": ","},
        lambda s: chosen(signs(connected(s)), "layout_box", "time_box", "separator_box", "decimal_box"),
        ("long", "utc", ";", ","),
    ),
    Row(
        chooses_parquet,
        {"file_kind": "parquet"},
        lambda s: chosen(signs(connected(s)), "kind_box"),
        ("parquet",),
    ),
)


def test_every_field_has_a_row() -> None:
    # The looks of curves are those of a journal, which `datastreams/test_legend` restarts.
    fields = [field for row in ROWS for field in row.kept]
    assert sorted([*fields, "looks"]) == sorted(field.name for field in msgspec.structs.fields(Settings))


@pytest.mark.parametrize("row", ROWS, ids=["-".join(row.kept) for row in ROWS])
def test_what_the_user_sets_is_there_after_a_restart(
    stage: Stage, reopened: Callable[[], Stage], row: Row
) -> None:
    for field, value in row.kept.items():
        assert getattr(Settings(), field) != value, field
    row.sets(stage)
    stage.window.close()
    saved = memory.load(stage.settings_path)
    assert {field: getattr(saved, field) for field in row.kept} == row.kept
    assert row.seen(reopened()) == row.as_what
