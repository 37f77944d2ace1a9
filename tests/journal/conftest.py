"""What the tests of damage start from: one sound journal for all of them."""

from __future__ import annotations

import pytest

from tests.journal.sound import Sound, sound, written


@pytest.fixture(scope="session")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    """A journal whose program has ended: it has no log."""
    path = tmp_path_factory.mktemp("sound") / "j.db"
    written(path, 24).close()
    return sound(path)
