"""Journals of every version are exported as that version did, and are upgraded without a loss.

The golden files are never rewritten.
"""

from __future__ import annotations

import hashlib
import io
import shutil
from pathlib import Path

import pytest

from app.journal import regions, rejected
from app.journal.export.rows import Selection, export
from app.journal.file.schema import SCHEMA_VERSION
from app.journal.journal import Journal
from app.journal.status import JournalCounts
from app.journal.timeline.rows import read_events, read_markers
from app.messages.message import Message, verbatim
from app.wire.streams import Usage
from tests.journal.file.test_schema import shape, version
from tests.journal.outboxes import outbox
from tests.journal.test_journal import batch, opened
from tests.journal.write_golden import BEFORE, GOLDEN, NOW, OTHER, REGION, write

SUMS = {
    "earlier-sentences.journal": "2fa880aa79fc63994a66f1adc02b72f41590a3b10197cbc9721acbc60be0a05d",
    "version-1.csv": "e5129bc896e333ed4b89e59a1848744d5428cae635a2150247c8cfe688819d81",
    "version-1.journal": "77ab27a2443269b525050736e5c0f845d90d01e5b6abb38c8cafbac3f2ff4c9a",
    "version-2.csv": "b473ddbe689c23daa1f1f7d8f2ae5693073bf71d12aa3b0346b3823b94548034",
    "version-2.journal": "096a9f5613b548c8d7a89580c1329dc1da66c58bd830947e94d00add2fd16d59",
    "version-3.csv": "e053fc62b81c3ddeae8edd8699dba3fdf4f4dc8b5448cae05cec4c8ecab862e0",
    "version-3.journal": "37ef6467f5f7efe10b3a31eb2cf2a8daaf425c89f73ec0ac2e28fdfee97d5849",
    "version-4-killed.csv": "08b6bcf74b0b5f45af8b4d84c0c7be2af84ee31b53cf38dcce1bb314a1d94a1a",
    "version-4-killed.journal": "61fc88a0d73321bc8bbbfa4b4298980c1f9f445ecfd610834fa8a0211de270c9",
    "version-4-killed.journal-wal": "07c1b8dc48fbd9107908b193b2d1b8d0238b11504021c872fa917273f961de9b",
    "version-4.csv": "08b6bcf74b0b5f45af8b4d84c0c7be2af84ee31b53cf38dcce1bb314a1d94a1a",
    "version-4.journal": "d993eb75d3ae455ecc872cd4bed57e432fa58bb8ed162161b4ef69af74412cf5",
    "version-5-killed.csv": "0e013fe35b7cb5e049df9a7360cbf5433d4e3532ec793733647e1b61099b2ba1",
    "version-5-killed.journal": "a1426dba6d5b8cd91cead5faf198e853208368f6eb851c3f96642f1407d60ab9",
    "version-5-killed.journal-wal": "97ef45f4be4cc178fd7e0c98cfb03612cfb88eec3c883a63d85da6d047bf1644",
    "version-5.csv": "0e013fe35b7cb5e049df9a7360cbf5433d4e3532ec793733647e1b61099b2ba1",
    "version-5.journal": "4f09a1177154fe88809ae091ad52f4ef0ec273b64258dd298c38b9ffd0d71c53",
    "version-6-killed.csv": "27eec1923b0365272aa541fd1e06404db0a86b04bf104306f0356de5f82bd296",
    "version-6-killed.journal": "1cc77bd99877b504b4ff521b97371516ecfd4300ad2919a1198edccdd30f4104",
    "version-6-killed.journal-wal": "2de0795439ab4a9385ecf0c0fd290a8c89d5ed2339a8e00228ddba03501f0fb1",
    "version-6.csv": "27eec1923b0365272aa541fd1e06404db0a86b04bf104306f0356de5f82bd296",
    "version-6.journal": "d2588e3afe806fe02191d1043d293b5e02c026ed4b1e62dea0e9eed54df9f583",
    "version-7-killed.csv": "f4572e27c80ff18232a1d1f689e9e9c3a65ab9e4cae190c0ed5a9421b19f3150",
    "version-7-killed.journal": "93a15a058f8caf3ae50be646d31a83a22742292386927a138278008277e16acc",
    "version-7-killed.journal-wal": "58b13c10ab4238df8bd4c8e617636c46d7ed9fb47739615e61eb0a595c76ecde",
    "version-7.csv": "f4572e27c80ff18232a1d1f689e9e9c3a65ab9e4cae190c0ed5a9421b19f3150",
    "version-7.journal": "cde309db79dd9e6fff687f3ad92f86381a72f43954902d9c67c7587fffe81e4f",
}
NAMES = sorted(
    name.removesuffix(".journal")
    for name in SUMS
    if name.startswith("version-") and name.endswith(".journal")
)
COMMON = {
    ("board", "v2"): JournalCounts(25, superseded=20, expired=2, pending=3, held=2),
    ("board", "v3"): JournalCounts(4, forwarded=1, refused=1, pending=2, held=2),
    ("board", "v1.label"): JournalCounts(1, pending=1, held=1),
    ("board", "ds7"): JournalCounts(1, pending=1, held=1),
    ("board", "v4"): JournalCounts(12, pending=12, held=12),
    (OTHER, "v1"): JournalCounts(1, forwarded=1),
    (OTHER, "v255"): JournalCounts(1, pending=1),
}
USED = [Usage("messages of Home", "2025-10", 123), Usage("points of board", "2025-10-20", 45)]


def version_of(name: str) -> int:
    return int(name.split("-")[1])


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def path(name: str, tmp_path: Path) -> Path:
    """A copy of a golden journal, with its log beside it if it has one."""
    path = tmp_path / "j.db"
    shutil.copy(GOLDEN / f"{name}.journal", path)
    log = GOLDEN / f"{name}.journal-wal"
    if log.exists():
        shutil.copy(log, f"{path}-wal")
    return path


def exported(path: Path) -> bytes:
    output = io.StringIO()
    assert export(path, output, Selection()).unreadable == []
    return output.getvalue().encode()


def test_no_golden_file_is_rewritten_or_added_without_its_sum() -> None:
    files = [file for file in GOLDEN.iterdir() if file.name not in ("README.md", ".gitattributes")]
    assert {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files} == SUMS


def test_each_version_of_the_tables_has_its_golden_journal() -> None:
    assert {version_of(name) for name in NAMES} == set(range(1, SCHEMA_VERSION + 1))
    for name in NAMES:
        # Byte 60 of the header is SQLite's user_version.
        header = (GOLDEN / f"{name}.journal").read_bytes()[:100]
        assert int.from_bytes(header[60:64], "big") == version_of(name)
        assert f"{name}.csv" in SUMS


def test_a_journal_is_exported_as_its_own_version_did(name: str, path: Path) -> None:
    before = path.read_bytes()
    assert exported(path) == (GOLDEN / f"{name}.csv").read_bytes()
    assert path.read_bytes() == before


def test_a_journal_without_its_first_page_is_exported_too(name: str, path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(bytes(4096) + content[4096:])
    output = io.StringIO()
    # That killed program's journal has the page in its log, so it is not damaged.
    told = [] if name == "version-4-killed" else [Message("damaged_without_loss")]
    assert export(path, output, Selection()).unreadable == told
    assert output.getvalue().encode() == (GOLDEN / f"{name}.csv").read_bytes()


def test_a_journal_is_brought_up_to_date_with_nothing_lost(name: str, path: Path, tmp_path: Path) -> None:
    wrote = version_of(name)
    journal = Journal(path)
    assert journal.warning is None
    regions.bind(journal, "board", *NOW)
    regions.bind(journal, OTHER, *NOW)
    assert regions.remembered(journal, *NOW) == (REGION if wrote >= 5 else "")
    assert exported(path) == (GOLDEN / f"{name}.csv").read_bytes()
    # From version 3 on, there is a reading to be sent again, and one from after the clock was set.
    later = wrote >= 3
    counts = JournalCounts(
        25 + later, forwarded=9, refused=2 - later, pending=14 + 2 * later, held=13 + 2 * later
    )
    found = {(stream.device, stream.target): stream.counts() for stream in journal.streams()}
    assert found == {("board", "v1"): counts, **COMMON}
    reasons = ["Value doesn't match the Datastream data type."] * (2 - later) + ["no"]
    assert [str(refused.reason) for refused in journal.refused("board", 9)] == reasons
    assert journal.last_account("board") == journal.fingerprint(*NOW)
    assert journal.usage() == (USED if wrote >= 4 else [])
    lines = rejected.read(journal.reader(), "board").lines()
    assert [line.text for line in lines] == (["v256=1", "v1=nan", "3,14"] if wrote >= 4 else [])
    marks = journal.reader().execute("SELECT first_id, stepped_us FROM clock_mark").fetchall()
    assert marks == ([(68, -3_600_000_000)] if later else [])
    happened = [(event.kind, event.target, event.count) for event in read_events(journal.reader(), "board")]
    if wrote >= 7:
        assert happened == [
            *(("not_running", "", 0), ("connected", "", 0), ("rejected", "v1", 17), ("cloud_down", "", 3))
        ]
        notes = [(marker.device, marker.note) for marker in read_markers(journal.reader())]
        assert notes == [("board", 'größer, "so"'), ("", "=all")]
    else:
        # Steps of the clock became events.
        assert happened == ([("clock_set", "", -3_600_000_000)] if later else [])
    regions.bind(journal, "board", *BEFORE)
    assert len(outbox(journal).resent(9)) == later
    journal.write([("board", batch("v1=9\n"))], [])
    assert exported(path).startswith((GOLDEN / f"{name}.csv").read_bytes())
    journal.close()
    assert version(path) == SCHEMA_VERSION
    opened(tmp_path / "new.db").close()
    assert shape(path) == shape(tmp_path / "new.db")


def test_sentences_that_earlier_versions_stored_are_shown_as_they_are_stored(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    shutil.copy(GOLDEN / "earlier-sentences.journal", path)
    journal = Journal(path)
    stored = [
        "Value doesn't match the Datastream data type.",
        "skipped by a person",
        "HTTP 404: no reason given",
    ]
    reasons = journal.execute("SELECT reason FROM settled ORDER BY stream, first")
    assert reasons == [(reason,) for reason in ("", *stored, "discarded", "discarded")]
    shown = [refused.reason for refused in journal.refused("board", 9)]
    assert shown == [verbatim(text) for text in stored]
    assert [str(reason) for reason in shown] == stored
    journal.close()


def test_this_version_still_writes_what_its_golden_files_hold(tmp_path: Path) -> None:
    write(tmp_path)
    written = {file.name for file in tmp_path.iterdir()}
    versions = [name for name in SUMS if name.startswith("version-")]
    assert written == {name for name in versions if version_of(name.split(".")[0]) == SCHEMA_VERSION}
    for name in written:
        if name.endswith(".csv"):
            assert (tmp_path / name).read_bytes() == (GOLDEN / name).read_bytes()
