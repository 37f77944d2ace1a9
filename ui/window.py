"""The main window: composes the panes, and looks at the bench in each frame.

Invariants: the bench is called only in the window's thread, except for exports and decisions; a frame draws
only what is visible and has changed; closing the window stops its bench and its demo, unless it was told to
leave that demo running, or another window has taken them over.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.bench.status import BenchStatus, DeviceStatus
from app.messages.message import Message
from ui import settings as memory
from ui.actions import DeviceActions
from ui.beamer.view import BeamerView
from ui.bench.editing import Editing
from ui.bench.parts import WindowParts
from ui.boards.all_boards import AllBoards
from ui.boards.connection_bar import ConnectionBar
from ui.boards.first_page import FirstPage
from ui.contract import DemoView, Program
from ui.dialogs.picture import Pictures
from ui.dialogs.saving import Saving
from ui.dialogs.token_prompts import TokenPrompts
from ui.fixing.fixing import Fixing
from ui.leaving import Leaving
from ui.lower_pane import CLOUD, CONSOLE
from ui.notices.line import Notices
from ui.panes import Panes
from ui.recordings.endings import Endings
from ui.recordings.replaying import Replaying
from ui.running.background import Background
from ui.running.connection import Connection
from ui.running.first_steps import FirstSteps
from ui.running.frames import Frames
from ui.running.stale_messages import let_leave
from ui.settings import Settings
from ui.situation import NO_DEVICE, Handlers, are_alike, notices
from ui.theme.colors import Scheme
from ui.themed_window import ThemedWindow
from ui.widgets.scroll_page import ScrollPage
from ui.window_place import WindowPlace

_PORTS_MS = 500


class MainWindow(ThemedWindow):
    """The main window, which shows one bench."""

    language_chosen = Signal(str)
    """Emitted with the code of the language that the user has chosen, or '' for the system's language.

    The receiver replaces this window with a new window in that language.
    """

    def __init__(
        self,
        program: Program,
        *,
        settings: Settings,
        settings_path: Path | None = None,
        left_running: DemoView | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`left_running` is a demo that goes on after the window closes, and so does its bench."""
        super().__init__(settings)
        self.picture_at_end: Path | None = None
        """The file for a picture of the window, taken when it closes; None for no picture."""
        self.picture_written, self._left_running = False, left_running
        self._program, self._settings_path = program, settings_path
        self._device = ""
        self._shown: tuple[DeviceStatus, ...] = ()
        self.bar = ConnectionBar(settings)
        self.notices = Notices(after=self.bar.button, clock=clock)
        self.first_page = FirstPage()
        self.panes = Panes(settings)
        self.left, self.pane, self.lower_pane = self.panes.left, self.panes.plot, self.panes.lower_pane
        self.console, self.status_line = self.lower_pane.console, self.panes.status_line
        self.rail = self.panes.rail
        self.all_boards = AllBoards(self, self.rail)
        self.notices.look_of = self.all_boards.look_of
        self.device_actions = DeviceActions(
            self, self.show_message, self._show_deleted, lambda: self.frames.ask()
        )
        self._handlers = Handlers(
            self.device_actions.try_now,
            self.device_actions.choose_port,
            lambda device: self.device_actions.release_or_take_port(device, released=True),
            partial(self._show_page_of, CLOUD),
            self.device_actions.send_again,
            self.rail.choose,
            lambda device, fix: self.fixing.fix(device, fix),
        )
        self.saving = Saving(self, settings, self.pane, self.show_message, clock)
        self.pictures = Pictures(self, settings, self.pane, self.show_message, clock)
        self.prompts = TokenPrompts(self, program.tokens, self.show_message)
        self.connection = Connection(program, self.bar, self.prompts, self.device_actions, clock)
        let_leave(self.notices, self.connection, self.bar.form)
        self.endings = Endings(self, settings, self.show_message)
        self.background = Background(self, self.connection, settings, self.notices, self.ask_to_close)
        self._first_steps = FirstSteps(
            self.first_page, self.bar.form, self.connection, settings, self._save_settings
        )
        parts = WindowParts(
            *(self, self.connection, self.prompts, self.show_message, program.list_ports),
            *(self.device_actions, self.bar, self.all_boards, self.panes),
        )
        self.editing = Editing(parts)
        self.fixing = Fixing(parts, self.notices, partial(self._show_page_of, CONSOLE), self.editing)
        self.replaying = Replaying(self, self.connection, settings, self.panes, self._show_text)
        self.leaving = Leaving(self, self.connection, self.editing, self.device_actions, self.saving)
        self._lay_out()
        self._connect_parts()
        self.pane.restore(settings)
        self.panes.restore(settings)
        self.set_theme(settings.theme)
        self.frames = Frames(self, self.draw)
        self.panes.frame_asked.connect(self.frames.ask)
        self._ports_timer = QTimer(self)
        self._ports_timer.timeout.connect(self.refresh_ports)
        self.connection.close_bench_file()

    def _connect_parts(self) -> None:
        self.connection.opened.connect(self._show_opened)
        self.connection.connecting.connect(self._clear_notices)
        self.connection.changed.connect(self._show_connection)
        self.bar.connect_asked.connect(self.connection.connect_bench)
        self.bar.disconnect_asked.connect(self.leaving.disconnect)
        self.panes.pause_asked.connect(self._pause_or_play)
        self.rail.device_chosen.connect(self.bar.show_settings)
        self.rail.device_chosen.connect(self._look_at)
        self.device_actions.connect_bar(self.bar)
        self.first_page.file_asked.connect(self.editing.files.ask_for_file)
        self.lower_pane.connect_actions(self.device_actions)
        self.left.table.edit_asked.connect(self.editing.edit_shown)
        self.left.table.look_asked.connect(self.editing.ask_for_look)
        self.panes.fix_asked.connect(lambda fix, line: self.fixing.fix(self._device, fix, line))

    def _lay_out(self) -> None:
        self._place = WindowPlace(self, self.settings)
        self._place.open()
        self.page = QWidget()
        column = QVBoxLayout(self.page)
        column.setContentsMargins(10, 4, 10, 6)
        column.setSpacing(4)  # Less than between the panes, because the line of notices is empty mostly.
        column.addWidget(self.bar)
        column.addWidget(self.notices)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.first_page)
        self._pages.addWidget(self.panes)
        column.addWidget(self.replaying.bar)
        column.addWidget(self._pages, 1)
        views = QStackedWidget()
        views.addWidget(ScrollPage(self.page, self.panes.adapt))
        self.beamer = BeamerView(self, views, self.pane, self.left.staleness)
        self.setCentralWidget(views)

    # Actions of the user

    def choose_language(self, code: str) -> None:
        """Store the language `code` (empty: the system's) and request a new window in that language."""
        self.settings.language = code
        self.language_chosen.emit(code)

    def show_scheme(self, scheme: Scheme) -> None:
        """See `ThemedWindow`."""
        for part in (self.panes, self.beamer, self.editing):
            part.set_scheme(scheme)

    def toggle_beamer(self) -> None:
        """Show large values and plots on the whole screen, or show the usual window again."""
        self.beamer.toggle()
        self._show_text()

    def ask_to_close(self) -> None:
        """Close the window. If changes are not saved or readings wait to be sent, ask the user first."""
        if not self.leaving.has_asked(self.close):
            self.close()

    def show_message(self, message: Message, tone: str = "bad", device: str = "") -> None:
        """Show a message that answers the user, among the notices; see `ShowMessage`."""
        self.notices.show_message(message, tone, device)

    def ask_for_data(self) -> None:
        """Let the user choose a format and a file, then save the readings of the device that is shown."""
        self.saving.ask_for_data(self.connection.bench, self._device)

    def ask_for_tokens(self) -> None:
        """Open the dialog for the auth tokens of the bench file's devices."""
        self.editing.tokens.ask_for_all()

    def refresh_ports(self) -> None:
        """Update the lists of ports in the form and on the first page, unless a bench runs or is made."""
        if not self.connection.connected and self.bar.form.isEnabled():
            ports = self._program.list_ports()
            self.bar.form.show_ports(ports)
            self.first_page.show_ports(ports, self.bar.form.port)

    def _show_page_of(self, page: int, name: str) -> None:
        self.rail.choose(name)
        self.lower_pane.show_page(page)

    # Showing the bench

    def draw(self, texts: bool = True) -> float:
        """Draw a frame, with all `texts` if so. Returns in how many seconds the next is due without news."""
        bench, connected = self.connection.bench, self.connection.connected
        if bench is None:
            return math.inf
        if self.isMinimized():
            self.panes.give_alarms(bench, status := bench.status(), runs=connected)
            self.all_boards.show(status, runs=connected)
            return math.inf
        if texts and (connected or self.panes.is_stale):
            self._show_text()
        elif texts:
            self._show_notices()
        self.pane.refresh(self.connection.now_s, runs=connected, texts=texts)
        if self.pane.is_paused:
            self.frames.rest(hears_news=False)
        self.replaying.show_position()
        return self.replaying.wait_s(self.pane.plot_area.wait_s(self.connection.now_s))

    def _show_opened(self) -> None:
        """Show the bench file that has been opened, or the form for a single board and the first page."""
        self._forget_bench()
        self._clear_notices()
        self._pages.setCurrentWidget(self.first_page if self.connection.config is None else self.panes)
        self._first_steps.remember_file()
        config = self.connection.config
        self.all_boards.open(config)
        if config is not None:
            self.bar.show_bench(config, self.connection.replays)
            self.bar.show_settings(self.rail.chosen)
            self.pane.overview.show_bench(config, self.connection.source)
            self.pane.show_overview()
            self._ports_timer.stop()
            self.bar.button.setFocus()
        else:
            self.bar.show_form()
            self.refresh_ports()
            self._first_steps.begin()
            self._ports_timer.start(_PORTS_MS)

    def _show_connection(self) -> None:
        """Show that the bench has been connected or disconnected."""
        connected = self.connection.connected
        self.frames.stop()
        self._pages.setCurrentWidget(self.panes)
        if connected:
            self._forget_bench()
            self._ports_timer.stop()
            self.bar.show_state(connected=True)
            self._look_at(self.rail.chosen)
        else:
            self._show_text()
            self.bar.show_state(connected=False)
            if self.connection.config is None:
                self._ports_timer.start(_PORTS_MS)
        self.frames.start()

    def _show_text(self) -> None:
        """Renew all texts."""
        bench, connected = self.connection.bench, self.connection.connected
        if bench is None:
            return
        status = bench.status()
        if are_alike(status.devices, self._shown):
            self.frames.rest()
        self._shown = status.devices
        self.all_boards.show(status, runs=connected)
        device = next((d for d in status.devices if d.name == self._device), None)
        self._show_notices(status)
        if device is None:
            self.pane.say(*NO_DEVICE)
        else:
            self.bar.show_device(device)
            self.panes.show_device(bench, status, device, runs=connected)
            self.beamer.show_device(status, device, self.left.looks, runs=connected)
        if not connected:
            self.status_line.show_idle(device)

    def _look_at(self, name: str) -> None:
        bench = self.connection.bench
        if bench is None:
            return
        if not name:
            name = bench.config.device[0].name if bench.config.device else ""
        self._device = name
        bench.readings.watch(self.frames.ring)
        self.device_actions.look_at(bench, name)
        self.beamer.restart()
        self.panes.look_at(bench, name, next((d for d in bench.config.device if d.name == name), None))
        self._show_text()

    def _forget_bench(self) -> None:
        self.frames.stop()
        self.saving.cancel()
        self._device = ""
        self.device_actions.look_at(None, "")
        self.endings.forget()
        self.panes.forget_bench()
        self.beamer.restart()
        self.status_line.show_idle()
        self.all_boards.show_idle()

    def _show_deleted(self, device: str) -> None:
        """Show that the readings of `device` were deleted."""
        self.panes.forget_readings(device)
        self._look_at(self._device)

    def _clear_notices(self) -> None:
        self.notices.dismiss()
        self._show_notices()

    def _show_notices(self, status: BenchStatus | None = None) -> None:
        running = self.saving.look()
        wanted = self.device_actions.look() + self.fixing.look(status) + ([running] if running else [])
        wanted += self.endings.look(status) + self.editing.tokens.look() + self.panes.notices
        bench, shown = self.connection.bench, self._device if self.connection.connected else None
        if status is not None:
            wanted += notices(status, shown, self._handlers, bench.config if bench else None)
        self.notices.show_all(wanted)

    def _pause_or_play(self) -> None:
        if self.connection.player is None:
            self.pane.toggle_pause()
        else:
            self.replaying.toggle()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Pause or resume the view or the recording on Space, unless the focused widget takes that key."""
        self._pause_or_play() if event.key() == Qt.Key.Key_Space else super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Ask the user who closes the window while readings wait. Unless it is to stay open, end all."""
        # Only the user's click is spontaneous: a signal, a timer or the end of the session closes at once.
        if event.spontaneous() and self.leaving.has_asked(self.close):
            event.ignore()
            return
        if self.picture_at_end is not None:
            self.picture_written = self.grab().save(str(self.picture_at_end))
        self.frames.close()
        self._ports_timer.stop()
        self.background.stop()
        self.all_boards.show_idle()
        self.saving.cancel()
        if self.connection.demo is None or self.connection.demo is not self._left_running:
            self.connection.stop_bench()
            self.endings.look(bench.status() if (bench := self.connection.bench) else None)
            self.connection.close_demo()
        self.editing.close()
        self.remember()
        super().closeEvent(event)

    def remember(self) -> None:
        """Put the window's place and the view into the settings, and write the settings file."""
        self.beamer.leave()
        self.pane.remember(self.settings)
        self.panes.remember(self.settings)
        self._place.remember()
        self._save_settings()

    def _save_settings(self) -> None:
        memory.save(self.settings, self._settings_path)

    def take_over(self, other: MainWindow) -> None:
        """Take over the bench and the view of another window. A running bench is not interrupted."""
        self.setGeometry(other.normalGeometry())
        self.setWindowState(other.windowState())
        device = other._device
        self.picture_at_end, other.picture_at_end = other.picture_at_end, None
        self.connection.take_over(other.connection)
        other.all_boards.show_idle()
        self.prompts.take_over(other.prompts)
        self.editing.take_over(other.editing)
        self.saving.take_over(other.saving)
        self.endings.take_over(other.endings)
        self.device_actions.take_over(other.device_actions)
        self.bar.form.take_over(other.bar.form)
        self.notices.take_over(other.notices)
        self.background.keep_awake()
        if self.connection.bench is not None:
            self._pages.setCurrentWidget(self.panes)
            self.bar.show_state(connected=self.connection.connected)
            self._look_at(device)
            self.rail.choose(device)
            if self.connection.connected:
                self._ports_timer.stop()
            self.frames.start()
        self.panes.take_over(other.panes, self.connection.now_s)
