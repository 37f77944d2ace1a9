"""Modules that load without searches for garbage."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.program import loading

MODULE = "loaded_for_this_test"


@pytest.fixture(autouse=True)
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A module that can be imported. Afterwards, nothing is frozen, so that other tests find all garbage."""
    (tmp_path / f"{MODULE}.py").write_text("class Loaded: ...\n")
    monkeypatch.syspath_prepend(tmp_path)
    gc.unfreeze()
    yield
    sys.modules.pop(MODULE, None)
    gc.unfreeze()


def test_nothing_is_searched_while_modules_load() -> None:
    with loading.quickly():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_garbage_is_searched_again_after_an_error() -> None:
    with pytest.raises(ImportError), loading.quickly():
        import no_module_of_this_name  # type: ignore[import-not-found]  # noqa: F401
    assert gc.isenabled()


def test_no_later_search_looks_at_what_was_loaded() -> None:
    with loading.quickly():
        import loaded_for_this_test as module  # type: ignore[import-not-found]
    assert not any(found is module.Loaded for found in gc.get_objects())


def test_only_loading_ends_the_search_for_older_garbage() -> None:
    with loading.quickly():
        import sys  # noqa: F401
    assert gc.get_freeze_count() == 0
