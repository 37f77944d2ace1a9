"""Fixtures for tests with an emulated board: a folder for builds, and boards unplugged after the test."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.hil.board import EmulatedUno, missing_tools


@pytest.fixture(scope="session")
def build_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder for all builds of sketches and the emulator; skips the test if a tool is missing."""
    if missing_tools():
        pytest.skip(f"no emulated board here, missing: {', '.join(missing_tools())}")
    return tmp_path_factory.mktemp("hil")


@pytest.fixture
def plug_in(build_folder: Path) -> Iterator[Callable[..., EmulatedUno]]:
    """A function that plugs in an emulated Uno: `plug_in(sketch, speed=0, seconds=5)`."""
    with contextlib.ExitStack() as boards:

        def plug(sketch: Path, **options: float) -> EmulatedUno:
            return boards.enter_context(EmulatedUno(sketch, build_folder, **options))

        yield plug
