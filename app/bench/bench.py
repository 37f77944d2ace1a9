"""The bench: builds, starts and stops a session for each device of the bench file, and gives their status.

Invariants: readings go one way, from the link to the journal's writer, then to history and forwarder.
Devices share only the journal and its writer, the registry of ports and, within one Blynk organisation, the
budget of messages. Stopping loses no accepted reading, except those that cannot be written in time
(`lost_readings`). Nothing that the bench shows contains a token.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Collection, Mapping
from pathlib import Path

from app.bench.at_rest import open_journal
from app.bench.budgets import Budgets
from app.bench.deciding import Deciding
from app.bench.devices import Devices
from app.bench.errors import BenchError, of_journal, while_writing
from app.bench.forwarding import Leaving, Shared
from app.bench.recent import Recent
from app.bench.session import DeviceSession
from app.bench.snapshots import of_device, of_orphan
from app.bench.status import BenchStatus, ConsoleLine, PortInfo, RefusedReading, RejectedLine
from app.bench.stopping import Lost, idle_s, stop_all, stop_writing
from app.boards.coalescing import ReadStep
from app.boards.ports.registry import PortRegistry, serial_ports
from app.boards.sources import OpenPort, open_source
from app.boards.status import RawBytes, SentLine
from app.cloud.forwarder import Forwarder
from app.config.bench_file import BenchConfig
from app.config.folders import RECORDINGS
from app.history.readings import Readings
from app.journal import decisions, rejected
from app.journal.deleting import delete_data
from app.journal.export.file import export_file
from app.journal.export.form import Form
from app.journal.export.headings import labels_of_bench
from app.journal.export.rows import Exported, Selection, export
from app.journal.file.folder import folder_warnings
from app.journal.journal import JournalError, Stream, Written
from app.journal.maintenance import Maintenance
from app.journal.steps import Steps, TellProgress
from app.journal.timeline.timelines import Timelines
from app.journal.writer import JournalWriter
from app.messages.message import Message
from app.security import redaction

__all__ = ["Bench", "BenchError", "PortInfo", "PortRegistry", "serial_ports"]

_SWITCH_INTERVAL_S = 0.0002
"""How long a busy thread may make other threads wait. With Python's default of 5 ms, a commit took 11 ms."""
_REFUSED_SHOWN = 1000


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
        recordings: Path | None = None,
    ) -> None:
        """Open the journal, and build a `DeviceSession` for each device of `config`. Raises BenchError.

        `tokens` maps device names to auth tokens. It must contain every device that has a server.

        Recordings are played at `replay_speed` times their original speed; 0 means without pauses. Readings
        from recordings are forwarded only to servers on this computer, unless `forward_replays` is true. New
        recordings are kept in the folder `recordings`; None for the one beside the journal.
        """
        redaction.learn(tokens.values())
        self.config = config
        self._lost = Lost()
        self._started_at_us: int | None = None
        try:
            self._journal = open_journal(config)
        except JournalError as error:
            raise of_journal(error) from None
        self._upkeep = Maintenance(self._journal, config.bench.keep_days, config.bench.max_journal_mb)
        self._writer = JournalWriter(self._journal, self._on_commit, self._maintain, self._on_new_file)
        self._recent = Recent(self._journal, self._writer.report)
        self.timelines = Timelines(self._journal, self._writer)
        """What happened to the devices, and the user's markers."""
        self._deciding = Deciding(self._writer)
        shared = Shared(
            self._journal,
            self._writer,
            self.timelines,
            PortRegistry(),
            ReadStep(),
            Budgets(config, self._journal.usage),
            Leaving(),
            recordings or self._journal.path.parent / RECORDINGS,
            replay_speed,
            forward_replays,
        )
        self._devices = Devices(config, tokens, shared, open_port, self._recent.rename)
        self._folder_warnings = tuple(folder_warnings(self._journal.path))

    def reconfigure(
        self, config: BenchConfig, tokens: Mapping[str, str], renamed: Mapping[str, str] = {}
    ) -> None:
        """Continue with `config`, whose devices may be added, removed, changed, renamed or reordered.

        `tokens` maps the names of devices to auth tokens that were typed now. A device that is not in it
        keeps its token, if it has the same server and `auth_token` as before; otherwise the token is read
        from the place that the bench file names. `renamed` maps new names of devices to their old ones.

        A change takes effect at once. The port of a device is opened again only if it could not be set
        otherwise; all other ports stay open. Readings keep their fates and their order. A renamed device
        keeps its readings; those of a removed device show as an orphan's. Calls that are in flight are
        answered before the device sends calls with its new settings; nobody waits for that here.

        Raises BenchError, and changes nothing, if the change is not possible.
        """
        if Path(config.bench.journal) != Path(self.config.bench.journal):
            raise BenchError("journal_needs_disconnecting", path=config.bench.journal)
        self._devices.change(config, tokens, renamed)
        before, self.config = self.config.bench, config
        if config.bench != before:
            self._upkeep.limit(config.bench.keep_days, config.bench.max_journal_mb)
            self._writer.maintain_now()

    def start(self) -> None:
        """Start to read from the boards, to write to the journal, and to forward."""
        sys.setswitchinterval(_SWITCH_INTERVAL_S)
        self._started_at_us = time.time_ns() // 1000
        self._writer.start()
        self._devices.start()

    def stop_boards(self) -> None:
        """Close the ports. Readings that have arrived are still written to the journal and forwarded."""
        stop_all([session.stop_board for session in self._sessions.values()], within_s=2.0)
        self._writer.flush(timeout_s=1.0)

    @property
    def lost_readings(self) -> int:
        """How many accepted readings were not in the journal when the bench stopped; 0 before that."""
        return self._lost.readings

    @property
    def unwritten(self) -> int:
        """The number of accepted readings that are not in the journal yet."""
        return self._writer.unwritten

    def stop(self) -> None:
        """Close the ports, stop forwarding and close the journal, within 5 s.

        Accepted readings are written to the journal first; `lost_readings` counts those that were not. If the
        journal was taken away and is being copied, this takes longer.
        """
        self._deciding.end(timeout_s=0.5)
        self.stop_boards()
        self._devices.stop_forwarding(within_s=1.0)
        self.readings.stop(within_s=0.5)
        self._lost = stop_writing(self._journal, self._writer)

    @property
    def journal_was_taken_away(self) -> bool:
        """Whether a file of the journal was deleted, renamed, replaced or overwritten since the start."""
        return self._journal.was_taken_away

    def send(self, device: str, text: str, line_end: str | None = None) -> bool:
        """Send a line to a board. Returns False if its port is not open.

        If `line_end` is None, the device's line end from the bench file is used.
        """
        return self._sessions[device].link.send(text, line_end)

    def release_port(self, device: str) -> None:
        """Close a board's port, so that another program can upload a sketch. The port reopens by itself."""
        self._sessions[device].link.release()

    def take_port(self, device: str) -> None:
        """Reopen a released port now."""
        self._sessions[device].link.take()

    def choose_port(self, device: str, port: str) -> None:
        """Use the board at `port` for a device; `port` is one of `LinkStatus.choices`. Raises ChoiceError."""
        self._sessions[device].link.choose(port)

    def find_baud_rate(self, device: str, on: bool = True) -> bool:
        """Start a search for a board's baud rate, or cancel it; `DeviceStatus.baud_search` has the result.

        Returns False if the port is not open, or has no baud rate.
        """
        link = self._sessions[device].link
        return link.find_baud_rate() if on else link.listening.cancel()

    def record(self, device: str, on: bool) -> None:
        """Start or end a recording of every byte that a board sends.

        The file is in the bench's folder of recordings. If the recording fails, the status has a warning.
        """
        recorder = self._sessions[device].recorder
        if on:
            recorder.start()
        else:
            recorder.stop()

    def try_now(self, device: str) -> None:
        """Make the next call to the cloud at once, even if the forwarder is waiting to retry.

        Does nothing for a device that is not forwarded, or that is no longer in the bench file.
        """
        if forwarder := self._forwarder(device):
            forwarder.try_now()

    def skip(self, device: str) -> bool:
        """At the user's request, refuse all readings that block lanes of a device, so that the lanes go on.

        Returns False if no reading blocks a lane.
        """
        forwarder = self._forwarder(device)
        return forwarder is not None and forwarder.skip()

    def refused(self, device: str) -> list[RefusedReading]:
        """The newest 1,000 refused readings of a device, oldest first, each with the cloud's reason."""
        readings = [
            RefusedReading(reading.id, reading.target, reading.value, reading.received_at_us, reason)
            for reading, reason in self._journal.refused(device, _REFUSED_SHOWN)
        ]
        return redaction.shown(readings)

    def rejected(self, device: str) -> list[RejectedLine]:
        """The newest 1,000 rejected lines of a device, oldest first.

        Some may be from before the program was started.
        """
        session = self._sessions.get(device)
        if session:
            return session.rejected.lines(session.grammar)
        return rejected.read(self._journal.reader(), device).lines()

    def resend(
        self,
        device: str,
        target: str | None = None,
        ids: Collection[int] | None = None,
        progress: TellProgress | None = None,
    ) -> int:
        """Resend the refused readings of a device. Returns their number.

        `target` and `ids` (reading ids) restrict the choice; None means no restriction. For `progress`, here
        and in the decisions below, see `Deciding.carry_out`.
        """
        return self._decide(device, decisions.resend(self._journal, device, target, ids), progress)

    def send_here(self, device: str, progress: TellProgress | None = None) -> int:
        """Send the held readings of a device to its present account. Returns their number."""
        return self._decide(device, decisions.send_here(self._journal, device), progress)

    def discard(self, device: str, progress: TellProgress | None = None) -> int:
        """Discard the held readings of a device, which may have left the bench file. Returns their number."""
        return self._decide(device, decisions.discard(self._journal, device), progress)

    def decide_unassigned(self, device: str, *, send: bool, progress: TellProgress | None = None) -> int:
        """Send or discard the readings that arrived while the device had no server. Returns their number."""
        decide = decisions.send_unassigned if send else decisions.discard_unassigned
        return self._decide(device, decide(self._journal, device), progress)

    def discard_refused(
        self,
        device: str,
        target: str | None = None,
        ids: Collection[int] | None = None,
        progress: TellProgress | None = None,
    ) -> int:
        """Discard refused readings, chosen as in `resend`: they are expired then. Returns their number."""
        return self._decide(device, decisions.discard_refused(self._journal, device, target, ids), progress)

    def delete_data(self, device: str, progress: TellProgress | None = None) -> int:
        """Delete all data of a device from journal and memory, sent or not. Returns how many readings."""
        deleted = self._decide(device, delete_data(self._journal, device), progress)
        self._recent.forget(device)
        self.timelines.forget(device)
        if session := self._sessions.get(device):
            session.rejected.forget()
        return deleted

    def export(self, selection: Selection, form: Form, path: Path, progress: TellProgress) -> Exported:
        """Write the selected readings to a file. Raises BenchError.

        Any thread may call it, even after the bench has stopped. `progress` is called with two numbers: how
        many segments of the journal have been read so far, and how many there are in total. An exception
        that `progress` raises cancels the export.
        """
        labels = labels_of_bench(self.config.device)
        with while_writing(path):
            return export_file(self._journal.path, path, selection, form, labels, progress=progress)

    def export_text(
        self, selection: Selection, form: Form, most_rows: int, progress: TellProgress
    ) -> tuple[str, Exported]:
        """The text of a CSV file that `export` would write. Raises BenchError if it has too many rows."""
        output, labels = io.StringIO(), labels_of_bench(self.config.device)
        with while_writing(self._journal.path):
            exported = export(
                self._journal.path, output, selection, form, labels, progress=progress, most_rows=most_rows
            )
        return output.getvalue(), exported

    def idle_s(self) -> float | None:
        """The seconds since the last byte from any board; None if the bench is not idle.

        The bench is idle if it has tried to open every port, if all accepted readings are in the journal, and
        if no forwarder has readings to send; paused forwarders do not count, nor do those whose readings all
        belong to pins that the cloud does not take. For a board that has sent nothing yet, the time of the
        first attempt to open its port counts.
        """
        return idle_s(self._writer, self._sessions.values())

    def status(self) -> BenchStatus:
        """The status of all devices at this instant."""
        streams: dict[str, list[Stream]] = {}
        for stream in self._journal.streams():
            streams.setdefault(stream.device, []).append(stream)
        devices = [
            of_device(session, streams.pop(name, []), self._recent.latest, self._lost.line_bytes.get(name, 0))
            for name, session in self._sessions.items()
        ]
        orphans = [of_orphan(name, left) for name, left in streams.items()]
        now = (
            self._journal.warning,
            self._writer.trouble,
            self._upkeep.warning,
            *(session.recorder.trouble for session in self._sessions.values()),
            # All devices have the same clock, so one warning is enough.
            next(filter(None, (s.forwarding.clock_warning for s in self._sessions.values())), None),
        )
        path, lost, at_us = str(self._journal.path), self._lost.readings, time.time_ns() // 1000
        at_end = [Message("readings_lost_at_end", path=path, count=lost)] if lost else []
        warnings = (*self._devices.warnings(), *self._folder_warnings, *at_end, *filter(None, now))
        status = BenchStatus(
            self.config.bench.name, (*devices, *orphans), path, at_us, warnings, self._started_at_us
        )
        return redaction.shown(status)

    def console(self, device: str, after: int, limit: int) -> list[ConsoleLine]:
        """The console lines of a device, oldest first: those with a number above `after`.

        If there are more than `limit` such lines, the newest ones, but rejected lines first.
        """
        return self._sessions[device].console(after, limit)

    def sent(self, device: str, after: int) -> list[SentLine]:
        """The lines that were sent to a board, oldest first: those with a number above `after`."""
        return redaction.shown(self._sessions[device].link.console.sent(after))

    def raw_bytes(self, device: str) -> RawBytes:
        """The last bytes that have come from a board."""
        return self._sessions[device].raw_bytes()

    @property
    def readings(self) -> Readings:
        """The readings of any period, from memory and the journal; they stay when the bench has stopped."""
        return self._recent.readings

    def _decide(self, device: str, steps: Steps, progress: TellProgress | None) -> int:
        try:
            return self._deciding.carry_out(device, steps, progress)
        finally:
            if forwarder := self._forwarder(device):
                forwarder.wake()

    @property
    def _sessions(self) -> Mapping[str, DeviceSession]:
        return self._devices.sessions

    def _forwarder(self, device: str) -> Forwarder | None:
        return session.forwarder if (session := self._sessions.get(device)) else None

    def _maintain(self) -> float:
        return self.timelines.maintained(self._upkeep.step())

    def _on_new_file(self) -> None:
        self.timelines.write_again()
        self._upkeep.turn_to_new_file()
        self.readings.read_again()
        for forwarder in self._devices.forwarders():
            forwarder.wake()

    def _on_commit(self, written: list[Written]) -> None:
        """Add committed readings to the latest values and the history. Wake the devices' forwarders."""
        self._recent.add(written)
        for device in {written_device for written_device, _ in written}:
            if forwarder := self._forwarder(device):
                forwarder.wake()
