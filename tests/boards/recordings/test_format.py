"""The format of recordings: if a file is cut or damaged, all complete records before that place are read."""

from __future__ import annotations

import io
from contextlib import suppress

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.boards.recordings.format import (
    MAGIC,
    Header,
    Record,
    RecordingError,
    RecordingReader,
    RecordKind,
    pack,
    pack_header,
)

HEADER = Header("greenhouse", "/dev/ttyACM0", 115200, 1_764_016_265_000_000)
RECORDS = st.lists(
    st.builds(
        lambda event, gap_us, at_us, data: Record(
            event, gap_us, at_us, data if event is RecordKind.DATA else b""
        ),
        st.sampled_from(RecordKind),
        st.integers(0, 2**64 - 1),
        st.integers(-(2**63), 2**63 - 1),
        st.binary(max_size=40),
    ),
    max_size=12,
)


def read(data: bytes) -> tuple[list[Record], int]:
    reader = RecordingReader(io.BytesIO(data))
    assert reader.header == HEADER
    return list(reader), reader.unread_bytes


@given(RECORDS)
def test_records_are_read_as_they_were_written(records: list[Record]) -> None:
    assert read(pack_header(HEADER) + b"".join(map(pack, records))) == (records, 0)


@given(RECORDS, st.integers(0, 400))
def test_a_recording_that_is_cut_anywhere_keeps_its_complete_records(records: list[Record], cut: int) -> None:
    data = pack_header(HEADER)
    ends = [len(data)]
    for record in records:
        data += pack(record)
        ends.append(len(data))
    cut = min(ends[0] + cut, len(data))
    whole = sum(end <= cut for end in ends[1:])
    assert read(data[:cut]) == (records[:whole], cut - ends[whole])


@pytest.mark.parametrize("at", range(len(MAGIC), len(pack_header(HEADER))))
def test_a_damaged_header_is_read_or_raises_recording_error(at: int) -> None:
    for wrong in b"\x00\xff[{":
        data = bytearray(pack_header(HEADER))
        data[at] = wrong
        with suppress(RecordingError):
            RecordingReader(io.BytesIO(data))


def test_a_deeply_nested_header_is_an_error() -> None:
    with pytest.raises(RecordingError, match="header"):
        RecordingReader(io.BytesIO(MAGIC + b'{"x":' + b"[" * 60_000 + b"\n"))


def test_a_header_that_is_cut_is_an_error() -> None:
    header = pack_header(HEADER)
    for cut in range(len(header)):
        with pytest.raises(RecordingError, match="like one" if cut < len(MAGIC) else "header"):
            RecordingReader(io.BytesIO(header[:cut]))


@pytest.mark.parametrize("missing", [1, 3, 25, 29])
def test_a_record_that_is_cut_is_counted_as_unread(missing: int) -> None:
    records = [Record(RecordKind.OPENED, 0, 0), Record(RecordKind.DATA, 7, 8, b"v1=1\n")]
    data = b"".join(map(pack, records))
    assert [record.size for record in records] == [25, 30]
    assert read(pack_header(HEADER) + data[:-missing]) == (records[:1], 30 - missing)


@given(RECORDS.filter(bool), st.data())
def test_a_damaged_recording_gives_only_records_that_were_written(
    records: list[Record], data: st.DataObject
) -> None:
    header = pack_header(HEADER)
    body = bytearray(b"".join(map(pack, records)))
    place = data.draw(st.integers(0, len(body) - 1))
    body[place] ^= 1 << data.draw(st.integers(0, 7))
    found, unread_bytes = read(header + bytes(body))
    assert found == records[: len(found)]
    assert unread_bytes == len(body) - len(b"".join(map(pack, found))) > 0


@given(st.binary(max_size=200))
@example(b"\xff" * 25)
@example(pack(Record(RecordKind.OPENED, 0, 0)).replace(b"O", b"X"))
def test_garbage_after_the_header_is_counted_as_unread(garbage: bytes) -> None:
    found, unread_bytes = read(pack_header(HEADER) + garbage)
    assert sum(len(pack(record)) for record in found) + unread_bytes == len(garbage)


class Noting(io.BytesIO):
    """A file that notes the largest `size` that `read` was called with."""

    most_bytes = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.most_bytes = max(self.most_bytes, -1 if size is None else size)
        return super().read(size)

    def readline(self, size: int | None = -1, /) -> bytes:
        assert size == 65536
        return super().readline(size)


@pytest.mark.parametrize(("length", "is_read"), [(1 << 24, True), ((1 << 24) + 1, False)])
def test_a_record_has_at_most_16_mb(length: int, is_read: bool) -> None:
    data = pack_header(HEADER) + pack(Record(RecordKind.DATA, 0, 0, bytes(length)))
    stream = Noting(data)
    reader = RecordingReader(stream)
    assert [len(record.data) for record in reader] == [length] * is_read
    assert reader.unread_bytes == (0 if is_read else 25 + length)
    assert stream.most_bytes == (length if is_read else 1 << 20)


@pytest.mark.parametrize(("length", "is_read"), [(65536, True), (65537, False)])
def test_a_header_has_at_most_64_kb(length: int, is_read: bool) -> None:
    line = pack_header(HEADER).removeprefix(MAGIC)
    header = pack_header(msgspec.structs.replace(HEADER, device="x" * (10 + length - len(line))))
    assert len(header) == len(MAGIC) + length
    if is_read:
        assert len(RecordingReader(Noting(header)).header.device) > 65000
    else:
        with pytest.raises(RecordingError, match="its header cannot be read"):
            RecordingReader(Noting(header))


def test_reading_ends_at_a_record_of_an_unknown_kind() -> None:
    import struct
    import zlib

    fields = struct.pack("<cQqI", b"X", 0, 0, 0)
    assert read(pack_header(HEADER) + fields + struct.pack("<I", zlib.crc32(fields))) == ([], 25)


@given(st.binary(max_size=100))
def test_any_other_file_is_an_error(data: bytes) -> None:
    with pytest.raises(RecordingError):
        RecordingReader(io.BytesIO(data))
