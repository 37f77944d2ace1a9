"""An open port whose board is judged, on a clock that the test moves."""

from __future__ import annotations

from app.boards.health import Health
from app.boards.status import LinkState
from app.config.bench_file import DeviceConfig
from app.messages.message import Message
from app.wire.batches import Intake
from app.wire.boot import BootSign
from app.wire.readings import Grammar


class OpenPort:
    """The health of an open port. `keys` are the device's keys of the bench file."""

    def __init__(self, **keys: object) -> None:
        self.health = Health(DeviceConfig(**{"port": "COM5", **keys}))  # type: ignore[arg-type]
        self.intake = Intake(Grammar())
        self.now_s = 1000.0
        self.health.opened(self.now_s)

    def say(self, said: bytes, after_s: float = 0.0) -> BootSign | None:
        self.now_s += after_s
        return self.health.heard(self.now_s, said, self.intake.feed(said, 0))

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
