"""Boards on the network: they are read and written, noticed when they vanish, and left alone while silent."""

from __future__ import annotations

import errno
import json
import re
import socket
import struct
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from serial import rfc2217

from app.boards import network
from app.boards.errors import NotTakenError, PortError
from app.boards.network import VANISHED_S, SocketSource, keep_alive
from app.boards.sources import Source, open_source
from app.boards.status import LinkState
from app.config.bench_file import DeviceConfig
from app.config.serial_settings import FlowControl, Parity
from tests.boards.links import Heard, Sick
from tests.boards.port_server import port_server
from tests.processes import finish, read_until, start
from tests.waiting import wait_until

pytestmark = [
    pytest.mark.usefixtures("states_at_once"),
    pytest.mark.filterwarnings(
        "ignore:set(Daemon|Name)\\(\\) is deprecated:DeprecationWarning:serial.rfc2217"
    ),
]


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def url_of(server: socket.socket, scheme: str = "socket") -> str:
    return f"{scheme}://127.0.0.1:{server.getsockname()[1]}"


def heard(source: Source) -> bytes:
    """Wait for the next chunk from a source, and return it."""
    while not (chunk := source.read()):
        pass
    return chunk


def test_a_socket_is_a_port_too(server: socket.socket) -> None:
    source = open_source(DeviceConfig(port=url_of(server)))
    peer, _ = server.accept()
    with peer:
        peer.sendall(b"v1=1\n")
        assert heard(source) == b"v1=1\n"
        assert source.read() == b""
        source.write(b"hello")
        assert peer.recv(10) == b"hello"
        peer.sendall(b"v1=2\n")
    assert heard(source) == b"v1=2\n"
    with pytest.raises(OSError, match="closed"):
        heard(source)
    source.close()


def test_a_board_on_the_network_that_accepts_nothing_does_not_block_the_reader(server: socket.socket) -> None:
    source = open_source(DeviceConfig(port=url_of(server)))
    peer, _ = server.accept()
    with peer:
        with pytest.raises(NotTakenError):
            source.write(b"x" * 30_000_000)
        peer.sendall(b"v1=1\n")
        assert heard(source) == b"v1=1\n"
    source.close()


@pytest.mark.skipif(sys.platform != "linux", reason="the names of these options are Linux's")
def test_linux_fails_a_connection_within_20_s_after_the_board_has_vanished(server: socket.socket) -> None:
    source = SocketSource(url_of(server))
    read = source._connection.getsockopt
    assert read(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    names = ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT", "TCP_USER_TIMEOUT")
    idle_s, pause_s, probes, unanswered_ms = (
        read(socket.IPPROTO_TCP, getattr(socket, name)) for name in names
    )
    assert idle_s + pause_s * probes < 20
    assert probes >= 3  # a lost packet or two cut no board off
    assert unanswered_ms < 20_000
    source.close()


class Connection:
    """Notes which options are set on it."""

    def __init__(self, *, is_old: bool = False) -> None:
        self.options: dict[tuple[int, int], int] = {}
        self.asked: tuple[int, tuple[int, int, int]] | None = None
        self._is_old = is_old

    def setsockopt(self, level: int, option: int, value: int) -> None:
        if self._is_old and level == socket.IPPROTO_TCP:
            raise OSError(errno.ENOPROTOOPT, "unknown option")
        self.options[level, option] = value

    def ioctl(self, code: int, value: tuple[int, int, int]) -> None:
        self.asked = code, value


@pytest.mark.parametrize("is_old", [False, True])
def test_windows_sends_ten_probes_within_20_s(is_old: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(socket, "SIO_KEEPALIVE_VALS", 0x98000004, raising=False)
    connection = Connection(is_old=is_old)
    keep_alive(connection)  # type: ignore[arg-type]
    assert connection.asked
    code, (is_on, idle_ms, pause_ms) = connection.asked
    assert (code, is_on) == (0x98000004, 1)
    assert 10_000 < idle_ms + 10 * pause_ms < 20_000
    limits = {} if is_old else {(socket.IPPROTO_TCP, 5): VANISHED_S}
    assert connection.options == {(socket.SOL_SOCKET, socket.SO_KEEPALIVE): 1, **limits}


def test_macos_has_its_own_names_for_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    macos = {"TCP_KEEPALIVE": 0x10, "TCP_KEEPINTVL": 0x101, "TCP_KEEPCNT": 0x102}
    levels = {"SOL_SOCKET": 0xFFFF, "SO_KEEPALIVE": 8, "IPPROTO_TCP": 6}
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(network, "socket", SimpleNamespace(**macos, **levels))
    connection = Connection()
    keep_alive(connection)  # type: ignore[arg-type]
    assert connection.options == {
        (0xFFFF, 8): 1,
        (6, 0x10): 5,
        (6, 0x101): 2,
        (6, 0x102): 5,
        (6, 0x80): VANISHED_S,
    }


def test_a_vanished_board_is_reported_as_a_matter_of_the_network_and_comes_back(
    server: socket.socket,
) -> None:
    """The error is the system's for a far end that answers no probe. `tests/faults` plays a real one."""
    vanished = Sick(TimeoutError(errno.ETIMEDOUT, "Connection timed out"))
    ways = iter([vanished])

    def open_port(*arguments: object) -> Source:
        return next(ways, None) or open_source(*arguments)  # type: ignore[arg-type]

    url = url_of(server)
    board = Heard(url, open_port=open_port)
    told = []
    went_away = board.link._retry.went_away

    def note(*arguments: object, **options: object) -> object:
        status = went_away(*arguments, **options)  # type: ignore[arg-type]
        told.append((status.state, str(status.message)))
        return status

    board.link._retry.went_away = note  # type: ignore[method-assign, assignment]
    board.link.start()
    peer, _ = server.accept()
    sentence = f"The connection to {url} broke off: is the board switched on and connected to the network?"
    assert told == [(LinkState.NO_SUCH_PORT, sentence)]
    with peer:
        board.wait_until_open(2)
        peer.sendall(b"# boot\nv1=1\n")
        board.wait([1.0])
    board.link.stop()


def test_a_write_to_a_vanished_board_is_a_failure_of_the_connection(server: socket.socket) -> None:
    source = SocketSource(url_of(server))
    source._connection.close()

    def fail(_data: bytes) -> None:
        raise TimeoutError(errno.ETIMEDOUT, "Connection timed out")

    source._connection = SimpleNamespace(sendall=fail)  # type: ignore[assignment]
    with pytest.raises(TimeoutError):
        source.write(b"hello")


def test_a_far_serial_port_is_read_and_written_and_its_last_bytes_are_kept() -> None:
    with port_server() as server:
        source = open_source(DeviceConfig(port=server.url, baud_rate=57600))
        changes = dict(server.changes)
        assert (changes["baudrate"], changes["dtr"], changes["rts"]) == (57600, True, True)
        assert ("dtr", False) in server.changes  # it was turned off and on, which resets an Uno
        server.say(b"v1=1\n\xff")
        said = b""
        while len(said) < 6:
            said += source.read()
        assert said == b"v1=1\n\xff"
        assert source.read() == b""
        source.write(b"go\xff")
        wait_until(lambda: server.taken == b"go\xff")
        client = source._port  # type: ignore[attr-defined]
        if sys.platform == "linux":
            assert client._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT) == 5
        server.say(b"v1=2\n" * 100)
        server.hang_up()
        wait_until(lambda: not client._thread.is_alive())
        assert heard(source) == b"v1=2\n" * 100
        with pytest.raises(ConnectionError):
            heard(source)
        source.close()


def test_connecting_to_a_far_port_resets_no_board_if_the_bench_file_says_so() -> None:
    with port_server() as server:
        open_source(DeviceConfig(port=server.url, reset_on_connect=False)).close()
        assert [value for name, value in server.changes if name == "dtr"] == [True]


@pytest.mark.parametrize(
    ("garbage", "closes"),
    [(b"v1=1\n", False), (b"v1=1\n\xff\xf0", False), (b"HTTP/1.1 400 Bad Request\r\n\r\n", True)],
)
def test_a_server_that_does_not_speak_rfc_2217_is_reported(
    garbage: bytes, closes: bool, server: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network._Client, "from_url", impatient(network._Client.from_url))

    def serve() -> None:
        peer, _ = server.accept()
        with peer:
            peer.sendall(garbage)
            while peer.recv(1024) and not closes:
                pass

    serving = threading.Thread(target=serve)
    serving.start()
    with pytest.raises(PortError, match=r"answers, but does not use RFC 2217: .* write socket://"):
        open_source(DeviceConfig(port=url_of(server, "rfc2217")))
    serving.join()


@pytest.mark.parametrize("linger_s", [0, 1])
@pytest.mark.parametrize("reads", [False, True], ids=["before", "after"])
def test_a_server_that_ends_each_connection_is_reported(
    server: socket.socket, linger_s: int, reads: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()
    # The client waits until it has noticed the end, however slow the machine is.
    monkeypatch.setattr(rfc2217, "Timeout", lambda _s: SimpleNamespace(expired=ended.is_set))

    def serve() -> None:
        peer, _ = server.accept()
        # Without a time to linger, the connection is reset instead of closed.
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, linger_s))
        if reads:
            peer.recv(1024)
        peer.close()

    def report(client: network._Client) -> None:
        read_loop(client)
        ended.set()

    read_loop = network._Client._telnet_read_loop
    monkeypatch.setattr(network._Client, "_telnet_read_loop", report)
    serving = threading.Thread(target=serve)
    serving.start()
    with pytest.raises(PortError, match=r"accepts the connection, but closes it at once: is another program"):
        open_source(DeviceConfig(port=url_of(server, "rfc2217")))
    serving.join()


def test_a_baud_rate_that_the_far_port_does_not_take_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network._Client, "from_url", impatient(network._Client.from_url))
    with (
        port_server(slowest=9600) as server,
        pytest.raises(PortError, match="does not accept these settings: are baud rate, data bits"),
    ):
        open_source(DeviceConfig(port=server.url, baud_rate=300))


@pytest.mark.parametrize(
    ("keys", "levels"),
    [
        ({}, [("dtr", True), ("rts", True), ("dtr", False), ("dtr", True)]),
        ({"reset_on_connect": False}, [("dtr", True), ("rts", True)]),
        ({"dtr": True, "rts": False}, [("dtr", True), ("rts", False), ("dtr", False), ("dtr", True)]),
        ({"dtr": False}, [("dtr", False), ("rts", False)]),
    ],
)
def test_a_far_port_gets_the_levels_of_dtr_and_rts(
    keys: dict[str, bool], levels: list[tuple[str, bool]]
) -> None:
    with port_server() as server:
        open_source(DeviceConfig(port=server.url, **keys)).close()  # type: ignore[arg-type]
        assert [change for change in server.changes if change[0] in ("dtr", "rts")] == levels


def test_a_far_port_has_the_format_of_the_bench_file() -> None:
    device = {"data_bits": 7, "parity": Parity.EVEN, "stop_bits": 2, "flow_control": FlowControl.XON_XOFF}
    with port_server() as server:
        open_source(DeviceConfig(port=server.url, **device)).close()  # type: ignore[arg-type]
        expected = {("bytesize", 7), ("parity", "E"), ("stopbits", 2), ("xonxoff", True)}
        assert expected <= set(server.changes)


def impatient(from_url: object) -> object:
    """`from_url`, which also shortens the time that the client waits for each answer."""

    def shortened(client: object, url: str) -> tuple[str, int]:
        client._network_timeout = 0.1  # type: ignore[attr-defined]
        return from_url(client, url)  # type: ignore[operator, no-any-return]

    return shortened


@pytest.mark.parametrize("scheme", ["socket", "rfc2217"])
def test_a_board_on_the_network_that_cannot_be_connected_to_is_reported(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:  # bound, so that no other program gets this port
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(PortError, match=r"^Nothing answers at .*: start the board's server\.$"):
            open_source(DeviceConfig(port=url_of(taken, scheme)))
    for error, words in (
        (socket.gaierror(-2, "Name or service not known"), "The network does not know the name in"),
        (ConnectionResetError(errno.ECONNRESET, "reset"), "closes it at once: is another program connected"),
        (ConnectionAbortedError(errno.ECONNABORTED, "aborted"), "closes it at once: is another program"),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), "closes it at once: is another program"),
        (TimeoutError("timed out"), "cannot be reached: is the board switched on"),
        (OSError(errno.EHOSTUNREACH, "No route to host"), "cannot be reached: is the board switched on"),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "cannot be reached: is the board switched on"),
        (PermissionError(errno.EACCES, "a firewall"), "cannot be reached: is the board switched on"),
    ):

        def fail(*_: object, raised: OSError = error, **__: object) -> None:
            raise raised

        monkeypatch.setattr(socket, "create_connection", fail)
        with pytest.raises(PortError, match=words) as raised:
            open_source(DeviceConfig(port=f"{scheme}://board.local:4000"))
        assert raised.value.status.state is LinkState.NO_SUCH_PORT
        assert not re.search("USB|plug|cable", str(raised.value.status.message))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal that ends a process gently")
def test_run_takes_a_far_serial_port(tmp_path: Path) -> None:
    with port_server() as server:
        options = ("--port", server.url, "--journal", str(tmp_path / "j.db"), "--json")
        with start("run", *options) as process:
            read_until(process, "is open")
            server.say(b"# boot\n" + b"v1=1\n" * 3)
            read_until(process, "lines come in")
            process.terminate()
            status, ledger = finish(process)
    assert status == 0, json.dumps(ledger)
    assert ledger["run"]["accepted"] == ledger["journal"]["readings"] == 3
