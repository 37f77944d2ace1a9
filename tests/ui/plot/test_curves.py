"""Which curves the plot has, their names, and colours and line styles that tell them apart."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bench.status import DatastreamStatus, DeviceStatus
from app.wire.datastreams import LineStyle
from tests.ui.datastreams.test_model import row
from tests.ui.test_situation import DEVICE
from ui.plot.curves import LINE_STYLES, Curves, Look, Style
from ui.theme.colors import DARK, LIGHT, PALETTE, Scheme, series_color


def device(name: str, *rows: DatastreamStatus) -> DeviceStatus:
    return msgspec.structs.replace(DEVICE, name=name, datastreams=rows)


SOLID, DASHED, DOTTED, DASH_DOT = LINE_STYLES


def colored(target: str, color: str, line_style: LineStyle = SOLID) -> DatastreamStatus:
    return msgspec.structs.replace(row(target), color=color, line_style=line_style)


def many(name: str, count: int) -> DeviceStatus:
    return device(name, *(row(f"v{pin}") for pin in range(count)))


def looks(styles: list[Style]) -> dict[str, Look]:
    return {style.label: Look(style.color, style.line_style) for style in styles}


def colors(curves: Curves, shown: DeviceStatus, scheme: Scheme = LIGHT) -> list[str]:
    return [look.color for look in curves.looks(shown, scheme)]


def test_each_datastream_with_a_number_has_a_curve_in_a_colour_of_the_palette_or_its_own() -> None:
    shown = device(
        "a", row("v1"), row("v2", "calm"), msgspec.structs.replace(row("v3", 2.5), color="#123abc")
    )
    shown = msgspec.structs.replace(shown, datastreams=(*shown.datastreams, row("v4", 1.5, "Wind\tspeed")))
    curves = Curves()
    assert curves.styles([shown], "a", (), LIGHT) == [
        Style("v1", "v1", "°C", PALETTE[0], SOLID, "a"),
        Style("v3", "v3", "°C", "#123ABC", SOLID, "a"),
        Style("v4", "Wind speed", "°C", PALETTE[3], SOLID, "a"),
    ]
    assert colors(curves, shown) == [PALETTE[0], PALETTE[1], "#123ABC", PALETTE[3]]


def test_after_the_last_colour_the_palette_begins_again_with_another_line_style() -> None:
    styles = Curves().styles([many("a", len(PALETTE) + 1)], "a", (), LIGHT)
    *_, before, last = styles
    assert (before.color, before.line_style) == (series_color(len(PALETTE) - 1, "", LIGHT), SOLID)
    assert (last.color, last.line_style) == (PALETTE[0], DASHED)


def test_a_curve_stays_when_its_datastream_sends_a_text_and_keeps_its_colour() -> None:
    curves = Curves()
    curves.styles([device("a", row("v1"), row("v2"))], "a", (), LIGHT)
    (style,) = curves.styles([device("a", row("v2", "calm"))], "a", (), LIGHT)
    assert (style.target, style.color) == ("v2", PALETTE[1])
    curves.forget("a")
    assert curves.styles([device("a", row("v2", "calm"))], "a", (), LIGHT) == []
    (style,) = curves.styles([device("a", row("v2"))], "a", (), LIGHT)
    assert style.color == PALETTE[0]


def test_forgetting_a_device_leaves_the_others_alone() -> None:
    curves, both = Curves(), [many("a", 2), many("b", 2)]
    before = curves.styles(both, "a", ["b"], LIGHT)
    curves.forget("a")
    assert curves.styles([device("a"), device("b", row("v1", "calm"), row("v0"))], "a", ["b"], LIGHT) == [
        before[3],
        before[2],
    ]


def test_another_scheme_changes_the_colours() -> None:
    curves, shown = Curves(), many("a", 1)
    for scheme in (LIGHT, DARK):
        (style,) = curves.styles([shown], "a", (), scheme)
        assert style.color == colors(curves, shown, scheme)[0] == series_color(0, "", scheme)


def test_the_plot_has_the_chosen_device_and_those_that_are_kept_in_the_order_of_the_bench() -> None:
    curves, three = Curves(), [many("a", 1), many("b", 1), many("c", 1)]
    assert [style.key for style in curves.styles(three, "b", (), LIGHT)] == [("b", "v0")]
    assert [style.key for style in curves.styles(three, "b", ["a", "gone"], LIGHT)] == [
        ("a", "v0"),
        ("b", "v0"),
    ]
    assert [style.key for style in curves.styles(three, "b", ["c", "a"], LIGHT)] == [
        *(("a", "v0"), ("b", "v0"), ("c", "v0"))
    ]


def test_names_of_devices_are_shown_as_soon_as_there_is_a_curve_of_another_one() -> None:
    curves, two = Curves(), [many("a", 1), many("b\t2", 1)]

    def labels(devices: list[DeviceStatus], *kept: str) -> list[str]:
        return [style.label for style in curves.styles(devices, "a", kept, LIGHT)]

    assert labels(two) == ["v0"]
    assert labels(two, "b\t2") == ["a: v0", "b 2: v0"]
    assert labels([two[0], device("c")], "c") == ["v0"]
    assert labels([device("a"), two[1]], "b\t2") == ["b 2: v0"]


def test_a_board_that_joins_takes_free_colours_and_the_others_keep_theirs() -> None:
    curves, two = Curves(), [many("a", 2), many("b", 2)]
    alone = looks(curves.styles(two, "a", (), LIGHT))
    both = looks(curves.styles(two, "a", ["b"], LIGHT))
    assert (
        [both["a: v0"], both["a: v1"]] == list(alone.values()) == [(PALETTE[0], SOLID), (PALETTE[1], SOLID)]
    )
    assert [both["b: v0"], both["b: v1"]] == [(PALETTE[2], SOLID), (PALETTE[3], SOLID)]
    # They keep these colours, whichever board is looked at.
    assert looks(curves.styles(two, "b", ["a"], LIGHT)) == both
    assert list(looks(curves.styles(two, "b", (), LIGHT)).values()) == [
        (PALETTE[2], SOLID),
        (PALETTE[3], SOLID),
    ]
    assert colors(curves, two[1]) == [PALETTE[2], PALETTE[3]]


def test_a_board_that_comes_alone_has_the_first_colours() -> None:
    curves, two = Curves(), [many("a", 2), many("b", 2)]
    for name in ("a", "b", "a"):
        shown = looks(curves.styles(two, name, (), LIGHT))
        assert list(shown.values()) == [(PALETTE[0], SOLID), (PALETTE[1], SOLID)]


def test_a_colour_of_the_bench_file_stays_and_gets_another_line_style() -> None:
    two = [device("a", colored("v0", "#0072b2")), device("b", colored("v0", "#0072B2"), row("v1"))]
    shown = looks(Curves().styles(two, "a", ["b"], LIGHT))
    assert shown == {"a: v0": ("#0072B2", SOLID), "b: v0": ("#0072B2", DASHED), "b: v1": (PALETTE[1], SOLID)}


def test_a_colour_that_too_many_boards_declare_is_replaced() -> None:
    boards = [device(f"b{n}", colored("v0", "#777777")) for n in range(len(LINE_STYLES) + 2)]
    shown = looks(Curves().styles(boards, "b0", [board.name for board in boards], LIGHT))
    same = [("#777777", line_style) for line_style in LINE_STYLES]
    assert list(shown.values()) == [*same, (PALETTE[0], SOLID), (PALETTE[1], SOLID)]


def test_of_curves_that_come_together_one_with_a_declared_colour_gets_it() -> None:
    shown = looks(Curves().styles([device("a", row("v0"), colored("v1", PALETTE[0]))], "a", (), LIGHT))
    assert shown == {"v0": (PALETTE[1], SOLID), "v1": (PALETTE[0], SOLID)}


def test_a_colour_that_was_changed_in_the_bench_file_is_used_at_once() -> None:
    curves = Curves()
    for color, wanted in (("", PALETTE[0]), ("#123456", "#123456"), ("#654321", "#654321"), ("", PALETTE[0])):
        (style,) = curves.styles([device("a", colored("v0", color))], "a", (), LIGHT)
        assert style.color == wanted


def test_a_line_style_of_the_bench_file_is_used_with_any_colour() -> None:
    rows = (colored("v0", "", DOTTED), colored("v1", "#777777", DASH_DOT), row("v2"))
    curves, shown = Curves(), device("a", *rows)
    found = looks(curves.styles([shown], "a", (), DARK))
    assert found == {
        "v0": (series_color(0, "", DARK), DOTTED),
        "v1": ("#777777", DASH_DOT),
        "v2": (PALETTE[2], SOLID),
    }
    assert curves.looks(shown, DARK) == list(found.values())


def test_a_declared_line_style_is_not_one_that_follows_from_the_place() -> None:
    ninth = device("a", *many("a", len(PALETTE)).datastreams, colored("v8", "", DASH_DOT))
    assert looks(Curves().styles([ninth], "a", (), LIGHT))["v8"] == (PALETTE[0], DASH_DOT)


@pytest.mark.parametrize(
    ("color", "second", "third"),
    [
        ("", (PALETTE[1], DASHED), (PALETTE[2], DASHED)),
        ("#777777", ("#777777", DOTTED), ("#777777", DASH_DOT)),
    ],
)
def test_boards_with_the_same_entry_look_similar_but_not_the_same(
    color: str, second: Look, third: Look
) -> None:
    boards = [device(name, colored("v0", color, DASHED)) for name in "abc"]
    shown = looks(Curves().styles(boards, "a", "bc", LIGHT))
    assert shown == {"a: v0": (color or PALETTE[0], DASHED), "b: v0": second, "c: v0": third}


def test_after_the_last_line_style_of_a_colour_comes_the_first_one() -> None:
    boards = [device(name, colored("v0", "#777777", DASH_DOT)) for name in "ab"]
    shown = looks(Curves().styles(boards, "a", "b", LIGHT))
    assert shown == {"a: v0": ("#777777", DASH_DOT), "b: v0": ("#777777", SOLID)}


def test_of_curves_that_come_together_one_with_a_declared_line_style_gets_it() -> None:
    _, *others = many("a", len(PALETTE) + 1).datastreams  # the last one would be dashed, by its place
    shown = device("a", colored("v0", "", DASHED), *others)
    found = looks(Curves().styles([shown], "a", (), LIGHT))
    assert (found["v0"], found["v8"]) == ((PALETTE[0], DASHED), (PALETTE[0], SOLID))


def edited(before: list[DatastreamStatus], after: list[DatastreamStatus]) -> list[Look]:
    """How the curves look after the bench file was edited while they are in the plot."""
    curves = Curves()
    curves.styles([device("a", *before)], "a", (), LIGHT)
    return list(looks(curves.styles([device("a", *after)], "a", (), LIGHT)).values())


def test_a_line_style_that_was_changed_in_the_bench_file_is_used_at_once() -> None:
    assert edited([row("v0")], [colored("v0", "", DOTTED)]) == [(PALETTE[0], DOTTED)]
    assert edited([colored("v0", "#777777", DOTTED)], [colored("v0", "#777777")]) == [("#777777", SOLID)]


def test_what_the_user_writes_goes_before_what_the_plot_has_chosen() -> None:
    alike = [colored("v0", "#777777"), colored("v1", "#777777"), colored("v2", "#777777", DOTTED)]
    after = [*alike[:2], colored("v2", "#777777", DASHED)]
    assert edited(alike, after) == [("#777777", SOLID), ("#777777", DOTTED), ("#777777", DASHED)]
    assert edited([row("v0"), row("v1")], [row("v0"), colored("v1", PALETTE[0])]) == [
        (PALETTE[1], SOLID),
        (PALETTE[0], SOLID),
    ]


def test_what_the_user_writes_does_not_go_before_the_same_of_another_datastream() -> None:
    before = [colored("v0", "#777777"), colored("v1", "#777777", DASHED), colored("v2", "#777777", DASH_DOT)]
    after = [colored("v0", "#777777", DASHED), before[1], before[2]]
    assert edited(before, after) == [("#777777", DOTTED), ("#777777", DASHED), ("#777777", DASH_DOT)]


def test_what_the_user_has_written_for_a_board_elsewhere_does_not_go_before_curves_in_the_plot() -> None:
    curves, one = Curves(), many("a", 1)
    curves.styles([one, many("b", 1)], "b", (), LIGHT)
    curves.styles([one], "a", (), LIGHT)
    both = [one, device("b", colored("v0", PALETTE[0]))]
    shown = looks(curves.styles(both, "a", "b", LIGHT))
    assert shown == {"a: v0": (PALETTE[0], SOLID), "b: v0": (PALETTE[0], DASHED)}


def test_a_datastream_that_declares_nothing_any_more_does_not_displace_another() -> None:
    before = [colored("v0", "#777777"), row("v1"), colored("v2", PALETTE[0])]
    after = [row("v0"), *before[1:]]
    assert edited(before, after) == [(PALETTE[2], SOLID), (PALETTE[1], SOLID), (PALETTE[0], SOLID)]


def test_if_there_are_too_many_curves_some_look_the_same_but_none_changes() -> None:
    enough = len(PALETTE) * len(LINE_STYLES)
    curves, shown = Curves(), many("a", enough + 3)
    found = looks(curves.styles([shown], "a", (), LIGHT))
    assert len(set(found.values())) == enough
    assert [found[f"v{enough + n}"] for n in range(3)] == [found[f"v{n}"] for n in range(3)]
    assert looks(curves.styles([shown], "a", (), LIGHT)) == found


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
def test_no_two_curves_of_a_plot_look_the_same_and_none_changes_while_it_stays(
    looked: list[tuple[str, frozenset[str], int]], declared: list[tuple[str, LineStyle]]
) -> None:
    curves, before = Curves(), dict[tuple[str, str], Style]()
    for chosen, kept, count in looked:
        devices = [
            device(name, *(colored(f"v{pin}", *declared[6 * n + pin]) for pin in range(count)))
            for n, name in enumerate(NAMES)
        ]
        styles = {style.key: style for style in curves.styles(devices, chosen, kept, LIGHT)}
        assert len({(style.color, style.line_style) for style in styles.values()}) == len(styles)
        for key in before.keys() & styles.keys():
            assert styles[key][3:5] == before[key][3:5]
        before = styles


@pytest.mark.parametrize(("shows", "label"), [(False, "Wind"), (True, "attic: Wind")])
def test_a_label_has_the_device_only_if_it_is_needed(shows: bool, label: str) -> None:
    style = Style("v1", "Wind", "", "#0072B2", device="attic", shows_device=shows)
    assert (style.label, style.key) == (label, ("attic", "v1"))
