"""Strikes auth tokens out of whatever leaves the program as text for people: the one place that does it.

Invariants: a token is known here before anything else may see it; it is found as it is, percent-encoded in
whole or in part, and escaped as in JSON, Python or HTML; what has passed `redact` holds none that is known.
Everything shown, logged or printed passes: the log's handler, standard error, crash reports, the words of
the cloud, the lines of a board. Data does not: what a board assigns to a pin is journalled, exported and sent
as it came. Pure: no I/O, no clock.
"""

from __future__ import annotations

import enum
import html
import itertools
import re
import threading
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, TypeVar, cast

import msgspec

from app.messages.message import Message

REDACTED = "[token]"
_NAMES = frozenset({"name", "device", "target", "port", "server", "journal"})

T = TypeVar("T")


class Redaction:
    """Known tokens, and texts without them. For any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: frozenset[str] = frozenset()
        self._pattern: re.Pattern[str] | None = None
        self._raw_pattern: re.Pattern[bytes] | None = None

    def learn(self, tokens: Iterable[str]) -> None:
        """From now on these are struck out too; empty ones are none."""
        with self._lock:
            known = self._tokens | {token for token in tokens if token}
            if known == self._tokens:
                return
            # A token goes before the one that it begins with, or its rest would be left over.
            ordered = sorted(known, reverse=True)
            self._pattern = re.compile("|".join("".join(map(_spellings, token)) for token in ordered))
            self._raw_pattern = re.compile(b"|".join(re.escape(_raw(token)) for token in ordered))
            self._tokens = known

    def redact(self, text: str) -> str:
        """`text` without any known token."""
        return self._pattern.sub(REDACTED, text) if self._pattern else text

    def redact_raw(self, data: bytes) -> bytes:
        """`data` with every known token overwritten by as many `*`: what a board said, for a recording."""
        if not self._raw_pattern:
            return data
        return self._raw_pattern.sub(lambda match: b"*" * len(match.group()), data)

    def open_end(self, data: bytes) -> int:
        """How many bytes at the end of `data` may be the beginning of a token."""
        return max(
            (
                size
                for token in map(_raw, self._tokens)
                for size in range(len(token))
                if data.endswith(token[:size])
            ),
            default=0,
        )

    def shown(self, value: T) -> T:
        """`value` with all its texts redacted: structs, tuples and lists of them, at the frame rate.

        What things are called by (devices, targets) stays, or they could not be called any more.
        """
        if self._pattern is None:
            return value
        # What is no UTF-8, as a file's name may be, is looked through part by part.
        with suppress(UnicodeEncodeError):
            if not self._pattern.search(msgspec.json.encode(value, enc_hook=_params).decode()):
                return value
        return cast(T, self._walk(value))

    def _walk(self, value: object) -> object:
        match value:
            case enum.Enum():
                return value
            case str():
                return self.redact(value)
            case msgspec.Struct():
                texts = {
                    name: self._walk(getattr(value, name))
                    for name in value.__struct_fields__
                    if name not in _NAMES
                }
                return msgspec.structs.replace(value, **texts)
            case Message():
                params: dict[str, Any] = {name: self._walk(item) for name, item in value.params.items()}
                return Message(value.code, **params)
            case list():
                return [self._walk(item) for item in value]
            case tuple():
                names = getattr(value, "_fields", ())
                items: list[Any] = [
                    item if name in _NAMES else self._walk(item)
                    for name, item in itertools.zip_longest(names, value)
                ]
                return type(value)(*items) if names else tuple(items)
        return value


known = Redaction()
"""What this process knows."""


def learn(tokens: Iterable[str]) -> None:
    """From now on these are struck out too."""
    known.learn(tokens)


def redact(text: str) -> str:
    """`text` without any token that this process knows."""
    return known.redact(text)


def shown(value: T) -> T:
    """`value` with all its texts redacted."""
    return known.shown(value)


def _params(value: object) -> object:
    """What a message says, for a look through its texts."""
    return dict(cast(Message, value).params)


def _raw(token: str) -> bytes:
    """A token's bytes, whatever the environment had in its place."""
    return token.encode(errors="surrogateescape")


def _spellings(character: str) -> str:
    """A pattern of all the ways in which one character of a token may be written."""
    code = f"{ord(character):02x}"
    digits = "".join(f"[{digit}{digit.upper()}]" for digit in code)
    written = {re.escape(html.escape(character)), re.escape(character)}
    backslash = r"\\*" if character in "\"'\\/" else ""
    plain = "|".join(sorted(written, reverse=True))
    return rf"{backslash}(?:%(?:25)*{digits}|\\u00{digits}|{plain})"
