"""One recording that the window shows: what it has at any position, in bounded time.

The file is read twice. A thread reads all of it once, collects the readings for the plot, and keeps a
checkpoint for each part of the file: what a replay has shown up to there. To show a position, the file is
read again from the checkpoint before it.

Invariants: a position shows what a replay from the start has shown when it comes there; opening a recording
reads only its header; no more than some checkpoints are read to show a position; damaged files show as far as
they can be read, and `trouble` says so.
"""

from __future__ import annotations

import heapq
import tempfile
import threading
from bisect import bisect_right
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import BinaryIO, NamedTuple, TextIO, cast

import numpy as np

from app.boards.console import MAX_LINES
from app.boards.recordings.format import Record, RecordingError, RecordingReader
from app.boards.recordings.progress import Progress
from app.config.bench_file import DeviceConfig
from app.history.calculation import Series
from app.history.points import Points
from app.history.states import Track
from app.journal.export.form import Form, Layout, Selection
from app.journal.export.headings import Key, labels_of
from app.journal.export.rows import Exported
from app.journal.export.tables import Row
from app.journal.export.writing import write
from app.messages.message import Message
from app.wire.batches import Batch
from app.wire.datastreams import Value
from app.wire.readings import Grammar
from app.wire.states import StateRow, fitted

CHECK_BYTES = 1 << 17
_TARGET_BYTES = 256
"""With many targets, checkpoints are larger, and so are the parts of the file between them."""
_MOST_BACK = 16
"""How many checkpoints are read again at most, to have the last lines for the console."""
_FLUSH_READINGS = 8192
_MOST_TEXTS = 32_768
"""So many rows of the texts of a target are kept for the plot: of more, the newest."""
_LONGEST_US = 10**15
"""A recording is not longer than 31 years, whatever the file says."""
_LATEST_START_US = 4 * 10**15


class _Check(NamedTuple):
    """A checkpoint: the place after some records, the time of the last one, and what was shown up to it."""

    at_us: int
    offset: int
    progress: Progress


class Run:
    """A recording that is shown. Only one thread uses it, apart from its own."""

    def __init__(
        self, path: Path, known: Mapping[str, DeviceConfig] = {}, zero_us: int | None = None
    ) -> None:
        """The run begins at `zero_us` (microseconds since 1970); if that is None, when it was recorded.

        If `known` has the device that was recorded, its datastreams have the names and units from there.

        Raises RecordingError if the file is no recording, or cannot be opened.
        """
        self.path = path
        self._stream, self._reader = _open(path)
        self.header = self._reader.header
        device = known.get(self.header.device)
        self.datastreams = device.datastream if device else ()
        started_us = self.header.started_at_us
        recorded_us = started_us if 0 <= started_us <= _LATEST_START_US else 0
        self.zero_us = recorded_us if zero_us is None else zero_us
        self._first = _Check(0, self._stream.tell(), Progress(self._make_grammar))
        self._points_file = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - see `close`
        self._points = Points(self._points_file)
        self._texts: dict[str, Track] = {}
        self._text_count = 0
        self._checks = [self._first]
        self.length_us = 0
        """The length of the part that has been read."""
        self.is_whole = False
        """Whether the file has been read to its end, or to the place where it is damaged."""
        self.trouble: Message | None = None
        self.total_bytes = max(1, path.stat().st_size)
        self.read_bytes = 0
        self._stopping = threading.Event()
        self._shown_us = 0
        self._has_ended = False
        self._restart(self._first)
        self._thread = threading.Thread(target=self._read, name=f"run {path.name}", daemon=True)
        self._thread.start()

    def _make_grammar(self, targets: Iterable[str]) -> Grammar:
        return Grammar(self.datastreams, known_targets=targets)

    def close(self) -> None:
        """Stop reading, and delete the collected readings."""
        self._stopping.set()
        self._thread.join()
        self._stream.close()
        self._points_file.close()

    def show(self, at_us: int) -> Progress:
        """What a replay has shown at a position, in microseconds since the start; not after `length_us`.

        A new object if the position is before that of the last call, or far after it.
        """
        whole = self.is_whole and at_us >= self.length_us
        number = bisect_right(self._checks, at_us, key=lambda check: check.at_us) - 1
        check = self._checks[number]
        is_far = check.offset > self._offset + 2 * CHECK_BYTES
        if at_us < self._shown_us or is_far or (self._has_ended and not whole):
            lines = check.progress.counts.lines - MAX_LINES
            back = max(0, number - _MOST_BACK)
            while number > back and self._checks[number].progress.counts.lines > lines:
                number -= 1
            self._restart(self._checks[number])
        try:
            self._look_ahead()
            while self._next is not None and self._at_us + self._next.gap_us <= at_us:
                self._take(self._next)
        except OSError as error:
            self._fail(error)
        self._shown_us = at_us
        if whole and not self._has_ended:
            self._has_ended = True
            self._progress.end(self.zero_us + self.length_us)
        return self._progress

    def window(self, target: str, from_s: float, to_s: float) -> Series:
        """The points of a target between two times in Unix seconds; none if they cannot be read."""
        try:
            return self._points.window(target, from_s, to_s)
        except (OSError, ValueError):
            return np.empty(0), np.empty(0)

    def read_period(self, target: str, from_s: float, to_s: float) -> Generator[Series, None, None]:
        """All points of a target in pieces, the newest first; see `Points.read`. Any thread may call it.

        Raises OSError if they cannot be read.
        """
        try:
            yield from self._points.read(target, from_s, to_s)
        except ValueError as error:
            # The file is closed.
            raise OSError(str(error)) from None

    def count(self, target: str) -> int:
        """A number that grows when more values of a target were read."""
        return self._points.count(target) + (self._text_count if target in self._texts else 0)

    def states(self, target: str, from_s: float, to_s: float, columns: int) -> list[StateRow]:
        """The texts of a target between two times in Unix seconds; see `Readings.states`."""
        track = self._texts.get(target)
        return fitted(track.during(from_s, to_s), from_s, to_s, columns) if track else []

    def read(
        self, device: str, progress: Callable[[int], object], damage: Callable[[Message], object]
    ) -> Iterator[Row]:
        """All readings in the order of the file, for an export. Any thread may call it.

        Their device is `device`, and their ids are 0. `progress` is called with the number of bytes read so
        far, and `damage` once if a part cannot be read. Raises RecordingError or OSError.
        """
        stream, reader = _open(self.path)
        with stream:
            at_us, seen_bytes, told_bytes, shown = 0, 0, 0, Progress(self._make_grammar)
            for record in reader:
                at_us, seen_bytes = at_us + record.gap_us, seen_bytes + record.size
                if at_us > _LONGEST_US:
                    break
                if seen_bytes - told_bytes > CHECK_BYTES:
                    told_bytes = seen_bytes
                    progress(seen_bytes)
                batch = shown.take(record, self.zero_us + at_us)
                if batch is None:
                    continue
                for place, code in enumerate(batch.codes.tolist()):
                    value = batch.others.get(place, float(batch.numbers[place]))
                    yield Row(0, int(batch.received_at_us[place]), device, batch.targets[code], value, "")
        progress(self.total_bytes)
        if reader.unread_bytes:
            damage(Message("run_damaged", path=str(self.path), count=reader.unread_bytes))

    def _restart(self, check: _Check) -> None:
        self._stream.seek(check.offset)
        self._records: Iterator[Record] = iter(self._reader)
        self._progress = check.progress.copy()
        self._at_us, self._offset, self._shown_us = check.at_us, check.offset, check.at_us
        self._has_ended = False
        self._next: Record | None = None

    def _take(self, record: Record) -> None:
        self._at_us += record.gap_us
        self._offset += record.size
        self._progress.take(record, self.zero_us + self._at_us)
        self._next = None
        self._look_ahead()

    def _look_ahead(self) -> None:
        # Only what the thread has read: at a damaged record, the reader would read the rest of the file.
        if self._next is None and self._offset < self.read_bytes:
            self._next = next(self._records, None)

    def _read(self) -> None:
        """Read the whole file. The thread of the run does this."""
        try:
            stream, reader = _open(self.path)
            with stream:
                self._read_records(reader)
            if reader.unread_bytes:
                self.trouble = Message("run_damaged", path=str(self.path), count=reader.unread_bytes)
        except (OSError, RecordingError) as error:
            self._fail(error)
        self.is_whole = True

    def _read_records(self, reader: RecordingReader) -> None:
        at_us, offset, progress = 0, self._first.offset, self._first.progress.copy()
        batches: list[Batch] = []
        waiting, checked = 0, offset
        for record in reader:
            if self._stopping.is_set() or at_us + record.gap_us > _LONGEST_US:
                break
            at_us, offset = at_us + record.gap_us, offset + record.size
            batch = progress.take(record, self.zero_us + at_us)
            if batch is not None:
                batches.append(batch)
                waiting += len(batch.codes)
            is_due = offset - checked > max(CHECK_BYTES, _TARGET_BYTES * len(progress.latest))
            if is_due or waiting >= _FLUSH_READINGS:
                self._add_points(batches)
                batches, waiting = [], 0
                if is_due:
                    self._checks.append(_Check(at_us, offset, progress.copy()))
                    checked = offset
                self.length_us, self.read_bytes = at_us, offset
        self._add_points(batches)
        self.length_us, self.read_bytes = at_us, offset

    def _add_points(self, batches: list[Batch]) -> None:
        if not batches:
            return
        # All batches share the list of targets, which only grows.
        targets = batches[-1].targets
        codes = np.concatenate([batch.codes for batch in batches]).astype(np.int64)
        numbers = np.concatenate([batch.numbers for batch in batches])
        times_s = np.concatenate([batch.received_at_us for batch in batches]) / 1e6
        order = np.argsort(codes, kind="stable")
        starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
        texts = _texts(batches)
        with_texts = {targets[int(codes[place])] for place in texts}
        for places in np.split(order, starts[1:]):
            target = targets[int(codes[places[0]])]
            self._points.append(target, times_s[places], numbers[places])
            if target in with_texts or target in self._texts:
                came = [texts.get(place) for place in places.tolist()]
                self._texts.setdefault(target, Track()).append(times_s[places].tolist(), came, _MOST_TEXTS)
        self._text_count += len(texts)

    def _fail(self, error: OSError | RecordingError) -> None:
        words = error.strerror or str(error) if isinstance(error, OSError) else str(error)
        self.trouble = Message("run_not_read_on", path=str(self.path), words=words)


def _texts(batches: Iterable[Batch]) -> dict[int, Value]:
    """The texts in `batches`, by their places among all readings of these."""
    found: dict[int, Value] = {}
    before = 0
    for batch in batches:
        found |= {before + at: value for at, value in batch.others.items() if isinstance(value, str)}
        before += len(batch.codes)
    return found


class Exporting:
    """The selected readings of recordings, which are the source of an export. They have no fates.

    Those of several recordings are in the order of their times. The ids count from 1.
    """

    def __init__(
        self, runs: Mapping[str, Run], selection: Selection, progress: Callable[[int, int], object]
    ) -> None:
        """`runs` has the recording of each device; `progress` takes bytes read so far, and of all."""
        self._runs = {name: run for name, run in runs.items() if selection.takes_device(name)}
        self._selection, self._progress = selection, progress
        self._total = sum(run.total_bytes for run in self._runs.values())
        self._passes: list[dict[str, int]] = []
        """For each time that the files were read, how many bytes of each."""
        self._damage: dict[str, Message] = {}
        self._is_wide = False

    def write(self, output: TextIO | BinaryIO, form: Form, most_rows: int | None = None) -> Exported:
        """Write the table. Raises RecordingError, JournalError if it has too many rows, or OSError."""
        self._is_wide = form.layout is Layout.WIDE
        labels = labels_of({name: run.datastreams for name, run in self._runs.items()})
        return Exported(write(self, output, form, labels, most_rows), list(self._damage.values()))

    def streams(self) -> dict[Key, bool]:
        """The datastreams that have selected readings, and whether all their values are numbers."""
        found: dict[Key, bool] = {}
        for row in self.rows():
            key = row.device, row.target
            found[key] = found.get(key, True) and isinstance(row.value, int | float)
        return found

    def rows(self) -> Iterator[Row]:
        """The selected readings, in the order of their times."""
        self._passes.append({})
        parts = [
            run.read(name, partial(self._tell, name), partial(self._damage.__setitem__, name))
            for name, run in self._runs.items()
        ]
        # One recording stays in the order of its file.
        merged = heapq.merge(*parts, key=attrgetter("at_us"))
        selected = (row for row in merged if self._selection.takes(row.device, row.target, row.at_us))
        for id_, row in enumerate(selected, 1):
            yield row._replace(id=id_)

    def _tell(self, name: str, read_bytes: int) -> None:
        self._passes[-1][name] = read_bytes
        read = sum(sum(bytes_of.values()) for bytes_of in self._passes)
        self._progress(read, self._total * (2 if self._is_wide else 1))


def check(path: Path) -> None:
    """Raise RecordingError if the file is no recording, or cannot be opened. Only its header is read."""
    stream, _reader = _open(path)
    stream.close()


def _open(path: Path) -> tuple[BinaryIO, RecordingReader]:
    """Open a recording and read its header. Raises RecordingError."""
    stream = None
    try:
        if path.exists() and not path.is_file():
            # Opening a pipe would wait for its other end.
            raise RecordingError("not_a_recording", path=str(path), reason=Message("recording_start_unknown"))
        stream = path.open("rb")
        return stream, RecordingReader(stream)
    except OSError as error:
        words = error.strerror or str(error)
        raise RecordingError("recording_not_opened", path=str(path), words=words) from None
    except RecordingError as error:
        if stream is None:
            raise
        stream.close()
        raise RecordingError("not_a_recording", path=str(path), reason=error.message) from None
