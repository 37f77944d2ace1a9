"""A replay has the verdicts and the pace of the recorded session; its lines are cut at the same places."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.boards.errors import PortError
from app.boards.link import Link
from app.boards.recordings.format import Header, Record, RecordKind, pack, pack_header
from app.boards.recordings.replay import Replay, judge
from app.boards.sink import NullSink
from app.boards.status import LinkState, LinkStatus
from app.config.bench_file import DeviceConfig
from app.messages.message import Message
from app.wire.batches import Intake, judge_block
from app.wire.readings import Grammar, Verdict
from tests.waiting import wait_until

HEADER = Header("board", "COM5", 115200, 0)
PIECES = st.sampled_from(
    [
        b"v1=1\n",
        b"v1=",
        b"2",
        b"\r\n",
        b"\r",
        b"\n",
        b"# word\n",
        b"v3=text\n",
        b"nonsense\n",
        b"\xff\n",
        b"v2=3\n",
    ]
)
SESSIONS = st.lists(st.lists(PIECES | st.just(b"y" * 1300), min_size=1, max_size=12), max_size=5)


def record(path: Path, records: Iterable[Record]) -> Path:
    path.write_bytes(pack_header(HEADER) + b"".join(map(pack, records)))
    return path


def live(sessions: list[list[bytes]]) -> tuple[list[Verdict], list[Record]]:
    """Return the verdicts on `sessions` if a board sends them live, and the records of their recording."""
    grammar, intake = Grammar(), Intake(Grammar())
    verdicts: list[Verdict] = []
    records: list[Record] = []
    for chunks in sessions:
        records.append(Record(RecordKind.OPENED, 0, 0))
        for chunk in chunks:
            taken = intake.feed(chunk, 0)
            verdicts += taken.lines if isinstance(taken.lines, list) else judge_block(grammar, taken.lines)
            records.append(Record(RecordKind.DATA, 0, 0, chunk))
        taken = intake.close(0)
        assert isinstance(taken.lines, list)
        verdicts += taken.lines
        records.append(Record(RecordKind.CLOSED, 0, 0))
    return verdicts, [*records, Record(RecordKind.ENDED, 0, 0)]


@given(SESSIONS)
def test_a_replay_gives_the_live_verdicts(sessions: list[list[bytes]]) -> None:
    verdicts, records = live(sessions)
    assert list(judge(records, Grammar())) == verdicts


@given(SESSIONS.filter(bool))
def test_a_replay_closes_where_the_port_did(
    tmp_path_factory: pytest.TempPathFactory, sessions: object
) -> None:
    _, records = live(sessions)  # type: ignore[arg-type]
    replay = Replay(record(tmp_path_factory.mktemp("replay") / "a.pbrec", records), speed=0)
    heard: list[list[bytes]] = []
    while True:
        source = replay.open()
        heard.append([])
        try:
            while True:
                heard[-1] += filter(None, [source.read()])
        except EOFError:
            break
        except OSError:
            continue
        finally:
            source.close()
    assert heard == sessions


def test_a_link_that_replays_a_recording_gives_the_live_verdicts(tmp_path: Path) -> None:
    sessions = [[b"v1=1\nv1=2\nv3=te", b"xt\nv1=10"], [b"0\nv1=5\n", b"v256=1\n"], [b"v1=7\n# end\nv1"]]
    verdicts, records = live(sessions)
    replay = Replay(record(tmp_path / "a.pbrec", records), speed=0)
    link = Link(DeviceConfig(port="replay:a"), Grammar(), NullSink(), replay.open)
    link.start()
    wait_until(lambda: link.status().state is LinkState.ENDED)
    link.stop()
    assert [line.verdict for line in link.console.lines(0, 100)] == verdicts
    assert link.reconnects == 2


def test_a_replay_keeps_the_pace(tmp_path: Path) -> None:
    records = [
        Record(RecordKind.OPENED, 0, 0),
        Record(RecordKind.DATA, 3_000_000, 0, b"v1=1\n"),
        Record(RecordKind.DATA, 1_000_000, 0, b"v1=2\n"),
    ]
    now_s = 100.0
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        nonlocal now_s
        assert seconds <= 0.2
        waited.append(seconds)
        now_s += seconds

    replay = Replay(record(tmp_path / "a.pbrec", records), 2.0, lambda: now_s, sleep)
    source = replay.open()
    for at_s in (101.5, 102.0):
        while not source.read():
            assert now_s < 110
        assert now_s == pytest.approx(at_s)
    with pytest.raises(EOFError):
        source.read()
    source.write(b"ignored")
    source.close()
    source.close()


def test_chunks_come_on_time_after_a_port_was_closed_and_opened(tmp_path: Path) -> None:
    records = [
        Record(RecordKind.OPENED, 0, 0),
        Record(RecordKind.DATA, 125_000, 0, b"v1=1\n"),
        Record(RecordKind.CLOSED, 125_000, 0),
        Record(RecordKind.OPENED, 250_000, 0),
        Record(RecordKind.DATA, 500_000, 0, b"v1=2\n"),
        Record(RecordKind.CLOSED, 0, 0),
        Record(RecordKind.ENDED, 0, 0),
    ]
    now_s = 100.0
    heard: list[tuple[float, bytes]] = []

    def sleep(seconds: float) -> None:
        nonlocal now_s
        assert 0 < seconds <= 0.2
        # Eighths of a second are exact as floats.
        now_s += 0.125

    replay = Replay(record(tmp_path / "a.pbrec", records), clock=lambda: now_s, sleep=sleep)
    for _ in range(2):
        source = replay.open()
        with suppress(EOFError, OSError):
            for _ in range(100):
                chunk = source.read()
                heard += [(now_s, chunk)] if chunk else []
        heard.append((now_s, b"closed"))
        source.close()
    assert heard == [
        (100.125, b"v1=1\n"),
        (100.25, b"closed"),
        (101.0, b"v1=2\n"),
        (101.0, b"closed"),
    ]


def test_a_sleep_that_takes_too_long_does_not_delay_later_chunks(tmp_path: Path) -> None:
    records = [
        Record(RecordKind.OPENED, 0, 0),
        *(Record(RecordKind.DATA, 1_000_000, 0, b"v1=%d\n" % number) for number in (1, 2, 3)),
    ]
    now_s = 100.0

    def oversleep(_: float) -> None:
        nonlocal now_s
        now_s += 0.75

    replay = Replay(record(tmp_path / "a.pbrec", records), clock=lambda: now_s, sleep=oversleep)
    source = replay.open()
    for heard_s in (101.5, 102.25, 103.0):
        while not source.read():
            assert now_s < 110
        assert now_s == heard_s
    source.close()


@pytest.mark.parametrize("content", [b"", b"my homework\n"])
def test_a_file_that_is_no_recording_cannot_be_played(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.pbrec"
    path.write_bytes(content)
    with pytest.raises(PortError, match="is not a recording that can be played: it does not begin") as raised:
        Replay(path).open()
    message = Message("not_a_recording", path=str(path), reason=Message("recording_start_unknown"))
    assert raised.value.status == LinkStatus(LinkState.NO_SUCH_PORT, message)


def test_a_recording_that_is_not_there_cannot_be_played(tmp_path: Path) -> None:
    path = tmp_path / "a.pbrec"
    with pytest.raises(PortError) as raised:
        Replay(path).open()
    message = Message("recording_not_opened", path=str(path), words="No such file or directory")
    assert raised.value.status == LinkStatus(LinkState.NO_SUCH_PORT, message)
