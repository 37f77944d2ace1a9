"""The sketch that the window shows to newcomers: it compiles, and each line that it prints is accepted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.wire.lines import split_block
from app.wire.readings import Grammar, Kind
from tests.hil.board import EmulatedUno, compile_sketch, opened
from tests.hil.test_sketches import BOARDS
from tests.test_pages import READMES, code
from ui.help.first_sketch import SKETCH


@pytest.fixture
def sketch(tmp_path: Path) -> Path:
    path = tmp_path / "first" / "first.ino"
    path.parent.mkdir()
    path.write_text(SKETCH, encoding="utf-8")
    return path


@pytest.mark.long
def test_it_prints_a_value_each_second_that_is_accepted(
    sketch: Path, plug_in: Callable[..., EmulatedUno]
) -> None:
    board = plug_in(sketch, speed=0, seconds=3.5)
    board.command("adc 0 2500")  # half of the five volts that the board measures with
    with opened(board) as port:
        said = port.read(board.wait_until_stopped().sent_bytes)
    verdicts = list(map(Grammar().judge, split_block(said)))
    assert len(verdicts) >= 4
    assert {(verdict.kind, verdict.target) for verdict in verdicts} == {(Kind.ACCEPTED, "v1")}
    assert all(abs(verdict.value - 512) <= 1 for verdict in verdicts if isinstance(verdict.value, int))


@pytest.mark.long
@pytest.mark.parametrize("board", BOARDS)
def test_it_compiles_for_every_board_without_a_warning(sketch: Path, board: str, build_folder: Path) -> None:
    assert compile_sketch(sketch, build_folder, board).warnings == []


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.parent.name)
def test_the_readme_has_the_same_sketch(page: Path) -> None:
    (shown,) = code(page, "cpp")
    assert "\n".join(line.removeprefix("   ") for line in shown.splitlines()) == SKETCH.rstrip()
