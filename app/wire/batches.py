"""Turns the chunks of a port into batches: judges every line, and puts the accepted readings into columns.

Theory of operation
===================

A block holds the lines that one chunk completes. The general path splits it into lines and asks the grammar
for a verdict on each (see `app.wire.readings`). A fast board sends a million lines a second, which are
too many to judge one by one.

The fast path judges a block as a whole, in a quarter of the time. One pattern proves that the block is
*plain*: each of its lines is NAME=NUMBER. NUMBER has at most nine digits, or at most nine digits on each side
of a decimal point. So no number is too large for a 32-bit int or a double. Four checks are left:

- The general path has accepted each name earlier, and the target of each name takes numbers.
- A number for an int datastream has no decimal point.
- A number for a datastream with `scale` or `offset` has a value (see `app.wire.scaling`).
- Each number is in the range of its target.

If any line fails any check, the general path judges the whole block. So the fast path can only accept, and
only what the general path would accept.

Invariants: both paths give the same verdicts; every line is counted once; no chunk causes an exception.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.wire.arrival import Arrival, ClockMark
from app.wire.counts import LineCounts
from app.wire.datastreams import Datastream, DatastreamType, OutOfRange, Reason, Value
from app.wire.line_ends import line_ends, line_feeds
from app.wire.lines import LineSplitter, split_block
from app.wire.readings import Grammar, Kind, Verdict
from app.wire.scaling import scaled

_PLAIN = re.compile(rb"(?:[a-z0-9]{2,12}=-?[0-9]{1,9}(?:\.[0-9]{1,9})?\r?\n)+")


class Batch(NamedTuple):
    """Accepted readings of one device in the order of arrival, as columns of equal length.

    A text or location is in `others`, under the index of its reading, and `numbers` has NaN at this index. No
    accepted number is NaN. A zero in `numbers` is never -0.0, because a zero is sent without a sign.
    """

    targets: list[str]
    """The targets to which `codes` refer. All batches that an intake makes with one grammar share this list,
    which only grows."""
    codes: NDArray[np.unsignedinteger[Any]]
    """An index into `targets` for each reading: uint16, or uint32 once there are more than 65536 targets."""
    numbers: NDArray[np.float64]
    others: dict[int, Value]
    received_at_us: NDArray[np.int64]
    marks: tuple[ClockMark, ...] = ()
    """The clock marks since the previous batch."""
    line_bytes: int = 0
    """How many bytes the lines with these readings have, with their line ends."""


class Rejected(NamedTuple):
    """Rejected lines in the order of arrival, as columns of equal length."""

    verdicts: list[Verdict]
    received_at_us: NDArray[np.int64]


class IntakeResult(NamedTuple):
    """The result of one chunk: readings for the journal, counts, and lines for the console."""

    batch: Batch | None
    counts: LineCounts
    lines: list[Verdict] | bytes
    """The verdicts; or a block of accepted NAME=NUMBER lines, which `judge_block` can judge again."""
    rejected: Rejected | None = None
    doubtful: Verdict | None = None
    """The last accepted line whose value is a text that was probably meant to be a number."""
    beyond: Mapping[str, int] = {}
    """For each target, when the last number outside its range came (microseconds since 1970), which was
    rejected or clamped for it."""


class Intake:
    """Judges the lines in the chunks from one port, and puts the readings of each chunk into a `Batch`.

    Each device has its own intake, which only one thread uses.
    """

    def __init__(self, grammar: Grammar, baud_rate: int = 0) -> None:
        """`baud_rate` is the port's speed in bits per second; 0 if the bytes of a chunk arrive together."""
        self._grammar = grammar
        self._baud_rate = baud_rate
        self._since_us: int | None = None
        self._splitter = LineSplitter()
        self._first = True
        self._forget_targets()

    def _forget_targets(self) -> None:
        # New objects, because the batches so far still refer to the list of targets.
        self._targets: list[str] = []
        self._code_of: dict[str, int] = {}
        self._plain_code_of: dict[bytes, int] = {}
        self._whole_codes: set[int] = set()
        self._scaled: dict[int, Datastream] = {}
        self._ranges: dict[int, tuple[float, float]] = {}
        self._bounds: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None

    def change(self, grammar: Grammar, baud_rate: int = 0) -> None:
        """Judge the lines that end from now on by `grammar`; they arrive at `baud_rate`.

        The bytes of a line that has not ended yet are kept.
        """
        self._grammar = grammar
        self._baud_rate = baud_rate
        self._forget_targets()

    def copy(self, grammar: Grammar) -> Intake:
        """An intake that continues with the same bytes of a line; `grammar` must be equal to that of this."""
        other = Intake(grammar, self._baud_rate)
        other._splitter, other._since_us = self._splitter.copy(), self._since_us
        other._first = self._first
        return other

    @property
    def kept_bytes(self) -> int:
        """The number of kept bytes. They are the start of a line that has not ended yet."""
        return self._splitter.kept_bytes

    def feed(self, chunk: bytes, received_at_us: int) -> IntakeResult:
        """Judge the lines that `chunk` completes.

        The chunk arrived at `received_at_us`, in microseconds since 1970 (UTC).
        """
        block = self._splitter.feed(chunk)
        # For the first chunk, and after the clock was set back, it is unknown when the bytes began to arrive.
        since_us = received_at_us if self._since_us is None else min(self._since_us, received_at_us)
        arrival = Arrival(received_at_us, since_us, len(chunk), self._baud_rate)
        self._since_us = received_at_us
        if not self._first and _PLAIN.fullmatch(block):
            taken = self._take_plain(block, arrival)
            if taken:
                return taken
        verdicts = self._judge_lines(block)
        return self._take_verdicts(verdicts, self._times(line_ends, block, len(verdicts), arrival), block)

    def close(self, received_at_us: int) -> IntakeResult:
        """Judge the bytes after the last line end. Call this when the port has closed or bytes were lost.

        The next line is judged as a first line (see `Grammar.judge_first`).
        """
        rest = self._splitter.close()
        self._first = True
        self._since_us = None
        verdicts = [self._grammar.judge_rest(rest)] if rest else []
        return self._take_verdicts(verdicts, np.full(len(verdicts), received_at_us, np.int64), b"")

    def _times(
        self, ends: Callable[[bytes], NDArray[np.int64]], block: bytes, count: int, arrival: Arrival
    ) -> NDArray[np.int64]:
        """The times at which the `count` lines of `block` arrived; `ends` finds where the lines end."""
        if not arrival.is_spread:
            return arrival.together(count)
        # A line that is too long counts as ended where it passed the limit. A line end that the splitter has
        # added may be one position past the chunk's end; `maximum` then gives it the time of the chunk.
        return arrival.spread(np.maximum(self._splitter.span_bytes - 1 - ends(block), 0))

    def _judge_lines(self, block: bytes) -> list[Verdict]:
        lines = split_block(block)
        if self._first and lines:
            self._first = False
            return [self._grammar.judge_first(lines[0]), *map(self._grammar.judge, lines[1:])]
        return list(map(self._grammar.judge, lines))

    def _take_plain(self, block: bytes, arrival: Arrival) -> IntakeResult | None:
        """Judge a block of NAME=NUMBER lines as a whole. Returns None if they must be judged one by one."""
        parts = block.replace(b"\r", b"").replace(b"=", b"\n").split(b"\n")
        names, texts = parts[:-1:2], parts[1::2]
        try:
            codes = list(map(self._plain_code_of.__getitem__, names))
        except KeyError:
            return None
        if self._whole_codes and b"." in block:
            whole = self._whole_codes
            if any(b"." in text for code, text in zip(codes, texts, strict=True) if code in whole):
                return None
        count = len(codes)
        found = list(map(float, texts))
        if self._scaled and not self._scale(codes, found):
            return None
        # Adding 0.0 turns -0.0 into 0.0.
        numbers = np.array(found, np.float64) + 0.0
        columns = self._as_column(codes)
        if self._ranges and not self._all_within(columns, numbers):
            return None
        times = self._times(line_feeds, block, count, arrival)
        batch = Batch(self._targets, columns, numbers, {}, times, line_bytes=len(block))
        return IntakeResult(batch, LineCounts(accepted=count), block)

    def _scale(self, codes: list[int], numbers: list[float]) -> bool:
        """Replace the numbers of datastreams with scale or offset by their values, in place.

        Returns False if a number has no value; `numbers` is then useless.
        """
        for place, code in enumerate(codes):
            value = scaled(numbers[place], self._scaled.get(code))
            if not isinstance(value, int | float):
                return False
            numbers[place] = value
        return True

    def _all_within(self, codes: NDArray[np.unsignedinteger[Any]], numbers: NDArray[np.float64]) -> bool:
        """Whether every number is in the range of its target; `codes` are the indices of the targets."""
        if self._bounds is None:
            wide = (-np.inf, np.inf)
            ranges = np.array([self._ranges.get(code, wide) for code in range(len(self._targets))])
            self._bounds = ranges[:, 0].copy(), ranges[:, 1].copy()
        lows, highs = self._bounds
        return bool(np.all((lows[codes] <= numbers) & (numbers <= highs[codes])))

    def _take_verdicts(self, verdicts: list[Verdict], times: NDArray[np.int64], block: bytes) -> IntakeResult:
        codes: list[int] = []
        numbers: list[float] = []
        others: dict[int, Value] = {}
        places: list[int] = []
        wrong: list[int] = []
        doubtful: Verdict | None = None
        beyond: dict[str, int] = {}
        tally = dict.fromkeys(Kind, 0)
        for place, verdict in enumerate(verdicts):
            tally[verdict.kind] += 1
            if verdict.reason:
                wrong.append(place)
            is_clamped = verdict.said is not None and verdict.is_clamped
            if verdict.target and (is_clamped or verdict.reason is Reason.OUT_OF_RANGE):
                beyond[verdict.target] = int(times[place])
            if verdict.target is None or verdict.value is None:
                continue
            if isinstance(verdict.value, int | float):
                numbers.append(float(verdict.value))
            else:
                others[len(codes)] = verdict.value
                numbers.append(np.nan)
                doubtful = verdict if verdict.is_doubtful else doubtful
            codes.append(self._code(verdict.target))
            places.append(place)
        counts = LineCounts(*(tally[kind] for kind in Kind))
        rejected = Rejected([verdicts[place] for place in wrong], times[wrong]) if wrong else None
        if not codes:
            return IntakeResult(None, counts, verdicts, rejected, beyond=beyond)
        batch = Batch(
            self._targets,
            self._as_column(codes),
            np.array(numbers, np.float64) + 0.0,  # turns -0.0 into 0.0
            others,
            times[places],
            line_bytes=_bytes_of_lines(block, places, len(verdicts)),
        )
        return IntakeResult(batch, counts, verdicts, rejected, doubtful, beyond)

    def _as_column(self, codes: list[int]) -> NDArray[np.unsignedinteger[Any]]:
        # 16 bits sort faster, but a board may use more of the 2³¹ datastream ids than fit into 16 bits.
        return np.array(codes, np.uint16 if len(self._targets) <= 1 << 16 else np.uint32)

    def _code(self, target: str) -> int:
        code = self._code_of.get(target)
        if code is None:
            code = self._code_of[target] = len(self._targets)
            self._targets.append(target)
            self._bounds = None
            self._learn_plain(target, code, self._grammar.datastream(target))
        return code

    def _learn_plain(self, target: str, code: int, entry: Datastream | None) -> None:
        """Let `_take_plain` judge lines for `target`, unless `target` accepts only texts, locations or enums.

        `code` is the index of `target` in `Batch.targets`. `entry` is the datastream of `target`; None if the
        bench file has no entry for it.
        """
        if "." in target:
            return
        if entry is not None:
            if entry.type is DatastreamType.INT:
                self._whole_codes.add(code)
            elif entry.type not in (None, DatastreamType.DOUBLE):
                return
            if entry.is_scaled:
                self._scaled[code] = entry
            ranged = entry.min is not None or entry.max is not None
            if ranged and entry.out_of_range is not OutOfRange.FORWARD:
                self._ranges[code] = (entry.low, entry.high)
        self._plain_code_of[target.encode()] = code


def _bytes_of_lines(block: bytes, places: list[int], count: int) -> int:
    """How many bytes those lines of `block` have that are at `places`; the block has `count` lines."""
    if len(places) == count:
        return len(block)
    sizes = np.diff(line_ends(block), prepend=-1)
    return int(sizes[places].sum())


def judge_block(grammar: Grammar, block: bytes) -> list[Verdict]:
    """The verdicts on the lines of a block (see `IntakeResult.lines`)."""
    return [grammar.judge(line) for line in split_block(block)]
