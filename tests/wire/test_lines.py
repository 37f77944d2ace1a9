"""The splitter finds and cuts lines as the line format says, however the bytes come in chunks."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.wire.lines import MAX_LINE_BYTES, LineSplitter, split_block

LONG = MAX_LINE_BYTES + 1
PIECES = st.sampled_from(
    [
        b"v1=1",
        b"\r",
        b"\n",
        b"\r\n",
        b"\n\r",
        b"",
        b" ",
        b"\xff",
        b"a" * 1199,
        b"b" * 1200,
        b"c" * 1201,
        b"d" * 5000,
    ]
)
STREAMS = st.lists(PIECES | st.binary(max_size=20), max_size=25).map(b"".join)


def lines_of(chunks: list[bytes]) -> tuple[list[bytes], bytes]:
    splitter = LineSplitter()
    lines = []
    for chunk in chunks:
        lines += split_block(splitter.feed(chunk))
        assert splitter.kept_bytes <= MAX_LINE_BYTES
    return lines, splitter.close()


def expected(data: bytes) -> tuple[list[bytes], bytes]:
    """The lines of `data` and the unfinished rest after them, as the line format defines them."""
    *lines, rest = re.split(rb"\r\n|\n|\r", data)
    cut = [line[:LONG] for line in lines]
    return (cut, rest) if len(rest) <= MAX_LINE_BYTES else ([*cut, rest[:LONG]], b"")


def cut_at(data: bytes, cuts: list[int]) -> list[bytes]:
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[begin:end] for begin, end in itertools.pairwise(places)]


@given(STREAMS, st.lists(st.integers(0, 100_000), max_size=12))
@example(b"a\r\nb\r\n", [2])
@example(b"a\rb\n", [3])
@example(b"d" * 5000 + b"\r\nv1=1\n", [1300, 5001])
@example(b"d" * 5000 + b"\r\r\nv1=1\n", [1300, 5001, 5002])
def test_any_chunking_gives_the_same_lines(data: bytes, cuts: list[int]) -> None:
    assert lines_of(cut_at(data, cuts)) == expected(data)


@given(STREAMS)
def test_byte_by_byte_gives_the_same_lines(data: bytes) -> None:
    assert lines_of([data[i : i + 1] for i in range(len(data))]) == expected(data)


@pytest.mark.parametrize("before", [b"", b"x" * 1200, b"x" * 1201], ids=["start", "full", "skipping"])
def test_every_mix_of_line_ends_in_every_chunking(before: bytes) -> None:
    for letters in itertools.product((b"a", b"\r", b"\n"), repeat=6):
        wanted = expected(before + b"".join(letters))
        for cuts in itertools.product((False, True), repeat=5):
            chunks = [before, letters[0]]
            for letter, cut in zip(letters[1:], cuts, strict=True):
                if cut:
                    chunks.append(letter)
                else:
                    chunks[-1] += letter
            assert lines_of(chunks) == wanted


@pytest.mark.parametrize("before", [b"v1=1", b"v1=1\r", b"v1=" + b"1" * 2000])
def test_a_copy_continues_with_the_same_bytes(before: bytes) -> None:
    splitter = LineSplitter()
    splitter.feed(before)
    copy = splitter.copy()
    assert copy.span_bytes == splitter.span_bytes
    assert copy.feed(b"\nv2=2\nv3") == splitter.feed(b"\nv2=2\nv3")
    assert copy.close() == splitter.close() == b"v3"


def test_the_span_of_a_block_goes_from_its_first_byte_to_the_end_of_its_chunk() -> None:
    splitter = LineSplitter()
    chunks = (b"v1=1\nv1=", b"2\r", b"\nv1=3\nv", b"x" * 1300, b"xx\nv1=4\n")
    spans = [splitter.feed(chunk) and splitter.span_bytes for chunk in chunks]
    # Not counted: a \n that belongs to the \r of the previous chunk, and the skipped part of a long line.
    assert spans == [8, 5, 6, 1301, 5]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_each_line_end_ends_a_line(end: bytes) -> None:
    assert lines_of([b"v1=1" + end + b"v2=2" + end]) == ([b"v1=1", b"v2=2"], b"")


def test_a_carriage_return_ends_its_line_at_once_and_takes_the_line_feed_of_a_later_chunk() -> None:
    splitter = LineSplitter()
    assert split_block(splitter.feed(b"v1=1\r")) == [b"v1=1"]
    assert splitter.feed(b"") == b""
    assert splitter.feed(b"\n") == b""
    assert split_block(splitter.feed(b"\n")) == [b""]


def test_a_line_feed_before_a_carriage_return_ends_a_line_of_its_own() -> None:
    assert lines_of([b"a\n\rb\n"]) == ([b"a", b"", b"b"], b"")


def test_a_line_of_the_longest_length_passes_and_a_longer_one_is_one_byte_too_long() -> None:
    assert lines_of([b"a" * 1200 + b"\n" + b"b" * 1201 + b"\n"]) == ([b"a" * 1200, b"b" * 1201], b"")


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("split_end", [False, True])
def test_a_long_line_appears_once_and_is_skipped_to_its_end(end: bytes, split_end: bool) -> None:
    ends = [end[i : i + 1] for i in range(len(end))] if split_end else [end]
    assert lines_of([b"a" * 1201, b"a" * 999, b"\xff=v1", *ends, b"v1=1\n"]) == ([b"a" * 1201, b"v1=1"], b"")


def test_ten_megabytes_without_a_line_end_keep_nothing() -> None:
    splitter = LineSplitter()
    told = b"".join(splitter.feed(b"x" * 65_536) for _ in range(160))
    assert split_block(told) == [b"x" * LONG]
    assert splitter.kept_bytes == 0
    assert split_block(splitter.feed(b"x\nv1=1\n")) == [b"v1=1"]


def test_ten_megabytes_in_one_chunk_appear_once() -> None:
    assert lines_of([b"x" * 10_000_000, b"\n", b"v1=1\n"]) == ([b"x" * LONG, b"v1=1"], b"")


def test_close_returns_the_rest_and_resets() -> None:
    splitter = LineSplitter()
    splitter.feed(b"v1=1\nv1=10")
    assert splitter.kept_bytes == 5
    assert splitter.close() == b"v1=10"
    assert (splitter.kept_bytes, splitter.close()) == (0, b"")


def test_close_forgets_a_carriage_return_and_a_long_line() -> None:
    splitter = LineSplitter()
    splitter.feed(b"v1=1\r")
    splitter.close()
    assert split_block(splitter.feed(b"\n")) == [b""]
    splitter.feed(b"x" * 2000)
    assert splitter.close() == b""
    assert split_block(splitter.feed(b"v1=1\n")) == [b"v1=1"]
