"""The program follows the cloud to the region of an account, remembers the region, and holds nothing back."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pty", reason="a pty stands for a board; Windows has none")

from app.bench.bench import Bench
from app.bench.status import DeviceStatus
from app.config.loading import parse
from app.journal import regions
from app.journal.journal import Journal
from tests.cloud.regions import INVALID, OK, Regions, sends_to
from tests.faults.short_run import short_run
from tests.journal.test_journal import batch
from tests.processes import TOKEN, pty_board
from tests.waiting import wait_until

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere the system's list of authorities cannot be chosen for a test"
)
BARE = "https://blynk.cloud"
NOTE = 'Blynk sent this device to its region ny3: write server = "https://ny3.blynk.cloud" in the bench file'


def bench_text(port: str, server: str, extra: str = "") -> str:
    return (
        f'[bench]\njournal = "bench.db"\n[[device]]\nname = "board"\nport = "{port}"\nserver = "{server}"\n'
        f'auth_token = "env:PINBRIDGE_T"\n{extra}'
    )


def run(folder: Path, servers: Regions, lines: bytes) -> tuple[int, dict[str, Any], str]:
    """Run a bench that sends `lines` of a board to `servers`. Returns what `short_run` returns."""
    with pty_board() as board:
        (folder / "bench.toml").write_text(bench_text(board.port, BARE))
        variables = (f"{name}={value}" for name, value in servers.environment.items())
        return short_run(folder / "bench.toml", board, lines, *variables)


def test_the_region_that_the_cloud_names_is_followed_and_remembered(tmp_path: Path) -> None:
    with Regions(tmp_path, blynk=sends_to("ny3.blynk.cloud"), ny3=OK) as servers:
        status, ledger, said = run(tmp_path, servers, b"v1=1\nv1=2\nv1=3\n")
        assert (status, ledger["journal"]["forwarded"], ledger["run"]["requests"]) == (0, 3, 4)
        assert servers.asked == ["blynk.cloud", *["ny3.blynk.cloud"] * 3]
        assert said.count(NOTE) == 1
        servers.asked.clear()
        status, ledger, said = run(tmp_path, servers, b"v1=4\n")
        assert (status, ledger["journal"]["forwarded"], ledger["run"]["requests"]) == (0, 4, 1)
        assert servers.asked == ["ny3.blynk.cloud"]
        assert said.count(NOTE) == 1
    assert TOKEN.encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("bench.db*"))


def written(folder: Path, lines: str, server: str, region: str = "") -> None:
    """Write a journal with pending readings for `server`, which has sent the account to `region`."""
    journal = Journal(folder / "bench.db")
    regions.bind(journal, "board", server, TOKEN)
    journal.write([("board", batch(lines))], [])
    if region:
        regions.remember(journal, server, TOKEN, region)
    journal.close()


def forwarded(folder: Path, server: str, readings: int, extra: str = "") -> DeviceStatus:
    """Run a bench without a board until it has forwarded all of the journal's `readings`."""
    text = bench_text("/dev/none", server, extra)
    bench = Bench(parse(text.encode(), "b.toml", folder), {"board": TOKEN})
    bench.start()
    try:
        wait_until(lambda: bench.status().devices[0].counts.forwarded == readings)
        return bench.status().devices[0]
    finally:
        bench.stop()


@pytest.fixture
def blynk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Regions]:
    """Blynk's servers: fra1 takes calls, ny3 does not know the token, and the bare domain sends to fra1."""
    with Regions(tmp_path, blynk=sends_to("fra1.blynk.cloud"), ny3=INVALID, fra1=OK) as servers:
        for name, value in servers.environment.items():
            monkeypatch.setenv(name, value)
        yield servers


def test_an_account_that_has_moved_is_followed_without_a_pause(tmp_path: Path, blynk: Regions) -> None:
    written(tmp_path, "v1=1\nv1=2\n", BARE, region="https://ny3.blynk.cloud")
    device = forwarded(tmp_path, BARE, 2)
    assert blynk.asked == ["ny3.blynk.cloud", "blynk.cloud", "fra1.blynk.cloud", "fra1.blynk.cloud"]
    assert [note.params["region"] for note in device.cloud.notes] == ["fra1"]
    written(tmp_path, "v1=3\n", BARE)
    blynk.asked.clear()
    forwarded(tmp_path, BARE, 3)
    assert blynk.asked == ["fra1.blynk.cloud"]


def test_to_name_the_region_does_not_hold_the_backlog(tmp_path: Path, blynk: Regions) -> None:
    written(tmp_path, "v1=1\nv1=2\n", BARE, region="https://ny3.blynk.cloud")
    device = forwarded(tmp_path, "https://fra1.blynk.cloud", 2)
    assert (device.counts.held, device.counts.pending) == (0, 0)
    assert device.cloud.notes == ()
    assert blynk.asked == ["fra1.blynk.cloud"] * 2


def test_a_journal_of_an_earlier_version_is_not_held(tmp_path: Path, blynk: Regions) -> None:
    journal = Journal(tmp_path / "bench.db")
    journal.bind("board", journal.digest("https://fra1.blynk.cloud", TOKEN))
    journal.write([("board", batch("v1=1\n"))], [])
    journal.close()
    assert forwarded(tmp_path, BARE, 1).counts.held == 0
    assert blynk.asked == ["blynk.cloud", "fra1.blynk.cloud"]


def test_a_set_is_repeated_with_its_body(tmp_path: Path, blynk: Regions) -> None:
    written(tmp_path, "v1=1\n", BARE)
    forwarded(tmp_path, BARE, 1, 'forward = "timestamped"\ninterval_s = 0.1\nmax_age_days = 36500\n')
    assert blynk.asked == ["blynk.cloud", "fra1.blynk.cloud"]
    assert blynk.bodies[0] == blynk.bodies[1] != b""
