"""The last bytes of a board are kept as they came, in bounded memory."""

from __future__ import annotations

from app.boards.raw_bytes import MAX_BYTES, RawBuffer
from app.boards.status import RawBytes


def test_bytes_have_their_places_and_times() -> None:
    raw = RawBuffer()
    assert raw.last() == RawBytes()
    for at_us, chunk in enumerate((b"\x00\xff", b"", b"v1=1\r\n")):
        raw.add(chunk, at_us)
    assert raw.last() == RawBytes(0, b"\x00\xffv1=1\r\n", ((0, 0), (2, 2)))


def test_memory_is_bounded_and_bytes_keep_their_places() -> None:
    raw = RawBuffer()
    for number in range(300):
        raw.add(bytes([number % 256]) * 1024, number)
    last = raw.last()
    assert (last.first, len(last.data)) == (44 * 1024, MAX_BYTES)
    assert last.chunks[0] == (44 * 1024, 44)
    raw.add(b"x" * (2 * MAX_BYTES), 300)
    assert raw.last() == RawBytes(300 * 1024, b"x" * (2 * MAX_BYTES), ((300 * 1024, 300),))
    for number in range(10_000):
        raw.add(b"y", number)
    assert len(raw.last().chunks) == 8192
    assert raw.last().data == b"y" * 8192
