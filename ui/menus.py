"""The menus: every act of the window by mouse, and by a key that the menu shows.

Invariants: an act has one place; buttons and keys lead to the same one. The menus know the window, which
knows nothing of them: who makes a window gives it its menus.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from ui.contract import Faults
from ui.lower_pane import CLOUD, CONSOLE, WRONG
from ui.theme.colors import Theme
from ui.window import MainWindow

_THEMES = (
    (Theme.SYSTEM, "Like the &system"),
    (Theme.LIGHT, "&Light"),
    (Theme.DARK, "&Dark"),
    (Theme.HIGH_CONTRAST, "&High contrast"),
)


def add_menus(window: MainWindow, faults: Faults | None = None) -> None:
    """Give a window its menus; `faults` are those of a demo, which have a menu of their own."""
    bar = window.menuBar()
    bench = bar.addMenu("&Bench")
    _add(bench, "&Connect or disconnect", window.toggle_connection, "Ctrl+Return", "Ctrl+Enter")
    _add(bench, "&Open bench file…", window.ask_for_bench_file, "Ctrl+O")
    _add(bench, "&New without a file", window.close_bench_file, "Ctrl+N")
    bench.addAction(window.bar.form.reset_action)
    _add(bench, "Auth &tokens…", window.ask_for_tokens)
    bench.addSeparator()
    _add(bench, "Save &data…", window.ask_for_data, "Ctrl+S")
    _add(bench, "Save &picture of the plot…", window.saving.ask_for_picture, "Ctrl+Shift+S")
    bench.addSeparator()
    _add(bench, "&Quit", window.close, "Ctrl+Q")
    device = bar.addMenu("&Device")
    _add(device, "&Record, or end the recording", window.bar.record_button.click, "Ctrl+R")
    _add(device, "Release the &port, or take it back", window.bar.release_button.click, "Ctrl+U")
    _add(device, "&Send a line…", window.show_send_box, "Ctrl+L")
    _add(device, "&Try the cloud now", window.device_actions.try_now)
    device.addSeparator()
    _add(device, "N&ext device", lambda: window.bar.step_device(1), "Ctrl+PgDown")
    _add(device, "Pre&vious device", lambda: window.bar.step_device(-1), "Ctrl+PgUp")
    device.addSeparator()
    _add(device, "&Delete its data…", window.device_actions.delete_data)
    view = bar.addMenu("&View")
    pane = window.pane
    _add(view, "&Pause or resume", pane.toggle_pause, "P")
    _add(view, "&Reset", pane.reset, "R")
    _add(view, "&Lock or free the value axes", pane.lock_button.toggle, "L")
    _add(view, "Cursors to &measure with", pane.cursors_button.toggle, "X")
    _add(view, "Curves &together or one each", pane.together_button.toggle, "T")
    _add(view, "&Clock time or seconds ago", pane.clock_button.toggle, "C")
    _add(view, "&Shorter time window", lambda: pane.step_span(-1), "+", "=")
    _add(view, "L&onger time window", lambda: pane.step_span(1), "-")
    view.addSeparator()
    _add(view, "Only &wrong lines in the console", window.console.only_wrong.toggle, "W")
    _add(view, "Clear the co&nsole", window.console.clear, "Ctrl+K")
    view.addSeparator()
    for page, name in ((CONSOLE, "Consol&e"), (WRONG, "What was wron&g"), (CLOUD, "Clo&ud")):
        _add(view, name, partial(window.lower_pane.show_page, page), f"Ctrl+{page + 1}")
    view.addSeparator()
    _add_themes(view.addMenu("T&heme"), window)
    if faults is not None:
        _add_faults(bar.addMenu("&Faults"), faults)
    help_menu = bar.addMenu("&Help")
    _add(help_menu, "&Lines and keys", window.show_help, "F1")
    _add(help_menu, "Is there a &newer version?", window.show_updates)


def _add(menu: QMenu, text: str, act: Callable[[], object], *keys: str) -> None:
    action = QAction(text, menu)
    action.setShortcuts([QKeySequence(key) for key in keys])
    action.triggered.connect(lambda: act())
    menu.addAction(action)


def _add_themes(menu: QMenu, window: MainWindow) -> None:
    group = QActionGroup(menu)
    for theme, text in _THEMES:
        action = QAction(text, menu)
        action.setCheckable(True)
        action.setChecked(theme is window.settings.theme)
        action.triggered.connect(lambda _checked=False, theme=theme: window.set_theme(theme))
        group.addAction(action)
        menu.addAction(action)


def _add_faults(menu: QMenu, faults: Faults) -> None:
    """The faults of the demo; asked each time the menu opens, for faults may end by themselves."""

    def fill_in() -> None:
        menu.clear()
        for fault in faults.shown():
            action = menu.addAction(fault.words)
            action.setCheckable(True)
            action.setChecked(fault.on)
            action.triggered.connect(lambda on, name=fault.name: faults.switch(name, on))

    fill_in()
    menu.aboutToShow.connect(fill_in)
