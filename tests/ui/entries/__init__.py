"""The entries of the menus, a module for each menu: a row for each entry, with its keys and what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.ui.stage import Stage

Course = Callable[[Stage], Iterator[None]]
"""What is so before, a `yield` at which the entry is chosen, and what is so after it."""


class Row(NamedTuple):
    """One entry: its keys, and what it does."""

    keys: tuple[str, ...]
    course: Course


class Entries(dict[str, Row]):
    """The rows of some menus, by the words on the way to each entry."""

    def row(self, path: str, *keys: str) -> Callable[[Course], Course]:
        def add(course: Course) -> Course:
            self[path] = Row(keys, course)
            return course

        return add
