"""The buttons below the list of the editor, which add, copy, move and remove tables.

Invariant: a button that could do nothing with the chosen table is disabled.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from app.messages.languages import text
from ui.bench.model.draft import Draft, Kind, Node
from ui.bench.outline import title
from ui.widgets.flow import FlowWidget

_ARROWS = {"button_move_up": "↑", "button_move_down": "↓"}
_TIPS = {
    "button_move_up": "tip_move_up",
    "button_move_down": "tip_move_down",
    "button_move_to_device": "tip_move_to_device",
    "button_remove": "tip_remove",
}


class Tools(FlowWidget):
    """The buttons. Each is known by the message code of its name."""

    def __init__(self) -> None:
        super().__init__()
        self._tools: dict[str, QToolButton] = {}
        self._arrows: QHBoxLayout | None = None

    def connect_tool(self, code: str, act: Callable[[], None]) -> None:
        """Add a button that calls `act`."""
        tool = QToolButton()
        tool.setText(_ARROWS.get(code, text(code)))
        tool.setAccessibleName(text(code))
        if code in _TIPS:
            tool.setToolTip(text(_TIPS[code]))
        tool.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        tool.clicked.connect(lambda: act())
        self._tools[code] = tool
        if code in _ARROWS:
            self._arrow_row().addWidget(tool)
        else:
            self.add(tool)

    def _arrow_row(self) -> QHBoxLayout:
        """The row of the arrows, which stay beside each other; it has its place when it is first needed."""
        if self._arrows is None:
            beside = QWidget()
            self._arrows = QHBoxLayout(beside)
            self._arrows.setContentsMargins(0, 0, 0, 0)
            self._arrows.setSpacing(6)
            self.add(beside)
        return self._arrows

    def connect_devices(self, draft: Draft, node: Callable[[], Node], move: Callable[[Node], None]) -> None:
        """Add a button with a menu of the devices to which the datastream `node()` can be moved.

        `move` is called with the device that the user chooses.
        """
        code = "button_move_to_device"
        self.connect_tool(code, lambda: None)
        tool = self._tools[code]
        menu = QMenu(tool)

        def fill_in() -> None:
            menu.clear()
            for device in draft.devices:
                if device is not draft.device_of(node()):
                    name = title(device).replace("&", "&&")
                    menu.addAction(name).triggered.connect(lambda _checked=False, to=device: move(to))

        menu.aboutToShow.connect(fill_in)
        tool.setMenu(menu)
        tool.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def enable_for(self, draft: Draft, node: Node) -> None:
        """Enable the buttons that can do something with the table `node` of `draft`."""
        is_part = node.kind in (Kind.DEVICE, Kind.DATASTREAM)
        can = {
            "button_add_datastream": is_part,
            "button_copy_table": is_part,
            "button_move_up": draft.can_move(node, -1),
            "button_move_down": draft.can_move(node, 1),
            "button_move_to_device": node.kind is Kind.DATASTREAM and len(draft.devices) > 1,
            "button_remove": node is not draft.bench,
        }
        for code, enabled in can.items():
            self._tools[code].setEnabled(enabled)
