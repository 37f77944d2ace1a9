"""The curves of the plot: which datastreams have one, and its name, colour and line style.

The plot shows the curves of the device that is looked at, and of the devices whose curves are kept in it.

Invariants: a datastream that has sent a number keeps its curve, even if it sends texts later; a curve keeps
its colour and line style while it is in the plot, and gets others only when it comes into a plot in which
another curve has them, or when the bench file is changed; so no two curves look the same, as long as there
are enough colours. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from app.bench.status import DatastreamStatus, DeviceStatus
from app.messages.visible import visible
from app.wire.datastreams import LineStyle
from ui.theme.colors import PALETTE, Scheme, series_color

Key = tuple[str, str]
"""The name of a device, and the target of one of its datastreams."""

LINE_STYLES = tuple(LineStyle)


def has_curve(row: DatastreamStatus) -> bool:
    """Whether the last value of a datastream is a number. Only numbers are plotted."""
    return isinstance(row.value, int | float)


class Style(NamedTuple):
    """How one datastream is drawn."""

    target: str
    name: str
    unit: str
    color: str
    line_style: LineStyle = LineStyle.SOLID
    """That of the bench file, or another one if another curve has the same colour."""
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


class Look(NamedTuple):
    """The colour and the line style of a curve, by which the user finds it everywhere in the window."""

    color: str
    line_style: LineStyle


class Curves:
    """The curves of all devices of a bench, of which only some are in the plot at a time."""

    def __init__(self) -> None:
        self._places: dict[str, dict[str, int]] = {}
        """For each device, its targets and in which order they appeared."""
        self._with_curve: set[Key] = set()
        self._looks: dict[Key, Look] = {}
        """With the colours before they are adapted to the theme."""
        self._declared: dict[Key, tuple[str, LineStyle]] = {}
        """The colour and line style that the bench file had for a datastream when its look was chosen."""
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
                *_adapted(self._looks[device, target], scheme),
                *(device, shows_device),
            )
            for (device, target), row in rows.items()
        ]

    def looks(self, device: DeviceStatus, scheme: Scheme) -> list[Look]:
        """How each datastream of a device looks whose curves are in the plot."""
        looks = (
            self._looks.get((device.name, row.target)) or self._own_look(device.name, row)
            for row in device.datastreams
        )
        return [_adapted(look, scheme) for look in looks]

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
        """Choose how the curves of `rows` look."""
        edited: set[Key] = set()
        for key, row in rows.items():
            declared = row.color, row.line_style
            if self._declared.get(key) != declared:  # new, or the bench file was edited
                if self._looks.pop(key, None) and key in self._in_plot:
                    edited.add(key)
                self._declared[key] = declared
        before = {key for key in self._in_plot if key in self._looks}
        taken: set[Look] = set()
        for key in sorted(rows, key=lambda key: self._rank(key, rows[key], before, edited)):
            own = self._own_look(key[0], rows[key])
            wanted = self._looks.get(key) or own
            self._looks[key] = wanted if wanted not in taken else _free(own, rows[key], taken) or wanted
            taken.add(self._looks[key])
        self._in_plot = frozenset(rows)

    def _rank(
        self, key: Key, row: DatastreamStatus, before: Collection[Key], edited: Collection[Key]
    ) -> tuple[int, bool, bool]:
        """Which curves choose first: those with a lower rank.

        Curves that are in the plot keep their looks. Only what the user has just written into the bench file
        goes before a look of which the plot has chosen a part.
        """
        if key in before:
            place = 0 if row.color and self._looks[key] == self._own_look(key[0], row) else 2
        else:
            place = 1 if key in edited and _is_declared(row) else 3
        # What is declared goes first, because a curve that declares nothing can have any look.
        return place, not row.color, row.line_style is LineStyle.SOLID

    def _own_look(self, device: str, row: DatastreamStatus) -> Look:
        """How a curve looks if no other has its look; what is not declared follows from its place."""
        place = self._places[device][row.target]
        color = row.color.upper() or PALETTE[place % len(PALETTE)]
        if _is_declared(row):
            return Look(color, row.line_style)
        return Look(color, LINE_STYLES[place // len(PALETTE) % len(LINE_STYLES)])


def _is_declared(row: DatastreamStatus) -> bool:
    """Whether the bench file says how the curve looks; a solid line is what it says if it says nothing."""
    return bool(row.color) or row.line_style is not LineStyle.SOLID


def _free(own: Look, row: DatastreamStatus, taken: Collection[Look]) -> Look | None:
    """A look that is not taken, as similar to `own` as possible; None if there is none.

    A declared colour stays, with another line style, until all styles are taken with it. A line style that is
    declared without a colour stays, with another colour.
    """
    similar: list[Look] = []
    if row.color:
        similar = [Look(own.color, line_style) for line_style in _from(own.line_style)]
    elif _is_declared(row):
        similar = [Look(color, own.line_style) for color in PALETTE]
    others = [Look(color, line_style) for line_style in LINE_STYLES for color in PALETTE]
    return next((look for look in similar + others if look not in taken), None)


def _from(line_style: LineStyle) -> tuple[LineStyle, ...]:
    """All line styles, in their order from `line_style` on."""
    at = LINE_STYLES.index(line_style)
    return LINE_STYLES[at:] + LINE_STYLES[:at]


def _adapted(look: Look, scheme: Scheme) -> Look:
    return look._replace(color=series_color(0, look.color, scheme))
