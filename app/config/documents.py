"""Converts configurations to Python types: TOML files, and JSON documents from HTTP requests.

Invariant: if a document cannot be read or does not fit its type, a ConfigError is raised. The error is one
line that names the place and the fix; if the document is a TOML file, the error also names the file. No other
error is raised, whatever the bytes are.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

from app.config import limits
from app.config.errors import ConfigError, about, on_one_line
from app.config.explaining import explain, explain_toml
from app.messages.message import Message

MAX_BYTES = 1_000_000
"""Larger files are refused, so that a stranger's file cannot fill the memory: a parser takes a second for it.

For comparison: a bench of 64 boards with 64 datastreams each is half as large.
"""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_T = TypeVar("_T")


def load(path: Path, kind: type[_T]) -> _T:
    """The TOML file at `path`, converted to the type `kind`. Raises ConfigError."""
    return parse(read(path), str(path), kind)


def read(path: Path) -> bytes:
    """The content of the file at `path`, or more than `MAX_BYTES` of it. Raises ConfigError."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        words = error.strerror or type(error).__name__
        raise about(str(path), Message("file_unreadable", words=words)) from None


def parse(text: bytes, source: str, kind: type[_T]) -> _T:
    """The TOML document `text`, converted to the type `kind`.

    Raises ConfigError, which names `source` as the file.
    """
    if len(text) > MAX_BYTES:
        raise about(source, Message("file_too_large", bytes=MAX_BYTES))
    try:
        decoded = text.removeprefix(_BYTE_ORDER_MARK).decode()
    except UnicodeDecodeError:
        raise about(source, Message("not_utf8")) from None
    if found := limits.excess(decoded):
        raise about(source, found)
    try:
        document = tomllib.loads(decoded)
    except tomllib.TOMLDecodeError as error:
        raise about(source, explain_toml(error)) from None
    try:
        return msgspec.convert(document, kind)
    except msgspec.ValidationError as error:
        raise about(source, explain(error, document, kind)) from None


def parse_json(text: bytes, kind: type[_T]) -> _T:
    """The JSON document `text`, converted to the type `kind`. Raises ConfigError."""
    try:
        document = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _error(Message("not_json", words=str(error))) from None
    try:
        return msgspec.convert(document, kind)
    except msgspec.ValidationError as error:
        raise _error(explain(error, document, kind, is_toml=False)) from None


def _error(message: Message) -> ConfigError:
    plain = on_one_line(message)
    return ConfigError(plain.code, **plain.params)
