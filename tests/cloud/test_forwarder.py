"""The forwarder brings what is pending to a server, in order, and settles it once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from app.cloud.forwarder import Forwarder
from app.config import DeviceConfig
from app.status import CloudState
from app.wire.streams import Fate, Reading, Run, StreamExtent
from tests.cloud.rude_server import RudeServer, answer, close

TARGETS = ("v0", "v1", "v2")


class Shelf:
    """A journal in memory."""

    def __init__(self, count: int) -> None:
        self.changed = threading.Condition()
        self.readings = [
            Reading(number, number % 3, number // 3 + 1, TARGETS[number % 3], number, 0)
            for number in range(count)
        ]
        self.fates: dict[tuple[int, int], Fate] = {}

    def extents(self) -> list[StreamExtent]:
        found = []
        for stream, target in enumerate(TARGETS):
            seqs = [r.seq for r in self.readings if r.stream == stream]
            settled = sum(key[0] == stream for key in list(self.fates))
            found.append(StreamExtent(stream, target, len(seqs) + 1, len(seqs) - settled, 0))
        return found

    def pending(self, stream: int, from_seq: int, limit: int) -> list[Reading]:
        return [
            r
            for r in self.readings
            if r.stream == stream and r.seq >= from_seq and (stream, r.seq) not in self.fates
        ][:limit]

    def settle(self, runs: Sequence[Run], done: Callable[[], None]) -> None:
        with self.changed:
            for run in runs:
                for seq in range(run.first, run.last + 1):
                    assert (run.stream, seq) not in self.fates
                    self.fates[(run.stream, seq)] = run.fate
            self.changed.notify_all()
        done()

    def wait_for(self, count: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.fates) == count, 20), len(self.fates)


def forwarder(server: RudeServer, shelf: Shelf, requests_per_s: float = 0) -> Forwarder:
    device = DeviceConfig(
        port="simulated:", server=server.url, auth_token="env:PINBRIDGE_T", requests_per_s=requests_per_s
    )
    return Forwarder(device, "token", shelf)


def test_everything_arrives_in_order_in_each_lane() -> None:
    shelf = Shelf(60)
    with RudeServer(answer("200 OK", b"", "Connection: close")) as server:
        sender = forwarder(server, shelf)
        sender.start()
        shelf.wait_for(60)
        sender.stop(5)
    assert set(shelf.fates.values()) == {Fate.FORWARDED}
    for target in TARGETS:
        values = [int(line.split("=")[-1].split()[0]) for line in server.requests if f"&{target}=" in line]
        assert values == sorted(values)
        assert len(values) == 20
    status = sender.status()
    assert (status.state, status.requests, status.sendable) == (CloudState.IDLE, 60, 0)
    assert status.last_success_us


def test_an_outage_keeps_everything_and_try_now_ends_the_wait() -> None:
    shelf = Shelf(3)
    with RudeServer(close, close, close, answer("200 OK", b"", "Connection: close")) as server:
        sender = forwarder(server, shelf)
        sender.start()
        for _ in range(2000):
            if len(shelf.fates) == 3:
                break
            if sender.status().state is CloudState.WAITING:
                assert "none is lost" in sender.status().sentence
            sender.try_now()
            with shelf.changed:
                shelf.changed.wait(0.01)
        shelf.wait_for(3)
        sender.stop(5)
    assert sender.status().requests >= 4


def test_a_wrong_token_pauses_after_one_call() -> None:
    shelf = Shelf(9)
    refuse = answer("400 Bad", b'{"error":{"message":"Invalid token."}}', "Connection: close")
    with RudeServer(refuse) as server:
        sender = forwarder(server, shelf)
        sender.start()
        with shelf.changed:
            for _ in range(2000):
                if sender.status().state is CloudState.PAUSED:
                    break
                shelf.changed.wait(0.01)
        status = sender.status()
        sender.stop(5)
    assert status.state is CloudState.PAUSED
    assert "Invalid token" in status.sentence
    assert status.sendable == 9
    assert shelf.fates == {}


def test_the_pace_is_kept() -> None:
    shelf = Shelf(6)
    with RudeServer(answer("200 OK", b"", "Connection: close")) as server:
        sender = forwarder(server, shelf, requests_per_s=50)
        sender.start()
        shelf.wait_for(6)
        sender.stop(5)
    assert len(server.requests) == 6
