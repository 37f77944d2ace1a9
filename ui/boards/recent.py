"""The bench files that the user has opened recently: how their list grows, and how a file is shown.

Invariants: the file that was opened last is the first one; no file is listed twice; the list stays short.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import NamedTuple

from app.messages.visible import visible

MOST = 8


class RecentFile(NamedTuple):
    """A file as the list shows it: its name, and the folder that it is in."""

    name: str
    folder: str


def with_file(paths: Iterable[str], opened: str) -> list[str]:
    """The list `paths` after the file `opened` was opened.

    A path that cannot be written to the settings, because it is not UTF-8, is left out.
    """
    others = [path for path in paths if PurePath(path) != PurePath(opened)]
    try:
        opened.encode()
    except UnicodeEncodeError:
        return others[:MOST]
    return [opened, *others][:MOST]


def shown(path: str) -> RecentFile:
    """How the file at `path` is shown."""
    parts = PurePath(path)
    return RecentFile(visible(parts.name), visible(str(parts.parent)))
