"""Writes the golden recording of the current format, once: `python -m tests.boards.write_golden`.

When the format in `app.boards.recordings.format` changes, give it a new number, run this, and add the
checksums to `test_golden`. An existing recording is never written again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.boards.recordings.format import MAGIC, SUFFIX, RecordingReader, RecordKind
from app.boards.recordings.recorder import Recorder
from app.boards.recordings.replay import judge
from app.config.bench_file import DeviceConfig
from app.security import redaction
from app.wire.readings import Grammar

GOLDEN = Path(__file__).with_name("golden")
FORMAT = int(MAGIC.split()[-1])
SESSIONS = (
    (
        b"ight=17\r\n# boot\r\n",
        b"v1=1\r\nv2=2.5\r\nv3=calm, at \xc3\xbcber 20\r\n",
        b"v1=",
        b"10",
        b"0\r",
        b"\nds7=3\nv1.label=Room 12\n\n",
        b"v256=1\nv1=nan\n3,14\nv1=\nx=1\n\xff\xfe\n" + b"y" * 1300 + b"\n",
        b"v9=a-secret-token-of-mine\nv4=cut he",
    ),
    (b"re\nv1=2147483647\nv2=-1e9\n", bytes(range(256)), b"\nv1=3"),
)
"""The chunks that the board sends: one tuple for each time that it is plugged in."""


class Said:
    """A source whose reads return the chunks of one session."""

    def __init__(self, pieces: tuple[bytes, ...]) -> None:
        self._pieces = list(pieces)

    def read(self) -> bytes:
        return self._pieces.pop(0)

    def set_baud_rate(self, baud_rate: int) -> None:
        """Do nothing."""

    def write(self, data: bytes) -> None:
        raise AssertionError(data)

    def close(self) -> None:
        assert not self._pieces


def write(path: Path) -> None:
    """Record all sessions, and then a port that is still open when the recording ends."""
    redaction.learn(["a-secret-token-of-mine"])
    recorder = Recorder(DeviceConfig(name="Tür; 2", port="/dev/ttyACM0", baud_rate=74880), path.parent)
    sources = iter([*map(Said, SESSIONS), Said(())])
    open_port = recorder.tap(lambda: next(sources))
    recorder.start(path)
    for pieces in SESSIONS:
        source = open_port()
        for _ in pieces:
            source.read()
        source.close()
    open_port()
    recorder.stop()


def described(path: Path) -> Iterator[str]:
    """A recording as lines of text: its header, its records, and the verdicts on what the board sent."""
    with path.open("rb") as stream:
        reader = RecordingReader(stream)
        header = reader.header
        yield f"header {header.device!r} {header.port!r} {header.baud_rate} {header.started_at_us}"
        records = list(reader)
    yield f"{reader.unread_bytes} bytes unread"
    for record in records:
        data = f" {record.data!r}" if record.kind is RecordKind.DATA else ""
        yield f"{record.kind.name} {record.gap_us} {record.at_us}{data}"
    for verdict in judge(records, Grammar()):
        reason, target = verdict.reason or "-", verdict.target or "-"
        yield f"{verdict.kind} {reason} {target} {verdict.value!r} {verdict.text!r}"


if __name__ == "__main__":
    path = GOLDEN / f"recording-{FORMAT}{SUFFIX}"
    if path.exists():
        raise SystemExit(f"format {FORMAT} has its golden recording already, and it stays")
    write(path)
    path.with_suffix(".txt").write_text("".join(f"{line}\n" for line in described(path)), encoding="utf-8")
