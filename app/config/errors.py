"""The error for a file that configures the program. Pure.

Invariant: an error is one line of text, whatever the file or its name contains.
"""

from __future__ import annotations

import re

from app.errors import PinbridgeError
from app.messages.message import Message, Param

_BREAK = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class ConfigError(PinbridgeError, ValueError):
    """A bench file, a devices file or a faults file, or the options in place of one, cannot be used."""


def about(subject: str, message: Message) -> ConfigError:
    """The error that says `message` about `subject`, a file."""
    return ConfigError("about", subject=one_line(subject), message=on_one_line(message))


def on_one_line(message: Message) -> Message:
    """`message` with each line break and control character in its texts replaced by a space."""
    return Message(message.code, **{name: _on_one_line(param) for name, param in message.params.items()})


def one_line(text: str) -> str:
    """`text` with each line break and control character replaced by a space."""
    return _BREAK.sub(" ", text)


def _on_one_line(param: Param) -> Param:
    match param:
        case str():
            return one_line(param)
        case Message():
            return on_one_line(param)
        case tuple():
            return tuple(one_line(item) if isinstance(item, str) else on_one_line(item) for item in param)
    return param
