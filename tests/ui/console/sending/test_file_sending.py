"""The lines of a file go to the board in order, each once; whatever stops them is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bench.status import SentLine
from ui.console.sending.file_sending import MAX_BYTES, FileSending, NoLinesError, Pacing, lines_of


def taken(number: int, text: str, *, after_line: int = 0, was_taken: bool = True) -> SentLine:
    return SentLine(number, after_line, 0, text, was_taken)


def sending(*lines: str, pause_s: float = 0.5, waits: bool = False) -> FileSending:
    return FileSending("greenhouse", "g.txt", lines, Pacing(pause_s, waits), sent=3)


def trouble(file: FileSending) -> str:
    assert file.is_over
    return str(file.trouble)


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"G0 X1\nG0 X2\n", ["G0 X1", "G0 X2"]),
        (b"a\r\nb\rc", ["a", "b", "c"]),
        (b"\n", [""]),
        (b"a\n\nb", ["a", "", "b"]),
        ("\ufeffgrün\n".encode(), ["grün"]),
    ],
)
def test_lines_of_a_file(data: bytes, lines: list[str]) -> None:
    assert lines_of(data, "g.txt") == lines


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "g.txt has no lines."),
        (b"\xff\xfe", "g.txt is no text in UTF-8: only text can be sent line by line."),
        (b"x" * (MAX_BYTES + 1), "g.txt is longer than 1 MB: send a shorter file."),
    ],
)
def test_files_that_cannot_be_sent(data: bytes, words: str) -> None:
    with pytest.raises(NoLinesError, match=words):
        lines_of(data, "g.txt")


def test_a_line_is_due_when_the_last_one_was_taken_and_the_pause_is_over() -> None:
    file = sending("a", "b")
    assert (file.device, file.file, file.total, file.after_sent) == ("greenhouse", "g.txt", 2, 3)
    assert file.due(0.0) == "a"
    file.asked(0.0)
    assert file.due(1.0) is None  # It is on its way.
    file.heard(1.0, [taken(4, "typed by hand"), taken(5, "a")], is_open=True, has_reply=False)
    assert (file.done, file.after_sent, file.due(1.4), file.due(1.5)) == (1, 5, None, "b")
    file.asked(1.5)
    assert not file.is_over
    file.heard(1.6, [taken(6, "b")], is_open=True, has_reply=False)
    assert (file.is_over, file.done, file.trouble, file.due(9.0)) == (True, 2, None, None)
    file.cancel()
    file.heard(9.0, [], is_open=False, has_reply=False)
    assert file.trouble is None  # It was over before.


def test_it_waits_for_an_answer_after_each_line() -> None:
    file = sending("a", "a", pause_s=0.0, waits=True)
    file.asked(0.0)
    file.heard(0.1, [taken(4, "a", after_line=7)], is_open=True, has_reply=False)
    assert (file.due(1.0), file.reply_after) == (None, 7)
    file.heard(1.0, [], is_open=True, has_reply=True)
    assert (file.due(1.0), file.reply_after) == ("a", None)
    file.asked(1.0)
    file.heard(1.1, [taken(5, "a", after_line=8)], is_open=True, has_reply=False)
    assert (file.done, file.is_over) == (2, False)  # The last answer is awaited too.
    file.heard(1.2, [], is_open=True, has_reply=True)
    assert file.is_over


def test_an_unplugged_board_ends_it() -> None:
    file = sending("a", "b")
    file.asked(0.0)
    file.heard(0.1, [taken(4, "a")], is_open=False, has_reply=False)
    assert trouble(file) == "g.txt: the port of greenhouse has closed. Lines sent: 1 of 2."
    assert file.due(9.0) is None


def test_a_board_that_takes_nothing_ends_it() -> None:
    words = "g.txt: greenhouse takes no more. Lines sent: 0 of 1."
    refused, silent = sending("a"), sending("a")
    for file in (refused, silent):
        file.asked(0.0)
    refused.heard(0.1, [taken(4, "a", was_taken=False)], is_open=True, has_reply=False)
    assert trouble(refused) == words
    silent.heard(5.0, [], is_open=True, has_reply=False)
    assert not silent.is_over
    silent.heard(5.1, [], is_open=True, has_reply=False)
    assert trouble(silent) == words


def test_a_board_that_does_not_answer_ends_it() -> None:
    file = sending("a", "b", waits=True)
    file.asked(0.0)
    file.heard(1.0, [taken(4, "a")], is_open=True, has_reply=False)
    file.heard(11.0, [], is_open=True, has_reply=False)
    assert not file.is_over
    file.heard(11.1, [], is_open=True, has_reply=False)
    assert trouble(file) == "g.txt: greenhouse has not answered for 10 s. Lines sent: 1 of 2."


def test_it_can_be_cancelled() -> None:
    file = sending("a", "b")
    file.cancel()
    assert trouble(file) == "g.txt: cancelled. Lines sent: 0 of 2."


@given(
    st.lists(st.sampled_from(["a", "b", ""]), min_size=1, max_size=6),
    st.lists(st.sampled_from(["write", "type", "reply", "wait"]), max_size=60),
    st.booleans(),
)
def test_lines_go_in_order_and_each_once(lines: list[str], acts: list[str], waits: bool) -> None:
    file = FileSending("greenhouse", "g.txt", lines, Pacing(0.2, waits), sent=0)
    now_s, number = 0.0, 0
    on_its_way: list[str] = []
    written: list[str] = []
    for act in acts:
        now_s += 0.1
        news: list[SentLine] = []
        if act == "write" and on_its_way:
            number += 1
            written.append(on_its_way.pop())
            news.append(taken(number, written[-1]))
        elif act == "type":
            number += 1
            news.append(taken(number, "typed"))
        file.heard(now_s, news, is_open=True, has_reply=act == "reply")
        line = file.due(now_s)
        if line is not None:
            assert not on_its_way
            on_its_way.append(line)
            file.asked(now_s)
    assert file.trouble is None
    assert written == lines[: len(written)] == lines[: file.done]
