"""The form of one table: a field for each key, its problem beside it, and the rare keys on request.

Invariant: each change of a field is put into the draft at once, also what the loader refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget

from app.messages.languages import text, text_of
from app.messages.message import Message
from ui import wording
from ui.bench.fields import Surroundings, TickField, field_of
from ui.bench.model.draft import Draft, Node
from ui.bench.model.keys import SECTIONS, Input, Key, Section, is_shown
from ui.plot.overview import plain_label


class Binding:
    """Connects one key of a table with one field."""

    def __init__(self, key: Key, node: Node, around: Surroundings, changed: Callable[[], None]) -> None:
        """`changed` is called after the user has changed the value."""
        self.key, self.node = key, node
        self._draft: Draft = around.draft
        self._changed = changed
        name, tip = text(key.label), text(key.tip)
        self.field = field_of(key, node, around)
        self.label = QLabel(name)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setBuddy(self.field.focus)
        self.problem = plain_label("")
        self.problem.setProperty("tone", "bad")
        self.problem.setWordWrap(True)
        self.field.focus.setAccessibleName(name)
        for widget in (self.label, self.field.focus):
            widget.setToolTip(wording.tooltip(tip))
        if isinstance(self.field, TickField):
            self.field.box.setText(name)
        self.field.show(node.get(key.name))
        self.field.changed.connect(self._take)

    def refresh(self, problem: Message | None) -> None:
        """Show the value, whether it is wrong, and the field only if the key has an effect."""
        shown = is_shown(self.key, self.node, problem is not None)
        self.field.show(self.node.get(self.key.name))
        self.field.widget.setVisible(shown)
        self.label.setVisible(shown and self.label.parent() is not None)
        words = text_of(problem) if problem else ""
        self.problem.setText(f"✗ {words}" if words else "")
        self.problem.setVisible(bool(words))
        self.field.focus.setAccessibleDescription(words or text(self.key.tip))

    def _take(self, value: Any) -> None:
        self._draft.put(self.node, self.key.name, value)
        self._changed()


class Form(QScrollArea):
    """The fields of one table."""

    def __init__(
        self,
        node: Node,
        around: Surroundings,
        changed: Callable[[], None],
        extras: Mapping[str, QWidget],
    ) -> None:
        """`extras` has the widgets that are shown below the fields of a section, by the section's title."""
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.node = node
        self.bindings: dict[str, Binding] = {}
        self.more: QToolButton | None = None
        """The button that shows the rare keys; None if there are none."""
        self._rare: QWidget | None = None
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(4, 2, 14, 8)
        column.setSpacing(6)
        for section in SECTIONS[node.kind]:
            part = self._section(section, around, changed)
            if section.rare:
                self.more = QToolButton()
                self.more.setCheckable(True)
                self.more.setText(text(section.title))
                self.more.toggled.connect(part.setVisible)
                column.addSpacing(6)
                column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
                part.hide()
                self._rare = part
            else:
                column.addWidget(plain_label(text(section.title), heading=True))
            column.addWidget(part)
            if extra := extras.get(section.title):
                column.addWidget(extra)
        column.addStretch(1)
        self.setWidget(page)
        self.setMinimumWidth(page.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width())

    def refresh(self, problems: Mapping[str, Message]) -> None:
        """Show all values, and the problem of each key beside its field."""
        for name, binding in self.bindings.items():
            binding.refresh(problems.get(name))
        rare = [key.name for section in SECTIONS[self.node.kind] if section.rare for key in section.keys]
        if self.more is not None and any(name in problems for name in rare):
            self.more.setChecked(True)

    def fill(self) -> None:
        """Renew what the fields offer, such as the list of ports."""
        for binding in self.bindings.values():
            binding.field.fill()

    def focus(self, key: str) -> None:
        """Give the field of `key` the keyboard focus, and show it."""
        binding = self.bindings.get(key)
        if binding is None:
            return
        if self.more is not None and self._rare is not None and self._rare.isAncestorOf(binding.field.widget):
            self.more.setChecked(True)
        binding.field.focus.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ensureWidgetVisible(binding.field.widget)

    def _labels_px(self) -> int:
        """The width of the longest name of a key, so that the fields of all sections are below each other."""
        keys = [key for section in SECTIONS[self.node.kind] for key in section.keys]
        names = [text(key.label) for key in keys if key.field is not Input.TICK]
        return max(map(self.fontMetrics().horizontalAdvance, names))

    def _section(self, section: Section, around: Surroundings, changed: Callable[[], None]) -> QWidget:
        part = QWidget()
        grid = QGridLayout(part)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, self._labels_px())
        grid.setColumnStretch(1, 1)
        for place, key in enumerate(section.keys):
            binding = Binding(key, self.node, around, changed)
            self.bindings[key.name] = binding
            if key.field is Input.TICK:
                # A long text beside the box, without a name before it.
                grid.addWidget(binding.field.widget, 2 * place, 0, 1, 2)
            else:
                grid.addWidget(binding.label, 2 * place, 0)
                grid.addWidget(binding.field.widget, 2 * place, 1)
            grid.addWidget(binding.problem, 2 * place + 1, 1)
        return part
