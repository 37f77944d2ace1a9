"""Every sketch compiles without a warning for each of its boards, and is listed in the README."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hil.board import FIRMWARE, compile_sketch

SKETCHES = sorted(FIRMWARE.glob("*/*.ino"))
BOARDS = ["uno", "nano:cpu=atmega328", "mega:cpu=atmega2560", "leonardo"]


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("sketch", SKETCHES, ids=lambda sketch: sketch.stem)
def test_a_sketch_compiles_without_a_warning(sketch: Path, board: str, build_folder: Path) -> None:
    compiled = compile_sketch(sketch, build_folder, board)
    assert compiled.warnings == []
    assert compiled.elf.read_bytes().startswith(b"\x7fELF")


def test_every_sketch_is_listed_in_the_readme() -> None:
    page = (FIRMWARE / "README.md").read_text(encoding="utf-8")
    links = {f"({sketch.relative_to(FIRMWARE).as_posix()})" for sketch in SKETCHES}
    assert {link for link in links if link not in page} == set()
    assert links
