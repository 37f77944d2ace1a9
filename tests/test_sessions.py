"""A replay has the same verdicts as its session, even after kill -9, and is sent only to this computer."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from app.bench.bench import Bench
from app.bench.status import ConsoleLine, LinkState
from app.boards.recordings.format import RecordingReader, RecordKind
from app.boards.recordings.replay import judge
from app.commands.running.run import run, stop_on_signals
from app.config.loading import parse
from app.wire.readings import Grammar, Verdict

pytest.importorskip("pty", reason="a pty stands for a board; Windows has none")

from tests.faults.confirmed import count_of
from tests.last_words import ending
from tests.processes import Gate, balances, finish, kill, local_cloud, pinbridge, pty_board, read_until, start
from tests.waiting import wait_until

SAID = [
    b"# boot\nv1=1\r\nv2=2.5\n",
    b"v1=2\nv2=te",
    b"xt\nnonsense\nv256=1\nv1=\xff\n\n",
    b"v3=" + b"x" * 1300 + b"\n",
    b"v1=3\nv1=10",
]


def verdicts_of(path: Path) -> list[Verdict]:
    with path.open("rb") as stream:
        return list(judge(RecordingReader(stream), Grammar()))


def heard(lines: list[ConsoleLine]) -> list[Verdict]:
    return [line.verdict for line in lines]


def bench_of(folder: Path, port: str, extra: str = "") -> Bench:
    text = f'[bench]\njournal = "b.db"\n[[device]]\nname = "board"\nport = "{port}"\n{extra}'
    return Bench(parse(text.encode(), "b.toml", folder), {})


def test_a_replay_has_the_same_verdicts_as_the_session(tmp_path: Path) -> None:
    port = tmp_path / "port"
    bench = bench_of(tmp_path, str(port), "record = true\n")
    bench.start()
    status = bench.status().devices[0].recording
    assert status
    for opened in range(1, 4):
        with pty_board() as board:
            port.symlink_to(board.port)
            wait_until(lambda: bench.status().devices[0].reconnects == opened - 1)  # noqa: B023
            if opened == 1:
                # Not `is OPEN`: after some seconds without a line, the state is "silent".
                closed = (LinkState.CLOSED, LinkState.NO_SUCH_PORT)
                wait_until(lambda: bench.status().devices[0].link.state not in closed)  # noqa: B023
            for piece in SAID:
                board.say(piece)
                board.wait_until_read()
            wait_until(lambda: bench.status().devices[0].lines.lines == opened * 12 - 1)  # noqa: B023
            port.unlink()
        wait_until(lambda: bench.status().devices[0].lines.partial == opened)  # noqa: B023
    live = heard(bench.console("board", 0, 1000))
    bench.stop()
    assert bench.status().devices[0].recording is None
    path = Path(status.path)
    assert path.parent == tmp_path / "recordings"
    assert len(live) == 36
    assert verdicts_of(path) == live
    (tmp_path / "again").mkdir()
    again = bench_of(tmp_path / "again", f"replay:../recordings/{path.name}")
    shown, _ = run(again, stop_on_signals(), lambda _: None, until_ended=True)
    assert heard(again.console("board", 0, 1000)) == live
    assert shown.devices[0].lines == bench.status().devices[0].lines
    assert shown.devices[0].reconnects == 2


def test_what_was_recorded_before_a_kill_is_replayed(tmp_path: Path) -> None:
    path = tmp_path / "a.pbrec"
    with pty_board() as board:
        with start("record", "--port", board.port, "--output", str(path), "--for", "60") as recorder:
            read_until(recorder, " is open")
            said = 0
            # Killed at a random moment, while lines arrive as fast as they are read.
            while path.stat().st_size < 20_000:
                board.say(b"v1=%d\n" % said)
                said += 1
            kill(recorder)
        with path.open("rb") as stream:
            records = list(RecordingReader(stream))
    assert records[0].kind is RecordKind.OPENED
    accepted = [verdict.value for verdict in verdicts_of(path) if verdict.target]
    assert accepted == list(range(len(accepted)))
    assert 500 < len(accepted) <= said
    done = pinbridge("replay", str(path), "--speed", "0", "--json")
    assert done.returncode == 0
    values = [entry["value"] for line in done.stdout.splitlines() if "value" in (entry := json.loads(line))]
    assert values == accepted
    path.write_bytes(path.read_bytes()[:-3])
    assert "cut off or damaged" in pinbridge("replay", str(path), "--speed", "0").stderr


def test_record_reports_what_it_wrote(tmp_path: Path) -> None:
    with pty_board() as board:
        with start("record", "--port", board.port, "--output", str(tmp_path), "--for", "60") as recorder:
            read_until(recorder, " is open")
            board.say(b"v1=1\nv1=2\n")
            read_until(recorder, "lines come in")
            recorder.terminate()
            out, err = ending(recorder)
        (path,) = tmp_path.iterdir()
        assert recorder.returncode == 0
        assert err == ""
        assert f"{path}: {path.stat().st_size} bytes in " in out
        assert "2 lines" in out
        done = pinbridge("record", "--port", board.port, "--output", str(path))
    assert done.returncode == 2
    assert "exists already" in done.stderr
    assert (
        pinbridge("record", "--port", "COM5", "--output", str(tmp_path / "b"), "--for", "0").returncode == 0
    )
    assert pinbridge("record", "--port", "COM5", "--output", "/dev/null/x").returncode == 2


@pytest.fixture(scope="module")
def a_second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recorded") / "a.pbrec"
    with start("record", "--port", "simulated:", "--output", str(path)) as recorder:
        wait_until(lambda: path.exists() and path.stat().st_size > 1500)
        recorder.terminate()
        assert ending(recorder)[1]
    assert recorder.returncode == 0
    return path


@pytest.fixture
def recorded(tmp_path: Path, a_second: Path) -> Path:
    return Path(shutil.copy(a_second, tmp_path))


def test_a_replay_is_forwarded_only_to_this_computer(tmp_path: Path, recorded: Path) -> None:
    told = [verdict.value for verdict in verdicts_of(recorded) if verdict.target == "v2"]
    options = ("--auth-token", "env:PINBRIDGE_T", "--speed", "0", "--json")
    with local_cloud(tmp_path, "open = true\n") as cloud:
        done = pinbridge("replay", str(recorded), "--server", cloud.url, *options, "--requests-per-s", "0")
        assert cloud.received("v2") == told
    assert done.returncode == 0, done.stderr
    (device,) = json.loads(done.stdout)["devices"]
    assert device["journal"]["forwarded"] == device["journal"]["readings"]
    assert balances(device)
    done = pinbridge("replay", str(recorded), "--server", "https://fra1.blynk.cloud", *options)
    assert done.returncode == 0
    assert "only to servers on this computer, not to https://fra1.blynk.cloud" in done.stderr
    assert len(done.stdout.splitlines()) == len(verdicts_of(recorded))


def test_a_replay_in_a_bench_file_is_forwarded_only_to_this_computer(tmp_path: Path, recorded: Path) -> None:
    bench = tmp_path / "bench.toml"
    gate = Gate(tmp_path)
    played = (
        f'[bench]\njournal = "b.db"\n[[device]]\nname = "board"\nport = "replay:{recorded.name}"\n'
        'server = "https://fra1.blynk.cloud"\nauth_token = "env:PINBRIDGE_T"\n'
    )
    bench.write_text(played + gate.entry)
    with start("run", str(bench), "--until-idle", "1", "--json") as bridge:
        wait_until(lambda: count_of(tmp_path / "b.db") > 10)
        gate.open()
        status, ledger = finish(bridge)
    assert status == 1
    assert ledger["run"]["requests"] == 0
    assert ledger["journal"]["pending"] == ledger["journal"]["readings"] > 10
    bench.write_text(played)
    done = pinbridge("run", str(bench), "--for", "0.1")
    assert "only to servers on this computer" in done.stderr
    # The recording's readings are not sent either when the device's port is a board again.
    bench.write_text(played.replace(f"replay:{recorded.name}", "/dev/nothing"))
    done = pinbridge("run", str(bench), "--for", "0.1", "--json")
    device = json.loads(done.stdout)["devices"][0]
    assert device["journal"]["held"] == device["journal"]["pending"] >= ledger["journal"]["pending"]
    assert device["run"]["requests"] == 0


@pytest.mark.parametrize("how", ["options", "other device", "no recording", "missing"])
def test_an_error_is_one_line_and_exit_status_2(tmp_path: Path, recorded: Path, how: str) -> None:
    bench = tmp_path / "bench.toml"
    bench.write_text('[[device]]\nname = "a"\nport = "COM1"\n')
    arguments = {
        "options": (str(recorded), "--bench", str(bench), "--batch"),
        "other device": (str(recorded), "--bench", str(bench), "--device", "b"),
        "no recording": (str(bench),),
        "missing": (str(tmp_path / "none"),),
    }
    done = pinbridge("replay", *arguments[how])
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def test_a_replay_is_judged_by_the_rules_of_a_bench_file(tmp_path: Path, recorded: Path) -> None:
    bench = tmp_path / "bench.toml"
    bench.write_text('[[device]]\nname = "a"\nport = "COM1"\nunknown_pins = "reject"\n')
    done = pinbridge("replay", str(recorded), "--bench", str(bench), "--speed", "0")
    assert "unknown_pin" in done.stdout
    assert " 0 accepted" in done.stderr


def test_recording_can_be_switched_on_and_off_while_the_bench_runs(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, "simulated:")
    bench.start()
    for number in (1, 2):
        bench.record("board", True)
        recording = bench.status().devices[0].recording
        assert recording
        wait_until(lambda: Path(recording.path).stat().st_size > 300)  # noqa: B023
        bench.record("board", False)
        assert bench.status().devices[0].recording is None
        assert len(list((tmp_path / "recordings").iterdir())) == number
    (tmp_path / "recordings").rename(tmp_path / "elsewhere")
    (tmp_path / "recordings").write_bytes(b"no folder")
    bench.record("board", True)
    assert bench.status().devices[0].recording is None
    assert any("the recording cannot be started" in str(warning) for warning in bench.status().warnings)
    bench.stop()
