"""Each board has names of its own for its journal and its tokens, on every file system."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import board_names, usb
from app.config.addresses import is_device, port_identity
from app.config.board_names import (
    is_recognised,
    journal_name,
    keyring_name,
    keyring_name_in_file,
    newest,
    stem,
)

FRA = "https://fra1.blynk.cloud"
LON = "https://lon1.blynk.cloud"
UNO = "usb:2341:0043:85734323"
IDS = st.from_regex("[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}", fullmatch=True)
TEXTS = st.text(min_size=1, max_size=200)
PORTS = st.one_of(
    st.builds(usb.write, IDS, TEXTS),
    st.builds(usb.write, IDS, st.just(""), TEXTS),
    st.builds("/dev/{}".format, TEXTS),
    st.builds("replay:/{}".format, TEXTS),
    st.builds("COM{}".format, st.integers(1, 99)),
    st.builds("socket://{}:23".format, st.from_regex("[a-zA-Z0-9.]{1,20}", fullmatch=True)),
)


@given(PORTS, PORTS)
def test_two_boards_share_a_name_only_if_their_identities_are_equal(one: str, other: str) -> None:
    same = port_identity(one) == port_identity(other)
    # Some file systems take upper and lower case for the same.
    assert (stem(one).lower() == stem(other).lower()) == same


@given(PORTS, st.integers(1, 50))
def test_every_name_is_valid_on_every_file_system_and_in_the_keyring(port: str, number: int) -> None:
    name = journal_name(port, number)
    assert re.fullmatch(r"[\w.-]+", name, re.ASCII)
    assert len(name) <= 120
    assert not is_device(name)
    assert not name.startswith((".", "-"))
    assert newest(port, [name]) == number
    assert re.fullmatch(r"[\w.-]+", keyring_name(name, FRA), re.ASCII)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("usb:2341:0043:AB12", "usb:2341:0043:ab12"),
        ("usb:2341:0043:A-B", "usb:2341:0043:A%2FB"),
        ("usb:2341:0043:1-2", "usb:2341:0043@1-2"),
        ("/dev/ttyUSB0", "/dev/ttyusb0"),
        ("usb:2341:0043:ä", "usb:2341:0043:ö"),
        (f"usb:2341:0043:{'x' * 300}1", f"usb:2341:0043:{'x' * 300}2"),
    ],
)
def test_boards_that_look_alike_have_names_of_their_own(one: str, other: str) -> None:
    assert stem(one).lower() != stem(other).lower()


@pytest.mark.parametrize(
    ("one", "other"),
    [("com5", "COM5"), ("usb:2341:0043:1", "usb:2341:0043:%31"), ("usb:1a86:7523@1-2", "usb:1A86:7523@1-2")],
)
def test_all_spellings_of_a_port_have_the_same_name(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("port", "recognised"),
    [
        (UNO, True),
        ("replay:/home/me/a.pbr", True),
        ("simulated:", True),
        ("usb:1A86:7523@1-2", False),
        ("usb:1A86:7523", False),
        ("usb:10C4:EA60:0001", False),  # every CP2102 has this one
        ("usb:10C4:EA60:00000000", False),
        ("usb:10C4:EA60:0123456789abcdef", False),
        ("usb:10C4:EA60:00012", True),
        ("COM5", False),
        ("/dev/ttyACM0", False),
        ("socket://10.0.0.5:23", False),
    ],
)
def test_only_a_serial_number_of_its_own_says_which_board_it_is(port: str, recognised: bool) -> None:
    assert is_recognised(port) is recognised


def test_the_newest_of_several_journals_is_found() -> None:
    ours, others = stem("COM5"), stem("COM50")
    assert newest("COM5", []) == 0
    names = [f"{ours}.db-wal", f"{others}-9.db", f"{ours}.damaged-1.db", f"{ours}-x.db"]
    assert newest("COM5", names) == 0
    assert newest("COM5", [*names, f"{ours}.db"]) == 1
    assert newest("COM5", [f"{ours}-10.db", *names, f"{ours}.db", f"{ours}-2.db"]) == 10
    assert (journal_name("COM5", 1), journal_name("COM5", 2)) == (f"{ours}.db", f"{ours}-2.db")


def test_the_token_of_a_bench_file_has_a_name_of_its_own() -> None:
    paths = [
        "/home/me/lab.toml",
        "/home/you/lab.toml",
        r"C:\me\lab.toml",
        r"C:\me\lab 2.pinbridge",
    ]
    names = [keyring_name_in_file(path) for path in paths]
    assert [name[:-17] for name in names] == ["lab", "lab", "lab", "lab-2"]
    assert len(set(names)) == 4
    odd = keyring_name_in_file("/home/me/\ud800 Łódź:" + "x" * 300 + ".toml")
    assert re.fullmatch(r"[\w.-]{1,100}", odd, re.ASCII)


def test_a_token_has_a_name_for_each_board_and_server() -> None:
    first, second = journal_name("COM5", 1), journal_name("COM5", 2)
    names = {keyring_name(journal, server) for journal in (first, second) for server in (FRA, LON)}
    assert len(names) == 4
    assert keyring_name(first, FRA) == keyring_name(first, "HTTPS://FRA1.blynk.cloud:443/")
    assert board_names.keyring_name(first, FRA).startswith(stem("COM5"))
