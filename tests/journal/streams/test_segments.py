"""Unpacking a segment gives the readings that were packed."""

from hypothesis import given
from hypothesis import strategies as st

from app.journal.streams.segments import merge, unpack_ids, unpack_times, unpack_values
from app.wire.batches import Intake
from app.wire.readings import Grammar

LINES = st.lists(
    st.tuples(
        st.sampled_from(["v0", "v1", "ds5"]),
        st.one_of(st.integers(-(2**31), 2**31 - 1), st.sampled_from(["hello", "a,b", "-"])),
    ),
    min_size=1,
    max_size=40,
)


@given(st.lists(LINES, min_size=1, max_size=4))
def test_any_batches_come_back_by_stream_in_order(chunks: list[list[tuple[str, int | str]]]) -> None:
    intake = Intake(Grammar())
    intake.feed(b"# first\n", 0)
    batches, first = [], 0
    expected: dict[str, list[tuple[int, int, int | str]]] = {}
    for at_us, chunk in enumerate(chunks, 1):
        batch = intake.feed("".join(f"{name}={value}\n" for name, value in chunk).encode(), at_us).batch
        assert batch
        batches.append((first, batch))
        for offset, (name, value) in enumerate(chunk):
            expected.setdefault(name, []).append((first + offset, at_us, value))
        first += len(chunk)
    found = {}
    for columns in merge(batches):
        ids, times, packed = columns.packed()
        # Values are packed as a list (a `str`) only if there are texts among them.
        texts = [value for _, _, value in expected[columns.target] if isinstance(value, str)]
        assert isinstance(packed, str) is bool(texts)
        found[columns.target] = list(
            zip(unpack_ids(ids, 100), unpack_times(times), unpack_values(packed), strict=True)
        )
    assert found == {
        name: [(id_ + 100, at_us, value) for id_, at_us, value in rows] for name, rows in expected.items()
    }
