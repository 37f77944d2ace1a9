"""Which strips stay when the plot gets other curves, and which are made anew."""

from __future__ import annotations

from collections.abc import Callable

from tests.ui.plot.drawing import Drawing, keys, on_screen
from ui.plot.arrangement import Arrangement
from ui.plot.curves import Style
from ui.theme.colors import DARK


def test_strips_that_are_wanted_again_stay_and_the_others_are_made(drawing: Drawing) -> None:
    drawing.put("v1", (8, 1), (1, 2))
    drawing.put("v2", (8, 5), (1, 3))
    one, two = Style("v1", "", "", "#ff0000"), Style("v2", "", "", "#00ff00")
    drawing.show([two])
    (second,) = drawing.plot.strips
    drawing.show([one, two])
    first, then = drawing.plot.strips
    assert then is second
    drawing.plot.set_hidden(keys("v1"))
    assert drawing.plot.strips == [second]
    drawing.plot.set_hidden(keys())
    drawing.paint(each_s=0.5)
    assert drawing.plot.strips[1] is second
    assert drawing.plot.strips[0] is not first
    assert [strip.y() for strip in drawing.plot.strips] == sorted(strip.y() for strip in drawing.plot.strips)
    for strip in drawing.plot.strips:
        seen = on_screen(strip)
        assert seen == strip.grab().toImage().convertToFormat(seen.format())
    drawing.plot.set_arrangement(Arrangement.BY_UNIT)
    assert second not in drawing.plot.strips


def test_strips_with_another_look_are_all_made_anew(drawing: Drawing) -> None:
    drawing.put("v1", (8, 1), (1, 2))
    drawing.name(["v1"])
    changes: list[Callable[[], None]] = [
        lambda: drawing.plot.set_scheme(DARK),
        lambda: drawing.plot.set_thick(True),
        lambda: drawing.plot.set_bold(True),
    ]
    for change in changes:
        before = drawing.plot.strips
        change()
        assert drawing.plot.strips[0] is not before[0]
    before = drawing.plot.strips
    font = drawing.plot.font()
    font.setPointSizeF(2 * font.pointSizeF())
    drawing.plot.setFont(font)
    drawing.put("v2", (8, 1), (1, 2))
    drawing.name(["v1", "v2"])
    assert drawing.plot.strips[0] is not before[0]
