"""Runs a search for the baud rate at an open port.

Invariants: only the thread that reads the port sets its rate; whatever ends a search, the port is left at the
rate that `BaudSearch` has found, or at the one before.
"""

from __future__ import annotations

from app.boards.ports.failures import PORT_FAILURES
from app.boards.rates.search import BaudSearch
from app.boards.sources import Source
from app.boards.status import BaudSearchStatus, LinkState, LinkStatus, SearchState
from app.messages.message import Message
from app.wire.readings import Grammar


class Listening:
    """The last search at the port of one device. Any thread may call `start`, `cancel` and `status`."""

    def __init__(self) -> None:
        self._search: BaudSearch | None = None
        self._set_to = 0
        self.is_on = False
        """Whether the bytes of the port belong to the search."""

    def start(self, baud_rate: int, grammar: Grammar) -> None:
        """Begin a search at a port that is set to `baud_rate`."""
        self._search, self._set_to = BaudSearch(baud_rate, grammar), baud_rate
        self.is_on = True

    def cancel(self) -> bool:
        """End the search with the rate before, if it goes on. Returns whether there was one."""
        if self._search:
            self._search.cancel()
        return self._search is not None

    def forget(self) -> None:
        """Forget the search, because another rate was set."""
        self._search, self.is_on = None, False

    def port_closed(self) -> None:
        """End the search, because the port was closed."""
        self.cancel()
        self.is_on = False

    @property
    def status(self) -> BaudSearchStatus | None:
        """The state of the last search; None if there was none, or if another rate was set since."""
        return self._search.status if self._search else None

    def link_status(self, port: str) -> LinkStatus | None:
        """What the search does at `port`, as the status of the port; None if it does nothing."""
        search = self.status
        if search is None or search.state is not SearchState.LISTENING:
            return None
        message = Message(
            "baud_rate_searched",
            port=port,
            baud_rate=search.baud_rate,
            number=max(1, search.number),
            total=search.total,
        )
        return LinkStatus(LinkState.OPEN, message)

    def hear(self, source: Source, chunk: bytes, now_s: float, at_us: int) -> BaudSearch | None:
        """Let the search judge a chunk, and set the port to the rate that it wants. Returns it at its end."""
        search = self._search
        if search is None:
            return None
        if not search.has_begun:
            search.begin(now_s)
        if chunk:
            search.heard(now_s, chunk, at_us)
        search.look(now_s)
        while (rate := search.baud_rate) != self._set_to:
            try:
                source.set_baud_rate(rate)
                self._set_to = rate
            except (*PORT_FAILURES, ValueError):
                if search.is_over:
                    raise
                search.refused(now_s)
        self.is_on = not search.is_over
        return search if search.is_over else None
