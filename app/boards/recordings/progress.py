"""What a replay has shown up to a record: counts, newest values, and the last lines.

Invariant: it depends only on the records before, so that a copy that is given the same records has the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from app.boards.console import ConsoleBuffer
from app.boards.raw_bytes import RawBuffer
from app.boards.recordings.format import Record, RecordKind
from app.wire.batches import Batch, Intake, IntakeResult
from app.wire.counts import LineCounts
from app.wire.datastreams import Reason, Value
from app.wire.readings import Grammar

MakeGrammar = Callable[[Iterable[str]], Grammar]
"""Makes the grammar of the recorded board. The argument is the targets for which it has sent readings."""


class Progress:
    """The state of one replay after some records."""

    def __init__(self, make_grammar: MakeGrammar, before: Progress | None = None) -> None:
        """If `before` is given, this is a copy of it, but with an empty console."""
        self._make_grammar = make_grammar
        self.latest: dict[str, tuple[Value, int]] = dict(before.latest) if before else {}
        """For each target, its newest value and the time of arrival (microseconds since 1970)."""
        self.readings: Counter[str] = Counter(before.readings if before else ())
        self.reasons: Counter[Reason] = Counter(before.reasons if before else ())
        self.counts: LineCounts = before.counts if before else LineCounts()
        self.grammar = make_grammar(self.latest)
        self._intake: Intake = before._intake.copy(self.grammar) if before else Intake(self.grammar)
        self.console = ConsoleBuffer(self.grammar, self.counts.lines + 1)
        self.raw = RawBuffer()

    def copy(self) -> Progress:
        """A copy that can be given other records. Its console begins with the lines that come then."""
        return Progress(self._make_grammar, self)

    def take(self, record: Record, at_us: int) -> Batch | None:
        """Take the next record, which came at `at_us` (microseconds since 1970). Returns its readings."""
        if record.kind is RecordKind.DATA:
            self.raw.add(record.data, at_us)
            return self._add(self._intake.feed(record.data, at_us), at_us)
        # Any other record cuts a line, even OPENED: after a crash of the program, CLOSED is missing.
        return self.end(at_us)

    def end(self, at_us: int) -> Batch | None:
        """The recording has ended: a line without its end is partial."""
        return self._add(self._intake.close(at_us), at_us)

    def _add(self, taken: IntakeResult, at_us: int) -> Batch | None:
        self.counts += taken.counts
        self.console.add(taken, at_us)
        if taken.rejected:
            self.reasons.update(verdict.reason for verdict in taken.rejected.verdicts if verdict.reason)
        batch = taken.batch
        if batch is not None:
            codes = batch.codes.tolist()
            self.readings.update(batch.targets[code] for code in codes)
            for code, place in dict(zip(codes, range(len(codes)), strict=True)).items():
                value = batch.others.get(place, float(batch.numbers[place]))
                self.latest[batch.targets[code]] = value, at_us
        return batch
