"""Rows for options that are named after keys of `[[device]]`: the option's value must reach the bench.

The effect of the value is not tested here but in `tests/bench`, with the keys of the bench file.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from tests.commands.table import Done, Row


class _Key(NamedTuple):
    written: str
    default: object
    value: object


_KEYS = {
    "name": _Key("--name 'bench 7'", "board", "bench 7"),
    "port": _Key("--port COM7", "simulated:", "COM7"),
    "baud_rate": _Key("--baud-rate 9600", 115200, 9600),
    "reset_on_connect": _Key("--no-reset-on-connect", True, False),
    "dtr": _Key("--no-dtr", None, False),
    "rts": _Key("--rts", None, True),
    "data_bits": _Key("--data-bits 7", 8, 7),
    "parity": _Key("--parity even", "none", "even"),
    "stop_bits": _Key("--stop-bits 2", 1.0, 2.0),
    "flow_control": _Key("--flow-control xon_xoff", "none", "xon_xoff"),
    "line_end": _Key(r"--line-end '\r\n'", "\n", "\r\n"),
    "record": _Key("--record", False, True),
    "server": _Key("--server http://127.0.0.1:10", "http://127.0.0.1:9", "http://127.0.0.1:10"),
    "auth_token": _Key("--auth-token env:PINBRIDGE_U", "env:PINBRIDGE_T", "env:PINBRIDGE_U"),
    "organisation": _Key("--organisation school", "", "school"),
    "forward": _Key("--forward latest", "every", "latest"),
    "batch": _Key("--batch", False, True),
    "backlog": _Key("--backlog timestamped", "replay", "timestamped"),
    "interval_s": _Key("--interval-s 2.5", 1.0, 2.5),
    "requests_per_s": _Key("--requests-per-s 2.5", 10.0, 2.5),
    "daily_points": _Key("--daily-points 77", 10000, 77),
    "max_age_days": _Key("--max-age-days 2.5", 30.0, 2.5),
    "unknown_pins": _Key("--unknown-pins reject", "forward", "reject"),
}


def _value(key: str, done: Done) -> object:
    assert done.given
    return getattr(done.given.config.device[0], key)


def key_rows(command: str, words: str, *, without: tuple[str, ...] = ()) -> dict[str, Row]:
    """A row for each key that is an option of `command`; `words` are the other arguments of the command."""
    first = f"{command} {words} --server http://127.0.0.1:9 --auth-token env:PINBRIDGE_T"
    return {
        f"{command} --{key.replace('_', '-')}": Row(
            first, f"{first} {row.written}", partial(_value, key), row.default, row.value, only_given=True
        )
        for key, row in _KEYS.items()
        if key not in without
    }
