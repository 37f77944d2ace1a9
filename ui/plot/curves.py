"""The curves of the plot: which datastreams have one, and its name, colour and dashes.

The plot shows the curves of the device that is looked at, and of the devices whose curves are kept in it.

Invariants: a datastream that has sent a number keeps its curve, even if it sends texts later; a curve keeps
its colour and dashes while it is in the plot, and gets others only when it comes into a plot in which another
curve has them; so no two curves look the same, as long as there are enough colours. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from app.bench.status import DatastreamStatus, DeviceStatus
from app.messages.visible import visible
from ui.plot.trace import has_curve
from ui.theme.colors import PALETTE, Scheme, series_color

Key = tuple[str, str]
"""The name of a device, and the target of one of its datastreams."""

DASHES = 4
"""How many kinds of dashes a plot can draw; the first kind is a solid line."""


class Style(NamedTuple):
    """How one datastream is drawn.

    `round` selects the dashes of the line. It is 0 until all colours of the palette are used, 1 while they
    are used a second time, and so on.
    """

    target: str
    name: str
    unit: str
    color: str
    round: int = 0
    device: str = ""
    shows_device: bool = False
    """Whether the name of the device is shown too, because the plot has curves of several devices."""

    @property
    def key(self) -> Key:
        """The device and the target, which together belong to one curve only."""
        return self.device, self.target

    @property
    def label(self) -> str:
        """The name that the user sees."""
        return f"{visible(self.device)}: {self.name}" if self.shows_device else self.name


class _Look(NamedTuple):
    """The colour of a curve before it is adapted to the theme, and the kind of its dashes."""

    color: str
    round: int


class Curves:
    """The curves of all devices of a bench, of which only some are in the plot at a time."""

    def __init__(self) -> None:
        self._places: dict[str, dict[str, int]] = {}
        """For each device, its targets and in which order they appeared."""
        self._with_curve: set[Key] = set()
        self._looks: dict[Key, _Look] = {}
        self._declared: dict[Key, str] = {}
        """The colour that the bench file had for a datastream when its look was chosen."""
        self._in_plot: frozenset[Key] = frozenset()

    def styles(
        self, devices: Sequence[DeviceStatus], chosen: str, kept: Collection[str], scheme: Scheme
    ) -> list[Style]:
        """The styles of the curves in the plot, in the order of `devices` and of their datastreams.

        The plot has the curves of the device that is named `chosen`, and of those whose names are in `kept`.
        """
        plotted = [device for device in devices if device.name == chosen or device.name in kept]
        rows = {(device.name, row.target): row for device, row in self._curves_of(plotted)}
        self._choose_looks(rows)
        shows_device = any(device != chosen for device, _ in rows)
        return [
            Style(
                *(target, visible(row.name or target), row.unit),
                series_color(0, self._looks[device, target].color, scheme),
                self._looks[device, target].round,
                *(device, shows_device),
            )
            for (device, target), row in rows.items()
        ]

    def colors(self, device: DeviceStatus, scheme: Scheme) -> list[str]:
        """The colour of each datastream of a device whose curves are in the plot."""
        looks = (
            self._looks.get((device.name, row.target)) or self._own_look(device.name, row)
            for row in device.datastreams
        )
        return [series_color(0, look.color, scheme) for look in looks]

    def forget(self, device: str) -> None:
        """Forget a device, because its readings were deleted."""
        self._places.pop(device, None)
        self._with_curve = {key for key in self._with_curve if key[0] != device}
        self._looks = {key: look for key, look in self._looks.items() if key[0] != device}

    def _curves_of(self, devices: Sequence[DeviceStatus]) -> Iterator[tuple[DeviceStatus, DatastreamStatus]]:
        for device in devices:
            places = self._places.setdefault(device.name, {})
            for row in device.datastreams:
                places.setdefault(row.target, len(places))
                key = device.name, row.target
                if has_curve(row):
                    self._with_curve.add(key)
                if key in self._with_curve:
                    yield device, row

    def _choose_looks(self, rows: dict[Key, DatastreamStatus]) -> None:
        """Choose how the curves of `rows` look: first those that are in the plot already, then the others."""
        for key, row in rows.items():
            if self._declared.get(key) != row.color:  # new, or the bench file was edited
                self._looks.pop(key, None)
                self._declared[key] = row.color
        before = {key for key in self._in_plot if key in self._looks}
        # A declared colour goes first, because a curve without one can have any.
        order = sorted(rows, key=lambda key: (key not in before, not rows[key].color))
        taken: set[_Look] = set()
        for key in order:
            wanted = self._looks.get(key) or self._own_look(key[0], rows[key])
            self._looks[key] = wanted if wanted not in taken else _free(wanted, rows[key].color, taken)
            taken.add(self._looks[key])
        self._in_plot = frozenset(rows)

    def _own_look(self, device: str, row: DatastreamStatus) -> _Look:
        """How a curve looks if no other has its look: the colour follows from the place in the device."""
        if row.color:
            return _Look(row.color.upper(), 0)
        place = self._places[device][row.target]
        return _Look(PALETTE[place % len(PALETTE)], place // len(PALETTE) % DASHES)


def _free(wanted: _Look, declared: str, taken: Collection[_Look]) -> _Look:
    """A look that is not taken; `wanted` if there is none.

    A `declared` colour stays, with other dashes, until all its dashes are taken.
    """
    own = [_Look(wanted.color, kind) for kind in range(DASHES)] if declared else []
    others = [_Look(color, kind) for kind in range(DASHES) for color in PALETTE]
    return next((look for look in own + others if look not in taken), wanted)
