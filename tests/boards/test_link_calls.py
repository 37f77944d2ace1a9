"""Calls to a link at any time, such as while its port opens or closes; a script stands for the port."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from app.boards import link as link_module
from app.boards.errors import PortError
from app.boards.health import QUIET_AFTER_S
from app.boards.link import Link
from app.boards.ports.holders import Holder
from app.boards.ports.registry import PortRegistry
from app.boards.ports.release import Release
from app.boards.sink import NullSink
from app.boards.status import LinkState
from app.config.bench_file import DeviceConfig
from app.messages.message import Message
from app.wire.readings import Grammar
from tests.boards.links import note_waits, readers, retry_after
from tests.waiting import PATIENCE_S, wait_until

DEVICE = DeviceConfig(name="board", port="COM5")


class Script:
    """A port whose reads return or raise what is in `chunks`. Once `over` is set, they raise EOFError."""

    def __init__(self) -> None:
        self.chunks: list[bytes | Exception] = []
        self.over = threading.Event()
        self.opened = threading.Semaphore(0)
        self.on_close: Callable[[], None] = lambda: None

    def open(self, _device: DeviceConfig, _registry: PortRegistry) -> Script:
        self.opened.release()
        return self

    def read(self) -> bytes:
        if self.chunks:
            said = self.chunks.pop(0)
            if isinstance(said, Exception):
                raise said
            return said
        if self.over.wait(0.001):
            raise EOFError
        return b""

    def set_baud_rate(self, baud_rate: int) -> None:
        """Do nothing."""

    def write(self, data: bytes) -> None:
        """Drop the data."""

    def close(self) -> None:
        self.on_close()


def linked(script: Script) -> Link:
    registry = PortRegistry(list, lambda: 0)
    return Link(DEVICE, Grammar(), NullSink(), script.open, registry=registry)


def test_a_link_that_was_never_started_can_be_stopped() -> None:
    link = linked(Script())
    link.stop()
    assert link.reconnects == 0
    assert link.status().state is LinkState.CLOSED


def test_stop_waits_two_seconds_for_a_port_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    joined: list[tuple[float | None, bool]] = []

    class Hanging(threading.Thread):
        def join(self, timeout: float | None = None) -> None:
            joined.append((timeout, self.daemon))

    monkeypatch.setattr(link_module, "threading", SimpleNamespace(Event=threading.Event, Thread=Hanging))
    link = linked(Script())
    link.start()
    link.stop()
    # The thread is a daemon, so the program can end while the port hangs.
    assert joined == [(2.0, True)]
    wait_until(lambda: not readers())


def test_a_line_sent_while_the_port_closes_is_refused() -> None:
    """If the line were queued, the board would get it when the port opens again, perhaps hours later."""
    script = Script()
    link = linked(script)
    sent: list[bool] = []

    def fail() -> None:
        sent.append(link.send("late"))
        raise OSError("gone")

    script.on_close = fail
    link.start()
    assert script.opened.acquire(timeout=PATIENCE_S)
    wait_until(lambda: link.status().state is LinkState.OPEN)
    link.stop(PATIENCE_S)
    assert sent == [False]
    assert str(link.status().message) == "The port is closed."


def test_a_recording_is_played_once(monkeypatch: pytest.MonkeyPatch) -> None:
    waits_s: list[float | None] = []

    def note(timeout: float | None) -> None:
        if link.status().state is LinkState.ENDED:
            waits_s.append(timeout)

    note_waits(monkeypatch, note)
    script = Script()
    link = linked(script)
    link.start()
    script.over.set()
    wait_until(lambda: bool(waits_s))
    assert str(link.status().message) == "The recording has been played to its end."
    link.stop(PATIENCE_S)
    assert waits_s[0] is None
    assert link.opened == 1
    assert link.status().state is LinkState.ENDED


def test_a_second_release_changes_nothing_and_the_port_is_checked_a_few_times_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[float] = []

    def release(now_s: float) -> Release:
        begun.append(now_s)
        return Release(now_s)

    waits_s: list[float | None] = []
    monkeypatch.setattr(link_module, "Release", release)
    note_waits(monkeypatch, waits_s.append)
    link = linked(Script())
    link.release()
    link.start()
    wait_until(lambda: bool(waits_s))
    link.release()
    assert len(begun) == 1
    assert link.status().state is LinkState.RELEASED
    assert set(waits_s) == {0.3}
    link.stop(PATIENCE_S)
    assert link.opened == 0


@pytest.mark.parametrize(("holders", "held"), [(None, None), ([], False), ([Holder(42, "avrdude")], True)])
def test_the_system_may_not_know_whether_a_released_port_is_in_use(
    holders: list[Holder] | None, held: bool | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[bool, bool | None]] = []

    class Noting(Release):
        def is_over(self, now_s: float, *, there: bool, held: bool | None) -> bool:
            asked.append((there, held))
            return super().is_over(now_s, there=there, held=held)

    monkeypatch.setattr(link_module, "Release", Noting)
    registry = PortRegistry(list, lambda: 0)
    monkeypatch.setattr(registry, "use_of", lambda *_: (True, holders))
    link = Link(DEVICE, Grammar(), NullSink(), Script().open, registry=registry)
    link.release()
    link.start()
    wait_until(lambda: bool(asked))
    link.stop(PATIENCE_S)
    assert asked[0] == (True, held)


def test_silence_counts_from_the_first_attempt_and_then_from_the_last_byte(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    script = Script()
    script.chunks.append(b"v1=1\n")
    errors = [PortError(LinkState.BUSY, Message("port_busy", port="COM5")), TypeError("a mistake")]
    now_s = 0.0
    since_s: list[float | None] = []

    def open_port(_device: DeviceConfig, _registry: PortRegistry) -> Script:
        nonlocal now_s
        now_s += 10.0
        since_s.append(link.quiet_since_s)
        if errors:
            raise errors.pop(0)
        return script

    monkeypatch.setattr(link_module, "time", SimpleNamespace(monotonic=lambda: now_s))
    registry = PortRegistry(list, lambda: 0)
    retry_after(monkeypatch, 0.0)
    link = Link(DEVICE, Grammar(), NullSink(), open_port, registry=registry)
    link.start()
    wait_until(lambda: link.quiet_since_s == 30.0)
    link.stop(PATIENCE_S)
    assert since_s == [None, 10.0, 10.0]


def test_a_board_that_sends_nothing_is_silent_since_its_port_was_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(link_module, "time", SimpleNamespace(monotonic=lambda: 50.0))
    script = Script()
    script.chunks.append(b"")
    link = linked(script)
    link.start()
    wait_until(lambda: not script.chunks)
    assert link.quiet_since_s == 50.0
    link.stop(PATIENCE_S)


def test_the_sleep_watch_gets_every_read_of_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[float | str, ...]] = []

    class Watch:
        def __init__(self, now_s: float) -> None:
            calls.append(("opened", now_s))

        def bytes_came(self, now_s: float) -> None:
            calls.append(("bytes", now_s))

        def nothing_came(self, now_s: float, patience_s: float) -> None:
            calls.append(("nothing", now_s, patience_s))

    monkeypatch.setattr(link_module, "SleepWatch", Watch)
    monkeypatch.setattr(link_module, "time", SimpleNamespace(monotonic=lambda: 50.0))
    script = Script()
    script.chunks += [b"v1=1\n", b""]
    link = linked(script)
    link.start()
    wait_until(lambda: len(calls) > 2)
    link.stop(PATIENCE_S)
    assert calls[:3] == [("opened", 50.0), ("bytes", 50.0), ("nothing", 50.0, QUIET_AFTER_S)]
    assert link.opened == 1


def test_a_port_that_went_away_is_not_tried_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    script = Script()
    looks_s = itertools.count()  # the clock shows a later time at every call
    registry = PortRegistry(list, lambda: len(script.chunks), lambda: float(next(looks_s)))
    script.chunks.append(OSError("gone"))
    waits: list[int] = []
    note_waits(monkeypatch, lambda _: waits.append(link.opened))
    link = Link(DEVICE, Grammar(), NullSink(), script.open, registry=registry)
    link.start()
    wait_until(lambda: bool(waits) or link.opened > 1)
    assert waits[:1] == [1]
    link.stop(PATIENCE_S)


def test_releasing_and_taking_a_port_happen_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both end the link's waits, which would last an hour here."""
    monkeypatch.setattr(link_module, "_LOOK_S", 3600.0)
    monkeypatch.setattr(link_module, "RETRY_S", 3600.0)
    tried = threading.Semaphore(0)

    def refuse(_device: DeviceConfig, _registry: PortRegistry) -> Script:
        tried.release()
        raise PortError(LinkState.BUSY, Message("port_busy", port="COM5"))

    registry = PortRegistry(list, lambda: 0)
    retry_after(monkeypatch, 3600.0)
    link = Link(DEVICE, Grammar(), NullSink(), refuse, registry=registry)
    link.start()
    for attempt in range(3):
        if attempt:
            link.take()
        assert tried.acquire(timeout=PATIENCE_S)
        wait_until(lambda: link.status().state is LinkState.BUSY)
        link.release()
        wait_until(lambda: link.status().state is LinkState.RELEASED)
    link.stop(PATIENCE_S)
    assert not readers()
    assert str(link.status().message) == "The port is closed."


def test_an_internal_error_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    script = Script()
    script.chunks.append(TypeError("a mistake"))
    link = linked(script)
    link.start()
    wait_until(lambda: "see the log" in str(link.status().message))
    link.stop(PATIENCE_S)
    (record,) = caplog.records
    assert record.getMessage() == "internal error at the port of board"
    assert record.exc_info
    assert str(record.exc_info[1]) == "a mistake"
