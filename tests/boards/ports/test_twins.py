"""A device never takes the board of another that has the same serial number, as cheap boards have."""

from __future__ import annotations

import pytest

from app.boards.errors import PortError
from app.boards.ports.identity import BoardClaim, find
from app.boards.status import PortInfo
from tests.boards.ports.test_registry import Computer

MINE = PortInfo("/dev/ttyUSB0", "CP2102", "10C4:EA60", "0001", "1-3")
TWIN = PortInfo("/dev/ttyUSB1", "CP2102", "10C4:EA60", "0001", "1-4")
BY_NUMBER, BY_PLACE = "usb:10C4:EA60:0001", "usb:10C4:EA60@1-3"


class Bench(Computer):
    """A registry with one device, whose boards come and go."""

    def __init__(self, port: str, *there: PortInfo) -> None:
        super().__init__(*there)
        self.registry.register("a", port)

    def plug(self, *there: PortInfo) -> None:
        """Change which boards there are, and let the registry see it."""
        self.there, self.names = list(there), object()
        self.now_s += 10.0

    def open(self) -> PortInfo | None:
        """Find and open the board of the device."""
        info = self.registry.find("a")
        assert info
        self.registry.opened("a", info)
        return info


@pytest.mark.parametrize("port", [BY_NUMBER, BY_PLACE, "usb:10C4:EA60"])
def test_a_twin_that_came_later_is_not_taken_when_the_board_is_gone(port: str) -> None:
    bench = Bench(port, MINE)
    assert bench.open() == MINE
    bench.plug(MINE, TWIN)
    assert bench.registry.find("a") == MINE
    bench.plug(TWIN)
    with pytest.raises(PortError, match="one of its kind is at /dev/ttyUSB1: choose it"):
        bench.registry.find("a")
    back = MINE._replace(device="/dev/ttyUSB7")
    bench.plug(TWIN, back)
    assert bench.open() == back


def test_a_chosen_twin_stays_chosen_and_is_not_replaced() -> None:
    bench = Bench(BY_NUMBER, MINE, TWIN)
    with pytest.raises(PortError, match="could mean"):
        bench.registry.find("a")
    bench.registry.choose("a", "/dev/ttyUSB1")
    assert bench.open() == TWIN
    bench.plug(MINE)
    with pytest.raises(PortError, match="one of its kind is at /dev/ttyUSB0: choose it"):
        bench.registry.find("a")
    swapped = [MINE._replace(device="/dev/ttyUSB1"), TWIN._replace(device="/dev/ttyUSB0")]
    bench.plug(*swapped)
    assert bench.open() == swapped[1]


def test_a_board_without_twin_is_found_at_any_place() -> None:
    bench = Bench(BY_NUMBER, MINE)
    bench.open()
    bench.plug()
    moved = MINE._replace(location="1-9")
    bench.plug(moved)
    assert bench.open() == moved
    # The board moved back, so no two boards were there at once.
    bench.plug(MINE)
    assert bench.open() == MINE


def test_the_place_in_a_bench_file_counts_more_than_the_board_that_was_there() -> None:
    bench = Bench(BY_PLACE, MINE)
    bench.open()
    bench.plug(MINE._replace(location="1-9"))
    with pytest.raises(PortError, match="No board usb:10C4:EA60@1-3 is plugged in, but one of its kind"):
        bench.registry.find("a")
    bench.plug(MINE._replace(serial_number="0002"))
    assert bench.open() == MINE._replace(serial_number="0002")


def test_twins_without_a_place_are_not_told_apart_by_name() -> None:
    placeless = [MINE._replace(device=f"COM{number}", location="") for number in (3, 4)]
    claim = BoardClaim("a", BY_NUMBER, placeless[0]).with_twin(placeless)
    with pytest.raises(PortError, match="could mean"):
        find(claim, placeless, ())


def test_the_two_ports_of_a_board_on_macos_keep_their_names() -> None:
    one = PortInfo("/dev/cu.usbmodem11", "", "303A:1001", "77", "20-1")
    two = one._replace(device="/dev/cu.usbmodem13")
    bench = Bench(two.device, one, two)
    assert bench.open() == two
    bench.plug()
    bench.plug(one, two)
    assert bench.open() == two
    # Elsewhere, either port could be the device's, so only the name in the bench file is left.
    bench.plug(one._replace(location="20-2"), two._replace(location="20-2"))
    assert bench.registry.find("a") is None
