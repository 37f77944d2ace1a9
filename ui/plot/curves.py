"""The curves of the plot: which datastreams have one, and its name, colour and line style.

A datastream of texts is in the plot, too, but it has no curve: what it says is written in boxes, which have
colours of their own (`ui.plot.strips.state_colors`).

The plot shows the curves of the device that is looked at, and of the devices whose curves are kept in it.

A look (a colour with a line style) is given for the whole bench, whichever devices are shown:

1. A colour that the bench file declares, with its line style. If several datastreams declare the same, the
   first one in the bench file keeps it; the others keep the colour and get the next free line style.
2. A line style that is declared without a colour, with the colour given before or else a free one.
3. All others have the look that they were given before, also before a restart: see `remembered`. What is new
   gets the first free look: at first the colours of the palette with solid lines, then with dashed lines, and
   so on. The datastreams of the bench file go first, in its order, then those that have sent a number, by
   device and target. A look of a datastream that has not come in this run is free if no other is left.

Invariants: a datastream that has sent a number keeps its curve, even if it sends texts later; one of texts
takes no look from a curve; what comes later never changes the look of a curve, unless the bench file is
changed; no two curves of a bench look the same, as long as there are enough looks. Then each further curve
shares the look that the fewest have. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from app.bench.status import DatastreamStatus, DeviceStatus
from app.config.bench_file import DeviceConfig
from app.messages.visible import visible
from app.wire.datastreams import DatastreamType, LineStyle
from ui.plot.limits import NO_LIMITS, Limits, limits_of
from ui.theme.colors import PALETTE, Scheme, series_color

Key = tuple[str, str]
"""The name of a device, and the target of one of its datastreams."""

LINE_STYLES = tuple(LineStyle)
_TEXTS = (DatastreamType.STRING, DatastreamType.LOCATION)
"""The types whose values are never numbers."""
_BETWEEN = "\t"
"""Between device and target where looks are remembered; no name of a device has it."""


def has_curve(row: DatastreamStatus) -> bool:
    """Whether the last value of a datastream is a number. Only numbers are plotted."""
    return isinstance(row.value, int | float)


def has_states(row: DatastreamStatus) -> bool:
    """Whether the last value of a datastream is a text, which is written in a box."""
    return isinstance(row.value, str)


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
    is_stepped: bool = False
    """Whether a value holds until the next one, because what has not changed is left out."""
    limits: Limits = NO_LIMITS
    """The range of the bench file."""
    is_text: bool = False
    """Whether it has texts in boxes instead of a curve."""

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

    @property
    def is_text(self) -> bool:
        """Whether it is that of a datastream of texts."""
        return False


class TextLook(Look):
    """The look of all datastreams of texts."""

    @property
    def is_text(self) -> bool:
        """Whether it is that of a datastream of texts."""
        return True


NO_LOOK = Look("", LineStyle.SOLID)
"""That of a datastream that has no curve; and what is declared if nothing is."""
LOOKS = tuple(Look(color, line_style) for line_style in LINE_STYLES for color in PALETTE)
"""What is given to datastreams, in this order."""
_MOST_REMEMBERED = 4 * len(LOOKS)


class Curves:
    """The curves of all devices of a bench, of which only some are in the plot at a time."""

    def __init__(self, remembered: Mapping[str, int] | None = None) -> None:
        """`remembered` is what `remembered` was in an earlier run; what is no look in it is ignored."""
        self._with_curve: set[Key] = set()
        self._with_texts: set[Key] = set()
        self._declared: dict[Key, Look] = {}
        """What the bench file declares for each datastream that needs a look."""
        self._looks: dict[Key, Look] = {}
        """With the colours before they are adapted to the theme."""
        self._given: dict[Key, Look] = {}
        """What was given to datastreams without a declared colour; those that have come last are last."""
        for name, number in (remembered or {}).items():
            device, between, target = name.rpartition(_BETWEEN)
            if between and 0 <= number < len(LOOKS):
                self._given[device, target] = LOOKS[number]

    @property
    def remembered(self) -> dict[str, int]:
        """For a restart: the numbers of the looks given to datastreams that declare no colour."""
        newest = list(self._given.items())[-_MOST_REMEMBERED:]
        return {_BETWEEN.join(key): LOOKS.index(look) for key, look in newest}

    def styles(
        self,
        devices: Sequence[DeviceStatus],
        chosen: str,
        kept: Collection[str],
        scheme: Scheme,
        entries: Iterable[DeviceConfig] = (),
    ) -> list[Style]:
        """The styles of the curves in the plot, in the order of `devices` and of their datastreams.

        `devices` are all devices of the bench, and `entries` their entries in the bench file. The plot has
        the curves of the device that is named `chosen`, and of those whose names are in `kept`.
        """
        entries = tuple(entries)
        rows = {(device.name, row.target): row for device, row in self._curves_of(devices)}
        limits = limits_of(entries)
        texts = self._with_texts - self._with_curve
        declared = {key: look for key, look in _declared(entries).items() if key not in texts}
        for key, row in rows.items():
            if key not in texts:
                declared.setdefault(key, Look(row.color.upper(), row.line_style))
        if declared != self._declared:
            self._declared = declared
            given = _Giving(declared, self._given)
            self._looks, self._given = given.looks, given.given
        plotted = {key: row for key, row in rows.items() if key[0] == chosen or key[0] in kept}
        shows_device = any(device != chosen for device, _ in plotted)
        styles = []
        for key, row in plotted.items():
            look = self._look(key, scheme)
            what = row.target, visible(row.name or row.target), row.unit
            is_stepped, range_ = row.only_changes, limits.get(key, NO_LIMITS)
            styles.append(Style(*what, *look, key[0], shows_device, is_stepped, range_, look.is_text))
        return styles

    def looks(self, device: DeviceStatus, scheme: Scheme) -> list[Look]:
        """How each datastream of a device of the last `styles` looks; `NO_LOOK` for those not in the plot."""
        return [self._look((device.name, row.target), scheme) for row in device.datastreams]

    def _look(self, key: Key, scheme: Scheme) -> Look:
        if key in self._with_curve:
            return _adapted(self._looks[key], scheme)
        return TextLook(scheme.faint, LineStyle.SOLID) if key in self._with_texts else NO_LOOK

    def forget(self, device: str) -> None:
        """Forget that a device has curves, because its readings were deleted. They keep their looks."""
        self._with_curve = {key for key in self._with_curve if key[0] != device}
        self._with_texts = {key for key in self._with_texts if key[0] != device}

    def rename(self, renamed: Mapping[str, str]) -> None:
        """Keep the looks of devices that have other names now; `renamed` maps their new names to the old."""
        new = {old: name for name, old in renamed.items()}
        self._given = {
            (new.get(device, device), target): look for (device, target), look in self._given.items()
        }
        for keys in (self._with_curve, self._with_texts):
            moved = {(new.get(device, device), target) for device, target in keys}
            keys.clear()
            keys.update(moved)

    def _curves_of(self, devices: Sequence[DeviceStatus]) -> Iterator[tuple[DeviceStatus, DatastreamStatus]]:
        for device in devices:
            for row in device.datastreams:
                key = device.name, row.target
                if has_curve(row):
                    self._with_curve.add(key)
                if has_states(row):
                    self._with_texts.add(key)
                if key in self._with_curve or key in self._with_texts:
                    yield device, row


class _Giving:
    """Gives looks to the datastreams of a bench."""

    def __init__(self, declared: Mapping[Key, Look], given: Mapping[Key, Look]) -> None:
        """`declared` has all that need a look, and `given` what was given to them and to others before."""
        self.looks: dict[Key, Look] = {}
        """What they get."""
        self._taken: Counter[Look] = Counter()
        self._declared, self._before = declared, dict(given)
        self._known = set(given.values())
        self._absent = [key for key in given if key not in declared][::-1]
        self._give_colors()
        self._give_line_styles()
        self._give_rest()
        self.given = {key: self._before[key] for key in self._absent[::-1]}
        """What was given to those that declare nothing; those that have come last are last.

        It is kept while a line style is declared, because only the colour is in use then.
        """
        for key, look in self.looks.items():
            if declared[key] == NO_LOOK:
                self.given[key] = look
            elif not declared[key].color and key in self._before:
                self.given[key] = self._before[key]

    def _give(self, key: Key, look: Look) -> None:
        self.looks[key] = look
        self._taken[look] += 1

    def _give_colors(self) -> None:
        """Give the declared colours."""
        alike: list[Key] = []
        for key, declared in self._declared.items():
            if declared.color and declared not in self._taken:
                self._give(key, declared)
            elif declared.color:
                alike.append(key)
        for key in alike:
            color, line_style = self._declared[key]
            self._give_similar(key, [Look(color, other) for other in _from(line_style)])

    def _give_line_styles(self) -> None:
        """Give the line styles that are declared without a colour."""
        for key, (color, line_style) in self._declared.items():
            if not color and line_style is not LineStyle.SOLID:
                before = self._before.get(key)
                own = Look(before.color, line_style) if before else None
                if own and own not in self._taken:
                    self._give(key, own)
                else:
                    self._give_similar(key, [Look(color, line_style) for color in PALETTE])

    def _give_rest(self) -> None:
        """Give those that declare nothing what they had before, or something new."""
        rest = [key for key in self._declared if key not in self.looks]
        for key in rest:
            look = self._before.get(key)
            if look and look not in self._taken:
                self._give(key, look)
        for key in rest:
            if key not in self.looks:
                self._give(key, self._new(LOOKS) or self._shared(key))

    def _give_similar(self, key: Key, similar: Sequence[Look]) -> None:
        """Give a look of `similar`, or another one if all of these are taken."""
        untaken = next((look for look in similar if look not in self._taken), None)
        self._give(key, self._new(similar) or untaken or self._new(LOOKS) or self._shared(key))

    def _new(self, among: Iterable[Look]) -> Look | None:
        """The first look that no datastream has or had; None if there is none."""
        return next((look for look in among if look not in self._taken and look not in self._known), None)

    def _shared(self, key: Key) -> Look:
        """What a datastream gets if no look is new: one that another had, or one that another has."""
        if key in self._before:
            return self._before[key]
        while self._absent:
            look = self._before[self._absent.pop()]
            if look not in self._taken:
                return look
        return min(LOOKS, key=lambda look: self._taken[look])


def _declared(entries: Iterable[DeviceConfig]) -> dict[Key, Look]:
    """What the bench file declares for each of its datastreams that may have a curve."""
    return {
        (entry.name, f"ds{table.id}" if table.virtual_pin is None else f"v{table.virtual_pin}"): Look(
            table.color.upper(), table.line_style
        )
        for entry in entries
        for table in entry.datastream
        if table.type not in _TEXTS
    }


def _from(line_style: LineStyle) -> tuple[LineStyle, ...]:
    """All line styles, in their order from `line_style` on."""
    at = LINE_STYLES.index(line_style)
    return LINE_STYLES[at:] + LINE_STYLES[:at]


def _adapted(look: Look, scheme: Scheme) -> Look:
    return look._replace(color=series_color(0, look.color, scheme))
