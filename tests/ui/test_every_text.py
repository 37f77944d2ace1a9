"""Every text of the window comes from the catalogue.

The tests enclose each text of the catalogue in ⟦ and ⟧, and look in the window for texts without these marks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QListView,
    QTabBar,
    QTableView,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.config.bench_file import BenchConfig
from app.messages import languages
from app.messages.entry import Entry
from app.messages.message import Language
from tests.ui.fake_bench import FakeClock
from tests.ui.stage import Stage
from tests.ui.test_every_dialog import ROWS
from tests.ui.test_texts_fit import STATES

MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
WORD = re.compile(r"[A-Za-z]{3,}")
DATA = re.compile(
    r"greenhouse|cellar|school|Sine|Temperature|Counter|Wind|Bench 1|calm|hello|another token|# sketch=.*"
    r"|(usb|https|keyring):\S*|COM\d+|/dev/\S*|(\S*/)?bench(-1)?\.\w+|v\d+(\.\w+)?"
    r"|led=1|window opened|(replay:)?run 1(\.pbrec)?|Arduino\S*( \w+)?|USB Serial|numpy|BSD"
)
"""Data, which has no marks: names in the bench file, names of ports and of packages, and lines of boards."""
OTHERS = re.compile(
    r"Pinbridge|Deutsch|English|Ctrl|Shift|PgUp|PgDown|Return|Enter|Space|End|Left|Right|Escape"
    r"|Serial\.(print|println)\(.*|forward = .*|Python \d.*"
    r"|void setup\(\)[^⟦]*\}$"  # the first sketch, which has no words
    r"|QToolButton: Scroll (Left|Right)|QPushButton: (Cancel|Close)"
)
"""Proper names and keys, and the texts of Qt's buttons."""


def marked(entry: Entry, count: int) -> str:
    text = entry.plural if entry.plural and count != 1 else entry.text
    return f"⟦{text}⟧" if WORD.search(text.replace("&", "")) or "{" in text else text


@pytest.fixture
def stage(
    qtbot: QtBot, config: BenchConfig, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Stage]:
    monkeypatch.setattr(languages, "_current", Language("xx", marked))
    stage = Stage(qtbot, config, clock, monkeypatch, tmp_path)
    yield stage
    stage.window.close()


def texts(thing: QObject) -> Iterator[str]:
    """The texts of a widget or an action: on the screen, in its tips, and for screen readers."""
    for name in ("text", "title", "toolTip", "placeholderText", "accessibleName", "accessibleDescription"):
        text = getattr(thing, name, None)
        if callable(text):
            yield str(text())
    match thing:
        case QComboBox():
            yield from map(thing.itemText, range(thing.count()))
        case QTabBar():
            yield from map(thing.tabText, range(thing.count()))
            yield from map(thing.tabToolTip, range(thing.count()))
        case QTextEdit():
            yield thing.toPlainText()
        case QTableView() | QListView():
            yield from cells(thing.model())
        case QDialog():
            yield thing.windowTitle()


def cells(model: QAbstractItemModel) -> Iterator[str]:
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
    columns = model.columnCount(QModelIndex()) if isinstance(model, QAbstractTableModel) else 1
    for column in range(columns):
        yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
        for row in range(min(20, model.rowCount(QModelIndex()))):
            yield from (str(model.index(row, column).data(role) or "") for role in roles)


def unmarked(window: QWidget) -> list[str]:
    """The texts with an unmarked word in a window, its menus and its dialogs."""
    found = {}
    things = [window, *window.findChildren(QWidget), *window.findChildren(QAction)]
    for thing in things:
        for text in texts(thing):
            left = re.sub(r"<[^>]+>|&", "", text)
            while MARKED.search(left):
                left = MARKED.sub(" ", left)
            left = f"{type(thing).__name__}: {DATA.sub(' ', left)}"
            if WORD.search(OTHERS.sub(" ", left).partition(":")[2]):
                found[text] = type(thing).__name__
    return [f"{kind}: {text}" for text, kind in found.items()]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_every_text_of_the_window_is_in_the_catalogue(stage: Stage, state: Callable[[Stage], None]) -> None:
    state(stage)
    QApplication.processEvents()
    assert unmarked(stage.window) == []


def test_every_text_of_every_dialog_is_in_the_catalogue(stage: Stage) -> None:
    stage.connect()
    for row in ROWS:
        row.open(stage)
        QApplication.processEvents()
        dialog = stage.dialog(row.kind)
        assert unmarked(dialog) == []
        assert unmarked(stage.window) == []
        dialog.reject()
