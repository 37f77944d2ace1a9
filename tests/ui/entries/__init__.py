"""The entries of the menus: a module for each menu, and a row for each entry with its keys and its effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.ui.stage import Stage

Course = Callable[[Stage], Iterator[None]]
"""What holds before, a `yield` at which the entry is chosen, and what holds afterwards."""


class Row(NamedTuple):
    """One entry: its keys, and what it does."""

    keys: tuple[str, ...]
    course: Course


class Entries(dict[str, Row]):
    """The rows of some menus, by path: the labels from the menu bar to the entry."""

    def row(self, path: str, *keys: str) -> Callable[[Course], Course]:
        def add(course: Course) -> Course:
            self[path] = Row(keys, course)
            return course

        return add
