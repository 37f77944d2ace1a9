"""Replays a recording as a board: the same bytes, in the same chunks, at the same pace.

Invariants: the port opens and closes between the same bytes as when they were recorded, so that the same
lines are cut off and get the same verdicts; at the end, `read` raises EOFError.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from app.boards.errors import PortError
from app.boards.recordings.format import Record, RecordingError, RecordingReader, RecordKind
from app.boards.status import LinkState
from app.messages.message import Message
from app.wire.batches import Intake, judge_block
from app.wire.readings import Grammar, Verdict

_WAIT_S = 0.2
_ANY_US = 0
"""The time given for every chunk: any value will do, because no verdict depends on the time."""


class Replay:
    """Replays one recording in place of a port.

    Where the recorded port was closed and opened again, `read` raises OSError, and `open` continues the
    replay.
    """

    def __init__(
        self,
        path: Path,
        speed: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """At a `speed` of 2, the replay is twice as fast as the recording was; at 0, it does not pause."""
        self._path = path
        self._pace = 1e-6 / speed if speed else 0.0
        self._clock = clock
        self._sleep = sleep
        self._offset = 0
        self._due_s = 0.0
        self._stream: BinaryIO | None = None
        self._records: Iterator[Record] = iter(())
        self._next: Record | None = None

    def open(self, *_: object) -> Replay:
        """Start the replay, or continue it after `close`. Raises PortError if the file cannot be read."""
        stream = None
        try:
            stream = self._path.open("rb")
            reader = RecordingReader(stream)
        except (OSError, RecordingError) as error:
            if stream:
                stream.close()
            raise PortError(LinkState.NO_SUCH_PORT, self._problem(error)) from None
        self._stream = stream
        if self._offset:
            stream.seek(self._offset)
        self._records = iter(reader)
        if not self._offset:
            self._due_s = self._clock()
            self._advance()
        return self

    def read(self) -> bytes:
        """See `Source`."""
        record = self._next
        if record is None or record.kind is RecordKind.ENDED:
            raise EOFError
        wait_s = self._due_s - self._clock() if self._pace else 0.0
        if wait_s > 0:
            self._sleep(min(wait_s, _WAIT_S))
            return b""
        self._advance()
        if record.kind is RecordKind.CLOSED and self._next and self._next.kind is not RecordKind.ENDED:
            raise OSError(f"{self._path}: the port was closed here")
        return record.data

    def set_baud_rate(self, baud_rate: int) -> None:
        """Do nothing: a recording is played as it was recorded."""

    def write(self, data: bytes) -> None:
        """Do nothing: a recording takes no input."""

    def close(self) -> None:
        """Close the file. The next `open` continues the replay at the same place."""
        if self._stream:
            self._offset = self._stream.tell()
            self._stream.close()
            self._stream = None

    def _problem(self, error: OSError | RecordingError) -> Message:
        path = str(self._path)
        if isinstance(error, RecordingError):
            return Message("not_a_recording", path=path, reason=error.message)
        return Message("recording_not_opened", path=path, words=error.strerror or str(error))

    def _advance(self) -> None:
        self._next = next(self._records, None)
        if self._next:
            self._due_s += self._next.gap_us * self._pace


def judge(records: Iterable[Record], grammar: Grammar) -> Iterator[Verdict]:
    """Judge the lines of a recording. A line that was incomplete when the port closed is partial."""
    intake = Intake(grammar)
    for record in chain(records, (None,)):
        if record and record.kind is RecordKind.DATA:
            taken = intake.feed(record.data, _ANY_US)
        else:
            # Any other record cuts a line, even OPENED: after a crash of the program, CLOSED is missing.
            taken = intake.close(_ANY_US)
        yield from taken.lines if isinstance(taken.lines, list) else judge_block(grammar, taken.lines)
