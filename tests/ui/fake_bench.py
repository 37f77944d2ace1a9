"""A stand-in for the bench in the window's tests: no boards, no journal, and a clock that the test sets."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from app.bench.bench import BenchError
from app.bench.status import (
    BaudSearchStatus,
    BenchStatus,
    CloudState,
    CloudStatus,
    ConsoleLine,
    DatastreamStatus,
    DeviceStatus,
    EndedRecording,
    Form,
    JournalCounts,
    LinkState,
    LinkStatus,
    PortInfo,
    RawBytes,
    RecordingStatus,
    Refusal,
    RefusedReading,
    RejectedLine,
    ReplayStatus,
    SearchState,
    Selection,
    SentLine,
)
from app.cloud.blynk.fixes import fix_of
from app.config.bench_file import BenchConfig, DeviceConfig
from app.messages.message import Message, verbatim
from app.wire.counts import LineCounts
from app.wire.datastreams import Datastream, Reason
from app.wire.readings import Grammar, Kind
from app.wire.streams import UnwrittenReadings
from tests.ui.fake_readings import FakeReadings
from tests.ui.fake_stream import Stream
from tests.ui.fake_timelines import FakeTimelines
from ui.contract import TellProgress

PORTS = [
    PortInfo("/dev/ttyACM0", "Arduino Uno", "2341:0043", "85734323", "1-1"),
    PortInfo("/dev/ttyUSB0", "USB Serial", "", "", ""),
]


class FakeClock:
    """A clock of Unix seconds that changes only when a test sets `now_s`."""

    def __init__(self, now_s: float = 1_790_000_000.0) -> None:
        self.now_s = now_s

    def __call__(self) -> float:
        return self.now_s


_Ids = Collection[int] | None
_Tell = TellProgress | None


class FakeExported(NamedTuple):
    """The result of an export."""

    readings: int
    unreadable: list[Message]


class FakeDevice:
    """A stand-in for a device: takes lines through `say`, and reports its status."""

    def __init__(self, config: DeviceConfig) -> None:
        self.config = config
        self.grammar = Grammar(config.datastream)
        self.streams: dict[str, Stream] = {}
        self.lines: list[ConsoleLine] = []
        self.sent: list[SentLine] = []
        self.is_deaf = False
        """Whether the bench has not yet written what it was given for the board."""
        self.raw = RawBytes()
        self.counts = LineCounts()
        self.link = LinkStatus(
            LinkState.SILENT,
            verbatim(
                f"{config.port} is open, but the board has said nothing for 3 s: does the sketch print?"
            ),
        )
        self.cloud = (
            CloudStatus(CloudState.IDLE, verbatim("All readings have been sent."))
            if config.server
            else CloudStatus()
        )
        self.sends = bool(config.server)
        self.reasons: Counter[Reason] = Counter()
        self.beyond: dict[str, int] = {}
        self.rejected: list[RejectedLine] = []
        self.refused: list[RefusedReading] = []
        self.held = 0
        self.recording: RecordingStatus | None = None
        self.search: BaudSearchStatus | None = None
        self.recorded: EndedRecording | None = None
        self.unwritten = UnwrittenReadings()
        self.replay: ReplayStatus | None = None

    def change(self, config: DeviceConfig) -> None:
        self.config = config
        self.grammar = Grammar(config.datastream)
        self.sends = bool(config.server)
        for target, stream in self.streams.items():
            if entry := self.grammar.datastream(target):
                stream.entry = entry

    def say(self, text: str, at_s: float) -> None:
        verdict = self.grammar.judge(text.encode())
        at_us = round(at_s * 1e6)
        self.lines.append(ConsoleLine(len(self.lines) + 1, at_us, verdict))
        words = {Kind.COMMENT: "comments"}.get(verdict.kind, str(verdict.kind))
        self.counts += LineCounts(**{words: 1})
        if verdict.reason and verdict.hint:
            self.reasons[verdict.reason] += 1
            self.rejected.append(RejectedLine(at_us, text, verdict.reason, self.grammar))
        if verdict.target and (verdict.reason is Reason.OUT_OF_RANGE or verdict.is_clamped):
            self.beyond[verdict.target] = at_us
        if verdict.kind is not Kind.ACCEPTED or verdict.target is None:
            return
        self.link = LinkStatus(LinkState.GOOD, Message("lines_come_in", port=self.config.port))
        entry = self.grammar.datastream(verdict.target)
        stream = self.streams.setdefault(
            verdict.target, Stream(entry or Datastream(virtual_pin=0, name=verdict.target))
        )
        stream.take(at_s, verdict.value)
        sent = {"forwarded": 1} if self.sends else {"pending": 1}
        stream.counts += JournalCounts(readings=1, **sent)

    def status(self) -> DeviceStatus:
        rows = tuple(
            DatastreamStatus(
                target,
                stream.entry.name,
                stream.entry.unit,
                stream.entry.color,
                stream.entry.line_style,
                stream.last[1] if stream.last else None,  # type: ignore[arg-type]
                stream.last[0] if stream.last else None,
                stream.counts,
                beyond_at_us=self.beyond.get(target),
            )
            for target, stream in self.streams.items()
        )
        counts = JournalCounts()
        for row in rows:
            counts += row.counts
        return DeviceStatus(
            self.config.name,
            self.config.port,
            self.config.server,
            self.link,
            self.cloud,
            self.counts,
            0,
            0,
            msgspec.structs.replace(
                counts,
                pending=counts.pending + self.held,
                held=self.held,
                refused=counts.refused + len(self.refused),
            ),
            rows,
            recording=self.recording,
            recorded=self.recorded,
            reasons=tuple(self.reasons.most_common()),
            kept=counts.readings,
            refusals=tuple(self._refusals()),
            baud_search=self.search,
            unwritten=self.unwritten,
            replay=self.replay,
        )

    def _refusals(self) -> Iterator[Refusal]:
        for target, stream in self.streams.items():
            if stream.counts.refused:
                reason = Message("refused_pin_without_datastream", words="No datastream setup for that pin.")
                yield Refusal((target,), stream.counts.refused, reason, fix_of(reason, (target,)))
        for reason in dict.fromkeys(reading.reason for reading in self.refused):
            refused = [reading for reading in self.refused if reading.reason == reason]
            targets = tuple(dict.fromkeys(reading.target for reading in refused))
            yield Refusal(targets, len(refused), reason, fix_of(reason, targets))


class FakeBench:
    """A stand-in for a bench: it has the methods of the real one, and records the calls."""

    def __init__(self, config: BenchConfig, tokens: Mapping[str, str], clock: Callable[[], float]) -> None:
        self.config = config
        self.tokens = dict(tokens)
        self.clock = clock
        self.timelines = FakeTimelines()
        self.devices = {device.name: FakeDevice(device) for device in config.device}
        for device in list(self.devices.values())[1:]:
            # The others are calm, so that tests of the first device see no notices about them.
            device.link = LinkStatus(LinkState.OPEN, verbatim(f"{device.config.port} is open."))
        self.warnings: tuple[Message, ...] = ()
        self.started = self.stopped = 0
        self.calls: list[tuple[object, ...]] = []
        """Every call that carries out an action of the user, with its arguments."""
        self.damage: list[Message] = []
        """The messages about unreadable readings that an export returns."""
        self.trouble = ""
        """If it is set, a call that would be added to `calls` raises `BenchError` with this text."""
        self.asked: list[str] = []
        """The names of the calls that read rejected lines or refused readings from the journal."""
        self.failure: Exception | None = None
        """The exception that `start` raises; None if the bench starts."""

    def start(self) -> None:
        if self.failure:
            raise self.failure
        self.started += 1

    def stop(self) -> None:
        self.stopped += 1

    def reconfigure(
        self, config: BenchConfig, tokens: Mapping[str, str], renamed: Mapping[str, str] = {}
    ) -> None:
        self._note("reconfigure", config, dict(tokens), dict(renamed))
        before = self.devices
        self.devices = {}
        for device in config.device:
            same = before.get(renamed.get(device.name, device.name))
            self.devices[device.name] = same or FakeDevice(device)
            self.devices[device.name].change(device)
        self.config = config
        self.tokens |= tokens

    def status(self) -> BenchStatus:
        return BenchStatus(
            self.config.bench.name,
            tuple(device.status() for device in self.devices.values()),
            self.config.bench.journal,
            round(self.clock() * 1e6),
            self.warnings,
        )

    def console(self, device: str, after: int, limit: int) -> list[ConsoleLine]:
        lines = self.devices[device].lines
        return lines[max(after, len(lines) - limit) :]

    def sent(self, device: str, after: int) -> list[SentLine]:
        return self.devices[device].sent[after:]

    def raw_bytes(self, device: str) -> RawBytes:
        return self.devices[device].raw

    @property
    def readings(self) -> FakeReadings:
        return FakeReadings(self)

    def rejected(self, device: str) -> list[RejectedLine]:
        self.asked.append("rejected")
        return self.devices[device].rejected[-1000:]

    def refused(self, device: str) -> list[RefusedReading]:
        self.asked.append("refused")
        return self.devices[device].refused

    def try_now(self, device: str) -> None:
        self._note("try_now", device)

    def send(self, device: str, text: str, line_end: str | None = None) -> bool:
        self._note("send", device, text, line_end)
        board = self.devices[device]
        is_open = board.link.state is LinkState.GOOD
        if is_open and not board.is_deaf:
            after_line, at_us = len(board.lines), round(self.clock() * 1e6)
            board.sent.append(SentLine(len(board.sent) + 1, after_line, at_us, text, was_taken=True))
        return is_open

    def release_port(self, device: str) -> None:
        self._note("release_port", device)
        released = verbatim(f"{device}: the port is released.")
        self.devices[device].link = LinkStatus(LinkState.RELEASED, released)

    def take_port(self, device: str) -> None:
        self._note("take_port", device)
        self.devices[device].link = LinkStatus(LinkState.GOOD, Message("lines_come_in", port=device))

    def choose_port(self, device: str, port: str) -> None:
        self._note("choose_port", device, port)

    def find_baud_rate(self, device: str, on: bool = True) -> bool:
        self._note("find_baud_rate", device, on)
        state = SearchState.LISTENING if on else SearchState.CANCELLED
        self.devices[device].search = BaudSearchStatus(state, 9600 if on else 115200, 2, 17)
        return self.devices[device].link.state is not LinkState.NO_SUCH_PORT

    def record(self, device: str, on: bool) -> None:
        self._note("record", device, on)
        self.devices[device].recording = RecordingStatus(f"/home/me/{device}.pbr", 12_345) if on else None

    def resend(self, device: str, target: str | None = None, ids: _Ids = None, progress: _Tell = None) -> int:
        self._note("resend", device, target, ids)
        return _decided(len(ids) if ids is not None else 2, progress)

    def skip(self, device: str) -> bool:
        self._note("skip", device)
        return bool(self.devices[device].refused)

    def send_here(self, device: str, progress: _Tell = None) -> int:
        self._note("send_here", device)
        return self._release(device, progress)

    def discard(self, device: str, progress: _Tell = None) -> int:
        self._note("discard", device)
        return self._release(device, progress)

    def decide_unassigned(self, device: str, *, send: bool, progress: _Tell = None) -> int:
        self._note("decide_unassigned", device, send)
        return self._release(device, progress)

    def discard_refused(
        self, device: str, target: str | None = None, ids: _Ids = None, progress: _Tell = None
    ) -> int:
        self._note("discard_refused", device, target, ids)
        chosen = [
            reading
            for reading in self.devices[device].refused
            if target in (None, reading.target) and (ids is None or reading.id in ids)
        ]
        self.devices[device].refused = [
            reading for reading in self.devices[device].refused if reading not in chosen
        ]
        return _decided(len(chosen), progress)

    def delete_data(self, device: str, progress: _Tell = None) -> int:
        self._note("delete_data", device)
        return _decided(self.devices[device].status().kept, progress)

    def export(self, selection: Selection, form: Form, path: Path, progress: TellProgress) -> FakeExported:
        self._note("export", selection, form)
        progress(1, 2)
        path.write_text("id\n1\n2\n", encoding="utf-8")
        return FakeExported(2, self.damage)

    def export_text(
        self, selection: Selection, form: Form, most_rows: int, progress: TellProgress
    ) -> tuple[str, FakeExported]:
        self._note("export_text", selection, form, most_rows)
        progress(1, 2)
        return "id\n1\n2\n", FakeExported(2, self.damage)

    def _release(self, device: str, progress: _Tell) -> int:
        held, self.devices[device].held = self.devices[device].held, 0
        return _decided(held, progress)

    def _note(self, *call: object) -> None:
        if self.trouble:
            raise BenchError("verbatim", text=self.trouble)
        self.calls.append(call)


def _decided(count: int, progress: _Tell) -> int:
    if progress:
        progress(count, count)
    return count


def play(device: FakeDevice, from_s: float, to_s: float, *, wrong: bool = True) -> None:
    """Let a board print a sine, a noisy temperature and a counter every 50 ms, and a text every second.

    The times are Unix seconds. With `wrong`, the board also prints lines that are rejected.
    """
    noise = random.Random(1)
    temperature = 21.0
    words = ("calm", "breeze", "wind", "gust", "storm")
    device.say("# sketch=simulated version=1.0", from_s)
    for tick in range(int((to_s - from_s) * 20)):
        at_s = from_s + tick / 20
        temperature += 0.02 * (21 - temperature) + noise.gauss(0, 0.08)
        device.say(f"v0={10 * math.sin(2 * math.pi * tick / 100):.3f}", at_s)
        device.say(f"v1={temperature:.2f}", at_s)
        device.say(f"v2={tick}", at_s)
        if tick % 20 == 0:
            device.say(f"v3={words[tick // 40 % 5]}", at_s)
        if wrong and tick % 47 == 43:
            device.say("v1=21,5", at_s)
        if wrong and tick % 90 == 5:
            device.say("temp: 21.4", at_s)
