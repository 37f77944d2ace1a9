"""Redacts auth tokens in all text that the program shows, logs or prints: the one place that does it.

Invariants: a token is known here before anything else sees it; it is found as it is, percent-encoded in whole
or in part, and escaped as in JSON, Python or HTML; text that `redact` returns holds no known token.
Everything shown, logged or printed passes through here: the log's handler, standard error, crash reports, the
words of the cloud, the lines of a board. Data does not: what a board assigns to a pin is journalled, exported
and sent as it came. Pure: no I/O, no clock.
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
    """A set of known tokens that redacts them. For any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: frozenset[str] = frozenset()
        self._pattern: re.Pattern[str] | None = None
        self._raw_pattern: re.Pattern[bytes] | None = None

    def learn(self, tokens: Iterable[str]) -> None:
        """Redact these tokens too from now on; empty ones are ignored."""
        with self._lock:
            known = self._tokens | {token for token in tokens if token}
            if known == self._tokens:
                return
            # A token comes before any other that is its beginning, or else its end would remain.
            ordered = sorted(known, reverse=True)
            self._pattern = re.compile("|".join("".join(map(_spellings, token)) for token in ordered))
            self._raw_pattern = re.compile(b"|".join(re.escape(_raw(token)) for token in ordered))
            self._tokens = known

    def redact(self, text: str) -> str:
        """`text` with every known token replaced."""
        return self._pattern.sub(REDACTED, text) if self._pattern else text

    def redact_raw(self, data: bytes) -> bytes:
        """`data` with every known token overwritten by as many `*`: what a board sent, for a recording."""
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
        """`value` with all its texts redacted: in structs, tuples, lists and messages. Fast enough for each
        frame.

        The names of devices, targets and the like stay, because they identify things.
        """
        if self._pattern is None:
            return value
        # A text that is not valid UTF-8, such as a file's name, is found by walking through `value`.
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
"""The tokens that this process knows."""


def learn(tokens: Iterable[str]) -> None:
    """Redact these tokens too from now on."""
    known.learn(tokens)


def redact(text: str) -> str:
    """`text` with every token that this process knows replaced."""
    return known.redact(text)


def shown(value: T) -> T:
    """`value` with all its texts redacted."""
    return known.shown(value)


def _params(value: object) -> object:
    """The parameters of a message, to be searched for tokens."""
    return dict(cast(Message, value).params)


def _raw(token: str) -> bytes:
    """A token's bytes, even if the environment variable that it came from is not valid UTF-8."""
    return token.encode(errors="surrogateescape")


def _spellings(character: str) -> str:
    """A pattern of all the ways in which one character of a token may be written."""
    code = f"{ord(character):02x}"
    digits = "".join(f"[{digit}{digit.upper()}]" for digit in code)
    written = {re.escape(html.escape(character)), re.escape(character)}
    backslash = r"\\*" if character in "\"'\\/" else ""
    plain = "|".join(sorted(written, reverse=True))
    return rf"{backslash}(?:%(?:25)*{digits}|\\u00{digits}|{plain})"
