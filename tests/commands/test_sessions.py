"""The options of `record` and `replay`."""

from __future__ import annotations

import json
import math
import os
import threading
import types
from functools import partial
from pathlib import Path

import pytest

from app.boards.recordings.format import RecordingReader, RecordKind
from app.boards.recordings.recorder import Recorder
from app.localcloud.devices import Device
from app.localcloud.server import LocalCloud
from app.messages.message import Message, verbatim
from tests.commands.conftest import STRICT, recording
from tests.commands.keys import key_rows
from tests.commands.table import Done, Row, Runner, shape, who_ended_it
from tests.processes import TOKEN

pytest.importorskip("termios", reason="the table's port is a terminal; Windows has none")

import termios

RECORD = "record --port simulated: --output a.pbrec"
REPLAY = "replay one.pbrec --speed 0"
THREE = "replay three.pbrec --speed 0"
JUDGED = f"{THREE} --bench judges.toml"
AS_BOARD = "replay one.pbrec --journal r.db"
SERIAL = ("baud_rate", "reset_on_connect", "dtr", "rts", "data_bits", "parity", "stop_bits", "flow_control")
NO_OPTION = ("port", *SERIAL, "line_end", "record", "forward")
REMOTE = f"{REPLAY} --server https://blynk.cloud --auth-token env:PINBRIDGE_T"


def of_port(done: Done) -> tuple[str, bool]:
    """The port in the recording's header, and whether it was opened."""
    with (done.folder / "a.pbrec").open("rb") as stream:
        reader = RecordingReader(stream)
        return reader.header.port, RecordKind.OPENED in [record.kind for record in reader]


def recordings(done: Done) -> list[str]:
    return sorted(path.name for path in done.folder.glob("?.pbrec"))


def are_named_by_date(done: Done) -> list[bool]:
    new = {path.name for path in done.folder.glob("*.pbrec")} - {"one.pbrec", "quick.pbrec", "three.pbrec"}
    return [name.startswith("board 20") for name in new]


def said(done: Done) -> list[str]:
    """The lines that were judged, with their verdicts."""
    return [line.partition(": ")[2] for line in done.out.splitlines() if not line.startswith(" ")]


def asked_s(done: Done) -> int:
    """The number of seconds that the command waits for the pause of 1,000 s in the recording."""
    return math.ceil(max(done.user.asked_s, default=0))


def speed(done: Done) -> float | None:
    return done.given and done.given.replay_speed


def forwards_replays(done: Done) -> bool | None:
    """Whether the bench may forward the replay beyond this computer; None without a bench."""
    return done.given and done.given.forward_replays


def made(done: Done) -> list[str]:
    return sorted(path.name for path in done.folder.glob("r.db"))


def terminal(done: Done) -> tuple[int, bool]:
    """The port's speed, and whether closing the port turns DTR off, so that opening it resets the board."""
    port = os.open(done.port, os.O_RDWR | os.O_NOCTTY)
    _, _, cflag, _, _, speed, _ = termios.tcgetattr(port)
    os.close(port)
    return speed, bool(cflag & termios.HUPCL)


def of_link(key: str, done: Done) -> object:
    """The value of `key` in the configuration of the device that was recorded."""
    return getattr(done.devices[-1], key)


LISTEN = "record --port {port} --output a.pbrec --for 0.05"
FAST, SLOW = (termios.B115200, True), (termios.B9600, True)
ONE = ["comment: # hi", "accepted: v1=1"]
BOTH = ["comment: # hi", "accepted: v1=3", "accepted: v2=3"]
HALF = ["comment: # hi", "accepted: v1=3", "rejected: v2=3"]
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
    **{
        f"record --{key.replace('_', '-')}": Row(
            LISTEN, f"{LISTEN} {written}", partial(of_link, key), default, value
        )
        for key, written, default, value in (
            ("dtr", "--no-dtr", None, False),
            ("rts", "--no-rts", None, False),
            ("data_bits", "--data-bits 7", 8, 7),
            ("parity", "--parity even", "none", "even"),
            ("stop_bits", "--stop-bits 2", 1.0, 2.0),
            ("flow_control", "--flow-control rts_cts", "none", "rts_cts"),
        )
    },
    "record --output": Row(
        RECORD, "record --port simulated: --for 0 --output b.pbrec", recordings, ["a.pbrec"], ["b.pbrec"]
    ),
    "record --output of a folder": Row(
        RECORD, "record --port simulated: --for 0 --output .", are_named_by_date, [False], [True]
    ),
    "record --for": Row(RECORD, f"{RECORD} --for 0.05", who_ended_it, "the user", "itself"),
    "replay FILE": Row(REPLAY, THREE, said, ONE, BOTH),
    "replay --speed": Row("replay one.pbrec", "replay one.pbrec --speed 100", asked_s, 1000, 10),
    "replay --speed of a board": Row(AS_BOARD, f"{AS_BOARD} --speed 7", speed, 1.0, 7.0, only_given=True),
    "replay --bench": Row(THREE, f"{THREE} --bench strict.toml", said, BOTH, HALF),
    "replay --device": Row(f"{JUDGED} --device a", f"{JUDGED} --device b", said, BOTH, HALF),
    "replay --forward": Row(REMOTE, f"{REMOTE} --forward", forwards_replays, None, True, only_given=True),
    "replay --journal": Row(REPLAY, f"{REPLAY} --journal r.db", made, [], ["r.db"]),
    "replay --json": Row(REPLAY, f"{REPLAY} --json", shape, "words", "JSON"),
    **key_rows("replay", "one.pbrec --speed 0", without=NO_OPTION),
}


@pytest.mark.parametrize("option", ROWS)
def test_an_option_does_what_it_says(option: str, runner: Runner) -> None:
    runner.hold(ROWS[option])


def test_a_recording_that_fails_is_exit_1(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    class FullDisk(Recorder):
        @property
        def trouble(self) -> Message | None:
            return verbatim("a.pbrec: the disk is full.") if full else None

    full = False
    monkeypatch.setattr("app.commands.sessions.Recorder", FullDisk)
    assert runner.run(f"{RECORD} --for 0").status == 0
    full = True
    done = runner.run(RECORD)
    assert (done.status, who_ended_it(done)) == (1, "itself")
    assert done.err.endswith("a.pbrec: the disk is full.\n")
    assert done.out.startswith("a.pbrec: ")


def test_record_prints_size_time_and_lines(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = iter([100.0, 101.0, 102.9, 103.0, 104.5])
    monkeypatch.setattr("app.commands.sessions.time", types.SimpleNamespace(monotonic=lambda: next(now_s)))
    done = runner.run(f"{RECORD} --for 3")
    size = (done.folder / "a.pbrec").stat().st_size
    with (done.folder / "a.pbrec").open("rb") as stream:
        lines = b"".join(record.data for record in RecordingReader(stream)).count(b"\n")
    assert done.out == f"a.pbrec: {size} bytes in 4.5 s, {lines} lines\n"
    assert done.user.asked_s == [0.1] * 3
    assert done.err
    assert "" not in done.err.splitlines()
    assert done.err.splitlines() == list(dict.fromkeys(done.err.splitlines())), "each state is said once"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("record --port replay:one.pbrec --output a.pbrec", "replay:one.pbrec is a recording already: "),
        ("record --port COM5 --output one.pbrec", "one.pbrec exists already and is left as it is: "),
        ("record --port COM5 --output /dev/null/x", "/dev/null/x: the recording cannot be started: "),
        ("replay none.pbrec", "none.pbrec: cannot be read: No such file or directory"),
        ("replay Ger\udce4t.pbrec", "FILE has a path that is not UTF-8: rename the file or its folder"),
        ("replay //host/x.pbrec", "FILE names a network share or a device: name a file on this computer"),
        ("replay bench.toml", "bench.toml: is not a Pinbridge recording: it does not begin like one"),
        (
            "replay one.pbrec --device a",
            "--device names a device of a bench file: give --bench BENCH.toml too",
        ),
        ("replay one.pbrec --bench strict.toml --batch", "give --bench, or --server and the other options, "),
        (
            "replay one.pbrec --bench judges.toml",
            "judges.toml: name one of its devices with --device: a or b",
        ),
    ],
)
def test_each_usage_error_has_its_message(runner: Runner, words: str, said: str) -> None:
    done = runner.run(words)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(said)


def test_a_recording_goes_beyond_this_computer_only_with_forward(runner: Runner) -> None:
    done = runner.run(REMOTE)
    assert done.err.startswith(
        "A recording is forwarded only to servers on this computer, not to https://blynk.cloud"
    )
    assert said(done) == ONE
    done = runner.run(f"{REMOTE} --journal r.db --json")
    assert (done.given is not None, done.given and done.given.forward_replays) == (True, False)
    (device,) = json.loads(done.out)["devices"]
    assert (device["name"], device["run"]["requests"], device["journal"]["pending"]) == ("board", 0, 1)
    assert (done.status, who_ended_it(done)) == (1, "itself")


def test_a_replay_without_a_journal_leaves_none(runner: Runner) -> None:
    with LocalCloud([Device("board", TOKEN, open=True)]) as cloud:
        done = runner.run(f"{REPLAY} --server {cloud.url} --auth-token env:PINBRIDGE_T --json")
    (device,) = json.loads(done.out)["devices"]
    assert (done.status, device["journal"]["forwarded"]) == (0, 1)
    assert done.given
    assert done.given.tokens == {"board": TOKEN}
    journal = Path(done.given.config.bench.journal)
    assert journal.name == "replay.db"
    assert not journal.parent.exists()


def test_a_replay_as_a_board_of_a_bench_is_that_board(runner: Runner) -> None:
    extra = 'organisation = "school"\nrecord = true\n[organisation.school]\n'
    files = {"org.toml": STRICT.replace("datastream =", "batch = true\ndatastream =") + extra}
    done = runner.run(f"{REPLAY} --bench org.toml --journal r.db", only_given=True, files=files)
    assert done.given
    (device,) = done.given.config.device
    assert device.port == f"replay:{done.folder / 'one.pbrec'}"
    assert (device.name, device.organisation, device.record, device.batch) == ("b", "", False, True)


def test_a_damaged_end_of_a_recording_is_reported(runner: Runner, template: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.pbrec"
    cut.write_bytes((template / "one.pbrec").read_bytes()[:-3])
    done = runner.run(f"replay {cut} --speed 0")
    assert said(done) == ONE
    assert done.err.splitlines() == [
        "2 lines: 1 accepted, 0 rejected, comments: 1, 0 blank, 0 partial.",
        "The last 22 bytes of the recording are cut off or damaged, and were left out.",
    ]
    assert "were left out" not in runner.run(REPLAY).err


def test_a_replay_ended_in_a_pause_prints_nothing_of_what_follows(runner: Runner) -> None:
    done = runner.run("replay one.pbrec", looks=2)
    assert (done.status, done.out) == (0, "")
    assert done.err.startswith("0 lines: ")


def test_a_pause_is_no_longer_than_a_computer_can_wait(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "long.pbrec").write_bytes(recording(b"v1=1\n", 2**63))
    done = runner.run(f"replay {tmp_path / 'long.pbrec'}")
    assert done.user.asked_s[:2] == [0.0, threading.TIMEOUT_MAX]
    assert done.out.splitlines()[0] == "1: accepted: v1=1"
