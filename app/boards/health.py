"""Judges the state of a board (good, silent, unreadable, …) by the bytes that came recently; pure.

Theory of operation
===================

The state answers the first question of every new user: why does nothing arrive? The state is not stored, but
computed from the recent bytes each time it is asked for. So it is always up to date.

What is remembered
------------------

A second in which bytes came is a *busy second* (see `busy_seconds`). Three things are counted for each busy
second: bytes, good lines (accepted lines and comments), and rejected lines by reason. Boot lines do not count
as rejected, because the sketch does not print them. Two periods are judged:

- *latest*: the last 5 busy seconds, however long ago. A board that sends once a minute is judged by these.
- *recent*: these 5, and all other busy seconds of the last minute.

Everything is forgotten when the port is opened, because another sketch may run now.

Noise
-----

When a board starts, its boot loader may print at a baud rate of its own, for less than two seconds. So a busy
second of unreadable bytes does not count, unless unreadable bytes came in three busy seconds one after the
other, with no readable text after them. Three seconds of them in one period count in any case.

The two axes
------------

1. Does anything come? A board that has sent nothing since the port was opened is silent after 3 s. A board
   that has sent something is silent after 10 s, or after three times its longest pause so far if that is
   longer, but after 10 minutes at the latest.
2. Is it valid? The bytes must be readable, they must form lines, and the lines must be accepted. Unreadable
   bytes form no lines, and without lines, none can be accepted. So only the first condition that fails is
   reported.

Which rule wins
---------------

The first rule that fits decides (`_judge`):

    the board restarts, crashes or waits for an upload       see `restarts`
    nothing has come for too long                            silent
    nothing has come yet                                     open
    *recent* has a good line, *latest* has none, and
    in the bytes of *latest* (100 or more)
      - unreadable bytes go on                               unreadable
      - or no line has ended                                 no_line_ends
    *recent* has a good line                                 good, with a warning if *latest* has rejected
                                                             lines but no good one, or if at least half of
                                                             the lines in *recent* were rejected, since the
                                                             board's first good line after its last start,
                                                             or if *latest* has a text that is like a number
    only noise or boot lines have come, or the first bytes   open
    only the first line, which a reset may have cut,
    perhaps with blank lines                                 open
    unreadable bytes go on                                   unreadable
    no line has ended                                        no_line_ends
    lines, but no good one                                   none_good, with the most frequent reason

Restarts come first, because a board that restarts may send good lines in between. Silence comes before the
other rules, because they would describe what the board sent before it stopped. A good line outweighs many
rejected ones, because it proves that port, baud rate and line ends are right. Only a clear change for the
worse, such as a new sketch with another baud rate, outweighs the good line; a few bytes of noise do not.

Invariants: the state and its message are true at the moment they are asked for; a good line has an effect
only while it is *recent*; noise and text while a board starts are not reported; memory is bounded.
"""

from __future__ import annotations

import threading
from collections import deque
from itertools import islice

from app.boards.busy_seconds import BusySecond, noise_persists, since_started, total, without_noise
from app.boards.restarts import Restarts
from app.boards.status import LinkState, LinkStatus
from app.config.addresses import is_uart
from app.config.bench_file import DeviceConfig
from app.messages.message import Message, Param
from app.messages.visible import visible
from app.wire.batches import IntakeResult
from app.wire.boot import BootSign, boot_line
from app.wire.datastreams import REASON_LABELS, Reason
from app.wire.lines import MAX_LINE_BYTES

GRACE_S = 0.5
"""A board is not judged for this long after its first byte: boot loaders print at their own baud rate."""
LINE_GRACE_S = 2.0
"""How many seconds bytes may come before the first line ends: at 300 baud, a line may need that long. Fewer
bytes, and then nothing, may be noise."""
SILENT_AFTER_S = 3.0
"""A board that sends nothing for this long after the port was opened counts as silent."""
QUIET_AFTER_S = 10.0
"""A board is silent after a pause of this length or of three times its longest pause, whichever is longer."""
_QUIET_AT_MOST_S = 600.0
_RECENT_S = 60.0
_RECENT_SECONDS = 60
_LATEST_SECONDS = 5
"""How many of the last busy seconds are judged, however long ago they were."""
_OPENING_S = 5.0
"""A start of the board within this time after its port was opened is due to the opening."""
_SURE_BYTES = 100
"""Fewer bytes than this may be noise."""


class Health:
    """Judges a port by its recent bytes.

    The thread that reads the port adds the bytes; any thread may ask for the state. Times are monotonic
    seconds.
    """

    def __init__(self, device: DeviceConfig) -> None:
        self._device = device
        self._port = device.port.removesuffix(":")
        self._restarts = Restarts(self._port)
        self._lock = threading.Lock()
        self.opened(0.0)

    def opened(self, now_s: float) -> None:
        """Forget all earlier bytes, because the port has just been opened."""
        with self._lock:
            self._opened_s = self._first_s = self._last_s = self._good_s = now_s
            self._patience_s = QUIET_AFTER_S
            self._seconds: deque[BusySecond] = deque(maxlen=_RECENT_SECONDS)
            self._rest = b""
            self._restarts.opened()

    def change(self, device: DeviceConfig, now_s: float) -> None:
        """Judge the port by other settings of the device. A new baud rate makes all earlier bytes void."""
        with self._lock:
            before, self._device = self._device, device
            self._port = device.port.removesuffix(":")
            if device.port != before.port:
                self._restarts = Restarts(self._port)
        if device.baud_rate != before.baud_rate:
            self.opened(now_s)

    def heard(self, now_s: float, chunk: bytes, taken: IntakeResult) -> BootSign | None:
        """Add a chunk that has just come; `taken` is the result of `Intake` for this chunk.

        If it shows that the board has restarted by itself, returns the sign. A board that wakes from deep
        sleep, or was reset by the opening of its port, has not.
        """
        good = taken.counts.accepted + taken.counts.comments
        with self._lock:
            heard = BusySecond(now_s)
            heard.bytes, heard.good, heard.blank = len(chunk), good, taken.counts.blank
            heard.doubtful = taken.doubtful
            heard.has_boot_lines = self._restarts.heard(now_s, taken.lines)
            if good:
                self._good_s = now_s
                self._rest = b""
            else:
                self._rest = heard.sample(self._rest + chunk)
            if taken.counts.partial and isinstance(taken.lines, list):
                heard.has_first_line = taken.lines[0].is_first
            if taken.rejected:
                verdicts = taken.rejected.verdicts
                if heard.has_boot_lines:
                    verdicts = [verdict for verdict in verdicts if not boot_line(verdict.text)]
                heard.reject(verdicts)
            if not self._seconds:
                self._first_s = self._last_s = now_s
                heard.is_first = True
            self._patience_s = max(self._patience_s, 3 * (now_s - self._last_s))
            self._last_s = now_s
            if heard.is_first or _begins(heard, self._seconds[-1]):
                self._seconds.append(heard)
            else:
                self._seconds[-1].add(heard)
            begun = self._restarts.begun
            return None if begun is BootSign.WAKE or now_s - self._opened_s < _OPENING_S else begun

    @property
    def has_spoken(self) -> bool:
        """Whether a byte has come since the port was opened."""
        return bool(self._seconds)

    @property
    def quiet_after_s(self) -> float:
        """The number of seconds without a byte after which this board counts as silent."""
        if not self._seconds:
            return SILENT_AFTER_S
        return min(self._patience_s, _QUIET_AT_MOST_S)

    def status(self, now_s: float) -> LinkStatus:
        """The current state of an open port, with the message that explains this state to the user."""
        with self._lock:
            return self._judge(now_s)

    def _judge(self, now_s: float) -> LinkStatus:
        silent_s = now_s - self._last_s
        if status := self._restarts.status(now_s):
            return status
        if silent_s > self.quiet_after_s:
            return self._silent(silent_s)
        if not self._seconds:
            return self._status(LinkState.OPEN, "port_open_nothing_yet")
        if self._seconds[-1].good and not any(second.rejected for second in self._seconds):
            # The usual case, asked for in every frame of the window: answer without adding up sixty seconds.
            return self._good(silent_s)
        latest = list(islice(reversed(self._seconds), _LATEST_SECONDS))[::-1]
        recent = [
            second
            for number, second in enumerate(self._seconds, _LATEST_SECONDS - len(self._seconds))
            if number >= 0 or now_s - second.start_s < _RECENT_S
        ]
        if any(second.good for second in recent):
            return self._judge_lines(now_s, total(without_noise(latest)), latest, recent)
        counting = without_noise(recent)
        judged = total(counting)
        noise = noise_persists(recent)
        has_ended = any(second.ended for second in recent) and not _has_turned_endless(counting)
        if has_ended:
            # The end of noise may be the beginning of a line.
            spoilt = min(judged.reasons[Reason.BAD_ENCODING], len(recent) - len(counting))
            has_only_blanks = judged.blank and not judged.has_first_line
            is_too_early = not has_only_blanks and judged.rejected == spoilt
        else:
            lasted_s = self._last_s - counting[0].start_s if counting else 0.0
            is_too_early = lasted_s < LINE_GRACE_S and judged.bytes <= MAX_LINE_BYTES
        if now_s - self._first_s < GRACE_S:
            return self._status(LinkState.OPEN, "port_open_first_bytes")
        if is_too_early and not noise:
            code = "port_open_first_line" if judged.has_first_line else "port_open_first_bytes"
            return self._status(LinkState.OPEN, code)
        return self._none_good(judged, recent, has_ended=has_ended)

    def _judge_lines(
        self, now_s: float, judged: BusySecond, latest: list[BusySecond], recent: list[BusySecond]
    ) -> LinkStatus:
        """Judge a board that has sent a good line recently; `judged` is the sum of `latest` without noise."""
        if not judged.good:
            turned = (noise_persists(latest) and judged.is_unreadable) or not judged.ended
            if turned and judged.bytes >= _SURE_BYTES:
                return self._none_good(judged, latest, has_ended=judged.ended)
            if judged.rejected:
                seconds = round(now_s - self._good_s)
                return self._status(
                    LinkState.GOOD, "lines_rejected_since", seconds=seconds, **_most_rejected(judged)
                )
        since = since_started(recent)
        if since.rejected and since.rejected >= since.good:
            return self._status(
                LinkState.GOOD,
                "many_lines_rejected",
                count=since.rejected,
                lines=since.rejected + since.good,
                **_most_rejected(since),
            )
        return self._good(now_s - self._last_s)

    def _silent(self, silent_s: float) -> LinkStatus:
        has_said_something = any(second.good or not second.is_noise for second in self._seconds)
        code = "board_stopped" if has_said_something else _code_of_silence(self._device)
        return self._status(LinkState.SILENT, code, seconds=round(silent_s))

    def _good(self, silent_s: float) -> LinkStatus:
        latest = islice(reversed(self._seconds), _LATEST_SECONDS)
        doubtful = next((second.doubtful for second in latest if second.doubtful), None)
        if doubtful and doubtful.hint:
            line = visible(doubtful.text.strip())
            # `Message.subject` ignores `words`, so the subject stays the same when the next line differs.
            words = Message("kept_as_text", line=line, hint=doubtful.hint)
            return self._status(LinkState.GOOD, "numbers_kept_as_text", words=words)
        if silent_s <= SILENT_AFTER_S:
            return self._status(LinkState.GOOD, "lines_come_in")
        return self._status(LinkState.GOOD, "last_line_ago", seconds=round(silent_s))

    def _none_good(self, judged: BusySecond, seconds: list[BusySecond], *, has_ended: bool) -> LinkStatus:
        """The status of a board without good lines; `judged` has the sums of `seconds`, without noise."""
        if judged.is_unreadable and noise_persists(seconds):
            baud_rate = self._device.baud_rate
            return self._status(LinkState.UNREADABLE, "bytes_unreadable", baud_rate=baud_rate)
        if not has_ended:
            return self._status(LinkState.NO_LINE_ENDS, "bytes_without_line_ends")
        if not judged.rejected:
            return self._status(LinkState.NONE_GOOD, "only_blank_lines")
        return self._status(LinkState.NONE_GOOD, "no_valid_lines", **_most_rejected(judged))

    def _status(self, state: LinkState, code: str, **params: Param) -> LinkStatus:
        return LinkStatus(state, Message(code, port=self._port, **params))


def _begins(heard: BusySecond, second: BusySecond) -> bool:
    """Whether a chunk begins a new busy second; `second` is the last one.

    Noise and good lines are kept apart, because the noise of a start does not count.
    """
    is_other = (heard.good and second.is_noise) or (heard.is_noise and second.good)
    return heard.start_s - second.start_s >= 1.0 or bool(is_other)


def _has_turned_endless(seconds: list[BusySecond]) -> bool:
    """Whether no line has ended lately, although many bytes came."""
    latest = total(seconds[-_LATEST_SECONDS:])
    return not latest.ended and latest.bytes >= _SURE_BYTES


def _code_of_silence(device: DeviceConfig) -> str:
    """The code of the message about a board that has sent nothing since its port was opened."""
    if not is_uart(device.port):
        return "board_silent"
    if device.dtr is False:
        return "board_silent_without_dtr"
    if device.dtr is None and not device.reset_on_connect:
        return "board_silent_without_reset"
    return "board_silent_with_dtr"


def _most_rejected(seconds: BusySecond) -> dict[str, Param]:
    """Return parameters for a message about rejected lines.

    They are the most frequent reason, and a hint for the newest line that was rejected for this reason.
    """
    reason = Reason(str(seconds.reasons.most_common(1)[0][0]))
    # `Message.subject` ignores `words`, so the subject stays the same when the next line has another hint.
    return {"reason": Message(REASON_LABELS[reason]), "words": seconds.examples[reason].hint or ""}
