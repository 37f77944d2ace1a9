"""The bench: builds a session for each device of the bench file, starts and stops them, and gives the status.

Invariants: data goes one way, from the link to the journal's writer, then to history and forwarder. Devices
share the journal and the budget of an organisation, and nothing else. Stopping loses no accepted reading. No
token is in anything that the bench shows.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.bench.session import DeviceSession, Shared
from app.bench.snapshots import Latest, of_device, of_orphan
from app.bench.status import BenchStatus, CloudState, ConsoleLine, PortInfo, RefusedReading, RejectedLine
from app.boards.ports.registry import PortRegistry, serial_ports
from app.boards.sources import OpenPort, open_source
from app.cloud.plan.budget import budgets_of
from app.config.addresses import is_clear_text, is_loopback
from app.config.bench_file import BenchConfig, DeviceConfig
from app.errors import PinbridgeError, message_of
from app.history.history import History
from app.journal import decisions, rejected
from app.journal.export.file import export_file
from app.journal.export.rows import Exported, Selection
from app.journal.file.folder import folder_warnings
from app.journal.journal import Journal, JournalError, Stream, Written
from app.journal.pruning import Pruner
from app.journal.writer import JournalWriter
from app.messages.message import Message
from app.security import redaction

__all__ = ["Bench", "BenchError", "PortInfo", "serial_ports"]

_SWITCH_INTERVAL_S = 0.0002
"""How long a busy thread may keep others waiting. With Python's default of 5 ms, a commit took 11 ms."""
_REFUSED_SHOWN = 1000


class BenchError(PinbridgeError, ValueError):
    """The bench cannot be started, or cannot carry out a request."""


class Bench:
    """All devices of a bench file, and the journal that they share."""

    def __init__(
        self,
        config: BenchConfig,
        tokens: Mapping[str, str],
        open_port: OpenPort = open_source,
        *,
        replay_speed: float = 1.0,
        forward_replays: bool = False,
    ) -> None:
        """Open the journal. `tokens` has the auth token of each device that has a server, by name.

        Recordings are played `replay_speed` times faster than they were recorded (0: without a pause). With
        `forward_replays` they are also sent to servers beyond this computer. Raises BenchError.
        """
        redaction.learn(tokens.values())
        self.config = config
        self.lost_readings = 0
        """How many readings could not be written to the journal before the bench was stopped."""
        self._history = History()
        self._latest: Latest = {}
        try:
            self._journal = Journal(Path(config.bench.journal))
        except JournalError as error:
            raise _bench_error(error) from None
        budgets = {budget.name: budget for budget in budgets_of(config)}
        for usage in self._journal.usage():
            if usage.budget in budgets:
                budgets[usage.budget].restore(usage, time.time_ns() // 1000)
        self._pruner = Pruner(self._journal, config.bench.keep_days, config.bench.max_journal_mb)
        self._writer = JournalWriter(self._journal, self._on_commit, self._pruner.step)
        self._registry = PortRegistry()
        shared = Shared(self._journal, self._writer, self._registry, budgets)
        self._sessions = {
            device.name: DeviceSession(
                device,
                tokens[device.name] if device.server else "",
                shared,
                open_port,
                replay_speed=replay_speed,
                forward_replays=forward_replays,
            )
            for device in config.device
        }
        self._warnings = (
            *_warnings(config.device),
            *folder_warnings(self._journal.path),
            *(
                Message("about", subject=name, message=session.not_forwarded)
                for name, session in self._sessions.items()
                if session.not_forwarded
            ),
        )

    def start(self) -> None:
        """Start to read, to write the journal and to forward."""
        sys.setswitchinterval(_SWITCH_INTERVAL_S)
        self._writer.start()
        for session in self._sessions.values():
            session.start()

    def stop_boards(self) -> None:
        """Close the ports. What was read is still written to the journal and forwarded."""
        _stop_all([session.stop_board for session in self._sessions.values()], within_s=2.0)
        self._writer.flush(timeout_s=1.0)

    @property
    def unwritten(self) -> int:
        """How many readings were read and are not in the journal yet."""
        return self._writer.unwritten

    def stop(self) -> None:
        """Stop within 5 s, with every accepted reading in the journal."""
        self.stop_boards()
        _stop_all([r.forwarder.stop for r in self._sessions.values() if r.forwarder], within_s=1.0)
        if self._writer.stop(timeout_s=1.0):
            self._journal.close()
        if lost := self._writer.unwritten:
            self.lost_readings = lost
            self._warnings = (
                *self._warnings,
                Message("readings_lost_at_end", path=str(self._journal.path), count=lost),
            )

    def send(self, device: str, text: str, line_end: str | None = None) -> bool:
        """Send a line to a board, with the device's own line end for None; False if its port is not open."""
        return self._sessions[device].link.send(text, line_end)

    def release_port(self, device: str) -> None:
        """Close a board's port for an upload. It is reopened automatically afterwards."""
        self._sessions[device].link.release()

    def take_port(self, device: str) -> None:
        """Open a released port again now."""
        self._sessions[device].link.take()

    def choose_port(self, device: str, port: str) -> None:
        """Choose the board of a device, by the name of one of its link's `choices`. Raises ValueError."""
        self._registry.choose(device, port)
        self._sessions[device].link.take()

    def record(self, device: str, on: bool) -> None:
        """Start or end a recording of every byte of a board, in the folder `recordings` beside the journal.

        Its errors are among the warnings of the status.
        """
        recorder = self._sessions[device].recorder
        if on:
            recorder.start()
        else:
            recorder.stop()

    def try_now(self, device: str) -> None:
        """Call the cloud at once, however long the forwarder would wait."""
        forwarder = self._sessions[device].forwarder
        if forwarder:
            forwarder.try_now()

    def skip(self, device: str) -> bool:
        """Refuse the readings that block a device's pins; False if none does."""
        forwarder = self._sessions[device].forwarder
        return forwarder is not None and forwarder.skip()

    def refused(self, device: str) -> list[RefusedReading]:
        """The newest refused readings of a device, oldest first, each with the cloud's reason."""
        readings = [
            RefusedReading(reading.id, reading.target, reading.value, reading.received_at_us, reason)
            for reading, reason in self._journal.refused(device, _REFUSED_SHOWN)
        ]
        return redaction.shown(readings)

    def rejected(self, device: str) -> list[RejectedLine]:
        """The last 1,000 rejected lines of a device, of all runs, oldest first."""
        session = self._sessions.get(device)
        return (session.rejected if session else rejected.read(self._journal.reader(), device)).lines()

    def resend(self, device: str, target: str | None = None, ids: Collection[int] | None = None) -> int:
        """Send refused readings again: those of `ids`, of a target, or all. Returns how many."""
        return self._decide(device, lambda journal: decisions.resend(journal, device, target, ids))

    def send_here(self, device: str) -> int:
        """Send held readings to the device's present account. Returns how many."""
        return self._decide(device, lambda journal: decisions.send_here(journal, device))

    def discard(self, device: str) -> int:
        """Discard held readings, also those of a device that has left the bench file. Returns how many."""
        return self._decide(device, lambda journal: decisions.discard(journal, device))

    def delete_data(self, device: str) -> int:
        """Delete all readings of a device from the journal and from memory, sent or not. Returns how many."""
        deleted = self._decide(device, lambda journal: decisions.delete_data(journal, device))
        self._history.forget(device)
        if session := self._sessions.get(device):
            session.rejected.forget()
        # In place and key by key, because the journal's writer adds readings of other boards meanwhile.
        for key in list(self._latest):
            if key[0] == device:
                del self._latest[key]
        return deleted

    def export(
        self,
        device: str,
        path: Path,
        *,
        separator: str,
        decimal: str,
        progress: Callable[[int, int], None],
    ) -> Exported:
        """Write a device's readings to a CSV file. For any thread, also after the bench is stopped.

        `progress` is called with the number of readings written so far and the total; an exception from it
        ends the export. Raises BenchError.
        """
        try:
            return export_file(
                Path(self.config.bench.journal),
                path,
                Selection(device),
                separator=separator,
                decimal=decimal,
                progress=progress,
            )
        except JournalError as error:
            raise _bench_error(error) from None
        except OSError as error:
            raise BenchError("file_not_written", path=str(path), words=error.strerror or "") from None

    def idle_s(self) -> float | None:
        """For how long no byte has come, counted from when every port was open or had failed once.

        None before that, and while something is left that could be sent now.
        """
        # In the order of the pipeline: a reading that moves on meanwhile is found at the next stage.
        since_s = [session.link.quiet_since_s for session in self._sessions.values()]
        now_s = time.monotonic()
        if not self._writer.flush(timeout_s=0.0):
            return None
        for session in self._sessions.values():
            cloud = session.forwarder.status() if session.forwarder else None
            if cloud and cloud.sendable and cloud.state is not CloudState.PAUSED:
                return None
        tried_s = [at_s for at_s in since_s if at_s is not None]
        if len(tried_s) < len(since_s):
            return None
        return now_s - max(tried_s, default=0.0)

    def status(self) -> BenchStatus:
        """The status of all devices at this instant."""
        streams: dict[str, list[Stream]] = {}
        for stream in self._journal.streams():
            streams.setdefault(stream.device, []).append(stream)
        devices = [
            of_device(session, streams.pop(name, []), self._latest)
            for name, session in self._sessions.items()
        ]
        orphans = [of_orphan(name, left) for name, left in streams.items()]
        now = (
            self._journal.warning,
            self._writer.trouble,
            self._pruner.warning,
            *(session.recorder.trouble for session in self._sessions.values()),
        )
        warnings = (*self._warnings, *filter(None, now))
        status = BenchStatus(
            self.config.bench.name,
            (*devices, *orphans),
            self.config.bench.journal,
            time.time_ns() // 1000,
            warnings,
        )
        return redaction.shown(status)

    def console(self, device: str, after: int, limit: int) -> list[ConsoleLine]:
        """The newest `limit` lines of a device whose numbers are above `after`, oldest first."""
        return redaction.shown(self._sessions[device].link.console.lines(after, limit))

    def history(
        self, device: str, target: str, from_s: float, to_s: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The times (s since 1970) and values of a target between two times, from memory."""
        return self._history.window(device, target, from_s, to_s)

    def _decide(self, device: str, decision: Callable[[Journal], int]) -> int:
        """Let the journal's writer carry out the user's decision. Raises BenchError."""
        try:
            count = self._writer.submit(decision)
        except (sqlite3.Error, JournalError, TimeoutError) as error:
            raise BenchError("decision_failed", device=device, message=message_of(error)) from None
        session = self._sessions.get(device)
        if session and session.forwarder:
            session.forwarder.wake()
        return count

    def _on_commit(self, written: list[Written]) -> None:
        """Show and forward readings that the journal's writer has made durable."""
        for device, columns in written:
            last = columns.values[-1] if columns.values else float(columns.numbers[-1])
            self._latest[(device, columns.target)] = (last, int(columns.received_at_us[-1]))
            self._history.append(device, columns.target, columns.received_at_us, columns.numbers)
        for device in {written_device for written_device, _ in written}:
            forwarder = self._sessions[device].forwarder
            if forwarder:
                forwarder.wake()


def _stop_all(stops: Sequence[Callable[[float], object]], within_s: float) -> None:
    """Ask all to stop, then wait for them together: many that hang take no longer than one."""
    for stop in stops:
        stop(0.0)
    ends_s = time.monotonic() + within_s
    for stop in stops:
        stop(max(0.001, ends_s - time.monotonic()))


def _bench_error(error: JournalError) -> BenchError:
    return BenchError(error.message.code, **error.message.params)


def _warnings(devices: Iterable[DeviceConfig]) -> Iterable[Message]:
    for device in devices:
        if device.server and is_clear_text(device.server) and not is_loopback(device.server):
            yield Message("device_not_encrypted", device=device.name, server=device.server)
