"""The golden recording of each format always gives the same records and verdicts, and is never rewritten."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest

from app.boards.recordings.format import MAGIC, RecordingReader, pack, pack_header
from tests.boards.write_golden import FORMAT, GOLDEN, SESSIONS, described, write

SUMS = {
    "recording-1.pbrec": "c12845d9cedddf798fc778a8cd9d6f398858f648b0db956dbfcb88193975f92e",
    "recording-1.txt": "7cdb5bcccd4517599fd307722b2cf611fb67139295e0fcc1b6d3e015ea3c850a",
}
NAMES = sorted(name.removesuffix(".pbrec") for name in SUMS if name.endswith(".pbrec"))


def test_each_golden_recording_has_its_checksum() -> None:
    files = [file for file in GOLDEN.iterdir() if file.name != ".gitattributes"]
    assert {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files} == SUMS


def test_each_format_has_its_golden_recording() -> None:
    assert [f"recording-{number}" for number in range(1, FORMAT + 1)] == NAMES
    assert (GOLDEN / f"recording-{FORMAT}.pbrec").read_bytes().startswith(MAGIC)


@pytest.mark.parametrize("name", NAMES)
def test_a_golden_recording_gives_the_same_records_and_verdicts(name: str) -> None:
    expected = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8").split("\n")
    assert [*described(GOLDEN / f"{name}.pbrec"), ""] == expected


@pytest.mark.parametrize("name", NAMES)
def test_a_golden_recording_that_is_cut_is_read_up_to_its_last_complete_record(name: str) -> None:
    content = (GOLDEN / f"{name}.pbrec").read_bytes()
    reader = RecordingReader(io.BytesIO(content))
    records = list(reader)
    begin = len(pack_header(reader.header))
    ends = [begin]
    for record in records:
        ends.append(ends[-1] + len(pack(record)))
    assert ends[-1] == len(content)
    for cut in range(begin, len(content), 7):
        cut_reader = RecordingReader(io.BytesIO(content[:cut]))
        whole = sum(end <= cut for end in ends[1:])
        assert list(cut_reader) == records[:whole]
        assert cut_reader.unread_bytes == cut - ends[whole]


def test_this_version_still_writes_its_golden_recording(tmp_path: Path) -> None:
    write(tmp_path / "a.pbrec")

    def said(path: Path) -> list[tuple[str, bytes]]:
        with path.open("rb") as stream:
            return [(record.kind.name, record.data) for record in RecordingReader(stream)]

    assert said(tmp_path / "a.pbrec") == said(GOLDEN / f"recording-{FORMAT}.pbrec")
    heard = b"".join(data for _, data in said(tmp_path / "a.pbrec"))
    assert len(heard) == sum(map(len, (piece for pieces in SESSIONS for piece in pieces)))
    assert b"a-secret-token" not in heard
