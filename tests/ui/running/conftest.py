"""Fixtures: a desk with a window, a keyring in memory and a local cloud."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.localcloud.devices import Device
from app.localcloud.server import LocalCloud
from tests.security.test_tokens import Ring, ring  # noqa: F401 - a fixture
from tests.ui.running.desk import TOKEN, Desk


@pytest.fixture
def desk(qtbot: QtBot, ring: Ring) -> Iterator[Desk]:  # noqa: ARG001, F811
    desk = Desk(qtbot)
    yield desk
    desk.window.close()


@pytest.fixture
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud([Device("board", TOKEN, open=True)]) as cloud:
        yield cloud
