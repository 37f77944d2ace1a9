"""The help dialog, opened by F1: topics at the left, the page of the chosen topic at the right.

Invariants: the help needs no network; it opens beside the window, so that the user can follow it there; no
link leads out of it.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QUrl
from PySide6.QtGui import QKeySequence, QShortcut, QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app.messages.languages import text
from ui.help import pages, pictures
from ui.help.topics import TOPICS, Topic
from ui.plot.overview import plain_label

_SIZE = QSize(860, 560)
_LEFT_PX, _AROUND_TOPIC_PX = 220, 24
"""The least width of the topics, and the room beside the longest of them."""
_MARGIN_PX = 10
_PICTURE_PX = 440
_SCROLL_BAR_PX = 20


class HelpDialog(QDialog):
    """A dialog with a search field, the topics that contain what was typed, and the page of one topic."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(text("title_help"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.search = QLineEdit()
        self.search.setPlaceholderText(text("help_search"))
        self.search.setAccessibleName(text("help_search"))
        self.search.setClearButtonEnabled(True)
        self.topics = QListWidget()
        self.topics.setAccessibleName(text("help_topics"))
        self.page = _Page()
        self.page.setAccessibleName(text("help_page"))
        self._nothing = plain_label(text("help_nothing_found"), faint=True)
        self._nothing.setWordWrap(True)
        self._shown: list[Topic] = []
        left = QVBoxLayout()
        left.setSpacing(8)
        for widget in (self.search, self._nothing, self.topics):
            left.addWidget(widget)
        halves = QHBoxLayout()
        halves.setSpacing(12)
        halves.addLayout(left)
        halves.addWidget(self.page, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(12)
        column.addLayout(halves, 1)
        column.addWidget(buttons)
        self._fit_topics()
        self.topics.currentRowChanged.connect(self._show_page)
        self.search.textChanged.connect(self._look_up)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.search.setFocus)
        self._look_up("")
        self.topics.setFocus()
        room = self.screen().availableSize() - QSize(40, 60)
        self.resize(_SIZE.boundedTo(room))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Fit the list of topics to another size of the text."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._fit_topics()

    def _fit_topics(self) -> None:
        longest = max(self.fontMetrics().horizontalAdvance(text(topic.title)) for topic in TOPICS)
        for widget in (self.search, self.topics, self._nothing):
            widget.setFixedWidth(max(_LEFT_PX, longest + _AROUND_TOPIC_PX))

    def _look_up(self, words: str) -> None:
        """List the topics that contain `words`, and show the first of them."""
        self._shown = pages.found(TOPICS, words)
        self._nothing.setVisible(not self._shown)
        self.topics.clear()
        self.topics.addItems([text(topic.title) for topic in self._shown])
        self.topics.setCurrentRow(0)

    def _show_page(self, row: int) -> None:
        if row < 0:
            self.page.clear()
            return
        self.page.show_topic(self._shown[row])
        words = self.search.text().split()
        if words:
            self.page.find(words[0])


class _Page(QTextBrowser):
    """The page of a topic. It draws its pictures in the colours of the theme."""

    def __init__(self) -> None:
        super().__init__()
        self._topic = TOPICS[0]
        self.setOpenLinks(False)
        self.document().setDocumentMargin(_MARGIN_PX)
        self.setMinimumWidth(_PICTURE_PX + 2 * _MARGIN_PX + _SCROLL_BAR_PX)

    def show_topic(self, topic: Topic) -> None:
        """Show the page of `topic` from its beginning."""
        self._topic = topic
        self.setHtml(pages.page(topic, _PICTURE_PX))

    def loadResource(self, kind: int, name: QUrl | str) -> object:  # noqa: N802
        """The picture that the page names."""
        address = QUrl(name).toString()
        if kind == QTextDocument.ResourceType.ImageResource.value and address.startswith(pages.PICTURE):
            return pictures.picture(address.removeprefix(pages.PICTURE), self.palette(), scale=2)
        return None

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Draw the page again after the theme has changed."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self.document().clear()
            self.show_topic(self._topic)
