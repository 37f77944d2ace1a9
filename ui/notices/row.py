"""One notice in the list of all notices: a sign (✓, ! or ✗), the device, the text, and perhaps buttons.

Invariant: the text of a notice is plain text, never markup.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from app.messages.languages import text, text_of
from app.messages.visible import visible
from ui import wording
from ui.fixes.buttons import label_of
from ui.plot.overview import plain_label
from ui.situation import Notice

SIGNS = {"good": ("✓", "label_done"), "warn": ("!", "label_warning"), "bad": ("✗", "label_error")}
"""For each tone its sign, and the code of the sign's name."""
_MAX_NAME = 24


def small_button() -> QToolButton:
    """A button of a notice, which can have the focus."""
    button = QToolButton()
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button


def show_name(button: QToolButton, device: str) -> None:
    """Let `button` show the name of a device, or hide it if the name is empty."""
    name = visible(device)
    short = name if len(name) <= _MAX_NAME else name[:_MAX_NAME] + "…"
    button.setText(short.replace("&", "&&") + ":")
    button.setToolTip(wording.tooltip(text("tip_notice_device", device=name)))
    button.setAccessibleName(text("tip_notice_device", device=name))
    button.setVisible(bool(device))


def show_sign(sign: QLabel, tone: str) -> None:
    """Let `sign` show the sign of a tone."""
    mark, name = SIGNS[tone]
    sign.setText(mark)
    sign.setAccessibleName(text(name))
    if sign.property("tone") != tone:
        sign.setProperty("tone", tone)
        sign.style().polish(sign)


def fix_at(notice: Notice, place: int) -> Callable[[], None] | None:
    """What the button of the fix at `place` does."""
    if place >= len(notice.fixes) or notice.fix is None:
        return None
    return partial(notice.fix, notice.fixes[place])


class NoticeRow(QFrame):
    """One notice on the screen, with its whole text."""

    def __init__(self, notice: Notice, acted: Callable[[], None], parent: QWidget) -> None:
        """`acted` is called when a button was pressed, before the button does what it says."""
        super().__init__(parent)
        self.notice = notice
        self._acted = acted
        self.setProperty("notice", notice.tone)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 6, 5)
        row.setSpacing(10)
        sign = QLabel()
        show_sign(sign, notice.tone)
        self.name = small_button()
        self.name.setProperty("link", True)
        self.name.clicked.connect(lambda: self._act(self.notice.look))
        self.label = plain_label(text_of(notice.message))
        self.label.setWordWrap(True)
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row.addWidget(sign)
        row.addWidget(self.name)
        show_name(self.name, notice.device)  # Only now, or the button would be a window of its own.
        row.addWidget(self.label, 1)
        self.buttons: list[QToolButton] = []
        for place, fix in enumerate(notice.fixes):
            button = small_button()
            button.setText(label_of(fix))
            button.clicked.connect(lambda _=False, place=place: self._act(fix_at(self.notice, place)))
            row.addWidget(button)
            self.buttons.append(button)
        for place in (1, 0, 2):
            if code := notice.labels[place]:
                button = small_button()
                button.setText(text(code))
                button.clicked.connect(lambda _=False, place=place: self._act(self.notice.acts[place]))
                row.addWidget(button)
                self.buttons.append(button)

    def looks_like(self, notice: Notice) -> bool:
        """Whether this row has the same sign, name and buttons as `notice`; the texts may differ."""
        return self.notice.frame == notice.frame

    def change(self, notice: Notice) -> None:
        """Show `notice` in this row. The caller must have checked that `looks_like(notice)` is true.

        The text may change, for example the number of a countdown, and so may the functions that the buttons
        call.
        """
        if text_of(notice.message) != self.label.text():
            self.label.setText(text_of(notice.message))
        self.notice = notice

    def _act(self, act: Callable[[], None] | None) -> None:
        self._acted()
        if act:
            act()
