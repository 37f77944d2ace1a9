"""Judges the readings of datastreams with `min_change`, before they are prefetched.

A reading that is left out is settled at once as superseded. All others stay pending in the journal, where the
prefetch finds them. The prefetch is told of a reading only after it has been judged, and after the fates of
all readings that were left out before it are in the journal. So no reading is both left out and sent.

If the user decides that held readings are sent, the journal gives their stream a new generation number. The
pending readings of the datastream are then judged again, from seq 1. Until this is done, the prefetch is told
nothing new about the datastream.

Invariants: the readings of a pin and those of its datastream id are judged together, in the order of arrival;
properties, events, and readings that the user sends again are never left out; a property overtakes no older
value of its datastream; memory is bounded, however many readings wait. Pure: no I/O, no clock.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.cloud.plan.lanes import runs_of
from app.cloud.plan.unchanged import Reference, is_unchanged
from app.messages.message import Message
from app.messages.stored import encode
from app.wire.datastreams import Datastream
from app.wire.streams import Fate, Reading, Run, StreamExtent

JUDGED_AT_ONCE = 2048
"""How many readings of a stream are read from the journal to be judged together."""
UNCHANGED = Message("unchanged")
"""The reason that is stored for a reading that is left out: its fate is superseded."""


@dataclass(eq=False)
class Stored:
    """Where the judged readings of a datastream end, as soon as a settlement is in the journal."""

    judged: _Judged
    until: dict[int, int]
    """For each stream, the first seq that is not judged yet."""


@dataclass(eq=False)
class _Judged:
    """How far the streams of one datastream have been judged."""

    datastream: Datastream
    reference: Reference | None = None
    """None until the last forwarded reading of an earlier run has been looked up."""
    known: dict[int, StreamExtent] = field(default_factory=dict)
    """The streams of the pin and the datastream id, as of the last commit."""
    until: dict[int, int] = field(default_factory=dict)
    """For each stream, the first seq that is not judged yet."""
    stored: dict[int, int] = field(default_factory=dict)
    """As `until`, but without readings that wait for a settlement to be in the journal."""
    storing: list[Stored] = field(default_factory=list)
    """The settlements that are not in the journal yet, oldest first."""
    behind: dict[int, int] = field(default_factory=dict)
    """What `stored` must reach before the prefetch is told of the streams; empty if it has."""
    waiting: dict[int, tuple[StreamExtent, dict[int, int]]] = field(default_factory=dict)
    """For a stream of properties, its next extent, and what `stored` must reach before that is told."""
    told: dict[int, StreamExtent] = field(default_factory=dict)
    """The extents that the prefetch was told last."""

    def ends(self) -> dict[int, int]:
        """For each stream, the seq after its last reading."""
        return {stream: extent.next_seq for stream, extent in self.known.items()}

    def unread(self) -> list[StreamExtent]:
        """The streams with readings that are not judged yet."""
        return [
            extent for extent in self.known.values() if self.until.get(extent.stream, 1) < extent.next_seq
        ]

    def see(self, extents: Mapping[int, StreamExtent]) -> None:
        """Note how far the streams reach now. Begin anew if readings have become pending again."""
        before, self.known = self.known, dict(extents)
        if not before or any(
            known.generation != extents.get(n, known).generation for n, known in before.items()
        ):
            if self.reference:
                self.reference.forget_on_way()
            self.until, self.stored, self.storing, self.behind = {}, {}, [], self.ends()
        for extent in self.unread():
            if extent.pending == extent.held + extent.resent:  # None that could be judged.
                self.advance(extent.stream, extent.next_seq)

    def advance(self, stream: int, until: int) -> None:
        """Note that the readings of `stream` with lower seqs than `until` are judged."""
        self.until[stream] = until
        (self.storing[-1].until if self.storing else self.stored)[stream] = until

    def has_stored(self, ends: Mapping[int, int]) -> bool:
        """Whether the readings up to `ends` are judged, and the fates of those left out in the journal."""
        return all(self.stored.get(stream, 1) >= end for stream, end in ends.items())

    def tell(self, extent: StreamExtent) -> StreamExtent | None:
        """How far a stream of values reaches for the prefetch; None if it must not know the stream yet."""
        if self.has_stored(self.behind):
            self.behind = {}
            self.told[extent.stream] = extent._replace(next_seq=self.stored.get(extent.stream, 1))
        return self.told.get(extent.stream)

    def tell_properties(self, extent: StreamExtent) -> StreamExtent | None:
        """How far a stream of properties reaches for the prefetch; None if it must not know it yet."""
        earlier = self.waiting.pop(extent.stream, None)
        for found, ends in filter(None, (earlier, (extent, self.ends()))):
            if not self.has_stored(ends):
                self.waiting[extent.stream] = found, ends
                break
            self.told[extent.stream] = found
        return self.told.get(extent.stream)


class Part(NamedTuple):
    """Readings of one datastream to be read from the journal, and then judged together."""

    judged: _Judged
    extents: Sequence[StreamExtent]
    """The streams that have such readings."""

    @property
    def is_first(self) -> bool:
        """Whether `Judge.begin` must be called with the last forwarded readings of `streams`."""
        return self.judged.reference is None

    @property
    def streams(self) -> list[int]:
        """All streams of the datastream."""
        return list(self.judged.known)

    def from_seq(self, stream: int) -> int:
        """The first seq of `stream` to read."""
        return self.judged.until.get(stream, 1)


class Judge:
    """Finds the readings of one device that are left out, because they differ too little from others."""

    def __init__(self, datastreams: Iterable[Datastream]) -> None:
        self._by_target: dict[str, _Judged] = {}
        for datastream in datastreams:
            if datastream.min_change > 0:
                # A key for a pin or an id that is None is no target, and so is never looked up.
                targets = f"v{datastream.virtual_pin}", f"ds{datastream.id}"
                self._by_target |= dict.fromkeys(targets, _Judged(datastream))
        self._by_stream: dict[int, _Judged] = {}
        self.left_out = 0
        """How many readings have been left out."""

    def due(self, extents: Iterable[StreamExtent]) -> list[Part]:
        """The readings to judge next. `extents` says how far each stream of the device reaches."""
        if not self._by_target:
            return []
        streams: dict[_Judged, dict[int, StreamExtent]] = {}
        for extent in extents:
            if judged := self._by_target.get(extent.target):
                self._by_stream[extent.stream] = judged
                streams.setdefault(judged, {})[extent.stream] = extent
        for judged, known in streams.items():
            judged.see(known)
        return [Part(judged, unread) for judged in streams if (unread := judged.unread())]

    def begin(self, part: Part, forwarded: Iterable[Reading | None]) -> None:
        """Begin with the newest of the readings `forwarded` as the reference of a datastream."""
        part.judged.reference = Reference(max(filter(None, forwarded), default=None))

    def judge(self, part: Part, read: Sequence[Sequence[Reading]]) -> tuple[list[Run], Stored | None]:
        """Judge readings in the order of arrival.

        `read` has, for each of `part.extents`, the first `JUDGED_AT_ONCE` pending readings from
        `Part.from_seq` on. Returns the readings that are left out, as runs, and what to pass to `stored` when
        the journal holds these; None if no reading is left out.
        """
        judged = part.judged
        assert judged.reference is not None  # noqa: S101 - `begin` is called before
        # The journal may have grown since the extents were read.
        rows = [
            [reading for reading in readings if reading.seq < extent.next_seq]
            for extent, readings in zip(part.extents, read, strict=True)
        ]
        # If a stream was not read to its end, its later readings may be older than those of another.
        last_id = min((of[-1].id for of in rows if len(of) == JUDGED_AT_ONCE), default=math.inf)
        left: list[Reading] = []
        for reading in sorted(reading for of in rows for reading in of if reading.id <= last_id):
            if is_unchanged(reading, judged.reference.reading, judged.datastream):
                left.append(reading)
            else:
                judged.reference.goes(reading)
        stored = None
        if left:
            stored = Stored(judged, {})
            judged.storing.append(stored)
            self.left_out += len(left)
        for extent, of in zip(part.extents, rows, strict=True):
            end = of[-1].seq + 1 if len(of) == JUDGED_AT_ONCE else extent.next_seq
            judged.advance(extent.stream, next((row.seq for row in of if row.id > last_id), end))
        return runs_of(left, Fate.SUPERSEDED, encode(UNCHANGED)), stored

    def stored(self, stored: Stored) -> None:
        """Record that the journal now holds the fates that were returned together with `stored`."""
        judged = stored.judged
        while stored in judged.storing:
            judged.stored.update(judged.storing.pop(0).until)

    def settled(self, runs: Iterable[Run]) -> None:
        """Note the fates of readings that were not left out."""
        for run in runs:
            if (judged := self._by_stream.get(run.stream)) and judged.reference:
                judged.reference.settled(run)

    def forwarded_again(self, readings: Iterable[Reading]) -> None:
        """Note that the cloud has accepted `readings`, which the user has sent again."""
        for reading in readings:
            if (judged := self._by_target.get(reading.target)) and judged.reference:
                judged.reference.forwarded_again(reading)

    def judged(self, extents: Iterable[StreamExtent]) -> list[StreamExtent]:
        """How far each stream reaches for the prefetch, which may send all pending readings up to there.

        Call `due` with the same extents before. Streams that the prefetch must not know yet are left out.
        """
        if not self._by_target:
            return list(extents)
        told: list[StreamExtent | None] = []
        for extent in extents:
            judged = self._by_target.get(extent.target.partition(".")[0])
            if judged is None:
                told.append(extent)
            elif "." in extent.target:
                told.append(judged.tell_properties(extent))
            else:
                told.append(judged.tell(extent))
        return list(filter(None, told))
