"""An open port whose board is judged, on a clock that the test moves; and a UART that is read too slowly."""

from __future__ import annotations

from app.boards.health import Health
from app.boards.status import LinkState
from app.config.bench_file import DeviceConfig
from app.messages.message import Message
from app.wire.batches import Intake
from app.wire.readings import Grammar


class OpenPort:
    """The health of an open port. `keys` are the device's keys of the bench file."""

    def __init__(self, **keys: object) -> None:
        self.health = Health(DeviceConfig(**{"port": "COM5", **keys}))  # type: ignore[arg-type]
        self.intake = Intake(Grammar())
        self.now_s = 1000.0
        self.health.opened(self.now_s)

    def say(self, said: bytes, after_s: float = 0.0) -> None:
        self.now_s += after_s
        self.health.heard(self.now_s, said, self.intake.feed(said, 0))

    def wait(self, seconds: float) -> None:
        self.now_s += seconds

    def message(self) -> Message:
        message = self.health.status(self.now_s).message
        assert message
        return message

    def state(self) -> LinkState:
        return self.health.status(self.now_s).state

    def sentence(self) -> str:
        return str(self.message())


def read_at(baud_rate: int, said: bytes, sent_at: int) -> bytes:
    """What a UART that reads at `baud_rate` gets of bytes that were sent at `sent_at`."""
    levels = [bit for byte in said for bit in (0, *(byte >> place & 1 for place in range(8)), 1)]

    def level(at_s: float) -> int:
        place = int(at_s * sent_at)
        return levels[place] if place < len(levels) else 1

    read = bytearray()
    at_s, ends_s, bit_s = 0.0, len(levels) / sent_at, 1 / baud_rate
    while at_s < ends_s:
        if level(at_s):
            at_s += bit_s / 16
            continue
        read.append(sum(level(at_s + (place + 1.5) * bit_s) << place for place in range(8)))
        at_s += 9.5 * bit_s
    return bytes(read)
