"""For any bytes, the fast and the general path agree to the last bit and never raise; memory is bounded."""

from __future__ import annotations

import itertools
import math
import tracemalloc
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.boards.console import ConsoleBuffer
from app.wire.batches import Intake
from app.wire.datastreams import DatastreamType, Value
from app.wire.lines import MAX_LINE_BYTES
from app.wire.readings import Grammar, Kind, Verdict
from tests.wire.test_batches import GRAMMARS, by_the_rules, take

pytestmark = pytest.mark.untraced

GOOD = [
    *(b"v1=100", b"ds7=-12.50", b"v2=0.25", b"v3=Room 12", b"v3=\xc3\xa9\xf0\x9f\x98\x80", b"v4=2"),
    *(b"v5=13.4,-52.5", b"v6=007", b"v8=1e-3", b"v1.label=Room 12", b"# boot", b" v9 = +3 ", b"v255=-0"),
    *(b"v8=-0.0", b"ds2147483647=5.", b"v77=999999999", b"v77=-2147483648", b"v77=.5", b"v77=nan"),
]
WARM = b"# boot\n" + b"".join(
    b"%s=1\n" % name for name in (b"v1", b"ds7", b"v2", b"v6", b"v8", b"v9", b"v77", b"v255", b"ds2147483647")
)
"""Lines after which an intake knows their targets, so that plain lines take the fast path."""

HOSTILE = {
    "nothing": b"",
    "nul flood": b"\0" * 5000 + b"\n" + b"\0\n" * 3000,
    "nul within": b"v1=1\0\nv1=\0001\n\0v1=1\nv\0001=1\nv1=2\n",
    "line ends alone": b"\n\r\n\r\r\n\n\n\r" * 500,
    "equals signs": b"=\n==\n=v1=1\nv1==1\n" + b"=" * 3000 + b"\nv1=2\n",
    "broken utf-8": b"v3=\xff\nv3=\xc3\nv3=\xc3\x28\nv3=\xe2\x82\nv3=\xf0\x9f\x98\nv1=\xc31\nv3=\xc0\xaf\n",
    "surrogates and beyond": b"v3=\xed\xa0\x80\nv3=\xf4\x90\x80\x80\nv3=\xf8\x88\x80\x80\x80\n",
    "byte order mark": b"\xef\xbb\xbfv1=1\nv1=2\n",
    "other digits": "v1=١\nv1=１\nv1=½\nv１=1\nv1=1\u2028v1=2\nv3=\u0085\nv1=1\x0b2\nv1=1\x1c\n".encode(),
    "other white space": "\u00a0v1=1\nv1=\u20031\n\u3000\nv1=1\f\n\vv1=1\n".encode(),
    "no number": b"v6=1_000\nv6=0x10\nv6=1e400\nv6=--1\nv6=-\nv6=.\nv6=1e\nv6=infinity\nv6=INF\nv6=1.2.3\n",
    "edges of 32 bits": b"v6=2147483647\nv6=2147483648\nv6=-2147483648\nv6=-2147483649\nv77=1e309\n",
    "zeros": b"v77=-0\nv77=0\nv77=-0.0\nv77=0.0\nv77=-000\nv77=-0.000000000\nv8=-0\nv8=-0.0\nv9=-0\nv1=-0\n",
    "many digits": b"v6="
    + b"9" * 1197
    + b"\nv77="
    + b"9" * 1196
    + b"\nv77=0."
    + b"0" * 1190
    + b"1\nv77=0x"
    + b"f" * 1190,
    "edge of the length": b"v3="
    + b"x" * 1024
    + b"\nv3="
    + b"x" * 1025
    + b"\n"
    + b"#" * 1200
    + b"\n"
    + b"#" * 1201
    + b"\n",
    "ids out of range": b"ds2147483648=1\nds0=1\nds-1=1\nds007=1\nv-1=1\nv256=1\nv00=1\nv1.=1\nds7.label=x\n",
    "two on a line": b"v1=1v2=0.5\nv1=1 v2=0.5\nv1=1;v2=0.5\nv1=1=2\n",
    "every byte": bytes(range(256)) * 20,
    "every byte as a value": b"".join(b"v77=%c\nv3=a%cb\nv%c=1\n%cv77=1\n" % ((n,) * 4) for n in range(256)),
}

NEARLY = st.lists(
    st.sampled_from(
        [b"v1", b"v6", b"v77", b"ds7", b"=", b"-", b"0", b"1", b"9", b".", b"e", b"+", b" ", b"\t"]
    )
    | st.sampled_from([b"\r", b"\n", b"\r\n", b"\0", b"\xc3", b"\xa9", b"#", b".label", b","])
    | st.sampled_from([b"v77=1\n", b"v77=-2.5\r\n", b"v8=-0\n", b"v6=5\n", b"v2=0.5\n", b"v9=-0.5\n"])
    | st.binary(max_size=3),
    max_size=60,
).map(b"".join)
"""Bytes that are sometimes a valid line, and mostly differ from a valid line by one byte."""
CUTS = st.lists(st.integers(0, 10_000), max_size=8)


def exact(
    readings: Iterable[tuple[str | None, Value | None]],
) -> list[tuple[str | None, str, Value | None, float]]:
    """The target, type, value and sign of each reading; only the sign tells 0.0 from -0.0."""
    return [
        (target, type(value).__name__, value, math.copysign(1, value) if isinstance(value, float) else 1)
        for target, value in readings
    ]


def kept(verdict: Verdict) -> tuple[str | None, Value | None]:
    """The target and value of an accepted line as the journal stores them: numbers as doubles, -0 as 0."""
    value = verdict.value
    return verdict.target, float(value) + 0.0 if isinstance(value, int | float) else value


def cut(data: bytes, places: Iterable[int]) -> list[bytes]:
    ends = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[begin:end] for begin, end in itertools.pairwise(ends)]


def assert_both_paths_agree(chunks: list[bytes], grammar: Grammar) -> None:
    expected = by_the_rules(b"".join(chunks), grammar)
    verdicts, readings = take(Intake(grammar), chunks, grammar)
    assert verdicts == expected
    assert [type(verdict.value) for verdict in verdicts] == [type(verdict.value) for verdict in expected]
    accepted = [verdict for verdict in expected if verdict.kind is Kind.ACCEPTED]
    assert exact(readings) == exact(map(kept, accepted))
    for verdict in verdicts:
        assert bool(verdict.hint) == (verdict.kind is Kind.REJECTED or verdict.is_doubtful)
        assert (verdict.type is DatastreamType.INT) == (
            verdict.type is not DatastreamType.ENUM and isinstance(verdict.value, int)
        )


@pytest.mark.parametrize("grammar", GRAMMARS)
@given(data=NEARLY, cuts=CUTS)
@example(data=b"v77=-0\n", cuts=[])
@example(data=b"v77=1\nv77=-0\nv77=-0.0\n", cuts=[])
def test_bytes_that_are_almost_lines(grammar: str, data: bytes, cuts: list[int]) -> None:
    assert_both_paths_agree([WARM, *cut(data, cuts)], GRAMMARS[grammar])


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("size", [1, 7, 1200, 65536])
def test_hostile_bytes_in_chunks_of_any_size(name: str, size: int) -> None:
    data = WARM + HOSTILE[name]
    chunks = [data[begin : begin + size] for begin in range(0, len(data), size)]
    for grammar in GRAMMARS.values():
        assert_both_paths_agree(chunks, grammar)


@pytest.mark.parametrize("grammar", GRAMMARS)
def test_every_prefix_of_every_good_line(grammar: str) -> None:
    judge = GRAMMARS[grammar]
    for line in GOOD:
        for end in range(len(line) + 1):
            prefix = line[:end]
            assert_both_paths_agree([WARM, prefix + b"\n" + line, b"\r\n"], judge)
            # If the port goes away after the prefix, the prefix never gives a value, whatever it looks like.
            intake = Intake(judge)
            intake.feed(WARM, 0)
            intake.feed(prefix, 0)
            taken = intake.close(0)
            assert taken.batch is None
            assert taken.counts.partial == taken.counts.lines == bool(prefix)


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
@pytest.mark.parametrize("line", [line for line in GOOD if b"=" in line and b"nan" not in line])
def test_a_line_that_was_cut_anywhere_gives_no_value_of_its_own(line: bytes, end: bytes) -> None:
    """The bytes before and after an unplug are never joined into a reading that the board did not send."""
    for at in range(1, len(line)):
        intake = Intake(GRAMMARS["free"])
        intake.feed(WARM + line[:at], 0)
        assert intake.close(0).batch is None
        again = intake.feed(line[at:] + end + line + end, 0)
        whole = by_the_rules(WARM + line + end, GRAMMARS["free"])[-1]
        assert again.batch is not None
        assert again.counts.lines == 2
        last = again.batch.others.get(again.counts.accepted - 1, float(again.batch.numbers[-1]))
        assert (again.batch.targets[again.batch.codes[-1]], last) == kept(whole)


def peak_bytes(chunks: Iterator[bytes]) -> int:
    """The most bytes of memory that an intake and its console take while they are fed `chunks`."""
    grammar = GRAMMARS["typed"]
    intake, console = Intake(grammar), ConsoleBuffer(grammar)
    tracemalloc.start()
    try:
        for chunk in chunks:
            console.add(intake.feed(chunk, 0), 0)
            assert intake.kept_bytes <= MAX_LINE_BYTES
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("chunk", [b"x" * 65536, b"v1=" + b"1" * 65533, b"\0" * 65536, b"\xff" * 65536])
def test_ten_megabytes_without_a_line_end(chunk: bytes) -> None:
    intake = Intake(GRAMMARS["free"])
    intake.feed(WARM, 0)
    counts = [intake.feed(chunk, 0).counts for _ in range(160)]
    assert sum(count.rejected for count in counts) == sum(count.lines for count in counts) == 1
    assert intake.close(0).counts.lines == 0
    assert peak_bytes(itertools.repeat(chunk, 160)) < 500_000


@pytest.mark.parametrize("chunk", [b"\n" * 9000, b"\0\n" * 4500, b"\xff\n" * 4500, b"v1=1\n" * 3000])
def test_memory_does_not_grow_with_the_number_of_chunks(chunk: bytes) -> None:
    assert peak_bytes(itertools.repeat(chunk, 20)) < 1.1 * peak_bytes(itertools.repeat(chunk, 4))
