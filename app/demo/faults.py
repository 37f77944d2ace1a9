"""The faults of the demo's board and of the demo's local cloud, from a file and from the menu.

Invariants: the times in the file count from the start of the demo. When the user switches a board fault in
the menu, the board faults from the file are dropped, so that the menu shows every board fault that is played.
The same is true of cloud faults.

The file has the format of `pinbridge cloud --faults`. It can also have tables for the board:

    [[board]]
    fault = "unplug"                # unplug, rubbish, flood
    from_s = 5
    for_s = 3
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec

from app.boards.simulated.faulty import BoardFault
from app.config import documents
from app.localcloud.faults.file import Fault, FaultKind, FaultsFile
from app.messages.message import Message

_BOARD_LABELS = {
    BoardFault.UNPLUG: "menu_fault_unplug",
    BoardFault.RUBBISH: "menu_fault_rubbish",
    BoardFault.FLOOD: "menu_fault_flood",
}
_CLOUD = {
    "down": ("menu_fault_cloud_down", Fault(fault=FaultKind.DOWN, down_s=86_400.0)),
    "429": ("menu_fault_429", Fault(fault=FaultKind.TOO_MANY_REQUESTS, retry_after_s=2)),
    "308": ("menu_fault_308", Fault(fault=FaultKind.WRONG_REGION, to="https://lon1.blynk.cloud")),
}


class DemoFault(NamedTuple):
    """A fault that the user can switch on and off in the demo's menu."""

    name: str
    message: Message
    """The label of the fault in the menu."""
    on: bool


class BoardEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A `[[board]]` table: a fault of the demo's board, and the period in which the fault is played."""

    fault: BoardFault
    from_s: float = 0.0
    for_s: float | None = None


class DemoFaultsFile(FaultsFile, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of the demo's faults file: faults of the cloud, and of the board."""

    board: tuple[BoardEntry, ...] = ()


def load(path: Path) -> DemoFaultsFile:
    """Load the demo's faults file at `path`. Raises ConfigError."""
    return documents.load(path, DemoFaultsFile)


class DemoFaults:
    """The faults of the demo and their state, on or off. Can be used from any thread."""

    def __init__(
        self,
        file: DemoFaultsFile,
        set_cloud: Callable[[FaultsFile], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`set_cloud` replaces all faults of the cloud; `clock` returns monotonic seconds."""
        self._scheduled = file.board
        self._set_cloud = set_cloud
        self._clock = clock
        self._started_s = clock()
        self._on: frozenset[str] = frozenset()
        self.played = bool(file.fault or file.board)
        """Whether the file has a fault, or the user has switched one on."""
        set_cloud(FaultsFile(seed=file.seed, fault=file.fault))

    def shown(self) -> tuple[DemoFault, ...]:
        """All faults in the menu, first those of the board, then those of the cloud."""
        board = [DemoFault(kind, Message(label), self.is_on(kind)) for kind, label in _BOARD_LABELS.items()]
        cloud = [DemoFault(name, Message(label), name in self._on) for name, (label, _) in _CLOUD.items()]
        return (*board, *cloud)

    def switch(self, name: str, on: bool) -> None:
        """Switch the fault `name` on or off, as the user chose in the menu."""
        self.played |= on
        self._on = self._on | {name} if on else self._on - {name}
        if name in _CLOUD:
            self._set_cloud(FaultsFile(fault=tuple(f for key, (_, f) in _CLOUD.items() if key in self._on)))
        else:
            self._scheduled = ()

    def clear(self) -> None:
        """Switch off all faults."""
        self._on, self._scheduled = frozenset(), ()
        self._set_cloud(FaultsFile())

    def is_on(self, fault: BoardFault) -> bool:
        """Whether `fault` is on now, because the faults file says so or because the user switched it on."""
        at_s = self._clock() - self._started_s
        return fault in self._on or any(
            entry.fault is fault
            and at_s >= entry.from_s
            and (entry.for_s is None or at_s < entry.from_s + entry.for_s)
            for entry in self._scheduled
        )
