"""The reasons for which a run ends, its exit status, and the ledger at its end."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import types
from typing import Any

import pytest

from app.bench.status import BenchStatus, CloudStatus, JournalCounts, LinkState, LinkStatus
from app.commands.running.run import drain, in_words, run, stop_on_signals
from app.messages.message import verbatim
from app.wire.counts import LineCounts
from tests.last_words import ending
from tests.scripted import FINE, GOOD, Looks, Scripted, bench, counts, device
from tests.waiting import PATIENCE_S

ENDS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
]


@pytest.mark.parametrize(
    ("before", "last", "status"),
    [
        (bench(), FINE, 0),
        (bench(), bench(device(counts=counts(pending=1))), 1),
        (bench(), bench(device(counts=counts(pending=1, held=1))), 1),
        (bench(), bench(device(lost_bytes=1)), 1),
        (bench(), bench(device(), device("b", lost_bytes=1)), 1),
        (bench(), bench(device(counts=counts(refused=1))), 1),
        (bench(), bench(device(counts=counts(expired=1, superseded=1))), 0),
        (bench(device(counts=counts(refused=1))), bench(device(counts=counts(refused=1))), 0),
        (bench(device(counts=counts(refused=1))), bench(device(counts=counts(refused=2))), 1),
        # Pending readings of a device that has left the bench file do not count.
        (bench(), bench(device(orphan=True, lost_bytes=1, counts=counts(pending=1))), 0),
        (bench(device("b")), bench(device("b", orphan=True, counts=counts(refused=1))), 1),
    ],
)
def test_the_exit_status_is_1_if_something_is_refused_lost_or_pending(
    before: BenchStatus, last: BenchStatus, status: int
) -> None:
    scripted = Scripted(before, last, idle_s=[5.0])
    assert run(scripted, Looks(9), lambda _: None, until_idle_s=5.0) == (last, status)
    assert scripted.done == ["start", "stop"]
    # A run that the user ends has exit status 0 with the same statuses: the user knows what is pending.
    assert run(Scripted(before, last), Looks(0), lambda _: None) == (last, 0)


def test_readings_lost_at_the_end_are_reported_and_are_exit_1() -> None:
    told: list[str] = []
    last = bench(warnings=[verbatim("7 readings could not be written")])
    assert run(Scripted(bench(), last, lost_readings=7), Looks(0), told.append) == (last, 1)
    assert told == ["7 readings could not be written"]


def test_a_journal_that_was_taken_away_is_exit_1_even_after_a_signal() -> None:
    told: list[str] = []
    last = bench(warnings=[verbatim("b.db was deleted")])
    assert run(Scripted(bench(), last, was_taken_away=True), Looks(0), told.append) == (last, 1)
    assert told == ["b.db was deleted"]


def test_a_refusal_at_the_last_moment_is_reported() -> None:
    told: list[str] = []
    last = bench(device(counts=counts(refused=1)))
    scripted = Scripted(bench(), FINE, last, idle_s=[0.0])
    assert run(scripted, Looks(9), told.append, until_idle_s=0.0) == (last, 1)
    assert told == [
        "a: the cloud refused some readings: pinbridge refused lists them with the reasons, "
        "pinbridge resend sends them again, pinbridge discard --refused discards them."
    ]


def looks_of(scripted: Scripted, **ends: Any) -> int | None:
    """The number of looks at the bench after which a run ends by itself; None if it does not end."""
    stop = Looks(20)
    run(scripted, stop, lambda _: None, **ends)
    assert set(stop.waits_s) == {0.1}
    return None if stop.is_set() else len(stop.waits_s)


def test_enough_silence_ends_a_run() -> None:
    silences = [None, 2.9, None, 3.0, 4.0]
    assert looks_of(Scripted(FINE, idle_s=silences), until_idle_s=3.0) == 4
    assert looks_of(Scripted(FINE, idle_s=[None, 0.0]), until_idle_s=0.0) == 2
    assert looks_of(Scripted(FINE, idle_s=[9.0] * 30)) is None


def test_a_run_ends_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = iter([100.0, 100.0, 104.9, 105.0, 106.0])
    monkeypatch.setattr("app.commands.running.run.time", types.SimpleNamespace(monotonic=lambda: next(now_s)))
    scripted = Scripted(FINE)
    assert looks_of(scripted, for_s=5.0) == 3
    assert looks_of(Scripted(FINE)) is None


def test_recordings_that_have_been_played_and_sent_end_a_run() -> None:
    ended = LinkStatus(LinkState.ENDED, verbatim(""))
    plays, is_over = bench(device(link=ended), device("b", link=GOOD)), bench(device(link=ended))
    left = bench(device(link=ended), device("b", orphan=True, link=GOOD))
    assert looks_of(Scripted(FINE, plays, is_over, idle_s=[1.0] * 9), until_ended=True) == 2
    assert looks_of(Scripted(FINE, left, idle_s=[None, None, 0.0]), until_ended=True) == 3
    assert looks_of(Scripted(FINE, is_over, idle_s=[1.0] * 30)) is None
    # The run asks whether all is sent only after it has seen the end, or it would miss the last readings.
    assert looks_of(Scripted(FINE, plays, is_over, idle_s=[1.0, None, 1.0]), until_ended=True) == 3


def test_an_error_in_a_run_stops_its_bench() -> None:
    scripted = Scripted(bench(device(link=GOOD)))

    def say(_: str) -> None:
        raise KeyError

    with pytest.raises(KeyError):
        run(scripted, Looks(5), say)
    assert scripted.done == ["start", "stop"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGHUP")
def test_a_closed_terminal_stops_no_run_that_was_started_to_outlive_it() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    stop = stop_on_signals()
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    signal.raise_signal(signal.SIGHUP)
    signal.raise_signal(signal.SIGTERM)
    assert stop.wait(PATIENCE_S)


@pytest.mark.parametrize("number", ENDS)
def test_signals_stop_a_run(number: signal.Signals) -> None:
    signal.signal(number, lambda *_: None)
    others = set(threading.enumerate())
    stop = stop_on_signals()
    # The program can end without waiting for the thread, and a crash report names the thread.
    assert [(thread.name, thread.daemon) for thread in set(threading.enumerate()) - others] == [
        ("signals", True)
    ]
    assert not stop.is_set()
    signal.raise_signal(number)
    assert stop.wait(PATIENCE_S)


def test_a_signal_at_any_moment_of_a_wait_stops_a_run() -> None:
    stop = stop_on_signals()
    with vars(stop)["_cond"]:  # the main thread holds the lock for a moment at the start of each wait
        signal.raise_signal(signal.SIGINT)
    assert stop.wait(PATIENCE_S)
    # A second signal is received too.
    stop.clear()
    signal.raise_signal(signal.SIGTERM)
    assert stop.wait(PATIENCE_S)


def test_a_signal_stops_a_run_whose_main_thread_runs_no_python() -> None:
    """Python runs no signal handler while the main thread is in C code. The stop event is set all the same.

    A signal that comes just before a wait meets the same situation.
    """
    script = (
        "import hashlib, os, threading\n"
        "from app.commands.running.run import stop_on_signals\n"
        "stop = stop_on_signals()\n"
        "threading.Thread(target=lambda: (stop.wait(), os._exit(7))).start()\n"
        "print('ready', flush=True)\n"
        "hashlib.pbkdf2_hmac('sha256', b'', b'', 2**31 - 1)\n"
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        assert ending(process) == ("", "")
    assert process.returncode == 7


def test_a_drain_waits_until_all_is_sent_or_nothing_was_for_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    waits, sent = bench(device(), device("b", counts=counts(pending=1))), FINE
    slow = [bench(device("b", counts=counts(pending=left))) for left in (3, 3, 3, 2, 2, 2, 1, 1, 1)]
    now_s = [0.0]

    class Clock(Looks):
        def wait(self, timeout: float | None = None) -> bool:
            now_s[0] += timeout or 0.0
            return super().wait(timeout)

    monkeypatch.setattr("app.commands.running.run.time", types.SimpleNamespace(monotonic=lambda: now_s[0]))
    for statuses, unwritten, looks, patience_s, waited in (
        ([sent], [], 9, 1.0, 0),
        ([waits, waits, sent], [], 9, 1.0, 2),
        ([sent], [2, 2], 9, 1.0, 2),
        ([waits, sent], [2], 9, 1.0, 1),
        ([waits], [], 99, 0.35, 4),
        ([waits], [], 2, 1.0, 3),
        ([waits], [], 99, 0.0, 0),
        ([*slow, sent], [], 99, 0.25, 9),
        ([*slow, sent], [], 99, 0.15, 2),
        ([slow[0], slow[5], slow[0], sent], [], 99, 0.15, 3),
    ):
        scripted, stop = Scripted(*statuses, unwritten=unwritten), Clock(looks)
        drain(scripted, stop, patience_s)
        assert scripted.done == ["stop boards"]
        assert len(stop.waits_s) == waited


def test_the_ledger_as_text() -> None:
    figures = JournalCounts(21, 1, 2, 3, 4, 11, 5)
    one = device(lines=LineCounts(1, 2, 3, 4, 5), lost_bytes=6, cloud=CloudStatus(requests=7), counts=figures)
    assert in_words(bench(one, device("b"))) == [
        "a: 15 lines (1 accepted, 2 rejected, comments: 3, 4 blank, 5 partial), requests: 7, lost bytes: 6",
        "  journal: 21 readings = 1 forwarded + 2 superseded + 3 refused + 4 expired + 11 pending (5 held)",
        "b: 0 lines (0 accepted, 0 rejected, comments: 0, 0 blank, 0 partial), requests: 0, lost bytes: 0",
        "  journal: 0 readings = 0 forwarded + 0 superseded + 0 refused + 0 expired + 0 pending (0 held)",
    ]
