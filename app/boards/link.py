"""Reads one port in a thread of its own, judges the lines, and reopens the port when the board returns.

Invariants: only this thread touches the port, and no error of the port ends the thread; a line that is cut
off when the board is unplugged is partial, never a value; every line is counted once; bytes for which the
journal's inbox has no room are dropped and counted as lost, and a line cut by this loss is partial too. Other
settings take effect between two chunks, and the port is closed only if they cannot be set while it is open.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

import msgspec

from app.boards.clock import wall_us
from app.boards.coalescing import ReadCoalescing, ReadStep
from app.boards.console import ConsoleBuffer
from app.boards.errors import PortError
from app.boards.health import Health
from app.boards.outbound import Outbound
from app.boards.ports.failures import PORT_FAILURES
from app.boards.ports.registry import PortRegistry
from app.boards.ports.release import Release
from app.boards.rates.listening import Listening
from app.boards.raw_bytes import RawBuffer
from app.boards.retry import RETRY_S, Retry
from app.boards.sink import Sink
from app.boards.sleep import SleepWatch
from app.boards.sources import OpenPort, Source, open_source
from app.boards.status import LinkState, LinkStatus
from app.config.addresses import is_uart
from app.config.bench_file import DeviceConfig
from app.messages.message import Message
from app.wire.announced import Announced
from app.wire.batches import Intake, IntakeResult
from app.wire.counts import LineCounts
from app.wire.readings import Grammar
from app.wire.timeline import EventKind

_LOOK_S = 0.3
_FIXED = ("port", "data_bits", "parity", "stop_bits", "flow_control", "dtr", "rts")
"""The settings that apply when a port opens, so that a change of them closes it."""

log = logging.getLogger(__name__)


class Link:
    """The connection to one board. It reads the board's port in a thread of its own.

    It also keeps the status of the port, the last lines, and the line counts.
    """

    def __init__(
        self,
        device: DeviceConfig,
        grammar: Grammar,
        sink: Sink,
        open_port: OpenPort = open_source,
        *,
        now_us: Callable[[], int] = wall_us,
        registry: PortRegistry | None = None,
        read_step: ReadStep | None = None,
    ) -> None:
        """`now_us` returns the current time, which is recorded as the time of arrival of the chunk just read.

        `registry` and `read_step` are shared by all devices of a bench.
        """
        self._device = device
        self._sink = sink
        self._open_port = open_port
        self._now_us = now_us
        self._registry = registry or PortRegistry()
        self._read_step = read_step or ReadStep()
        self._key = self._registry.register(device.name, device.port)
        self._changes: deque[tuple[DeviceConfig, Grammar, OpenPort]] = deque()
        self._intake = Intake(grammar, device.baud_rate if is_uart(device.port) else 0)
        self.console = ConsoleBuffer(grammar)
        self.raw = RawBuffer()
        self.announced = Announced()
        self.counts = LineCounts()
        self.beyond: dict[str, int] = {}
        """See `IntakeResult`."""
        self.lost_bytes = 0
        self.opened = 0
        self.quiet_since_s: float | None = None
        """When the last byte came; as long as no byte has come, when the port was first tried. Monotonic
        seconds; None until the port has been tried."""
        self._trouble: LinkStatus | None = LinkStatus(LinkState.CLOSED, Message("port_not_open_yet"))
        self._health = Health(device)
        self._outbound = Outbound(device.line_end)
        self._retry = Retry()
        self._release: Release | None = None
        self.listening = Listening()
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"port {device.name}", daemon=True)

    @property
    def reconnects(self) -> int:
        """The number of times the port has been opened, not counting the first."""
        return max(0, self.opened - 1)

    def start(self) -> None:
        """Start the thread that reads the port."""
        self._thread.start()

    def stop(self, timeout_s: float = 2.0) -> None:
        """Stop reading the port, and wait at most `timeout_s` seconds until the last lines are delivered."""
        self._stopping.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def change(self, device: DeviceConfig, grammar: Grammar, open_port: OpenPort) -> None:
        """Continue with other settings of the device; `grammar` judges the lines that end from now on.

        The thread that reads the port applies them soon. It opens the port again only if one of the settings
        in `_FIXED` has changed, if the board is to be reset when the port opens, or if the port cannot be set
        to another baud rate while it is open.
        """
        self._changes.append((device, grammar, open_port))
        self._wake.set()
        if self._thread.ident is None:
            self._apply_changes()

    def leave(self) -> None:
        """Let other devices have the board, because this device has left the bench. Call `stop` first."""
        self._registry.remove(self._key)

    def choose(self, port: str) -> None:
        """Use the board at `port`, as the user has chosen. Raises ChoiceError if there is no such port."""
        self._registry.choose(self._key, port)
        self.take()

    def send(self, text: str, line_end: str | None = None) -> bool:
        """Queue a line for the board. Returns False if the port is not open or the queue is full.

        The line ends with `line_end`; if that is None, with the device's own line end.
        """
        return self._trouble is None and self._outbound.put(text, line_end)

    def release(self) -> None:
        """Close the port, so that another program can use it.

        The link reopens the port when that program is done.
        """
        self._release = self._release or Release(time.monotonic())
        self._wake.set()

    def take(self) -> None:
        """Try to open the port now, even if it was released, or if the link waits before its next attempt."""
        self._release = None
        self._wake.set()

    def find_baud_rate(self) -> bool:
        """Listen at the usual baud rates, and use the one that gives lines; see `BaudSearch`.

        Returns False if the port is not open, or has no baud rate.
        """
        if self._trouble is not None or not is_uart(self._device.port):
            return False
        self.listening.start(self._device.baud_rate, self.console.grammar)
        return True

    def status(self) -> LinkStatus:
        """The current state of the port, with the message that explains this state to the user."""
        searched = self.listening.link_status(self._device.port)
        return self._trouble or searched or self._outbound.mark(self._health.status(time.monotonic()))

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            self._apply_changes()
            if self._release:
                self._stand_aside(self._release)
                continue
            # Read the count before the port is tried: a board plugged in meanwhile then causes another try.
            changes = self._registry.changes()
            try:
                device = msgspec.structs.replace(self._device, name=self._key)
                self._serve(self._open_port(device, self._registry))
                continue
            except PortError as error:
                self._retry.refused()
                self._note_refusal(error.status.state)
                self._trouble = error.status
            except EOFError:
                self._trouble = LinkStatus(LinkState.ENDED, Message("replay_ended"))
                self._wait_for_changes()
                continue
            except PORT_FAILURES:
                # Read the count again: it includes the loss of this port, which is no reason to try again.
                changes = self._registry.changes()
                self._trouble = self._retry.went_away(
                    self._device.port, time.monotonic(), has_spoken=self._health.has_spoken
                )
            except Exception as error:
                # An internal error must not end this thread, or the device would be silent until a restart.
                log.exception("internal error at the port of %s", self._device.name)
                self._trouble = LinkStatus(
                    LinkState.NO_SUCH_PORT,
                    Message("port_read_failed", port=self._device.port, words=str(error)),
                )
            self._note_attempt()
            self._pause(changes)
        if not self._trouble or self._trouble.state is LinkState.RELEASED:
            self._trouble = LinkStatus(LinkState.CLOSED, Message("port_closed"))

    def _serve(self, source: Source) -> None:
        """Read an open port until the port fails, the port is released, or the link is stopped."""
        self.opened += 1
        self._sink.happened(EventKind.CONNECTED, self._now_us(), self._device.port)
        self._health.opened(time.monotonic())
        self.announced.opened()
        self._retry.opened(time.monotonic())
        self._trouble = None
        self._note_attempt()
        closing = EventKind.LOST
        try:
            self._read(source)
            closing = EventKind.RELEASED if self._release else EventKind.CLOSED
        except EOFError:
            closing = EventKind.CLOSED
            raise
        finally:
            self._trouble = LinkStatus(LinkState.CLOSED, Message("port_closed"))
            self._outbound.clear()
            self.listening.port_closed()
            at_us = self._now_us()
            self._take(self._intake.close(at_us), at_us)
            self._sink.happened(closing, at_us, self._device.port if closing is EventKind.LOST else "")
            with suppress(*PORT_FAILURES):
                source.close()

    def _note_attempt(self) -> None:
        """Set `quiet_since_s` to the current time, if this was the first attempt to open the port.

        Call this after each attempt to open the port, even if the attempt failed.
        """
        if self.quiet_since_s is None:
            self.quiet_since_s = time.monotonic()

    def _note_refusal(self, state: LinkState) -> None:
        """Tell the sink why the port cannot be opened, unless it is for the same reason as before."""
        if self._trouble and self._trouble.state is state:
            return
        if state in (LinkState.BUSY, LinkState.NO_PERMISSION, LinkState.AMBIGUOUS):
            self._sink.happened(EventKind.NOT_OPENED, self._now_us(), state)
        else:
            self._sink.happened(EventKind.CLOSED, self._now_us())

    def _read(self, source: Source) -> None:
        coalescing = ReadCoalescing(self._read_step)
        sleep = SleepWatch(time.monotonic())
        stays_open = self._adapt(source)
        while stays_open and not (self._stopping.is_set() or self._release):
            self._send_next(source)
            chunk = source.read()
            at_us = self._now_us()
            self.raw.add(chunk, at_us)
            # Before the chunk is judged: what the board says after `change` is judged by the new settings.
            stays_open = self._adapt(source)
            if self.listening.is_on:
                self._listen(source, chunk, at_us)
                continue
            if not chunk:
                sleep.nothing_came(time.monotonic(), self._health.quiet_after_s)
                continue
            self.quiet_since_s = now_s = time.monotonic()
            sleep.bytes_came(now_s)
            taken = self._hear(chunk, now_s, at_us)
            # A board that sends small pieces would wake this thread a thousand times a second, so let several
            # pieces gather. This does not delay the line just read, which has been passed on already.
            self._stopping.wait(coalescing.pause_s(now_s, len(chunk), taken.counts.lines))

    def _send_next(self, source: Source) -> None:
        """Send the oldest queued line, if there is one, and note it for the console."""
        if sent := self._outbound.send_next(source):
            text, was_taken = sent
            self.console.add_sent(text, self._now_us(), was_taken=was_taken)

    def _hear(self, chunk: bytes, now_s: float, at_us: int) -> IntakeResult:
        """Judge the lines in a chunk, and pass them on."""
        if not self._sink.has_room:
            self.lost_bytes += len(chunk)
            self._sink.lose(len(chunk), at_us)
            taken = self._intake.close(at_us)
        else:
            taken = self._intake.feed(chunk, at_us)
        if sign := self._health.heard(now_s, chunk, taken):
            self._sink.happened(EventKind.RESTARTED, at_us, sign)
        self._take(taken, at_us)
        return taken

    def _listen(self, source: Source, chunk: bytes, at_us: int) -> None:
        """Let the search for the baud rate have a chunk. At its end, go on with the rate that it gives.

        What was heard at this rate counts; bytes from other rates are no lines.
        """
        now_s = time.monotonic()
        self._take(self._intake.close(at_us), at_us)
        if chunk:
            self.quiet_since_s = now_s
        search = self.listening.hear(source, chunk, now_s, at_us)
        if search is None:
            return
        self._device = msgspec.structs.replace(self._device, baud_rate=search.baud_rate)
        self._intake.change(self.console.grammar, search.baud_rate)
        self._health.change(self._device, now_s)
        self._health.opened(now_s)
        for heard, heard_at_us in search.found:
            self._hear(heard, now_s, heard_at_us)

    def _adapt(self, source: Source) -> bool:
        """Apply other settings to an open port. Returns False if it must be opened again."""
        if not self._changes:
            return True
        before = self._device
        if self._apply_changes():
            return False
        if self._device.baud_rate != before.baud_rate:
            self.listening.forget()
            try:
                source.set_baud_rate(self._device.baud_rate)
            except (*PORT_FAILURES, ValueError):
                # The next attempt to open the port reports why.
                return False
        return True

    def _apply_changes(self) -> bool:
        """Apply the settings that `change` has received. Returns whether the port must be opened again."""
        has_moved = False
        while self._changes:
            before = self._device
            self._device, grammar, self._open_port = self._changes.popleft()
            device = self._device
            if any(getattr(device, key) != getattr(before, key) for key in _FIXED):
                has_moved = True
                self._release, self._retry = None, Retry()
            elif device.reset_on_connect and not before.reset_on_connect:
                # The user wants the board to be reset, which happens when its port opens.
                has_moved = True
            self._registry.change(self._key, device.name, device.port)
            self._intake.change(grammar, device.baud_rate if is_uart(device.port) else 0)
            self.console.grammar = grammar
            self._outbound.line_end = device.line_end
            self._health.change(device, time.monotonic())
        return has_moved

    def _wait_for_changes(self) -> None:
        """Wait until the link is stopped or gets another port, because nothing more comes from this one."""
        while not (self._stopping.is_set() or self._apply_changes()):
            self._wake.wait()
            self._wake.clear()

    def _take(self, taken: IntakeResult, at_us: int) -> None:
        if taken.batch:
            self._sink.append(taken.batch)
        if taken.rejected:
            self._sink.reject(taken.rejected)
        self.console.add(taken, at_us)
        if taken.counts.comments:
            self.announced.add(taken.lines)
        self.beyond.update(taken.beyond)
        # The counts come last, so that every counted line is already in the sink and the console.
        self.counts += taken.counts

    def _stand_aside(self, release: Release) -> None:
        """Leave the port to another program for a moment longer.

        If `release` is over, forget it instead, so that the link reopens the port.
        """
        there, holders = self._registry.use_of(self._key, self._device.port)
        held = None if holders is None else bool(holders)
        if release.is_over(time.monotonic(), there=there, held=held):
            self._release = None
            return
        self._trouble = release.status(self._device.port, holders[0].program if holders else "")
        self._wake.wait(_LOOK_S)

    def _pause(self, changes: int) -> None:
        """Wait before the next attempt to open the port.

        `changes` is the number that `PortRegistry.changes` returned earlier. The wait ends early if that
        method returns a higher number, because a port has then appeared or disappeared. `stop`, `release`
        and `take` also end the wait.
        """
        ends_s = time.monotonic() + self._retry.wait_s
        while (left_s := ends_s - time.monotonic()) > 0 and self._registry.changes() == changes:
            if self._wake.wait(min(left_s, RETRY_S)) or self._stopping.is_set():
                return
