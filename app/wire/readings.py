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

The range is applied last: `out_of_range` says whether a number outside it is rejected, clamped or forwarded.
A value outside one of three other limits is always rejected: 32 bits for an int, the listed `values` of an
enum, and the globe (longitude and latitude) for a location.

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
import re
from collections.abc import Iterable

import msgspec

from app.messages.message import Message
from app.wire.datastreams import (
    INT_MAX,
    PIN_MAX,
    Datastream,
    DatastreamType,
    Reason,
    Value,
    into_range,
    is_number,
    parse_event_text,
    parse_text,
    parse_value,
)
from app.wire.diagnosis import hint
from app.wire.lines import MAX_LINE_BYTES
from app.wire.streams import EVENT, is_event

_WHITE = " \t"
_PIN = re.compile(r"[vV](0|[1-9][0-9]{0,2})")
_DATASTREAM_ID = re.compile(r"ds([1-9][0-9]{0,9})")
_PROPERTY = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_EVENT_CODE = re.compile(r"[A-Za-z0-9_]{1,64}")


class Kind(enum.StrEnum):
    """The kind of a verdict on a line."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    COMMENT = "comment"
    BLANK = "blank"
    PARTIAL = "partial"


class Verdict(msgspec.Struct, frozen=True):
    """The grammar's verdict on one line.

    `said` is the number that the board sent if `value` was clamped to the datastream's range; otherwise None.
    """

    text: str
    kind: Kind
    target: str | None = None
    value: Value | None = None
    type: DatastreamType | None = None
    reason: Reason | None = None
    said: Value | None = None

    @property
    def hint(self) -> Message | None:
        """How to fix the line; None if the line was not rejected."""
        return hint(self.reason, self.text) if self.reason else None


class Grammar:
    """Judges the lines of one device by the rules of its datastreams."""

    def __init__(self, datastreams: Iterable[Datastream] = (), *, reject_unknown: bool = False) -> None:
        """`reject_unknown`: whether to reject lines for pins and ids that have no entry in `datastreams`.

        Events have no entries, and are never rejected for that.
        """
        self._by_target: dict[str, Datastream] = {}
        for entry in datastreams:
            if entry.virtual_pin is not None:
                self._by_target[f"v{entry.virtual_pin}"] = entry
            if entry.id is not None:
                self._by_target[f"ds{entry.id}"] = entry
        self._reject_unknown = reject_unknown

    def datastream(self, target: str) -> Datastream | None:
        """The datastream of a target (`v1`, `ds7`, `v1.label`); None if the bench file has none."""
        return self._by_target.get(target.partition(".")[0])

    def judge(self, line: bytes) -> Verdict:
        """Judge one line; `line` does not include its line end."""
        if len(line) > MAX_LINE_BYTES:
            text = line[:MAX_LINE_BYTES].decode(errors="replace")
            return Verdict(text, Kind.REJECTED, reason=Reason.TOO_LONG)
        try:
            text = line.decode()
        except UnicodeDecodeError:
            return Verdict(line.decode(errors="replace"), Kind.REJECTED, reason=Reason.BAD_ENCODING)
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
        verdict = self.judge(line)
        counts = verdict.kind is Kind.COMMENT or _assigns_number(verdict)
        return verdict if counts else _as_partial(verdict)

    def judge_rest(self, rest: bytes) -> Verdict:
        """The verdict on bytes without a line end: partial, because `v1=10` may be the start of `v1=100`."""
        return _as_partial(self.judge(rest))

    def _judge_assignment(self, text: str, content: str) -> Verdict:
        name, equals, value_text = content.partition("=")
        if not equals:
            return Verdict(text, Kind.REJECTED, reason=Reason.NO_ASSIGNMENT)
        target = _parse_target(name.rstrip(_WHITE))
        if isinstance(target, Reason):
            return Verdict(text, Kind.REJECTED, reason=target)
        entry = self.datastream(target)
        value_text = value_text.lstrip(_WHITE)
        reason: Reason | None = None
        if entry is None and self._reject_unknown and not is_event(target):
            reason = Reason.UNKNOWN_PIN
        elif not value_text:
            reason = Reason.EMPTY_VALUE
        if reason:
            return Verdict(text, Kind.REJECTED, target, reason=reason)
        parsed = _parse(value_text, target, entry)
        if isinstance(parsed, Reason):
            return Verdict(text, Kind.REJECTED, target, reason=parsed)
        said, value_type = parsed
        value = into_range(said, entry)
        if value is None:
            return Verdict(text, Kind.REJECTED, target, reason=Reason.OUT_OF_RANGE)
        clamped = said if value != said else None
        if clamped is not None and isinstance(value, float):
            value_type = DatastreamType.DOUBLE
        return Verdict(text, Kind.ACCEPTED, target, value, value_type, said=clamped)


def _parse_target(name: str) -> str | Reason:
    """The target that `name` stands for, in its canonical spelling; or the reason why `name` is invalid."""
    head, dot, prop = name.partition(".")
    if name.startswith("ds"):
        match = _DATASTREAM_ID.fullmatch(head)
        if not match or int(match[1]) > INT_MAX:
            return Reason.WRONG_DATASTREAM_ID
        return Reason.WRONG_PROPERTY if dot else head
    if name.startswith(EVENT):
        return name if _EVENT_CODE.fullmatch(prop) else Reason.WRONG_EVENT
    match = _PIN.fullmatch(head)
    if not match or int(match[1]) > PIN_MAX:
        return Reason.WRONG_PIN
    pin = f"v{match[1]}"
    if not dot:
        return pin
    return f"{pin}.{prop}" if _PROPERTY.fullmatch(prop) else Reason.WRONG_PROPERTY


def _parse(text: str, target: str, entry: Datastream | None) -> tuple[Value, DatastreamType] | Reason:
    """The value that `text` has for `target`, with its type; or the reason why `text` is rejected."""
    if is_event(target):
        return parse_event_text(text)
    return parse_text(text) if "." in target else parse_value(text, entry)


def _assigns_number(verdict: Verdict) -> bool:
    if verdict.target is None or "." in verdict.target or isinstance(verdict.value, str):
        return False
    return is_number(verdict.text.partition("=")[2].strip(_WHITE))


def _as_partial(verdict: Verdict) -> Verdict:
    return Verdict(verdict.text, Kind.PARTIAL)
