"""The bridge without a window: runs a bench until it is told to stop, or until nothing is left to do.

Invariants: what a person should know is said once, when it changes; the exit status tells whether everything
that came in this run is where it should be.
"""

from __future__ import annotations

import math
import signal
import socket
import threading
import time
from collections.abc import Callable, Mapping

from app.bench.bench import Bench
from app.bench.status import BenchStatus, JournalCounts, LinkState
from app.commands.announcements import Announcements
from app.messages.languages import text

_LOOK_S = 0.1


def stop_on_signals() -> threading.Event:
    """An event that SIGINT and SIGTERM set. For the main thread.

    Also where the program was started with them ignored, as a script starts what runs in its background: a
    run that is told to end must not go on.
    """
    stop = threading.Event()
    hears, tells = socket.socketpair()
    tells.setblocking(False)

    def pass_on() -> None:
        with hears, tells:
            while hears.recv(1):
                stop.set()

    threading.Thread(target=pass_on, name="signals", daemon=True).start()
    # Python runs a handler only when the main thread executes Python again. A signal that arrives just before
    # that thread blocks in `stop.wait()` does not interrupt the wait, so the handler would never run; and one
    # that calls `stop.set()` can deadlock on the event's lock. This descriptor is written to at once:
    # https://docs.python.org/3/library/signal.html#signal.set_wakeup_fd
    signal.set_wakeup_fd(tells.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: None)
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
    """Run `bench` and close it: the last status, and the exit status that it deserves.

    It ends when `stop` is set (0), after `for_s` seconds, or when for `until_idle_s` seconds no byte came and
    nothing is left that could be sent (1 if something was refused, lost, or is still pending); those seconds
    begin when every port is open or has failed once. `until_ended` ends it when recordings are all there is,
    and they have been played and sent.
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
            # Asked for after the status: what a recording said before its end has been sent by then.
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
    if bench.lost_readings or not (stop.is_set() or _is_clean(status, before)):
        # Of the last moments too: nobody ends with 1 without a word.
        announcements.update(status)
        return status, 1
    return status, 0


def drain(bench: Bench, stop: threading.Event, patience_s: float) -> None:
    """Let the boards say no more, and wait until what they said is sent.

    It gives up after `patience_s` seconds in which nothing was sent, and when `stop` is set.
    """
    bench.stop_boards()
    left, ends_s = math.inf, 0.0
    # The writer is asked first: what it has written by then is pending, or sent.
    while waiting := bench.unwritten + sum(device.counts.pending for device in bench.status().devices):
        now_s = time.monotonic()
        if waiting < left:
            left, ends_s = waiting, now_s + patience_s
        if now_s >= ends_s or stop.wait(_LOOK_S):
            return


def in_words(status: BenchStatus) -> list[str]:
    """The ledger for people, a line or two for each device."""
    lines = []
    for device in status.devices:
        counts, heard = device.counts, device.lines
        lines.append(
            text(
                "ledger_of_lines",
                device=device.name,
                count=heard.lines,
                accepted=heard.accepted,
                rejected=heard.rejected,
                comments=heard.comments,
                blank=heard.blank,
                partial=heard.partial,
                requests=device.cloud.requests,
                lost_bytes=device.lost_bytes,
            )
        )
        lines.append(
            text(
                "ledger_of_readings",
                count=counts.readings,
                forwarded=counts.forwarded,
                superseded=counts.superseded,
                refused=counts.refused,
                expired=counts.expired,
                pending=counts.pending,
                held=counts.held,
            )
        )
    return lines


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
