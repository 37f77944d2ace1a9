"""An error about a file is one line, even if the file or its name contains line breaks."""

from __future__ import annotations

from app.config.errors import about, on_one_line, one_line
from app.messages.message import Message


def test_breaks_and_controls_become_spaces() -> None:
    assert one_line("a\r\nb\x00c\u2028d\u2029e\x7ff\x85g\x9fh") == "a b c d e f g h"


def test_a_message_is_put_on_one_line_with_everything_in_it() -> None:
    known = ("c\nd", Message("path_empty", key="e\nf"))
    inner = Message("unknown_key", key="a\nb", known=known, count=2)
    outer = Message("value_out_of_range", key="k", value=3, low=1, high=2)
    assert on_one_line(outer) == outer
    error = about("x\ny", Message("about", subject="s\nt", message=inner))
    assert str(error) == "x y: s t: unknown key a b: known are c d and e f names no file"
    assert error.message.code == "about"


def test_long_texts_from_a_file_are_shortened() -> None:
    at_most, longer = "k" * 300, "k" * 301
    inner = Message("unknown_key", key=longer, known=(longer,), count=1)
    assert (
        str(about("x" * 999, Message("missing_key", key=at_most)))
        == f"{'x' * 999}: {at_most} is missing: add it"
    )
    assert str(about("x", inner)) == f"x: unknown key {at_most}…: known is {at_most}…"
