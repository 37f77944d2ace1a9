"""The history takes memory as points come, and puts points into its ring buffers when there are many."""

import weakref
from collections.abc import Callable
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray

from app.history import history as history_module
from app.history import rings
from app.history.history import FINE_POINTS, History
from app.history.rings import Buckets, Ring
from tests.history.test_history import add, points


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """A function that returns how many bytes of memory all rings of this test take."""
    memories: list[weakref.ref[NDArray[np.float64]]] = []

    def empty(shape: tuple[int, int], kind: type) -> NDArray[np.float64]:
        memory: NDArray[np.float64] = np.empty(shape, kind)
        memories.append(weakref.ref(memory))
        return memory

    monkeypatch.setattr(rings, "np", SimpleNamespace(**{**vars(np), "empty": empty}))
    return lambda: sum(memory.nbytes for found in memories if (memory := found()) is not None)


def in_bytes(fine: int, coarse: int) -> int:
    """The bytes of memory of a target with room for `fine` points and for `coarse` buckets at each level."""
    return 8 * (2 * fine + 6 * 3 * coarse)


@pytest.mark.untraced
def test_all_targets_share_one_memory(taken: Callable[[], int]) -> None:
    history = History()
    numbers = np.arange(3000, dtype=np.float64)
    for part in range(5):
        for target in range(320):
            at_us = ((part * 3000 + numbers) * 1000).astype(np.int64)
            history.append("board", f"v{target}", at_us, numbers)
    times, _ = history.window("board", "v7", 0, 1e12)
    assert len(times) < FINE_POINTS / 3
    assert times[-1] == pytest.approx(14.999)
    # Each gets a tenth of what a single target gets. The last buckets are not needed yet.
    assert 320 * in_bytes(819, 0) < taken() < 320 * in_bytes(819, 264)


def test_full_rings_have_room_for_less_when_there_are_more_targets(taken: Callable[[], int]) -> None:
    history = History()
    add(history, np.arange(200_000.0), np.arange(200_000.0))
    assert taken() == in_bytes(8192, 2640)
    for target in range(319):
        history.append("board", f"w{target}", np.array([1]), np.array([1.0]))
    for number in range(64):
        add(history, np.array([200_000.0 + number]), np.array([0.0]))
    points(history, 0, 1e12)
    assert taken() == in_bytes(819, 264)
    times, _ = points(history, 0, 1e12)
    assert all(earlier <= later for earlier, later in pairwise(times))


def test_a_target_with_few_points_takes_little_memory(taken: Callable[[], int]) -> None:
    history = History()
    add(history, np.arange(60.0), np.arange(60.0))
    points(history, 0, 1e12)
    assert taken() == 8 * 2 * 64


def test_no_target_keeps_less_than_64_entries(
    monkeypatch: pytest.MonkeyPatch, taken: Callable[[], int]
) -> None:
    monkeypatch.setattr(history_module, "_FULL_TARGETS", 1e-6)
    history = History()
    add(history, np.arange(100.0), np.arange(100.0))
    assert points(history, 44, 1e12)[1] == list(range(44, 100))
    assert taken() == 8 * (2 * 64 + 3 * 64)


def test_a_target_takes_512_kilobytes_and_they_reach_five_hours_back(taken: Callable[[], int]) -> None:
    history = History()
    # So that each bucket has a point; those of the last seconds do not matter.
    for begin_s, end_s, step_s in ((0, 5.5 * 3600, 0.2), (5.5 * 3600, 6 * 3600, 0.01)):
        times = np.arange(begin_s, end_s, step_s)
        add(history, times, times)
    seen, _ = points(history, 0, 1e12)
    assert 0 < seen[0] < 3600
    assert taken() == in_bytes(8192, 2640) == 511_232


class Seen:
    """Records how many points a history's rings get, and how many its buckets of each width get."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.points = 0
        self.by_width_s: dict[float, int] = {}
        seen = self

        class NotingRing(Ring):
            def append(self, entries: NDArray[np.float64], most: int, step_s: float) -> NDArray[np.float64]:
                seen.points += entries.shape[1]
                return super().append(entries, most, step_s)

        class NotingBuckets(Buckets):
            def __init__(self, bucket_s: float) -> None:
                super().__init__(bucket_s)
                self.width_s = bucket_s
                seen.by_width_s[bucket_s] = 0

            def append(self, entries: NDArray[np.float64], most: int, step_s: float) -> NDArray[np.float64]:
                seen.by_width_s[self.width_s] += entries.shape[1]
                return super().append(entries, most, step_s)

        monkeypatch.setattr(history_module, "Ring", NotingRing)
        monkeypatch.setattr(history_module, "Buckets", NotingBuckets)


def test_each_level_of_detail_is_five_times_as_wide_as_the_one_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = Seen(monkeypatch)
    add(History(), np.arange(1.0), np.arange(1.0))
    assert [wide / narrow for narrow, wide in pairwise(seen.by_width_s)] == pytest.approx([5] * 5)


@pytest.mark.parametrize(
    ("sizes", "sorted_in"),
    [
        ([1] * 63, 0),
        ([1] * 64, 64),
        ([1] * 65, 64),
        ([2047], 0),
        ([2048], 2048),
        ([1000, 1047], 0),
        ([1000, 1048], 2048),
        ([2048, 2047], 2048),
        ([2048, 2048], 4096),
    ],
)
def test_buffered_points_are_sorted_in_before_there_are_many(
    sizes: list[int], sorted_in: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = Seen(monkeypatch)
    history = History()
    for size in sizes:
        add(history, np.full(size, 1.0), np.full(size, 1.0))
    assert seen.points == sorted_in


@pytest.mark.parametrize(
    ("sizes", "in_buckets"),
    [
        ([8192], 0),
        ([8193], 1025),
        ([8192, 1], 1025),
        ([8192, 1024], 2048),
        ([8192, 1, 1023], 1025),
        ([8192, 1, 1024], 1025),
        ([8192, 1, 1025], 2050),
    ],
)
def test_only_points_that_leave_the_fine_ones_come_into_buckets(
    sizes: list[int], in_buckets: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = Seen(monkeypatch)
    history = History()
    for size in sizes:
        add(history, seen.points + np.arange(float(size)), np.full(size, 1.0))
        points(history, 0, 10)
    assert (seen.points, seen.by_width_s[0.002]) == (sum(sizes), in_buckets)


def test_points_that_wait_keep_no_larger_array_in_memory() -> None:
    history = History()
    of_all_targets = np.arange(1000.0)
    larger = weakref.ref(of_all_targets)
    history.append("board", "v1", np.array([1, 2]), of_all_targets[10:12])
    del of_all_targets
    assert larger() is None
    assert points(history, 0, 1e12)[1] == [10, 11]
