"""Segments: neighbouring readings of one stream, packed into one row.

Invariants: unpacking returns the values, times and ids that were packed; numbers are float64, which can hold
every 32-bit int and every double that a board can send; if a segment has a text or a location, all its values
are stored as JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from app.wire.batches import Batch
from app.wire.datastreams import Value

_T = TypeVar("_T", bound=np.generic)
_VALUES = msgspec.json.Decoder(list[float | str | tuple[float, float]])


class Columns(NamedTuple):
    """Readings of one stream as columns of equal length, in the order of arrival.

    The arrays may be parts of larger ones, which are in memory as long as any part is: who keeps readings
    copies them.
    """

    target: str
    ids: NDArray[np.integer[Any]]
    """Reading ids, counted from 0 at the first reading of the commit."""
    received_at_us: NDArray[np.int64]
    numbers: NDArray[np.float64]
    """NaN where the value is not a number."""
    values: Sequence[Value] | None
    """All values if at least one of them is not a number; None if all are numbers."""

    def packed(self) -> tuple[bytes, bytes, bytes | str]:
        """The ids, times and values in the form in which the journal stores them."""
        packed_values = (
            self.numbers.astype("<f8", copy=False).tobytes()
            if self.values is None
            else msgspec.json.encode(self.values).decode()
        )
        return (
            self.ids.astype("<u4").tobytes(),
            self.received_at_us.astype("<i8", copy=False).tobytes(),
            packed_values,
        )


def merge(batches: Sequence[tuple[int, Batch]]) -> Iterator[Columns]:
    """Group the readings of `batches` by target. All batches must share one `Batch.targets` list.

    The number paired with a batch is the number of readings that precede the batch in the same commit.
    """
    parts = [batch for _, batch in batches]
    codes = _joined([part.codes for part in parts])
    order = np.argsort(codes, kind="stable")
    codes = codes[order]
    numbers = _joined([part.numbers for part in parts])[order]
    times = _joined([part.received_at_us for part in parts])[order]
    ids = _joined([np.arange(first, first + len(part.codes)) for first, part in batches])[order]
    others = _others(parts)
    cuts = (np.flatnonzero(codes[1:] != codes[:-1]) + 1).tolist()
    one_part, *_ = parts
    for begin, end in pairwise((0, *cuts, len(codes))):
        some = slice(begin, end)
        values = None
        if others:
            places = order[some].tolist()
            if not others.keys().isdisjoint(places):
                values = [
                    others.get(place, number)
                    for place, number in zip(places, numbers[some].tolist(), strict=True)
                ]
        yield Columns(one_part.targets[codes[begin]], ids[some], times[some], numbers[some], values)


def unpack_values(packed: bytes | str) -> list[Value]:
    """Unpack the values of a segment."""
    if isinstance(packed, str):
        return list(_VALUES.decode(packed))
    return np.frombuffer(packed, "<f8").tolist()  # type: ignore[no-any-return]


def unpack_numbers(packed: bytes | str) -> NDArray[np.float64]:
    """Unpack the values of a segment as numbers, with NaN for texts and locations.

    Raises ValueError if the segment is damaged.
    """
    if isinstance(packed, bytes):
        return np.frombuffer(packed, "<f8")
    values = _VALUES.decode(packed)
    return np.array([value if isinstance(value, int | float) else np.nan for value in values], np.float64)


def unpack_times(packed: bytes) -> list[int]:
    """Unpack the times of a segment, in microseconds since 1970, UTC."""
    return np.frombuffer(packed, "<i8").tolist()  # type: ignore[no-any-return]


def unpack_ids(packed: bytes, first_id: int) -> list[int]:
    """Unpack the reading ids of a segment. They are stored as offsets from `first_id`."""
    return [first_id + offset for offset in np.frombuffer(packed, "<u4").tolist()]


def place_of(packed: bytes, offset: int) -> int | None:
    """The place of the reading in a segment whose id is stored as `offset`; None if there is none."""
    offsets = np.frombuffer(packed, "<u4")
    place = int(np.searchsorted(offsets, offset))
    return place if place < len(offsets) and offsets[place] == offset else None


def _joined(arrays: list[NDArray[_T]]) -> NDArray[_T]:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _others(parts: Sequence[Batch]) -> dict[int, Value]:
    """The values in `parts` that are not numbers: texts and locations.

    Each key is the index of the value's reading among the readings of all `parts` in order.
    """
    joined: dict[int, Value] = {}
    offset = 0
    for part in parts:
        for place, value in part.others.items():
            joined[offset + place] = value
        offset += len(part.codes)
    return joined
