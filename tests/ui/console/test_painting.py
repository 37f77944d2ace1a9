"""Lines in the colours that the board asks for, and with the hits of a search marked."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFont, QImage, QTextLayout
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.console.rows import news
from tests.ui.stage import PATIENCE_MS
from ui.console.model import TEXT, ConsoleModel
from ui.console.painting import LineDelegate
from ui.theme.colors import DARK, LIGHT
from ui.widgets.rows_view import RowsView

RED_LINE = "\x1b[1;3;4;9;31;44mred\x1b[0m rest"


class Painted:
    """A list of lines that is painted."""

    def __init__(self, qtbot: QtBot) -> None:
        self.model = ConsoleModel()
        self.view = RowsView("lines")
        self.view.setModel(self.model)
        self.delegate = LineDelegate(self.model, self.view)
        self.view.setItemDelegateForColumn(TEXT, self.delegate)
        self.view.set_widths((20, 20, 60))
        self.view.resize(QSize(900, 200))
        qtbot.addWidget(self.view)
        with qtbot.waitExposed(self.view, timeout=PATIENCE_MS):
            self.view.show()

    def image(self) -> QImage:
        QApplication.processEvents()
        return self.view.viewport().grab().toImage()

    def colors(self) -> set[str]:
        """All colours of the first line."""
        image, area = self.image(), self.view.visualRect(self.model.index(0, TEXT))
        return {
            image.pixelColor(x, y).name().upper()
            for x in range(area.left(), area.right())
            for y in range(area.top(), area.bottom())
        }

    def ranges(self) -> list[QTextLayout.FormatRange]:
        return self.delegate.formats(self.model.row(0), is_selected=False)


@pytest.fixture
def painted(qtbot: QtBot) -> Painted:
    return Painted(qtbot)


def test_colours_of_the_log_are_shown_or_stripped(painted: Painted) -> None:
    painted.model.add([news(1, RED_LINE)])
    (red,) = painted.ranges()
    look = red.format  # type: ignore[attr-defined]
    assert (red.start, red.length) == (0, 3)  # type: ignore[attr-defined]
    assert look.fontWeight() == QFont.Weight.Bold
    assert (look.fontItalic(), look.fontUnderline(), look.fontStrikeOut()) == (True, True, True)
    assert look.background().color() == QColor("#1A4FC4")
    assert "#1A4FC4" in painted.colors()
    painted.delegate.shows_colors = False
    painted.view.viewport().update()
    assert painted.ranges() == []
    assert "#1A4FC4" not in painted.colors()
    assert painted.model.index(0, TEXT).data() == "red rest"


def test_hits_are_marked_in_every_theme(painted: Painted) -> None:
    painted.model.add([news(1, "v1=21.5")])
    for scheme in (LIGHT, DARK):
        painted.model.set_scheme(scheme)
        painted.model.search.look_for("")
        painted.view.viewport().update()
        assert scheme.warn not in painted.colors()
        painted.model.search.look_for("21")
        painted.view.viewport().update()
        assert scheme.warn in painted.colors()


def test_a_selected_line_and_a_gap_are_painted_too(painted: Painted) -> None:
    painted.model.add([news(5, RED_LINE, "x" * 1100)])
    painted.model.search.look_for("x")
    painted.view.selectAll()
    assert not painted.image().isNull()


def test_letters_are_where_qt_paints_them(painted: Painted) -> None:
    """A line does not move when a hit in it is marked."""
    painted.model.add([news(1, "v1=21.5")])
    painted.model.set_scheme(LIGHT)

    def first_dark_column() -> int:
        image, area = painted.image(), painted.view.visualRect(painted.model.index(0, TEXT))
        return next(
            x
            for x in range(area.left(), area.right())
            if any(image.pixelColor(x, y).lightness() < 160 for y in range(area.top(), area.bottom()))
        )

    before = first_dark_column()
    painted.model.search.look_for(".5")
    painted.view.viewport().update()
    assert abs(first_dark_column() - before) <= 1
