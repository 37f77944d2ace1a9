"""Rows for the tests of the console."""

from __future__ import annotations

from app.bench.status import ConsoleLine, SentLine
from app.boards.console import ConsoleBuffer
from app.wire.batches import Intake
from app.wire.readings import Grammar
from ui.console.log import Log, News

AT_US = 1_790_000_000_000_000
BOARD = "greenhouse"


def lines(first: int, *texts: str, at_us: int = AT_US) -> list[ConsoleLine]:
    """Lines with the numbers from `first` on, as a bench gives them."""
    grammar = Grammar()
    console, intake = ConsoleBuffer(grammar, first), Intake(grammar)
    intake.feed(b"# the first line may be cut\n", 0)
    console.add(intake.feed("".join(f"{text}\n" for text in texts).encode(), at_us), at_us)
    return console.lines(0, len(texts))


def news(first: int, *texts: str, device: str = BOARD, at_us: int = AT_US) -> News:
    """What is new of a device: these lines."""
    return News(device, lines(first, *texts, at_us=at_us))


def sent(number: int, after_line: int, text: str, *, was_taken: bool = True) -> SentLine:
    """A line that was sent."""
    return SentLine(number, after_line, AT_US, text, was_taken)


def log_of(*texts: str, first: int = 1) -> Log:
    """A log with these lines of one board."""
    log = Log()
    log.add([news(first, *texts)])
    return log


def texts_of(log: Log) -> list[str]:
    """The texts of all rows; a gap is the number of lines that it stands for, in brackets."""
    rows = [log[number] for number in range(log.first, log.end)]
    return [f"[{row.missing}]" if row.missing else row.text for row in rows]
