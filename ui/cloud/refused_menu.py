"""The menu of a button that acts on refused readings: the selected ones, those of a datastream, or all.

Invariant: an entry that would act on nothing is disabled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QMenu, QToolButton

from app.bench.status import RefusedReading
from app.messages.languages import text

Act = Callable[[str | None, list[int] | None], None]
_LABELS = {
    "again": ("menu_again_selected", "menu_again_target", "menu_again_no_target", "menu_again_all"),
    "discard": (
        *("menu_discard_selected", "menu_discard_target"),
        *("menu_discard_no_target", "menu_discard_all"),
    ),
}


class RefusedMenu(QMenu):
    """The menu that `button` opens."""

    def __init__(
        self, button: QToolButton, kind: str, chosen: Callable[[], Sequence[RefusedReading]], act: Act
    ) -> None:
        """`chosen` returns the selected readings; `kind` selects the labels.

        `act` is called with a target or None, and reading ids or None; both are None for all.
        """
        super().__init__(button)
        self._chosen, self._act = chosen, act
        selected, self._of_target, self._of_no_target, all_of_them = _LABELS[kind]
        self.selected = self.addAction(text(selected), self._act_on_selected)
        self.of_target = self.addAction(text(self._of_no_target), self._act_on_target)
        self.of_all = self.addAction(text(all_of_them), lambda: act(None, None))
        self.aboutToShow.connect(self._name_choices)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(self)

    def _name_choices(self) -> None:
        chosen = self._chosen()
        self.selected.setEnabled(bool(chosen))
        self.of_target.setEnabled(bool(chosen))
        self.of_target.setText(
            text(self._of_target, target=chosen[0].target) if chosen else text(self._of_no_target)
        )

    def _act_on_selected(self) -> None:
        if chosen := self._chosen():
            self._act(None, [reading.id for reading in chosen])

    def _act_on_target(self) -> None:
        if chosen := self._chosen():
            self._act(chosen[0].target, None)
