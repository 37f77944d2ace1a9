"""A fixture for the tests of links: states that do not depend on the speed of this computer."""

from __future__ import annotations

import pytest

from app.boards import busy_seconds, health


@pytest.fixture
def states_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a link's state change without delay, and not because of silence. `test_health` tests the delays."""
    monkeypatch.setattr(busy_seconds, "NOISY_SECONDS", 1)
    monkeypatch.setattr(health, "GRACE_S", 0.0)
    monkeypatch.setattr(health, "LINE_GRACE_S", 0.0)
    monkeypatch.setattr(health, "SILENT_AFTER_S", 3600.0)
    monkeypatch.setattr(health, "QUIET_AFTER_S", 3600.0)
    monkeypatch.setattr(health, "_QUIET_AT_MOST_S", 3600.0)
