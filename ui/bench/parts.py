"""The parts of the window that the editor works with.

Invariant: while a bench file is open, they show its contents as the editor last saved them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from PySide6.QtWidgets import QWidget

from app.wire.datastreams import Datastream
from ui.actions import DeviceActions
from ui.boards.all_boards import AllBoards
from ui.boards.connection_bar import ConnectionBar
from ui.boards.rail import Rail
from ui.contract import ListPorts
from ui.dialogs.token_prompts import TokenPrompts
from ui.panes import Panes
from ui.plot.overview import Overview
from ui.running.connection import Connection
from ui.situation import ShowMessage


class WindowParts(NamedTuple):
    """Parts of a window."""

    window: QWidget
    connection: Connection
    prompts: TokenPrompts
    show_message: ShowMessage
    list_ports: ListPorts
    device_actions: DeviceActions
    bar: ConnectionBar
    all_boards: AllBoards
    panes: Panes

    @property
    def rail(self) -> Rail:
        """The rail with the chips of the devices."""
        return self.panes.rail

    @property
    def overview(self) -> Overview:
        """What is shown of a bench file that is not connected."""
        return self.panes.plot.overview

    @property
    def is_idle_demo(self) -> bool:
        """Whether a demo is open, but not connected: it begins anew at each Connect."""
        return self.connection.demo is not None and not self.connection.connected

    def announced(self, device: str) -> tuple[Datastream, ...]:
        """The datastreams that the board of a running device has announced; none if it does not run."""
        status = self.device_actions.status(device)
        return status.announced if status else ()

    def follow(self, renamed: Mapping[str, str]) -> None:
        """Show the changed contents of the open bench file. `renamed` maps new names to old ones."""
        config = self.connection.config
        if config is None:
            return
        device = next((new for new, old in renamed.items() if old == self.rail.chosen), "")
        self.all_boards.follow(config)
        self.panes.curves.rename(renamed)
        self.rail.choose(device)
        self.bar.show_bench(config, self.connection.replays)
        self.bar.show_settings(self.rail.chosen)
        if self.connection.bench is None:
            self.overview.show_bench(config, self.connection.source)
