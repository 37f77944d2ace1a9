"""The error for a file that configures the program. Pure.

Invariant: the error's text is one line, whatever the file or its name contains.
"""

from __future__ import annotations

import re

from app.errors import PinbridgeError
from app.messages.message import Message, Param

_MAX_SHOWN = 300
"""How many characters of a text from a file an error shows: a key or a name may have a million."""
_BREAK = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class ConfigError(PinbridgeError, ValueError):
    """A configuration cannot be used.

    It may come from a bench file, a devices file, a faults file, options of a command or the window's form.
    """


def about(subject: str, message: Message) -> ConfigError:
    """A ConfigError with the text `subject: message`; `subject` is the name of a file."""
    return ConfigError("about", subject=one_line(subject), message=on_one_line(message))


def on_one_line(message: Message) -> Message:
    """`message` on one line: its texts are shortened, and control characters in them become spaces."""
    return Message(message.code, **{name: _on_one_line(param) for name, param in message.params.items()})


def one_line(text: str) -> str:
    """`text`, with line breaks and control characters replaced by spaces."""
    return _BREAK.sub(" ", text)


def _on_one_line(param: Param) -> Param:
    match param:
        case str():
            return _shown(param)
        case Message():
            return on_one_line(param)
        case tuple():
            return tuple(_shown(item) if isinstance(item, str) else on_one_line(item) for item in param)
    return param


def _shown(text: str) -> str:
    return one_line(text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…")
