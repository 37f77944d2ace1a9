"""Where the lines of a block end."""

from __future__ import annotations

import re

from hypothesis import example, given

from app.wire.line_ends import line_ends, line_feeds
from tests.wire.test_lines import STREAMS


@given(STREAMS)
@example(b"\r")
@example(b"\r\r\n\n\r")
def test_where_each_line_ends(data: bytes) -> None:
    def ends(block: bytes) -> list[int]:
        return [match.end() - 1 for match in re.finditer(rb"\r\n|\n|\r", block)]

    assert line_ends(data).tolist() == ends(data)
    plain = data.replace(b"\r", b"")
    assert line_feeds(plain).tolist() == ends(plain)


def test_the_line_ends_of_a_block() -> None:
    assert line_ends(b"a\r\nb\rc\n\n").tolist() == [2, 4, 6, 7]
    assert line_feeds(b"a\nb\n\n").tolist() == [1, 3, 4]
