"""The line of notices under the connection bar. It shows the gravest notice, and opens the list of all.

Invariants: the line has the same height with and without a notice, so it never moves what is below it; there
is at most one notice for each device and `Message.subject`; a notice that no longer applies disappears by
itself. `answers` has the rules for what answers the user.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from app.messages.languages import text, text_of
from app.messages.message import Message
from app.messages.visible import visible
from ui.fixes.buttons import label_of
from ui.fixes.catalogue import fixes_of_form
from ui.fixes.fix import Fix
from ui.notices.answers import LEAVES_S, Answers, leaves
from ui.notices.popup import NoticePopup
from ui.notices.row import fix_at, show_name, show_sign, small_button
from ui.situation import Key, Notice
from ui.widgets.elided_label import ElidedLabel

_MARGIN = 2
_RENEWED_AFTER_MS = round(1100 * LEAVES_S)
_MOST_FIXES = 2
"""So many fixes have a button in the line; the list shows all."""


class MoreButton(QToolButton):
    """The button that opens the list; Space, Enter and Alt+Down press it."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Open the list by the keys of a drop-down list; Qt itself knows only Space."""
        is_down = event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier
        if is_down or event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


class Notices(QFrame):
    """One line with the gravest notice and its buttons. Nothing is painted while there are no notices."""

    def __init__(
        self,
        after: QWidget | None = None,
        parent: QWidget | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """The buttons of the line come after the widget `after` in the tab order. `clock` gives seconds."""
        super().__init__(parent)
        self.setProperty("line", True)
        self.setProperty("notice", "")
        self.setAccessibleName(text("label_notices"))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.fix_of_form: Callable[[Fix], None] | None = None
        """Carries out a fix of a message about the form; None if nothing does."""
        self.look_of: Callable[[str], Callable[[], None] | None] = lambda _device: None
        """What shows a device; None if there is only one, so that it needs no name."""
        self._wanted: list[Notice] = []
        self._clock = clock
        self._answers = Answers()
        self._renewal = QTimer(self)
        """Lets the message leave also while no bench is shown, and thus no frame is drawn."""
        self._renewal.setSingleShot(True)
        self._renewal.setInterval(_RENEWED_AFTER_MS)
        self._renewal.timeout.connect(lambda: self.show_all(self._wanted))
        self._shown: dict[Key, Notice] = {}
        self._top: Notice | None = None
        self._sign = QLabel()
        self.name, self.also, self.button, self.close_button = (small_button() for _ in range(4))
        self.fixes = [small_button() for _ in range(_MOST_FIXES)]
        self.name.setProperty("link", True)
        self.label = ElidedLabel(text("label_notices"))
        self.more = MoreButton()
        self.more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.more.setText("▾")  # The height of the line is that of this button, even while it is hidden.
        self.more.setAccessibleName(text("label_all_notices"))
        self.popup = NoticePopup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, _MARGIN, 6, _MARGIN)
        row.setSpacing(10)
        self._buttons = (self.button, self.also, self.close_button)
        """In the order of `Notice.acts`."""
        for widget in (
            *(self._sign, self.name, self.label, *self.fixes),
            *(self.also, self.button, self.close_button, self.more),
        ):
            row.addWidget(widget, 1 if widget is self.label else 0)
            widget.hide()
        self.more.clicked.connect(lambda: self.popup.open_below(self, self._shown))
        self._connect(self.name, lambda notice: notice.look)
        for place, button in enumerate(self._buttons):
            self._connect(button, lambda notice, place=place: notice.acts[place])  # type: ignore[misc]
        for place, button in enumerate(self.fixes):
            self._connect(button, partial(fix_at, place=place))
        self._after = after

    @property
    def texts(self) -> list[str]:
        """The sentences of all notices, the gravest first, without the names of the devices."""
        return [text_of(notice.message) for notice in self._shown.values()]

    @property
    def lines(self) -> list[str]:
        """The sentences of all notices, each after the name of its device if it is shown."""
        return [_line(notice) for notice in self._shown.values()]

    def show_message(
        self,
        message: Message,
        tone: str,
        device: str = "",
        *,
        undo: Callable[[], None] | None = None,
        holds: Callable[[], bool] | None = None,
    ) -> None:
        """Show a message that answers the user; see `ShowMessage`.

        The user can close it. If what it reports can be undone, a button calls `undo`. It leaves by itself
        when `holds` returns false; see `answers`.
        """
        fixes = fixes_of_form(message) if self.fix_of_form else ()
        notice = Notice(tone, message, "button_close", self.dismiss, fixes=fixes, fix=self.fix_of_form)
        if undo:
            notice = notice._replace(also="button_undo", also_act=undo)
        self._answers.show(self._named(notice._replace(device=device)), self._clock(), holds)
        self._renewal.start()
        self.show_all(self._wanted)

    def dismiss(self) -> None:
        """Remove the message that `show_message` has shown, if it is still there."""
        self._answers.message = None
        self.show_all(self._wanted)

    def dismiss_passing(self) -> None:
        """Remove the message if it would leave by itself in a while."""
        if self._answers.message and leaves(self._answers.message):
            self.dismiss()

    def take_over(self, other: Notices) -> None:
        """Show the message that `other.show_message` has shown in another window, unless it was dismissed."""
        if shown := other._answers.message:
            self.show_message(shown.message, shown.tone, shown.device)
        self._answers.take_times(other._answers)

    def show_all(self, wanted: Iterable[Notice]) -> None:
        """Show the first of the `wanted` notices and of the message, and list them all.

        All other notices disappear. See `answers` for their order.
        """
        self._wanted = [self._named(notice) if notice.answers else notice for notice in wanted]
        shown = self._answers.in_order(self._wanted, self._clock())
        if list(shown.items()) == list(self._shown.items()):
            return
        self._shown = shown
        self._show_top(next(iter(shown.values()), None))
        count = len(shown) - 1
        if count > 0:
            self.more.setText(text("button_more_notices", count=count))
            self.more.setAccessibleName(text("tip_more_notices", count=count))
        else:
            self.more.setText("▾")
            self.more.setAccessibleName(text("label_all_notices"))
        self.more.setToolTip(text("label_all_notices"))
        self.more.setVisible(bool(shown))
        if self.popup.isVisible():
            self.popup.show_all(shown)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Put the buttons into the tab order, because only now they are in the same window as `after`."""
        super().showEvent(event)
        before, self._after = self._after, None
        if before is not None:
            for button in (self.name, *self.fixes, self.also, self.button, self.close_button, self.more):
                QWidget.setTabOrder(before, button)
                before = button

    def sizeHint(self) -> QSize:  # noqa: N802
        """As high as a button with its margins, whether a button is shown or not."""
        return QSize(super().sizeHint().width(), self.more.sizeHint().height() + 2 * _MARGIN)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """The least width for the buttons, and the height of `sizeHint`."""
        return QSize(super().minimumSizeHint().width(), self.sizeHint().height())

    def _show_top(self, notice: Notice | None) -> None:
        before, self._top = self._top, notice
        if before == notice or (before and notice and before.seen == notice.seen):
            return
        if (before.tone if before else "") != (notice.tone if notice else ""):
            self.setProperty("notice", notice.tone if notice else "")
            self.style().polish(self)
        self._sign.setVisible(notice is not None)
        if notice is None:
            self.label.say("")
            for button in (self.name, *self._buttons, *self.fixes):
                button.hide()
            return
        show_sign(self._sign, notice.tone)
        show_name(self.name, notice.device)
        self.label.say(text_of(notice.message))
        action, also, close = notice.labels
        # With two fixes, there is no room for another way: it is in the list.
        labels = (action, also if len(notice.fixes) < _MOST_FIXES else "", close)
        for button, code in zip(self._buttons, labels, strict=True):
            button.setText(text(code) if code else "")
            button.setVisible(bool(code))
        for place, button in enumerate(self.fixes):
            is_there = place < len(notice.fixes)
            button.setText(label_of(notice.fixes[place]) if is_there else "")
            button.setVisible(is_there)

    def _named(self, notice: Notice) -> Notice:
        """An answer with what shows its device; without the name if there is only one device."""
        look = self.look_of(notice.device) if notice.device else None
        return notice._replace(device=notice.device if look else "", look=look)

    def _connect(self, button: QToolButton, act_of: Callable[[Notice], Callable[[], None] | None]) -> None:
        """Let `button` act on the notice that was shown when the button went down."""
        pressed: list[Notice | None] = [None]

        def press() -> None:
            pressed[0] = self._top

        def click() -> None:
            notice, pressed[0] = pressed[0] or self._top, None
            if notice and (act := act_of(notice)):
                act()

        button.pressed.connect(press)
        button.clicked.connect(click)


def _line(notice: Notice) -> str:
    sentence = text_of(notice.message)
    return text("about", subject=visible(notice.device), message=sentence) if notice.device else sentence
