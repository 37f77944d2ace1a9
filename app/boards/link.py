"""One thread a port: opens it, reads it, judges what comes, and comes back when the board does.

Invariants: the reader thread alone touches its port; a line cut by an unplug is partial, never a value; every
line is counted once; what finds no room in the journal's inbox is counted as lost, and the line that the gap
may have joined is partial too.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from app.addresses import is_uart
from app.boards.clock import wall_us
from app.boards.console import Console
from app.boards.failures import PORT_FAILURES, PortError
from app.boards.gathering import Gathering
from app.boards.sources import Source, open_source
from app.config import DeviceConfig
from app.status import LinkState, LinkStatus
from app.wire.batches import Batch, Intake, LineCounts, Taken
from app.wire.datastreams import Reason
from app.wire.diagnosis import hint
from app.wire.readings import Grammar

RETRY_S = 0.5
_SILENT_AFTER_S = 3.0


class Link:
    """A board's port and all that was heard from it in this run."""

    def __init__(
        self,
        device: DeviceConfig,
        grammar: Grammar,
        append: Callable[[Batch], None],
        has_room: Callable[[], bool],
        open_port: Callable[[DeviceConfig], Source] = open_source,
        *,
        now_us: Callable[[], int] = wall_us,
    ) -> None:
        """`append` takes what is accepted; `has_room` tells whether it would take a chunk now; `now_us` is
        the time that what is read now gets."""
        self._device = device
        self._append = append
        self._has_room = has_room
        self._open_port = open_port
        self._now_us = now_us
        self._intake = Intake(grammar, device.baud_rate if is_uart(device.port) else 0)
        self.console = Console(grammar)
        self.counts = LineCounts()
        self.lost_bytes = 0
        self.opened = 0
        self.last_byte_s = time.monotonic()
        """When the last byte came, or the start, by the monotonic clock."""
        self._trouble: LinkStatus | None = LinkStatus(LinkState.CLOSED, "The port is not open yet.")
        self._bytes = 0
        self._reasons: Counter[Reason] = Counter()
        self._example = ""
        self._outbound: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"port {device.name}", daemon=True)

    @property
    def reconnects(self) -> int:
        """How often the port was opened again in this run."""
        return max(0, self.opened - 1)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self, timeout_s: float = 2.0) -> None:
        """Read no more; what came before is handed on."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def send(self, text: str) -> None:
        """Send a line to the board, with the device's line end."""
        self._outbound.put((text + self._device.line_end).encode())

    def status(self) -> LinkStatus:
        """The port's state, and one sentence that is true now."""
        if self._trouble:
            return self._trouble
        silent_s = time.monotonic() - self.last_byte_s
        name = self._device.port
        if self._bytes == 0 or silent_s > _SILENT_AFTER_S:
            return LinkStatus(
                LinkState.SILENT,
                f"{name} is open, but the board is silent for {silent_s:.0f} s: does the sketch print?",
            )
        if self.counts.accepted or self.counts.comments:
            return LinkStatus(LinkState.GOOD, f"{name}: lines come in.")
        if not self.counts.lines:
            return LinkStatus(
                LinkState.NO_LINE_ENDS,
                f"{name} sends bytes without line ends: use Serial.println(), and check the baud rate.",
            )
        return self._none_good(name)

    def _none_good(self, name: str) -> LinkStatus:
        if not self._reasons:
            return LinkStatus(LinkState.SILENT, f"{name}: only empty or cut lines have come so far.")
        reason, _ = self._reasons.most_common(1)[0]
        if reason is Reason.BAD_ENCODING:
            return LinkStatus(
                LinkState.UNREADABLE,
                f"{name} sends unreadable bytes: does Serial.begin() say {self._device.baud_rate}?",
            )
        return LinkStatus(
            LinkState.NONE_GOOD, f"{name}: no line was good so far ({reason}): {hint(reason, self._example)}."
        )

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                source = self._open_port(self._device)
            except PortError as error:
                self._trouble = error.status
                self._stopping.wait(RETRY_S)
                continue
            self.opened += 1
            self._bytes = 0
            self._trouble = None
            try:
                self._read(source)
            except EOFError:
                self._trouble = LinkStatus(LinkState.ENDED, "The recording has been played to its end.")
                self._stopping.wait()
            except PORT_FAILURES:
                self._trouble = LinkStatus(
                    LinkState.NO_SUCH_PORT, f"{self._device.port} went away: plug the board in again."
                )
                self._stopping.wait(RETRY_S)
            finally:
                self._close_intake()
                with suppress(*PORT_FAILURES):
                    source.close()
        if not self._trouble:
            self._trouble = LinkStatus(LinkState.CLOSED, "The port is closed.")

    def _read(self, source: Source) -> None:
        gathering = Gathering()
        while not self._stopping.is_set():
            with suppress(queue.Empty):
                source.write(self._outbound.get_nowait())
            chunk = source.read()
            if not chunk:
                continue
            self.last_byte_s = time.monotonic()
            self._bytes += len(chunk)
            if not self._has_room():
                self.lost_bytes += len(chunk)
                self._close_intake()
                continue
            at_us = self._now_us()
            self._take(self._intake.feed(chunk, at_us), at_us)
            # A board that talks in small pieces would wake this thread a thousand times a second: let some
            # gather. A lone line has been handed on already.
            self._stopping.wait(gathering.pause_s(self.last_byte_s, len(chunk)))

    def _close_intake(self) -> None:
        at_us = self._now_us()
        self._take(self._intake.close(at_us), at_us)

    def _take(self, taken: Taken, at_us: int) -> None:
        if isinstance(taken.said, list):
            for verdict in taken.said:
                if verdict.reason:
                    self._reasons[verdict.reason] += 1
                    self._example = verdict.text
        if taken.batch:
            self._append(taken.batch)
        self.counts += taken.counts
        self.console.add(taken, at_us)
