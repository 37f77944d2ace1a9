"""The pane at the bottom. It shows one of three pages: console, rejected lines, or cloud.

Invariant: a page is neither updated nor drawn while its tab is not selected.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from app.messages.languages import text
from app.messages.message import Message
from ui import wording
from ui.actions import DeviceActions
from ui.cloud.pane import CloudPane
from ui.console.pane import ConsolePane
from ui.console.rejected_lines import RejectedLines
from ui.fixes.fix import Fix
from ui.lights import SIGNS
from ui.theme.colors import Scheme

CONSOLE, REJECTED, CLOUD = range(3)
_NAMES = ("tab_console", "tab_rejected", "tab_cloud")
_TIPS = ("tip_tab_console", "tip_tab_rejected", "tip_tab_cloud")


class LowerPane(QFrame):
    """Tabs, each with a page and tool buttons. Only the selected tab's page and buttons are shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.console = ConsolePane()
        self.rejected = RejectedLines()
        self.cloud = CloudPane()
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(text("label_lower_pane"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._tools = QStackedWidget()
        self._pages = QStackedWidget()
        for number, name in enumerate(_NAMES):
            page = (self.console, self.rejected, self.cloud)[number]
            self.tabs.addTab(text(name))
            key = QKeySequence(f"Ctrl+{number + 1}").toString(QKeySequence.SequenceFormat.NativeText)
            self.tabs.setTabToolTip(number, text(_TIPS[number], key=key))
            self._tools.addWidget(page.tools)
            self._pages.addWidget(page)
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.tabs)
        top.addWidget(self._tools, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self._pages, 1)
        self.console.shown_asked.connect(lambda: self.show_page(CONSOLE))
        self.tabs.currentChanged.connect(self._tools.setCurrentIndex)
        self.tabs.currentChanged.connect(self._pages.setCurrentIndex)
        self._counts: dict[int, tuple[int, str]] = {}
        self.tabs.currentChanged.connect(lambda _: self._show_count(REJECTED))

    @property
    def front(self) -> int:
        """The page whose tab is selected: `CONSOLE`, `REJECTED` or `CLOUD`."""
        return self.tabs.currentIndex()

    def show_page(self, page: int) -> None:
        """Bring a page to the front, and show this pane if it is hidden.

        Focus the list of the page or, if that list is hidden, the tabs.
        """
        self.show()
        self.tabs.setCurrentIndex(page)
        view = (self.console.view, self.rejected.view, self.cloud.view)[page]
        (self.tabs if view.isHidden() else view).setFocus()

    def show_send_box(self) -> None:
        """Show the console, and focus the field in which the user types lines for the board."""
        self.show_page(CONSOLE)
        self.console.send_box.field.setFocus()

    def connect_actions(self, actions: DeviceActions) -> None:
        """Connect the buttons on the pages to the device actions."""
        self.console.send_box.asked.connect(actions.send)
        self.console.told.connect(actions.report)
        self.cloud.skip_asked.connect(actions.skip)
        self.cloud.send_here_asked.connect(actions.send_here)
        self.cloud.discard_asked.connect(actions.discard)
        self.cloud.resend_asked.connect(actions.resend)
        self.cloud.discard_refused_asked.connect(actions.discard_refused)

    def connect_fixes(self, fix: Callable[[Fix, str], None]) -> None:
        """Connect the buttons for fixes; `fix` is called with the fix and the line that it is for."""
        self.rejected.fix_asked.connect(fix)
        self.cloud.fix_asked.connect(fix)

    def show_device(self, device: str) -> None:
        """Show `device` from now on. What the console has of the other devices is kept."""
        for page in (CONSOLE, REJECTED, CLOUD):
            self.set_count(page, 0)
        self.console.show_device(device)
        self.rejected.restart()
        self.cloud.restart()

    def restart(self) -> None:
        """Empty the pages, because what follows may be from an earlier time."""
        self.show_device(self.console.device)
        self.console.restart()

    def set_count(self, page: int, count: int, tone: str = "") -> None:
        """Show a page's name on its tab, followed by `count` unless `count` is 0.

        If `tone` is `warn` or `bad`, its sign is in front. The count of rejected lines says that it is of all
        runs, except while the cloud's page is in front, whose buttons need the room.
        """
        self._counts[page] = count, tone
        self._show_count(page)

    def _show_count(self, page: int) -> None:
        count, tone = self._counts.get(page, (0, ""))
        title = text(_NAMES[page])
        if count:
            says_runs = page == REJECTED and self.front != CLOUD
            code = "tab_with_count_of_all_runs" if says_runs else "tab_with_count"
            title = text(code, name=Message(_NAMES[page]), number=wording.count(count))
        if tone in ("warn", "bad"):
            title = f"{SIGNS[tone]}\N{THIN SPACE}{title}"
        if self.tabs.tabText(page) != title:
            self.tabs.setTabText(page, title)

    def set_scheme(self, scheme: Scheme) -> None:
        """Pass `scheme` to the parts that paint themselves. All others use the colours of Qt's palette."""
        self.console.set_scheme(scheme)
