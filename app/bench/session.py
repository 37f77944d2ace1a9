"""The session of one device, built from its entry in the bench file.

Invariants: devices share only the parts in `Shared`. Readings from a recording are forwarded only to servers
on this computer, unless the bench is started with `forward_replays`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from app.bench.status import CloudStatus
from app.boards.clock import DeviceClock
from app.boards.coalescing import ReadStep
from app.boards.link import Link
from app.boards.ports.registry import PortRegistry
from app.boards.recordings.recorder import Recorder
from app.boards.recordings.replay import Replay
from app.boards.sources import OpenPort
from app.cloud.blynk.destination import Blynk
from app.cloud.blynk.server import Server
from app.cloud.forwarder import Forwarder
from app.cloud.plan.budget import Budget
from app.config.addresses import is_loopback, recording_path
from app.config.bench_file import DeviceConfig
from app.journal import regions, rejected
from app.journal.clock_marks import last_arrival_us
from app.journal.journal import Journal
from app.journal.outbox import Outbox
from app.journal.owner import Owner
from app.journal.rejected import RejectedLines
from app.journal.writer import JournalWriter
from app.messages.message import Message
from app.wire.batches import Batch, Rejected


class Shared(NamedTuple):
    """The parts that all devices of a bench share."""

    journal: Journal
    writer: JournalWriter
    registry: PortRegistry
    read_step: ReadStep
    budgets: Mapping[str, Budget]
    """Maps names to budgets: messages per month of an organisation, points and events per day of a device."""


class DeviceSession:
    """The running parts of one device: the link to its board, its journal sink, and its forwarder."""

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
        journal, writer, registry, read_step, budgets = shared
        self.device = device
        owner = Owner(device.name)
        self.grammar = device.grammar(stream.target for stream in journal.streams(device.name))
        clock = DeviceClock(device.name, last_arrival_us(journal.reader(), device.name))
        if played := recording_path(device.port):
            open_port = Replay(Path(played), replay_speed).open
        self.recorder = Recorder(device, journal.path.parent / "recordings")
        self.rejected = rejected.read(journal.reader(), device.name)
        self.link = Link(
            device,
            self.grammar,
            JournalSink(owner, writer, clock, self.rejected),
            self.recorder.tap(open_port),
            now_us=clock.now_us,
            registry=registry,
            read_step=read_step,
        )
        self.not_forwarded = None if forward_replays else not_forwarded_reason(device)
        """Why readings are not forwarded although the device has a server; None in all other cases."""
        forwards = bool(device.server) and not self.not_forwarded
        last_account = journal.last_account(device.name)
        regions.bind(journal, device.name, device.server, token if forwards else "")
        same_account = forwards and last_account in regions.fingerprints(journal, device.server, token)
        self._server = _server_of(device, token, shared)
        self.forwarder = (
            Forwarder(
                device,
                Blynk(device, token, self._server),
                Outbox(
                    journal, writer, owner, journal.account(device.name), same_account=same_account
                ),
                budgets.get(f"messages of {device.organisation}"),
                budgets.get(f"points of {device.name}"),
                budgets.get(f"events of {device.name}"),
            )
            if forwards
            else None
        )

    def start(self) -> None:
        """Start to read from the board and to forward. Start a recording if the bench file asks for one."""
        if self.device.record:
            self.recorder.start()
        if self.forwarder:
            self.forwarder.start()
        self.link.start()

    def stop_board(self, timeout_s: float) -> None:
        """Close the port and the file of a recording. Readings that have arrived are still written and sent.

        Waits at most `timeout_s` seconds for the thread that reads the port. If `timeout_s` is 0, only asks
        that thread to stop; a second call with a longer time-out waits for it, and closes the file.
        """
        self.link.stop(timeout_s)
        if timeout_s:
            # Only after the reader has ended, because the last record says that the port was closed.
            self.recorder.stop()

    def cloud(self) -> CloudStatus:
        """The status of forwarding to the cloud, also for a device that forwards nothing."""
        if self.forwarder:
            note = self._server.region_note()
            return msgspec.structs.replace(self.forwarder.status(), notes=(note,) if note else ())
        return CloudStatus(message=self.not_forwarded) if self.not_forwarded else CloudStatus()

    @property
    def clock_warning(self) -> Message | None:
        """A warning if this computer's clock is not that of the device's server; else None."""
        return self._server.clock_warning()


class JournalSink:
    """A `Sink` that hands one device's readings and rejected lines to the journal's writer.

    After the computer's clock was set, the sink hands over a clock mark with the next readings.
    """

    def __init__(self, owner: Owner, writer: JournalWriter, clock: DeviceClock, lines: RejectedLines) -> None:
        """`lines` keeps the rejected lines of the device."""
        self._owner = owner
        self._writer = writer
        self._clock = clock
        self._lines = lines

    @property
    def has_room(self) -> bool:
        """Whether the journal's writer has room for another chunk."""
        return self._writer.has_room

    def append(self, batch: Batch) -> None:
        """Hand accepted readings to the journal's writer."""
        self._writer.append(self._owner, self._clock.marked(batch))

    def reject(self, rejected: Rejected) -> None:
        """Hand rejected lines to the journal's writer."""
        self._writer.reject(self._lines, rejected)


def _server_of(device: DeviceConfig, token: str, shared: Shared) -> Server:
    """The server of a device's account, whose region the journal remembers."""
    journal, writer, *_ = shared

    def remember(region: str) -> None:
        writer.post(lambda journal: regions.remember(journal, device.server, token, region))

    return Server(device.server, regions.remembered(journal, device.server, token), remember)


def not_forwarded_reason(device: DeviceConfig) -> Message | None:
    """A message if `device` plays a recording and its server is on another computer; otherwise None.

    The message says that the readings of the recording are not forwarded to that server.
    """
    if not recording_path(device.port) or not device.server or is_loopback(device.server):
        return None
    return Message("recording_not_forwarded", server=device.server)
