"""The strip of a datastream of texts: a header, and boxes that show which text held when.

Invariants: the strip is low, and does not grow; it has no value axis, but its boxes begin where curves begin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.messages.languages import text, text_of
from app.messages.visible import visible
from app.wire.timeline import Event
from ui import wording
from ui.plot.cursors import NAMES
from ui.plot.curves import Style
from ui.plot.feed.feed import Feed
from ui.plot.feed.states import Box, StateTrace
from ui.plot.strips.axes import ValueAxis
from ui.plot.strips.canvas import Content
from ui.plot.strips.gestures import CanvasGestures, Gestures
from ui.plot.strips.grounds import grounds
from ui.plot.strips.groups import Group
from ui.plot.strips.header import Entry, Header, Unit
from ui.plot.strips.state_canvas import StateCanvas
from ui.plot.strips.state_colors import state_colors
from ui.plot.strips.strip import Pointed, Strip
from ui.plot.time_view import Frame
from ui.theme.colors import Scheme

_MOST_LETTERS = 40
"""A longer text is cut in the header."""


class StateStrip(QWidget):
    """A header, and the area with the boxes."""

    groups: Sequence[Group] = ()
    axes: Sequence[ValueAxis] = ()
    """It has no value axes."""
    stretch = 0
    axes_px = 0
    """The width that it needs at the left."""

    def __init__(
        self, style: Style, scheme: Scheme, gestures: Gestures, font: QFont, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.styles = (style,)
        self._scheme = scheme
        self.header = Header(scheme, self)
        self.canvas = StateCanvas(
            scheme,
            self,
            CanvasGestures(
                *(gestures.zoom_time, gestures.pan_time),
                *(lambda box: gestures.zoom_into(box.from_s, box.to_s), gestures.zoom_out),
                *(gestures.move_cursor, gestures.point),
            ),
            1,
        )
        for part in (self.header, self.canvas):
            part.setFont(font)
        self.header.setFixedHeight(self.header.row_px)
        self.canvas.setFixedHeight(self.canvas.sizeHint().height())
        column, self._row = QVBoxLayout(self), QHBoxLayout()
        for layout in (column, self._row):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        column.addWidget(self.header)
        column.addLayout(self._row)
        self._row.addWidget(self.canvas)
        self._left_px = 0
        self._trace = StateTrace(lambda *_: [])

    @property
    def least_px(self) -> int:
        """The height that it needs."""
        return self.header.height() + self.canvas.height()

    def set_axes_px(self, width: int) -> None:
        """Leave `width` pixels at the left, where other strips have value axes."""
        self._left_px = width
        self._row.setContentsMargins(width, 0, 0, 0)

    def follow(self, feed: Feed) -> None:
        """Draw what `feed` has of the datastream from now on."""
        self._trace = feed.states[self.styles[0].key]

    def shift(self, frame: Frame) -> None:
        """Move on to `frame`, in which nothing is new."""
        self.canvas.shift(frame)

    def show_frame(
        self, frame: Frame, pointed: Pointed, happened: Mapping[str, Sequence[Event]], *, locked: bool
    ) -> None:
        """Draw the boxes in `frame`; `happened` is what happened to each device."""
        del locked  # There is no axis.
        (style,) = self.styles
        self._trace.update(frame, happened.get(style.device, ()), style.target)
        shown = grounds(self._trace.gaps, self._scheme, frame.to_s)
        content = Content((), pointed.time_lines, shown, pointed.lines)
        self.canvas.show_boxes(frame, self._trace.boxes, content)

    def show_labels(self, hover_s: float | None, cursors_s: tuple[float, float] | None = None) -> None:
        """Update the header: the newest text, or the one at the time `hover_s`, and those at the cursors.

        All times are in Unix seconds.
        """
        (style,) = self.styles
        box = self._trace.newest if hover_s is None else self._trace.at(hover_s)
        words = [_said(box)]
        if box and box.text is not None:
            since, now = wording.moment(box.since_s), wording.moment(self.canvas.frame.to_s)
            words.append(text("label_state_since", time=since[-8:] if since[:10] == now[:10] else since))
        if hover_s is not None:
            words += [text_of(gap.message) for gap in self._trace.gaps if gap.from_s <= hover_s <= gap.to_s][
                :1
            ]
        for name, at_s in zip(NAMES, cursors_s or (), strict=False):
            words.append(f"{name} {_said(self._trace.at(at_s))}")
        color = state_colors(box.text, self._scheme).edge if box and box.text else self._scheme.faint
        entry = Entry(style._replace(color=color), tuple(words))
        self.header.show_entries([entry], [Unit(self._left_px, "")])


AnyStrip = Strip | StateStrip


def made(
    groups: Sequence[Group],
    scheme: Scheme,
    gestures: Gestures,
    font: QFont,
    parent: QWidget,
    *,
    width_px: int,
) -> AnyStrip:
    """The strip of the curves of `groups`, which are `width_px` thick; or of a datastream of texts."""
    style = groups[0].styles[0]
    if style.is_text:
        return StateStrip(style, scheme, gestures, font, parent)
    return Strip(groups, scheme, gestures, font, parent, width_px=width_px)


def _said(box: Box | None) -> str:
    """What a box is, in words."""
    if box is None:
        return "–"
    if box.text is None:
        return text("label_states_left_out") if box.is_left_out else text("label_changes", count=box.changes)
    said = visible(box.text[: _MOST_LETTERS + 1])
    return wording.isolated(f"{said[:_MOST_LETTERS]}…" if len(box.text) > _MOST_LETTERS else said)
