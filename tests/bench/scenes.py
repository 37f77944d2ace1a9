"""Scenes: what a bench does or tells at first, and what it does or tells once something has happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from tests.bench.trial import Trial

Play = Callable[[Trial], Mapping[str, tuple[object, object]]]
"""Plays a scene; the first and the last of what is seen, by what shows it."""


class Scene(NamedTuple):
    """One scene, and what has to be seen in it."""

    name: str
    play: Play
    wanted: Mapping[str, tuple[object, object]]


class Scenes(list[Scene]):
    """All scenes of a table."""

    def scene(self, wanted: Mapping[str, tuple[object, object]]) -> Callable[[Play], Play]:
        """A scene that the decorated function plays."""

        def add(play: Play) -> Play:
            self.append(Scene(play.__name__.strip("_"), play, wanted))
            return play

        return add

    @property
    def shown(self) -> set[str]:
        """All that is seen to change in some scene."""
        return {key for scene in self for key, (first, last) in scene.wanted.items() if first != last}
