"""Builds the status of a device from the state of its link, its forwarder and its streams.

Invariant: building a status changes nothing and reads no file. The caller passes the state of the streams.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from app.bench.recent import Latest
from app.bench.session import DeviceSession
from app.bench.status import (
    CloudStatus,
    DatastreamStatus,
    DeviceStatus,
    JournalCounts,
    LinkState,
    LinkStatus,
    Refusal,
    RejectedTarget,
)
from app.cloud.blynk.fixes import fix_of
from app.journal.streams.stream import Stream
from app.messages.message import Message
from app.messages.stored import decode
from app.wire.counts import LineCounts
from app.wire.datastreams import Datastream

_LEFT = Message("device_left")


def of_device(
    session: DeviceSession, streams: Sequence[Stream], latest: Latest, unwritten_bytes: int = 0
) -> DeviceStatus:
    """The status of the device of `session`. `streams` are the device's streams in the journal.

    `unwritten_bytes` is the length of the lines whose readings could not be written before the end.
    """
    device = session.device
    rejected = session.rejected.of_targets()
    known = {stream.target: stream for stream in streams}
    targets = {*known, *rejected}
    rows = [
        _row(session, known.get(target) or Stream(0, device.name, target), latest, rejected.get(target))
        for target in targets
        if "." not in target
    ]
    return DeviceStatus(
        name=device.name,
        port=device.port,
        server=device.server,
        link=session.link.status(),
        cloud=session.cloud(),
        lines=session.link.counts,
        lost_bytes=session.link.lost_bytes + unwritten_bytes,
        reconnects=session.link.reconnects,
        counts=_counts(streams),
        datastreams=tuple(sorted(rows, key=lambda row: natural(row.target))),
        recording=session.recorder.status(),
        recorded=session.recorder.ended,
        reasons=session.rejected.reasons(),
        announced=session.link.announced.datastreams,
        kept=sum(stream.kept for stream in streams),
        refusals=_refusals(streams),
        baud_search=session.link.listening.status,
        unwritten=session.unwritten,
    )


def of_orphan(name: str, streams: Sequence[Stream]) -> DeviceStatus:
    """The status of a device that left the bench file. Its held readings need the user's decision.

    If it has never had a server, they were not to be sent, so none of them is held.
    """
    counts = _counts(streams)
    if counts.pending == sum(stream.unassigned for stream in streams):
        counts = msgspec.structs.replace(counts, held=0)
    return DeviceStatus(
        name=name,
        port="",
        server="",
        link=LinkStatus(LinkState.CLOSED, _LEFT),
        cloud=CloudStatus(message=_LEFT),
        lines=LineCounts(),
        lost_bytes=0,
        reconnects=0,
        counts=counts,
        datastreams=(),
        orphan=True,
        kept=sum(stream.kept for stream in streams),
        refusals=_refusals(streams),
    )


def _row(
    session: DeviceSession, stream: Stream, latest: Latest, rejected: RejectedTarget | None
) -> DatastreamStatus:
    entry = session.grammar.datastream(stream.target) or Datastream(virtual_pin=0)
    value, at_us = latest.get((stream.device, stream.target), (None, None))
    return DatastreamStatus(
        target=stream.target,
        name=entry.name,
        unit=entry.unit,
        color=entry.color,
        line_style=entry.line_style,
        value=value,
        received_at_us=at_us,
        counts=stream.counts(),
        only_changes=entry.min_change > 0,
        rejected=rejected,
        beyond_at_us=session.link.beyond.get(stream.target),
    )


def _refusals(streams: Sequence[Stream]) -> tuple[Refusal, ...]:
    """The refused readings of `streams` by reason. The newest reason of a stream stands for all of it."""
    by_reason: dict[str, list[Stream]] = {}
    for stream in streams:
        if stream.refused_kept:
            by_reason.setdefault(stream.last_refusal, []).append(stream)
    found = []
    for stored, refused in by_reason.items():
        targets = tuple(stream.target for stream in refused)
        reason = decode(stored)
        count = sum(stream.refused_kept for stream in refused)
        found.append(Refusal(targets, count, reason, fix_of(reason, targets)))
    return tuple(found)


def _counts(streams: Sequence[Stream]) -> JournalCounts:
    return sum((stream.counts() for stream in streams), JournalCounts())


def natural(target: str) -> tuple[str, int]:
    """A sort key for targets that puts v2 before v10."""
    name = target.rstrip("0123456789")
    return name, int(target[len(name) :])
