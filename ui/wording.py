"""Formats counts, values, times, ports and verdicts for the user.

Counts, rates, sizes and ages become Messages, because numbers and units depend on the language. Values that a
board has sent, and times of day, become text, because they look the same in every language.

Invariants: nothing that a board can send makes these functions raise an exception; text from a board or a
bench file is never treated as markup. Pure: times are passed in, and written in local time.
"""

from __future__ import annotations

import html
import math
import time
import unicodedata

from app.bench.status import REDACTED, CloudState, LinkState, ReplayStatus
from app.config.addresses import SIMULATED
from app.messages.message import Message, verbatim
from app.wire.datastreams import Value
from app.wire.readings import Kind, Verdict

_MAX_TEXT = 200
_DIGITS = 6
_EXACT = 2.0**53
"""From here on, a float no longer has all digits of a whole number."""
_DAY_S = 86400
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
KIND_LABELS = {
    Kind.ACCEPTED: "label_accepted",
    Kind.REJECTED: "label_rejected",
    Kind.COMMENT: "label_comment",
    Kind.BLANK: "label_blank",
    Kind.PARTIAL: "label_partial",
}
LINK_LABELS = {
    LinkState.CLOSED: "label_link_closed",
    LinkState.NO_SUCH_PORT: "label_link_no_such_port",
    LinkState.AMBIGUOUS: "label_link_ambiguous",
    LinkState.BUSY: "label_link_busy",
    LinkState.NO_PERMISSION: "label_link_no_permission",
    LinkState.OPEN: "label_link_open",
    LinkState.SILENT: "label_link_silent",
    LinkState.NO_LINE_ENDS: "label_link_no_line_ends",
    LinkState.NONE_GOOD: "label_link_none_good",
    LinkState.UNREADABLE: "label_link_unreadable",
    LinkState.RESTARTING: "label_link_restarting",
    LinkState.UPLOAD_MODE: "label_link_upload_mode",
    LinkState.GOOD: "label_link_good",
    LinkState.RELEASED: "label_link_released",
    LinkState.ENDED: "label_link_ended",
}
CLOUD_LABELS = {
    CloudState.OFF: "label_cloud_off",
    CloudState.IDLE: "label_cloud_idle",
    CloudState.SENDING: "label_cloud_sending",
    CloudState.WAITING: "label_cloud_waiting",
    CloudState.PAUSED: "label_cloud_paused",
}
_SIZES = ((1e9, "size_gigabytes"), (1e6, "size_megabytes"), (1e3, "size_kilobytes"))


def count(number: int) -> Message:
    """A count, shortened to fit into a narrow column: `950`, `12,345`, `1.23 M`."""
    if number < 100_000:
        return Message("count", number=number)
    if number < 999_500:
        return Message("count_thousands", number=number / 1e3)
    if number < 999_995_000:
        return Message("count_millions", number=number / 1e6)
    return Message("count_billions", number=number / 1e9)


def rate(per_s: float) -> Message:
    """A rate of lines per second, without the unit: `0`, `0.5`, `20`, `12,500`, `1.2 M`."""
    return Message("rate", number=round(per_s, 1)) if per_s < 9.95 else count(round(per_s))


def plural_of(per_s: float) -> int:
    """The `count` that selects the form of the noun after `rate(per_s)`: `1 line`, but `1.2 lines`."""
    shown = round(float(per_s), 1)
    return int(shown) if shown.is_integer() else 2


def value(what: Value | None, unit: str = "", *, decimals: int = 0) -> str:
    """A value as text; `–` for None. The unit follows a number, but not a text or a location.

    A float is rounded to six significant digits, but never before its decimal point. Within these digits, it
    has at least so many `decimals`. A text is cut off after 200 characters.
    """
    if what is None:
        return "–"
    if isinstance(what, tuple):
        longitude, latitude = what
        return f"{longitude:.5g}, {latitude:.5g}"
    if isinstance(what, str):
        return what if len(what) <= _MAX_TEXT else what[:_MAX_TEXT] + "…"
    text = str(what) if isinstance(what, int) else _rounded(what, decimals)
    text = text.replace("-", "−", 1) if text.startswith("-") else text
    return f"{text} {unit}" if unit else text


def _rounded(number: float, decimals: int) -> str:
    number += 0.0  # never −0
    text = _digits_of(number)
    if not math.isfinite(number) or "e" in text:
        return text
    before, _, after = text.lstrip("-").partition(".")
    wanted = min(decimals, _DIGITS - len(before))
    return f"{number:.{wanted}f}" if wanted > len(after) else text


def _digits_of(number: float) -> str:
    """A float with six significant digits, or with all of its whole part, if floats can represent that."""
    text = f"{number:.{_DIGITS}g}"
    return f"{number:.0f}" if "e" in text and 1 <= abs(number) < _EXACT else text


def decimals_of(number: float) -> int:
    """The number of decimals of a float, as `value` writes it."""
    text = _digits_of(number)
    return 0 if "e" in text else len(text.partition(".")[2])


def duration(seconds: float) -> str:
    """A measured length of time: `1.25 s`, `−12.5 ms`, `340 µs`."""
    for size, unit in ((1.0, "s"), (1e-3, "ms")):
        if abs(seconds) >= size:
            return value(seconds / size, unit)
    return value(round(seconds * 1e6, 1), "µs")


def length(seconds: float) -> str:
    """The length of a period, in the units of the time axis: `3.25 s`, `26 s`, `4.2 min`, `3 h`, `2.5 d`."""
    sizes = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"))
    size, unit = next(((size, unit) for size, unit in sizes if seconds >= 2 * size), (1.0, "s"))
    if seconds < 1:
        return duration(seconds)
    number = seconds / size
    few = 3 if unit == "s" else 2
    return value(float(f"{number:.{few}g}" if number < 9.95 else f"{number:.0f}"), unit)


def size(number: int) -> Message:
    """The size of a file of `number` bytes: `950 B`, `12.3 kB`, `4.56 MB`."""
    for factor, code in _SIZES:
        if number >= 0.9995 * factor:
            return Message(code, number=number / factor)
    return Message("size_bytes", number=number)


def playing_time(seconds: float) -> str:
    """A time in a recording as players show it: `01:23`, or `1:02:03` from one hour on."""
    whole = int(seconds)
    minutes = f"{whole // 60 % 60:02}:{whole % 60:02}"
    return f"{whole // 3600}:{minutes}" if whole >= 3600 else minutes


def since_start(seconds: float, *, fraction: bool) -> str:
    """A time since the start of a recording: `01:23`, `−00:05`, or `00:01.250` with the `fraction`."""
    thousandths = round(abs(seconds) * 1000) if fraction else round(abs(seconds)) * 1000
    shown = playing_time(thousandths // 1000) + (f".{thousandths % 1000:03}" if fraction else "")
    return f"−{shown}" if seconds < 0 and thousandths else shown


def ago(seconds: float) -> Message:
    """How long ago something was: `just now`, `3 s ago`, `5 min ago`."""
    if seconds < 1.5:
        return Message("just_now")
    if seconds >= 2 * _DAY_S:
        return Message("ago_days", count=int(seconds / _DAY_S))
    return Message("ago", seconds=int(seconds))


def clock(unix_s: float, *, fraction: bool = False) -> str:
    """The local time of day, `14:05:09` or `14:05:09.123`; `–` if the time is out of range."""
    try:
        local = time.localtime(unix_s)
    except (OverflowError, OSError, ValueError):
        return "–"
    text = time.strftime("%H:%M:%S", local)
    return f"{text}.{math.floor(unix_s % 1 * 1000):03d}" if fraction else text


def moment(unix_s: float) -> str:
    """The local date and time, `2026-11-24 14:05:09`; `–` if the time is out of range."""
    try:
        return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(unix_s))
    except (OverflowError, OSError, ValueError):
        return "–"


def at_time(unix_s: float, now_s: float) -> str:
    """The local time of day, and the date if it is another day than `now_s`."""
    return clock(unix_s) if date(unix_s) == date(now_s) else moment(unix_s)


def date(unix_s: float) -> str:
    """The local date, `2026-11-24`; `–` if the time is out of range."""
    return moment(unix_s)[:10]


def port(address: str) -> Message:
    """The port of a bench file, as it is written there; but the simulated board in words."""
    return Message("port_simulated") if address == SIMULATED else verbatim(address)


def of_port(address: str, message: Message) -> Message:
    """A message about a port, with which its sentence begins; the simulated board in words."""
    if address != SIMULATED or "port" not in message.params:
        return message
    return Message(message.code, **{**message.params, "port": Message("port_simulated_begins")})


def position(replay: ReplayStatus) -> Message:
    """The position of a recording and its length, `01:05 / 10:00`."""
    at, length = playing_time(replay.position_us / 1e6), playing_time(replay.length_us / 1e6)
    return Message("replay_position", position=at, length=length)


def explain(verdict: Verdict) -> Message | None:
    """A remark about the line with this verdict, such as how to fix it; None if no remark is needed."""
    if verdict.kind is Kind.PARTIAL and not verdict.is_first:
        return Message("line_partial")
    if verdict.scaled is not None:
        said, scaled = value(verdict.said), value(verdict.scaled, verdict.unit)
        if not verdict.is_clamped:
            return Message("value_scaled", said=said, value=scaled)
        kept = value(verdict.value, verdict.unit)
        return Message("value_scaled_clamped", said=said, scaled=scaled, value=kept)
    if verdict.said is not None:
        return Message("value_clamped", said=value(verdict.said), value=value(verdict.value))
    hint = verdict.hint
    return Message("hint_token_in_line") if hint and verdict.judged_by and REDACTED in verdict.text else hint


def isolated(name: str) -> str:
    """`name` so that, if it is written from right to left, it does not reorder the text beside it."""
    if any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in name):
        return f"{_FIRST_STRONG_ISOLATE}{name}{_POP_ISOLATE}"
    return name


def tooltip(text: str) -> str:
    """The tool tip that shows `text` literally: escaped, so that Qt does not treat `<b>` as markup."""
    return f"<span>{html.escape(text)}</span>" if text else ""
