"""The rows of the console: what boards have said, what was sent to them and happened to their ports.

Other rows say where lines are left out.

Each row has a number of its own, which grows by one from row to row and never changes.

Invariants: memory is bounded, in rows and in bytes. Received and sent lines of a board are in the order in
which they came and went; rows of several boards that are added together are in the order of their times. A
gap says how many lines of a board are not in the log. Rejected rows outlive the rows around them: the newest
`MAX_REJECTED` of those that had to leave stay. Pure.
"""

from __future__ import annotations

import enum
from array import array
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from app.bench.status import AcceptedLine, ConsoleLine, SentLine
from app.wire.readings import Grammar, Verdict
from ui.console.ansi import plain

MAX_ROWS = 100_000
MAX_BYTES = 32_000_000
MAX_REJECTED = 10_000
_SPARE_ROWS = 4096
"""How many rows more are let in before the oldest leave, because many leave as quickly as one."""
_ROW_BYTES = 100
_VERDICT_BYTES = 160
"""About how much memory a row takes besides its text, and a verdict that was kept with it."""


class RowKind(enum.StrEnum):
    """What a row is. For a received line, the kind of its verdict."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    COMMENT = "comment"
    BLANK = "blank"
    PARTIAL = "partial"
    SENT = "sent"
    NOT_TAKEN = "not_taken"
    """A line that was sent, but the board has not taken it."""
    GAP = "gap"
    """In place of lines that are not shown; `Row.missing` is how many."""
    EVENT = "event"
    """No line, but something that happened to the port or the board."""


class Tag(NamedTuple):
    """What many rows have in common."""

    device: str
    kind: RowKind
    target: str = ""
    """The target that a received line names; empty if it names none."""


class Row(NamedTuple):
    """One row."""

    at_us: int
    """When the line came or went, in microseconds since 1970."""
    tag: Tag
    text: str
    judged: Verdict | Grammar | int | None = None
    """The verdict on the line, the grammar that can make it again, or the number of lines in a gap."""

    @property
    def verdict(self) -> Verdict | None:
        """The verdict on a received line. Where only its grammar is kept, it is made each time."""
        if isinstance(self.judged, Grammar):
            return self.judged.verdict_on(self.text.encode())
        return self.judged if isinstance(self.judged, Verdict) else None

    @property
    def missing(self) -> int:
        """How many lines a gap stands for; 0 for every other row."""
        return self.judged if isinstance(self.judged, int) else 0

    @property
    def shown(self) -> str:
        """The text as it is shown."""
        return plain(self.text)


class Happening(NamedTuple):
    """Something that happened to the port of a device, or to the board."""

    at_us: int
    """Microseconds since 1970, UTC."""
    words: str


class News(NamedTuple):
    """What has come from a device, gone to it and happened to it since the last time, each in order."""

    device: str
    lines: Sequence[ConsoleLine]
    sent: Sequence[SentLine] = ()
    happened: Sequence[Happening] = ()


class Log:
    """The rows from number `first` to before `end`, and older rejected ones."""

    def __init__(self) -> None:
        self.first = self.end = 0
        self._times = array("q")
        self._codes = array("I")
        """For each row, where its tag is in `tags`."""
        self._texts: list[str] = []
        self._judged: list[Verdict | Grammar | int | None] = []
        self._sizes = array("I")
        self.tags: list[Tag] = []
        """All tags of rows that are or were in the log. The list grows until `restart`."""
        self._code_of: dict[Tag, int] = {}
        self._bytes = 0
        self._left: dict[int, Row] = {}
        """Rejected rows that outlive the rows around them, the oldest first."""
        self._newest: dict[str, int] = {}
        self._newest_sent: dict[str, int] = {}
        self._missing: dict[str, int] = {}

    def newest(self, device: str) -> int:
        """The number of the newest line from a device that was added, even if it has left; 0 if none was."""
        return self._newest.get(device, 0)

    def newest_sent(self, device: str) -> int:
        """The same for the lines that were sent to it."""
        return self._newest_sent.get(device, 0)

    @property
    def bytes(self) -> int:
        """About how much memory the rows take."""
        return self._bytes

    @property
    def first_rejected(self) -> int:
        """The number of the first row if only rejected ones count."""
        return next(iter(self._left), self.first)

    @property
    def outliving(self) -> Sequence[int]:
        """The numbers of the rejected rows that have outlived the rows around them."""
        return tuple(self._left)

    def __getitem__(self, number: int) -> Row:
        """The row with this number. Raises KeyError if it has left."""
        place = number - self.first
        if place < 0:
            return self._left[number]
        tag = self.tags[self._codes[place]]
        return Row(self._times[place], tag, self._texts[place], self._judged[place])

    def tag(self, number: int) -> Tag:
        """The tag of a row. Raises KeyError if it has left."""
        is_in = number >= self.first
        return self.tags[self._codes[number - self.first]] if is_in else self._left[number].tag

    def text(self, number: int) -> str:
        """The text of a row. Raises KeyError if it has left."""
        return self._texts[number - self.first] if number >= self.first else self._left[number].text

    def missing(self, device: str) -> int:
        """How many lines the gaps of a device stand for, in all rows that are or were in the log."""
        return self._missing.get(device, 0)

    def passing(self, number: int, passes: Sequence[bool]) -> list[int]:
        """The numbers of the rows from `number` on whose tags pass; `passes` has an entry for each of `tags`.

        Only rows that are not older than `first`.
        """
        start = max(0, number - self.first)
        if start >= len(self._codes):
            return []
        import numpy as np  # not before there are rows: the window opens without it

        codes = np.frombuffer(self._codes[start:], np.uint32)
        found: list[int] = (np.flatnonzero(np.array(passes, bool)[codes]) + (self.first + start)).tolist()
        return found

    def add(self, news: Sequence[News]) -> None:
        """Append the rows for what is new. The oldest rows leave only with `shrink`."""
        rows = [row for each in news for row in self._rows(each)]
        if len(news) > 1:
            rows.sort(key=lambda row: row.at_us)
        # Column by column, because thousands of rows come at once when the user looks at another board.
        sizes = [_size(row) for row in rows]
        self._times.extend([row.at_us for row in rows])
        self._codes.extend([self._code_of[row.tag] for row in rows])
        self._texts.extend([row.text for row in rows])
        self._judged.extend([row.judged for row in rows])
        self._sizes.extend(sizes)
        self._bytes += sum(sizes)
        self.end += len(rows)

    def shrink(self) -> None:
        """Let the oldest rows leave if there are too many of them, or if they take too much memory."""
        count = len(self._texts)
        if count <= MAX_ROWS + _SPARE_ROWS and self._bytes <= MAX_BYTES:
            return
        leaving = max(0, count - MAX_ROWS)
        left = self._bytes - sum(self._sizes[:leaving])
        while left > MAX_BYTES * 7 // 8 and leaving < count - 1:
            left -= self._sizes[leaving]
            leaving += 1
        bad = [tag.kind is RowKind.REJECTED for tag in self.tags]
        for number in self.passing(self.first, bad):
            if number < self.first + leaving:
                self._left[number] = self[number]
        while len(self._left) > MAX_REJECTED:
            del self._left[next(iter(self._left))]
        self._bytes = left
        self.first += leaving
        for column in (self._times, self._codes, self._texts, self._judged, self._sizes):
            del column[:leaving]

    def copy(self) -> Log:
        """A log with the same rows, which another thread may read."""
        other = Log()
        other.first, other.end, other._left = self.first, self.end, dict(self._left)
        other._times, other._codes, other.tags = self._times[:], self._codes[:], self.tags[:]
        other._texts, other._judged = self._texts[:], self._judged[:]
        return other

    def clear(self) -> None:
        """Let all rows leave. What was added before does not come back."""
        self.first = self.end
        self._times, self._codes, self._sizes = array("q"), array("I"), array("I")
        self._texts, self._judged = [], []
        self._left, self._missing, self._bytes = {}, {}, 0

    def restart(self) -> None:
        """Forget everything: the next lines may have lower numbers."""
        self.clear()
        self._newest, self._newest_sent = {}, {}
        self.tags, self._code_of = [], {}

    def keep_only(self, devices: Collection[str]) -> None:
        """Forget which lines of other devices were added: if such a device comes back, it counts from 1."""
        for known in (self._newest, self._newest_sent):
            for device in known.keys() - set(devices):
                del known[device]

    def _tag(self, device: str, kind: RowKind, target: str = "") -> Tag:
        tag = Tag(device, kind, target)
        code = self._code_of.get(tag)
        if code is None:
            code = self._code_of[tag] = len(self.tags)
            self.tags.append(tag)
        return self.tags[code]

    def _rows(self, news: News) -> Iterator[Row]:
        """The rows for what is new of one device, in order."""
        device, sent, happened = news.device, iter(news.sent), deque(news.happened)
        before = self._newest.get(device, 0)
        missing = news.lines[-1].number - before - len(news.lines) if news.lines else 0
        next_sent = next(sent, None)
        accepted: dict[str, Tag] = {}
        for line in news.lines:
            if happened:
                yield from self._rows_of_events(device, happened, line.received_at_us)
            while next_sent is not None and next_sent.after_line < line.number:
                yield self._row_of_sent(device, next_sent)
                next_sent = next(sent, None)
            if missing > 0 and line.number != before + 1:
                # One gap for all that was left out since the last time, because many would hide the lines.
                yield Row(line.received_at_us, self._tag(device, RowKind.GAP), "", missing)
                self._missing[device] = self._missing.get(device, 0) + missing
                missing = 0
            before, judged = line.number, line.judged
            if isinstance(judged, AcceptedLine):
                tag = accepted.get(judged.target)
                if tag is None:
                    tag = accepted[judged.target] = self._tag(device, RowKind.ACCEPTED, judged.target)
                yield Row(line.received_at_us, tag, judged.text, judged.grammar)
            else:
                tag = self._tag(device, RowKind(judged.kind), judged.target or "")
                yield Row(line.received_at_us, tag, judged.text, judged)
        while next_sent is not None:
            yield from self._rows_of_events(device, happened, next_sent.sent_at_us)
            yield self._row_of_sent(device, next_sent)
            next_sent = next(sent, None)
        yield from self._rows_of_events(device, happened, None)
        if news.lines:
            self._newest[device] = news.lines[-1].number
        if news.sent:
            self._newest_sent[device] = news.sent[-1].number

    def _rows_of_events(self, device: str, happened: deque[Happening], until_us: int | None) -> Iterator[Row]:
        """The rows for what happened up to a time (None: for all), which is taken out of `happened`."""
        while happened and (until_us is None or happened[0].at_us <= until_us):
            at_us, words = happened.popleft()
            yield Row(at_us, self._tag(device, RowKind.EVENT), words)

    def _row_of_sent(self, device: str, line: SentLine) -> Row:
        kind = RowKind.SENT if line.was_taken else RowKind.NOT_TAKEN
        return Row(line.sent_at_us, self._tag(device, kind), line.text)


def _size(row: Row) -> int:
    """About how much memory a row takes, in bytes."""
    letters = len(row.text) * (1 if row.text.isascii() else 4)
    return letters + _ROW_BYTES + (_VERDICT_BYTES if isinstance(row.judged, Verdict) else 0)
