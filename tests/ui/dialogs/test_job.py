"""Work in a thread of its own tells how far it is, and can be cancelled."""

from __future__ import annotations

import threading

from app.bench.errors import BenchError
from app.messages.message import verbatim
from ui.dialogs.job import Job, Progress


class Work:
    """Work in three parts. Each waits until the test lets it go on."""

    def __init__(self) -> None:
        self.may_go_on = threading.Semaphore(0)
        self.told = threading.Semaphore(0)

    def __call__(self, progress: Progress) -> int:
        for done in range(1, 4):
            assert self.may_go_on.acquire(timeout=60)
            try:
                progress(done, 3)
            finally:
                self.told.release()
        return 3

    def go_on(self) -> None:
        self.may_go_on.release()
        assert self.told.acquire(timeout=60)


def test_a_job_tells_how_far_it_is_until_it_has_a_result() -> None:
    work = Work()
    job = Job("work", work)
    assert not job.start()
    assert (job.percent, job.is_over, job.result) == (0, False, None)
    work.go_on()
    assert (job.percent, job.seen, job.total) == (33, 1, 3)
    work.go_on()
    work.go_on()
    job._thread.join(60)
    assert (job.percent, job.is_over, job.result, job.failure) == (99, True, 3, None)
    assert not job.is_cancelled


def test_a_cancelled_job_ends_where_it_next_tells_its_progress() -> None:
    work = Work()
    job = Job("work", work)
    job.start()
    work.go_on()
    job.cancel()
    assert job.is_cancelled
    assert not job.is_over
    work.go_on()
    job.end(60)
    assert (job.is_over, job.seen, job.result, job.failure) == (True, 2, None, None)


def test_the_window_does_not_wait_long_for_the_end() -> None:
    work = Work()
    job = Job("work", work)
    job.start()
    job.end(timeout_s=0)
    assert not job.is_over
    work.go_on()
    job.end(60)
    assert job.is_over


def test_a_job_that_is_over_at_once_says_so() -> None:
    job = Job("work", lambda _: 7)
    assert job.start(60)
    assert job.result == 7


def test_an_error_is_kept() -> None:
    def fail(_: Progress) -> int:
        raise BenchError("verbatim", text="the disk is full")

    job = Job("work", fail)
    assert job.start(60)
    assert (job.result, job.failure) == (None, verbatim("the disk is full"))
