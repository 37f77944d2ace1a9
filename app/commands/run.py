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
from collections.abc import Callable, Iterator, Mapping

from app.bench.bench import Bench
from app.bench.status import BenchStatus, CloudState, DeviceStatus, JournalCounts, LinkState
from app.messages.languages import text, text_of
from app.messages.message import Message

_LOOK_S = 0.1
_QUIET_LINKS = (LinkState.CLOSED, LinkState.ENDED)


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
    told: dict[object, str] = {}
    bench.start()
    ends_s = None if for_s is None else time.monotonic() + for_s
    try:
        while not stop.wait(_LOOK_S):
            status = bench.status()
            _tell(status, told, say, before)
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
        _tell(status, told, say, before)
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
            f"{device.name}: {heard.lines} lines ({heard.accepted} accepted, {heard.rejected} rejected, "
            f"{heard.comments} comments, {heard.blank} blank, {heard.partial} partial), "
            f"{device.cloud.requests} requests, {device.lost_bytes} bytes lost"
        )
        lines.append(
            f"  journal: {counts.readings} readings = {counts.forwarded} forwarded + {counts.superseded} "
            f"superseded + {counts.refused} refused + {counts.expired} expired + {counts.pending} pending "
            f"({counts.held} held)"
        )
    return lines


def _tell(
    status: BenchStatus, told: dict[object, str], say: Callable[[str], None], before: Mapping[str, int]
) -> None:
    """Say what is new: warnings, and each device's link and cloud where they need the user or have recovered.

    `told` holds what has been said: the text of each warning by its subject, and the state of each part.
    """
    now = {("warning", *warning.subject): text_of(warning) for warning in status.warnings}
    for key in [key for key in told if isinstance(key, tuple) and key[0] == "warning" and key not in now]:
        say(text("warning_over", text=told.pop(key)))
    for key, warning in now.items():
        if key not in told:
            told[key] = warning
            say(warning)
    for device in status.devices:
        for message in _asks_for_decision(device, before):
            _once(message, device, told, say)
        if device.orphan:
            continue
        for message in (*device.cloud.warnings, *device.cloud.forecast):
            _once(message, device, told, say)
        for part, state, message in _states(device):
            key = (part, device.name)
            if told.get(key, "") != state:
                told[key] = state
                say(_of(device, message))


def _once(
    message: Message, device: DeviceStatus, told: dict[object, str], say: Callable[[str], None]
) -> None:
    """Say it the first time; figures that have changed are no news."""
    key = ("device", device.name, *message.subject)
    if key not in told:
        told[key] = "said"
        say(_of(device, message))


def _of(device: DeviceStatus, message: Message) -> str:
    return text("about", subject=device.name, message=message)


def _asks_for_decision(device: DeviceStatus, refused_before: Mapping[str, int]) -> Iterator[Message]:
    """What waits for the user's decision, with the commands that make it."""
    held = device.counts.held
    if held:
        yield Message("held_of_left_device" if device.orphan else "held_for_other_account", count=held)
    if device.counts.refused > refused_before.get(device.name, 0):
        yield Message("some_readings_refused")


def _states(device: DeviceStatus) -> list[tuple[str, str, Message]]:
    states = []
    if device.link.state not in _QUIET_LINKS and device.link.message:
        states.append(("link", str(device.link.state), device.link.message))
    if device.lost_bytes:
        states.append(("loss", "lost", Message("bytes_dropped_so_far", count=device.lost_bytes)))
    if device.cloud.state in (CloudState.WAITING, CloudState.PAUSED):
        states.append(("cloud", str(device.cloud.state), device.cloud.message))
    elif device.cloud.last_success_us:
        states.append(("cloud", "well", Message("cloud_takes_readings")))
    return states


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
