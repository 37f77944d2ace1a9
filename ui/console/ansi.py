"""The escape sequences in a board's log: text without them, and the colours that they ask for.

Logs of ESP32 boards and of many programs are coloured by ANSI sequences: `ESC [ 31 m` begins red. Here those
for colours and letters (SGR) become spans of the text; all others, which would move a cursor or change a
title, are removed.

Invariants: no text raises an exception; the text has nothing that could control a terminal (see `visible`);
each line begins without a colour, because the lines around it may be filtered out. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from app.messages.visible import visible
from ui.theme.colors import Scheme, readable

_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)(?P<params>[0-?]*)[ -/]*(?P<final>[@-~])"  # CSI, which SGR is one of
    r"|(?:\x1b\]|\x9d).*?(?:\x07|\x1b\\|\x9c|$)"  # OSC, such as a title
    r"|\x1b[PX^_].*?(?:\x1b\\|$)"  # strings for devices
    r"|\x1b[ -/]*[0-~]"  # other sequences
)
_BASIC_LIGHT = (
    *("#000000", "#B00020", "#0B6E2A", "#7A5800", "#1A4FC4", "#8A1F8A", "#00677A", "#5A6570"),
    *("#565F68", "#D0021B", "#0E8A36", "#946C00", "#2F6BFF", "#B02EB0", "#007F96", "#16222D"),
)
_BASIC_DARK = (
    *("#7A858F", "#FF6B6B", "#5BD68A", "#E5C454", "#6FA8FF", "#E08CE0", "#55D0E0", "#D5DCE3"),
    *("#9AA5AF", "#FF8A8A", "#7BE8A4", "#FFDF6E", "#93BEFF", "#F3A9F3", "#7BE6F2", "#FFFFFF"),
)
_STEPS = (0, 95, 135, 175, 215, 255)
"""The levels of red, green and blue in the colours 16 to 231."""

Color = int | str
"""One of the sixteen basic colours by its number, or `#RRGGBB`."""


class Style(NamedTuple):
    """How a stretch of text is to look; None stands for the colour of other text."""

    color: Color | None = None
    ground: Color | None = None
    bold: bool = False
    italic: bool = False
    underline: bool = False
    struck: bool = False
    inverse: bool = False


class Span(NamedTuple):
    """A stretch of a text, from `start` to before `end`, that does not look like other text."""

    start: int
    end: int
    style: Style


_PLAIN = Style()
_SWITCHES: dict[int, dict[str, Any]] = {
    1: {"bold": True},
    3: {"italic": True},
    4: {"underline": True},
    7: {"inverse": True},
    9: {"struck": True},
    22: {"bold": False},
    23: {"italic": False},
    24: {"underline": False},
    27: {"inverse": False},
    29: {"struck": False},
    39: {"color": None},
    49: {"ground": None},
}


def plain(text: str) -> str:
    """`text` without escape sequences, as it is shown."""
    return text if text.isprintable() else visible(_SEQUENCE.sub("", text))


def styled(text: str) -> tuple[str, list[Span]]:
    """`plain(text)`, and the spans of it that the sequences colour, in order."""
    if "\x1b" not in text and "\x9b" not in text:
        return plain(text), []
    parts: list[str] = []
    spans: list[Span] = []
    style, length, at = _PLAIN, 0, 0
    for found in _SEQUENCE.finditer(text):
        length = _add(parts, spans, length, text[at : found.start()], style)
        at = found.end()
        if found["final"] == "m":
            style = _next_style(style, found["params"])
    _add(parts, spans, length, text[at:], style)
    return "".join(parts), spans


def _add(parts: list[str], spans: list[Span], length: int, part: str, style: Style) -> int:
    """Append a part of a text whose beginning is `length` long. Returns the new length."""
    shown = visible(part)
    parts.append(shown)
    if shown and style != _PLAIN:
        spans.append(Span(length, length + len(shown), style))
    return length + len(shown)


def _next_style(style: Style, params: str) -> Style:
    codes = iter(int(code) if code.isdecimal() else 0 for code in params.replace(":", ";").split(";"))
    for code in codes:
        if code == 0:
            style = _PLAIN
        elif code in _SWITCHES:
            style = style._replace(**_SWITCHES[code])
        elif code in (38, 48):
            color = _long_color(codes)
            if color is not None:
                style = style._replace(color=color) if code == 38 else style._replace(ground=color)
        elif 30 <= code <= 37 or 90 <= code <= 97:
            style = style._replace(color=_basic(code, 30))
        elif 40 <= code <= 47 or 100 <= code <= 107:
            style = style._replace(ground=_basic(code, 40))
    return style


def _basic(code: int, first: int) -> int:
    """The number of a basic colour; the bright ones have codes that are higher by 60."""
    return code - first if code < first + 10 else code - first - 52


def _long_color(codes: Iterator[int]) -> Color | None:
    """The colour after `38`: `5` and one of 256, or `2` and red, green and blue; None if there is none."""
    way = next(codes, None)
    if way == 5:
        number = next(codes, None)
        return _of_256(number) if number is not None and number < 256 else None
    if way == 2:
        levels = [
            level for level in (next(codes, None) for _ in range(3)) if level is not None and level < 256
        ]
        return "#{:02X}{:02X}{:02X}".format(*levels) if len(levels) == 3 else None
    return None


def _of_256(number: int) -> Color:
    if number < 16:
        return number
    if number >= 232:
        level = 8 + 10 * (number - 232)
        return f"#{level:02X}{level:02X}{level:02X}"
    red, rest = divmod(number - 16, 36)
    green, blue = divmod(rest, 6)
    return f"#{_STEPS[red]:02X}{_STEPS[green]:02X}{_STEPS[blue]:02X}"


def colors(style: Style, scheme: Scheme, ground: str) -> tuple[str, str | None]:
    """The colour of the letters and the colour behind them, `#RRGGBB`; None behind: `ground` stays.

    `ground` is the background of the row. The letters are as near to the colour that the board asks for as
    their contrast with what is behind them allows.
    """
    basic = _BASIC_DARK if scheme.is_dark else _BASIC_LIGHT
    front, back = (basic[each] if isinstance(each, int) else each for each in (style.color, style.ground))
    if style.inverse:
        front, back = back or ground, front or scheme.text
    return readable(front or scheme.text, back or ground, scheme.least_contrast), back
