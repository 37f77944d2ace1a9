"""What the tests of links start from: states that do not hang on this computer's speed."""

from __future__ import annotations

import pytest

from app.boards import health


@pytest.fixture
def states_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each state comes at once and stays; when each of them is due is a matter of `test_health`."""
    monkeypatch.setattr(health, "GRACE_S", 0.0)
    monkeypatch.setattr(health, "LINE_GRACE_S", 0.0)
    monkeypatch.setattr(health, "SILENT_AFTER_S", 3600.0)
    monkeypatch.setattr(health, "QUIET_AFTER_S", 3600.0)
    monkeypatch.setattr(health, "_QUIET_AT_MOST_S", 3600.0)
