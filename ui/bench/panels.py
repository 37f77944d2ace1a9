"""What is shown below the fields of a table: live values and suggestions, or the sum of messages and offers.

Invariant: a panel looks at the board's lines only while it is visible.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.bench.status import DeviceStatus
from app.messages.languages import text, text_of
from app.messages.visible import visible
from app.wire.suggesting import Suggestion
from ui.bench.model.advice import Advice, advise, take
from ui.bench.model.draft import Kind, Node
from ui.bench.model.keys import key_of
from ui.bench.model.values import written
from ui.plot.overview import plain_label


class LiveView(Protocol):
    """What runs while a bench is edited."""

    def texts(self, device: Node) -> Sequence[str]:
        """The lines at hand of a device, the newest last; empty if it does not run."""

    def times_us(self, device: Node) -> Sequence[int]:
        """When the accepted lines at hand have come, in microseconds since 1970, oldest first."""

    def status(self, device: Node) -> DeviceStatus | None:
        """The status of a device; None if it does not run."""


class Panel(QWidget):
    """Sentences and rows with a button, which are renewed while the table is edited."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 2, 0, 2)
        self._column.setSpacing(4)
        self._list = QVBoxLayout()
        self._rows: list[QWidget] = []
        self.buttons: list[QPushButton] = []
        """The buttons of the rows, from top to bottom."""
        self._shown: object = None

    def refresh(self) -> None:
        """Renew what is shown."""
        raise NotImplementedError

    def add_label(self, name: str = "") -> QLabel:
        """Add a label that wraps its text."""
        label = plain_label("", faint=True)
        label.setWordWrap(True)
        label.setAccessibleName(name)
        self._column.addWidget(label)
        return label

    def place_rows(self) -> None:
        """Place the rows of `show_rows` here, below what was added before."""
        self._column.addLayout(self._list)

    def show_rows(self, shown: object, rows: Sequence[tuple[str, str, Callable[[], None]]]) -> None:
        """Show rows, each with a sentence, the label of its button and what the button does.

        Nothing is done if `shown`, which the rows were made from, is the same as at the last call.
        """
        if shown == self._shown:
            return
        self._shown = shown
        for row in self._rows:
            row.hide()
            row.deleteLater()
        self.buttons = []
        self._rows = [self._row(*row) for row in rows]

    def _row(self, words: str, button: str, act: Callable[[], None]) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        label = plain_label(words)
        label.setWordWrap(True)
        label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        push = QPushButton(button)
        push.setAccessibleName(f"{button}: {words}")
        push.clicked.connect(lambda: act())
        self.buttons.append(push)
        line.addWidget(label, 1)
        line.addWidget(push, 0, Qt.AlignmentFlag.AlignTop)
        self._list.addWidget(row)
        row.show()
        return row


class DatastreamPanel(Panel):
    """The live value of a datastream, what its keys would have rejected, and keys that would fit better."""

    def __init__(self, node: Node, device: Node, live: LiveView, changed: Callable[[], None]) -> None:
        """`changed` is called after the user has taken a suggestion."""
        super().__init__()
        self._node, self._device, self._live, self._changed = node, device, live, changed
        self._known: object = None
        """What the sentences were made from."""
        self.value = self.add_label(text("label_live_value"))
        self.trial = self.add_label(text("label_trial"))
        self.place_rows()

    def refresh(self) -> None:
        """Renew the value and the suggestions from the board's lines at hand."""
        texts = self._live.texts(self._device)
        known = (dict(self._node.values), texts)
        if known == self._known:
            return
        self._known = known
        advice = advise(self._node, texts) if texts else Advice()
        self.value.setVisible(advice.live is not None)
        say(self.value, text_of(advice.live) if advice.live else "", "")
        self.trial.setVisible(advice.trial is not None)
        words = text_of(advice.trial) if advice.trial else ""
        if advice.first:
            words = f"{words} {text('trial_first', line=visible(advice.first))}"
        say(self.trial, words, "warn" if advice.first else "")
        self.show_rows(
            advice.suggestions,
            [
                (
                    text("suggestion", why=each.why, keys=_keys(each)),
                    text("button_take"),
                    partial(self._take, each),
                )
                for each in advice.suggestions
            ],
        )

    def _take(self, suggestion: Suggestion) -> None:
        take(self._node, suggestion)
        self._changed()


def say(label: QLabel, words: str, tone: str) -> None:
    """Show a text in the style of `tone`, or faint if that is empty."""
    label.setText(words)
    if label.property("tone") != tone:
        label.setProperty("tone", tone)
        label.setProperty("faint", not tone)
        label.style().polish(label)


def _keys(suggestion: Suggestion) -> str:
    """The keys of a suggestion with their values, as the form names them."""
    names = ((key_of(Kind.DATASTREAM, key), value) for key, value in suggestion.changes.items())
    return ", ".join(f"{text(key.label)} = {written(value) or '–'}" for key, value in names if key)
