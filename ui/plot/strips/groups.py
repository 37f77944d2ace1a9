"""The curves of one value axis. Pure."""

from __future__ import annotations

from typing import NamedTuple

from ui.plot.curves import Style
from ui.plot.strips.scale import Scale


class Group(NamedTuple):
    """Curves that share a value axis."""

    styles: tuple[Style, ...]
    scale: Scale

    @property
    def unit(self) -> str:
        """The unit of all curves; empty if they have different ones."""
        units = {style.unit for style in self.styles}
        return units.pop() if len(units) == 1 else ""
