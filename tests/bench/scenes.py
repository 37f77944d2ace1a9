"""Scenes: what a bench shows at first, and what it shows after something has happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from tests.bench.trial import Trial

Play = Callable[[Trial], Mapping[str, tuple[object, object]]]
"""Plays a scene. Returns what was seen first and last, by the name of what showed it."""


class Scene(NamedTuple):
    """A scene, and what must be seen in it."""

    name: str
    play: Play
    wanted: Mapping[str, tuple[object, object]]


class Scenes(list[Scene]):
    """The scenes of a table."""

    def scene(self, wanted: Mapping[str, tuple[object, object]]) -> Callable[[Play], Play]:
        """Add a scene, which the decorated function plays."""

        def add(play: Play) -> Play:
            self.append(Scene(play.__name__.strip("_"), play, wanted))
            return play

        return add

    @property
    def shown(self) -> set[str]:
        """Everything that changes in at least one scene."""
        return {key for scene in self for key, (first, last) in scene.wanted.items() if first != last}
