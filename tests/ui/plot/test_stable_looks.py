"""A property of the looks of curves: they are unique and stay, whatever is shown, comes, or is restarted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.config.bench_file import DeviceConfig
from app.wire.datastreams import Datastream, LineStyle
from tests.ui.plot.test_curves import DASH_DOT, DASHED, SOLID, colored, device
from ui.plot.curves import Curves, Look
from ui.theme.colors import LIGHT, PALETTE

NAMES = "abcd"


@given(
    st.lists(
        st.tuples(st.sampled_from(NAMES), st.frozensets(st.sampled_from(NAMES)), st.integers(1, 6)),
        max_size=12,
    ),
    st.lists(
        st.tuples(
            st.sampled_from(["", "", PALETTE[0], PALETTE[1], "#777777"]),
            st.sampled_from([SOLID, SOLID, DASHED, DASH_DOT]),
        ),
        min_size=24,
        max_size=24,
    ),
)
def test_no_two_curves_of_a_bench_look_the_same_and_none_changes_whatever_is_shown_or_comes(
    looked: list[tuple[str, frozenset[str], int]], declared: list[tuple[str, LineStyle]]
) -> None:
    entries = [
        DeviceConfig(
            name=name,
            port=f"COM{n}",
            datastream=tuple(
                Datastream(virtual_pin=pin, color=color, line_style=line_style)
                for pin, (color, line_style) in enumerate(declared[6 * n : 6 * n + 6])
                if color or line_style is not SOLID
            ),
        )
        for n, name in enumerate(NAMES)
    ]
    remembered: dict[str, int] = {}
    before: dict[tuple[str, str], Look] = {}
    for chosen, kept, count in looked:
        curves = Curves(remembered)
        devices = [
            device(name, *(colored(f"v{pin}", *declared[6 * n + pin]) for pin in range(count)))
            for n, name in enumerate(NAMES)
        ]
        curves.styles(devices, chosen, kept, LIGHT, entries)
        found = {
            (shown.name, each.target): look
            for shown in devices
            for each, look in zip(shown.datastreams, curves.looks(shown, LIGHT), strict=True)
        }
        assert len(set(found.values())) == len(found)
        assert all(before.get(key, look) == look for key, look in found.items())
        before |= found
        remembered = curves.remembered
