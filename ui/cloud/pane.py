"""The pane about a device's connection to the cloud, and about its waiting, held and refused readings.

Invariants: the pane shows what the forwarder reports, without judging; after the end of a bench, it promises
nothing more; a button is hidden while it would do nothing; the refused readings are read again only when
their number has changed.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.bench.status import CloudState, CloudStatus, DeviceStatus, RefusedReading
from app.messages.languages import text, text_of
from app.messages.message import Message, verbatim
from app.messages.visible import visible
from ui import lights, wording
from ui.cloud.refused_menu import RefusedMenu
from ui.fixes.buttons import FixButtons
from ui.fixes.catalogue import Subject, fixes_of_all, fixes_of_refused
from ui.fixes.fix import Kind
from ui.plot.overview import plain_label
from ui.widgets.rows_view import RowsView
from ui.widgets.text_model import TextModel

_FACTS = {
    "state": "label_fact_state",
    "unwritten": "label_fact_unwritten",
    "refused": "label_fact_refused",
    "waiting": "label_fact_waiting",
    "held": "label_fact_held",
    "success": "label_fact_success",
    "month": "label_fact_month",
    "warnings": "label_fact_warnings",
}
_COLUMNS = (
    "column_refused_received",
    "column_refused_datastream",
    "column_refused_value",
    "column_refused_reason",
)
_HAVE_BUTTONS = (Kind.SEND_HERE, Kind.DISCARD_HELD, Kind.SKIP, Kind.SEND_AGAIN, Kind.DISCARD_REFUSED)
_LEAST_PX = 40
"""The height of the facts in a very low pane; Qt would ask for more."""


class CloudPane(QWidget):
    """The pane, with facts about the connection at the left, and the refused readings at the right."""

    skip_asked = Signal()
    send_here_asked = Signal()
    discard_asked = Signal()
    resend_asked = Signal(object, object)
    """Emitted with a target or None, and reading ids or None; both are None for all refused readings."""
    discard_refused_asked = Signal(object, object)
    """Emitted with the same arguments as `resend_asked`."""
    fix_asked = Signal(object, str)
    """Emitted with a `Fix`, and the line of the refused reading that it is for, or an empty text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = TextModel([text(code) for code in _COLUMNS], self)
        self.view = RowsView(text("label_refused_view"))
        self.view.setModel(self.model)
        self.view.set_widths((wording.moment(0), 12, 9))
        self._refused: list[RefusedReading] = []
        self._shown_refused: int | None = None
        self.facts: dict[str, QLabel] = {}
        self._empty = plain_label(text("nothing_refused"), faint=True)
        self.tools = QWidget()
        self._lay_out()
        self.restart()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setContentsMargins(6, 2, 6, 2)
        form.setVerticalSpacing(4)
        form.setHorizontalSpacing(14)
        for name, code in _FACTS.items():
            label = plain_label("")
            label.setWordWrap(True)
            label.setAccessibleName(text(code))
            form.addRow(plain_label(text(code), heading=True), label)
            self.facts[name] = label
        self.fixes = FixButtons(wraps=True)
        self.fixes.asked.connect(lambda fix: self.fix_asked.emit(fix, self._chosen_line))
        form.insertRow(1, "", self.fixes)  # below the state
        self._form = form
        facts = QWidget()
        facts.setLayout(form)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(facts)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setMinimumHeight(_LEAST_PX)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._empty, 0, Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.view, 1)
        self.halves = QSplitter(Qt.Orientation.Horizontal)
        self.halves.addWidget(scroll)
        self.halves.addWidget(right)
        self.halves.setSizes([500, 500])
        self.halves.setChildrenCollapsible(False)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self.halves)
        self.skip_button = _button("button_skip", "tip_skip")
        self.send_here_button = _button("button_send_here", "tip_send_here")
        self.discard_button = _button("button_discard_ask", "tip_discard")
        self.resend_button = _button("button_send_again", "tip_send_again")
        self.resend_menu = RefusedMenu(self.resend_button, "again", self._chosen, self.resend_asked.emit)
        self.discard_menu = RefusedMenu(
            self.discard_button, "discard", self._chosen, self.discard_refused_asked.emit
        )
        self.discard_held = QAction(text("menu_discard_held"), self.discard_menu)
        self.discard_held.triggered.connect(self.discard_asked)
        self.discard_menu.insertAction(self.discard_menu.actions()[0], self.discard_held)
        row = QHBoxLayout(self.tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addStretch(1)
        for button, asked in (
            (self.send_here_button, self.send_here_asked),
            (self.resend_button, None),
            (self.discard_button, None),
            (self.skip_button, self.skip_asked),
        ):
            row.addWidget(button)
            if asked is not None:
                button.clicked.connect(asked)

    def restart(self) -> None:
        """Empty the pane, for example before another device is shown."""
        self.show_refused((), 0)
        self._shown_refused = None
        for name in _FACTS:
            self._say(name, [])
        self._form.setRowVisible(self.fixes, False)
        for button in (self.skip_button, self.send_here_button, self.discard_button, self.resend_button):
            button.hide()

    def show_device(
        self, device: DeviceStatus, at_s: float, subject: Subject | None = None, *, runs: bool = True
    ) -> None:
        """Show a device's status, taken at `at_s` (Unix seconds).

        `subject` is what its fixes need to know; None for an orphan. `runs` is false if the bench is stopped.
        """
        cloud, left = device.cloud, lights.unsent(device)
        stands_still = not runs and cloud.state is not CloudState.OFF
        self._say(
            "state", [Message("cloud_not_connected")] if stands_still else [cloud.message, *cloud.notes]
        )
        count, reason = device.unwritten
        self._say("unwritten", [Message("cloud_unwritten", count=count, reason=reason)] if reason else [])
        self._say("refused", [refusal.sentence for refusal in device.refusals])
        waits = cloud.state is not CloudState.OFF
        self._say("waiting", [Message("cloud_waiting_for", count=left.waiting)] if waits else [])
        self._say("held", [Message("cloud_held", count=left.held)] if left.held else [])
        self._say("success", _last_success(cloud, at_s, runs))
        messages = cloud.messages_left
        left_now = [] if messages is None else [Message("cloud_messages_left", count=messages)]
        self._say("month", [*left_now, *(cloud.forecast if runs else ())])
        self._say("warnings", cloud.warnings if runs else ())
        may_send = runs and not device.orphan
        self.skip_button.setVisible(runs and cloud.can_skip)
        self.send_here_button.setVisible(bool(left.held and device.server) and may_send)
        self.resend_button.setVisible(bool(left.refused) and may_send)
        self.discard_button.setVisible(bool(left.held or left.refused) and runs)
        self.discard_held.setEnabled(bool(left.held))
        self.discard_menu.of_all.setEnabled(bool(left.refused))
        self._empty.setVisible(not left.refused)
        self._show_fixes(subject, (cloud.message, *cloud.notes, *cloud.warnings))

    def _show_fixes(self, subject: Subject | None, messages: Sequence[Message]) -> None:
        """Offer the fixes of `messages` and of the selected reading, but not those with other buttons."""
        fixes = fixes_of_all(messages, subject) if subject else ()
        chosen = self._chosen()
        if subject and chosen:
            fixes += fixes_of_refused(chosen[-1].reason, chosen[-1].value)
        shown = tuple(fix for fix in fixes if fix.kind not in _HAVE_BUTTONS)
        self.fixes.show_fixes(shown)
        self._form.setRowVisible(self.fixes, bool(shown))

    @property
    def _chosen_line(self) -> str:
        """The selected refused reading as a line; empty if none is selected."""
        chosen = self._chosen()
        return f"{chosen[-1].target}={chosen[-1].value}" if chosen else ""

    def is_stale(self, refused: int) -> bool:
        """Whether the list of refused readings is out of date. `refused` is their current number."""
        return refused != self._shown_refused

    def show_refused(self, refused: Sequence[RefusedReading], count: int) -> None:
        """List the readings `refused`, oldest first.

        The journal has `count` refused readings, which can be more than are listed.
        """
        self._refused, self._shown_refused = list(refused), count
        self.model.show(
            [
                (
                    wording.moment(reading.received_at_us / 1e6),
                    reading.target,
                    visible(wording.value(reading.value)),
                    visible(text_of(reading.reason)),
                )
                for reading in refused
            ]
        )
        self._empty.setVisible(not count)
        self.view.setVisible(bool(refused))

    def take_over(self, other: CloudPane) -> None:
        """List the refused readings that `other`, the pane of another window, lists."""
        if other._shown_refused is not None:
            self.show_refused(other._refused, other._shown_refused)

    def _say(self, name: str, messages: Sequence[Message]) -> None:
        """Show `messages` in the row `name`, a key of `_FACTS`; hide the row if `messages` is empty."""
        label, words = self.facts[name], " ".join(map(text_of, messages))
        if label.text() != words:
            label.setText(words)
        self._form.setRowVisible(label, bool(words))

    def _chosen(self) -> list[RefusedReading]:
        return [self._refused[row] for row in self.view.chosen if row < len(self._refused)]


def _last_success(cloud: CloudStatus, at_s: float, runs: bool) -> list[Message]:
    """How long ago the cloud last accepted a call; if the bench is stopped, when that was."""
    if cloud.last_success_us is None:
        return []
    last_s = cloud.last_success_us / 1e6
    return [wording.ago(at_s - last_s) if runs else verbatim(wording.at_time(last_s, at_s))]


def _button(label: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text(label))
    button.setToolTip(text(tip))
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
