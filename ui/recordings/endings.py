"""Says where a recording is when it has ended, and lets the user open its folder and name it.

Invariants: each recording is announced, under its present name, until the user closes the notice, records
again, or opens something else; one that ends because something else is opened is announced beside that; one
that is not complete is never announced as good; the newest recordings are in the settings, under their
present names.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.bench.status import BenchStatus, EndedRecording
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
        self._ended: list[tuple[str, EndedRecording]] = []
        """The recordings of the open bench that have ended, with the names of their devices."""
        self._left: list[EndedRecording] = []
        """Those that ended last because something else was opened."""
        self._fresh: set[str] = set()
        """Those that the last look was the first to find, by the path at which they ended."""

    def look(self, status: BenchStatus | None) -> list[Notice]:
        """The notices about the ended recordings in a snapshot; those of the last one if there is none."""
        known = {recording.path for _, recording in self._ended}
        if status is not None:
            self._ended = [(device.name, device.recorded) for device in status.devices if device.recorded]
        self._fresh = {recording.path for _, recording in self._ended} - known
        announced = [*self._ended, *(("", recording) for recording in self._left)]
        return [
            self._notice(device, recording)
            for device, recording in announced
            if recording.path not in self._closed
        ]

    def forget(self) -> None:
        """Forget the notices that the user has seen, because something else is opened or connected."""
        unseen = [recording for _, recording in self._ended if recording.path in self._fresh]
        self._left = unseen or self._left
        self._ended = []

    def take_over(self, other: Endings) -> None:
        """Announce what the `Endings` of another window announces."""
        self._closed, self._paths, self._left = other._closed, other._paths, other._left

    def _notice(self, device: str, recording: EndedRecording) -> Notice:
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
            device=device,
            close=partial(self._closed.add, ended_at),
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
