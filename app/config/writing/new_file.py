"""Writes new bench files, with comments for the people who open them. Pure.

Invariants: the text loads to exactly the bench that it is written for, and has no token: `auth_token` is the
name of a place, because nothing else can be in a `BenchConfig`.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.config.bench_file import BenchConfig
from app.config.writing.editing import laid_out
from app.config.writing.layout import DATASTREAM, DEVICE, Layout, Section
from app.config.writing.statements import Path, Statement

_TITLE = (
    "# A bench file of Pinbridge: the boards, and how their readings are sent. Text after # is a comment."
)
_TABLES: Mapping[Path, str] = {
    ("organisation",): "# Devices that share the messages of one Blynk plan: organisation = NAME.",
    DEVICE: "# A board: its port, and where its readings go. One [[device]] table for each.",
    DATASTREAM: "# A datastream of the device above: what the sketch prints as v1=…, or by its id as ds7=…",
}
_KEYS: Mapping[Path, str] = {
    ("journal",): "# the readings; relative to this file",
    ("keep_days",): "# for readings that are settled",
    ("max_journal_mb",): "# the oldest settled readings make room",
    ("monthly_messages",): "# of the plan; 0: no budget",
    ("baud_rate",): "# as in Serial.begin() of the sketch",
    ("auth_token",): "# where the token is kept, never the token itself",
    ("forward",): "# every, latest or timestamped",
    ("interval_s",): "# seconds from one sending to the next",
    ("requests_per_s",): "# at most; 0: no limit",
    ("unknown_pins",): "# forward or reject: pins without a table below",
    ("line_style",): "# solid, dashed, dotted or dash_dot",
    ("out_of_range",): "# reject, clamp or forward",
    ("min_change",): "# smaller changes are kept, but not sent",
}
"""A comment for the first line with each key, if it does not explain itself."""


def new_text(config: BenchConfig) -> str:
    """A bench file for `config`. Raises InvalidValueError if a text in it cannot be in any file."""
    layout = Layout([], [], [])
    layout.root = [layout.comment(_TITLE)]
    explained: set[Path] = set()
    for section in laid_out(config, layout).sections:
        _explain(layout, section, explained)
    return layout.text


def _explain(layout: Layout, section: Section, explained: set[Path]) -> None:
    """Add the comments of a table and of its keys, except for those in `explained`, and add these there."""
    path = section.header.path
    kind = path if path in _TABLES else path[:1]
    if kind in _TABLES and kind not in explained:
        section.attached = [layout.comment(_TABLES[kind], section.header.indent)]
    explained.add(kind)
    for place, line in enumerate(section.body):
        if line.path in _KEYS and line.path not in explained:
            section.body[place] = _with_comment(line, _KEYS[line.path])
        explained.add(line.path)


def _with_comment(line: Statement, comment: str) -> Statement:
    return line._replace(after=f"  {comment}{line.after}")
