"""The console shows the last lines in order, each with its verdict, even if it kept only their bytes."""

from hypothesis import given
from hypothesis import strategies as st

from app.boards.console import KEPT_BYTES, KEPT_LINES, MAX_LINES, ConsoleBuffer
from app.boards.status import AcceptedLine
from app.wire.batches import Intake
from app.wire.readings import Grammar, Kind


def console_of(*chunks: bytes, first: int = 1) -> ConsoleBuffer:
    """A console with the lines of `chunks`; the first chunk came at 0 µs, the second at 1 µs, and so on."""
    grammar = Grammar()
    console, intake = ConsoleBuffer(grammar, first), Intake(grammar)
    for at_us, chunk in enumerate(chunks):
        console.add(intake.feed(chunk, at_us), at_us)
    return console


def test_plain_blocks_and_single_lines_are_in_order() -> None:
    console = console_of(b"# hi\nv1=1\n", b"v1=2\nv1=3\n", b"", b"v256=1\n", b"v1=4\r\n")
    lines = console.lines(0, 100)
    assert [line.number for line in lines] == [1, 2, 3, 4, 5, 6]
    assert [line.text for line in lines] == ["# hi", "v1=1", "v1=2", "v1=3", "v256=1", "v1=4"]
    assert [line.received_at_us for line in lines] == [0, 0, 1, 1, 3, 4]
    assert [line.target for line in lines] == [None, "v1", "v1", "v1", None, "v1"]
    assert [line.kind for line in lines] == [line.verdict.kind for line in lines]
    assert lines[4].verdict.kind is Kind.REJECTED
    for after in range(8):
        assert console.lines(after, 6) == lines[after:]


def test_a_plain_line_is_judged_only_when_its_verdict_is_asked_for() -> None:
    console = console_of(b"v1=1\n", b"v1=2\nv1=3\n")
    plain = console.lines(1, 9)[0]
    assert isinstance(plain.judged, AcceptedLine)
    assert plain.verdict == Grammar().judge(b"v1=2")
    assert plain.with_verdict().judged == plain.verdict == plain.with_verdict().verdict


def test_memory_does_not_grow() -> None:
    grammar = Grammar()
    console, intake = ConsoleBuffer(grammar), Intake(grammar)
    for number in range(150):
        console.add(intake.feed(b"v1=%d\n" % number * 100, 0), 0)
    assert [line.number for line in console.lines(0, 10**6)] == list(range(15_001 - KEPT_LINES, 15_001))
    for _ in range(KEPT_LINES + 500):
        console.add(intake.feed(b"v1=0\n", 0), 0)
    assert [line.number for line in console.lines(0, 10**6)] == list(range(15_501, 25_501))
    for _ in range(2000):
        console.add(intake.feed(b"#" + b"x" * 999 + b"\n", 0), 0)
    assert len(console.lines(0, 10**6)) == KEPT_BYTES // 1000
    # A single chunk is kept whole, whatever its size.
    console.add(intake.feed(b"v1=1\n" * (2 * KEPT_LINES), 0), 0)
    assert len(console.lines(0, 10**6)) == 2 * KEPT_LINES


def texts(console: ConsoleBuffer, after: int, limit: int) -> list[str]:
    return [line.text for line in console.lines(after, limit)]


def test_rejected_lines_take_the_place_of_older_accepted_ones() -> None:
    console = console_of(b"v1=0\n", b"oops\n", b"v1=1\nv1=2\n", b"hey\n", b"v1=3\nv1=4\nv1=5\nv1=6\n")
    assert texts(console, 0, 4) == ["oops", "hey", "v1=5", "v1=6"]
    assert texts(console, 2, 4) == ["hey", "v1=4", "v1=5", "v1=6"]
    assert texts(console, 0, 2) == ["hey", "v1=6"]
    assert texts(console, 0, 1) == ["v1=6"]
    assert texts(console, 0, 0) == []
    assert texts(console, 9, 4) == []
    assert texts(console, 0, 7) == ["oops", "v1=2", "hey", "v1=3", "v1=4", "v1=5", "v1=6"]


def test_a_rejected_line_is_kept_after_the_lines_around_it_are_gone() -> None:
    console = console_of(b"v1=0\n", b"oops\n", b"v1=1\n" * (KEPT_LINES + 5))
    lines = console.lines(0, 2 * KEPT_LINES)
    assert lines[0].text == "oops"
    assert len(lines) == KEPT_LINES + 6
    many = console_of(b"v1=0\n", b"oops\n" * (MAX_LINES + 7), b"v1=1\n" * KEPT_LINES)
    assert [line.number for line in many.lines(0, 10**6)][:2] == [9, 10]


def test_lines_before_the_first_are_not_missing() -> None:
    console = console_of(b"v1=1\n", b"v1=2\n", first=501)
    assert [line.number for line in console.lines(0, 9)] == [501, 502]


@given(st.lists(st.lists(st.sampled_from([b"v1=1\n", b"oops\n", b"# hi\n"]), max_size=6)), st.data())
def test_what_is_left_out_is_accepted_as_long_as_there_is_room(
    chunks: list[list[bytes]], data: st.DataObject
) -> None:
    console = console_of(*(b"".join(chunk) for chunk in chunks))
    every = console.lines(0, 10**6)
    after = data.draw(st.integers(0, len(every)))
    limit = data.draw(st.integers(0, len(every)))
    lines = console.lines(after, limit)
    asked = [line for line in every if line.number > after]
    assert len(lines) == min(limit, len(asked))
    assert [line for line in asked if line in lines] == lines  # in order, and none twice
    assert not lines or lines[-1] == asked[-1]
    rejected = [line.number for line in asked if line.kind is Kind.REJECTED]
    shown = [line.number for line in lines if line.kind is Kind.REJECTED]
    # The newest of them are shown, and no fewer than half of the lines, if there are so many.
    assert shown == rejected[len(rejected) - len(shown) :]
    assert len(shown) >= min(len(rejected), limit // 2)


def test_sent_lines_know_their_place_among_the_received_ones() -> None:
    console = ConsoleBuffer(Grammar())
    console.add_sent("hello", 5, was_taken=True)
    console.add(Intake(Grammar()).feed(b"v1=1\nv1=2\n", 7), 7)
    console.add_sent("led=1", 9, was_taken=False)
    first, second = console.sent(0)
    assert (first.number, first.after_line, first.sent_at_us, first.text, first.was_taken) == (
        *(1, 0, 5, "hello", True),
    )
    assert (second.number, second.after_line, second.was_taken) == (2, 2, False)
    assert console.sent(1) == [second]
    for _ in range(MAX_LINES):
        console.add_sent("x", 9, was_taken=True)
    assert [line.number for line in console.sent(0)] == list(range(3, MAX_LINES + 3))
