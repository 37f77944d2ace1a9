"""A fix: what a button beside a sentence does. Pure."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any, NamedTuple

from app.messages.message import Message
from app.wire.datastreams import DatastreamType


class Kind(enum.StrEnum):
    """What a fix does."""

    SET = "set"
    """It changes settings of the device to `Fix.values`."""
    TYPE = "type"
    """It gives the datastream of a line the type `Fix.type`."""
    ALLOW = "allow"
    """It widens the range of the datastream of a line, so that its value and the next ones are in it; or it
    adds the value to those of an enum."""
    ADD = "add"
    """It adds the datastream of a line to the bench file."""
    FIND_BAUD_RATE = "find_baud_rate"
    CHANGE_TOKEN = "change_token"  # noqa: S105 - not a token
    FIND_REGION = "find_region"
    CHANGE_SERVER = "change_server"
    CHOOSE_BOARD = "choose_board"
    TAKE_PORT = "take_port"
    TRY_NOW = "try_now"
    SKIP = "skip"
    SEND_HERE = "send_here"
    DISCARD_HELD = "discard_held"
    SEND_AGAIN = "send_again"
    DISCARD_REFUSED = "discard_refused"
    SHOW_CONSOLE = "show_console"
    OPEN_BROWSER = "open_browser"
    PLOT_ONLY = "plot_only"
    """It empties the form's server, and connects the board."""
    COPY = "copy"
    """It copies `Fix.text` to the clipboard."""


OF_A_LINE = frozenset({Kind.TYPE, Kind.ALLOW, Kind.ADD})
"""The fixes that change the datastream of a rejected line."""


class Fix(NamedTuple):
    """A button beside a sentence."""

    kind: Kind
    label: Message
    values: Mapping[str, Any] = {}
    """For `Kind.SET`: keys of the device in the bench file with their new values. For refused readings:
    `targets`, as the sentence names them."""
    type: DatastreamType = DatastreamType.DOUBLE
    """For `Kind.TYPE`."""
    text: str = ""
    """For `Kind.COPY`: what is copied. For `OF_A_LINE`: the code of the hint whose newest line is meant."""
