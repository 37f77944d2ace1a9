"""The session of one device, built from its entry in the bench file.

Invariants: devices share the journal and its writer, and those of one organisation its budget, and nothing
else; a recording that is played goes to servers on this computer alone, unless whoever starts the bench says
otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from app.bench.status import CloudStatus
from app.boards.clock import DeviceClock
from app.boards.link import Link
from app.boards.ports.registry import PortRegistry
from app.boards.recordings.recorder import Recorder
from app.boards.recordings.replay import Replay
from app.boards.sources import OpenPort
from app.cloud.blynk.destination import Blynk
from app.cloud.forwarder import Forwarder
from app.cloud.plan.budget import Budget
from app.config.addresses import is_loopback, recording_path
from app.config.bench_file import DeviceConfig, UnknownPins
from app.journal import rejected
from app.journal.clock_marks import last_arrival_us
from app.journal.journal import Journal
from app.journal.outbox import Outbox
from app.journal.rejected import RejectedLines
from app.journal.writer import JournalWriter
from app.messages.message import Message
from app.wire.batches import Batch, Rejected
from app.wire.readings import Grammar


class Shared(NamedTuple):
    """What all devices of a bench share."""

    journal: Journal
    writer: JournalWriter
    registry: PortRegistry
    budgets: Mapping[str, Budget]
    """By name; those of an organisation and those of one device."""


class DeviceSession:
    """One device: its board, its place in the journal, and its way to the cloud."""

    def __init__(
        self,
        device: DeviceConfig,
        token: str,
        shared: Shared,
        open_port: OpenPort,
        *,
        replay_speed: float,
        forward_replays: bool,
    ) -> None:
        journal, writer, registry, budgets = shared
        self.device = device
        self.grammar = Grammar(device.datastream, reject_unknown=device.unknown_pins is UnknownPins.REJECT)
        clock = DeviceClock(device.name, last_arrival_us(journal.reader(), device.name))
        if played := recording_path(device.port):
            open_port = Replay(Path(played), replay_speed).open
        self.recorder = Recorder(device, journal.path.parent / "recordings")
        self.rejected = rejected.read(journal.reader(), device.name)
        self.link = Link(
            device,
            self.grammar,
            JournalSink(device.name, writer, clock, self.rejected),
            self.recorder.tap(open_port),
            now_us=clock.now_us,
            registry=registry,
        )
        self.not_forwarded = None if forward_replays else not_forwarded_reason(device)
        """Why nothing is sent although there is a server."""
        forwards = bool(device.server) and not self.not_forwarded
        journal.bind(device.name, journal.fingerprint(device.server, token) if forwards else b"")
        self.forwarder = (
            Forwarder(
                device,
                Blynk(device, token),
                Outbox(journal, writer, device.name),
                budgets.get(f"messages of {device.organisation}"),
                budgets.get(f"points of {device.name}"),
            )
            if forwards
            else None
        )

    def start(self) -> None:
        """Begin to read and to send."""
        if self.device.record:
            self.recorder.start()
        if self.forwarder:
            self.forwarder.start()
        self.link.start()

    def stop_board(self, timeout_s: float) -> None:
        """Read no more; what was read is still kept and sent. With 0 s it is told so, and not waited for."""
        self.link.stop(timeout_s)
        if timeout_s:
            # After the reader has ended: the recording ends with the closing of the port.
            self.recorder.stop()

    def cloud(self) -> CloudStatus:
        """How the road to the cloud is doing."""
        if self.forwarder:
            return self.forwarder.status()
        return CloudStatus(message=self.not_forwarded) if self.not_forwarded else CloudStatus()


class JournalSink:
    """Where the lines of one device go: to the journal's writer, with the steps of the device's clock."""

    def __init__(self, device: str, writer: JournalWriter, clock: DeviceClock, lines: RejectedLines) -> None:
        """`lines` are those of the device that were no good."""
        self._device = device
        self._writer = writer
        self._clock = clock
        self._lines = lines

    @property
    def has_room(self) -> bool:
        """See `Sink`."""
        return self._writer.has_room

    def append(self, batch: Batch) -> None:
        """See `Sink`."""
        self._writer.append(self._device, self._clock.marked(batch))

    def reject(self, rejected: Rejected) -> None:
        """See `Sink`."""
        self._writer.reject(self._lines, rejected)


def not_forwarded_reason(device: DeviceConfig) -> Message | None:
    """Why a recording is not sent unless the user says so; None where it is."""
    if not recording_path(device.port) or not device.server or is_loopback(device.server):
        return None
    return Message("recording_not_forwarded", server=device.server)
