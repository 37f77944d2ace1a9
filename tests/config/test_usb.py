"""The address of a USB board names that board alone, whatever text its serial number holds."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.config.addresses import check_port, port_identity
from app.config.usb import parse, write

CH340 = "1A86:7523"
TEXT = st.text(st.characters(), min_size=1, max_size=30) | st.text("%@20aA: /", min_size=1, max_size=8)
"""Any text, lone surrogates included."""


def names(port: str, serial_number: str = "", place: str = "", vid_pid: str = CH340) -> bool:
    address = parse(port)
    assert address
    return address.names(vid_pid, serial_number, place)


@pytest.mark.parametrize(
    ("serial_number", "address"),
    [
        ("85734323", "85734323"),
        ("A@B", "A%40B"),
        ("A:B/C", "A:B/C"),
        ("two words", "two%20words"),
        ("50%", "50%25"),
        ("%40", "%2540"),
        ("温度-ü", "温度-ü"),
        ('a"b\\c', "a%22b%5Cc"),
        ("\x00\n\x1b[2J\x7f", "%00%0A%1B[2J%7F"),
        ("\x9b\u202e\u2028\ufeff", "%C2%9B%E2%80%AE%E2%80%A8%EF%BB%BF"),
        ("\udc80", "%ED%B2%80"),
        (" 1\u00a0", "%201%C2%A0"),
    ],
)
def test_an_address_is_readable_and_has_nothing_that_could_be_misread(
    serial_number: str, address: str
) -> None:
    assert write(CH340, serial_number) == f"usb:{CH340}:{address}"
    assert write(CH340, "", serial_number) == f"usb:{CH340}@{address}"
    assert names(f"usb:{CH340}:{address}", serial_number)


@given(TEXT, TEXT)
@example("%40", "@")
@example("@", "%40")
@example("A%2540", "A%40")
@example("x" * 5000, "x" * 5001)
def test_an_address_is_valid_in_a_bench_file_and_names_no_other_board(mine: str, other: str) -> None:
    for address, facts, others in (
        (write(CH340, mine), (mine, "1-1"), (other, "1-1")),
        (write(CH340, "", mine), ("7", mine), ("7", other)),
    ):
        check_port(address)
        assert address.isprintable()
        assert not set(address) & set(" \"'\\") - set("'")
        assert tomllib.loads(f'port = "{address}"')["port"] == address
        assert names(address, *facts)
        assert names(address, *others) == (mine == other)
        assert port_identity(address) == port_identity(address.replace(CH340, CH340.lower()))


@given(st.text(st.characters(exclude_characters="@%"), min_size=1, max_size=20))
def test_an_address_of_an_earlier_version_names_the_same_board(serial_number: str) -> None:
    """Earlier versions wrote each serial number as it is."""
    assert names(f"usb:{CH340}:{serial_number}", serial_number)


@pytest.mark.parametrize("serial_number", ["A%4", "%zz", "50%", "%ff", "A%41", "%2d"])
def test_a_percent_sign_of_an_earlier_version_stands_for_itself(serial_number: str) -> None:
    assert names(f"usb:{CH340}:{serial_number}", serial_number)
    assert not names(f"usb:{CH340}:{serial_number}", "B")


def test_an_address_with_neither_names_every_board_of_its_kind() -> None:
    assert write(CH340) == f"usb:{CH340}"
    assert names("usb:1a86:7523", "1", "1-1")
    assert not names("usb:1a86:7523", "1", "1-1", vid_pid="2341:0043")
    assert not names("usb:1a86:7523:1", "1", "1-1", vid_pid="2341:0043")
    assert not names("usb:1a86:7523:1", "")
    assert not names("usb:1a86:7523@1-1", "1", "1-2")


@pytest.mark.parametrize(
    "port",
    ["usb:", "usb:2341", "usb:2341:43", "usb:2341:0043:", "usb:2341:0043@", "usb:2341:0043:1@1-1", "COM5"],
)
def test_what_is_no_address_of_a_usb_board_is_not_parsed(port: str) -> None:
    assert parse(port) is None
