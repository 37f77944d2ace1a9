"""Each port of the list has an address for the bench file that names no other port of the list."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.boards.errors import PortError
from app.boards.ports.identity import BoardClaim, find
from app.boards.status import PortInfo, addresses
from app.config.bench_file import DeviceConfig

UNO = PortInfo("/dev/ttyACM0", "Arduino Uno", "2341:0043", "85734323", "1-2")
CLONES = [PortInfo(f"/dev/ttyUSB{n}", "CH340", "1A86:7523", "", f"1-{n}") for n in (3, 4)]
TWINS = [PortInfo(f"COM{n}", "CP2102", "10C4:EA60", "0001", f"1-{n}") for n in (3, 4)]


def test_a_board_is_named_by_its_serial_number_or_if_that_is_shared_by_its_place() -> None:
    one_board = [PortInfo(f"COM{n}", "", "1D50:6018", "77", f"1-3:1.{n}") for n in (0, 2)]
    on_macos = [PortInfo(f"/dev/cu.usbmodem{n}", "", "303A:1001", "77", "20-1") for n in (1, 2)]
    placeless = [PortInfo(f"COM{n}", "", "1A86:5523", "", "") for n in (7, 8)]
    ports = [UNO, *CLONES, *TWINS, *one_board, *on_macos, *placeless, PortInfo("/dev/ttyS0", "", "", "", "")]
    assert addresses(ports) == [
        "usb:2341:0043:85734323",
        "usb:1A86:7523@1-3",
        "usb:1A86:7523@1-4",
        "usb:10C4:EA60@1-3",
        "usb:10C4:EA60@1-4",
        "usb:1D50:6018@1-3:1.0",
        "usb:1D50:6018@1-3:1.2",
        "/dev/cu.usbmodem1",
        "/dev/cu.usbmodem2",
        "COM7",
        "COM8",
        "/dev/ttyS0",
    ]
    assert addresses([TWINS[0]]) == ["usb:10C4:EA60:0001"]
    assert addresses([]) == []


TEXTS = st.sampled_from(
    ["", "0001", "A@B", "A%40B", "A:B", "a b", "é", "x/y", "\x1b[2J", "x" * 300]
) | st.text(max_size=5)


@given(
    st.lists(st.tuples(st.sampled_from(["1A86:7523", "2341:0043", ""]), TEXTS, TEXTS), max_size=6),
    st.booleans(),
)
@example([("1A86:7523", "A@B", ""), ("1A86:7523", "A%40B", "")], False)
def test_whatever_boards_report_each_can_be_chosen_and_is_found_again(
    boards: list[tuple[str, str, str]], is_windows: bool
) -> None:
    ports = [
        PortInfo(
            f"COM{number}" if is_windows else f"/dev/ttyUSB{number}", "", *facts if facts[0] else ("",) * 3
        )
        for number, facts in enumerate(boards)
    ]
    for info, address in zip(ports, addresses(ports), strict=True):
        DeviceConfig(port=address)
        assert info.is_named(address)
        assert [other for other in ports if other.is_named(address)] == [info]
        assert find(BoardClaim("board", address), ports, ()) == info


def test_a_shared_serial_number_alone_names_no_board_for_certain() -> None:
    with pytest.raises(PortError, match="could mean COM3"):
        find(BoardClaim("board", "usb:10C4:EA60:0001"), TWINS, ())


def test_the_usb_ids_and_the_serial_number_are_shown_as_far_as_they_are_known() -> None:
    shown = [info.hwid for info in (UNO, CLONES[0], PortInfo("COM1", "", "", "", ""))]
    assert shown == ["2341:0043 85734323", "1A86:7523", ""]


def test_only_paths_differ_in_upper_and_lower_case() -> None:
    assert TWINS[0].is_named("com3")
    assert not TWINS[0].is_named("com33")
    assert UNO.is_named("/dev/ttyACM0")
    assert not UNO.is_named("/dev/ttyacm0")
