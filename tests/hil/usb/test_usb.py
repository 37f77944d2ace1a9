"""Boards that come and go on a real USB bus are found by their serial number, not by the name of the port."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hil.usb.guest import missing_tools, run_inside

_TIMEOUT_S = 3600.0


@pytest.mark.long
def test_boards_come_and_go_on_a_real_bus(tmp_path: Path) -> None:
    if missing := missing_tools():
        pytest.skip(f"needs {', '.join(missing)}: run sudo apt-get install {' '.join(missing)}")
    status, said = run_inside("tests.hil.usb.inside", tmp_path, _TIMEOUT_S)
    print(said)
    assert status == 0, said[-4000:]
    assert "list_ports: /dev/ttyACM0 2341:0043 85734323" in said
