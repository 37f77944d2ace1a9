"""How chips are painted: lights, ticks, names and numbers, in any font and width."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from app.bench.status import JournalCounts, LinkState, LinkStatus
from app.messages.message import verbatim
from tests.ui.boards.conftest import NAMES
from tests.ui.boards.test_rail import board_names, click, devices, in_sight, place, show_failing
from ui.boards.chip_painter import chip_area, chip_px, tick_box
from ui.boards.rail import Rail
from ui.theme import theme
from ui.theme.colors import DARK, HIGH_CONTRAST, LIGHT, Scheme

RUNS = ("board 2026-11-27 15.16.30", "board 2026-11-27 15.16.23", "board 2026-11-27 15.16.24")


def colors(rail: Rail, area: QRect) -> set[str]:
    picture = rail.viewport().grab(area).toImage()
    return {
        picture.pixelColor(x, y).name().upper()
        for x in range(picture.width())
        for y in range(picture.height())
    }


@pytest.mark.parametrize("scheme", [LIGHT, DARK, HIGH_CONTRAST], ids=["light", "dark", "contrast"])
def test_lights_and_ticks_are_painted_in_the_colours_of_the_theme(rail: Rail, scheme: Scheme) -> None:
    theme.apply(scheme)
    rail.set_scheme(scheme)
    gone = LinkStatus(LinkState.NO_SUCH_PORT, verbatim("unplugged"))
    counts = JournalCounts(readings=9, pending=2, held=2)
    rail.show_devices(
        [*devices("greenhouse"), *devices("cellar", link=gone), *devices("pump", counts=counts)], 100.0
    )
    chip = {name: chip_area(place(rail, name)).adjusted(4, 4, -4, -4) for name in NAMES}
    seen = {name: colors(rail, area) for name, area in chip.items()}
    assert all(scheme.card in found for found in seen.values())
    assert scheme.good in seen["greenhouse"]
    assert scheme.bad not in seen["greenhouse"]
    assert {scheme.good, scheme.bad} <= seen["cellar"]
    assert scheme.warn in seen["pump"]
    assert not {scheme.good, scheme.bad, scheme.warn} & seen["Pond"] - {scheme.accent}
    box = tick_box(place(rail, "pump"), rail.font())
    assert scheme.on_accent not in colors(rail, box) or scheme.accent not in colors(rail, box)
    rail.toggle_kept("pump")
    assert {scheme.accent, scheme.on_accent} <= colors(rail, box)
    # The chosen chip has an edge in the accent colour, one that fails in that of errors.
    edges = {name: colors(rail, chip_area(place(rail, name)).adjusted(30, 0, -30, -40)) for name in NAMES}
    assert scheme.accent in edges["greenhouse"]
    assert scheme.bad in edges["cellar"]
    assert not {scheme.accent, scheme.bad} & edges["pump"]
    rail.setFocus()
    assert scheme.text in colors(rail, chip_area(place(rail, "greenhouse")).adjusted(30, 0, -30, -50))


def test_a_chip_grows_with_its_font(rail: Rail) -> None:
    before, width = place(rail, "cellar"), rail.minimumSizeHint().width()
    font = rail.font()
    font.setPointSizeF(2 * font.pointSizeF())
    rail.setFont(font)
    rail.resize(rail.sizeHint().width(), 600)
    rail.grab()
    after = place(rail, "cellar")
    assert after.height() > 1.5 * before.height()
    assert rail.minimumSizeHint().width() == rail.sizeHint().width() > 1.8 * width
    assert rail.minimumSizeHint().height() > chip_px(font, 1)
    rail.set_devices([])
    assert rail.minimumSizeHint().height() == 0


@pytest.mark.parametrize("points", [9.0, 18.0])
@pytest.mark.parametrize("is_tight", [False, True])
def test_a_narrow_chip_keeps_its_tick(rail: Rail, points: float, is_tight: bool) -> None:
    font = rail.font()
    font.setPointSizeF(points)
    rail.setFont(font)
    rail.set_narrow(True, is_tight=is_tight)
    rail.resize(rail.sizeHint().width(), 600)
    box = tick_box(place(rail, "cellar"), rail.font())
    assert place(rail, "cellar").contains(box)
    click(rail, box.center())
    assert (rail.chosen, sorted(rail.kept)) == ("greenhouse", ["cellar"])


def test_a_narrow_chip_of_one_line_has_a_sign_for_its_tick(rail: Rail) -> None:
    wide = rail.sizeHint().width()
    rail.set_narrow(True)
    narrow = rail.sizeHint().width()
    rail.set_narrow(True, is_tight=True)
    assert rail.sizeHint().width() < narrow < wide
    rail.resize(rail.sizeHint().width(), 4 * chip_px(rail.font(), 1))
    rail.show_devices(devices("greenhouse", "cellar"), 100.0)
    assert tick_box(place(rail, "cellar"), rail.font()).isNull()
    before = rail.viewport().grab(place(rail, "cellar")).toImage()
    click(rail, place(rail, "cellar").center(), control=True)
    assert rail.viewport().grab(place(rail, "cellar")).toImage() != before
    click(rail, place(rail, "cellar").center())
    assert (rail.chosen, sorted(rail.kept)) == ("cellar", ["cellar"])


@pytest.mark.parametrize("is_narrow", [False, True])
@pytest.mark.parametrize("names", [RUNS, tuple(f"board of pupil number {n}" for n in range(30))])
def test_chips_of_boards_with_similar_names_look_different(
    rail: Rail, names: Sequence[str], is_narrow: bool
) -> None:
    rail.set_narrow(is_narrow)
    rail.set_devices(names)
    rail.resize(rail.sizeHint().width(), 600)
    rail.choose(names[-1])
    seen = in_sight(rail)[:-1]
    pictures = [rail.viewport().grab(place(rail, name)).toImage() for name in seen]
    assert len(seen) > 1
    assert not any(one == other for one, other in itertools.combinations(pictures, 2))


def test_a_chip_of_one_line_has_signs_in_the_colours_of_its_lights(rail: Rail) -> None:
    show_failing(rail, board_names(20), ["board 3"])
    assert LIGHT.good in colors(rail, place(rail, "board 2"))
    assert {LIGHT.good, LIGHT.bad} <= colors(rail, place(rail, "board 3"))
    rail.set_narrow(True, is_tight=True)
    rail.resize(rail.sizeHint().width(), 600)
    assert LIGHT.good in colors(rail, place(rail, "board 2"))
    assert LIGHT.bad in colors(rail, place(rail, "board 3"))
    assert LIGHT.good not in colors(rail, place(rail, "board 3"))


def test_the_name_of_the_chip_under_the_pointer_lights_up(rail: Rail) -> None:
    QTest.mouseMove(rail.viewport(), place(rail, "pump").center())
    rail.grab()
    assert QColor(LIGHT.hover).name().upper() in colors(rail, chip_area(place(rail, "pump")))
