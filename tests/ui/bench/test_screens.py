"""Pictures of the editor by property: each page, on small and large screens, in each language and theme.

Nothing is cut off, nothing overlaps or is outside its parent, and every text can be read.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from app.messages import languages
from tests.ui.bench.desk import Desk
from tests.ui.screens import cut_boxes, faint, outside, overlapping
from tests.ui.stage import Stage
from tests.ui.test_screens import SCREENS, THEMES
from tests.ui.test_texts_fit import cut_off
from ui.bench.editor import _SIZE
from ui.theme.colors import Theme

PAGES = {"bench": (0,), "organisation": (1,), "device": (2,), "datastream": (2, 1)}
"""Each page's place in the list at the left."""


@pytest.mark.parametrize(
    ("screen", "language", "page", "themes"),
    [
        ("200 %", "de", "device", THEMES[:1]),
        *(
            pytest.param(screen, language, page, THEMES, marks=pytest.mark.long)
            for screen, language, page in itertools.product(SCREENS, languages.offered(), PAGES)
        ),
    ],
    indirect=["language"],
)
def test_every_page_can_be_read(spoken: Stage, screen: str, page: str, themes: Sequence[Theme]) -> None:
    desk = Desk(spoken)
    desk.connect()
    editor = desk.edit()
    width, height = SCREENS[screen]
    editor.resize(_SIZE.boundedTo(QSize(width - 20, height - 60)))
    desk.choose(*PAGES[page])
    for chosen in themes:
        spoken.window.set_theme(chosen)
        QApplication.processEvents()
        found = [*cut_off(editor), *cut_boxes(editor), *outside(editor), *overlapping(editor), *faint(editor)]
        assert "\n".join(found) == ""
        assert editor.form
        assert editor.form.horizontalScrollBar().maximum() == 0
