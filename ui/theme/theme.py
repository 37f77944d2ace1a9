"""Applies a colour scheme and a text size to Qt: palette and font for the Fusion style, and a style sheet.

Invariant: one call restyles the whole program, except for the widgets that paint themselves: the window
passes the scheme to them, and they follow the size of the text when Qt reports a changed font.

The property `tone` of a widget (`good`, `warn`, `bad` or `recording`) selects the colour of its text.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from ui.theme.colors import Scheme

_ROLES = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.Base: "card",
    QPalette.ColorRole.AlternateBase: "window",
    QPalette.ColorRole.Button: "card",
    QPalette.ColorRole.ToolTipBase: "card",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.PlaceholderText: "faint",
    QPalette.ColorRole.Highlight: "accent",
    QPalette.ColorRole.HighlightedText: "on_accent",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.Accent: "accent",
}

_TITLE_PT, _WAY_PT = 17, 13
_OWN_SIZE = "own_font_size_pt"
"""The property of the application that keeps the size of its font as the desktop has set it."""

_SHEET = """
QMainWindow, QDialog {{ background: {window}; }}
QFrame[card="true"] {{ background: {card}; border: 1px solid {border}; border-radius: 8px; }}
QLabel[faint="true"] {{ color: {faint}; }}
QLabel[heading="true"] {{ color: {faint}; font-weight: 600; }}
QLabel[code="true"] {{ font-family: "{code_family}"; }}
QLabel[title="true"] {{ font-size: {title_pt}pt; font-weight: 600; }}
QLabel[way="true"] {{ font-size: {way_pt}pt; font-weight: 600; }}
*[tone="good"] {{ color: {good}; }}
*[tone="warn"] {{ color: {warn}; font-weight: 600; }}
*[tone="bad"] {{ color: {bad}; font-weight: 600; }}
*[tone="recording"] {{ color: {bad}; font-weight: 600; }}
QFrame[notice="good"] {{ background: {card}; border: 1px solid {good}; border-radius: 8px; }}
QFrame[notice="warn"] {{ background: {warn_ground}; border: 1px solid {warn}; border-radius: 8px; }}
QFrame[notice="bad"] {{ background: {bad_ground}; border: 1px solid {bad}; border-radius: 8px; }}
QPushButton, QToolButton {{
    background: {card}; color: {text}; border: 1px solid {border}; border-radius: 6px; padding: 5px 12px;
}}
QToolButton {{ padding: 4px 10px; }}
QToolButton::menu-indicator {{ image: none; width: 0; }}
QToolButton[popupMode="1"] {{ padding-right: 24px; }}
QToolButton::menu-button {{ border: none; border-left: 1px solid {border}; width: 18px; }}
QPushButton:hover, QToolButton:hover {{ background: {hover}; }}
QPushButton:focus, QToolButton:focus {{ border: 2px solid {accent}; padding: 4px 11px; }}
QToolButton:focus {{ padding: 3px 9px; }}
QToolButton:checked {{ background: {accent}; color: {on_accent}; border-color: {accent}; }}
QToolButton[record="true"]:checked {{
    background: {card}; color: {bad}; border-color: {bad}; font-weight: 600;
}}
QToolButton:checked:focus {{ border-color: {text}; }}
QPushButton[primary="true"] {{
    background: {accent}; color: {on_accent}; border-color: {accent}; font-weight: 600; padding: 6px 20px;
}}
QPushButton[primary="true"]:focus {{ border: 2px solid {text}; padding: 5px 19px; }}
QPushButton:disabled, QToolButton:disabled {{
    background: {window}; color: {faint}; border: 1px dashed {border};
}}
QToolButton[chip="true"] {{ background: transparent; border-radius: 11px; padding: 2px 10px 2px 6px; }}
QToolButton[chip="true"]:checked {{ background: {card}; color: {text}; border-color: {border}; }}
QToolButton[chip="true"]:!checked {{ color: {faint}; border: 1px dashed {border}; }}
QToolButton[chip="true"]:hover {{ background: {hover}; }}
QToolButton[chip="true"]:focus {{ border: 1px solid {accent}; }}
QTableView::item {{ padding: 0 5px; }}
QTableView {{
    background: {card}; border: none; outline: none; gridline-color: {border};
    selection-background-color: {selection}; selection-color: {text};
}}
QHeaderView {{ background: {card}; border: none; }}
QHeaderView::section {{
    background: {card}; color: {faint}; border: none; border-bottom: 1px solid {border};
    padding: 4px 8px; font-weight: 600;
}}
QTableCornerButton::section {{ background: {card}; border: none; }}
QLineEdit, QComboBox {{
    background: {card}; color: {text}; placeholder-text-color: {faint};
    border: 1px solid {field}; border-radius: 6px; padding: 4px 8px;
    selection-background-color: {accent}; selection-color: {on_accent};
}}
QLineEdit:focus, QComboBox:focus, QComboBox:on {{ border: 2px solid {accent}; padding: 3px 7px; }}
QLineEdit:disabled, QComboBox:disabled {{ background: {window}; color: {faint}; border-color: {border}; }}
QComboBox QLineEdit, QComboBox QLineEdit:focus, QSpinBox QLineEdit, QSpinBox QLineEdit:focus {{
    border: none; padding: 0; background: transparent;
}}
QFileDialog QToolButton, QFileDialog QToolButton:focus {{ padding: 2px; }}
QFileDialog QComboBox::down-arrow {{
    image: url(:/qt-project.org/styles/commonstyle/images/down-32.png); width: 12px; height: 12px;
}}
QSpinBox {{ min-height: 1.7em; }}
QComboBox {{ combobox-popup: 0; }}
QComboBox::drop-down {{ border: none; width: 24px; }}
QComboBox::down-arrow {{ image: none; width: 0; height: 0; }}
QComboBox QAbstractItemView {{
    background: {card}; color: {text}; border: 1px solid {border}; outline: none;
    selection-background-color: {accent}; selection-color: {on_accent};
}}
QFrame[notice] QToolButton {{ padding: 2px 10px; }}
QFrame[notice] QToolButton:focus {{ padding: 1px 9px; }}
QFrame[notice] QToolButton[link="true"] {{
    background: transparent; border: 1px solid transparent; font-weight: 600; padding: 2px 0;
}}
QFrame[notice] QToolButton[link="true"]:hover {{ text-decoration: underline; }}
QFrame[notice] QToolButton[link="true"]:focus {{ border: 1px solid {text}; border-radius: 4px; }}
QFrame[popup="true"] {{ background: {card}; border: 1px solid {border}; }}
QComboBox QAbstractItemView::item {{ padding: 3px 6px; }}
QComboBox QAbstractItemView::item:selected {{ background: {accent}; color: {on_accent}; }}
QTabBar::tab {{
    background: transparent; color: {faint}; border: none; border-bottom: 2px solid transparent;
    padding: 4px 10px; font-weight: 600;
}}
QTabBar::tab:selected {{ color: {text}; border-bottom-color: {accent}; }}
QTabBar::tab:hover {{ background: {hover}; border-radius: 4px; }}
QTabBar:focus {{ border: 1px solid {accent}; border-radius: 4px; }}
QListWidget, QTreeWidget {{
    background: {card}; color: {text}; border: 1px solid {border}; border-radius: 6px;
}}
QListWidget::item:selected, QTreeWidget::item:selected {{ background: {selection}; color: {text}; }}
QTreeWidget::item {{ padding: 4px 2px; }}
QListWidget:focus, QTreeWidget:focus {{ border: 2px solid {accent}; }}
QListWidget[choices="true"], QListWidget[choices="true"]:focus {{ border: none; outline: none; }}
QListWidget[choices="true"]::item {{
    padding: 7px 10px; border: 1px solid {border}; border-radius: 6px; margin: 2px;
}}
QListWidget[choices="true"]::item:hover {{ background: {hover}; }}
QListWidget[choices="true"]::item:focus {{ border: 2px solid {accent}; padding: 6px 9px; }}
QListWidget[choices="true"]::item:disabled {{ color: {faint}; border-color: transparent; }}
QCheckBox, QRadioButton {{ color: {text}; }}
QCheckBox:disabled, QRadioButton:disabled {{ color: {faint}; }}
QCheckBox::indicator:unchecked, QTreeWidget::indicator:unchecked {{
    width: 12px; height: 12px; background: {card}; border: 1px solid {field}; border-radius: 2px;
}}
QRadioButton::indicator:unchecked {{
    width: 12px; height: 12px; background: {card}; border: 1px solid {field}; border-radius: 7px;
}}
QRadioButton::indicator:unchecked:disabled {{ background: {window}; border-color: {border}; }}
QSplitter::handle {{ background: {window}; }}
QSplitter::handle:hover {{ background: {hover}; }}
QGraphicsView {{ border: 1px solid transparent; border-radius: 4px; }}
QGraphicsView:focus {{ border-color: {field}; }}
QScrollArea {{ background: transparent; border: none; }}
QScrollArea > QWidget > QWidget {{ background: transparent; }}
QMenuBar {{ background: {window}; color: {text}; padding: 1px 6px; }}
QMenuBar::item {{ background: transparent; padding: 4px 9px; border-radius: 5px; }}
QMenuBar::item:selected {{ background: {hover}; }}
QMenu {{ background: {card}; color: {text}; border: 1px solid {border}; padding: 4px; }}
QMenu::item {{ padding: 5px 28px 5px 26px; border-radius: 4px; }}
QMenu::item:selected {{ background: {accent}; color: {on_accent}; }}
QMenu::item:disabled {{ color: {faint}; }}
QMenu::separator {{ height: 1px; background: {border}; margin: 4px 8px; }}
QToolTip {{ background: {card}; color: {text}; border: 1px solid {border}; padding: 3px; }}
QSlider {{ min-height: 22px; }}
QSlider::groove:horizontal {{
    background: {card}; height: 6px; border: 1px solid {field}; border-radius: 4px;
}}
QSlider::sub-page:horizontal {{
    background: {accent}; height: 6px; border: 1px solid {accent}; border-radius: 4px;
}}
QSlider::handle:horizontal {{
    background: {card}; width: 12px; margin: -6px 0; border: 2px solid {accent}; border-radius: 7px;
}}
QSlider::handle:horizontal:focus {{ background: {text}; border-color: {text}; }}
QScrollBar:vertical {{ background: transparent; width: 11px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 11px; margin: 0; }}
QScrollBar::handle {{ background: {border}; border-radius: 4px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 28px; }}
QScrollBar::handle:horizontal {{ min-width: 28px; }}
QScrollBar::handle:hover {{ background: {faint}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""


def apply(scheme: Scheme, text_percent: int = 100, *, sheet_follows: bool = False) -> None:
    """Apply a colour scheme to the running program, and the size of its text.

    `text_percent` is the size in percent of the desktop's own size. If `sheet_follows` and there is no style
    sheet yet, none is set, and a later call must do that. Until then, widgets are made much faster: with a
    style sheet, Qt styles a widget again each time that it gets another parent.
    """
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        raise RuntimeError("there is no QApplication")
    colors = scheme._asdict()
    sizes = {"title_pt": _TITLE_PT, "way_pt": _WAY_PT}
    points = {name: f"{pt * text_percent / 100:g}" for name, pt in sizes.items()}
    code = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
    sheet = _SHEET.format(**colors, **points, code_family=code)
    if application.styleSheet() == sheet:
        # Setting the same sheet again would restyle every widget, which is slow.
        return
    palette = QPalette()
    for role, name in _ROLES.items():
        palette.setColor(role, QColor(colors[name]))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(scheme.faint))
    palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Button, QColor(scheme.window))
    palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Base, QColor(scheme.window))
    has_sheet = bool(application.styleSheet())
    if not has_sheet and application.style().name() != "fusion":
        application.setStyle("Fusion")
    with _without_garbage_collection():
        application.setPalette(palette)
        application.setFont(_font(application, text_percent))
        if has_sheet or not sheet_follows:
            application.setStyleSheet(sheet)


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """A context in which no unused widget is deleted: Qt styles all the widgets that it found at first."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _font(application: QApplication, text_percent: int) -> QFont:
    """The desktop's font in `text_percent` percent of its own size."""
    own_pt = application.property(_OWN_SIZE)
    if own_pt is None:
        own_pt = QFontInfo(application.font()).pointSizeF()
        application.setProperty(_OWN_SIZE, own_pt)
    font = application.font()
    font.setPointSizeF(own_pt * text_percent / 100)
    return font


def system_is_dark() -> bool:
    """Whether the operating system uses dark colours."""
    return QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
