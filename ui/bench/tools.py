"""The buttons below the list of the editor, which add, copy, move and remove tables.

Invariant: a button that could do nothing with the chosen table is disabled.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from app.messages.languages import text
from ui.bench.model.draft import Draft, Kind, Node
from ui.widgets.flow import FlowWidget

_ARROWS = {"button_move_up": "↑", "button_move_down": "↓"}
_TIPS = {"button_move_up": "tip_move_up", "button_move_down": "tip_move_down", "button_remove": "tip_remove"}


class Tools(FlowWidget):
    """The buttons. Each is known by the message code of its name."""

    def __init__(self) -> None:
        super().__init__()
        self._tools: dict[str, QToolButton] = {}

    def connect_tool(self, code: str, act: Callable[[], None]) -> None:
        """Add a button that calls `act`."""
        tool = QToolButton()
        tool.setText(_ARROWS.get(code, text(code)))
        tool.setAccessibleName(text(code))
        if code in _TIPS:
            tool.setToolTip(text(_TIPS[code]))
        tool.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        tool.clicked.connect(lambda: act())
        self.add(tool)
        self._tools[code] = tool

    def enable_for(self, draft: Draft, node: Node) -> None:
        """Enable the buttons that can do something with the table `node` of `draft`."""
        is_part = node.kind in (Kind.DEVICE, Kind.DATASTREAM)
        can = {
            "button_add_datastream": is_part,
            "button_copy_table": is_part,
            "button_move_up": draft.can_move(node, -1),
            "button_move_down": draft.can_move(node, 1),
            "button_remove": node is not draft.bench,
        }
        for code, enabled in can.items():
            self._tools[code].setEnabled(enabled)
