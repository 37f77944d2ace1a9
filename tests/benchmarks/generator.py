"""Boards in a process of their own, which speak into the ptys' masters that are handed over as numbers.

Standard library alone. Each board says a comment and then numbers on eight pins: `v3=1234.56` and a line end,
12 bytes. At a rate of 0 it floods; at a rate below 0 each line comes alone, and its instant is noted. At
the end one JSON object tells the lines of each board, and by how late the slowest tick was: a reader that
does not keep pace holds the generator up. Instants are of the monotonic clock, one for all processes.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time

PINS = 8
_TICK_S = 0.005
_BLOCK_LINES = 8000


def main(seconds: float, rate: float, boards: list[int]) -> None:
    """Speak for `seconds` on every board, `rate` lines a second each."""
    chance = random.Random(1)
    lines = [
        b"v%d=%d.%02d\r\n" % (n % PINS, 1000 + chance.randrange(9000), chance.randrange(100))
        for n in range(_BLOCK_LINES)
    ]
    for board in boards:
        os.write(board, b"# boot\n")
    time.sleep(0.1)
    started_s = time.monotonic()
    said, late_s, at_s = 0, 0.0, []
    if rate > 0:
        said, late_s = _pace(seconds, rate, boards, lines)
    elif rate < 0:
        at_s = _alone(seconds, -rate, boards[0], lines)
        said = len(at_s)
    else:
        said = _flood(seconds, boards[0], lines)
    elapsed_s = time.monotonic() - started_s
    print(json.dumps({"lines": said, "elapsed_s": elapsed_s, "late_s": late_s, "at_s": at_s}), flush=True)


def _flood(seconds: float, board: int, lines: list[bytes]) -> int:
    block = b"".join(lines)
    said = 0
    ends_s = time.monotonic() + seconds
    while time.monotonic() < ends_s:
        _say(board, block)
        said += len(lines)
    return said


def _pace(seconds: float, rate: float, boards: list[int], lines: list[bytes]) -> tuple[int, float]:
    said, late_s = 0, 0.0
    started_s = time.monotonic()
    while said < seconds * rate:
        due = min(round((time.monotonic() - started_s + _TICK_S) * rate), round(seconds * rate))
        begin, end = said % len(lines), due - said + said % len(lines)
        block = b"".join((lines * (end // len(lines) + 1))[begin:end])
        for board in boards:
            _say(board, block)
        said = due
        spare_s = started_s + said / rate - time.monotonic()
        late_s = max(late_s, -spare_s)
        time.sleep(max(0.0, spare_s))
    return said, late_s


def _alone(seconds: float, rate: float, board: int, lines: list[bytes]) -> list[float]:
    at_s = []
    for number in range(round(seconds * rate)):
        time.sleep(1 / rate)
        at_s.append(time.monotonic())
        _say(board, lines[number % len(lines)])
    return at_s


def _say(board: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(board, rest) :]


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]), [int(number) for number in sys.argv[3:]])
