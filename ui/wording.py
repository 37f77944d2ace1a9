"""How counts, values, times and verdicts are written for a person.

Invariants: nothing here raises for what a board can send; text from a board or a bench file stays plain text.
Pure: times are passed in, and written in local time.
"""

from __future__ import annotations

import html
import math
import time

from app.bench.status import CloudState, LinkState
from app.messages.languages import text_of
from app.wire.datastreams import Value
from app.wire.readings import Kind, Verdict

_MAX_TEXT = 200
KIND_SIGNS = {
    Kind.ACCEPTED: "✓",
    Kind.REJECTED: "✗",
    Kind.COMMENT: "#",
    Kind.BLANK: "·",
    Kind.PARTIAL: "…",
}
KIND_WORDS = {
    Kind.ACCEPTED: "accepted",
    Kind.REJECTED: "rejected",
    Kind.COMMENT: "comment",
    Kind.BLANK: "blank",
    Kind.PARTIAL: "partial",
}
LINK_WORDS = {
    LinkState.CLOSED: "closed",
    LinkState.NO_SUCH_PORT: "not there",
    LinkState.AMBIGUOUS: "which board?",
    LinkState.BUSY: "in use elsewhere",
    LinkState.NO_PERMISSION: "not allowed",
    LinkState.OPEN: "open",
    LinkState.SILENT: "silent",
    LinkState.NO_LINE_ENDS: "no line ends",
    LinkState.NONE_GOOD: "no good line",
    LinkState.UNREADABLE: "unreadable",
    LinkState.GOOD: "connected",
    LinkState.RELEASED: "released",
    LinkState.ENDED: "ended",
}
CLOUD_WORDS = {
    CloudState.OFF: "no server",
    CloudState.IDLE: "all sent",
    CloudState.SENDING: "sending",
    CloudState.WAITING: "waiting, tries again",
    CloudState.PAUSED: "paused, needs you",
}


def count(number: int) -> str:
    """`950`, `12,345`, `1.23 M`: short enough for a narrow column."""
    if number < 100_000:
        return f"{number:,}"
    if number < 999_500:
        return f"{number / 1e3:.0f} k"
    return f"{number / 1e6:.2f} M" if number < 999_995_000 else f"{number / 1e9:.2f} G"


def rate(per_s: float) -> str:
    """`0`, `0.5`, `20`, `12,500`, `1.2 M`: lines a second without their unit."""
    if per_s < 9.95:
        return f"{per_s:.1f}".removesuffix(".0")
    return count(round(per_s))


def value(what: Value | None, unit: str = "") -> str:
    """A live value in at most about twelve digits, with its unit; text is cut after 200 characters."""
    if what is None:
        return "–"
    if isinstance(what, tuple):
        longitude, latitude = what
        return f"{longitude:.5g}, {latitude:.5g}"
    if isinstance(what, str):
        return what if len(what) <= _MAX_TEXT else what[:_MAX_TEXT] + "…"
    text = str(what) if isinstance(what, int) else f"{what:.6g}"
    text = text.replace("-", "−", 1) if text.startswith("-") else text
    return f"{text} {unit}" if unit else text


def axis_number(number: float, spacing: float) -> str:
    """A tick's label: as many digits as the spacing of the ticks needs."""
    if abs(number) >= 1e6 or spacing < 1e-5:
        return f"{number:.4g}".replace("-", "−")
    digits = max(0, -math.floor(math.log10(spacing)))
    return f"{number:z,.{digits}f}".replace("-", "−")


def span(seconds: float) -> str:
    """A stretch of time: `0.25 s`, `10 s`, `5 min`, `1 h`, `1 day`."""
    for size, word in ((86400.0, "day"), (3600.0, "h"), (60.0, "min")):
        if seconds >= size:
            return f"{seconds / size:.3g} {word}"
    return f"{seconds:.3g} s"


def duration(seconds: float) -> str:
    """A measured stretch of time: `1.25 s`, `−12.5 ms`, `340 µs`."""
    for size, unit in ((1.0, "s"), (1e-3, "ms")):
        if abs(seconds) >= size:
            return value(seconds / size, unit)
    return value(round(seconds * 1e6, 1), "µs")


def size(number: int) -> str:
    """Bytes in a file: `950 B`, `12.3 kB`, `4.56 MB`."""
    for factor, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if number >= factor:
            return f"{number / factor:.3g} {unit}"
    return f"{number} B"


def ago(seconds: float) -> str:
    """How long something is past: `just now`, `3 s ago`, `5 min ago`."""
    return (
        "just now" if seconds < 1.5 else f"{span(int(seconds) if seconds < 60 else round(seconds, -1))} ago"
    )


def clock(unix_s: float, *, fraction: bool = False) -> str:
    """Local clock time, `14:05:09` or `14:05:09.123`; a time that no clock shows is `–`."""
    try:
        local = time.localtime(unix_s)
    except (OverflowError, OSError, ValueError):
        return "–"
    text = time.strftime("%H:%M:%S", local)
    return f"{text}.{math.floor(unix_s % 1 * 1000):03d}" if fraction else text


def moment(unix_s: float) -> str:
    """Local date and time to the second, `2026-11-24 14:05:09`."""
    try:
        return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(unix_s))
    except (OverflowError, OSError, ValueError):
        return "–"


def explain(verdict: Verdict) -> str:
    """What the bridge made of a line, in one sentence; for a rejected one, how to mend it."""
    match verdict.kind:
        case Kind.ACCEPTED if verdict.said is not None:
            return f"the board said {value(verdict.said)}, kept as {value(verdict.value)} (the range's end)"
        case Kind.REJECTED:
            return text_of(verdict.hint) if verdict.hint else ""
        case Kind.PARTIAL:
            return "cut by a reset or an unplug: not counted as a value"
    return ""


def one_line(text: str) -> str:
    """`text` without characters that would break or bend a line on the screen."""
    return "".join(c if c.isprintable() else "\ufffd" if c != "\t" else " " for c in text)


def tooltip(text: str) -> str:
    """`text` for a tool tip, where Qt would otherwise take `<b>` from a stranger for markup."""
    return f"<span>{html.escape(text)}</span>" if text else ""
