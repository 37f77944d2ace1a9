"""Saves the rows that the console shows to a file, or copies many of them to the clipboard.

Invariants: the window does not wait, however many rows there are; a file is written completely or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from app.errors import PinbridgeError
from app.messages.message import Message
from ui.console.log import Log, Row
from ui.console.model import ConsoleModel
from ui.dialogs.job import Job, Progress

_AT_ONCE = 2000
"""So many rows are copied without a thread."""
_STEP = 1000
_LOOK_MS = 50


class NotSavedError(PinbridgeError):
    """Raised if the file cannot be written."""


class RowSaver(QObject):
    """Saves or copies rows in a thread; at most one such work runs at a time."""

    told = Signal(object, str)
    """Emitted with a message about what was done, and its tone."""

    def __init__(self, model: ConsoleModel) -> None:
        super().__init__(model)
        self._model = model
        self._job: Job[str] | None = None
        self._done: Callable[[str], Message] = lambda _: Message("lines_copied", count=0)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)

    def copy(self, places: Sequence[int]) -> None:
        """Copy the rows at these places of the table to the clipboard."""
        if len(places) <= _AT_ONCE:
            QGuiApplication.clipboard().setText(self._model.text_of(places))
            return
        numbers = [self._model.numbers[place] for place in places]
        writes = self._writer(self._model.copies_details)

        def work(progress: Progress) -> str:
            return "\n".join(writes(numbers, progress))

        def done(copied: str) -> Message:
            QGuiApplication.clipboard().setText(copied)
            return Message("lines_copied", count=len(numbers))

        self._start(work, done)

    def save(self, path: Path) -> None:
        """Save all rows that are shown to a file, with time, verdict and hint, in UTF-8."""
        numbers = list(self._model.numbers)
        writes = self._writer(details=True)

        def work(progress: Progress) -> str:
            new = path.with_name(f"{path.name}.new")
            try:
                with new.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
                    file.writelines(f"{line}\n" for line in writes(numbers, progress))
                new.replace(path)
            except OSError as error:
                new.unlink(missing_ok=True)
                raise NotSavedError("file_not_written", path=str(path), words=error.strerror or "") from None
            return ""

        self._start(work, lambda _: Message("lines_saved", count=len(numbers), path=str(path)))

    def end(self) -> None:
        """Cancel what is being saved or copied, and wait for its end."""
        if self._job:
            self._job.end()

    def _writer(self, details: bool) -> Callable[[Sequence[int], Progress], Iterator[str]]:
        """What writes rows of the log as it is now."""
        log: Log = self._model.log.copy()
        texts, several = self._model.texts, not self._model.filter.device

        def rows(numbers: Sequence[int], progress: Progress) -> Iterator[Row]:
            for done, number in enumerate(numbers):
                if done % _STEP == 0:
                    progress(done, len(numbers))
                yield log[number]

        return lambda numbers, progress: texts.lines(
            rows(numbers, progress), details=details, devices=several
        )

    def _start(self, work: Callable[[Progress], str], done: Callable[[str], Message]) -> None:
        self.end()
        self._job, self._done = Job("console", work), done
        self._job.start()
        self._timer.start()

    def _look(self) -> None:
        job = self._job
        if job is None or not job.is_over:
            return
        self._job = None
        self._timer.stop()
        if job.result is not None:
            self.told.emit(self._done(job.result), "good")
        elif job.failure is not None:
            self.told.emit(job.failure, "bad")
