"""The table of the hex view, which follows the newest bytes until the user scrolls up.

Invariant: after `begin` with a time, the bytes that came then are in sight, if they are still there.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

from app.bench.status import RawBytes
from app.messages.languages import text
from ui.console.hex_model import WIDTH, HexModel
from ui.widgets.following import Following
from ui.widgets.rows_view import RowsView

_WIDTHS = (14, 10, 3 * WIDTH + 3)
"""Of time, place and bytes, in letters."""


class HexView(RowsView):
    """A table of bytes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(text("label_hex_view"), parent)
        self.bytes = HexModel(self)
        self.setModel(self.bytes)
        self.following = Following(self)
        self._at_us: int | None = None
        """The time of the bytes to show with the next ones; None if there are none."""
        self._fit()

    def begin(self, at_us: int | None) -> None:
        """Show the bytes that came at `at_us` with the next `show_bytes`; None for the newest."""
        self._at_us = at_us
        self.following.begin()

    def show_bytes(self, raw: RawBytes) -> None:
        """Show these bytes in place of the earlier ones."""
        self.following.add(lambda: self.bytes.show(raw))
        if self._at_us is not None and raw.data:
            row = self.bytes.row_at(self._at_us)
            self._at_us = None
            self.selectRow(row)
            self.scrollTo(self.bytes.index(row, 0), RowsView.ScrollHint.PositionAtTop)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Show the bytes in letters of the same size as all other text."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange and hasattr(self, "bytes"):
            self._fit()

    def _fit(self) -> None:
        self.bytes.set_text_size(self.font().pointSizeF())
        self.set_fixed_widths(self.bytes.font, _WIDTHS)
