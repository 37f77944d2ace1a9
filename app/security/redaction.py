"""Redacts auth tokens in all text that the program shows, logs or prints; no other module redacts them.

Invariants: each token is passed to `learn` as soon as it is read; a token is found in plain form,
percent-encoded in whole or in part, and escaped as in JSON, Python or HTML; text that `redact` returns
contains no known token besides what its marks `[token]` happen to contain, and redacting it again changes
nothing. A token may be as short as `a`, so a redacted text is only shown: what means something is interpreted
before. Tokens are redacted in log records, standard error, crash reports, texts from the cloud, recordings,
and wherever the program shows a board's lines. The values of readings are journalled, exported and forwarded
unchanged, even if a value contains a token. Pure: no I/O, no clock.
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
_NAMES = frozenset(
    {"name", "device", "target", "targets", "port", "vid_pid", "serial_number", "location"}
    | {"server", "journal", "path"}
)
"""Fields that identify something, and are passed back to the program."""
_NAMES_IN_MESSAGES = frozenset({"server", "targets", "group"})
"""The parameters of messages from which fixes are made."""

T = TypeVar("T")


class Redaction:
    """A set of known tokens, with methods that redact them. Any thread may use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: frozenset[str] = frozenset()
        self._pattern: re.Pattern[str] | None = None
        self._raw_pattern: re.Pattern[bytes] | None = None

    def learn(self, tokens: Iterable[str]) -> None:
        """From now on, redact `tokens` as well. Empty tokens are ignored.

        Of a token that contains `[token]`, such as a copied address, the other parts are redacted.
        """
        with self._lock:
            known = self._tokens | {part for token in tokens for part in token.split(REDACTED) if part}
            if known == self._tokens:
                return
            # If one token begins with another, the longer token is tried first. Otherwise only its beginning
            # would be redacted.
            ordered = sorted(known, reverse=True)
            self._pattern = re.compile("|".join("".join(map(_spellings, token)) for token in ordered))
            self._raw_pattern = re.compile(b"|".join(re.escape(_raw(token)) for token in ordered))
            self._tokens = known

    def redact(self, text: str) -> str:
        """`text` with `[token]` in place of every known token. Each `[token]` in `text` stays as it is."""
        if self._pattern is None:
            return text
        # A token may be a part of "[token]", or begin or end with one: so no match may include a mark.
        return REDACTED.join(self._pattern.sub(REDACTED, part) for part in text.split(REDACTED))

    def redact_raw(self, data: bytes) -> bytes:
        """For recordings: `data` with `*` in place of each byte of a known token."""
        if not self._raw_pattern:
            return data
        return self._raw_pattern.sub(lambda match: b"*" * len(match.group()), data)

    def open_end(self, data: bytes) -> int:
        """The number of bytes at the end of `data` that may be the beginning of a known token."""
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
        """Return `value` with known tokens redacted, also inside structs, tuples, lists and messages.

        Fields that identify something, such as `name` or `device`, are not redacted, nor are the
        parameters of messages that a fix uses, such as `server`. The method is fast enough to be called for
        each frame of the window.
        """
        if self._pattern is None:
            return value
        # A text that is not valid UTF-8, such as a file's name, cannot be encoded. Then `_walk` finds tokens.
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
                params: dict[str, Any] = {
                    name: item if name in _NAMES_IN_MESSAGES else self._walk(item)
                    for name, item in value.params.items()
                }
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
    """From now on, redact `tokens` as well, everywhere in this process."""
    known.learn(tokens)


def redact(text: str) -> str:
    """`text` with `[token]` in place of every token that this process knows."""
    return known.redact(text)


def shown(value: T) -> T:
    """Return `value` with every token that this process knows redacted, also inside structs and lists.

    See `Redaction.shown` for the fields that are not redacted.
    """
    return known.shown(value)


def _params(value: object) -> object:
    """The parameters of the message `value`, as a dictionary, because msgspec cannot encode a message.

    The message's code is left out: the encoded text is only searched for tokens, and a code cannot contain a
    token. Neither can any other value that msgspec cannot encode, such as the grammar of a verdict.
    """
    return dict(value.params) if isinstance(value, Message) else None


def _raw(token: str) -> bytes:
    """The bytes of `token`, even if it comes from an environment variable that is not valid UTF-8."""
    return token.encode(errors="surrogateescape")


def _spellings(character: str) -> str:
    """A pattern for all forms of one `character` of a token: plain, percent-encoded and escaped."""
    code = f"{ord(character):02x}"
    digits = "".join(f"[{digit}{digit.upper()}]" for digit in code)
    written = {re.escape(html.escape(character)), re.escape(character)}
    backslash = r"\\*" if character in "\"'\\/" else ""
    plain = "|".join(sorted(written, reverse=True))
    return rf"{backslash}(?:%(?:25)*{digits}|\\u00{digits}|{plain})"
