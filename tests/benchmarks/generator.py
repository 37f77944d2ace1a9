"""A process that plays boards for benchmarks: it writes lines to ptys, passed to it as file descriptors.

It uses only the standard library. Each board sends a comment and then numbers on eight pins; a line such as
`v3=1234.56` has 12 bytes with its line end. A rate of 0 means as fast as possible, on the first board alone.
A rate of -20 means 20 lines a second on each board, sent one by one, with the time of each recorded; the
values of these lines are 0, 1, 2 … over all boards. At the end, the process prints a JSON object with the
number of lines on each board and its longest delay behind the rate; a slow reader causes such delays. Times
are those of the monotonic clock, which is the same for all processes. The lines of `PINBRIDGE_TOGETHER` pins
(an environment variable) come at once, as from a sketch that prints them in its loop.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time

TOGETHER = int(os.environ.get("PINBRIDGE_TOGETHER", "1"))
PINS = TOGETHER if TOGETHER > 1 else 8
_TICK_S = 0.005
_BLOCK_LINES = 8000


def main(seconds: float, rate: float, boards: list[int]) -> None:
    """Send `rate` lines a second on every board for `seconds`, and print what was sent.

    `boards` are file descriptors. The module's docstring explains rates of 0 and below.
    """
    chance = random.Random(1)
    lines = [
        b"v%d=%d.%02d\r\n" % (n % PINS, 1000 + chance.randrange(9000), chance.randrange(100))
        for n in range(_BLOCK_LINES)
    ]
    for board in boards:
        os.write(board, b"# boot\n")
    time.sleep(0.1)
    started_s = time.monotonic()
    sent, late_s, at_s = 0, 0.0, []
    if rate > 0:
        sent, late_s = _pace(seconds, rate, boards, lines)
    elif rate < 0:
        at_s = _alone(seconds, -rate, boards)
        sent = len(at_s) // len(boards)
    else:
        sent = _flood(seconds, boards[0], lines)
    elapsed_s = time.monotonic() - started_s
    print(json.dumps({"lines": sent, "elapsed_s": elapsed_s, "late_s": late_s, "at_s": at_s}), flush=True)


def _flood(seconds: float, board: int, lines: list[bytes]) -> int:
    block = b"".join(lines)
    sent = 0
    ends_s = time.monotonic() + seconds
    while time.monotonic() < ends_s:
        _send(board, block)
        sent += len(lines)
    return sent


def _pace(seconds: float, rate: float, boards: list[int], lines: list[bytes]) -> tuple[int, float]:
    sent, late_s = 0, 0.0
    started_s = time.monotonic()
    while sent < seconds * rate:
        due = min(round((time.monotonic() - started_s + _TICK_S) * rate), round(seconds * rate))
        due = max(sent, due - due % TOGETHER)
        begin, end = sent % len(lines), due - sent + sent % len(lines)
        block = b"".join((lines * (end // len(lines) + 1))[begin:end])
        for board in boards:
            _send(board, block)
        sent = due
        spare_s = started_s + sent / rate - time.monotonic()
        late_s = max(late_s, -spare_s)
        time.sleep(max(_TICK_S if TOGETHER > 1 else 0.0, spare_s))
    return sent, late_s


def _alone(seconds: float, rate: float, boards: list[int]) -> list[float]:
    at_s = []
    started_s = time.monotonic()
    for number in range(len(boards) * max(1, round(seconds * rate))):
        # The boards take turns. Due times, unlike pauses, keep the rate.
        due_s = started_s + number / (rate * len(boards))
        time.sleep(max(0.0, due_s - time.monotonic()))
        at_s.append(time.monotonic())
        turn, board = divmod(number, len(boards))
        _send(boards[board], b"v%d=%d\r\n" % (turn % PINS, number))
    return at_s


def _send(board: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(board, rest) :]


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]), [int(number) for number in sys.argv[3:]])
