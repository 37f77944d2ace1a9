"""The table of streams is found by number, device and target, and takes over each commit."""

from __future__ import annotations

from msgspec.structs import replace

from app.journal.streams.stream import Stream
from app.journal.streams.table import StreamTable

V1, V2, OTHER = Stream(1, "board", "v1"), Stream(2, "board", "v2"), Stream(3, "other", "v1")


def test_a_stream_is_found_by_number_by_device_and_by_target() -> None:
    table = StreamTable([V1, V2, OTHER])
    assert table.all() == [V1, V2, OTHER]
    assert table.of_device("board") == [V1, V2]
    assert table.of_device("other") == [OTHER]
    assert table.of_device("none") == []
    assert table.by_number == {1: V1, 2: V2, 3: OTHER}
    assert [table.number("board", "v2"), table.number("other", "v1"), table.number("other", "v2")] == [
        2,
        3,
        None,
    ]


def test_a_commit_changes_begins_and_drops_streams() -> None:
    table = StreamTable([V1, V2, OTHER])
    before = table.all()
    longer, new = replace(V2, next_seq=7), Stream(4, "third", "v1")
    table.update({2: longer, 4: new}, [OTHER])
    assert before == [V1, V2, OTHER]
    assert table.all() == [V1, longer, new]
    assert (table.of_device("board"), table.of_device("other"), table.of_device("third")) == (
        [V1, longer],
        [],
        [new],
    )
    assert (table.number("other", "v1"), table.number("third", "v1"), table.number("board", "v2")) == (
        None,
        4,
        2,
    )
    table.update({3: replace(OTHER, target="v9")})
    assert table.number("other", "v9") == 3
