"""Escape sequences become colours or disappear; what is left cannot control anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.console.ansi import Span, Style, colors, plain, styled
from ui.theme.colors import DARK, HIGH_CONTRAST, LIGHT, contrast


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("v1=1", "v1=1"),
        ("\x1b[0;32mI (312) wifi\x1b[0m", "I (312) wifi"),
        ("\x1b[2J\x1b[H\x1b[?25lhome", "home"),
        ("\x1b]0;title\x07text\x1b]2;open", "text"),
        ("\x1bPdevice\x1b\\text", "text"),
        ("\x9b31mred\x9b0m", "red"),
        ("\x1b(Btext\x1b=", "text"),
        ("half \x1b", "half \ufffd"),
        ("a\tb\x07", "a b\ufffd"),
    ],
)
def test_sequences_are_removed(text: str, shown: str) -> None:
    assert plain(text) == shown
    assert styled(text)[0] == shown


@pytest.mark.parametrize(
    ("params", "style"),
    [
        ("31", Style(color=1)),
        ("92", Style(color=10)),
        ("44", Style(ground=4)),
        ("103", Style(ground=11)),
        ("1;3;4;9", Style(bold=True, italic=True, underline=True, struck=True)),
        ("7", Style(inverse=True)),
        ("38;5;9", Style(color=9)),
        ("38;5;196", Style(color="#FF0000")),
        ("48;5;232", Style(ground="#080808")),
        ("38;2;1;2;255", Style(color="#0102FF")),
        ("38:2:1:2:3", Style(color="#010203")),
        ("31;39;42;49;1", Style(bold=True)),
    ],
)
def test_colours_and_letters(params: str, style: Style) -> None:
    assert styled(f"a\x1b[{params}mbc") == ("abc", [Span(1, 3, style)])


@pytest.mark.parametrize(
    "params",
    ["", "0", "31;0", "31;", "38", "38;5", "38;5;256", "38;2;1;2", "38;2;1;2;256", "38;9", "55", "<1"],
)
def test_what_asks_for_no_colour_gives_none(params: str) -> None:
    assert styled(f"a\x1b[{params}mbc") == ("abc", [])


def test_every_switch_can_be_turned_off() -> None:
    on, off = "1;3;4;7;9;31;41", "22;23;24;27;29;39;49"
    assert styled(f"\x1b[{on}m\x1b[{off}mtext") == ("text", [])


def test_a_line_has_several_stretches_and_begins_plain() -> None:
    text, spans = styled("\x1b[31mred\x1b[0m plain \x1b[1;32mgreen")
    assert text == "red plain green"
    assert spans == [Span(0, 3, Style(color=1)), Span(10, 15, Style(color=2, bold=True))]
    assert styled("still?") == ("still?", [])


@given(st.text(st.sampled_from("\x1b\x9b[];0123456789mHKA \t\x07é\u202e")))
def test_no_text_fails_and_none_controls_anything(text: str) -> None:
    shown, spans = styled(text)
    assert shown.isprintable()
    assert shown == plain(text)
    assert all(0 <= start < end <= len(shown) for start, end, _ in spans)


@pytest.mark.parametrize("scheme", [LIGHT, DARK, HIGH_CONTRAST], ids=["light", "dark", "contrast"])
def test_every_colour_can_be_read(scheme: object) -> None:
    assert scheme in (LIGHT, DARK, HIGH_CONTRAST)
    theme = next(each for each in (LIGHT, DARK, HIGH_CONTRAST) if each == scheme)
    every = (*range(16), "#000000", "#FFFFFF", "#FF0000", "#808080", None)
    for ground in (theme.card, theme.selection, theme.bad_ground):
        for color in every:
            for behind in every:
                for inverse in (False, True):
                    front, back = colors(Style(color, behind, inverse=inverse), theme, ground)
                    assert contrast(front, back or ground) >= min(theme.least_contrast, 4.5)


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    assert colors(Style(color="#B00020"), LIGHT, LIGHT.card) == ("#B00020", None)
    assert colors(Style(), LIGHT, LIGHT.card) == (LIGHT.text, None)
    assert colors(Style(inverse=True), LIGHT, LIGHT.card)[1] == LIGHT.text
