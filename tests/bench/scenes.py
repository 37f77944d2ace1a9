"""Scenes: tests that compare the state of a bench before and after something has happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from tests.bench.trial import Trial

Play = Callable[[Trial], Mapping[str, tuple[object, object]]]
"""Plays a scene. Returns the values seen first and last, by the name of the method or type that gave them."""


class Scene(NamedTuple):
    """A scene, with the values that must be seen first and last (by name)."""

    name: str
    play: Play
    wanted: Mapping[str, tuple[object, object]]


class Scenes(list[Scene]):
    """A list of scenes, to which the decorator `scene` adds."""

    def scene(self, wanted: Mapping[str, tuple[object, object]]) -> Callable[[Play], Play]:
        """A decorator that adds a scene, which the decorated function plays."""

        def add(play: Play) -> Play:
            self.append(Scene(play.__name__.strip("_"), play, wanted))
            return play

        return add

    @property
    def shown(self) -> set[str]:
        """The names whose first and last values differ in at least one scene."""
        return {key for scene in self for key, (first, last) in scene.wanted.items() if first != last}
