"""Readings of the compiled sketch on the emulated Uno are forwarded to the local cloud."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.hil.board import EmulatedUno
from tests.processes import ROOT, balances, bench_file, finish, local_cloud, start

SKETCH = ROOT / "firmware" / "signal_generator" / "signal_generator.ino"
BOARD_SECONDS = 20


def test_every_counter_value_of_the_sketch_arrives(
    tmp_path: Path, plug_in: Callable[..., EmulatedUno]
) -> None:
    # At `speed` 0 the board is as fast as possible; it waits when the bridge is slower.
    uno = plug_in(SKETCH, speed=0, seconds=BOARD_SECONDS)
    with local_cloud(tmp_path, "open = true\n") as cloud:
        bench = bench_file(tmp_path, uno.port, cloud.url)
        with start("run", str(bench), "--until-idle", "5", "--json") as bridge:
            uno.wait_until_stopped()
            status, ledger = finish(bridge, timeout_s=250)
        counters = cloud.received("v2")
        arrived = sum(len(cloud.received(f"v{pin}")) for pin in range(4))
    assert status == 0
    # The emulator resets the board when the bridge opens its port, so the counter begins anew.
    assert counters == list(range(counters[0], counters[0] + len(counters)))
    assert counters[0] in (0, 1)
    assert len(counters) > 10 * BOARD_SECONDS
    assert balances(ledger)
    assert ledger["journal"]["forwarded"] == ledger["run"]["accepted"] == arrived
