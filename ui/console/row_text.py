"""How a row of the console is written, in the window, on the clipboard and in a file.

Invariant: any thread may use a `RowText`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.messages.languages import text, text_of
from app.messages.visible import visible
from ui import wording
from ui.console.log import Row, RowKind

_LABELS = {RowKind(kind): code for kind, code in wording.KIND_LABELS.items()} | {
    RowKind.SENT: "label_sent",
    RowKind.NOT_TAKEN: "label_not_taken",
    RowKind.GAP: "label_gap",
    RowKind.EVENT: "label_event",
}

_MOST_SECONDS = 1000


class RowText:
    """Writes the cells of rows."""

    def __init__(self) -> None:
        self.labels = {kind: text(code) for kind, code in _LABELS.items()}
        """What the column of verdicts says for each kind of row."""
        self._seconds: dict[int, str] = {}

    def time(self, row: Row) -> str:
        """The local time of day, with milliseconds."""
        second, us = divmod(row.at_us, 1_000_000)
        shown = self._seconds.get(second)
        if shown is None:
            # The rows in sight share a few seconds, and asking the system for local time takes long.
            if len(self._seconds) > _MOST_SECONDS:
                self._seconds = {}
            shown = self._seconds[second] = wording.clock(second)
        return f"{shown}.{us // 1000:03d}"

    @staticmethod
    def device(row: Row) -> str:
        """The name of the board."""
        return visible(row.tag.device)

    def verdict(self, row: Row) -> str:
        """The verdict, or the sign of a line that was sent."""
        return self.labels[row.tag.kind]

    @staticmethod
    def line(row: Row) -> str:
        """The line; for a gap, how many lines are not shown."""
        return text("lines_not_shown", count=row.missing) if row.tag.kind is RowKind.GAP else row.shown

    @staticmethod
    def hint(row: Row) -> str:
        """How to fix the line, or what was done with its value; empty if there is nothing to say."""
        if row.tag.kind is RowKind.NOT_TAKEN:
            return text("hint_line_not_taken")
        verdict = row.verdict
        hint = wording.explain(verdict) if verdict else None
        return visible(text_of(hint)) if hint else ""

    def copied(self, row: Row, *, details: bool, devices: bool) -> str:
        """A row as text: its line; with `details`, also time, device (if `devices`), verdict and hint.

        The columns are separated by tabs.
        """
        if not details:
            return self.line(row)
        device = (self.device(row),) if devices else ()
        cells = (self.time(row), *device, self.verdict(row), self.line(row), self.hint(row))
        return "\t".join(cells)

    def lines(self, rows: Iterable[Row], *, details: bool, devices: bool) -> Iterator[str]:
        """Each row as `copied` writes it."""
        return (self.copied(row, details=details, devices=devices) for row in rows)
