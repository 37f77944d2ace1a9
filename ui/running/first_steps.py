"""What the first page does: it connects a board, starts the demo, and opens bench files that it remembers.

Invariants: the list of recent files is saved as soon as it changes; a file is in the list only if it could be
opened.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ui.boards.first_page import FirstPage
from ui.boards.newcomer import NewcomerForm
from ui.boards.port_list import PortEntry
from ui.boards.recent import with_file
from ui.running.connection import Connection
from ui.settings import Settings


class FirstSteps:
    """The actions of the first page."""

    def __init__(
        self,
        page: FirstPage,
        form: NewcomerForm,
        connection: Connection,
        settings: Settings,
        save: Callable[[], None],
    ) -> None:
        """`save` saves `settings`."""
        self._page, self._form, self._connection = page, form, connection
        self._settings, self._save = settings, save
        connection.edited.connect(lambda _renamed: self.remember_file())
        page.board_chosen.connect(self._connect_board)
        page.demo_asked.connect(connection.start_demo)
        page.recent_chosen.connect(lambda path: connection.open_file(Path(path)))
        page.forget_asked.connect(self._forget_files)

    def begin(self) -> None:
        """Show the recent files on the page, and let the user begin there by keyboard."""
        self._page.show_files(self._settings.recent)
        self._page.take_focus()

    def remember_file(self) -> None:
        """Put the open bench file at the head of the recent files, if one is open."""
        source = self._connection.source
        opened = str(Path(source).absolute()) if source else ""
        if opened and opened not in self._settings.recent[:1]:
            self._settings.recent = with_file(self._settings.recent, opened)
            self._save()

    def _connect_board(self, entry: PortEntry) -> None:
        """Connect the board at a port, with what the form has in its other fields."""
        self._form.choose_port(entry)
        self._connection.connect_bench()
        if not self._connection.connected:
            self._form.focus_gap()

    def _forget_files(self) -> None:
        self._settings.recent = []
        self._save()
        self._page.show_files([])
