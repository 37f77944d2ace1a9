"""The grammar: one verdict for each line that a board says.

Invariants: every line gets exactly one verdict; reasons are tried in the order of `Reason`; nothing that a
board can send raises. The rules are those of the line format in the README.
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
    parse_text,
    parse_value,
)
from app.wire.diagnosis import hint
from app.wire.lines import MAX_LINE_BYTES

_WHITE = " \t"
_PIN = re.compile(r"[vV](0|[1-9][0-9]{0,2})")
_DATASTREAM_ID = re.compile(r"ds([1-9][0-9]{0,9})")
_PROPERTY = re.compile(r"[A-Za-z][A-Za-z0-9]*")


class Kind(enum.StrEnum):
    """What became of a line."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    COMMENT = "comment"
    BLANK = "blank"
    PARTIAL = "partial"


class Verdict(msgspec.Struct, frozen=True):
    """What the bridge thinks of one line.

    `said` is the number as the board wrote it where `value` was clamped to the datastream's range.
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
        """What the user can do about it in the sketch; None unless rejected."""
        return hint(self.reason, self.text) if self.reason else None


class Grammar:
    """Judges lines for one device, whose datastreams and stance on unknown pins it knows."""

    def __init__(self, datastreams: Iterable[Datastream] = (), *, reject_unknown: bool = False) -> None:
        self._by_target: dict[str, Datastream] = {}
        for entry in datastreams:
            if entry.virtual_pin is not None:
                self._by_target[f"v{entry.virtual_pin}"] = entry
            if entry.id is not None:
                self._by_target[f"ds{entry.id}"] = entry
        self._reject_unknown = reject_unknown

    def datastream(self, target: str) -> Datastream | None:
        """The entry that a target (`v1`, `ds7`, `v1.label`) belongs to, if it has one."""
        return self._by_target.get(target.partition(".")[0])

    def judge(self, line: bytes) -> Verdict:
        """The verdict on one line, given without its line end."""
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
        """The verdict on the first line after a port opened, which a reset may have cut or joined.

        It counts only if it is a comment or the assignment of a number, be it a number that is refused.
        """
        verdict = self.judge(line)
        counts = verdict.kind is Kind.COMMENT or _assigns_number(verdict)
        return verdict if counts else _as_partial(verdict)

    def judge_rest(self, rest: bytes) -> Verdict:
        """The verdict on what was left without a line end: `v1=10` may have been `v1=100`."""
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
        if entry is None and self._reject_unknown:
            reason = Reason.UNKNOWN_PIN
        elif not value_text:
            reason = Reason.EMPTY_VALUE
        if reason:
            return Verdict(text, Kind.REJECTED, target, reason=reason)
        parsed = parse_text(value_text) if "." in target else parse_value(value_text, entry)
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
    """The canonical target that a name stands for, or why it is none."""
    head, dot, prop = name.partition(".")
    if name.startswith("ds"):
        match = _DATASTREAM_ID.fullmatch(head)
        if not match or int(match[1]) > INT_MAX:
            return Reason.WRONG_DATASTREAM_ID
        return Reason.WRONG_PROPERTY if dot else head
    match = _PIN.fullmatch(head)
    if not match or int(match[1]) > PIN_MAX:
        return Reason.WRONG_PIN
    pin = f"v{match[1]}"
    if not dot:
        return pin
    return f"{pin}.{prop}" if _PROPERTY.fullmatch(prop) else Reason.WRONG_PROPERTY


def _assigns_number(verdict: Verdict) -> bool:
    if verdict.target is None or "." in verdict.target or isinstance(verdict.value, str):
        return False
    return is_number(verdict.text.partition("=")[2].strip(_WHITE))


def _as_partial(verdict: Verdict) -> Verdict:
    return Verdict(verdict.text, Kind.PARTIAL)
