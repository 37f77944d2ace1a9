"""A table of the settings: how the user changes each, and how the next window shows it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from app.bench.status import EndedRecording
from app.config import folders
from app.config.board_names import journal_name, keyring_name
from app.journal import decisions
from app.journal.journal import Journal
from app.journal.steps import carry_out
from tests.journal.test_earlier import plotted
from tests.ui.plot.drawing import shows
from tests.ui.stage import Stage
from ui.dialogs.data_dialog import SaveDataDialog
from ui.dialogs.picture import PictureDialog
from ui.plot.plot import Plot
from ui.settings import Alarm, Macro
from ui.theme.colors import DARK, Theme

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


def with_lines(stage: Stage) -> Stage:
    """A window in which each board says something."""
    connected(stage)
    for device in stage.bench.devices.values():
        device.say("v1=1", stage.clock.now_s)
    stage.frames(6)
    return stage


def shown_lists(stage: Stage) -> list[QWidget | None]:
    """What shows the lines of the console."""
    console = stage.window.console
    return [view for view in (console.view, console.hex_view) if view and view.isVisible()]


SPLIT = {"table": [430, 646], "lower": [281, 345]}


def draws_on_one_scale(stage: Stage) -> None:
    stage.window.pane.tools.one_scale_action.trigger()


def draws_thick_curves(stage: Stage) -> None:
    stage.window.pane.tools.thick_action.trigger()


def axes_of_curves_together(stage: Stage) -> int:
    shown = plot(stage)
    stage.press("T")
    strip = shown.strips[0]
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


def ticked_alarm(stage: Stage) -> str:
    """The choice that is ticked in the menu of alarms."""
    (menu,) = [menu for menu in stage.window.findChildren(QMenu) if menu.title().startswith("Alarm")]
    (ticked,) = [action for action in menu.actions() if action.isChecked()]
    return ticked.text().replace("&", "")


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
        lambda s: s.window.panes.alarms.choose(Alarm.BOTH),
        {"alarm": Alarm.BOTH},
        ticked_alarm,
        "Flash and beep",
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
    Row(lambda s: s.press("T"), {"together": True}, lambda s: len(plot(s).strips[0].styles), 3),
    Row(draws_on_one_scale, {"one_scale": True}, axes_of_curves_together, 1),
    Row(draws_thick_curves, {"thick": True}, lambda s: plot(s).strips[0].canvas.width_px, 2),
    Row(
        lambda s: s.window.console.menu.all_boards.trigger(),
        {"all_boards": True},
        lambda s: {row.tag.device for row in with_lines(s).window.console.model.rows},
        {"greenhouse", "cellar"},
    ),
    Row(
        lambda s: s.press("H"),
        {"hex_view": True},
        lambda s: s.window.console.hex_view in shown_lists(connected(s)),
        True,
    ),
    Row(
        lambda s: s.window.console.menu.log_colors.trigger(),
        {"log_colors": False},
        lambda s: s.window.console._delegate.shows_colors,
        False,
    ),
    Row(
        lambda s: s.window.console.menu.details.trigger(),
        {"copies_details": True},
        lambda s: s.window.console.model.copies_details,
        True,
    ),
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
