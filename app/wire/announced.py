"""Announced datastreams: a sketch can say in comments which datastreams it prints.

`# datastream TARGET TYPE UNIT NAME` announces one: `# datastream v1 double degC Air temperature`. UNIT has no
spaces and may be written in ASCII (`degC` stands for °C); `-` stands for none. NAME is the rest of the line.
NAME may be missing, and UNIT with it. The window offers what is announced; nothing is set up by itself.

Invariants: any line gives a valid datastream or None, never an exception; `Announced` keeps a bounded number.
"""

from __future__ import annotations

import re

from app.wire.datastreams import Datastream, DatastreamType, Reason
from app.wire.readings import Kind, Verdict
from app.wire.targets import parse_target

MAX_ANNOUNCED = 256
"""How many datastreams of a device are kept."""
_MOST_CHARACTERS = 100
"""How long a unit and a name may be."""
_LINE = re.compile(r"#[ \t]*datastream[ \t]+(\S+)[ \t]+([a-z]+)(?:[ \t]+(\S+)(?:[ \t]+(.*))?)?")
_UNITS = (
    (re.compile(r"\bdeg(?=[CF]?\b)"), "°"),
    (re.compile(r"\bpercent\b"), "%"),
    (re.compile(r"[oO]hms?\b"), "Ω"),
    (re.compile(r"\bu(?=(?:[mgslLAVWFHTJNCS]|Pa|Hz|Sv|mol|Ω)(?:\b|[0-9]))"), "µ"),
    (re.compile(r"(?<=[ms])2(?![0-9A-Za-z])"), "²"),
    (re.compile(r"(?<=[ms])3(?![0-9A-Za-z])"), "³"),
)
"""How units are written in ASCII, and as they are shown. The first ones are tried first."""


class Announced:
    """The datastreams that a device has announced. The thread of its port adds them; any may read them."""

    def __init__(self) -> None:
        self.datastreams: tuple[Datastream, ...] = ()
        """One for each pin and id, in the order in which they were first announced."""
        self._is_new_opening = False

    def opened(self) -> None:
        """Note that the port was opened: another sketch may run now, so the next announcement begins anew."""
        self._is_new_opening = True

    def add(self, lines: list[Verdict] | bytes) -> None:
        """Add what the comments among the lines of a chunk announce (see `app.wire.batches.IntakeResult`).

        The last announcement for a pin or id counts. A block of plain lines has no comments.
        """
        for verdict in lines if isinstance(lines, list) else ():
            entry = datastream_of(verdict.text) if verdict.kind is Kind.COMMENT else None
            if entry is None:
                continue
            known = {} if self._is_new_opening else {_key(each): each for each in self.datastreams}
            self._is_new_opening = False
            if _key(entry) in known or len(known) < MAX_ANNOUNCED:
                self.datastreams = tuple({**known, _key(entry): entry}.values())


def datastream_of(line: str) -> Datastream | None:
    """The datastream that a comment announces; None if it announces none."""
    match = _LINE.fullmatch(line.strip(" \t"))
    if match is None:
        return None
    target = parse_target(match[1])
    unit, name = "" if match[3] in (None, "-") else match[3], match[4] or ""
    is_shown = all(text.isprintable() and len(text) <= _MOST_CHARACTERS for text in (unit, name))
    if isinstance(target, Reason) or "." in target or match[2] not in [*DatastreamType] or not is_shown:
        return None
    return Datastream(
        virtual_pin=int(target[1:]) if target.startswith("v") else None,
        id=int(target[2:]) if target.startswith("ds") else None,
        type=DatastreamType(match[2]),
        unit=unit_of(unit),
        name=name,
    )


def unit_of(written: str) -> str:
    """A unit as it is shown, from one that may be in ASCII: `degC` is °C, `uA` is µA, `m/s2` is m/s²."""
    for pattern, shown in _UNITS:
        written = pattern.sub(shown, written)
    return written


def _key(datastream: Datastream) -> tuple[int | None, int | None]:
    return datastream.virtual_pin, datastream.id
