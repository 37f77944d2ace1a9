"""Messages as data: a code and parameters. A `Language` turns them into a sentence. Pure.

A message is anything that the program tells the user: a state, a reason, a warning, an error, a label. It
travels as data through statuses, queues and the journal. It becomes a sentence only where it is shown, in the
language chosen there. `str(message)` is the English sentence: for logs, for `--json` and for errors.

Invariants: two messages are equal if their codes and parameters are equal; a code never changes its meaning,
because scripts and old journals rely on it; a message holds no token.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Union

from app.messages.catalogue import CATALOGUE
from app.messages.entry import Entry

Param = Union[str, int, float, "Message", tuple[Union[str, "Message"], ...]]
"""The type of a parameter: a text, a number, another message, or a tuple of texts and messages."""

_DURATIONS = ((86400.0, "duration_days"), (3600.0, "duration_hours"), (60.0, "duration_minutes"))
_LISTS = {"and": "list_and", "or": "list_or"}
_SECOND_END = re.compile(r"([?!.…])\.$")
"""A full stop at the end of a sentence whose last parameter has an end of its own, as in `is it right?.`"""
_MOMENTS = {"date": "%Y-%m-%d", "minute": "%Y-%m-%d %H:%M", "time": "%H:%M"}


class Message:
    """A text for the user, as data: the code of a sentence in the catalogue, and the sentence's parameters.

    A message must not be changed after it is made.
    """

    __slots__ = ("code", "params")

    def __init__(self, code: str, /, **params: Param) -> None:
        self.code = code
        self.params: Mapping[str, Param] = params

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and (self.code, self.params) == (other.code, other.params)

    def __hash__(self) -> int:
        return hash((self.code, frozenset(self.params.items())))

    @property
    def subject(self) -> tuple[object, ...]:
        """The code and all parameters except numbers and the parameter named `words`.

        Messages about the same thing have equal subjects, because numbers and `words` (the text of an error,
        or a hint) may change while the thing stays the same. A parameter that is a message is replaced by its
        own subject.
        """
        return (self.code, *(_subject(param) for name, param in self.params.items() if name != "words"))

    def __repr__(self) -> str:
        return f"Message({', '.join([repr(self.code), *(f'{k}={v!r}' for k, v in self.params.items())])})"

    def __str__(self) -> str:
        return ENGLISH.text(self)


def _subject(param: Param) -> object:
    match param:
        case Message():
            return param.subject
        case tuple():
            return tuple(map(_subject, param))
        case str():
            return param
    return None


class Language:
    """Makes sentences from messages, in one language.

    Parameters have the formats of `str.format`, but numbers get the language's decimal and thousands
    separators. There are more formats: `{x:duration}` for seconds, as in `4.2 min`; `{x:and}` and `{x:or}`
    for a list; `{x:date}`, `{x:minute}` and `{x:time}` for microseconds since 1970, shown in UTC.
    """

    def __init__(self, code: str, translate: Callable[[Entry, int], str]) -> None:
        """`translate` takes an entry and the count for its plural form, and returns the translated text."""
        self.code = code
        self._translate = translate
        self._plain: dict[str, str] = {}
        """The sentences without parameters that were made so far, by their codes."""
        self._signs = str.maketrans(
            {",": self.text(Message("group_sign")), ".": self.text(Message("decimal_sign"))}
        )

    def text(self, message: Message) -> str:
        """The sentence of a message.

        Raises KeyError if the code is not in the catalogue, or if a parameter of the sentence is missing.
        """
        if message.params:
            return self._made(message)
        if message.code not in self._plain:
            self._plain[message.code] = self._made(message)
        return self._plain[message.code]

    def _made(self, message: Message) -> str:
        entry = CATALOGUE[message.code]
        count = message.params["count"] if entry.plural else 0
        if not isinstance(count, int):
            raise TypeError(f"{message.code}: count is {count!r}, which is not an int")
        text = "".join(
            start if name is None else start + self._formatted(message.params[name], spec or "")
            for start, name, spec, _ in _parts(self._translate(entry, count))
        )
        return _SECOND_END.sub(r"\1", text) if text.endswith(".") else text

    def number(self, number: float, spec: str) -> str:
        """Format `number` by Python's format `spec`, with the decimal and group signs of this language."""
        return format(number, spec).translate(self._signs)

    def duration(self, seconds: float) -> str:
        """A duration as text: `26 s`, `4.2 min`, `3 h`, `2.5 days`."""
        for size, unit in _DURATIONS:
            if seconds >= 2 * size:
                count = seconds / size
                return self.text(Message(unit, number=self.number(count, ".2g" if count < 9.95 else ".0f")))
        number = self.number(seconds, ".3g" if seconds < 9.95 else ".0f")
        return self.text(Message("duration_seconds", number=number))

    def listed(self, items: Sequence[str | Message], last: str) -> str:
        """The items as one text: `a, b or c`. `last` is the code of the message that joins the last two."""
        match items:
            case []:
                return ""
            case [only]:
                return self._formatted(only, "")
        head = items[0]
        for item in items[1:-1]:
            head = self.text(Message("list_start", first=head, rest=item))
        return self.text(Message(last, first=head, last=items[-1]))

    def _formatted(self, value: Any, spec: str) -> str:
        """A parameter as text; `spec` is its format."""
        if isinstance(value, Message):
            return self.text(value)
        if isinstance(value, tuple):
            return self.listed(value, _LISTS[spec])
        if spec == "duration":
            return self.duration(value)
        if spec in _MOMENTS:
            return f"{datetime.fromtimestamp(value / 1e6, UTC):{_MOMENTS[spec]}}"
        if isinstance(value, float) or "," in spec:
            return self.number(value, spec)
        return format(value, spec)


@cache
def _parts(sentence: str) -> list[tuple[str, str | None, str | None, str | None]]:
    """The parts of a sentence: a text, and the name and the format of the parameter that follows it."""
    return list(string.Formatter().parse(sentence))


def verbatim(text: str) -> Message:
    """A message that shows `text` unchanged in every language, for texts that are not in the catalogue."""
    return Message("verbatim", text=text)


ENGLISH = Language("en", lambda entry, count: entry.plural if entry.plural and count != 1 else entry.text)
