"""The number of lines of a board, by their verdicts. Pure."""

from __future__ import annotations

import msgspec


class LineCounts(msgspec.Struct, frozen=True):
    """The number of lines for each kind of verdict."""

    accepted: int = 0
    rejected: int = 0
    comments: int = 0
    blank: int = 0
    partial: int = 0

    @property
    def lines(self) -> int:
        """The total number of lines."""
        return self.accepted + self.rejected + self.comments + self.blank + self.partial

    def __add__(self, other: LineCounts) -> LineCounts:
        return LineCounts(
            self.accepted + other.accepted,
            self.rejected + other.rejected,
            self.comments + other.comments,
            self.blank + other.blank,
            self.partial + other.partial,
        )
