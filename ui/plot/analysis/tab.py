"""A tab with one kind of analysis: the boxes for the user's choice, a chart, and words about it.

Invariants: what the user has chosen stays chosen, also while it is not in the plot; nothing is calculated
here; the chart is built again only after a new result or another choice.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from PySide6.QtCore import QEvent, QLocale, Qt
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.history.calculation import MOST, Calculation
from app.messages.languages import text, text_of
from ui.plot.analysis.asking import Asked, Found, Readings, Scope
from ui.plot.analysis.chart import Chart
from ui.plot.analysis.kind import Kind
from ui.plot.curves import Key, Style
from ui.plot.line_sample import SAMPLE, sample_icon
from ui.plot.overview import plain_label
from ui.theme.colors import Scheme
from ui.widgets.choice_box import ChoiceBox

_LETTERS, _MORE_LETTERS = 4, 8
"""The least width of the boxes, and how much wider each is before anything else is beside them."""


class Seen(NamedTuple):
    """What the plot shows."""

    readings: Readings
    styles: tuple[Style, ...]
    """Of its curves, of which there is at least one."""
    scope: Scope


class AnalysisTab(QWidget):
    """The contents of a tab."""

    def __init__(self, kind: Kind[Any]) -> None:
        super().__init__()
        self.kind = kind
        self.boxes = tuple(ChoiceBox() for _ in kind.boxes)
        """The boxes for the datastreams."""
        self.option: QCheckBox | None = QCheckBox(text(kind.option)) if kind.option else None
        self.chart = Chart(text("label_chart", name=text(kind.title).replace("&", "")))
        self.words = plain_label("")
        self.pointed = plain_label("", faint=True)
        self._asked = Asked()
        self._wanted: list[Key | None] = [None for _ in self.boxes]
        self._offered: tuple[Style, ...] = ()
        self._built: tuple[object, ...] = ()
        """What the chart was built from."""
        row, self._head = QHBoxLayout(), QBoxLayout(QBoxLayout.Direction.LeftToRight)
        row.setSpacing(8)
        self._head.setSpacing(8)
        self._head.addLayout(row, 1)
        for code, box in zip(kind.boxes, self.boxes, strict=True):
            label = QLabel(text(code))
            label.setBuddy(box)
            box.setAccessibleName(text(code).replace("&", ""))
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(_LETTERS)
            row.addWidget(label)
            row.addWidget(box, 1)
        if self.option:
            self._head.addWidget(self.option)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._head)
        column.addWidget(self.chart, 1)
        for label in (self.words, self.pointed):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            column.addWidget(label)
        self.words.setAccessibleName(text("label_analysis_words"))
        self.pointed.setAccessibleName(text("label_analysis_pointed"))
        for number, box in enumerate(self.boxes):
            box.activated.connect(lambda _, number=number: self._choose(number))
        self.chart.pointed.connect(self.pointed.setText)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """If the tab is narrow, put the option below the boxes."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """With larger text, the same tab is narrower."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        more = len(self.boxes) * _MORE_LETTERS * self.fontMetrics().averageCharWidth()
        option = self.option.sizeHint().width() if self.option else 0
        turn(self._head, self.width() < self._head.itemAt(0).minimumSize().width() + option + more)

    @property
    def chosen(self) -> tuple[Style, ...]:
        """The datastreams in the boxes; empty while there are none."""
        return tuple(self._offered[box.currentIndex()] for box in self.boxes) if self._offered else ()

    def renew(self, seen: Seen | None, scheme: Scheme) -> Scope | None:
        """Show the newest result; return what it is for, or None if there is none.

        `seen` is None while nothing is plotted.
        """
        self._offer(seen.styles if seen else ())
        if seen is None:
            self._show(None, text("analysis_nothing"), scheme, ())
            return None
        styles = self.chosen
        from_s, to_s, _ = self._asked.scope(seen.scope)
        keys, question = tuple(style.key for style in styles), self.kind.question(styles)
        found = seen.readings.calculate(Calculation(keys, from_s, to_s, question))
        if found is None:
            self._show(None, "…", scheme, ())
            return None
        self._show(found.result, "", scheme, styles)
        return self._asked.answered(found.from_s, found.to_s)

    def _show(
        self, found: Found[Any] | None, sentence: str, scheme: Scheme, styles: tuple[Style, ...]
    ) -> None:
        is_ticked = self.option is not None and self.option.isChecked()
        built = found, sentence, scheme, styles, is_ticked
        if len(built) == len(self._built) and all(map(_is_same, built, self._built)):
            return
        self._built, figure = built, None
        if found is not None:
            figure, words = self.kind.shown(found.result, styles, option=is_ticked)
            cut = [text("analysis_cut", count=MOST)] if found.is_cut else []
            pruned = [text("analysis_pruned", count=found.pruned)] if found.pruned else []
            sentence = "  ".join([text_of(words), *cut, *pruned])
        self.words.setText(sentence if figure else "")
        self.chart.show_figure(figure, sentence, scheme)

    def table(self) -> str:
        """The numbers of the chart as text, with the decimal sign of the system's language."""
        figure = self.chart.figure
        if figure is None:
            return ""
        headings = "\t".join(map(text_of, figure.table.headings))
        return f"{headings}\n{figure.table.rows(QLocale.system().decimalPoint())}"

    def _choose(self, number: int) -> None:
        self._wanted[number] = self.chosen[number].key

    def _offer(self, styles: tuple[Style, ...]) -> None:
        """Offer the curves of the plot; of what is no longer there, the first one that no other box has."""
        if styles == self._offered:
            return
        self._offered = styles
        keys = [style.key for style in styles]
        for number, box in enumerate(self.boxes):
            wanted = self._wanted[number]
            at = keys.index(wanted) if wanted in keys else min(number, len(keys) - 1)
            box.clear()
            for style in styles:
                box.addItem(sample_icon(QColor(style.color), style.line_style), style.label, style.key)
            box.setIconSize(SAMPLE)
            box.setCurrentIndex(at)


def turn(row: QBoxLayout, is_narrow: bool) -> None:
    """Put what is in `row` below each other if it `is_narrow`, otherwise beside each other."""
    directions = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
    row.setDirection(directions[is_narrow])


def _is_same(one: object, other: object) -> bool:
    """Whether nothing has to be drawn again. Results are compared by identity, because they are large."""
    return one is other or (not isinstance(one, Found) and one == other)
