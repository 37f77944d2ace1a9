"""The fields of the editor: a widget for each kind of key, which shows a value and reports a new one.

Invariant: a field reports only what the user has changed; `show` reports nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from app.bench.status import PortInfo
from app.config.addresses import BLYNK_REGIONS, SIMULATED
from app.messages.languages import text, text_of
from app.wire.datastreams import LineStyle
from ui.bench.model import values
from ui.bench.model.account import NodeTokens, account_of
from ui.bench.model.draft import NAME, Draft, Node
from ui.bench.model.keys import Choices, Input, Key
from ui.boards.newcomer import BAUD_RATES
from ui.boards.port_list import entries, in_order, name_of
from ui.plot.line_sample import SAMPLE, choice_icon
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.flow import FlowWidget
from ui.widgets.swatch import swatch

_BOX_PX = 30
_LONGEST = 4096
"""The most characters of a field. A bench file may have longer texts, but nobody can edit them in a line."""

Read = Callable[[str], Any]


class FormBox(ChoiceBox):
    """A list to choose from within a form that scrolls."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.setMinimumHeight(_BOX_PX)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Leave the wheel to the form, unless the box has the focus: scrolling must change no setting."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class Field(QObject):
    """A field for one key."""

    changed = Signal(object)
    """Emitted with the new value when the user has changed it."""

    def __init__(self, widget: QWidget, focus: QWidget | None = None) -> None:
        super().__init__(widget)
        self.widget = widget
        self.focus = focus or widget
        """The widget that gets the keyboard focus, and has the name for screen readers."""

    def show(self, value: Any) -> None:
        """Show a value of the key, also one that is wrong."""
        raise NotImplementedError

    def fill(self) -> None:
        """Renew what the field offers, such as the list of ports."""


class LineField(Field):
    """A field in which the user types."""

    def __init__(self, read: Read, default: Any) -> None:
        self.line = QLineEdit()
        self.line.setMaxLength(_LONGEST)
        if read is not values.read_text:
            # An empty field stands for the default, except where a text may be empty.
            self.line.setPlaceholderText(values.written(default))
        self._read, self._default = read, default
        super().__init__(self.line)
        self.line.textEdited.connect(self._edited)

    def show(self, value: Any) -> None:
        """Show a value; the cursor stays at the beginning, so that a long text can be read."""
        if self._value() != value:
            self.line.setText(values.written(value))
            self.line.setCursorPosition(0)

    def _value(self) -> Any:
        found = self._read(self.line.text())
        return self._default if found is None else found

    def _edited(self) -> None:
        self.changed.emit(self._value())


class ColorField(LineField):
    """A field for a colour, with a button that opens the colours to choose from."""

    def __init__(self, choose: Callable[[Callable[[str], None]], None]) -> None:
        """`choose` opens the choice, and calls its argument with the chosen colour."""
        super().__init__(values.read_text, "")
        self.button = QToolButton()
        self.button.setText(text("button_choose_color"))
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.setAccessibleName(text("button_choose_color"))
        self.button.clicked.connect(lambda: choose(self._chosen))
        self.widget = _row(self.line, self.button)

    def show(self, value: Any) -> None:
        """Show a colour, also beside the button."""
        super().show(value)
        self.button.setIcon(swatch(str(value)) if QColor(str(value)).isValid() else QIcon())

    def _chosen(self, color: str) -> None:
        self.show(color)
        self.changed.emit(color)


class TokenField(LineField):
    """A field for the place of a token, with buttons that ask for the token itself, and try it."""

    def __init__(self, tokens: NodeTokens | None, device: Node) -> None:
        """If `tokens` is None, there are no buttons."""
        super().__init__(values.read_text, "")
        self._device = device
        self.buttons = FlowWidget()
        for code, tip, act in (
            ("button_type_token", "tip_type_token", tokens and tokens.type),
            ("button_test", "tip_test", tokens and tokens.test),
        ):
            if act is not None:
                self.buttons.add(_tool(code, tip, partial(act, device)))
        self.widget = QWidget()
        column = QVBoxLayout(self.widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.line)
        column.addWidget(self.buttons)

    def show(self, value: Any) -> None:
        """Show the place; the buttons are enabled if server and place are complete."""
        super().show(value)
        self.buttons.setEnabled(account_of(self._device) is not None)


class TickField(Field):
    """A field that is on or off."""

    def __init__(self) -> None:
        self.box = QCheckBox()
        super().__init__(self.box)
        self.box.clicked.connect(lambda on: self.changed.emit(on))

    def show(self, value: Any) -> None:
        """Tick the box if `value` is true."""
        self.box.setChecked(value is True)


class ChoiceField(Field):
    """A field with a list of values to choose from."""

    def __init__(self, choices: Callable[[], list[tuple[Any, str]]]) -> None:
        """`choices` returns each value with its name; it is asked again at each `fill`."""
        self.box = FormBox()
        self._choices = choices
        self._values: list[Any] = []
        super().__init__(self.box)
        self.fill()
        self.box.activated.connect(lambda at: self.changed.emit(self._values[at]))

    def fill(self) -> None:
        """Renew the list, and keep the choice."""
        found = self._choices()
        at = self.box.currentIndex()
        chosen = self._values[at] if 0 <= at < len(self._values) else None
        self._values = [value for value, _ in found]
        with QSignalBlocker(self.box):
            self.box.clear()
            self.box.addItems([name for _, name in found])
        self.show(chosen)

    def show(self, value: Any) -> None:
        """Choose `value`; nothing if it is none of the list."""
        at = next((at for at, known in enumerate(self._values) if known == value), -1)
        self.box.setCurrentIndex(at)


class LineStyleField(ChoiceField):
    """A field for a line style, with a sample of each style in the list."""

    def show(self, value: Any) -> None:
        """Choose `value`, and draw the samples, because the theme may have changed."""
        super().show(value)
        self.box.setIconSize(SAMPLE)
        for at, line_style in enumerate(self._values):
            self.box.setItemIcon(at, choice_icon(self.box.palette(), LineStyle(line_style)))


class TypedChoiceField(Field):
    """A field with a list, in which the user may also type something else."""

    def __init__(self, read: Read, offers: Callable[[Any], list[tuple[str, Any]]]) -> None:
        """`offers` returns the names and values of the list, given the value that is shown."""
        self.box = FormBox()
        self.box.setEditable(True)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.box.setCompleter(None)  # type: ignore[arg-type]  # None removes the completer
        self._read, self._offers = read, offers
        self._shown: Any = None
        self._listed: list[tuple[str, Any]] | None = None
        line = self.box.lineEdit()
        assert line is not None  # noqa: S101 - for the type checker; the box is editable
        line.setMaxLength(_LONGEST)
        self.line = line
        super().__init__(self.box)
        line.textEdited.connect(self._edited)
        self.box.activated.connect(self._activated)

    def fill(self) -> None:
        """Renew the list, unless it is open."""
        if not self.box.view().isVisible() and not self.line.hasFocus():
            self.show(self._shown)

    def show(self, value: Any) -> None:
        """Show a value by its name in the list, or else as it is."""
        found = self._offers(value)
        if value == self._shown and (self.line.hasFocus() or found == self._listed):
            return
        self._shown, self._listed = value, found
        at = next((at for at, (_, known) in enumerate(found) if known == value), -1)
        with QSignalBlocker(self.box):
            self.box.clear()
            for name, known in found:
                self.box.addItem(name, known)
            self.box.setCurrentIndex(at)
            if at < 0:
                self.box.setEditText(values.written(value))
        self.line.setCursorPosition(0)

    def _edited(self, typed: str) -> None:
        at = self.box.findText(typed)
        self._shown = self.box.itemData(at) if at >= 0 else self._read(typed)
        self.changed.emit(self._shown)

    def _activated(self, at: int) -> None:
        self._shown = self.box.itemData(at)
        self.changed.emit(self._shown)


class Surroundings:
    """What fields offer that comes from outside of their table."""

    def __init__(
        self,
        draft: Draft,
        ports: Callable[[], Sequence[PortInfo]],
        choose_color: Callable[[str, Callable[[str], None]], None],
        tokens: NodeTokens | None,
    ) -> None:
        """`choose_color` opens the choice of a colour; it takes the present one, and what to call then.

        If `tokens` is None, no token can be typed.
        """
        self.draft, self.choose_color, self.tokens = draft, choose_color, tokens
        self._list_ports = ports
        self.ports: Sequence[PortInfo] = ports()
        """The ports of this computer at the last `renew`; listing them is slow on some systems."""

    def renew(self) -> None:
        """List the ports again."""
        self.ports = self._list_ports()


def field_of(key: Key, node: Node, around: Surroundings) -> Field:
    """The field for `key` of `node`."""
    default = node.default(key.name)
    match key.field:
        case Input.WHOLE:
            return LineField(values.read_whole, default)
        case Input.NUMBER:
            return LineField(lambda typed: values.read_number(typed, text("decimal_sign")), default)
        case Input.WHOLES:
            return LineField(values.read_wholes, default)
        case Input.TICK:
            return TickField()
        case Input.CHOICE:
            return ChoiceField(lambda: named(key.choices))
        case Input.LINE_STYLE:
            return LineStyleField(lambda: named(key.choices))
        case Input.ORGANISATION:
            return ChoiceField(lambda: _organisations(around.draft))
        case Input.PORT:
            return TypedChoiceField(str.strip, lambda value: _ports(around.ports, str(value)))
        case Input.BAUD_RATE:
            rates = [(str(rate), rate) for rate in BAUD_RATES]
            return TypedChoiceField(_with_default(values.read_whole, default), lambda _value: rates)
        case Input.SERVER:
            servers = [(text("choice_no_server"), ""), *((server, server) for server in BLYNK_REGIONS)]
            return TypedChoiceField(values.read_server, lambda _value: servers)
        case Input.TOKEN:
            return TokenField(around.tokens, node)
        case Input.COLOR:
            return ColorField(lambda take: around.choose_color(str(node.get(key.name)), take))
    return LineField(values.read_text, default)


def named(choices: Choices) -> list[tuple[Any, str]]:
    """Each value of `choices` with its name in the user's language."""
    return [(value, text(code)) for value, code in choices]


def _with_default(read: Read, default: Any) -> Read:
    def reading(text: str) -> Any:
        found = read(text)
        return default if found is None else found

    return reading


def _organisations(draft: Draft) -> list[tuple[Any, str]]:
    known = [(node, str(node.get(NAME))) for node in draft.organisations]
    return [("", text("choice_no_organisation")), *known]


def _ports(ports: Sequence[PortInfo], chosen: str) -> list[tuple[str, Any]]:
    ports = in_order(ports)
    found, at = entries(ports, [text_of(name_of(info)) for info in ports], chosen, chosen)
    listed = [(entry.name, chosen if place == at else entry.port) for place, entry in enumerate(found)]
    return [*listed, (text("label_simulated_board"), SIMULATED)]


def _tool(code: str, tip: str, act: Callable[[], None]) -> QToolButton:
    button = QToolButton()
    button.setText(text(code))
    button.setToolTip(text(tip))
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.clicked.connect(lambda: act())
    return button


def _row(*widgets: QWidget) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    for place, widget in enumerate(widgets):
        layout.addWidget(widget, 0 if place else 1)
    return row
