"""The command for the pictures makes all that the READMEs show, from the real window."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

import screenshots

ROOT = screenshots.ROOT
PAGES = {"en": ROOT / "README.md", "de": ROOT / "app/messages/locale/de/README.md"}


@pytest.mark.usefixtures("qapp")
def test_the_command_takes_a_picture_of_the_demo_that_a_readme_shows(tmp_path: Path) -> None:
    path = screenshots.take(tmp_path, "de", "dark", seconds=0.1)
    assert path.name in shown("de")
    picture = QImage(str(path))
    assert (picture.width(), picture.height()) == screenshots.SIZE
    assert picture.pixelColor(2, 2).lightness() < 50


def test_each_picture_is_one_that_a_readme_shows_and_is_small() -> None:
    names = {path.name for path in screenshots.PICTURES.iterdir()}
    assert names == shown("en") | shown("de")
    assert names == {f"window-{t}{e}.png" for t in screenshots.THEMES for e in screenshots.ENDINGS.values()}
    assert max(path.stat().st_size for path in screenshots.PICTURES.iterdir()) < 200_000


def shown(language: str) -> set[str]:
    """The names of the pictures in the README in a language."""
    return set(re.findall(r"pictures/([\w-]+\.png)", PAGES[language].read_text(encoding="utf-8")))
