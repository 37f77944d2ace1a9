"""The cloud as one device sees it: how it goes, what waits, what is held, and what was refused.

Invariants: it says what the forwarder says and judges nothing itself; a button is there while it means
something; the refused readings are asked for only when their number has changed.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QScrollArea,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.bench.status import CloudState, DeviceStatus, RefusedReading
from app.messages.languages import text_of
from ui import wording
from ui.plot.overview import plain_label
from ui.widgets.rows_view import RowsView
from ui.widgets.text_model import TextModel

_FACTS = ("State", "Waiting", "Last success", "This month", "Take care")


class CloudPane(QWidget):
    """Facts at the left, refused readings at the right."""

    skip_asked = Signal()
    send_here_asked = Signal()
    discard_asked = Signal()
    resend_asked = Signal(object, object)
    """The target alone, or the ids alone; both None: all that was refused."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = TextModel(("Received", "Datastream", "Value", "What the cloud said"), self)
        self.view = RowsView("Refused readings with the cloud's reasons")
        self.view.setModel(self.model)
        self.view.set_widths((26, 16, 16))
        self._refused: list[RefusedReading] = []
        self._shown_refused: int | None = None
        self.facts: dict[str, QLabel] = {}
        self._empty = plain_label("The cloud has refused nothing.", faint=True)
        self.tools = QWidget()
        self._lay_out()
        self.restart()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setContentsMargins(6, 2, 6, 2)
        form.setVerticalSpacing(4)
        form.setHorizontalSpacing(14)
        for name in _FACTS:
            label = plain_label("")
            label.setWordWrap(True)
            label.setAccessibleName(name)
            heading = plain_label(name, heading=True)
            form.addRow(heading, label)
            self.facts[name] = label
        self._form = form
        facts = QWidget()
        facts.setLayout(form)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(facts)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._empty, 0, Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.view, 1)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.addWidget(scroll)
        halves.addWidget(right)
        halves.setSizes([500, 500])
        halves.setChildrenCollapsible(False)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(halves)
        self.skip_button = _button(
            "Skip this reading", "Give up the reading that its datastream is stuck on; it can be sent again"
        )
        self.send_here_button = _button("Send here", "Send what was meant for another account to this one")
        self.discard_button = _button("Discard…", "Never send what was meant for another account")
        self.resend_button = _button("Send again", "Send refused readings again")
        self.resend_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.resend_button)
        self.resend_chosen = menu.addAction("The &selected readings", self._resend_chosen)
        self.resend_target = menu.addAction("All of this &datastream", self._resend_target)
        menu.addAction("&All refused readings", lambda: self.resend_asked.emit(None, None))
        menu.aboutToShow.connect(self._name_choices)
        self.resend_button.setMenu(menu)
        row = QHBoxLayout(self.tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        for button, asked in (
            (self.send_here_button, self.send_here_asked),
            (self.discard_button, self.discard_asked),
            (self.resend_button, None),
            (self.skip_button, self.skip_asked),
        ):
            row.addWidget(button)
            if asked is not None:
                button.clicked.connect(asked)

    def restart(self) -> None:
        """Another device follows."""
        self.show_refused((), 0)
        self._shown_refused = None
        for name in _FACTS:
            self._say(name, "")
        for button in (self.skip_button, self.send_here_button, self.discard_button, self.resend_button):
            button.hide()

    def show_device(self, device: DeviceStatus, at_s: float) -> None:
        """Show how it goes, at a time in Unix seconds."""
        cloud, counts = device.cloud, device.counts
        self._say("State", str(cloud.message))
        waiting = [f"{wording.count(counts.pending - counts.held)} readings wait for the cloud"]
        if counts.held:
            waiting.append(f"{wording.count(counts.held)} are held: they were meant for another account")
        sends = bool(device.server) or bool(counts.pending)
        self._say("Waiting", "; ".join(waiting) if sends else "")
        last_us = cloud.last_success_us
        self._say("Last success", wording.ago(at_s - last_us / 1e6) if last_us is not None else "")
        left = "" if cloud.messages_left is None else f"{wording.count(cloud.messages_left)} messages left. "
        self._say("This month", " ".join(filter(None, [left.strip(), *map(text_of, cloud.forecast)])))
        self._say("Take care", " ".join(map(text_of, cloud.warnings)))
        stuck = cloud.state in (CloudState.WAITING, CloudState.PAUSED) or bool(cloud.warnings)
        self.skip_button.setVisible(bool(counts.pending - counts.held) and bool(device.server) and stuck)
        self.send_here_button.setVisible(bool(counts.held) and not device.orphan)
        self.discard_button.setVisible(bool(counts.held))
        self.resend_button.setVisible(bool(counts.refused) and not device.orphan)

    def is_stale(self, refused: int) -> bool:
        """Whether the refused readings have to be asked for again."""
        return refused != self._shown_refused

    def show_refused(self, refused: Sequence[RefusedReading], count: int) -> None:
        """List what the cloud did not take, oldest first; `count` of them is the journal's word."""
        self._refused, self._shown_refused = list(refused), count
        self.model.show(
            [
                (
                    wording.moment(reading.received_at_us / 1e6),
                    reading.target,
                    wording.one_line(wording.value(reading.value)),
                    wording.one_line(text_of(reading.reason)),
                )
                for reading in refused
            ]
        )
        self._empty.setVisible(not refused)
        self.view.setVisible(bool(refused))

    def _say(self, name: str, text: str) -> None:
        label = self.facts[name]
        if label.text() != text:
            label.setText(text)
        self._form.setRowVisible(label, bool(text))

    def _chosen(self) -> list[RefusedReading]:
        return [self._refused[row] for row in self.view.chosen if row < len(self._refused)]

    def _name_choices(self) -> None:
        chosen = self._chosen()
        self.resend_chosen.setEnabled(bool(chosen))
        self.resend_target.setEnabled(bool(chosen))
        self.resend_target.setText(
            f"All of &datastream {chosen[0].target}" if chosen else "All of a &datastream"
        )

    def _resend_chosen(self) -> None:
        self.resend_asked.emit(None, [reading.id for reading in self._chosen()])

    def _resend_target(self) -> None:
        chosen = self._chosen()
        if chosen:
            self.resend_asked.emit(chosen[0].target, None)


def _button(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
