"""A bench that replays a recording: the speed, and the servers to which the readings are forwarded."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.bench.bench import Bench
from app.bench.status import CloudState, LinkState
from app.boards.recordings.format import Record, RecordKind
from app.boards.recordings.replay import Replay
from app.config.bench_file import BenchConfig
from app.wire.streams import Fate
from tests.bench.trial import Trial
from tests.boards.recordings.test_replay import record

REMOTE = {"server": '"https://fra1.blynk.cloud"', "requests_per_s": "10"}
HOUR_US = 3_600_000_000


def played(trial: Trial, **keys: str) -> BenchConfig:
    """Write a recording of two lines, an hour apart. Returns a bench file that replays it."""
    lines = [
        Record(RecordKind.OPENED, 0, 0),
        Record(RecordKind.DATA, 0, 0, b"v1=1\n"),
        Record(RecordKind.DATA, HOUR_US, 0, b"v1=2\n"),
    ]
    path = record(trial.folder / "a.pbrec", [*lines, Record(RecordKind.ENDED, 0, 0)])
    return trial.config(port=f'"replay:{path}"', **keys)


def test_a_recording_is_played_at_its_pace_or_without_a_pause(trial: Trial) -> None:
    bench = Bench(played(trial), {"board": trial.token})
    bench.start()
    trial.wait(lambda: bench.status().devices[0].lines.lines > 0)
    first = bench.status().devices[0]
    bench.stop()
    assert (first.lines.lines, first.link.state) == (1, LinkState.GOOD)
    bench = Bench(played(trial), {"board": trial.token}, replay_speed=0)
    bench.start()
    trial.wait(lambda: bench.status().devices[0].link.state is LinkState.ENDED)
    assert bench.status().devices[0].lines.accepted == 2
    bench.stop()


def test_by_default_a_recording_is_played_at_its_own_pace(trial: Trial) -> None:
    speeds: list[float] = []

    class Seen(Replay):
        def __init__(self, path: Path, speed: float) -> None:
            speeds.append(speed)
            super().__init__(path, speed)

    trial.monkeypatch.setattr("app.bench.session.Replay", Seen)
    Bench(played(trial), {"board": trial.token}).stop()
    Bench(played(trial), {"board": trial.token}, replay_speed=7.0).stop()
    assert speeds == [1.0, 7.0]


@pytest.mark.parametrize("forward", [False, True])
def test_a_recording_goes_to_a_remote_server_only_on_request(trial: Trial, forward: bool) -> None:
    config = played(trial, **REMOTE)
    bench = Bench(config, {"board": trial.token}, forward_replays=forward)
    status = bench.status()
    bench.stop()
    if forward:
        assert status.warnings == ()
        assert status.devices[0].cloud.state is CloudState.IDLE
    else:
        sentence = (
            "A recording is forwarded only to servers on this computer, not to https://fra1.blynk.cloud: "
            "pinbridge replay --forward sends it there."
        )
        assert [*map(str, status.warnings)] == [f"board: {sentence}"]
        assert (status.devices[0].cloud.state, str(status.devices[0].cloud.message)) == (
            CloudState.OFF,
            sentence,
        )


@pytest.mark.parametrize(
    ("port", "server", "warned"),
    [
        ("replay:a.pbrec", REMOTE["server"], True),
        ("replay:a.pbrec", "", False),
        ("COM7", REMOTE["server"], False),
    ],
)
def test_boards_and_recordings_without_a_server_give_no_warning(
    trial: Trial, port: str, server: str, warned: bool
) -> None:
    trial.without("device.requests_per_s", *([] if server else ["device.server", "device.auth_token"]))
    keys = {"port": f'"{port}"', **({"server": server} if server else {})}
    bench = Bench(trial.config(**keys), {"board": trial.token})
    warnings = bench.status().warnings
    bench.stop()
    assert bool(warnings) is warned


def test_readings_of_a_recording_that_is_not_forwarded_have_no_account(trial: Trial) -> None:
    """The device's account is then empty, so a pending reading that was meant for the server is held."""
    keys = {f"device.{key}": value for key, value in REMOTE.items()}
    trial.keys |= keys
    trial.left(["v1=1\n"], fate=Fate.FORWARDED)
    trial.left(["v1=2\n"])
    bench = Bench(played(trial, **REMOTE), {"board": trial.token})
    held = bench.status().devices[0].counts.held
    bench.stop()
    assert held == 1
