"""Checks that every handler of mouse and key events, and every key, has a test."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import ui
from tests.ui.gestures import PROVED

for name in (
    "test_key_gestures",
    "test_mouse_gestures",
    "test_notices",
    "running.test_background",
    "running.test_frames",
    "running.test_waiting",
    "boards.test_first_page",
    "boards.test_rail",
    "help.test_dialog",
    "recordings.test_replaying",
    "widgets.test_choice_box",
    "fixing.test_form",
    "console.test_find_bar",
    "plot.measuring.test_table",
    "plot.test_whole",
    "dialogs.test_marker",
    "plot.analysis.test_chart",
    "plot.analysis.test_window",
):
    importlib.import_module(f"tests.ui.{name}")  # importing it adds its handlers to `PROVED`

INPUT = re.compile(
    r"(key|mouse|wheel|leave|enter|drag|drop|context|hover|focus|touch|shortcut)\w*Event|eventFilter"
)
SOURCES = [path.read_text(encoding="utf-8") for path in Path(ui.__file__).parent.rglob("*.py")]


def test_every_handler_of_mouse_and_keys_has_a_test() -> None:
    handlers = set()
    for found in pkgutil.walk_packages(ui.__path__, "ui."):
        module = importlib.import_module(found.name)
        for name, kind in vars(module).items():
            if isinstance(kind, type) and kind.__module__ == module.__name__:
                handlers |= {f"{name}.{member}" for member in vars(kind) if INPUT.fullmatch(member)}
    assert handlers == {proof for proof in PROVED if INPUT.search(proof)}


def test_every_key_has_a_test() -> None:
    found = {key for text in SOURCES for key in re.findall(r"Key_\w+|StandardKey\.\w+", text)}
    assert found <= PROVED
