"""The road of one device, built from its entry in the bench file.

Invariant: devices share the journal and its writer, and nothing else.
"""

from __future__ import annotations

from app.boards.clock import DeviceClock
from app.boards.link import Link
from app.boards.ports import Lookout
from app.boards.sources import OpenPort
from app.cloud.forwarder import Forwarder
from app.config import DeviceConfig, UnknownPins
from app.journal.clock_marks import last_arrival_us
from app.journal.journal import Journal
from app.journal.outbox import Outbox
from app.journal.writer import JournalWriter
from app.wire.batches import Batch
from app.wire.readings import Grammar


class Road:
    """One device: its board, its place in the journal, and its way to the cloud."""

    def __init__(
        self,
        device: DeviceConfig,
        token: str,
        journal: Journal,
        writer: JournalWriter,
        lookout: Lookout,
        open_port: OpenPort,
    ) -> None:
        self.device = device
        self.grammar = Grammar(device.datastream, reject_unknown=device.unknown_pins is UnknownPins.REJECT)
        clock = DeviceClock(device.name, last_arrival_us(journal.reader(), device.name))

        def append(batch: Batch) -> None:
            writer.append(device.name, clock.marked(batch))

        self.link = Link(
            device,
            self.grammar,
            append,
            lambda: writer.has_room,
            open_port,
            now_us=clock.now_us,
            lookout=lookout,
        )
        journal.bind(device.name, journal.fingerprint(device.server, token) if token else b"")
        self.forwarder = (
            Forwarder(device, token, Outbox(journal, writer, device.name)) if device.server else None
        )
