"""Which curves the plot has, their names, and colours and line styles that stay and tell them apart."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest

from app.bench.status import DatastreamStatus, DeviceStatus
from app.config.bench_file import DeviceConfig
from app.wire.datastreams import Datastream, DatastreamType, LineStyle
from tests.ui.datastreams.test_model import row
from tests.ui.test_situation import DEVICE
from ui.plot.curves import LINE_STYLES, LOOKS, NO_LOOK, Curves, Look, Style
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
    rows = row("v1"), row("v2", (13.4, 52.5)), colored("v3", "#123abc"), row("v4", 1.5, "Wind\tspeed")
    shown, curves = device("a", *rows), Curves()
    assert curves.styles([shown], "a", (), LIGHT) == [
        Style("v1", "v1", "°C", PALETTE[0], SOLID, "a"),
        Style("v3", "v3", "°C", "#123ABC", SOLID, "a"),
        Style("v4", "Wind speed", "°C", PALETTE[1], SOLID, "a"),
    ]
    looked = curves.looks(shown, LIGHT)
    assert looked[1] is NO_LOOK
    assert [look.color for look in looked] == [PALETTE[0], "", "#123ABC", PALETTE[1]]


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
def test_a_datastream_of_texts_is_in_the_plot_and_takes_no_colour_from_a_curve(scheme: Scheme) -> None:
    shown, curves = device("a", row("v1", "calm"), row("v2"), colored("v3", "#123ABC")), Curves()
    texts, *others = curves.styles([shown], "a", (), scheme)
    assert texts == Style("v1", "v1", "°C", scheme.faint, SOLID, "a", is_text=True)
    assert [(style.color, style.is_text) for style in others] == [
        *((series_color(0, "", scheme), False), ("#123ABC", False))
    ]
    assert [look.is_text for look in curves.looks(shown, scheme)] == [True, False, False]
    assert curves.remembered == {"a\tv2": 0}
    # Not even if the bench file does not say of which type it is.
    entry = DeviceConfig(
        name="a", port="COM5", datastream=(Datastream(virtual_pin=1), Datastream(virtual_pin=2))
    )
    assert Curves().styles([shown], "a", (), scheme, [entry])[1].color == series_color(0, "", scheme)
    # What has sent a text stays, under its new name, until it sends a number, or its readings are deleted.
    curves.rename({"b": "a"})
    silent = device("b", row("v1", None))
    assert [style.is_text for style in curves.styles([silent], "b", (), scheme)] == [True]
    (style,) = curves.styles([device("b", row("v1", 1.0))], "b", (), scheme)
    assert (style.color, style.is_text) == (series_color(1, "", scheme), False)
    assert not curves.styles([device("b", row("v1", "calm"))], "b", (), scheme)[0].is_text
    curves.forget("b")
    assert curves.styles([silent], "b", (), scheme) == []


def test_after_the_last_colour_the_palette_begins_again_with_another_line_style() -> None:
    styles = Curves().styles([many("a", len(PALETTE) + 1)], "a", (), LIGHT)
    *_, before, last = styles
    assert (before.color, before.line_style) == (series_color(len(PALETTE) - 1, "", LIGHT), SOLID)
    assert (last.color, last.line_style) == (PALETTE[0], DASHED)


def test_a_curve_stays_when_its_datastream_sends_a_text_and_keeps_its_look_after_its_readings() -> None:
    curves = Curves()
    curves.styles([device("a", row("v1"), row("v2"))], "a", (), LIGHT)
    for rows in ([row("v2", "calm")], []):
        for style in curves.styles([device("a", *rows)], "a", (), LIGHT):
            assert (style.target, style.color) == ("v2", PALETTE[1])
    curves.forget("a")
    (style,) = curves.styles([device("a", row("v2", "calm"))], "a", (), LIGHT)
    assert style.is_text
    (style,) = curves.styles([device("a", row("v2"))], "a", (), LIGHT)
    assert style.color == PALETTE[1]


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


def test_looks_do_not_depend_on_which_boards_are_shown() -> None:
    two = [many("a", 2), many("b", 2)]
    wanted = {("a", "v0"): LOOKS[0], ("a", "v1"): LOOKS[1], ("b", "v0"): LOOKS[2], ("b", "v1"): LOOKS[3]}
    curves = Curves()
    for chosen, kept in (("b", ""), ("a", "b"), ("a", ""), ("b", "a")):
        for style in curves.styles(two, chosen, kept, DARK):
            assert style[3:5] == wanted[style.key]._replace(color=series_color(0, style.color, DARK))
    curves = Curves()
    curves.styles(two, "b", (), LIGHT)
    assert curves.looks(two[0], LIGHT) == [LOOKS[0], LOOKS[1]]


def all_looks(
    curves: Curves, *devices: DeviceStatus, entries: Sequence[DeviceConfig] = ()
) -> dict[str, Look]:
    """How all curves of `devices` look, by device and target."""
    styles = curves.styles(devices, "", [shown.name for shown in devices], LIGHT, entries)
    return {f"{style.device} {style.target}": Look(style.color, style.line_style) for style in styles}


def test_looks_do_not_depend_on_what_comes_first_after_a_restart() -> None:
    first = Curves()
    all_looks(first, device("a", row("v5")), device("b"))
    before = all_looks(first, device("a", row("v1"), row("v5")), many("b", 1))
    assert before == {"a v1": LOOKS[1], "a v5": LOOKS[0], "b v0": LOOKS[2]}
    again = Curves(first.remembered)
    assert all_looks(again, device("a"), many("b", 1)) == {"b v0": LOOKS[2]}
    assert all_looks(again, device("a", row("v1"), row("v3")), many("b", 1)) == {
        "a v1": LOOKS[1],
        "a v3": LOOKS[3],
        "b v0": LOOKS[2],
    }
    assert all_looks(again, device("a", row("v1"), row("v5"))) == {"a v1": LOOKS[1], "a v5": LOOKS[0]}


def test_datastreams_of_the_bench_file_go_first_in_its_order_also_before_their_first_reading() -> None:
    tables = [
        Datastream(virtual_pin=7),
        Datastream(virtual_pin=4, type=DatastreamType.STRING),
        Datastream(id=3),
        Datastream(virtual_pin=1, color="#0072b2"),
    ]
    entry = DeviceConfig(name="a", port="COM3", datastream=tuple(tables))
    curves = Curves()
    assert all_looks(curves, many("b", 1), entries=[entry]) == {"b v0": LOOKS[3]}
    rows = row("ds3"), colored("v1", "#0072B2"), row("v4"), row("v7")
    assert all_looks(curves, device("a", *rows), entries=[entry]) == {
        "a ds3": LOOKS[2],
        "a v1": LOOKS[0],
        "a v7": LOOKS[1],
        "a v4": LOOKS[4],
    }
    silent = msgspec.structs.replace(row("ds3"), value=None)
    shown = device("a", silent)
    fresh = Curves()
    assert all_looks(fresh, shown, entries=[entry]) == {}
    assert fresh.looks(shown, LIGHT) == [NO_LOOK]


@pytest.mark.parametrize("remembered", [{"a v1": 3}, {"a\tv1": -1}, {"a\tv1": len(LOOKS)}, {"\t": 4}])
def test_what_is_no_look_is_not_remembered(remembered: dict[str, int]) -> None:
    assert all_looks(Curves(remembered), device("a", row("v1"))) == {"a v1": LOOKS[0]}


def test_declared_looks_are_not_remembered_and_go_before_those_that_are() -> None:
    curves = Curves({"a\tv0": 0, "a\tv1": 9})
    rows = colored("v0", "#777777"), row("v1"), colored("v2", PALETTE[1], DASHED)
    assert all_looks(curves, device("a", *rows)) == {
        "a v0": ("#777777", SOLID),
        "a v1": LOOKS[1],
        "a v2": (PALETTE[1], DASHED),
    }
    assert curves.remembered == {"a\tv1": 1}


def test_a_device_that_is_renamed_keeps_its_looks() -> None:
    curves = Curves({"c\tv0": 5})
    all_looks(curves, many("a", 1), many("b", 1))
    curves.rename({"b": "a", "roof": "b"})
    texts = device("b", row("v0", "calm"))
    assert all_looks(curves, texts, device("roof", row("v0", "calm"))) == {
        "b v0": LOOKS[0],
        "roof v0": LOOKS[1],
    }
    assert curves.remembered == {"c\tv0": 5, "b\tv0": 0, "roof\tv0": 1}


def test_a_look_of_a_datastream_that_is_gone_is_given_away_only_when_no_other_is_left() -> None:
    curves, all_but_one = Curves({"gone\tv0": 2, "gone\tv1": 3}), len(LOOKS) - 2
    found = all_looks(curves, many("a", all_but_one))
    assert not {LOOKS[2], LOOKS[3]} & set(found.values())
    more = all_looks(curves, many("a", all_but_one + 1))
    assert more == found | {f"a v{all_but_one}": LOOKS[2]}
    assert "gone\tv0" not in curves.remembered
    both = all_looks(curves, many("a", all_but_one + 1), device("gone", row("v0")))
    assert both == more | {"gone v0": LOOKS[3]}
    assert "gone\tv1" not in curves.remembered


def test_a_look_of_a_datastream_that_is_gone_is_not_given_away_if_another_has_it() -> None:
    curves = Curves({"gone\tv0": 0, "gone\tv1": 1})
    colors = [colored(f"v{n}", *LOOKS[n]) for n in range(1, len(LOOKS))]
    assert all_looks(curves, device("a", colored("v0", *LOOKS[0]), *colors), many("b", 1))["b v0"] == LOOKS[0]
    assert curves.remembered == {"b\tv0": 0}


def test_only_so_much_is_remembered_and_what_has_come_last() -> None:
    first = Curves()
    all_looks(first, many("a", 200))
    again = Curves(first.remembered)
    assert list(again.remembered) == [f"a\tv{n}" for n in range(72, 200)]
    all_looks(again, many("b", 1))
    assert list(again.remembered)[-1] == "b\tv0"


def test_a_colour_of_the_bench_file_stays_and_gets_another_line_style() -> None:
    two = [device("a", colored("v0", "#0072b2")), device("b", colored("v0", "#0072B2"), row("v1"))]
    shown = looks(Curves().styles(two, "a", ["b"], LIGHT))
    assert shown == {"a: v0": ("#0072B2", SOLID), "b: v0": ("#0072B2", DASHED), "b: v1": (PALETTE[1], SOLID)}


def test_a_colour_that_too_many_boards_declare_is_replaced() -> None:
    boards = [device(f"b{n}", colored("v0", "#777777")) for n in range(len(LINE_STYLES) + 2)]
    shown = looks(Curves().styles(boards, "b0", [board.name for board in boards], LIGHT))
    same = [("#777777", line_style) for line_style in LINE_STYLES]
    assert list(shown.values()) == [*same, (PALETTE[0], SOLID), (PALETTE[1], SOLID)]


def test_a_declared_colour_takes_a_line_style_from_a_datastream_that_declares_nothing() -> None:
    remembered = {f"b\tv{n}": n * len(PALETTE) for n in range(1, len(LINE_STYLES))}
    rows = [colored("v0", PALETTE[0]), colored("v1", PALETTE[0])]
    others = device("b", *(row(f"v{n}") for n in range(1, len(LINE_STYLES))))
    found = all_looks(Curves(remembered), device("a", *rows), others)
    assert (found["a v1"], found["b v1"]) == ((PALETTE[0], DASHED), LOOKS[1])
    assert [found["b v2"], found["b v3"]] == [(PALETTE[0], DOTTED), (PALETTE[0], DASH_DOT)]


def test_of_curves_that_come_together_one_with_a_declared_colour_gets_it() -> None:
    shown = looks(Curves().styles([device("a", row("v0"), colored("v1", PALETTE[0]))], "a", (), LIGHT))
    assert shown == {"v0": (PALETTE[1], SOLID), "v1": (PALETTE[0], SOLID)}


def test_a_line_style_of_the_bench_file_is_used_with_any_colour() -> None:
    rows = (colored("v0", "", DOTTED), colored("v1", "#777777", DASH_DOT), row("v2"))
    curves, shown = Curves(), device("a", *rows)
    found = looks(curves.styles([shown], "a", (), DARK))
    assert found == {
        "v0": (series_color(0, "", DARK), DOTTED),
        "v1": ("#777777", DASH_DOT),
        "v2": (series_color(0, "", DARK), SOLID),
    }
    assert curves.looks(shown, DARK) == list(found.values())


def test_a_colour_that_was_changed_in_the_bench_file_is_used_at_once() -> None:
    curves = Curves()
    for color, wanted in (("", PALETTE[0]), ("#123456", "#123456"), ("#654321", "#654321"), ("", PALETTE[0])):
        (style,) = curves.styles([device("a", colored("v0", color))], "a", (), LIGHT)
        assert style.color == wanted


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


def edited(before: list[DatastreamStatus], after: list[DatastreamStatus]) -> list[Look]:
    """How the curves look after the bench file was edited while they are in the plot."""
    curves = Curves()
    curves.styles([device("a", *before)], "a", (), LIGHT)
    return list(looks(curves.styles([device("a", *after)], "a", (), LIGHT)).values())


def test_a_line_style_that_was_changed_in_the_bench_file_is_used_at_once() -> None:
    assert edited([row("v0"), row("v1")], [row("v0"), colored("v1", "", DOTTED)]) == [
        *((PALETTE[0], SOLID), (PALETTE[1], DOTTED))
    ]
    assert edited([colored("v0", "#777777", DOTTED)], [colored("v0", "#777777")]) == [("#777777", SOLID)]


def test_a_line_style_that_is_declared_no_more_is_solid_again_in_the_same_colour() -> None:
    curves = Curves()
    all_looks(curves, device("a", row("v0"), row("v1")))
    for line_style in (DASHED, DOTTED, SOLID):
        found = all_looks(curves, device("a", row("v0"), colored("v1", "", line_style)))
        assert found["a v1"] == (PALETTE[1], line_style)
        assert curves.remembered["a\tv1"] == 1


def test_a_line_style_without_a_colour_gets_another_colour_if_its_own_is_declared_with_it() -> None:
    before = [row("v0"), colored("v1", "#777777")]
    after = [colored("v0", "", DASHED), colored("v1", PALETTE[0], DASHED)]
    assert edited(before, after) == [(PALETTE[1], DASHED), (PALETTE[0], DASHED)]


def test_a_line_style_that_too_many_declare_is_replaced() -> None:
    rows = [colored(f"v{n}", "", DASHED) for n in range(len(PALETTE) + 1)]
    found = all_looks(Curves(), device("a", *rows))
    assert {look.line_style for look in list(found.values())[:-1]} == {DASHED}
    assert found[f"a v{len(PALETTE)}"] == LOOKS[0]


def test_what_the_user_writes_goes_before_what_others_were_given() -> None:
    alike = [colored("v0", "#777777"), colored("v1", "#777777"), colored("v2", "#777777", DOTTED)]
    after = [*alike[:2], colored("v2", "#777777", DASHED)]
    assert edited(alike, after) == [("#777777", SOLID), ("#777777", DOTTED), ("#777777", DASHED)]
    assert edited([row("v0"), row("v1")], [row("v0"), colored("v1", PALETTE[0])]) == [
        (PALETTE[2], SOLID),
        (PALETTE[0], SOLID),
    ]


def test_if_there_are_too_many_curves_some_look_the_same_but_none_changes() -> None:
    curves, shown = Curves(), many("a", len(LOOKS) + 3)
    found = all_looks(curves, shown)
    drawn = [look._replace(color=series_color(0, look.color, LIGHT)) for look in LOOKS]
    assert list(found.values()) == [*drawn, *drawn[:3]]
    # After a restart, the same look the same, whichever come first.
    again, last = Curves(curves.remembered), device("a", *shown.datastreams[::-1])
    assert all_looks(again, device("a", shown.datastreams[-1])) == {f"a v{len(LOOKS) + 2}": LOOKS[2]}
    assert all_looks(again, last) == found
    # With fewer curves, each gets a look of its own.
    assert len(set(all_looks(Curves(curves.remembered), device("a", *shown.datastreams[-5:])).values())) == 5


@pytest.mark.parametrize(("shows", "label"), [(False, "Wind"), (True, "attic: Wind")])
def test_a_label_has_the_device_only_if_it_is_needed(shows: bool, label: str) -> None:
    style = Style("v1", "Wind", "", "#0072B2", device="attic", shows_device=shows)
    assert (style.label, style.key) == (label, ("attic", "v1"))
