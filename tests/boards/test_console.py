"""The console shows the last lines in order, each with its verdict, even if it kept only their bytes."""

from app.boards.console import ConsoleBuffer
from app.wire.batches import Intake
from app.wire.readings import Grammar, Kind


def test_plain_blocks_and_single_lines_are_in_order() -> None:
    grammar = Grammar()
    console, intake = ConsoleBuffer(grammar), Intake(grammar)
    for at_us, chunk in enumerate([b"# hi\nv1=1\n", b"v1=2\nv1=3\n", b"", b"v256=1\n", b"v1=4\r\n"]):
        console.add(intake.feed(chunk, at_us), at_us)
    lines = console.lines(0, 100)
    assert [line.number for line in lines] == [1, 2, 3, 4, 5, 6]
    assert [line.verdict.text for line in lines] == ["# hi", "v1=1", "v1=2", "v1=3", "v256=1", "v1=4"]
    assert [line.received_at_us for line in lines] == [0, 0, 1, 1, 3, 4]
    assert lines[4].verdict.kind is Kind.REJECTED
    for after in range(8):
        for limit in range(8):
            assert console.lines(after, limit) == lines[max(after, len(lines) - limit) :]


def test_memory_does_not_grow() -> None:
    grammar = Grammar()
    console, intake = ConsoleBuffer(grammar), Intake(grammar)
    for number in range(50):
        console.add(intake.feed(b"v1=%d\n" % number * 100, 0), 0)
    assert [line.number for line in console.lines(0, 10**6)] == list(range(4001, 5001))
    for _ in range(1500):
        console.add(intake.feed(b"v1=0\n", 0), 0)
    assert [line.number for line in console.lines(0, 10**6)] == list(range(5501, 6501))
