"""Says where a recording is when it has ended, and lets the user open its folder and name it.

Invariants: each recording is announced, under its present name, until the user closes the notice, records
again, or opens something else; one that is not complete is never announced as good; the newest recordings are
in the settings, under their present names.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.bench.status import BenchStatus, DeviceStatus, EndedRecording
from app.messages.message import Message
from ui import wording
from ui.boards.recent import with_file
from ui.settings import Settings
from ui.situation import Notice


class Endings:
    """The notices about the recordings that have ended."""

    def __init__(
        self, window: QWidget, settings: Settings, show_message: Callable[[Message, str], None]
    ) -> None:
        self._window, self._settings, self._show_message = window, settings, show_message
        self._closed: set[str] = set()
        """The recordings whose notice the user has closed, by the path at which they ended."""
        self._paths: dict[str, Path] = {}
        """The present path of each recording that has been announced."""
        self._notices: list[Notice] = []

    def look(self, status: BenchStatus | None) -> list[Notice]:
        """The notices about the ended recordings in a snapshot; those of the last one if there is none."""
        if status is not None:
            self._notices = [
                self._notice(device, device.recorded)
                for device in status.devices
                if device.recorded and device.recorded.path not in self._closed
            ]
        return self._notices

    def forget(self) -> None:
        """Forget the notices, because something else is opened."""
        self._notices = []

    def take_over(self, other: Endings) -> None:
        """Announce what the `Endings` of another window announces."""
        self._closed, self._paths = other._closed, other._paths

    def _notice(self, device: DeviceStatus, recording: EndedRecording) -> Notice:
        ended_at = recording.path
        if ended_at not in self._paths:
            self._take_path(ended_at, Path(ended_at))
        message = Message(
            "recording_cut_short" if recording.trouble else "recording_ended",
            path=str(self._paths[ended_at]),
            size=wording.size(recording.bytes),
            length=wording.playing_time(recording.length_us / 1e6),
        )
        return Notice(
            "warn" if recording.trouble else "good",
            message,
            "button_open_folder",
            partial(self._open_folder, ended_at),
            also="button_name_run",
            also_act=partial(self._name, ended_at),
            device=device.name,
            close=partial(self._close, ended_at),
            answers=True,
        )

    def _take_path(self, ended_at: str, path: Path) -> None:
        before = self._paths.get(ended_at)
        self._paths[ended_at] = path
        others = [known for known in self._settings.runs if before is None or known != str(before)]
        self._settings.runs = with_file(others, str(path.absolute()))

    def _open_folder(self, ended_at: str) -> None:
        from ui.recordings.folder import show_file  # seldom needed

        path = self._paths[ended_at]
        if not show_file(path):
            self._show_message(Message("folder_not_opened", path=str(path.parent)), "bad")

    def _name(self, ended_at: str) -> None:
        from ui.recordings.name_dialog import NameDialog  # seldom needed

        NameDialog(self._paths[ended_at], partial(self._take_path, ended_at), self._window).open()

    def _close(self, ended_at: str) -> None:
        self._closed.add(ended_at)
        self._notices = []
