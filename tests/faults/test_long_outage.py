"""The readings of a day without the cloud are kept in the journal, and all are delivered afterwards."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from app.config.loading import parse
from app.journal.journal import Journal
from app.journal.owner import Owner
from app.journal.writer import JournalWriter
from app.wire.batches import Intake
from app.wire.readings import Grammar
from tests.faults.talker import LANES
from tests.processes import TOKEN, balances, bench_file, finish, local_cloud, pty_board, start

pytest.importorskip("pty", reason="a pty stands for a board; Windows has none")

_READINGS_PER_S = 100
_DAY_S = 86_400
_FLUSH_S = 600
_SETS = 'forward = "timestamped"\ndaily_points = 1000000000\ninterval_s = 0.1\n'


def _outage(journal: Path, server: str, outage_s: int) -> int:
    """Fill the journal with the readings of an outage that ends now. Returns how many each pin has."""
    opened = Journal(journal)
    opened.bind("board", opened.fingerprint(server, TOKEN))
    writer = JournalWriter(opened, lambda _written: None)
    writer.start()
    intake = Intake(Grammar())
    began_us = time.time_ns() // 1000 - outage_s * 1_000_000
    intake.feed(b"# boot\n", began_us)
    each_s = _READINGS_PER_S // LANES
    for second in range(outage_s):
        numbers = range(second * each_s, (second + 1) * each_s)
        chunk = b"".join(b"v%d=%d\n" % (pin, number) for number in numbers for pin in range(LANES))
        taken = intake.feed(chunk, began_us + (second + 1) * 1_000_000)
        assert taken.batch is not None
        assert writer.has_room or writer.flush(60)
        writer.append(Owner("board"), taken.batch)
        if second % _FLUSH_S == 0:
            # Commit every ten minutes, because the journal of a real day is not one large row.
            assert writer.flush(60)
    assert writer.flush(60)
    assert writer.stop(60)
    opened.close()
    return outage_s * each_s


@pytest.mark.parametrize(
    ("extra", "outage_s"),
    [
        pytest.param("", 15, id="every-15s"),
        pytest.param(_SETS, 600, id="timestamped-600s"),
        pytest.param(_SETS, _DAY_S, id="timestamped-a-day", marks=pytest.mark.long),
    ],
)
def test_everything_is_delivered_after_an_outage(tmp_path: Path, extra: str, outage_s: int) -> None:
    with local_cloud(tmp_path, "open = true\n") as cloud, pty_board() as board:
        bench = bench_file(tmp_path, board.port, cloud.url, extra)
        journal = Path(parse(bench.read_bytes(), "bench.toml", tmp_path).bench.journal)
        before_s = time.monotonic()
        said = _outage(journal, cloud.url, outage_s)
        kept_s = time.monotonic() - before_s
        size_mb = sum(file.stat().st_size for file in tmp_path.glob("bench.db*")) / 1e6
        with start("run", str(bench), "--until-idle", "1", "--json") as bridge:
            status, ledger = finish(bridge, 600)
        drained_s = time.monotonic() - before_s - kept_s
        last = {pin: cloud.last(f"v{pin}", 1000) for pin in range(LANES)}
    print(
        f"{said * LANES} readings of {outage_s} s: kept in {kept_s:.1f} s ({size_mb:.0f} MB), "
        f"sent in {drained_s:.1f} s by {ledger['run']['requests']} requests"
    )
    assert status == 0
    assert balances(ledger)
    assert ledger["journal"]["forwarded"] == ledger["journal"]["readings"] == said * LANES
    for count, points in last.values():
        assert count == said
        assert [value for _, _, value in points] == list(range(max(0, said - 1000), said))
        times = [at_ms for _, at_ms, _ in points]
        assert times == sorted(times)
        if extra:
            # The times are those of the readings: one every 40 ms for each pin, one chunk every second.
            assert abs(times[-1] - times[0] - len(times) * 40) <= 1000
