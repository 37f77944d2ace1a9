"""The grammar: one verdict for each line from a board.

Theory of operation
===================

Bytes pass through four stages. No stage depends on the next:

    chunk ─ LineSplitter ─▶ block ─ split_block ─▶ line ─ Grammar ─▶ verdict ─ Intake ─▶ batch
    as it was               whole                  without           what it             accepted
    read                    lines                  its end           means               readings

A *verdict* has a kind. Blank lines and comments give no reading. Accepted lines have a target and a value,
rejected lines a reason. Partial lines may have been cut: they are counted, and never give a value.

The reason
----------

A line can be wrong in several ways, but its verdict has one reason: the first that fits, in the order of
`Reason`. This is the order in which a line is read: first the line as a whole (length, encoding, a `=`), then
the name left of the first `=`, then whether the bench file allows this target, then the value. So the reason
names the earliest mistake, where the author of the sketch has to look.

The value
---------

The type decides which values are allowed. It comes from the datastream's entry in the bench file. If there
is no entry, or the entry has no type, the type is inferred: the first of these rules that fits decides.

1. an integer literal that fits 32 bits is an int
2. any other finite number is a double
3. `nan`, `inf`, `ovf` and numbers too large to be finite are rejected: failing sensors print them
4. everything else is text

The value of a property or of an event is always text. If an entry has both a pin and a datastream id, its
type and range hold for both.

Then `scale` and `offset` of the entry turn a number that the board said into the value (see
`app.wire.scaling`).

The range is applied last, to this value: `out_of_range` says whether a number outside it is rejected, clamped
or forwarded. A value outside one of three other limits is always rejected: 32 bits for an int, the listed
`values` of an enum, and the globe (longitude and latitude) for a location.

The number of targets
---------------------

A grammar remembers the targets that it has accepted, because a device has room for only so many of them (see
`app.wire.targets`). A line with one more is rejected, whatever its value is.

Lines that may have been cut
----------------------------

`v1=10` may be the beginning of `v1=100`, and the grammar cannot tell. The only proof that a line is complete
is its line end. If the port goes away, bytes without a line end are partial (`judge_rest`).

The first line after a port opens has a line end, but it can be damaged: its beginning may be missing, or a
reset of the board may have joined it to another line. A damaged line seldom looks like a comment or like the
assignment of a number, but it can look like the assignment of a text. So the first line is partial, unless it
is a comment or assigns a number (`judge_first`).

Invariants: every line gets exactly one verdict; reasons are tried in the order of `Reason`; no bytes from a
board make the grammar raise an exception.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from functools import cached_property

import msgspec

from app.messages.message import Message
from app.wire.datastreams import (
    Datastream,
    DatastreamType,
    Reason,
    Value,
    into_range,
    is_number,
    parse_event_text,
    parse_text,
    parse_value,
    sample_values,
    sent_as,
)
from app.wire.lines import MAX_LINE_BYTES
from app.wire.scaling import scaled
from app.wire.streams import is_event
from app.wire.targets import Targets, parse_target

_WHITE = " \t"


class Kind(enum.StrEnum):
    """The kind of a verdict on a line."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    COMMENT = "comment"
    BLANK = "blank"
    PARTIAL = "partial"


class Verdict(msgspec.Struct, frozen=True):
    """The grammar's verdict on one line.

    `said` is the number that the board sent if the datastream has a scale or an offset, or if `value` was
    clamped to its range; otherwise None. `scaled` is that number with scale and offset, before the range, and
    `unit` the unit of the datastream; None and empty if it has neither scale nor offset.
    `is_first` is whether the line is partial only because it is the first one after the port was opened.
    `judged_by` is the grammar if there is a hint for the line, or may be one; otherwise None.
    """

    text: str
    kind: Kind
    target: str | None = None
    value: Value | None = None
    type: DatastreamType | None = None
    reason: Reason | None = None
    said: Value | None = None
    scaled: Value | None = None
    unit: str = ""
    is_first: bool = False
    judged_by: Grammar | None = None

    @property
    def is_doubtful(self) -> bool:
        """Whether the line was accepted, but its value is a text that was probably meant to be a number."""
        if self.judged_by is None or self.kind is not Kind.ACCEPTED:
            return False
        from app.wire.diagnosis import is_doubtful  # here, so that the window opens sooner

        return is_doubtful(str(self.value))

    @property
    def is_clamped(self) -> bool:
        """Whether `value` is the end of the datastream's range, and not what the board meant."""
        meant = self.said if self.scaled is None else self.scaled
        return meant is not None and meant != self.value

    @property
    def hint(self) -> Message | None:
        """How to fix the line; None if there is nothing to fix. It is made only when it is asked for."""
        from app.wire.diagnosis import hint, hint_for_text

        if self.judged_by and self.reason:
            return hint(self.reason, self.text, self.judged_by)
        if self.judged_by and self.is_doubtful:
            return hint_for_text(self.text, self.judged_by)
        return Message("hint_first_line") if self.is_first else None


class Grammar:
    """Judges the lines of one device by the rules of its datastreams. Grammars with equal rules are equal.

    One thread judges the lines; others may judge again the lines that it has accepted.
    """

    def __init__(
        self,
        datastreams: Iterable[Datastream] = (),
        *,
        reject_unknown: bool = False,
        known_targets: Iterable[str] = (),
    ) -> None:
        """`reject_unknown`: whether to reject lines for pins and ids that have no entry in `datastreams`.
        Events have no entries, and are never rejected for that.

        `known_targets` are the targets for which the device's journal has readings already.
        """
        self._rules = tuple(datastreams), reject_unknown
        self._by_target: dict[str, Datastream] = {}
        self._by_name: dict[str, str] = {}
        for entry in self._rules[0]:
            if entry.virtual_pin is not None:
                self._by_target[f"v{entry.virtual_pin}"] = entry
            if entry.id is not None:
                self._by_target[f"ds{entry.id}"] = entry
            if entry.name:
                by_pin = entry.virtual_pin is not None
                self._by_name[entry.name.lower()] = f"v{entry.virtual_pin}" if by_pin else f"ds{entry.id}"
        self._reject_unknown = reject_unknown
        self._targets = Targets(self._by_target, known_targets)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Grammar) and self._rules == other._rules

    def __hash__(self) -> int:
        return hash(self._rules)

    def datastream(self, target: str) -> Datastream | None:
        """The datastream of a target (`v1`, `ds7`, `v1.label`); None if the bench file has none."""
        return self._by_target.get(target.partition(".")[0])

    def is_whole(self, target: str) -> bool:
        """Whether the datastream of `target` is declared to take whole numbers only."""
        entry = self.datastream(target)
        return entry is not None and entry.type in (DatastreamType.INT, DatastreamType.ENUM)

    def scaled_text(self, target: str, text: str) -> str | None:
        """The number `text` with scale and offset of the datastream of `target`, as it would be sent.

        None if the datastream has neither, or if there is no such value.
        """
        entry = self._by_target.get(target)
        if entry is None or not entry.is_scaled:
            return None
        parsed = parse_value(text, entry)
        value = None if isinstance(parsed, Reason) else scaled(parsed[0], entry)
        return None if value is None else sent_as(value)

    def target_named(self, name: str) -> str | None:
        """The target of the datastream that has this name in the bench file; None if there is none."""
        return self._by_name.get(name.lower())

    @cached_property
    def samples(self) -> tuple[str, ...]:
        """For each datastream in the bench file, a line that it accepts; those for texts are the last."""
        entries = sorted(self._by_target.items(), key=lambda named: named[1].type is DatastreamType.STRING)
        lines = ((f"{target}={value}" for value in sample_values(entry)) for target, entry in entries)
        return tuple(filter(None, (next(filter(self.accepts, found), None) for found in lines)))

    def accepts(self, line: str) -> bool:
        """Whether `line` is accepted as it is meant: if its value is a text, it is not like a number."""
        verdict = self.verdict_on(line.encode(errors="replace"))
        return verdict.kind is Kind.ACCEPTED and not verdict.is_doubtful

    def judge(self, line: bytes) -> Verdict:
        """Judge one line; `line` does not include its line end."""
        return self._noted(self.verdict_on(line))

    def verdict_on(self, line: bytes) -> Verdict:
        """The verdict of `judge`, but the grammar does not remember the target. Any thread may call this."""
        if len(line) > MAX_LINE_BYTES:
            text = line[:MAX_LINE_BYTES].decode(errors="replace")
            return self._rejected(text, Reason.TOO_LONG)
        try:
            text = line.decode()
        except UnicodeDecodeError:
            return self._rejected(line.decode(errors="replace"), Reason.BAD_ENCODING)
        content = text.strip(_WHITE)
        if not content:
            return Verdict(text, Kind.BLANK)
        if content.startswith("#"):
            return Verdict(text, Kind.COMMENT)
        return self._judge_assignment(text, content)

    def judge_first(self, line: bytes) -> Verdict:
        """The verdict on the first line after a port opened.

        This line can be damaged: its beginning may be missing, or a reset of the board may have joined it to
        another line. A damaged line seldom looks like a comment or like the assignment of a number. So a line
        that looks like one of these gets the verdict of `judge`, which can be `REJECTED`. Any other line gets
        the verdict `PARTIAL`.
        """
        verdict = self.verdict_on(line)
        counts = verdict.kind is Kind.COMMENT or _assigns_number(verdict)
        is_first = bool(verdict.text.strip(_WHITE))
        return self._noted(verdict) if counts else Verdict(verdict.text, Kind.PARTIAL, is_first=is_first)

    def judge_rest(self, rest: bytes) -> Verdict:
        """The verdict on bytes without a line end: partial, because `v1=10` may be the start of `v1=100`."""
        return Verdict(self.verdict_on(rest).text, Kind.PARTIAL)

    def _noted(self, verdict: Verdict) -> Verdict:
        """Return `verdict`, and remember its target if it is accepted: the device has this target now."""
        if verdict.kind is Kind.ACCEPTED and verdict.target:
            self._targets.add(verdict.target)
        return verdict

    def _judge_assignment(self, text: str, content: str) -> Verdict:
        name, equals, value_text = content.partition("=")
        if not equals:
            return self._rejected(text, Reason.NO_ASSIGNMENT)
        target = parse_target(name.rstrip(_WHITE))
        if isinstance(target, Reason):
            return self._rejected(text, target)
        entry = self.datastream(target)
        value_text = value_text.lstrip(_WHITE)
        reason: Reason | None = None
        if entry is None and self._reject_unknown and not is_event(target):
            reason = Reason.UNKNOWN_PIN
        elif not self._targets.has_room(target):
            reason = Reason.TOO_MANY_DATASTREAMS
        elif not value_text:
            reason = Reason.EMPTY_VALUE
        if reason:
            return self._rejected(text, reason, target)
        parsed = _parse(value_text, target, entry)
        if isinstance(parsed, Reason):
            return self._rejected(text, parsed, target)
        said, value_type = parsed
        meant = scaled(said, entry)
        value = None if meant is None else into_range(meant, entry)
        if value is None:
            return self._rejected(text, Reason.OUT_OF_RANGE, target)
        if isinstance(value, float):
            value_type = DatastreamType.DOUBLE
        if entry and entry.is_scaled and isinstance(value, int | float):
            unit = entry.unit
            return Verdict(text, Kind.ACCEPTED, target, value, value_type, said=said, scaled=meant, unit=unit)
        # Only a text that nobody has declared can be a number gone wrong.
        is_free = value_type is DatastreamType.STRING and "." not in target and not (entry and entry.type)
        judged_by = self if is_free else None
        clamped = said if value != said else None
        return Verdict(text, Kind.ACCEPTED, target, value, value_type, said=clamped, judged_by=judged_by)

    def _rejected(self, text: str, reason: Reason, target: str | None = None) -> Verdict:
        return Verdict(text, Kind.REJECTED, target, reason=reason, judged_by=self)


FREE_GRAMMAR = Grammar()
"""The grammar of a device without datastreams in the bench file."""


def _parse(text: str, target: str, entry: Datastream | None) -> tuple[Value, DatastreamType] | Reason:
    """The value that `text` has for `target`, with its type; or the reason why `text` is rejected."""
    if "." not in target:
        return parse_value(text, entry)
    return parse_event_text(text) if is_event(target) else parse_text(text)


def _assigns_number(verdict: Verdict) -> bool:
    if verdict.target is None or "." in verdict.target or isinstance(verdict.value, str):
        return False
    return is_number(verdict.text.partition("=")[2].strip(_WHITE))
