"""Runs a bench without the window, until a signal comes or nothing is left to do.

Invariant: if no signal stopped the bench, exit status 0 means that nothing was refused or lost since the
bench started, and that its devices have no pending readings.
"""

from __future__ import annotations

import math
import signal
import socket
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from app.bench.status import BenchStatus, DeviceStatus, JournalCounts, LinkState
from app.commands.running.announcements import Announcements
from app.messages.languages import text

if TYPE_CHECKING:
    from app.bench.bench import Bench

_LOOK_S = 0.1


def stop_on_signals() -> threading.Event:
    """Return an event that becomes set at SIGINT or SIGTERM. Must be called in the main thread.

    This also works if the program was started with these signals ignored: a shell script ignores SIGINT in
    its background jobs, but the signal must end this program all the same.

    The event also becomes set when the terminal is closed (SIGHUP), unless the program was started with that
    signal ignored, as `nohup` does. On Windows, Ctrl+Break sets it too.
    """
    stop = threading.Event()
    receiver, sender = socket.socketpair()
    sender.setblocking(False)

    def pass_on() -> None:
        with receiver, sender:
            while receiver.recv(1):
                stop.set()

    threading.Thread(target=pass_on, name="signals", daemon=True).start()
    # A handler that sets the event is not enough. Python runs it only when the main thread executes Python
    # again: if a signal arrives just before that thread blocks in `stop.wait()`, the handler never runs.
    # And a handler that calls `stop.set()` can deadlock on the event's lock. The wakeup descriptor is written
    # as soon as the signal arrives:
    # https://docs.python.org/3/library/signal.html#signal.set_wakeup_fd
    signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP, other systems have no SIGBREAK.
        if number and not (name == "SIGHUP" and signal.getsignal(number) is signal.SIG_IGN):
            signal.signal(number, lambda *_: None)
    return stop


def run(
    bench: Bench,
    stop: threading.Event,
    say: Callable[[str], None],
    *,
    for_s: float | None = None,
    until_idle_s: float | None = None,
    until_ended: bool = False,
) -> tuple[BenchStatus, int]:
    """Run `bench`, then stop it. Returns the last status and the exit status.

    The bench is stopped when one of these is true:

    - `stop` is set;
    - `for_s` seconds have passed;
    - the bench has been idle for `until_idle_s` seconds (see `Bench.idle_s`);
    - `until_ended` is true, every device plays a recording, all recordings have ended, and all readings are
      sent.

    The exit status is 1 in these cases, and otherwise 0:

    - readings could not be written to the journal, or the journal was taken away;
    - `stop` was never set, and readings were refused or bytes were lost since the bench started;
    - `stop` was never set, and devices of the bench have pending readings.
    """
    before = _refused(bench.status())
    announcements = Announcements(say, before)
    bench.start()
    ends_s = None if for_s is None else time.monotonic() + for_s
    try:
        while not stop.wait(_LOOK_S):
            status = bench.status()
            announcements.update(status)
            if ends_s is not None and time.monotonic() >= ends_s:
                break
            # Must be called after `status`: once the status says that a recording has ended, `idle_s` is None
            # until all readings of the recording are sent.
            idle_s = bench.idle_s()
            if idle_s is None:
                continue
            if until_idle_s is not None and idle_s >= until_idle_s:
                break
            if until_ended and _has_ended(status):
                break
    finally:
        bench.stop()
    status = bench.status()
    lost = bench.lost_readings or bench.journal_was_taken_away
    if lost or not (stop.is_set() or _is_clean(status, before)):
        # Report once more: the reason for exit status 1 may have come up after the last report.
        announcements.update(status)
        return status, 1
    return status, 0


def drain(bench: Bench, stop: threading.Event, patience_s: float) -> None:
    """Close the boards' ports, and wait until all readings that have arrived are sent.

    Give up if nothing was sent for `patience_s` seconds, or when `stop` is set.
    """
    bench.stop_boards()
    left, ends_s = math.inf, 0.0
    # The writer is asked first: a reading that it writes meanwhile is counted twice, but never missed.
    while waiting := bench.unwritten + sum(device.counts.pending for device in bench.status().devices):
        now_s = time.monotonic()
        if waiting < left:
            left, ends_s = waiting, now_s + patience_s
        if now_s >= ends_s or stop.wait(_LOOK_S):
            return


def in_words(status: BenchStatus) -> list[str]:
    """The ledger as text for people: two lines for each device."""
    return [line for device in status.devices for line in _device_in_words(device)]


def _device_in_words(device: DeviceStatus) -> tuple[str, str]:
    lines, counts = device.lines, device.counts
    of_lines = text(
        "ledger_of_lines",
        device=device.name,
        count=lines.lines,
        accepted=lines.accepted,
        rejected=lines.rejected,
        comments=lines.comments,
        blank=lines.blank,
        partial=lines.partial,
        requests=device.cloud.requests,
        lost_bytes=device.lost_bytes,
    )
    of_readings = text(
        "ledger_of_readings",
        count=counts.readings,
        forwarded=counts.forwarded,
        superseded=counts.superseded,
        refused=counts.refused,
        expired=counts.expired,
        pending=counts.pending,
        held=counts.held,
    )
    return of_lines, of_readings


def _has_ended(status: BenchStatus) -> bool:
    return all(device.orphan or device.link.state is LinkState.ENDED for device in status.devices)


def _refused(status: BenchStatus) -> dict[str, int]:
    return {device.name: device.counts.refused for device in status.devices}


def _is_clean(status: BenchStatus, before: Mapping[str, int]) -> bool:
    devices = [device for device in status.devices if not device.orphan]
    counts = sum((device.counts for device in devices), JournalCounts())
    lost = any(device.lost_bytes for device in devices)
    refused = any(device.counts.refused > before.get(device.name, 0) for device in status.devices)
    return not (lost or refused or counts.pending)
