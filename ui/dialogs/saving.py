"""Saves data to a file or to the clipboard.

Invariants: at most one export runs at a time, and never in the window's thread; the result of an export is
shown, unless another export has taken its place.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from app.bench.status import BenchStatus, FileKind, Form, Selection
from app.messages.languages import text
from app.messages.message import Message
from app.program.libraries import has_pyarrow
from ui import wording
from ui.contract import BenchView, ExportedView
from ui.dialogs.job import Job, Progress
from ui.plot.pane import PlotPane
from ui.settings import Settings
from ui.situation import Notice

if TYPE_CHECKING:
    from ui.dialogs.data_dialog import Choice, Period

_LONG_S = 3600.0
"""A period of at least this length is offered with dates."""


class _Done(NamedTuple):
    """A finished export; `text` is for the clipboard, None if a file was written."""

    exported: ExportedView
    text: str | None = None


class Saving:
    """Saves data, and holds the running export if there is one."""

    def __init__(
        self,
        window: QWidget,
        settings: Settings,
        pane: PlotPane,
        show_message: Callable[[Message, str], None],
        clock: Callable[[], float],
    ) -> None:
        """`show_message` takes a message and a tone (`good`, `warn`, `bad`); `clock` returns Unix seconds."""
        self._window, self._settings, self._pane = window, settings, pane
        self._show_message, self._clock = show_message, clock
        self._job: Job[_Done] | None = None
        self._path: Path | None = None
        """The file of the export; None if it goes to the clipboard."""

    def ask_for_data(self, bench: BenchView | None, device: str) -> None:
        """Ask which readings are saved and in which form, at first of `device`; then for the file.

        If `bench` is None or `device` is empty, only show a warning.
        """
        if bench is None or not device:
            self._show_message(Message("nothing_to_save"), "warn")
            return
        # Only now, as in other methods, so that the window opens sooner.
        from ui.dialogs.data_dialog import Offer, SaveDataDialog
        from ui.dialogs.datastream_tree import Entry

        status = bench.status()
        offer = Offer(
            [shown.name for shown in status.devices],
            device,
            self._periods(status),
            status.at_us / 1e6,
            has_pyarrow(),
            {
                shown.name: [Entry(datastream.target, datastream.name) for datastream in shown.datastreams]
                for shown in status.devices
            },
        )
        SaveDataDialog(offer, self._settings, partial(self._go, bench), self._window).open()

    def _periods(self, status: BenchStatus) -> list[Period]:
        from ui.dialogs.data_dialog import Period

        is_replay = any(device.replay for device in status.devices)
        periods = [Period(Message("save_recordings" if is_replay else "save_all"))]
        if status.started_at_us is not None:
            since_s = status.started_at_us / 1e6
            periods.append(Period(Message("save_this_run", since=wording.moment(since_s)), since_s))
        for code, period in (
            ("save_in_view", self._pane.in_view),
            ("save_between_cursors", self._pane.between_cursors),
        ):
            if period is not None:
                first, last = map(_clock if period[1] - period[0] < _LONG_S else wording.moment, period)
                periods.append(Period(Message(code, first=first, last=last), *period))
        return periods

    def _go(self, bench: BenchView, choice: Choice) -> None:
        selection, form, is_copied = choice
        if is_copied:
            self.copy_data(bench, selection, form)
            return
        kinds = "label_parquet_files" if form.kind is FileKind.PARQUET else "label_tables"
        devices = selection.devices or ()
        stem = next(iter(devices)) if len(devices) == 1 else bench.config.bench.name
        path = self._ask_for_path("title_save_data", stem, str(form.kind), kinds)
        if path is not None:
            self.save_data(bench, selection, form, path)

    def save_data(self, bench: BenchView, selection: Selection, form: Form, path: Path) -> None:
        """Cancel the running export, if there is one. Start an export of the selected readings to `path`."""
        self._start(path, lambda progress: _Done(bench.export(selection, form, path, progress)))

    def copy_data(self, bench: BenchView, selection: Selection, form: Form) -> None:
        """Cancel the running export, if there is one. Start to copy the selected readings as text."""

        from ui.dialogs.data_dialog import MOST_COPIED

        def work(progress: Progress) -> _Done:
            copied, exported = bench.export_text(selection, form, MOST_COPIED, progress)
            return _Done(exported, copied)

        self._start(None, work)

    def _start(self, path: Path | None, work: Callable[[Progress], _Done]) -> None:
        if self._job:
            self._job.end()
        self._job, self._path = Job("export", work), path
        self._job.start()

    def cancel(self) -> None:
        """Cancel the running export, if there is one, and wait for its end. `look` reports it."""
        if self._job:
            self._job.end()

    def cut_off(self) -> list[Message]:
        """What `cancel` would cancel now."""
        running = self._job and not self._job.is_over
        return [self._about("ask_close_saving", "ask_close_copying")] if running else []

    def take_over(self, other: Saving) -> None:
        """Move the running export from `other`, the `Saving` of another window, to this object.

        If `other` has no running export, this object has none either.
        """
        self._job, other._job = other._job, None
        self._path = other._path

    def look(self) -> Notice | None:
        """The progress of the running export, or None if no export is running.

        The first call after an export has ended shows the result of that export.
        """
        job = self._job
        if job is None:
            return None
        if not job.is_over:
            message = self._about("saving_begins", "copying_begins")
            if job.total:
                message = self._about("saving_runs", "copying_runs", percent=job.percent)
            notice = Notice("good", message, answers=True)
            return notice if job.is_cancelled else notice._replace(action="button_cancel", act=job.cancel)
        self._job = None
        if job.result is not None:
            exported, copied = job.result
            if copied is not None:
                QGuiApplication.clipboard().setText(copied)
            saved = self._about("data_saved", "data_copied", count=exported.readings)
            damage = exported.unreadable
            self._show_message(functools.reduce(_then, damage, saved), "warn" if damage else "good")
        elif job.failure is not None:
            self._show_message(job.failure, "bad")
        else:
            self._show_message(self._about("saving_cancelled", "copying_cancelled"), "warn")
        return None

    def _about(self, of_file: str, of_clipboard: str, **params: int) -> Message:
        """The sentence about the export, by the code for a file or by the one for the clipboard."""
        if self._path is None:
            return Message(of_clipboard, **params)
        return Message(of_file, path=str(self._path), **params)

    def _ask_for_path(self, title: str, stem: str, suffix: str, kinds: str) -> Path | None:
        at = time.strftime("%Y-%m-%d %H.%M.%S", time.localtime(self._clock()))
        safe = "".join(letter if letter.isalnum() or letter in " -_." else "-" for letter in stem)
        name, _ = QFileDialog.getSaveFileName(
            self._window, text(title), f"{safe} {at}.{suffix}", text(kinds, patterns=f"*.{suffix}")
        )
        return Path(name) if name else None


def _clock(at_s: float) -> str:
    return wording.clock(at_s, fraction=True)


def _then(first: Message, second: Message) -> Message:
    return Message("two_sentences", first=first, second=second)
