"""Shortens names so that those beside each other can still be told apart. Pure: no Qt.

Invariant: what is different in two names is never all that is cut, as long as there is room for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

_DOTS = "…"

Cut = Callable[[str, bool], str]
"""Cuts a text to the room there is: in its middle or, if the second argument is True, at its end."""


def told_apart(name: str, others: Iterable[str], cut: Cut) -> str:
    """`name` as `cut` makes it fit: without its end or, if it looks like another then, its middle.

    If others look the same even then, the beginning is left out as far as `name` shares it with them.
    """
    others = [other for other in others if other != name]
    for at_end in (True, False):
        shown = cut(name, at_end)
        alike = [other for other in others if cut(other, at_end) == shown]
        if not alike:
            return shown
    shared = min(_shared(name, other) for other in alike)
    return cut(_DOTS + name[shared:], True)


def _shared(one: str, other: str) -> int:
    """How many letters two texts have in common at their beginnings."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def cut_to(letters: int) -> Cut:
    """A function that cuts texts to so many letters."""

    def cut(text: str, at_end: bool) -> str:
        if len(text) <= letters:
            return text
        tail = 0 if at_end else (letters - 1) // 2
        return text[: letters - 1 - tail] + _DOTS + text[len(text) - tail :]

    return cut
