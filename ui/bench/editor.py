"""The editor's window: the tables of a bench at the left, a form at the right, and what is wrong below.

The window knows no file: it emits a signal when the user wants to save, revert or close.

Invariants: nothing can be saved while the loader would refuse it; what the user has typed stays until it is
changed, reverted or discarded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.messages.languages import text, text_of
from app.messages.message import Message
from ui.bench.fields import Surroundings
from ui.bench.form import Form
from ui.bench.model.draft import Draft, Kind, Node
from ui.bench.model.keys import key_of
from ui.bench.model.problems import Problem, problems
from ui.bench.notice import Button, Notice
from ui.bench.outline import Outline, title
from ui.bench.panels import Panel
from ui.bench.tools import Tools
from ui.plot.overview import plain_label
from ui.theme.colors import Scheme, series_color
from ui.widgets.tab_order import in_layout_order, set_tab_order

_SIZE = QSize(940, 640)
_LIVE_MS = 500
_PORTS_EVERY = 3
"""The ports are listed at every third look at the boards."""
_PROBLEMS_SHOWN = 3


class Parts(NamedTuple):
    """What the editor gets from its surroundings."""

    around: Surroundings
    panels: Callable[[Node, Callable[[], None]], dict[str, Panel]]
    """Makes the panels of a table, by the titles of the sections that they belong to."""
    readings: Callable[[Node, Node], int | None] = lambda _device, _node: None
    """How many readings a device has of a datastream, in all runs; None if that is not known."""
    waiting: Callable[[Node], int] = lambda _device: 0
    """How many readings of a device wait to be sent."""


class BenchEditor(QWidget):
    """The window in which a bench is edited."""

    save_asked = Signal()
    revert_asked = Signal()
    close_asked = Signal()
    focused = Signal()
    """Emitted when the window becomes the active one."""
    closed = Signal()

    def __init__(self, draft: Draft, parts: Parts, scheme: Scheme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.draft, self._parts, self._scheme = draft, parts, scheme
        self.problems: list[Problem] = []
        self._may_close = False
        self._panels: list[Panel] = []
        self._tab_order: list[QWidget] = []
        self.outline = Outline(draft)
        self.form: Form | None = None
        self.state = plain_label("")
        self.notice = Notice()
        self.list = QListWidget()
        self.list.setAccessibleName(text("label_problems"))
        self.list.itemActivated.connect(lambda: self._jump(self.list.currentRow()))
        self.list.itemClicked.connect(lambda: self._jump(self.list.currentRow()))
        self.save_button = _push("editor_save", self.save_asked.emit)
        self.save_button.setProperty("primary", True)
        self.revert_button = _push("editor_revert", self.revert_asked.emit)
        self.close_button = _push("editor_close", self.close)
        self._tools = Tools()
        self._place = QVBoxLayout()
        self._lay_out()
        for keys, act in (
            ("Ctrl+S", self.save_button.click),
            ("Esc", self.close),
            ("Alt+Up", lambda: self._move(-1)),
            ("Alt+Down", lambda: self._move(1)),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        delete = QShortcut(QKeySequence("Del"), self.outline)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._remove)
        self.outline.chosen.connect(self._show_form)
        self._ticks = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self.refresh()
        self.outline.choose(draft.bench)
        self._show_form()

    # What the controller calls

    def show_bench(self, name: str) -> None:
        """Show the name of the bench in the title."""
        self.setWindowTitle(text("title_editor", name=name))

    def choose(self, node: Node, key: str = "") -> None:
        """Show the form of a table, and focus the field of `key`."""
        self.outline.choose(node)
        if self.form and key:
            self.form.focus(key)

    def set_scheme(self, scheme: Scheme) -> None:
        """Use the colours of `scheme`."""
        self._scheme = scheme
        self.refresh()

    def refresh(self) -> None:
        """Show the draft as it is now, with all problems."""
        if self.form is not None and self.form.node not in self.draft.nodes():
            self._drop_form()
        self.problems = problems(self.draft)
        count = len(self.problems)
        wrong: dict[Node, int] = {}
        for problem in self.problems:
            wrong[problem.node] = wrong.get(problem.node, 0) + 1
        colors = {
            child: series_color(place, _color(child), self._scheme)
            for device in self.draft.devices
            for place, child in enumerate(device.children)
        }
        self.outline.refresh(wrong, colors)
        self.list.clear()
        for problem in self.problems:
            self.list.addItem(text("problem_at", place=self._path(problem), problem=problem.message))
        self.list.setVisible(bool(count))
        rows = min(count, _PROBLEMS_SHOWN)
        self.list.setFixedHeight(rows * (self.fontMetrics().height() + 6) + 6)
        changed = self.draft.is_changed
        if changed and self.notice.tone == "good":
            self.notice.say("", "")
        self.save_button.setEnabled(changed and not count)
        self.revert_button.setEnabled(changed)
        self._say_state(count, changed)
        self._tools.enable_for(self.draft, self.outline.node)
        self._show_problems()
        self.look()

    def look(self) -> None:
        """Renew what the panels say about the board."""
        if self.isVisible():
            for panel in self._panels:
                panel.refresh()
            self._order_tabs()

    def restart(self) -> None:
        """Show the draft, whose tables are all new ones, at the place that was shown before."""
        nodes = list(self.draft.nodes())
        place = min(self.outline.place, len(nodes) - 1)
        self.refresh()
        self.outline.choose(nodes[place])
        self._show_form()

    def refill(self) -> None:
        """Show the draft, in which something else than this window has changed values."""
        self._drop_form()
        self.refresh()
        self._show_form()

    def say(self, message: Message | None, tone: str, *buttons: Button) -> None:
        """Show a message at the top, with buttons, until the next one; `tone` is `good`, `warn` or `bad`."""
        self.notice.say(text_of(message) if message else "", tone, buttons)
        self._order_tabs()

    def close_now(self) -> None:
        """Close the window without a question."""
        self._may_close = True
        self.close()

    # The window's parts

    def _lay_out(self) -> None:
        self.setMinimumSize(640, 400)
        self.resize(_SIZE.boundedTo(self.screen().availableSize() - QSize(20, 60)))
        acts: dict[str, Callable[[], None]] = {
            "button_add_device": lambda: self._add(Kind.DEVICE),
            "button_add_datastream": lambda: self._add(Kind.DATASTREAM),
            "button_add_organisation": lambda: self._add(Kind.ORGANISATION),
            "button_copy_table": self._copy,
            "button_move_up": lambda: self._move(-1),
            "button_move_down": lambda: self._move(1),
            "button_remove": self._remove,
        }
        for code, act in acts.items():
            self._tools.connect_tool(code, act)
            if code == "button_move_down":
                self._tools.connect_devices(self.draft, lambda: self.outline.node, self._move_to_device)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.outline, 1)
        column.addWidget(self._tools)
        card = QFrame()
        card.setProperty("card", True)
        self._place = QVBoxLayout(card)
        self._place.setContentsMargins(12, 10, 2, 8)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.addWidget(left)
        self._split.addWidget(card)
        self._split.setStretchFactor(1, 1)
        self._split.setSizes([280, 640])
        self._split.setHandleWidth(8)
        self._split.setChildrenCollapsible(False)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        self.state.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        buttons.addWidget(self.state, 1)
        for button in (self.save_button, self.revert_button, self.close_button):
            buttons.addWidget(button)
        page = QVBoxLayout(self)
        page.setContentsMargins(14, 10, 14, 12)
        page.setSpacing(8)
        page.addWidget(self.notice)
        page.addWidget(self._split, 1)
        page.addWidget(self.list)
        page.addLayout(buttons)

    def _show_form(self) -> None:
        node = self.outline.node
        if self.form is not None and self.form.node is node:
            return
        self._drop_form()
        panels = self._parts.panels(node, self.refresh)
        self._panels = list(panels.values())
        self.form = Form(node, self._parts.around, self.refresh, panels)
        self._place.addWidget(self.form)
        self.form.show()
        self._show_problems()
        self._tools.enable_for(self.draft, self.outline.node)
        self.look()

    def _order_tabs(self) -> None:
        """Let Tab go as on the screen: forms, rows of panels and buttons of the message are made anew."""
        order = list(in_layout_order(self))
        if order != self._tab_order:
            self._tab_order = order
            set_tab_order(order)

    def _drop_form(self) -> None:
        if self.form is not None:
            self.form.hide()
            self.form.deleteLater()
            self.form, self._panels = None, []

    def _show_problems(self) -> None:
        if self.form:
            mine = [problem for problem in self.problems if problem.node is self.form.node]
            self.form.refresh({problem.key: problem.message for problem in reversed(mine)})

    def _say_state(self, count: int, changed: bool) -> None:
        if count:
            self.state.setText(text("label_problem_count", count=count))
        else:
            self.state.setText(text("label_unsaved") if changed else "")
        self.state.setProperty("tone", "bad" if count else "")
        self.state.style().polish(self.state)

    def _path(self, problem: Problem) -> str:
        """Where a problem is, such as `greenhouse › v1 Temperature › Unit`."""
        node, key = problem.node, key_of(problem.node.kind, problem.key)
        above = [self.draft.device_of(node)] if node.kind is Kind.DATASTREAM else []
        return " › ".join((*map(title, (*above, node)), *([text(key.label)] if key else [])))

    def _jump(self, row: int) -> None:
        if 0 <= row < len(self.problems):
            self.choose(self.problems[row].node, self.problems[row].key)

    def _tick(self) -> None:
        self._ticks += 1
        if self._ticks % _PORTS_EVERY == 0 and self.form:
            self._parts.around.renew()
            self.form.fill()
        self.look()

    # What the tools do

    def _add(self, kind: Kind) -> None:
        self._show_new(self.draft.add(kind, self.outline.node))

    def _copy(self) -> None:
        self._show_new(self.draft.copy(self.outline.node))

    def _show_new(self, node: Node) -> None:
        self.refresh()
        self.choose(node, "name")

    def _remove(self) -> None:
        node = self.outline.node
        if node is self.draft.bench:
            return
        waiting = self._parts.waiting(node) if node.kind is Kind.DEVICE else 0
        shown = self.draft.remove(node)
        self.refresh()
        self.outline.choose(shown)
        self._show_form()
        if waiting:
            self.say(Message("device_with_waiting_removed", count=waiting, device=title(node)), "warn")

    def _move_to_device(self, device: Node) -> None:
        node = self.outline.node
        before = self.draft.device_of(node)
        readings = self._parts.readings(before, node)
        self.draft.move_to_device(node, device)
        self.refresh()
        self.choose(node, "virtual_pin")
        if node.target and readings != 0:
            self.say(Message("datastream_moved", target=node.target, device=title(before)), "warn")

    def _move(self, by: int) -> None:
        self.draft.move(self.outline.node, by)
        self.refresh()

    # Events

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Begin to look at the boards."""
        super().showEvent(event)
        self._timer.start(_LIVE_MS)
        self.look()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Report that the window has become the active one: the file may have changed meanwhile."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and self.isActiveWindow():
            self.focused.emit()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Close if nothing would be lost; otherwise ask first."""
        if self.draft.has_edits and not self._may_close:
            event.ignore()
            self.close_asked.emit()
            return
        self._timer.stop()
        super().closeEvent(event)
        self.closed.emit()


def _push(code: str, act: Callable[[], object]) -> QPushButton:
    button = QPushButton(text(code))
    button.clicked.connect(lambda: act())
    return button


def _color(node: Node) -> str:
    color = str(node.get("color"))
    return color if len(color) == 7 else ""
