"""The sentence about a board says what to do, and shows nothing of a line that could harm."""

from __future__ import annotations

import pytest

from app.boards.health import GRACE_S
from app.boards.status import LinkState
from tests.boards.open_port import OpenPort


@pytest.mark.parametrize(
    ("keys", "fix"),
    [
        ({}, "try dtr = false and rts = false."),
        ({"dtr": True}, "try dtr = false and rts = false."),
        ({"reset_on_connect": False}, "try reset_on_connect = true."),
        ({"reset_on_connect": False, "dtr": True}, "try dtr = false and rts = false."),
        ({"dtr": False}, "try dtr = true."),
        ({"port": "socket://127.0.0.1:4000"}, "does the sketch print?"),
        ({"port": "simulated:"}, "does the sketch print?"),
    ],
)
def test_for_a_silent_board_the_message_names_dtr_and_rts(keys: dict[str, object], fix: str) -> None:
    port = OpenPort(**keys)
    port.wait(10)
    assert port.sentence().endswith(fix)


def test_a_number_that_is_kept_as_a_text_is_reported_while_it_is_recent() -> None:
    port = OpenPort()
    port.say(b"# hello\nv2=1\nv1=23.5C\nv2=2\n")
    assert port.state() is LinkState.GOOD
    assert port.sentence() == (
        'COM5: lines come in, but "v1=23.5C" is kept as a text, not as a number: '
        "the unit is not part of the value: write only v1=23.5."
    )
    for _ in range(4):
        port.say(b"v1=23.5\n", after_s=1)
        assert "kept as a text" in port.sentence()
    port.say(b"v1=23.5\n", after_s=1)
    assert port.sentence() == "COM5: lines come in."


def test_text_from_a_board_is_visible_in_its_sentence() -> None:
    port = OpenPort()
    port.say("# hello\nv1=5\u202eC\n".encode())
    assert port.sentence().isprintable()
    assert '"v1=5\ufffdC"' in port.sentence()


@pytest.mark.parametrize("line", [b"v1=on", b"v1.label=Room 12", b"hello"])
def test_a_first_line_of_text_is_not_called_blank(line: bytes) -> None:
    port = OpenPort()
    port.say(line + b"\n")
    port.wait(GRACE_S)
    assert port.state() is LinkState.OPEN
    assert port.sentence() == "COM5 is open; its first line is not counted, because a reset may have cut it."


@pytest.mark.parametrize("ends", [b"\n\r", b"\r\n\r\n"])
def test_blank_lines_after_a_whole_first_line_are_not_all_that_has_come(ends: bytes) -> None:
    port = OpenPort()
    port.say(b"v1.1 [Arduino:XYZ] Jul 29 2019" + ends)
    port.wait(2)
    assert port.sentence() == "COM5 is open; its first line is not counted, because a reset may have cut it."
    for _ in range(61):
        port.say(ends, after_s=1)
    assert "only blank lines" in port.sentence()
    port.say(b"v1=on\n", after_s=1)
    assert port.state() is LinkState.GOOD


def test_no_sentence_with_a_hint_has_two_ends() -> None:
    port = OpenPort()
    port.say(b"# hello\n")
    port.say(b"v3=999,1\n" * 3 + b"Caf\xe9 \xff\xff\n" * 9, after_s=1)
    assert port.sentence().endswith("Serial.begin()?")


def test_text_between_stx_and_etx_is_readable() -> None:
    port = OpenPort()
    for _ in range(6):
        port.say(b"\x02v1=5\x03\r\n", after_s=1)
    assert port.state() is LinkState.NONE_GOOD
    assert port.sentence().endswith("the line has an invisible character, U+0002: print only v1=5.")
