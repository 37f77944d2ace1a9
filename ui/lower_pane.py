"""The pane at the bottom: console, what was wrong, and the cloud, one at a time.

Invariant: what is not in front is neither asked for nor drawn.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from ui import wording
from ui.actions import DeviceActions
from ui.cloud.pane import CloudPane
from ui.console.pane import ConsolePane
from ui.console.wrong_lines import WrongLines
from ui.theme.colors import Scheme

CONSOLE, WRONG, CLOUD = range(3)
_NAMES = ("Console", "What was wrong", "Cloud")


class LowerPane(QFrame):
    """Tabs, the tools of the one in front, and its page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.console = ConsolePane()
        self.wrong = WrongLines()
        self.cloud = CloudPane()
        self.tabs = QTabBar()
        self.tabs.setAccessibleName("Console, what was wrong, and cloud")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._tools = QStackedWidget()
        self._pages = QStackedWidget()
        for number, name in enumerate(_NAMES):
            page = (self.console, self.wrong, self.cloud)[number]
            self.tabs.addTab(name)
            self.tabs.setTabToolTip(number, f"Ctrl+{number + 1}")
            self._tools.addWidget(page.tools)
            self._pages.addWidget(page)
        top = QHBoxLayout()
        top.setSpacing(14)
        top.addWidget(self.tabs)
        top.addWidget(self._tools, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self._pages, 1)
        self.tabs.currentChanged.connect(self._tools.setCurrentIndex)
        self.tabs.currentChanged.connect(self._pages.setCurrentIndex)

    @property
    def front(self) -> int:
        """Which page is in front: `CONSOLE`, `WRONG` or `CLOUD`."""
        return self.tabs.currentIndex()

    def show_page(self, page: int) -> None:
        """Bring a page to the front, and the keyboard to its list, or to the tabs where it shows none."""
        self.tabs.setCurrentIndex(page)
        view = (self.console.view, self.wrong.view, self.cloud.view)[page]
        (self.tabs if view.isHidden() else view).setFocus()

    def connect_actions(self, actions: DeviceActions) -> None:
        """Lead the buttons to what they do."""
        self.console.send_box.asked.connect(actions.send)
        self.cloud.skip_asked.connect(actions.skip)
        self.cloud.send_here_asked.connect(actions.send_here)
        self.cloud.discard_asked.connect(actions.discard)
        self.cloud.resend_asked.connect(actions.resend)

    def restart(self) -> None:
        """Another device or run follows."""
        for page in (CONSOLE, WRONG, CLOUD):
            self.set_count(page, 0)
        self.console.restart()
        self.wrong.restart()
        self.cloud.restart()

    def set_count(self, page: int, count: int) -> None:
        """Write beside a page's name how much there is to see."""
        title = f"{_NAMES[page]} ({wording.count(count)})" if count else _NAMES[page]
        if self.tabs.tabText(page) != title:
            self.tabs.setTabText(page, title)

    def set_scheme(self, scheme: Scheme) -> None:
        """Change the colours of what paints for itself; the palette does the rest."""
        self.console.set_scheme(scheme)
