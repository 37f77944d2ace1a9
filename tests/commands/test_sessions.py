"""The options of `record` and `replay`."""

from __future__ import annotations

import math
import os
import termios

import pytest

from app.boards.recording import Event, RecordingReader
from tests.commands.keys import key_rows
from tests.commands.table import Done, Row, Runner, shape, who_ended_it

RECORD = "record --port simulated: --output a.pbrec"
REPLAY = "replay one.pbrec --speed 0"
THREE = "replay three.pbrec --speed 0"
JUDGED = f"{THREE} --bench judges.toml"
AS_BOARD = "replay one.pbrec --journal r.db"
NO_OPTION = ("port", "baud_rate", "reset_on_connect", "line_end", "record", "forward")
AFAR = f"{REPLAY} --server https://blynk.cloud --auth-token env:PINBRIDGE_T"


def of_port(done: Done) -> tuple[str, bool]:
    """The port that a recording says it is of, and whether it was ever open."""
    with (done.folder / "a.pbrec").open("rb") as stream:
        reader = RecordingReader(stream)
        return reader.header.port, Event.OPENED in [record.event for record in reader]


def recordings(done: Done) -> list[str]:
    return sorted({path.name for path in done.folder.glob("?.pbrec")})


def said(done: Done) -> list[str]:
    """The lines that were judged, with the verdicts."""
    return [line.partition(": ")[2] for line in done.out.splitlines() if not line.startswith(" ")]


def asked_s(done: Done) -> int:
    """How long the recording's one pause of 1,000 s was to last."""
    return math.ceil(max(done.person.asked_s, default=0))


def speed(done: Done) -> float | None:
    return done.given and done.given.replay_speed


def goes_afar(done: Done) -> bool | None:
    """Whether the bench may send what is replayed beyond this computer; None where there is no bench."""
    return done.given and done.given.forward_replays


def made(done: Done) -> list[str]:
    return sorted(path.name for path in done.folder.glob("r.db"))


def terminal(done: Done) -> tuple[int, bool]:
    """The speed of a port, and whether closing it turns DTR off, which resets the board."""
    port = os.open(done.port, os.O_RDWR | os.O_NOCTTY)
    _, _, cflag, _, _, speed, _ = termios.tcgetattr(port)
    os.close(port)
    return speed, bool(cflag & termios.HUPCL)


LISTEN = "record --port {port} --output a.pbrec --for 0.05"
FAST, SLOW = (termios.B115200, True), (termios.B9600, True)
ONE = ["comment: # hi", "accepted: v1=1"]
BOTH = ["comment: # hi", "accepted: v1=3", "accepted: v2=3"]
STRICT = ["comment: # hi", "accepted: v1=3", "rejected: v2=3"]
ROWS = {
    "record --port": Row(
        f"{RECORD} --for 0.05",
        "record --port /dev/none --output a.pbrec --for 0.05",
        of_port,
        ("simulated:", True),
        ("/dev/none", False),
    ),
    "record --baud-rate": Row(LISTEN, f"{LISTEN} --baud-rate 9600", terminal, FAST, SLOW),
    "record --reset-on-connect": Row(
        LISTEN, f"{LISTEN} --no-reset-on-connect", terminal, FAST, (termios.B115200, False)
    ),
    "record --output": Row(
        RECORD, "record --port simulated: --for 0 --output b.pbrec", recordings, ["a.pbrec"], ["b.pbrec"]
    ),
    "record --for": Row(RECORD, f"{RECORD} --for 0.05", who_ended_it, "a person", "itself"),
    "replay FILE": Row(REPLAY, THREE, said, ONE, BOTH),
    "replay --speed": Row("replay one.pbrec", "replay one.pbrec --speed 100", asked_s, 1000, 10),
    "replay --speed of a board": Row(AS_BOARD, f"{AS_BOARD} --speed 7", speed, 1.0, 7.0, only_given=True),
    "replay --bench": Row(THREE, f"{THREE} --bench strict.toml", said, BOTH, STRICT),
    "replay --device": Row(f"{JUDGED} --device a", f"{JUDGED} --device b", said, BOTH, STRICT),
    "replay --forward": Row(AFAR, f"{AFAR} --forward", goes_afar, None, True, only_given=True),
    "replay --journal": Row(REPLAY, f"{REPLAY} --journal r.db", made, [], ["r.db"]),
    "replay --json": Row(REPLAY, f"{REPLAY} --json", shape, "words", "JSON"),
    **key_rows("replay", "one.pbrec --speed 0", without=NO_OPTION),
}


@pytest.mark.parametrize("option", ROWS)
def test_an_option_does_what_it_says(option: str, runner: Runner) -> None:
    runner.hold(ROWS[option])
