"""How the journal stores a message: the text `message:`, then code and parameters as JSON. Pure.

Invariants: `decode` turns a text from `encode` back into an equal message; any other text is shown as it is
stored, because journals of earlier versions hold sentences; a code that this version does not know is shown
with its parameters, because a journal may come from a later version.
"""

from __future__ import annotations

from typing import Any

import msgspec

from app.messages.message import Message, Param, verbatim

_MARK = "message:"
_NO_MESSAGE = (
    *(msgspec.DecodeError, AttributeError, KeyError, TypeError, ValueError),
    *(OverflowError, OSError, RecursionError),
)


def encode(message: Message) -> str:
    """A message as text for the journal."""
    return _MARK + msgspec.json.encode(_plain(message)).decode()


def decode(text: str) -> Message:
    """The message that `encode` turned into `text`.

    Any other text is a sentence from an earlier version, and becomes a message that shows it unchanged.
    """
    if not text.startswith(_MARK):
        return verbatim(text)
    try:
        message = _message(msgspec.json.decode(text.removeprefix(_MARK)))
        # Fails if the code is unknown, a parameter is missing, or a number cannot be shown as a time.
        str(message)
    except _NO_MESSAGE:
        return Message("unknown_message", text=text.removeprefix(_MARK))
    return message


def _plain(value: Param) -> object:
    match value:
        case Message():
            return {"code": value.code, "params": {name: _plain(value.params[name]) for name in value.params}}
        case tuple():
            return [_plain(item) for item in value]
    return value


def _message(fields: Any) -> Message:
    return Message(fields["code"], **{name: _param(value) for name, value in fields["params"].items()})


def _param(value: Any) -> Any:
    if isinstance(value, dict):
        return _message(value)
    return tuple(map(_param, value)) if isinstance(value, list) else value
