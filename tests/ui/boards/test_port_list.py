"""Every listed board can be chosen in the form, and stays chosen over new lists, a re-plug and a restart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.bench.status import PortInfo
from app.messages.languages import text_of
from ui.boards.newcomer import NewcomerForm
from ui.boards.port_list import address_now, entries, in_order, is_there, name_of, offered
from ui.settings import Settings

CH340, CP2102 = "1A86:7523", "10C4:EA60"
UNO = PortInfo("/dev/ttyACM0", "Arduino Uno", "2341:0043", "85734323", "1-1")
CLONES = [PortInfo(f"/dev/ttyUSB{n}", "CH340", CH340, "", f"1-{n}") for n in (3, 4)]
TWINS = [PortInfo(f"/dev/ttyUSB{n + 5}", "CP2102", CP2102, "0001", f"1-{n}") for n in (3, 4)]
DUAL = [PortInfo(f"/dev/cu.usbmodem{n}", "ESP32-S3", "303A:1001", "77", "20-1") for n in (1, 3)]
ODD = [
    PortInfo(f"/dev/ttyACM{n}", "Board", "1D50:6018", serial_number, "")
    for n, serial_number in enumerate(
        ("A@B", "A%40B", "a b", "a:b", "x/y\\z", 'quote"d', "é温", "\x1b[2J\n", "\u202e", "", "x" * 2000),
        start=5,
    )
]
CHIPS = [PortInfo("/dev/ttyS0", "", "", "", ""), PortInfo("/dev/ttymxc1", "", "", "", "")]
STRANGE = PortInfo("COM7", " two\nlines\t\x1b[31m" + "x" * 500, "1D50:6018", "9", "1-9")
ALL = [UNO, *CLONES, *TWINS, *DUAL, *ODD, *CHIPS, STRANGE]

NAMES = ["CH340 3", "CH340 4", "Uno"]

MakeForm = Callable[[str], NewcomerForm]


@pytest.fixture
def make_form(qtbot: QtBot) -> MakeForm:
    """Makes a form as after a start, when the settings have `last_port`."""

    def make(last_port: str) -> NewcomerForm:
        form = NewcomerForm(Settings(last_port=last_port))
        qtbot.addWidget(form)
        return form

    return make


def choose(form: NewcomerForm, info: PortInfo) -> None:
    """Choose the entry of the board at the port of `info`."""
    names = [form.port_box.itemText(at) for at in range(form.port_box.count())]
    at = next(at for at, name in enumerate(names) if name.endswith(info.device))
    form.port_box.setCurrentIndex(at)
    form.port_box.activated.emit(at)  # as when the user chooses it, even if it was chosen before


def meant(form: NewcomerForm, ports: list[PortInfo], folder: Path) -> list[PortInfo]:
    """The ports that the form's bench would take."""
    port = form.config(folder).device[0].port
    return [info for info in ports if info.is_named(port)]


@pytest.mark.parametrize("board", ALL, ids=lambda info: ascii(f"{info.device} {info.serial_number[:9]}"))
def test_each_board_can_be_chosen_and_stays_chosen(
    board: PortInfo, make_form: MakeForm, tmp_path: Path
) -> None:
    form = make_form("")
    form.show_ports(ALL)
    choose(form, board)
    assert meant(form, ALL, tmp_path) == [board]
    others = [info for info in ALL if info != board]
    lists: list[list[PortInfo]] = [ALL[::-1], others, [], [UNO], others, ALL]
    for ports in lists:
        form.show_ports(ports)
        assert meant(form, ALL, tmp_path) == [board]
    again = make_form(form.port)
    for ports in lists:
        again.show_ports(ports)
        if board in ports:
            assert meant(again, ALL, tmp_path) == [board]
    assert meant(again, ALL, tmp_path) == [board]
    other_window = make_form("")
    other_window.show_ports(ALL)
    other_window.take_over(again)
    assert meant(other_window, ALL, tmp_path) == [board]


def test_a_board_that_comes_back_under_another_name_is_chosen_again(make_form: MakeForm) -> None:
    form = make_form("")
    form.show_ports([UNO, *CHIPS])
    form.show_ports(CHIPS)
    assert form.port_box.currentText() == "Arduino Uno on /dev/ttyACM0"
    form.show_ports([*CHIPS, UNO._replace(device="/dev/ttyACM3", location="1-7")])
    assert (form.port_box.currentText(), form.port) == ("Arduino Uno on /dev/ttyACM3", UNO.port)


def test_a_board_stays_chosen_when_its_twin_comes_and_goes(make_form: MakeForm, tmp_path: Path) -> None:
    form = make_form("")
    form.show_ports([TWINS[1]])
    choose(form, TWINS[1])
    assert form.port == "usb:10C4:EA60:0001"
    form.show_ports(TWINS)
    assert meant(form, TWINS, tmp_path) == [TWINS[1]]
    form.show_ports([TWINS[1]])
    assert (form.port, form.port_box.currentIndex()) == ("usb:10C4:EA60@1-4", 0)
    form.show_ports([TWINS[0]])
    assert meant(form, TWINS, tmp_path) == [TWINS[1]]


def test_after_a_restart_no_board_is_chosen_if_two_could_be_meant(make_form: MakeForm) -> None:
    form = make_form("usb:10C4:EA60:0001")
    form.show_ports(TWINS)
    assert form.port_box.currentIndex() == -1
    assert form.port == form.port_box.currentText() == "usb:10C4:EA60:0001"


def test_an_absent_board_of_the_last_time_gives_way_until_it_is_there(make_form: MakeForm) -> None:
    """Otherwise the next pupil would connect the last one's board, and see its datastreams."""
    form = make_form(UNO.port)
    form.show_ports([])
    assert form.port == UNO.port
    form.show_ports([CHIPS[0], *CLONES])
    assert form.port == CLONES[0].port
    form.show_ports([*CLONES, UNO])
    assert form.port_box.currentText() == "Arduino Uno on /dev/ttyACM0"


def test_a_chosen_board_gives_way_after_it_was_connected(make_form: MakeForm, tmp_path: Path) -> None:
    form = make_form("")
    form.show_ports([*CLONES, UNO])
    choose(form, UNO)
    form.show_ports(CLONES)
    assert form.port == UNO.port
    form.show_ports([*CLONES, UNO])
    form.remember(form.config(tmp_path))
    form.show_ports(CLONES)
    assert form.port == CLONES[0].port
    form.show_ports([*CLONES, UNO])
    assert form.port == UNO.port
    choose(form, CLONES[1])
    form.show_ports([CLONES[0], UNO])
    assert form.port == CLONES[1].port


@pytest.mark.parametrize(
    "port", ["socket://192.168.1.5:4000", "rfc2217://board.local:2217", "replay:a.pbrec"]
)
def test_a_typed_port_stays_over_a_restart(port: str, make_form: MakeForm, tmp_path: Path) -> None:
    form = make_form("")
    form.show_ports([UNO])
    form.port_box.setEditText(f" {port} ")
    form.show_ports([UNO, *CLONES])
    assert form.port == port
    assert form.config(tmp_path).device[0].port.startswith(port.partition(":")[0])
    again = make_form(port)
    again.show_ports([UNO])
    assert again.port == port


def test_the_simulated_board_stays_chosen(make_form: MakeForm) -> None:
    form = make_form("simulated:")
    for ports in ([UNO], [], [UNO, *CLONES]):
        form.show_ports(ports)
        assert form.port == "simulated:"
        assert form.port_box.currentIndex() == len(ports)


def test_a_port_without_dev_is_reported_with_the_name_to_write(make_form: MakeForm, tmp_path: Path) -> None:
    form = make_form("")
    form.show_ports([])
    form.port_box.setEditText("ttyUSB0")
    with pytest.raises(ValueError, match='port = "ttyUSB0": write "/dev/ttyUSB0"'):
        form.config(tmp_path)


def test_a_board_that_was_only_offered_gives_way_to_another_when_it_is_unplugged(make_form: MakeForm) -> None:
    form = make_form("")
    form.show_ports([*CHIPS, UNO])
    assert form.port == UNO.port
    form.show_ports(CHIPS)
    assert form.port == UNO.port  # it may come back
    form.show_ports([*CHIPS, CLONES[0]])
    assert form.port == CLONES[0].port
    form.show_ports([UNO, *CLONES])
    assert form.port == CLONES[0].port


def test_a_built_in_port_is_never_chosen_for_the_user_and_comes_last(make_form: MakeForm) -> None:
    form = make_form("")
    for ports in ([CHIPS[0]], CHIPS):
        form.show_ports(ports)
        assert (form.port, form.port_box.currentIndex(), form.port_box.currentText()) == ("", -1, "")
    form.show_ports([*CHIPS, UNO])
    assert (form.port, form.port_box.currentIndex()) == (UNO.port, 0)
    names = [form.port_box.itemText(at) for at in range(form.port_box.count())]
    assert names == [
        "Arduino Uno on /dev/ttyACM0",
        "/dev/ttyS0",
        "/dev/ttymxc1",
        "Simulated board (no hardware)",
    ]


@pytest.mark.parametrize(
    ("device", "description", "is_usb", "name"),
    [
        ("COM5", "Arduino Uno (COM5)", True, "Arduino Uno on COM5"),
        ("COM1", "Communications Port (COM1)", False, "Communications Port on COM1"),
        ("COM3", "USB-SERIAL CH340 (COM30)", True, "USB-SERIAL CH340 (COM30) on COM3"),
        ("/dev/ttyUSB0", "", True, "USB board on /dev/ttyUSB0"),
        ("/dev/ttyS0", "ttyS0", False, "/dev/ttyS0"),
        ("/dev/ttyACM0", "ttyACM0", True, "USB board on /dev/ttyACM0"),
        ("/dev/cu.debug-console", " ", False, "/dev/cu.debug-console"),
    ],
)
def test_a_port_is_called_by_what_is_at_it_and_then_by_its_place(
    device: str, description: str, is_usb: bool, name: str
) -> None:
    assert text_of(name_of(PortInfo(device, description, CH340 if is_usb else "", "", ""))) == name


def test_an_entry_is_one_short_line() -> None:
    name = text_of(name_of(STRANGE))
    assert name == "two\ufffdlines \ufffd[31m" + "x" * 65 + " on COM7"
    (entry,), at = entries([STRANGE], [name], "", "")
    assert entry.name == name
    assert at == -1


def test_the_address_that_was_chosen_is_kept_as_it_is() -> None:
    for chosen in ("usb:2341:0043", "usb:2341:0043@1-1", "usb:2341:0043:85734323", "/dev/ttyACM0"):
        found, at = entries([*CLONES, UNO], NAMES, chosen, "")
        assert (found[at].port, at) == (chosen, 2)
    assert entries([*CLONES, UNO], NAMES, "", "")[1] == -1


def test_of_two_boards_that_could_be_meant_the_one_that_is_shown_is_chosen() -> None:
    chosen = "usb:10C4:EA60:0001"
    for shown, at in (("left", 0), ("right", 1), ("other", -1)):
        assert entries(TWINS, ["left", "right"], chosen, shown)[1] == at


def test_a_port_is_there_under_each_of_its_names() -> None:
    assert [is_there(port, [CLONES[0], UNO]) for port in (UNO.port, UNO.device, "")] == [True, True, False]
    assert not is_there(UNO.port, CLONES)


def test_without_a_board_none_is_offered() -> None:
    assert (offered([]), offered(CHIPS), offered([*CHIPS, UNO, *CLONES])) == (-1, -1, 2)


def test_boards_come_before_built_in_ports() -> None:
    assert in_order([*CHIPS, UNO, *CLONES]) == [UNO, *CLONES, *CHIPS]


def test_any_name_of_a_port_leads_to_the_board_that_is_there() -> None:
    ports = [UNO, *CLONES, *TWINS, *CHIPS]
    assert address_now("/dev/ttyACM0", ports) == address_now("usb:2341:0043", ports) == UNO.port
    assert [address_now(info.device, ports) for info in (*CLONES, *TWINS)] == [
        "usb:1A86:7523@1-3",
        "usb:1A86:7523@1-4",
        "usb:10C4:EA60@1-3",
        "usb:10C4:EA60@1-4",
    ]
    # It may be one of two boards, or is none of them.
    for port in ("usb:1A86:7523", "/dev/ttyUSB99", "socket://10.0.0.5:23"):
        assert address_now(port, ports) == port
