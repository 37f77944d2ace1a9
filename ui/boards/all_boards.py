"""What the window shows of all boards at once: the rail, and in its title how many boards fail.

Invariant: the title, and the number at the program's icon, are changed only if the number of boards has
changed, because the desktop draws both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QApplication, QMainWindow

from app.bench.status import BenchStatus, DeviceStatus
from app.config.bench_file import BenchConfig
from app.messages.languages import text_of
from ui import lights
from ui.boards.failing import Failing, failing, title
from ui.boards.rail import Rail


class AllBoards:
    """Shows the boards of a bench in the rail and in the title of the window.

    The task bar shows the title too. On some desktops, the program's icon has the number of boards that fail.
    """

    def __init__(self, window: QMainWindow, rail: Rail) -> None:
        self._window, self._rail = window, rail
        self._config: BenchConfig | None = None
        self._failing = Failing()

    def open(self, config: BenchConfig | None) -> None:
        """Show the names in a bench file; None stands for the form for a single board."""
        self._config = config
        self._rail.set_devices([])  # so that the first device is chosen, and no device kept in the plot
        self._rail.set_devices([device.name for device in config.device] if config else [])
        self._show_title()

    def follow(self, config: BenchConfig) -> None:
        """Show the names in the open bench file, which have changed. The devices keep their choice."""
        self._config = config
        self._rail.set_devices([device.name for device in config.device])
        self._show_title()

    def show(self, status: BenchStatus, *, runs: bool) -> None:
        """Show the status of a bench. `runs` is false if the bench is stopped."""
        if self._config is not None:
            shown = [device for device in status.devices if not device.orphan or lights.is_undecided(device)]
            self._rail.set_devices([device.name for device in shown])
        if not runs:
            self.show_idle(status.devices)
            return
        self._rail.show_devices(status.devices, status.at_us / 1e6)
        self._show_failing(failing(status.devices))

    def look_of(self, device: str) -> Callable[[], None] | None:
        """What shows a device; None if the bench has only one."""
        return partial(self._rail.choose, device) if len(self._rail.rows.names) > 1 else None

    def show_idle(self, devices: Sequence[DeviceStatus] = ()) -> None:
        """Show that no bench runs; `devices` are those of a bench that was disconnected."""
        self._rail.show_idle(devices)
        self._show_failing(Failing())

    def _show_failing(self, found: Failing) -> None:
        before, self._failing = self._failing, found
        if found != before:
            self._show_title()
        application = QApplication.instance()
        if found.bad != before.bad and isinstance(application, QApplication):
            application.setBadgeNumber(found.bad)

    def _show_title(self) -> None:
        name = self._config.bench.name if self._config else ""
        self._window.setWindowTitle(text_of(title(name, self._failing)))
