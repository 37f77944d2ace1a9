"""Fixtures: a folder of journals, bench files and recordings, and a `Runner` for commands in copies of it."""

from __future__ import annotations

import logging
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.boards.recordings.format import Header, Record, RecordKind, pack, pack_header
from app.journal.journal import Journal
from app.journal.rejected import RejectedLines, Unwritten
from app.journal.timeline import rows
from app.messages.message import Message
from app.program.logs import Redactor
from app.wire.streams import Fate, Run
from app.wire.timeline import Event, EventKind, Marker
from tests.commands.table import Runner
from tests.journal.test_journal import ACCOUNT, batch
from tests.journal.test_rejected import wrong
from tests.processes import TOKEN, pty_board

BENCH = """
[bench]
name = "Two"
journal = "two.db"
[[device]]
name = "a"
port = "/dev/none"
server = "http://127.0.0.1:9"
auth_token = "env:PINBRIDGE_T"
[[device]]
name = "b"
port = "/dev/nobody"
unknown_pins = "reject"
[[device.datastream]]
virtual_pin = 1
"""
OTHER = '[bench]\nname = "Other"\njournal = "other.db"\n[[device]]\nname = "c"\nport = "/dev/none"\n'
NAMED = """
[[device]]
name = "a"
port = "COM1"
datastream = [{ virtual_pin = 1, name = "Air", unit = "°C" }]
"""
STRICT = """
[[device]]
name = "b"
port = "COM1"
unknown_pins = "reject"
datastream = [{ virtual_pin = 1 }]
"""
FILES = {
    "bench.toml": BENCH,
    "other.toml": OTHER,
    "named.toml": NAMED,
    "strict.toml": STRICT,
    "judges.toml": f'[[device]]\nname = "a"\nport = "COM7"\n{STRICT}',
    "good.txt": "v1=1\n",
    "bad.txt": "v1=1\nv2=2\nv256=1\n",
    "rubbish.toml": '[[board]]\nfault = "rubbish"\n',
}
PAUSE_US = 1_000_000_000
S = 1_000_000
MARKERS = (
    Marker(1, "a", 2 * S, "=lamp"),
    Marker(2, "", 1 * S, "class 7b"),
    Marker(3, "b", 3 * S, "door"),
)
EVENTS = (
    Event(2, EventKind.CONNECTED, 1 * S, 1 * S, detail="COM5"),
    Event(3, EventKind.CLOUD_DOWN, 2 * S, None, count=1, reason=Message("no_server")),
)


def recording(said: bytes, pause_us: int) -> bytes:
    """The bytes of a recording of a board that sends `said` after a pause of `pause_us`."""
    data = Record(RecordKind.DATA, pause_us, 0, said)
    records = [Record(RecordKind.OPENED, 0, 0), data, Record(RecordKind.ENDED, 0, 0)]
    return pack_header(Header("board", "COM1", 115200, 0)) + b"".join(map(pack, records))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("commands")
    for name, text in FILES.items():
        (folder / name).write_text(text)
    (folder / "one.pbrec").write_bytes(recording(b"# hi\nv1=1\n", PAUSE_US))
    (folder / "quick.pbrec").write_bytes(recording(b"# hi\nv1=3\nv2=3\n", 0))
    (folder / "three.pbrec").write_bytes(recording(b"# hi\nv1=3\nv2=3\n", PAUSE_US))
    journal = Journal(folder / "two.db")
    for device in "ab":
        journal.bind(device, ACCOUNT)
    for device, text, at_us in (
        ("a", "v1=1\nv1=2\n", 1_000_000),
        ("a", "v1=3\nv2=2.5\n", 2_000_000),
        ("b", "v1=7\nv1=8\n", 3_000_000),
    ):
        journal.write([(device, batch(text, at_us))], [])
    # Refuse all readings of device a except its third of v1, and the first reading of device b.
    refused = [Run(stream, 1, last, Fate.REFUSED, "no") for stream, last in ((1, 2), (2, 1), (3, 1))]
    journal.write([], refused, unwritten=[_rejected("a", "v256=1\n"), _rejected("b", "v257=1\n")])
    with journal.transaction() as change:
        rows.write_markers(change.connection, MARKERS, ())
        rows.write_events(change.connection, "a", EVENTS, rows.Run(1, 2 * S, 2 * S, 1 * S))
        rows.write_events(change.connection, "b", [Event(4, EventKind.CONNECTED, 3 * S, 3 * S)], None)
    journal.close()
    journal = Journal(folder / "other.db")
    journal.bind("c", ACCOUNT)
    journal.write([("c", batch("v5=50\nv5=51\n"))], [], unwritten=[_rejected("c", "v258=1\n")])
    journal.write([], [Run(1, 1, 1, Fate.REFUSED, "no")])
    journal.close()
    return folder


def _rejected(device: str, text: str) -> Unwritten:
    lines = RejectedLines(device)
    lines.add(wrong(text))
    return lines.take()


@pytest.fixture
def runner(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runner]:
    """Runs commands in this process. A test whose commands take more than two minutes fails."""
    monkeypatch.setenv("PINBRIDGE_T", TOKEN)
    monkeypatch.setenv("PINBRIDGE_U", f"{TOKEN}-of-another")

    def hangs(*_: object) -> None:
        raise AssertionError("the command does not end")

    with pty_board() as board:
        before = signal.signal(signal.SIGALRM, hangs)
        signal.alarm(120)
        yield Runner(template, tmp_path, board.port, monkeypatch)
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    for handler in [h for h in logging.getLogger().handlers if isinstance(h.formatter, Redactor)]:
        logging.getLogger().removeHandler(handler)
        handler.close()
