"""The entries of blocks of readings: how they are made, joined and packed.

Invariants: each time and value in an entry is that of a reading of its block; joining the entries of the
parts of a block gives the same entry as making it from all readings at once; unpacking returns what was
packed.
Pure: no I/O, no clock.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

BLOCK = 64
"""How many seqs a block of level 1 has."""
FACTOR = 8
"""How many blocks of a level make a block of the next level."""
IN_ROW = 256
"""How many blocks the entries of a row are of, at most."""

_WHOLES = ("seq", "count", "first_us", "last_us", "from_us", "to_us", "low_us", "high_us")
_NUMBERS = ("first", "last", "low", "high")
ENTRY = np.dtype([*((name, "<i8") for name in _WHOLES), *((name, "<f8") for name in _NUMBERS)])
"""The entry of a block: its first seq; how many numbers it has; the values of the first, the last, the lowest
and the highest of these, each with its time (µs since 1970, UTC); and the earliest and the latest time, which
differ from those of the first and the last number only if the computer's clock was set back between them."""

Entries = NDArray[np.void]
"""Entries in the order of their blocks, of the type `ENTRY`. Blocks without numbers have none."""

NONE: Entries = np.empty(0, ENTRY)

_LEVEL = 1
_WORDS = len(_WHOLES) + len(_NUMBERS)
_ENTRY_BYTES = 8 * _WORDS
_NO_PLANES = np.empty((_WORDS, 8, 0), np.uint8)


def block_seqs(level: int) -> int:
    """How many seqs a block of `level` has."""
    return int(BLOCK * FACTOR ** (level - 1))


def row_seqs(level: int) -> int:
    """How many seqs the blocks of a row of `level` have."""
    return IN_ROW * block_seqs(level)


def summarized(
    seqs: NDArray[np.int64], times_us: NDArray[np.int64], numbers: NDArray[np.float64], level: int = 1
) -> Entries:
    """The entries of readings with these seqs, which grow, and these times and values."""
    if not len(seqs):
        return NONE
    size = block_seqs(level)
    if len(seqs) % size == 0 == (seqs[0] - 1) % size and seqs[-1] - seqs[0] == len(seqs) - 1:
        return _of_whole_blocks(seqs, times_us, numbers, size)
    blocks, starts, counts = _blocks(seqs, level)
    made = np.empty(len(starts), ENTRY)
    made["seq"], made["count"] = blocks, counts
    made["from_us"] = np.minimum.reduceat(times_us, starts)
    made["to_us"] = np.maximum.reduceat(times_us, starts)
    for name, places in _named_places(numbers, numbers, starts, counts):
        made[name], made[f"{name}_us"] = numbers[places], times_us[places]
    return made


def _of_whole_blocks(
    seqs: NDArray[np.int64], times_us: NDArray[np.int64], numbers: NDArray[np.float64], size: int
) -> Entries:
    """The entries of blocks in which no seq is missing, which takes a third of the time."""
    table, times = numbers.reshape(-1, size), times_us.reshape(-1, size)
    made = np.empty(len(table), ENTRY)
    made["seq"], made["count"] = seqs[::size], size
    made["from_us"], made["to_us"] = times.min(axis=1), times.max(axis=1)
    each = np.arange(len(table))
    for name, places in (
        ("first", 0),
        ("last", size - 1),
        ("low", table.argmin(axis=1)),
        ("high", table.argmax(axis=1)),
    ):
        made[name], made[f"{name}_us"] = table[each, places], times[each, places]
    return made


def joined(entries: Entries, level: int) -> Entries:
    """The entries of the blocks of `level`, from entries of smaller blocks or of parts of these blocks.

    `entries` are in the order of the seqs. Several may be of the same block: each is of a part of it.
    """
    if not len(entries):
        return NONE
    blocks, starts, counts = _blocks(entries["seq"], level)
    made = np.empty(len(starts), ENTRY)
    made["seq"], made["count"] = blocks, np.add.reduceat(entries["count"], starts)
    made["from_us"] = np.minimum.reduceat(entries["from_us"], starts)
    made["to_us"] = np.maximum.reduceat(entries["to_us"], starts)
    for name, places in _named_places(entries["low"], entries["high"], starts, counts):
        made[name], made[f"{name}_us"] = entries[name][places], entries[f"{name}_us"][places]
    return made


def packed(entries: Entries) -> bytes:
    """The entries in the form in which the journal stores them; the opposite of `unpacked`."""
    words = np.empty((_WORDS, len(entries)), "<i8")
    first_us, last_us = entries["first_us"], entries["last_us"]
    words[0], words[1] = np.diff(entries["seq"], prepend=0), entries["count"]
    words[2], words[3] = np.diff(first_us, prepend=0), last_us - first_us
    words[4], words[5] = first_us - entries["from_us"], entries["to_us"] - last_us
    words[6], words[7] = entries["low_us"] - first_us, entries["high_us"] - first_us
    for place, name in enumerate(_NUMBERS, len(_WHOLES)):
        words[place] = np.ascontiguousarray(entries[name]).view("<i8")
    # Bytes of the same weight are neighbours: most of them are alike, which makes them much shorter.
    planes = words.view(np.uint8).reshape(_WORDS, len(entries), 8).transpose(0, 2, 1)
    return zlib.compress(planes.tobytes(), _LEVEL)


def unpacked(contents: Sequence[bytes]) -> Entries:
    """The entries of several rows, one after the other. Raises ValueError if a content is damaged."""
    try:
        rows = [np.frombuffer(zlib.decompress(content), np.uint8) for content in contents]
    except zlib.error as error:
        raise ValueError(str(error)) from None
    # All at once, because a view can have hundreds of rows.
    planes = np.concatenate(
        [_NO_PLANES, *(row.reshape(_WORDS, 8, len(row) // _ENTRY_BYTES) for row in rows)], 2
    )
    words = np.ascontiguousarray(planes.transpose(0, 2, 1)).view("<i8")[:, :, 0]
    counts = [len(row) // _ENTRY_BYTES for row in rows]
    entries = np.empty(words.shape[1], ENTRY)
    entries["seq"], entries["count"] = _sums(words[0], counts), words[1]
    entries["first_us"] = first_us = _sums(words[2], counts)
    entries["last_us"] = last_us = first_us + words[3]
    entries["from_us"], entries["to_us"] = first_us - words[4], last_us + words[5]
    entries["low_us"], entries["high_us"] = first_us + words[6], first_us + words[7]
    for place, name in enumerate(_NUMBERS, len(_WHOLES)):
        entries[name] = words[place].view("<f8")
    return entries


def _sums(steps: NDArray[np.int64], counts: list[int]) -> NDArray[np.int64]:
    """The sums of `steps` up to each place, which begin again in each row; `counts` are the rows' lengths."""
    sums = np.cumsum(steps)
    before = np.concatenate(([0], sums))[np.cumsum([0, *counts[:-1]])]
    return sums - np.repeat(before, counts) if counts else sums


def _blocks(
    seqs: NDArray[np.int64], level: int
) -> tuple[NDArray[np.int64], NDArray[np.intp], NDArray[np.intp]]:
    """The first seq of each block, the place where it starts in `seqs`, and how many of them it has."""
    size = block_seqs(level)
    blocks = (seqs - 1) // size
    starts = np.flatnonzero(np.diff(blocks, prepend=-1))
    counts = np.diff(starts, append=len(seqs))
    return blocks[starts] * size + 1, starts, counts


def _named_places(
    lows: NDArray[np.float64],
    highs: NDArray[np.float64],
    starts: NDArray[np.intp],
    counts: NDArray[np.intp],
) -> Iterator[tuple[str, NDArray[np.intp]]]:
    """For each block, the places of its first, its last, its lowest and its highest value."""
    yield "first", starts
    yield "last", starts + counts - 1
    for name, values, extreme in (("low", lows, np.minimum), ("high", highs, np.maximum)):
        found = np.flatnonzero(values == np.repeat(extreme.reduceat(values, starts), counts))
        yield name, found[np.searchsorted(found, starts)]
