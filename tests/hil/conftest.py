"""What a test with an emulated board starts from: a place for builds, and boards that are put away."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.hil.board import EmulatedUno, missing_tools


@pytest.fixture(scope="session")
def build_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where sketches and the emulator are built, once in a test run; skips where a tool is missing."""
    if missing_tools():
        pytest.skip(f"no emulated board here, missing: {', '.join(missing_tools())}")
    return tmp_path_factory.mktemp("hil")


@pytest.fixture
def plug_in(build_folder: Path) -> Iterator[Callable[..., EmulatedUno]]:
    """A function that plugs an emulated Uno in: `plug_in(sketch, speed=0, seconds=5)`."""
    with contextlib.ExitStack() as boards:

        def plug(sketch: Path, **options: float) -> EmulatedUno:
            return boards.enter_context(EmulatedUno(sketch, build_folder, **options))

        yield plug
