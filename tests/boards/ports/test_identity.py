"""A device finds its own board again after every unplug, and never takes another device's board."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.boards.errors import ChoiceError, PortError
from app.boards.ports.identity import BoardClaim, choose, find
from app.boards.status import LinkState, LinkStatus, PortInfo
from app.messages.message import Message

UNO = PortInfo("/dev/ttyACM0", "Arduino Uno", "2341:0043", "85734323", "1-2")
OTHER_UNO = PortInfo("/dev/ttyACM1", "Arduino Uno", "2341:0043", "5555", "1-5")
CLONES = (
    PortInfo("/dev/ttyUSB0", "CH340", "1A86:7523", "", "1-3"),
    PortInfo("/dev/ttyUSB1", "CH340", "1A86:7523", "", "1-4"),
)
ONBOARD = PortInfo("/dev/ttyS0", "", "", "", "")
ALL = (UNO, OTHER_UNO, *CLONES, ONBOARD)


def claim(port: str, device: str = "greenhouse", board: PortInfo | None = None) -> BoardClaim:
    return BoardClaim(device, port, board)


@pytest.mark.parametrize(
    ("port", "board"),
    [
        ("/dev/ttyACM1", OTHER_UNO),
        ("/dev/ttyS0", ONBOARD),
        ("/dev/pts/7", None),
        ("usb:2341:0043:85734323", UNO),
        ("usb:1a86:7523@1-4", CLONES[1]),
    ],
)
def test_a_board_is_found(port: str, board: PortInfo | None) -> None:
    other = claim("usb:10C4:EA60:0001", "another", UNO._replace(serial_number="77"))
    assert find(claim(port), ALL, ()) == find(claim(port), ALL, [other]) == board


def test_paths_are_case_sensitive() -> None:
    assert find(claim("/dev/TTYS0"), ALL, ()) is None


def test_a_port_without_usb_is_known_only_by_its_name() -> None:
    assert find(claim("/dev/ttyS0", board=ONBOARD), [ONBOARD._replace(device="/dev/ttyS1")], ()) is None
    assert find(claim("/dev/ttyS0", board=ONBOARD), [ONBOARD], ()) == ONBOARD


def test_a_com_port_is_found_in_any_case() -> None:
    port = PortInfo("COM12", "", "2341:0043", "1", "1-2")
    assert find(claim("com12"), [port], ()) == port


@pytest.mark.parametrize(
    ("port", "choices"), [("usb:1A86:7523", CLONES), ("usb:2341:0043", (UNO, OTHER_UNO))]
)
def test_if_two_boards_could_be_meant_the_user_is_asked(port: str, choices: tuple[PortInfo, ...]) -> None:
    with pytest.raises(PortError, match="could mean") as raised:
        find(claim(port), ALL, ())
    assert raised.value.status.state is LinkState.AMBIGUOUS
    assert raised.value.status.choices == choices
    names = " or ".join(f"{board.device} ({board.place})" for board in choices)
    assert str(raised.value.status.message) == (
        f"{port} could mean {names}: choose one, or write its place as the port."
    )
    for board in choices:
        assert find(choose(claim(port), board.device, ALL), ALL, ()) == board


def test_a_port_that_is_gone_cannot_be_chosen() -> None:
    with pytest.raises(ChoiceError, match="not there any more"):
        choose(claim("usb:2341:0043"), "/dev/ttyACM7", ALL)


def test_a_chosen_board_that_is_absent_is_not_replaced_but_one_of_its_kind_is_offered() -> None:
    chosen = choose(claim("usb:1A86:7523"), "/dev/ttyUSB0", ALL)
    with pytest.raises(PortError, match=r"one of its kind is at /dev/ttyUSB1") as raised:
        find(chosen, ALL[3:], ())
    assert raised.value.status.state is LinkState.NO_SUCH_PORT
    assert raised.value.status.choices == (CLONES[1],)
    with pytest.raises(PortError, match=r"No board usb:1A86:7523@1-3 is plugged in: plug it in\."):
        find(chosen, [ONBOARD], ())


def test_boards_without_a_place_are_listed_with_their_description() -> None:
    twins = [PortInfo(f"COM{n}", "CH340 here", "1A86:7523", "", "") for n in (3, 4)]
    with pytest.raises(PortError, match=r"could mean COM3 \(CH340 here\) or COM4 \(CH340 here\): choose"):
        find(claim("usb:1A86:7523"), twins, ())


@pytest.mark.parametrize(
    ("mine", "what"),
    [
        (claim("usb:2341:0043:1"), "usb:2341:0043:1"),
        (claim("usb:2341:0043", board=UNO), "usb:2341:0043"),
        (claim("/dev/ttyACM7", board=UNO)._replace(chosen=True), "usb:2341:0043:85734323"),
    ],
)
def test_an_absent_board_is_named_as_in_the_bench_file_or_as_chosen(mine: BoardClaim, what: str) -> None:
    with pytest.raises(PortError) as raised:
        find(mine, [ONBOARD, *CLONES], ())
    assert str(raised.value) == f"No board {what} is plugged in: plug it in."
    # A board of the same kind is offered, unless another device has chosen it.
    other = BoardClaim("other", "usb:2341:0043", OTHER_UNO, chosen=True)
    third = OTHER_UNO._replace(device="/dev/ttyACM3", serial_number="9", location="1-8")
    named = mine._replace(port="usb:2341:0043:1") if not mine.chosen else mine
    with pytest.raises(PortError, match="but one of its kind is at /dev/ttyACM3: choose it") as raised:
        find(named, [OTHER_UNO, third, *CLONES], [other])
    assert raised.value.status.choices == (third,)


def test_a_board_of_the_same_kind_at_another_place_is_offered() -> None:
    with pytest.raises(PortError, match="choose it if it is meant") as raised:
        find(claim("usb:1A86:7523@1-9"), ALL[3:], ())
    assert raised.value.status.choices == (CLONES[1],)
    # Ids may be in lower case. Another device that could take any board of this kind changes nothing.
    with pytest.raises(
        PortError, match="2 of its kind are at /dev/ttyUSB0 and /dev/ttyUSB1: choose the one"
    ) as raised:
        find(claim("usb:1a86:7523@1-9"), ALL, [claim("usb:1A86:7523", "another")])
    assert raised.value.status.choices == CLONES


def test_a_board_comes_back_under_another_name() -> None:
    moved = UNO._replace(device="/dev/ttyACM5")
    for port in ("/dev/ttyACM0", "usb:2341:0043", "usb:2341:0043:85734323"):
        assert find(claim(port, board=UNO), [OTHER_UNO, moved], ()) == moved
    # A clone has no serial number: it is recognised by its place.
    assert find(claim("/dev/ttyUSB0", board=CLONES[0]), [CLONES[0]._replace(device="/dev/ttyUSB7")], ())


def test_a_port_name_that_now_belongs_to_another_device_s_board_is_not_taken() -> None:
    # Both boards were unplugged, and came back in the other order.
    swapped = [UNO._replace(device="/dev/ttyACM1"), OTHER_UNO._replace(device="/dev/ttyACM0")]
    mine = claim("/dev/ttyACM0", "a", UNO)
    other = claim("/dev/ttyACM1", "b", OTHER_UNO)
    assert find(mine, swapped, [other]) == swapped[0]
    assert find(other, swapped, [mine]) == swapped[1]
    namesake = claim("/dev/ttyACM0", "c")
    message = Message("port_has_other_board", port="/dev/ttyACM0", owner="b", device="a")
    clone = claim("usb:1A86:7523@1-3", "d")
    with pytest.raises(PortError) as raised:
        find(mine, [CLONES[0], *swapped[1:]], [clone, namesake, other])
    assert raised.value.status == LinkStatus(LinkState.NO_SUCH_PORT, message)


def test_a_device_that_names_only_a_kind_leaves_boards_that_others_name() -> None:
    named = claim("usb:1A86:7523@1-3", "named")
    assert find(claim("usb:1A86:7523"), CLONES, [named]) == CLONES[1]
    with pytest.raises(PortError, match="plug it in") as raised:
        find(claim("usb:1A86:7523"), CLONES[:1], [named])
    assert raised.value.status.choices == ()


@pytest.mark.parametrize(
    ("less", "more"),
    [
        (BoardClaim("a", "usb:2341:0043"), BoardClaim("b", "/dev/ttyACM0")),
        (BoardClaim("a", "/dev/ttyACM0"), BoardClaim("b", "usb:2341:0043", UNO)),
        (BoardClaim("a", "usb:2341:0043", UNO), BoardClaim("b", "usb:2341:0043", UNO, chosen=True)),
        (BoardClaim("a", "usb:2341:0043", UNO), BoardClaim("b", "usb:2341:0043:85734323")),
    ],
)
def test_the_device_that_a_board_matches_more_strongly_gets_it(less: BoardClaim, more: BoardClaim) -> None:
    assert find(more, iter([UNO]), [less]) == UNO
    with pytest.raises(PortError):
        find(less, iter([UNO]), [more])
    # Two devices may find a board that matches them equally: only one of them can open its port.
    assert find(less, [UNO], [less._replace(device="c")]) == UNO


def test_the_previous_board_is_preferred_to_others_of_its_kind_wherever_it_is() -> None:
    moved = UNO._replace(device="/dev/ttyACM5", location="1-9")
    assert find(claim("usb:2341:0043", board=UNO), [OTHER_UNO, moved], ()) == moved
    twins = [moved, moved._replace(device="/dev/ttyACM6", location="1-8")]
    with pytest.raises(PortError, match="could mean"):
        find(claim("usb:2341:0043:85734323", board=UNO), twins, ())


def test_boards_with_the_same_serial_number_are_told_apart_by_their_place() -> None:
    # Cheap adapters all have the same serial number.
    twins = [PortInfo(f"COM{n}", "CP2102", "10C4:EA60", "0001", f"1-{n}") for n in (3, 4)]
    mine = claim("usb:10C4:EA60:0001")
    with pytest.raises(PortError, match="could mean COM3"):
        find(mine, twins, ())
    chosen = choose(mine, "com4", twins)
    assert find(chosen, twins, ()) == twins[1]
    swapped = [twins[0]._replace(device="COM4"), twins[1]._replace(device="COM3")]
    assert find(chosen, swapped, ()) == swapped[1]
    assert find(claim("usb:10C4:EA60:0001", board=twins[0]), twins, ()) == twins[0]


def test_two_ports_of_one_board_are_told_apart() -> None:
    ports = [PortInfo(f"COM{n}", "Black Magic", "1D50:6018", "77", f"1-3:1.{n}") for n in (0, 2)]
    chosen = choose(claim("usb:1D50:6018:77"), "COM2", ports)
    assert find(chosen, ports, ()) == ports[1]
    moved = [port._replace(location=port.location.replace("1-3", "1-7")) for port in ports]
    assert find(chosen, moved, ()) == moved[1]


PORTS = st.sampled_from(
    ["/dev/ttyACM0", "/dev/ttyACM1", "/dev/ttyUSB0", "usb:2341:0043", "usb:1A86:7523", "usb:1A86:7523@1-3",
     "usb:2341:0043:5555", "usb:2341:0043:85734323"]
)  # fmt: skip


@given(
    st.lists(PORTS, min_size=2, max_size=5, unique=True),
    st.lists(st.sampled_from(ALL), unique=True),
    st.permutations(ALL),
    st.data(),
)
def test_two_devices_find_the_same_board_only_if_both_match_it_equally(
    ports: list[str], there: list[PortInfo], names: list[PortInfo], data: st.DataObject
) -> None:
    """Holds for any boards under any port names, whatever boards the devices had before."""
    now = [info._replace(device=name.device) for info, name in zip(there, names, strict=False)]
    wants = [
        BoardClaim(f"d{number}", port, data.draw(st.none() | st.sampled_from(ALL)))
        for number, port in enumerate(ports)
    ]
    found = {}
    for mine in wants:
        try:
            found[mine] = find(mine, now, [other for other in wants if other is not mine])
        except PortError:
            continue
    for (one, at), (two, also_at) in itertools.combinations(found.items(), 2):
        if at and at == also_at:
            assert one.match_strength(at) == two.match_strength(at)
