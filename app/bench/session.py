"""The session of one device, built from its entry in the bench file.

Invariant: devices share only the parts in `Shared`. Other settings take effect while the session runs.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from app.bench.forwarding import Assignment, Forwarding, Shared
from app.bench.status import CloudState, CloudStatus, ConsoleLine, RawBytes
from app.boards.clock import DeviceClock
from app.boards.link import Link
from app.boards.recordings.recorder import Recorder
from app.boards.recordings.replay import Replay
from app.boards.sources import OpenPort
from app.cloud.forwarder import Forwarder
from app.cloud.status import Tally
from app.config.addresses import recording_path
from app.config.bench_file import DeviceConfig
from app.journal import rejected
from app.journal.clock_marks import last_arrival_us
from app.journal.owner import Owner
from app.journal.rejected import RejectedLines
from app.journal.timeline.device import DeviceTimeline
from app.journal.writer import JournalWriter
from app.security import redaction
from app.wire.batches import Batch, Rejected
from app.wire.readings import Grammar
from app.wire.streams import UnwrittenReadings
from app.wire.timeline import EventKind


class DeviceSession:
    """The running parts of one device: the link to its board, its journal sink, and its forwarder."""

    def __init__(
        self, device: DeviceConfig, assignment: Assignment, shared: Shared, open_port: OpenPort
    ) -> None:
        """`assignment` says where the readings go; the journal must have its account already."""
        journal = shared.journal
        self.device = device
        self._shared = shared
        self._open_port = open_port
        self.owner = Owner(device.name)
        self.grammar = self._grammar_of(device)
        self.timeline = shared.timelines.of(device.name)
        self._clock = DeviceClock(
            device.name, last_arrival_us(journal.reader(), device.name), self.timeline.clock_set
        )
        self.recorder = Recorder(device, shared.recordings)
        self._opener = self._opener_of(device)
        self.rejected = rejected.read(journal.reader(), device.name)
        self.link = Link(
            device,
            self.grammar,
            JournalSink(self.owner, shared.writer, self._clock, self.rejected, self.timeline),
            self._opener,
            now_us=self._clock.now_us,
            registry=shared.registry,
            read_step=shared.read_step,
        )
        self._tally = Tally()
        self.forwarding = self._forwarding_to(assignment)
        self._is_running = False

    @property
    def forwarder(self) -> Forwarder | None:
        """The present forwarder; None if readings are not forwarded."""
        return self.forwarding.forwarder

    @property
    def could_send(self) -> bool:
        """Whether there are readings that could be sent now; not if the forwarder is paused or blocked."""
        cloud = self.forwarder.status() if self.forwarder else None
        if cloud is None or cloud.state is CloudState.PAUSED or cloud.is_blocked:
            return False
        return cloud.sendable > 0

    def start(self) -> None:
        """Start to read from the board and to forward. Start a recording if the bench file asks for one."""
        self._is_running = True
        if self.device.record:
            self.recorder.start()
        self._shared.timelines.begin(self.timeline)
        self.forwarding.start()
        self.link.start()

    def change(self, device: DeviceConfig, assignment: Assignment | None) -> None:
        """Continue with other settings; the journal has the name and the account of `device` already.

        `assignment` says where the readings go from now on; None if forwarding goes on as it is.
        """
        before, self.device = self.device, device
        if device != before:
            self._clock.device = device.name
            self.grammar = self._grammar_of(device)
            if device.port != before.port:
                self._opener = self._opener_of(device)
            self.recorder.change(device)
            self.link.change(device, self.grammar, self._opener)
        if assignment:
            self.forwarding.let_go()
            self.forwarding = self._forwarding_to(assignment)
            if self._is_running:
                self.forwarding.start()
        if self._is_running and device.record and not before.record:
            self.recorder.start()
        elif before.record and not device.record:
            self.recorder.stop()

    def console(self, after: int, limit: int) -> list[ConsoleLine]:
        """See `Bench`. What means something is judged before it is redacted."""
        lines = self.link.console.lines(after, limit)
        shown = redaction.shown(lines)
        return lines if shown is lines else redaction.shown([line.with_verdict() for line in lines])

    def raw_bytes(self) -> RawBytes:
        """See `Bench`."""
        raw = self.link.raw.last()
        return msgspec.structs.replace(raw, data=redaction.known.redact_raw(raw.data))

    def stop_board(self, timeout_s: float) -> None:
        """Close the port and the file of a recording. Readings that have arrived are still written and sent.

        Waits at most `timeout_s` seconds for the thread that reads the port. If `timeout_s` is 0, only asks
        that thread to stop; a second call with a longer time-out waits for it, and closes the file.
        """
        self.link.stop(timeout_s)
        if timeout_s:
            # Only after the reader has ended, because the last record says that the port was closed.
            self.recorder.stop()
            self._shared.timelines.end(self.timeline)

    def cloud(self) -> CloudStatus:
        """The status of forwarding to the cloud, also for a device that forwards nothing."""
        return self.forwarding.status()

    @property
    def unwritten(self) -> UnwrittenReadings:
        """The accepted readings that are not in the journal yet."""
        return self._shared.writer.unwritten_of(self.owner)

    def _forwarding_to(self, assignment: Assignment) -> Forwarding:
        return Forwarding(self.device, assignment, self._shared, self.owner, self._tally, self.timeline.cloud)

    def _grammar_of(self, device: DeviceConfig) -> Grammar:
        return device.grammar(stream.target for stream in self._shared.journal.streams(device.name))

    def _opener_of(self, device: DeviceConfig) -> OpenPort:
        open_port = self._open_port
        if played := recording_path(device.port):
            open_port = Replay(Path(played), self._shared.replay_speed).open
        return self.recorder.tap(open_port)


class JournalSink:
    """A `Sink` that hands one device's readings, rejected lines and events to the journal's writer.

    After the computer's clock was set, the sink hands over a clock mark with the next readings.
    """

    def __init__(
        self,
        owner: Owner,
        writer: JournalWriter,
        clock: DeviceClock,
        lines: RejectedLines,
        timeline: DeviceTimeline,
    ) -> None:
        """`lines` keeps the rejected lines of the device, and `timeline` its events."""
        self._owner = owner
        self._writer = writer
        self._clock = clock
        self._lines = lines
        self._timeline = timeline

    @property
    def has_room(self) -> bool:
        """Whether the journal's writer has room for another chunk."""
        return self._writer.has_room

    def append(self, batch: Batch) -> None:
        """Hand accepted readings to the journal's writer."""
        self._timeline.accepted(batch)
        self._writer.append(self._owner, self._clock.marked(batch))

    def reject(self, rejected: Rejected) -> None:
        """Hand rejected lines to the journal's writer."""
        self._writer.reject(self._lines, rejected)
        self._timeline.reject(rejected)

    def happened(self, kind: EventKind, at_us: int, detail: str = "") -> None:
        """Add an event to the timeline of the device."""
        self._timeline.happened(kind, at_us, detail)

    def lose(self, count: int, at_us: int) -> None:
        """Add lost bytes to the timeline of the device."""
        self._timeline.lose(count, at_us)
