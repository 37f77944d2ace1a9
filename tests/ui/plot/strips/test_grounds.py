"""The grounds of gaps: one for each gap, and drawn again only from where they differ."""

from __future__ import annotations

import math

import pytest

from app.messages.message import verbatim
from app.wire.timeline import EventKind
from ui.plot.feed.gaps import Band
from ui.plot.strips.grounds import Ground, grounds, grounds_from_s
from ui.theme.colors import LIGHT

FIRST, SECOND = Ground(1.0, 2.0, "#111111"), Ground(5.0, 6.0, "#111111")
SAID = SECOND._replace(message=verbatim("x"))


def test_gaps_that_curves_share_have_one_ground() -> None:
    unplugged = Band(5, 6, verbatim("unplugged"), EventKind.LOST)
    rejected = Band(1, 2, verbatim("17 lines rejected"), EventKind.REJECTED)
    silent = Band(8, math.inf, verbatim("no readings"), None)
    assert grounds([unplugged, rejected, unplugged, silent], LIGHT, 9.0) == (
        Ground(1, 2, LIGHT.warn, verbatim("17 lines rejected")),
        Ground(5, 6, LIGHT.faint, verbatim("unplugged")),
        Ground(8, math.inf, LIGHT.faint, verbatim("no readings")),
    )


@pytest.mark.parametrize(
    ("before", "after", "from_s"),
    [
        ([], [], None),
        ([FIRST, SECOND], [FIRST, SECOND], None),
        ([FIRST], [FIRST, SECOND], 5.0),
        ([FIRST, SECOND], [FIRST], 5.0),
        ([FIRST], [FIRST._replace(from_s=0.5)], 0.5),
        ([FIRST._replace(from_s=0.5)], [FIRST], 0.5),
        ([SECOND], [SECOND._replace(to_s=7.0)], 6.0),  # it lasts: only what is new is drawn
        ([SECOND], [SECOND._replace(to_s=5.5)], 5.5),
        ([SAID], [SAID._replace(to_s=7.0)], 5.0),  # more room for words
        ([FIRST], [FIRST._replace(color="#222222")], 1.0),
    ],
)
def test_they_are_drawn_again_from_where_they_differ(
    before: list[Ground], after: list[Ground], from_s: float | None
) -> None:
    assert grounds_from_s(before, after) == from_s
