"""The hints that a user meets: in `pinbridge check`, in its JSON, and on standard error of a run."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.processes import pinbridge, pty_board, read_until, start

SAID = {
    b"V1: 23.64, V2: 43.89": "write one value per line: v1=23.64 and v2=43.89",
    b"v01: 5": "write v1=5 with an equals sign",
    b"V1: nan": 'the sketch printed "nan": the sensor gave no number, check its wiring',
    b"v1=23.5\xb0C": (
        "one of its bytes is not UTF-8, perhaps a degree sign in another encoding: write only v1=23.5"
    ),
    b"v1=23.5"
    + b"\0" * 200: "the line contains zero bytes (\\0): print the text alone, not the whole buffer",
    b"15:02:11.123 -> v1=5": 'print only v1=5 without "15:02:11.123 ->" before it',
    b"I (1234) main: v1=5": 'print only v1=5 without "I (1234) main:" before it',
    b"\x1b[0;32mv1=5\x1b[0m": "the line has an escape sequence, such as a colour: print only v1=5",
    b"v1=12;": 'write only v1=12 without ";" after it',
    b"v1=12,": 'write only v1=12 without "," after it',
    b"v1=5 // x": 'a comment is a line of its own that begins with "#": write only v1=5',
    b'v1="23.5"': "write v1=23.5 without quotation marks and brackets",
    b"v1=--1.80": "the number has two signs: print at most one",
    b"v1=23.5 44.0": "write each value on a line of its own with its pin, for example v1=23.5",
    b"v1=23.5C": "the unit is not part of the value: write only v1=23.5",
    b"v1=3,14": "a number takes a point, not a comma: write v1=3.14",
    b"Temperature: 23.64, Humidity: 43.89": (
        "write each value on a line of its own with its pin, for example v1=23.64 and v2=43.89"
    ),
    b"A1: 512": "A1 is a pin of the board: write a virtual pin, for example v1=512",
    b"512,498,": "write each value on a line of its own with its pin, for example v1=512 and v2=498",
}


def check(data: bytes, *arguments: str) -> list[str]:
    done = pinbridge("check", "-", *arguments, stdin=data)
    assert done.returncode in (0, 1)
    return done.stdout.splitlines()


def test_the_hints_of_a_file_are_printed_with_its_lines() -> None:
    found = [json.loads(line) for line in check(b"\n".join(SAID), "--json")]
    assert [entry["hint"] for entry in found] == list(SAID.values())
    for entry in found:
        assert entry["hint_code"].startswith("hint_")
        assert ("reason" in entry) == (entry["verdict"] == "rejected")


def test_a_file_of_windows_is_read_with_its_byte_order_mark() -> None:
    assert check("v1=1\r\nv2=温度\r\nv1=5;\r\n".encode("utf-16")) == [
        *("1: accepted: v1=1", "2: accepted: v2=温度", "3: accepted: v1=5;"),
        '    kept as a text, not as a number: write only v1=5 without ";" after it',
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="a pty stands for a board")
def test_a_run_says_once_that_a_number_is_kept_as_a_text(tmp_path: Path) -> None:
    with pty_board() as board:
        command = ("run", "--port", board.port, "--for", "60", "--journal", str(tmp_path / "a.db"))
        with start(*command) as process:
            read_until(process, " is open")
            board.say(b"# hello\nv2=1\n")
            read_until(process, "lines come in")
            board.say(b"v1=23.5C\n")
            said = read_until(process, "kept as a text")
            process.terminate()
            _, rest = process.communicate(timeout=60)
    assert said.endswith("the unit is not part of the value: write only v1=23.5.\n")
    assert "kept as a text" not in rest
