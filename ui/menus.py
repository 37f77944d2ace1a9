"""The menus of the window, with an entry for every action. An entry also shows the action's key, if any.

Invariants: each action is defined once, and its button, menu entry and key share that definition. This module
imports `ui.window`, so `ui.window` cannot import this module. Therefore, `ui.application` calls `add_menus`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from app.messages import languages
from app.messages.languages import text, text_of
from app.messages.message import Message
from app.wire.timeline import Marker
from ui import wording
from ui.boards.recent import shown
from ui.help import opening
from ui.lower_pane import CLOUD, CONSOLE, REJECTED
from ui.settings import Alarm
from ui.theme.colors import Theme
from ui.window import MainWindow

if TYPE_CHECKING:
    from ui.plot.feed.contract import ReadingsView

_Choice = TypeVar("_Choice")
_THEMES = (
    (Theme.SYSTEM, "menu_theme_system"),
    (Theme.LIGHT, "menu_theme_light"),
    (Theme.DARK, "menu_theme_dark"),
    (Theme.HIGH_CONTRAST, "menu_theme_contrast"),
)
_ALARMS = (
    (Alarm.OFF, "menu_alarm_off"),
    (Alarm.FLASH, "menu_alarm_flash"),
    (Alarm.BEEP, "menu_alarm_beep"),
    (Alarm.BOTH, "menu_alarm_both"),
)
_MOST_MARKERS = 20
_PANES = {"table": ("menu_table", "Ctrl+B"), "lower": ("menu_lower_pane", "Ctrl+J")}
_PAGES = ((CONSOLE, "menu_console"), (REJECTED, "menu_rejected"), (CLOUD, "menu_cloud"))


def add_menus(window: MainWindow) -> None:
    """Add the menus to a window. The menu of faults is shown only while a demo is open."""
    bar = window.menuBar()
    _add_bench(bar.addMenu(text("menu_bench")), window)
    _add_device(bar.addMenu(text("menu_device")), window)
    _add_view(bar.addMenu(text("menu_view")), window)
    _add_faults(bar.addMenu(text("menu_faults")), window)
    help_menu = bar.addMenu(text("menu_help"))
    _add(help_menu, "menu_help_topics", partial(opening.show_help, window), "F1")
    _add(help_menu, "menu_updates", partial(opening.show_updates, window))
    _add(help_menu, "menu_about", partial(opening.show_about, window))


def _add_bench(menu: QMenu, window: MainWindow) -> None:
    _add(menu, "menu_connect", window.leaving.toggle_connection, "Ctrl+Return", "Ctrl+Enter")
    _add(menu, "menu_open", window.editing.files.ask_for_file, "Ctrl+O")
    _add(menu, "menu_new", window.leaving.close_bench_file, "Ctrl+N")
    _add(menu, "menu_open_recording", window.replaying.ask_for_recording, "Ctrl+Shift+O")
    _add_runs(menu.addMenu(text("menu_runs")), window)
    menu.addAction(window.replaying.compare_action)
    _add(menu, "menu_demo", window.leaving.start_demo)
    menu.addAction(window.bar.form.reset_action)
    menu.addSeparator()
    of_file = (
        _add(menu, "menu_edit_bench", window.editing.edit, "Ctrl+E"),
        _add(menu, "menu_save_bench", window.editing.save_as),
        _add(menu, "menu_export_bench", window.editing.files.export),
    )
    _disable_in_replays(menu, window, *of_file)
    _add(menu, "menu_tokens", window.ask_for_tokens)
    menu.addSeparator()
    _add(menu, "menu_save_data", window.ask_for_data, "Ctrl+S")
    _add(menu, "menu_save_picture", window.pictures.ask, "Ctrl+Shift+S")
    menu.addSeparator()
    menu.addAction(window.background.awake_action)
    menu.addAction(window.background.tray_action)
    menu.addSeparator()
    _add(menu, "menu_quit", window.ask_to_close, "Ctrl+Q")


def _add_device(menu: QMenu, window: MainWindow) -> None:
    record = _add(menu, "menu_record", window.bar.record_button.click, "Ctrl+R")
    _mirror(record, window.bar.record_button)
    release = _add(menu, "menu_release", window.bar.release_button.click, "Ctrl+U")
    send = _add(menu, "menu_send_line", partial(_show_send_box, window), "Ctrl+L")
    sending = window.console.sending
    file = _add(menu, "menu_send_file", sending.ask_for_file)
    menu.addMenu(sending.macros.menu)
    try_now = _add(menu, "menu_try_now", window.device_actions.try_now)
    _add(menu, "menu_cloud_page", window.device_actions.open_cloud_page)
    edit = _add(menu, "menu_edit_device", window.editing.edit_shown)
    menu.addSeparator()
    _add(menu, "menu_next_device", lambda: window.rail.step(1), "Ctrl+PgDown", of=window)
    _add(menu, "menu_previous_device", lambda: window.rail.step(-1), "Ctrl+PgUp", of=window)
    menu.addSeparator()
    delete = _add(menu, "menu_delete_data", window.device_actions.delete_data)
    _disable_in_replays(menu, window, record, release, send, file, try_now, edit, delete)


def _add_view(menu: QMenu, window: MainWindow) -> None:
    pane = window.pane
    tools = pane.tools
    _mirror(_add(menu, "menu_pause", pane.toggle_pause, "P", of=window), tools.pause_button)
    _add(menu, "menu_reset_view", pane.reset, "R", of=window)
    _mirror(_add(menu, "menu_lock", tools.lock_button.toggle, "L", of=window), tools.lock_button)
    _add(menu, "menu_ranges", partial(_ask_for_ranges, window), "Y", of=window)
    _mirror(_add(menu, "menu_cursors", tools.cursors_button.toggle, "X", of=window), tools.cursors_button)
    _add(menu, "menu_analysis", partial(_show_analysis, window), "A", of=window)
    curves = menu.addMenu(text("menu_curves"))
    together = _add(curves, "menu_together", tools.together_button.toggle, "T", of=window)
    _mirror(together, tools.together_button)
    curves.addAction(tools.one_scale_action)
    curves.addAction(tools.thick_action)
    _mirror(_add(menu, "menu_clock", tools.clock_button.toggle, "C", of=window), tools.clock_button)
    _add(menu, "menu_marker", partial(_mark, window), "M", of=window)
    _add_markers(menu.addMenu(text("menu_markers")), window)
    _add(menu, "menu_shorter", lambda: pane.step_span(-1), "+", "=", of=window)
    _add(menu, "menu_longer", lambda: pane.step_span(1), "-", of=window)
    menu.addAction(window.rail.keep_action)
    menu.addSeparator()
    only_rejected = window.console.only_rejected
    _mirror(_add(menu, "menu_only_rejected", only_rejected.toggle, "W"), only_rejected)
    _add(menu, "menu_clear_console", window.console.clear, "Ctrl+K")
    menu.addMenu(window.console.menu)
    menu.addSeparator()
    for page, code in _PAGES:
        _add(menu, code, partial(window.lower_pane.show_page, page), f"Ctrl+{page + 1}")
    menu.addSeparator()
    _add_panes(menu.addMenu(text("menu_panes")), window)
    size = menu.addMenu(text("menu_text_size"))
    _add(size, "menu_larger_text", lambda: window.step_text_size(1), "Ctrl++", "Ctrl+=", of=window)
    _add(size, "menu_smaller_text", lambda: window.step_text_size(-1), "Ctrl+-", of=window)
    _add(size, "menu_normal_text", lambda: window.step_text_size(0), "Ctrl+0", of=window)
    _add(menu, "menu_beamer", window.toggle_beamer, "F11", of=window)
    menu.addSeparator()
    alarms = [(text(code), alarm) for alarm, code in _ALARMS]
    chosen, choose = window.settings.alarm, lambda alarm: window.panes.alarms.choose(alarm)
    _add_choice(menu.addMenu(text("menu_alarm")), alarms, chosen, choose)
    themes = [(text(code), theme) for theme, code in _THEMES]
    _add_choice(menu.addMenu(text("menu_theme")), themes, window.settings.theme, window.set_theme)
    known = [(languages.name_of(code), code) for code in languages.offered()]
    known.insert(0, (text("menu_language_system"), ""))
    _add_choice(menu.addMenu(text("menu_language")), known, languages.chosen(), window.choose_language)


def _ask_for_ranges(window: MainWindow) -> None:
    from ui.dialogs.ranges import ask_for_ranges

    ask_for_ranges(window.pane)


def _show_analysis(window: MainWindow) -> None:
    """Show the window with the analyses. There is one for each main window."""
    from ui.plot.analysis.window import AnalysisWindow

    made = window.findChild(AnalysisWindow)
    if made is None:
        made = AnalysisWindow(window, window.pane, lambda: _readings(window), lambda: window.scheme)
    made.show()
    made.activateWindow()


def _readings(window: MainWindow) -> ReadingsView | None:
    bench = window.connection.bench
    return None if bench is None else bench.readings


def _words(marker: Marker) -> Message:
    return Message("label_marker", time=wording.moment(marker.at_us / 1e6), note=marker.note)


def _mark(window: MainWindow) -> None:
    """Ask for the note of a marker at the pointer, or at the right edge of the plot."""
    bench, pane = window.connection.bench, window.pane
    if bench is None or not pane.has_curves or window.connection.player is not None:
        window.show_message(Message("no_plot_for_marker"), "warn")
        return
    from ui.dialogs.marker import ask_for_new

    ask_for_new(bench.timelines, window.device_actions.device, pane.plot.marked_s, window)


def _change_marker(window: MainWindow, marker: Marker) -> None:
    if window.connection.bench is not None:
        from ui.dialogs.marker import ask_to_change

        ask_to_change(window.connection.bench.timelines, marker, window)


def _add_markers(menu: QMenu, window: MainWindow) -> None:
    """Let `menu` have an entry for each marker of the device that is shown, the newest first."""

    def fill_in() -> None:
        menu.clear()
        bench, device = window.connection.bench, window.device_actions.device
        markers = bench.timelines.read(device, 0, time.time()).markers if bench and device else ()
        for marker in reversed(markers[-_MOST_MARKERS:]):
            action = menu.addAction(text_of(_words(marker)).replace("&", "&&"))
            action.triggered.connect(lambda _checked=False, marker=marker: _change_marker(window, marker))
        if menu.isEmpty():
            menu.addAction(text("menu_no_markers")).setEnabled(False)

    menu.aboutToShow.connect(fill_in)
    window.pane.marker_chosen.connect(partial(_change_marker, window))


def _add_runs(menu: QMenu, window: MainWindow) -> None:
    """Let `menu` have an entry for each recording that ended or was opened last, the newest first."""

    def fill_in() -> None:
        menu.clear()
        for path in window.settings.runs:
            action = menu.addAction(shown(path).name.replace("&", "&&"))
            action.setToolTip(path)
            action.triggered.connect(lambda _checked=False, path=path: window.replaying.open(Path(path)))
        if menu.isEmpty():
            menu.addAction(text("menu_no_runs")).setEnabled(False)

    menu.setToolTipsVisible(True)
    menu.aboutToShow.connect(fill_in)


def _add_panes(menu: QMenu, window: MainWindow) -> None:
    """Add an entry for each pane that can be hidden, ticked while that pane is shown.

    The ticks are set when the menu opens, because a pane can also be shown in other ways.
    """
    ticks: list[tuple[QAction, QWidget]] = []
    for name, pane in window.panes.hideable.items():
        code, key = _PANES[name]
        action = _add(menu, code, partial(_show_or_hide, pane), key)
        action.setCheckable(True)
        ticks.append((action, pane))

    def tick() -> None:
        for action, pane in ticks:
            action.setChecked(not pane.isHidden())

    menu.aboutToShow.connect(tick)


def _disable_in_replays(menu: QMenu, window: MainWindow, *actions: QAction) -> None:
    """Disable entries of `menu`, with the reason as their tool tip, while a recording is shown.

    They are enabled while the menu is closed, so that their keys say the reason too.
    """

    def look() -> None:
        is_replay = window.connection.player is not None
        menu.setToolTipsVisible(is_replay)
        for action in actions:
            action.setEnabled(not is_replay)
            action.setToolTip(text("run_only_shown") if is_replay else "")

    def enable() -> None:
        for action in actions:
            action.setEnabled(True)

    menu.aboutToShow.connect(look)
    menu.aboutToHide.connect(enable)


def _show_send_box(window: MainWindow) -> None:
    if window.connection.player is not None:
        window.show_message(Message("run_only_shown"), "warn")
    else:
        window.lower_pane.show_send_box()


def _show_or_hide(pane: QWidget) -> None:
    pane.setVisible(pane.isHidden())


def _add(
    menu: QMenu, code: str, act: Callable[[], object], *keys: str, of: MainWindow | None = None
) -> QAction:
    """Add an entry to `menu`. Its keys work only while the menu bar is visible, unless `of` is the window."""
    action = QAction(text(code), menu)
    action.setShortcuts([QKeySequence(key) for key in keys])
    action.triggered.connect(lambda: act())
    menu.addAction(action)
    if of is not None:
        of.addAction(action)
    return action


def _mirror(action: QAction, button: QAbstractButton) -> None:
    """Tick an entry while the button that does the same is pressed in."""
    action.setCheckable(True)
    action.setChecked(button.isChecked())
    button.toggled.connect(action.setChecked)
    action.triggered.connect(lambda: action.setChecked(button.isChecked()))


def _add_choice(
    menu: QMenu, choices: list[tuple[str, _Choice]], chosen: _Choice, choose: Callable[[_Choice], object]
) -> None:
    """Add an entry for each pair (label, choice) in `choices`, and tick the entry of `chosen`.

    Only one entry is ticked at a time. When the user selects an entry, `choose` is called with its choice.
    """
    group = QActionGroup(menu)
    for label, choice in choices:
        action = QAction(label, menu)
        action.setCheckable(True)
        action.setChecked(choice == chosen)
        action.triggered.connect(lambda _checked=False, choice=choice: choose(choice))
        group.addAction(action)
        menu.addAction(action)


def _add_faults(menu: QMenu, window: MainWindow) -> None:
    """Add to `menu` an entry for each fault that the demo can simulate, ticked if that fault is on.

    The entries are made again each time the menu opens, because a fault can also end by itself. While no demo
    is open, the menu is hidden.
    """

    def fill_in() -> None:
        menu.clear()
        demo = window.connection.demo
        menu.menuAction().setVisible(demo is not None)
        if demo is None:
            return
        faults = demo.faults
        for fault in faults.shown():
            action = menu.addAction(text_of(fault.message))
            action.setCheckable(True)
            action.setChecked(fault.on)
            action.triggered.connect(lambda on, name=fault.name: faults.switch(name, on))

    fill_in()
    menu.aboutToShow.connect(fill_in)
    window.connection.opened.connect(fill_in)
