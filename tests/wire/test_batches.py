"""The fast path agrees with the general path for any lines, however they are cut into chunks."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.wire.batches import Intake, IntakeResult, judge_block
from app.wire.counts import LineCounts
from app.wire.datastreams import Datastream, DatastreamType, OutOfRange, Value
from app.wire.lines import LineSplitter, split_block
from app.wire.readings import Grammar, Kind, Verdict

T = DatastreamType
ENTRIES = (
    Datastream(virtual_pin=1, id=7, type=T.INT, min=-40.0, max=85.0),
    Datastream(virtual_pin=2, type=T.DOUBLE, min=0.0, max=1.0, out_of_range=OutOfRange.CLAMP),
    Datastream(virtual_pin=3, type=T.STRING),
    Datastream(virtual_pin=4, type=T.ENUM, values=(1, 2)),
    Datastream(virtual_pin=5, type=T.LOCATION),
    Datastream(virtual_pin=6, type=T.INT),
    Datastream(virtual_pin=8, type=T.DOUBLE, max=10.0, out_of_range=OutOfRange.FORWARD),
    Datastream(virtual_pin=9, min=-0.5),
    Datastream(virtual_pin=10, id=11, scale=0.1, offset=-0.3, unit="V"),
    Datastream(virtual_pin=12, type=T.INT, scale=0.5, max=50.0, out_of_range=OutOfRange.CLAMP),
    Datastream(virtual_pin=13, type=T.DOUBLE, scale=1e306, min=-10.0, out_of_range=OutOfRange.FORWARD),
    Datastream(virtual_pin=14, type=T.INT, scale=-25_000_000.0, offset=1.0),
)
GRAMMARS = {
    "free": Grammar(),
    "typed": Grammar(ENTRIES),
    "strict": Grammar(ENTRIES, reject_unknown=True),
}
NAMES = st.sampled_from(
    ["v1", "v2", "v3", "v4", "v6", "v8", "v9", "v10", "ds11", "v12", "v13", "v14", "v77", "ds7", "ds10"]
)
PLAIN = st.builds(
    "{}={}".format,
    NAMES,
    st.integers(-200, 200)
    | st.sampled_from(["0.5", "1.5", "-0", "007", "5.0", "0.25", "999999999", "-0.75"]),
)
ODD = st.sampled_from(
    [
        "",
        " ",
        "# hi",
        "V1=3",
        "v01=1",
        "x=1",
        "v256=1",
        "v1=",
        "v1=nan",
        "v3=hello",
        "v1.label=Room 12",
        "v5=1,2",
    ]
) | st.sampled_from(
    ["v1=1e1", "v1=+3", "v2=.5", "v1=3000000000", "v9=1e999", "é", "ds0=1", "v1=1 v2=2", "y" * 1300]
)
LINES = st.lists(
    st.tuples(PLAIN | PLAIN | PLAIN | ODD, st.sampled_from(["\n", "\r\n", "\r\n", "\r"])), max_size=40
)
CUTS = st.lists(st.integers(0, 4000), max_size=6)


def take(
    intake: Intake, chunks: list[bytes], grammar: Grammar
) -> tuple[list[Verdict], list[tuple[str, Value]]]:
    """Feed `chunks` to `intake` and close it. Returns the console's verdicts and the journal's readings."""
    verdicts: list[Verdict] = []
    readings: list[tuple[str, Value]] = []
    takes = [(intake.feed(chunk, at_us), at_us) for at_us, chunk in enumerate(chunks)]
    takes.append((intake.close(-1), -1))
    for taken, at_us in takes:
        said = taken.lines if isinstance(taken.lines, list) else judge_block(grammar, taken.lines)
        verdicts += said
        assert taken.counts == counts_of(said)
        readings += readings_of(taken, at_us)
    return verdicts, readings


def counts_of(verdicts: list[Verdict]) -> LineCounts:
    tally = Counter(verdict.kind for verdict in verdicts)
    return LineCounts(*(tally[kind] for kind in Kind))


def readings_of(taken: IntakeResult, at_us: int) -> list[tuple[str, Value]]:
    batch = taken.batch
    if batch is None:
        assert taken.counts.accepted == 0
        return []
    assert len(batch.codes) == len(batch.numbers) == len(batch.received_at_us) == taken.counts.accepted
    assert (batch.received_at_us == at_us).all()
    assert np.flatnonzero(np.isnan(batch.numbers)).tolist() == sorted(batch.others)
    numbers = batch.numbers.tolist()
    return [(batch.targets[code], batch.others.get(i, numbers[i])) for i, code in enumerate(batch.codes)]


def by_the_rules(data: bytes, grammar: Grammar) -> list[Verdict]:
    """The verdicts on the lines of `data`, each judged by the general path on its own."""
    splitter = LineSplitter()
    lines = split_block(splitter.feed(data))
    rest = splitter.close()
    verdicts = [grammar.judge_first(line) for line in lines[:1]] + [grammar.judge(line) for line in lines[1:]]
    return verdicts + ([grammar.judge_rest(rest)] if rest else [])


@pytest.mark.parametrize("name", GRAMMARS)
@given(lines=LINES, rest=st.sampled_from([b"", b"v1=10", b" "]), cuts=CUTS)
@example(lines=[("v1=1", "\n"), ("v1=2", "\n"), ("v1=86", "\n")], rest=b"", cuts=[5, 10])
@example(lines=[("v2=1", "\n"), ("v2=0.5", "\n"), ("v2=1.5", "\n")], rest=b"", cuts=[5, 12])
@example(lines=[("v6=1", "\n"), ("v6=2", "\n"), ("v6=2.0", "\n")], rest=b"", cuts=[5, 10])
@example(lines=[("v8=1", "\n"), ("v8=99", "\n"), ("v3=1", "\n"), ("v3=2", "\n")], rest=b"", cuts=[5, 11, 16])
def test_the_fast_path_agrees_with_the_general_path(
    name: str, lines: list[tuple[str, str]], rest: bytes, cuts: list[int]
) -> None:
    grammar = GRAMMARS[name]
    data = "".join(itertools.chain.from_iterable(lines)).encode() + rest
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    chunks = [data[begin:end] for begin, end in itertools.pairwise(places)]
    expected = by_the_rules(data, grammar)
    verdicts, readings = take(Intake(grammar), chunks, grammar)
    assert verdicts == expected
    assert readings == [(v.target, v.value) for v in expected if v.kind is Kind.ACCEPTED]


@given(st.lists(st.binary(max_size=60), max_size=20))
def test_any_bytes_in_any_chunks_are_counted_and_never_raise(chunks: list[bytes]) -> None:
    grammar = GRAMMARS["typed"]
    verdicts, _ = take(Intake(grammar), chunks, grammar)
    assert verdicts == by_the_rules(b"".join(chunks), grammar)


SCALED = b"v10=1\nds11=1\nv12=1\nv13=1\nv14=1\n"


def warm(grammar: Grammar, lines: bytes) -> Intake:
    """An intake that was fed `lines`, so that it knows their targets."""
    intake = Intake(grammar)
    intake.feed(b"# boot\n" + lines, 0)
    return intake


@pytest.mark.parametrize(
    ("block", "plain"),
    [
        (b"v1=1\nv6=2\r\nv2=0.5\nds7=85\n", True),
        (b"v1=85\nv1=-40\n", True),
        (b"v1=86\n", False),
        (b"v2=1.5\n", False),
        (b"v9=-0.5\nv9=9\n", True),
        (b"v9=-1\n", False),
        (b"v8=11\n", True),
        (b"v6=5.0\n", False),
        (b"v4=1\n", False),
        (b"v10=3\nds11=-0.5\nv1=1\n", True),
        (b"v12=99\n", True),
        (b"v12=101\n", False),
        (b"v12=2.5\n", False),
        (b"v13=99\n", True),
        (b"v13=999\n", False),
        (b"v14=85\n", True),
        (b"v14=86\n", False),
        (b"v1.label=x\n", False),
        (b"v1=1\n\n", False),
        (b"v1=1\rv6=2\r", False),
    ],
)
def test_numbers_within_their_range_take_the_fast_path(block: bytes, plain: bool) -> None:
    intake = warm(GRAMMARS["typed"], b"v1=1\nds7=1\nv2=1\nv4=1\nv6=1\nv8=1\nv9=1\nv1.label=x\n" + SCALED)
    taken = intake.feed(block, 5)
    assert isinstance(taken.lines, bytes) == plain
    assert taken.lines == block or not plain


def test_the_lines_of_a_plain_block_can_be_judged_again() -> None:
    taken = warm(GRAMMARS["typed"], b"v1=1\n" + SCALED).feed(b"v1=2\r\nv10=3\nv1=-40\n", 5)
    assert isinstance(taken.lines, bytes)
    verdicts = judge_block(GRAMMARS["typed"], taken.lines)
    assert [(verdict.target, verdict.value) for verdict in verdicts] == readings_of(taken, 5)
    assert [verdict.text for verdict in verdicts] == ["v1=2", "v10=3", "v1=-40"]
    assert judge_block(GRAMMARS["typed"], b"") == []


def test_a_plain_block_has_the_values_by_scale_and_offset() -> None:
    taken = warm(GRAMMARS["typed"], b"v1=1\n" + SCALED).feed(b"v10=3\nv1=2\nv12=5\nds11=-0.5\nv14=-0\n", 5)
    assert isinstance(taken.lines, bytes)
    assert readings_of(taken, 5) == [("v10", 0.0), ("v1", 2), ("v12", 3), ("ds11", -0.35), ("v14", 1)]


def test_a_zero_in_a_plain_block_has_no_sign() -> None:
    taken = warm(GRAMMARS["typed"], b"v6=1\n" + SCALED).feed(b"v6=-0\nv13=-0\n", 5)
    assert isinstance(taken.lines, bytes)
    assert taken.batch is not None
    assert not np.signbit(taken.batch.numbers).any()


def test_a_chunk_that_is_cut_within_a_line_end_stays_plain() -> None:
    intake = warm(GRAMMARS["typed"], b"v1=1\nv6=1\n")
    for chunk in (b"v1=2\r\nv6=3\r", b"\nv1=4\r", b"\nv6=5\r\n"):
        taken = intake.feed(chunk, 1)
        assert isinstance(taken.lines, bytes)
        assert taken.counts == LineCounts(accepted=chunk.count(b"="))


def test_a_target_that_appears_later_is_admitted_with_its_range() -> None:
    intake = warm(GRAMMARS["typed"], b"v1=1\n")
    assert isinstance(intake.feed(b"v1=2\n", 1).lines, bytes)
    assert isinstance(intake.feed(b"v77=2\nv2=1\n", 2).lines, list)
    assert isinstance(intake.feed(b"v77=999\nv1=2\nv2=1\n", 3).lines, bytes)
    assert isinstance(intake.feed(b"v77=999\nv1=2\nv2=2\n", 4).lines, list)


def test_a_copy_continues_with_the_same_line_at_the_same_speed() -> None:
    intake = Intake(Grammar(), 9600)
    intake.feed(b"# boot\nv1=1", 0)
    copy = intake.copy(Grammar())
    assert copy.kept_bytes == 4
    for taken in (intake.feed(b"2\nv3=a\n", 1_000_000), copy.feed(b"2\nv3=a\n", 1_000_000)):
        assert taken.batch
        assert taken.batch.numbers.tolist()[:1] == [12.0]
        # The five bytes of the second line take 5.2 ms.
        assert taken.batch.received_at_us.tolist() == [994_792, 1_000_000]


def test_the_first_line_after_each_opening_takes_the_general_path() -> None:
    intake = Intake(GRAMMARS["free"])
    assert intake.feed(b"", 0) == IntakeResult(None, LineCounts(), [])
    assert intake.feed(b"hello\nv1=1\n", 1).counts == LineCounts(accepted=1, partial=1)
    assert isinstance(intake.feed(b"v1=2\n", 2).lines, bytes)
    assert intake.close(3).counts == LineCounts()
    assert intake.feed(b"hello\n", 4).counts == LineCounts(partial=1)
    # If the first line is plain, it counts as the first all the same: the next is judged like any other.
    intake.close(5)
    assert intake.feed(b"v1=3\n", 6).counts == LineCounts(accepted=1)
    assert intake.feed(b"hello\n", 7).counts == LineCounts(rejected=1)


def test_what_is_left_when_the_port_goes_away_is_partial() -> None:
    for end in range(1, 7):
        intake = warm(GRAMMARS["free"], b"v1=1\n")
        intake.feed(b"v1=100\n"[:end], 1)
        assert intake.kept_bytes == end
        taken = intake.close(2)
        assert (taken.batch, taken.counts) == (None, LineCounts(partial=1))
        assert intake.kept_bytes == 0


def test_a_long_line_that_never_ended_is_rejected_once() -> None:
    intake = warm(GRAMMARS["free"], b"v1=1\n")
    assert intake.feed(b"v1=" + b"1" * 1300, 1).counts == LineCounts(rejected=1)
    assert intake.feed(b"1" * 1300, 2).counts == LineCounts()
    assert intake.close(3).counts == LineCounts()


def test_texts_and_locations_have_nan_in_the_column_of_numbers() -> None:
    taken = Intake(GRAMMARS["typed"]).feed(b"v1=1\nv3=hello\nv5=13.4,52.5\nv6=2\n", 9)
    assert taken.batch is not None
    assert taken.batch.targets == ["v1", "v3", "v5", "v6"]
    assert taken.batch.others == {1: "hello", 2: (13.4, 52.5)}
    np.testing.assert_array_equal(taken.batch.numbers, [1, np.nan, np.nan, 2])
    np.testing.assert_array_equal(taken.batch.codes, [0, 1, 2, 3])
    assert taken.batch.codes.dtype == np.uint16


@pytest.mark.untraced
def test_more_targets_than_fit_sixteen_bits_get_wider_codes() -> None:
    # A journal of an earlier version may have as many.
    grammar = Grammar(known_targets=["v1", *(f"ds{i}" for i in range(100, 100 + (1 << 16)))])
    intake = warm(grammar, b"v1=1\n")
    full = intake.feed(b"".join(b"ds%d=1\n" % i for i in range(100, 99 + (1 << 16))), 1).batch
    more = intake.feed(b"ds%d=1\n" % (99 + (1 << 16)), 1).batch
    assert full is not None
    assert more is not None
    assert (full.codes.itemsize, more.codes.itemsize) == (2, 4)
    last = b"ds%d=5\nds100=6\nv1=7\n" % (99 + (1 << 16))
    taken = intake.feed(last, 2)
    assert isinstance(taken.lines, bytes)
    assert readings_of(taken, 2) == [(f"ds{99 + (1 << 16)}", 5.0), ("ds100", 6.0), ("v1", 7.0)]


@pytest.mark.parametrize(
    ("block", "line_bytes"),
    [
        (b"v1=1\nv6=22\n", 11),
        (b"v1=1\r\nv6=22\r\n", 13),
        (b"v3=hello\r\n", 10),
        (b"v1=1\n\n# a comment\nv6=22\nx=1\n", 11),
        (b"v1=1\r\nx=1\r\nv3=\xc3\xa9\r\n", 13),
        (b"x" * 5000 + b"\nv1=1\n", 5),
    ],
)
def test_a_batch_knows_the_bytes_of_its_lines(block: bytes, line_bytes: int) -> None:
    batch = warm(GRAMMARS["typed"], b"v1=1\nv6=1\n").feed(block, 1).batch
    assert batch is not None
    assert batch.line_bytes == line_bytes


def test_counts_add_up() -> None:
    both = LineCounts(1, 2, 3, 4, 5) + LineCounts(10, 20, 30, 40, 50)
    assert both == LineCounts(11, 22, 33, 44, 55)
    assert both.lines == 165


def test_the_last_time_of_a_number_outside_the_range_of_each_target_is_told() -> None:
    intake = Intake(GRAMMARS["typed"])
    assert intake.feed(b"v1=1\nv2=0.5\nv3=7\n", 1).beyond == {}
    assert intake.feed(b"v1=86\nv2=1.5\nv8=11\nv1=x\nv12=100\n", 2).beyond == {"v1": 2, "v2": 2}
    assert intake.feed(b"v12=101\nv77=9\n", 3).beyond == {"v12": 3}
