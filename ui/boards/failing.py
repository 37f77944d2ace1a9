"""Which boards fail, and how the window's title says so.

A board fails if its port or its cloud has the tone `bad`: for example if it is unplugged, if none of its
lines is valid, or if the cloud does not accept its token. What only needs attention (`warn`), such as a cloud
that is tried again, is no failure. An orphan (see app/README.md) has no board that could fail. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from app.bench.status import DeviceStatus
from app.messages.message import Message
from ui import lights


class Failing(NamedTuple):
    """How many boards fail, and how many there are."""

    bad: int = 0
    boards: int = 0


def fails(device: DeviceStatus) -> bool:
    """Whether the board of a device fails."""
    return not device.orphan and "bad" in (lights.of_port(device), lights.of_cloud(device))


def failing(devices: Iterable[DeviceStatus]) -> Failing:
    """How many boards of a bench fail."""
    boards = [device for device in devices if not device.orphan]
    return Failing(sum(map(fails, boards)), len(boards))


def title(bench: str, failing: Failing) -> Message:
    """The title of the window. `bench` is the name of the bench; empty without a bench file."""
    plain = Message("title_bench", name=bench) if bench else Message("title_program")
    if not failing.bad:
        return plain
    number = Message("boards_fail", count=failing.bad, boards=failing.boards)
    said = number if failing.boards > 1 else Message("board_fails")
    return Message("title_failing", failing=said, title=plain)
