"""Which journal has the readings of the form's board.

Invariants: boards with different identities have different journals; a board that cannot be recognised
continues an earlier journal only if the user has said so since the board was plugged in; no journal is
deleted or renamed.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from app.config import board_names, folders
from app.config.addresses import port_identity
from ui.settings import Settings

_OLD_NAME = "My-bench.db"
"""The journal in which earlier versions kept the readings of all boards."""


class BoardJournals:
    """The journals in the user's data folder; a board is meant by its port, as written in a bench file."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._chosen: dict[str, Path] = {}
        """The journals of the boards that have been known since they were plugged in, by their identities."""
        self._listed: set[str] = set()
        """The identities of the ports that the system listed last."""
        self.old_board = ""
        """The identity of the board that continues the journal of all boards; empty if none does."""

    def path(self, port: str) -> Path:
        """The journal of the board at `port`: the newest one, unless the user has chosen another one."""
        identity = port_identity(port)
        if identity in self._chosen:
            return self._chosen[identity]
        number = self._newest(port)
        if not number and identity == self.old_board:
            return self.old
        return folders.data_folder() / board_names.journal_name(port, number or 1)

    def is_known(self, port: str) -> bool:
        """Whether the board at `port` is certainly the one whose journal `path` returns."""
        return port_identity(port) in self._chosen or board_names.is_recognised(port)

    def take(self, port: str, journal: Path) -> None:
        """Use `journal` for the board at `port` until the board is unplugged."""
        self._chosen[port_identity(port)] = journal

    def begin(self, port: str) -> None:
        """Begin a new journal for another board at `port`, beside the earlier ones."""
        number = self._newest(port) + 1
        self.take(port, folders.data_folder() / board_names.journal_name(port, number))

    def forget(self, port: str) -> None:
        """Another board may be at `port` from now on."""
        self._chosen.pop(port_identity(port), None)

    def note_ports(self, ports: Iterable[str]) -> None:
        """Forget the boards that were among the last `ports` and are not any more: they were unplugged."""
        before, self._listed = self._listed, {port_identity(port) for port in ports}
        for identity in before - self._listed:
            self._chosen.pop(identity, None)

    def take_over(self, other: BoardJournals) -> None:
        """Know the boards that the form of another window knows."""
        self._chosen, self._listed = dict(other._chosen), set(other._listed)
        self.old_board = other.old_board

    @property
    def old(self) -> Path:
        """The path of the journal in which earlier versions kept the readings of all boards."""
        return folders.data_folder() / _OLD_NAME

    def _newest(self, port: str) -> int:
        try:
            names = [path.name for path in folders.data_folder().iterdir()]
        except OSError:
            return 0  # There is no folder yet; if it cannot be read, the bench says why.
        return board_names.newest(port, names)
