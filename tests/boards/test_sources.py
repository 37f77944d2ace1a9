"""How a port is opened and read, and what an error at opening is called."""

from __future__ import annotations

import errno
import socket
from pathlib import Path

import pytest

from app.boards import sources
from app.boards.failures import PortError
from app.boards.sources import open_source
from app.config import DeviceConfig
from app.status import LinkState


def test_no_port_is_told(tmp_path: Path) -> None:
    with pytest.raises(PortError, match="no port") as told:
        open_source(DeviceConfig(port=str(tmp_path / "none")))
    assert told.value.status.state is LinkState.NO_SUCH_PORT


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (OSError(errno.EACCES, "Permission denied"), LinkState.NO_PERMISSION),
        (OSError(errno.EBUSY, "busy"), LinkState.BUSY),
        (OSError("Could not exclusively lock port"), LinkState.BUSY),
        (OSError("PermissionError(13, 'Access is denied.')"), LinkState.BUSY),
        (OSError(errno.ENOENT, "none"), LinkState.NO_SUCH_PORT),
    ],
)
def test_each_error_has_its_state(error: OSError, state: LinkState, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(sources, "SerialSource", fail)
    with pytest.raises(PortError) as told:
        open_source(DeviceConfig(port="/dev/ttyACM0"))
    assert told.value.status.state is state
    assert "/dev/ttyACM0" in told.value.status.sentence


def test_a_socket_is_a_port_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
        source = open_source(DeviceConfig(port=f"socket://127.0.0.1:{number}"))
        peer, _ = server.accept()
        with peer:
            peer.sendall(b"v1=1\n")
            assert source.read() == b"v1=1\n"
            assert source.read() == b""
            source.write(b"hello")
            assert peer.recv(10) == b"hello"
        with pytest.raises(OSError, match="disconnected"):
            source.read()
        source.close()
    with pytest.raises(PortError, match="Nothing answers"):
        open_source(DeviceConfig(port=f"socket://127.0.0.1:{number}"))
