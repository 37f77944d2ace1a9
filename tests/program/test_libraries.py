"""Whether optional libraries are installed."""

from __future__ import annotations

import importlib.util

import pytest

from app.program.libraries import has_pyarrow


@pytest.mark.parametrize(("found", "has"), [(object(), True), (None, False)])
def test_pyarrow_is_found_without_being_imported(
    monkeypatch: pytest.MonkeyPatch, found: object, has: bool
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", {"pyarrow": found}.get)
    assert has_pyarrow() is has
