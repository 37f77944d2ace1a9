"""Letters with Alt: no letter has two meanings in the menus, the window or a dialog, in any language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QGroupBox,
    QLabel,
    QMenu,
    QTabBar,
    QWidget,
)

from app.messages import languages
from tests.ui.stage import Stage
from tests.ui.test_every_dialog import ROWS
from tests.ui.test_texts_fit import form, form_with_server, overview, rejected
from ui.lower_pane import CLOUD, CONSOLE


def console(stage: Stage) -> None:
    stage.window.lower_pane.show_page(CONSOLE)


def cloud(stage: Stage) -> None:
    stage.window.lower_pane.show_page(CLOUD)


def form_again(stage: Stage) -> None:
    stage.window.connection.close_bench_file()


COURSE: tuple[Callable[[Stage], None], ...] = (
    *(form, form_with_server, overview, rejected, console, cloud, form_again),
)
"""States of one window, one after the other."""


def labelled(widget: QWidget) -> Iterator[str]:
    """The texts of the visible widgets below `widget` whose `&` marks a key, but not those of dialogs."""
    for child in widget.findChildren(QWidget):
        if not child.isVisible() or child.window() is not widget:
            continue
        if (isinstance(child, QLabel) and child.buddy() is not None) or isinstance(child, QAbstractButton):
            yield child.text()
        elif isinstance(child, QGroupBox):
            yield child.title()
        elif isinstance(child, QTabBar):
            yield from map(child.tabText, range(child.count()))


def letter(text: str) -> str:
    return QKeySequence.mnemonic(text).toString()


def doubled(texts: Iterable[str]) -> list[str]:
    counts = Counter(filter(None, map(letter, texts)))
    return [which for which, count in counts.items() if count > 1]


def test_no_letter_is_twice_in_a_menu_and_every_entry_has_one(spoken: Stage) -> None:
    names = {languages.name_of(code) for code in languages.offered()}
    menus = {menu.title(): menu.actions() for menu in spoken.window.findChildren(QMenu)}
    bar = {"the menu bar": spoken.window.menuBar().actions()}
    for title, actions in (menus | bar).items():
        shown = [action.text() for action in actions if not action.isSeparator()]
        assert doubled(shown) == [], title
        without = {text for text in shown if not letter(text) and not text.startswith("Play ")}
        assert without <= names, title


def test_no_letter_is_twice_in_the_window(spoken: Stage) -> None:
    seen = set()
    for state in COURSE:
        state(spoken)
        QApplication.processEvents()
        bar = [action.text() for action in spoken.window.menuBar().actions()]
        fields = list(labelled(spoken.window))
        seen |= set(filter(None, map(letter, fields)))
        assert doubled([*bar, *fields]) == [], state.__name__
    assert len(seen) > 3


def test_no_letter_is_twice_in_a_dialog(spoken: Stage) -> None:
    spoken.connect()
    for row in ROWS:
        row.open(spoken)
        dialog: QDialog = spoken.dialog(row.kind)
        assert doubled(labelled(dialog)) == [], row.kind.__name__
        dialog.reject()
        QApplication.processEvents()
