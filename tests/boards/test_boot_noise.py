"""What a board prints while it starts does not change its state; bytes that stay unreadable do, soon."""

from __future__ import annotations

import itertools
import random

import pytest

from app.boards.busy_seconds import BusySecond
from app.boards.status import LinkState
from app.messages.message import Message
from tests.boards.boot_texts import ROM_32, ROM_8266, ROM_C3
from tests.boards.open_port import OpenPort
from tests.uart import received

pytestmark = pytest.mark.untraced
UNO = b"Weather station 1.2\r\nSensor found\r\nCard ready\r\n"
CALM = {LinkState.OPEN, LinkState.GOOD}


def noise(size: int, seed: int) -> bytes:
    return random.Random(seed).randbytes(size)


def hear(port: OpenPort, said: bytes, lasts_s: float) -> None:
    """Let the board say something in a given time, in pieces as a port returns them."""
    pieces = max(1, min(len(said), round(lasts_s / 0.05)))
    size = -(-len(said) // pieces)
    for start in range(0, len(said), size):
        port.say(said[start : start + size], after_s=lasts_s / pieces)


def states(port: OpenPort, seconds: float, line: bytes = b"", every_s: float = 1.0) -> set[LinkState]:
    """The states of the board within some seconds, in which it says `line` at regular intervals."""
    found, due_s, ends_s = set(), port.now_s + every_s, port.now_s + seconds
    while port.now_s < ends_s:
        found.add(port.state())
        if line and port.now_s >= due_s - 1e-9:
            port.say(line)
            due_s += every_s
            found.add(port.state())
        port.wait(0.125)
    return found


@pytest.mark.parametrize("lasts_s", [0.0, 0.2, 1.2, 1.9])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 8, 20, 60, 216, 600, 2000])
def test_noise_after_opening_does_not_change_the_state(size: int, lasts_s: float) -> None:
    for seed, every_s in itertools.product(range(3), (0.125, 0.5, 9.0)):
        port = OpenPort()
        hear(port, noise(size, seed), lasts_s)
        # The first line is joined to the noise, so that only the second is good.
        assert states(port, 2.5 * every_s, b"v1=1\r\n", every_s) <= CALM
        assert states(port, 5.0, b"v1=1\r\n", every_s) == {LinkState.GOOD}


@pytest.mark.parametrize("baud_rate", [9600, 38400, 57600, 115200, 230400])
def test_the_text_of_an_esp8266_at_another_baud_rate_is_noise(baud_rate: int) -> None:
    said = received(ROM_8266, 74880, baud_rate)
    port = OpenPort()
    hear(port, said, 0.2)
    assert states(port, 4.0) == {LinkState.OPEN}
    assert states(port, 30.0, b"v1=1\r\n", 5.0) <= CALM


@pytest.mark.parametrize("said", [noise(216, 1), noise(3, 2), ROM_32, ROM_C3], ids=len)
def test_a_start_and_then_nothing_is_silence_and_no_fault(said: bytes) -> None:
    port = OpenPort()
    hear(port, said, 0.2)
    assert states(port, 9.5) == {LinkState.OPEN}
    assert states(port, 100.0) == {LinkState.OPEN, LinkState.SILENT}
    assert "silent" in port.sentence() or "nothing has come" in port.sentence()


@pytest.mark.parametrize("said", [noise(216, 1), noise(900, 2), ROM_32, ROM_C3], ids=len)
@pytest.mark.parametrize("every_s", [0.25, 8.0, 30.0])
def test_a_board_that_is_reset_stays_good(said: bytes, every_s: float) -> None:
    port = OpenPort()
    port.say(b"v1=1\r\n")
    port.say(b"v1=1\r\n", after_s=every_s)
    states(port, 10 * every_s, b"v1=1\r\n", every_s)
    for _ in range(2):
        hear(port, said, 0.2)
        assert states(port, 5.0) == {LinkState.GOOD}
        assert states(port, 3 * every_s, b"v1=1\r\n", every_s) == {LinkState.GOOD}
        assert "rejected" not in port.sentence()


@pytest.mark.parametrize("said", [ROM_32, ROM_C3, UNO, noise(300, 3) + UNO, ROM_32 + UNO], ids=len)
@pytest.mark.parametrize("every_s", [0.1, 1.0, 9.0, 30.0])
def test_the_text_of_a_start_is_not_counted_as_rejected_after_a_good_line(
    said: bytes, every_s: float
) -> None:
    port = OpenPort()
    hear(port, said, 0.3)
    port.say(b"v1=1\r\n", after_s=0.1)
    for _ in range(20):
        port.say(b"v1=1\r\n", after_s=every_s)
        assert (port.state(), port.message().code) == (LinkState.GOOD, "lines_come_in")


def test_only_boot_lines_of_a_start_are_not_counted_as_rejected() -> None:
    port = OpenPort()
    port.say(ROM_32 + b"v256=1\r\n")
    port.wait(1.0)
    assert port.state() is LinkState.NONE_GOOD
    assert port.message().params["reason"] == Message("label_wrong_pin")


@pytest.mark.parametrize("every_s", [0.1, 1.0, 9.0])
def test_lines_that_go_on_being_rejected_are_reported(every_s: float) -> None:
    port = OpenPort()
    hear(port, ROM_32, 0.3)
    for number in range(30):
        port.say(b"x\r\n" if number % 3 else b"v1=1\r\n", after_s=every_s)
    assert port.message().code == "many_lines_rejected"
    assert port.message().params["reason"] == Message("label_no_assignment")


@pytest.mark.parametrize("every_s", [0.1, 1.0, 2.0])
@pytest.mark.parametrize("sent_at", [4800, 9600, 57600, 74880, 250000, 921600])
def test_a_wrong_baud_rate_is_reported_within_five_seconds_and_from_then_on(
    sent_at: int, every_s: float
) -> None:
    port = OpenPort()
    port.say(b"\xf8\x80")
    lines = [received(b"v1=%d.%d\r\nv2=7\r\n" % (n, n % 10), sent_at, 115200) for n in range(10, 30)]
    found = []
    for number in range(round(40 / every_s)):
        port.say(lines[number % 20], after_s=every_s)
        found.append(port.state())
    first = found.index(LinkState.UNREADABLE)
    assert first * every_s <= 5.0
    assert set(found[first:]) == {LinkState.UNREADABLE}
    port.say(b"\r\n# hello\r\n")
    assert port.state() is LinkState.GOOD


def test_a_character_that_two_chunks_share_is_readable() -> None:
    said = "температура: двадцать\r\n".encode() * 40
    for size in (1, 2, 3, 5, 7):
        port = OpenPort()
        for start in range(0, len(said), size):
            port.say(said[start : start + size], after_s=0.01)
        assert port.state() is LinkState.NONE_GOOD


@pytest.mark.parametrize("letter", ["ü", "€", "😀"])
def test_a_cut_character_is_counted_once_it_is_known(letter: str) -> None:
    data = letter.encode()
    for cut in range(1, len(data)):
        second = BusySecond(0.0)
        rest = second.sample(data[:cut])
        assert (rest, second.unreadable, second.sampled_bytes) == (data[:cut], 0, 0)
        assert not second.is_noise
        assert second.sample(rest + data[cut:]) == b""
        assert (second.unreadable, second.sampled_bytes) == (0, len(data))
        second.sample(data[:cut] + b"x")
        assert second.unreadable == 1
