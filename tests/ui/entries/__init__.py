"""How to test the menu entries: a module for each menu, and a row for each entry with its keys and effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.ui.stage import Stage

Course = Callable[[Stage], Iterator[None]]
"""Asserts the state before, yields so that the test chooses the entry, and asserts the effect."""


class Row(NamedTuple):
    """The keys of a menu entry, and the steps of its test."""

    keys: tuple[str, ...]
    course: Course


class Entries(dict[str, Row]):
    """The rows of some menus; a key is the path to an entry, such as `View / Console`."""

    def row(self, path: str, *keys: str) -> Callable[[Course], Course]:
        def add(course: Course) -> Course:
            self[path] = Row(keys, course)
            return course

        return add
