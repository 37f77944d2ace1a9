"""The keys of a bench file as the editor shows them: their order, names, sections and choices. Pure.

A row of `SECTIONS` connects one key with one field; `ui.bench.fields` makes the fields, so that all keys
share one code.

Invariant: every key of the types in `app.config.bench_file` and of `Datastream` has a row, except
`datastream`, whose tables are nodes of their own.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any, NamedTuple

from ui.bench.model.draft import Kind, Node

Choices = tuple[tuple[Any, str], ...]
"""Each choice: the value, and the message code of its name."""


class Input(enum.Enum):
    """What the field of a key looks like."""

    TEXT = enum.auto()
    WHOLE = enum.auto()
    NUMBER = enum.auto()
    WHOLES = enum.auto()
    TICK = enum.auto()
    CHOICE = enum.auto()
    PORT = enum.auto()
    BAUD_RATE = enum.auto()
    SERVER = enum.auto()
    ORGANISATION = enum.auto()
    TOKEN = enum.auto()
    COLOR = enum.auto()
    LINE_STYLE = enum.auto()


class Key(NamedTuple):
    """A key and its field."""

    name: str
    field: Input
    label: str
    """The message code of its name."""
    tip: str
    """The message code of the sentence that explains it."""
    choices: Choices = ()
    fits: Callable[[Node], bool] = lambda _node: True
    """Whether the key has an effect, given the other keys of its table."""


class Section(NamedTuple):
    """A group of keys under a heading."""

    title: str
    """The message code of the heading."""
    keys: tuple[Key, ...]
    rare: bool = False
    """Whether the section is hidden until the user asks for it."""


def _says(key: str, *values: Any) -> Callable[[Node], bool]:
    return lambda node: node.get(key) in values


def _is_numeric(node: Node) -> bool:
    return node.get("type") in (None, "int", "double")


_HELD: Choices = ((None, "choice_as_reset"), (True, "choice_on"), (False, "choice_off"))
LINE_STYLES: Choices = (
    ("solid", "choice_solid"),
    ("dashed", "choice_dashed"),
    ("dotted", "choice_dotted"),
    ("dash_dot", "choice_dash_dot"),
)
_TYPES: Choices = (
    (None, "choice_type_any"),
    ("int", "choice_type_int"),
    ("double", "choice_type_double"),
    ("string", "choice_type_string"),
    ("enum", "choice_type_enum"),
    ("location", "choice_type_location"),
)
_FORWARD: Choices = (
    ("every", "choice_forward_every"),
    ("latest", "choice_forward_latest"),
    ("timestamped", "choice_forward_timestamped"),
)
_PARITIES: Choices = (
    ("none", "choice_none"),
    ("even", "choice_even"),
    ("odd", "choice_odd"),
    ("mark", "choice_mark"),
    ("space", "choice_space"),
)
_FLOW: Choices = (("none", "choice_none"), ("rts_cts", "choice_rts_cts"), ("xon_xoff", "choice_xon_xoff"))
_LINE_ENDS: Choices = (
    ("\n", "choice_newline"),
    ("\r", "choice_return"),
    ("\r\n", "choice_both"),
    ("", "choice_no_end"),
)
_OUT_OF_RANGE: Choices = (
    ("reject", "choice_range_reject"),
    ("clamp", "choice_range_clamp"),
    ("forward", "choice_range_forward"),
)
_UNKNOWN_PINS: Choices = (("forward", "choice_pins_forward"), ("reject", "choice_pins_reject"))
_BACKLOG: Choices = (("replay", "choice_backlog_replay"), ("timestamped", "choice_backlog_timestamped"))

_BENCH = (
    Section(
        "section_bench",
        (
            Key("name", Input.TEXT, "key_name", "tip_key_bench_name"),
            Key("journal", Input.TEXT, "key_journal", "tip_key_journal"),
        ),
    ),
    Section(
        "section_more",
        (
            Key("keep_days", Input.NUMBER, "key_keep_days", "tip_key_keep_days"),
            Key("max_journal_mb", Input.NUMBER, "key_max_journal_mb", "tip_key_max_journal_mb"),
        ),
        rare=True,
    ),
)
_ORGANISATION = (
    Section(
        "section_organisation",
        (
            Key("name", Input.TEXT, "key_name", "tip_key_organisation_name"),
            Key("monthly_messages", Input.WHOLE, "key_monthly_messages", "tip_key_monthly_messages"),
        ),
    ),
)
_DEVICE = (
    Section(
        "section_board",
        (
            Key("name", Input.TEXT, "key_name", "tip_key_device_name"),
            Key("port", Input.PORT, "key_port", "tip_key_port"),
            Key("baud_rate", Input.BAUD_RATE, "key_baud_rate", "tip_key_baud_rate"),
            Key("unknown_pins", Input.CHOICE, "key_unknown_pins", "tip_key_unknown_pins", _UNKNOWN_PINS),
            Key("record", Input.TICK, "key_record", "tip_key_record"),
        ),
    ),
    Section(
        "section_cloud",
        (
            Key("server", Input.SERVER, "key_server", "tip_key_server"),
            Key("auth_token", Input.TOKEN, "key_auth_token", "tip_key_auth_token"),
            Key("organisation", Input.ORGANISATION, "key_organisation", "tip_key_organisation"),
            Key("forward", Input.CHOICE, "key_forward", "tip_key_forward", _FORWARD),
            Key(
                *("interval_s", Input.NUMBER, "key_interval_s", "tip_key_interval_s"),
                fits=_says("forward", "latest", "timestamped"),
            ),
            Key(
                *("batch", Input.TICK, "key_batch", "tip_key_batch"),
                fits=_says("forward", "every", "latest"),
            ),
        ),
    ),
    Section(
        "section_more",
        (
            Key("reset_on_connect", Input.TICK, "key_reset_on_connect", "tip_key_reset_on_connect"),
            Key("dtr", Input.CHOICE, "key_dtr", "tip_key_dtr", _HELD),
            Key("rts", Input.CHOICE, "key_rts", "tip_key_rts", _HELD),
            Key("data_bits", Input.WHOLE, "key_data_bits", "tip_key_data_bits"),
            Key("parity", Input.CHOICE, "key_parity", "tip_key_parity", _PARITIES),
            Key("stop_bits", Input.NUMBER, "key_stop_bits", "tip_key_stop_bits"),
            Key("flow_control", Input.CHOICE, "key_flow_control", "tip_key_flow_control", _FLOW),
            Key("line_end", Input.CHOICE, "key_line_end", "tip_key_line_end", _LINE_ENDS),
            Key(
                *("backlog", Input.CHOICE, "key_backlog", "tip_key_backlog", _BACKLOG),
                fits=_says("forward", "every"),
            ),
            Key("requests_per_s", Input.NUMBER, "key_requests_per_s", "tip_key_requests_per_s"),
            Key("daily_points", Input.WHOLE, "key_daily_points", "tip_key_daily_points"),
            Key("max_age_days", Input.NUMBER, "key_max_age_days", "tip_key_max_age_days"),
        ),
        rare=True,
    ),
)
_DATASTREAM = (
    Section(
        "section_datastream",
        (
            Key("name", Input.TEXT, "key_name", "tip_key_datastream_name"),
            Key("virtual_pin", Input.WHOLE, "key_virtual_pin", "tip_key_virtual_pin"),
            Key("id", Input.WHOLE, "key_id", "tip_key_id"),
            Key("unit", Input.TEXT, "key_unit", "tip_key_unit"),
            Key("color", Input.COLOR, "key_color", "tip_key_color"),
            Key("line_style", Input.LINE_STYLE, "key_line_style", "tip_key_line_style", LINE_STYLES),
        ),
    ),
    Section(
        "section_values",
        (
            Key("type", Input.CHOICE, "key_type", "tip_key_type", _TYPES),
            Key("scale", Input.NUMBER, "key_scale", "tip_key_scale", fits=_is_numeric),
            Key("offset", Input.NUMBER, "key_offset", "tip_key_offset", fits=_is_numeric),
            Key("values", Input.WHOLES, "key_values", "tip_key_values", fits=_says("type", "enum")),
            Key("min", Input.NUMBER, "key_min", "tip_key_min", fits=_is_numeric),
            Key("max", Input.NUMBER, "key_max", "tip_key_max", fits=_is_numeric),
            Key(
                *("out_of_range", Input.CHOICE, "key_out_of_range", "tip_key_out_of_range", _OUT_OF_RANGE),
                fits=_is_numeric,
            ),
        ),
    ),
    Section(
        "section_more",
        (
            Key("min_change", Input.NUMBER, "key_min_change", "tip_key_min_change"),
            Key("max_silence_s", Input.NUMBER, "key_max_silence_s", "tip_key_max_silence_s"),
        ),
        rare=True,
    ),
)

SECTIONS: dict[Kind, tuple[Section, ...]] = {
    Kind.BENCH: _BENCH,
    Kind.ORGANISATION: _ORGANISATION,
    Kind.DEVICE: _DEVICE,
    Kind.DATASTREAM: _DATASTREAM,
}


def key_of(kind: Kind, name: str) -> Key | None:
    """The row of a key; None if there is no such key."""
    keys = (key for section in SECTIONS[kind] for key in section.keys)
    return next((key for key in keys if key.name == name), None)


def is_shown(key: Key, node: Node, wrong: bool) -> bool:
    """Whether a key has a field now: if it has an effect, or is set without one, or is wrong."""
    return wrong or key.name in node.values or key.fits(node)
