"""The page that is shown while nothing is connected and no bench file is open: three ways to a first value.

Invariants: each way is one click, or one key on what has the focus; nothing is connected and no file is
opened before that click; the page can be used by keyboard alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.bench.status import PortInfo
from app.messages.languages import text
from ui.boards.board_list import BoardList
from ui.boards.port_list import PortEntry
from ui.boards.recent_list import RecentList
from ui.help.first_sketch import PRINTED, SKETCH
from ui.plot.overview import plain_label

_MOST_WIDE = 1400
_MOST_HIGH = 340
"""The cards of the three ways grow no further: on a large screen, long lines and empty cards read badly."""


class FirstPage(QScrollArea):
    """The page: plug in a board, see the demo, open a bench file; and a sketch to copy."""

    board_chosen = Signal(PortEntry)
    demo_asked = Signal()
    file_asked = Signal()
    recent_chosen = Signal(str)
    """Emitted with the path of the file."""
    forget_asked = Signal()
    """Emitted when the list of recent files is to be cleared."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.boards = BoardList()
        self._board_how = _faint("first_board_how")
        self.demo_button = _button("button_demo")
        self.open_button = _button("button_open")
        self.recent = RecentList()
        self._recent_label = plain_label(text("label_recent_files"), heading=True)
        self.forget_button = QToolButton()
        self.forget_button.setText(text("button_forget_files"))
        self.forget_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.copy_button = _button("button_copy_sketch")
        page = QWidget()
        column = QVBoxLayout()
        column.setSpacing(10)
        ways = QHBoxLayout()
        ways.setSpacing(10)
        for card, share in ((self._board_card(), 5), (self._demo_card(), 4), (self._file_card(), 5)):
            card.setMaximumHeight(_MOST_HIGH)
            ways.addWidget(card, share)
        column.addLayout(ways, 100)
        column.addWidget(self._sketch_card())
        column.addStretch(1)
        middle = QWidget()
        middle.setMaximumWidth(_MOST_WIDE)
        middle.setLayout(column)
        column.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(middle, 1000)
        row.addStretch(1)
        self.setWidget(page)
        self.boards.chosen.connect(self.board_chosen)
        self.demo_button.clicked.connect(self.demo_asked)
        self.open_button.clicked.connect(self.file_asked)
        self.recent.chosen.connect(self.recent_chosen)
        self.forget_button.clicked.connect(self.forget_asked)
        self.copy_button.clicked.connect(self._copy)

    def show_ports(self, ports: Sequence[PortInfo], in_form: str) -> None:
        """List the ports, and say what to do with them, or how to plug in a board while there is none.

        `in_form` is the port that is chosen in the form.
        """
        has_board = self.boards.show_ports(ports, in_form)
        self._board_how.setText(text("first_board_how" if has_board else "first_no_board"))
        self.boards.setVisible(bool(ports))

    def show_files(self, paths: Sequence[str]) -> None:
        """List the bench files at `paths`, which were opened recently."""
        self.recent.show_files(paths)
        for part in (self.recent, self._recent_label, self.forget_button):
            part.setVisible(bool(paths))
        self.copy_button.setText(text("button_copy_sketch"))

    def take_focus(self) -> None:
        """Focus the first thing that can be chosen: a board, or else the demo."""
        (self.demo_button if self.boards.isHidden() else self.boards).setFocus()

    def _board_card(self) -> QFrame:
        card, column = _card("first_board", self._board_how)
        column.addWidget(self.boards, 1)
        column.addStretch(0)
        return card

    def _demo_card(self) -> QFrame:
        card, column = _card("first_demo", _faint("first_demo_what"))
        column.addWidget(self.demo_button)
        column.addStretch(1)
        return card

    def _file_card(self) -> QFrame:
        card, column = _card("first_file", _faint("first_file_what"))
        column.addWidget(self.open_button)
        line = QHBoxLayout()
        line.addWidget(self._recent_label, 1)
        line.addWidget(self.forget_button)
        column.addLayout(line)
        column.addWidget(self.recent, 1)
        column.addStretch(0)
        return card

    def _sketch_card(self) -> QFrame:
        card = QFrame()
        card.setProperty("card", True)
        title = plain_label(text("first_sketch"))
        title.setProperty("way", True)
        title.setWordWrap(True)
        what = plain_label(text("first_sketch_what", line=PRINTED), faint=True)
        what.setWordWrap(True)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self.copy_button)
        both = QHBoxLayout()
        both.setSpacing(24)
        both.addWidget(what, 1, Qt.AlignmentFlag.AlignTop)
        both.addWidget(_sketch_label(), 1, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(card)
        column.setContentsMargins(18, 10, 18, 12)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(both)
        card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        return card

    def _copy(self) -> None:
        QApplication.clipboard().setText(SKETCH)
        self.copy_button.setText(text("button_sketch_copied"))


def _card(title: str, sentence: QLabel) -> tuple[QFrame, QVBoxLayout]:
    """A card with a headline and a sentence, and the layout for what comes below them."""
    card = QFrame()
    card.setProperty("card", True)
    column = QVBoxLayout(card)
    column.setContentsMargins(18, 12, 18, 12)
    column.setSpacing(7)
    headline = plain_label(text(title))
    headline.setProperty("way", True)
    headline.setWordWrap(True)
    column.addWidget(headline)
    column.addWidget(sentence)
    return card, column


def _faint(code: str) -> QLabel:
    label = plain_label(text(code), faint=True)
    label.setWordWrap(True)
    return label


def _button(code: str) -> QPushButton:
    button = QPushButton(text(code))
    button.setMinimumHeight(36)
    button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
    button.setAutoDefault(False)
    return button


def _sketch_label() -> QLabel:
    """A label that shows the sketch in a font whose letters are all equally wide."""
    label = plain_label(SKETCH.rstrip())
    label.setProperty("code", True)
    label.setAccessibleName(text("label_sketch"))
    return label
