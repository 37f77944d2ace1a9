"""Parses the query string of a call into the auth token, the targets, and their values as text. Pure.

Invariants: a target is returned as `v0`…`v255` or `ds1`…`ds2147483647`, however the query spells it; a query
string of any bytes is parsed or raises a RefusedError. Keys are case-sensitive, except that `V1` means `v1`.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qsl

from app.localcloud.refusals import WRONG_AFTER, WRONG_DATASTREAM_ID, WRONG_PIN, WRONG_VALUE, RefusedError
from app.wire.datastreams import INT_MAX, PIN_MAX

MAX_PAIRS = 1000

_PINS = {f"{letter}{pin}": f"v{pin}" for letter in "vV" for pin in range(PIN_MAX + 1)}
_MAX_DIGITS = len(str(INT_MAX))


class Query(NamedTuple):
    """A decoded query string: the auth token ("" if absent), and all other (key, text) pairs in order."""

    token: str
    pairs: list[tuple[str, str]]

    def texts(self, key: str) -> list[str]:
        """All values of the query parameter `key` as text, in the order of the query."""
        return [text for name, text in self.pairs if name == key]

    def others(self, *keys: str) -> dict[str, list[str]]:
        """All query parameters except those in `keys`, each mapped to its values as text."""
        found: dict[str, list[str]] = {}
        for name, text in self.pairs:
            if name not in keys:
                found.setdefault(name, []).append(text)
        return found


def parse_query(raw: bytes) -> Query:
    """Decode a query string. Raises RefusedError if it is not UTF-8 or has too many pairs."""
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_PAIRS)
    except UnicodeDecodeError:
        raise RefusedError(WRONG_VALUE) from None
    except ValueError:
        raise RefusedError(WRONG_PIN) from None
    token = next((text for name, text in pairs if name == "token"), "")
    return Query(token, [pair for pair in pairs if pair[0] != "token"])


def pin_target(text: str) -> str:
    """The target of a pin: `v1` for the text `v1` or `V1`. Raises RefusedError if `text` is not a pin."""
    target = _PINS.get(text)
    if target is None:
        raise RefusedError(WRONG_PIN)
    return target


def id_target(text: str) -> str:
    """The target of a datastream id: `ds7` for the text `7`. Raises RefusedError if `text` is not an id."""
    digits = text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS and text[0] != "0"
    if not digits or int(text) > INT_MAX:
        raise RefusedError(WRONG_DATASTREAM_ID)
    return f"ds{text}"


def updated(query: Query) -> dict[str, list[str]]:
    """The single target that the query of an `update` call names, mapped to its values as text.

    The query is `v1=…`, `pin=v1&value=…` or `dataStreamId=7&value=…`. Raises RefusedError if the query has
    other parameters, or does not name exactly one valid target.
    """
    keys = {name for name, _ in query.pairs}
    if "dataStreamId" in keys or "pin" in keys:
        target = named(query)
        if not keys <= {"dataStreamId", "pin", "value"}:
            raise RefusedError(WRONG_PIN)
        return {target: query.texts("value")}
    changes = by_pins(query)
    if len(changes) != 1:
        raise RefusedError(WRONG_PIN)
    return changes


def by_pins(query: Query) -> dict[str, list[str]]:
    """The targets in a query such as `v1=…&v2=…`, each mapped to its values as text.

    Raises RefusedError if there is no target, or if a parameter is not a pin.
    """
    changes: dict[str, list[str]] = {}
    for name, text in query.pairs:
        changes.setdefault(pin_target(name), []).append(text)
    if not changes:
        raise RefusedError(WRONG_PIN)
    return changes


def named(query: Query) -> str:
    """The target in `pin=…` or `dataStreamId=…`. Raises RefusedError unless there is exactly one of these."""
    pins, ids = query.texts("pin"), query.texts("dataStreamId")
    if len(ids) == 1 and not pins:
        return id_target(ids[0])
    if ids:
        raise RefusedError(WRONG_DATASTREAM_ID)
    return named_pin(query)


def named_pin(query: Query) -> str:
    """The target in `pin=…`. Raises RefusedError unless the query has exactly one such parameter."""
    pins = query.texts("pin")
    if len(pins) != 1:
        raise RefusedError(WRONG_PIN)
    return pin_target(pins[0])


def read_targets(query: Query) -> list[str]:
    """The targets of a `get` call, from a query such as `v1&v2` or `dataStreamId=7`.

    Raises RefusedError if there is no target, or if a target is invalid.
    """
    targets = [id_target(text) if name == "dataStreamId" else pin_target(name) for name, text in query.pairs]
    if not targets:
        raise RefusedError(WRONG_PIN)
    return list(dict.fromkeys(targets))


def after(query: Query) -> int:
    """The number in the first `after=…` of the query; 0 if there is none.

    Raises RefusedError if the text of the parameter is not a number of 1 to 18 digits.
    """
    texts = query.texts("after") or ["0"]
    if not (texts[0].isascii() and texts[0].isdigit() and len(texts[0]) <= 18):
        raise RefusedError(WRONG_AFTER)
    return int(texts[0])
