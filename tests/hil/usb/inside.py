"""Runs in the guest: boards on a real USB bus come and go, and the bridge neither loses nor mixes up lines.

Both boards have the vendor and product ids of an Uno. `greenhouse` is made by the kernel's module `g_serial`
and unplugged by unloading it; `cellar` is made by configfs with the same USB function, so that both can be
plugged in at once. Each board counts on `v1`, so that a lost line shows as a gap: `greenhouse` counts from 1,
`cellar` from a million.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import struct
import subprocess
import sys
import termios
import threading
import time
import tty
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from app.bench.status import PortInfo
from app.boards.ports.registry import serial_ports

UNO = "2341:0043"
GREENHOUSE, CELLAR = "85734323", "55739323"
FOLDER = Path("/tmp/bench")
JOURNAL = FOLDER / "bench.db"
BENCH = f"""
[bench]
journal = "bench.db"
[[device]]
name = "greenhouse"
port = "usb:{UNO}:{GREENHOUSE}"
[[device]]
name = "cellar"
port = "usb:{UNO}:{CELLAR}"
"""


def say(text: str) -> None:
    print(f"[{time.monotonic():6.1f} s] {text}", flush=True)


def wait_until(seen: Callable[[], object], what: str, timeout_s: float = 60.0) -> float:
    """Wait until `seen` returns true, and return how many seconds that took."""
    started_s = time.monotonic()
    while not seen():
        assert time.monotonic() - started_s < timeout_s, f"timed out waiting for {what}"
        time.sleep(0.01)
    return time.monotonic() - started_s


class Sketch:
    """A board's end of the cable: sends a comment, then lines with numbers until the board is unplugged."""

    def __init__(self, port: Path, first: int) -> None:
        wait_until(port.exists, f"{port} on the board's side")
        self.first = self.next = first
        self._file = os.open(port, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self._file)
        self._thread = threading.Thread(target=self._speak, daemon=True)
        self._thread.start()

    def _speak(self) -> None:
        try:
            os.write(self._file, b"# boot\n")
            while True:
                lines = b"".join(b"v1=%d\n" % number for number in range(self.next, self.next + 5))
                os.write(self._file, lines)
                self.next += 5
                time.sleep(0.02)
        except (OSError, termios.error):
            os.close(self._file)

    def join(self) -> None:
        self._thread.join(20)
        assert not self._thread.is_alive(), "the board still sends"


class Greenhouse:
    """A board made with `g_serial`."""

    count = 1

    def plug(self) -> None:
        options = ["idVendor=0x2341", "idProduct=0x0043", f"iSerialNumber={GREENHOUSE}", "use_acm=1"]
        subprocess.run(["/run/busybox", "insmod", "/run/g_serial.ko", *options], check=True)
        ports = sorted(Path("/dev").glob("ttyGS*"))
        self.sketch = Sketch(ports[-1], self.count)

    def unplug(self) -> Sketch:
        subprocess.run(["/run/busybox", "rmmod", "g_serial"], check=True)
        self.sketch.join()
        self.count = self.sketch.next + 1000
        return self.sketch


class Cellar:
    """A board made with configfs."""

    count = 1_000_000

    def __init__(self) -> None:
        self._gadget = Path("/sys/kernel/config/usb_gadget/cellar")
        strings, configuration = self._gadget / "strings/0x409", self._gadget / "configs/c.1"
        function = self._gadget / "functions/acm.0"
        for folder in (self._gadget, strings, configuration, function):
            folder.mkdir()
        (self._gadget / "idVendor").write_text("0x2341")
        (self._gadget / "idProduct").write_text("0x0043")
        (strings / "serialnumber").write_text(CELLAR)
        (configuration / "acm.0").symlink_to(function)
        self._port = Path(f"/dev/ttyGS{(function / 'port_num').read_text().strip()}")

    def plug(self) -> None:
        (self._gadget / "UDC").write_text("dummy_udc.1")
        self.sketch = Sketch(self._port, self.count)


def uno(serial_number: str) -> PortInfo | None:
    found = [info for info in serial_ports() if info.serial_number == serial_number]
    assert all(info.vid_pid == UNO for info in found)
    return found[0] if found else None


def kept(device: str) -> list[int]:
    """The values of all readings that the journal has of `device`, in the order of arrival."""
    if not JOURNAL.exists():
        return []
    command = [
        sys.executable,
        "-m",
        "app",
        "export",
        "--journal",
        str(JOURNAL),
        "--device",
        device,
        "--output",
        "-",
    ]
    rows = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[1:]
    return [int(row.split(",")[4]) for row in rows]


def newest(device: str) -> int:
    """The value of the newest reading that the journal has of `device`; 0 if there is none."""
    if not JOURNAL.exists():
        return 0
    table = sqlite3.connect(f"file:{JOURNAL}?mode=ro", uri=True)
    try:
        row = table.execute(
            "SELECT vals FROM segment JOIN stream USING (stream) JOIN device USING (device) WHERE name = ?"
            " ORDER BY segment.first_seq DESC LIMIT 1",
            (device,),
        ).fetchone()
    except sqlite3.OperationalError:
        return 0  # the tables are not there yet
    finally:
        table.close()
    return int(struct.unpack("<d", row[0][-8:])[0]) if row else 0


def back_in_s(device: str, board: Greenhouse | Cellar) -> float:
    """Plug `board` in, and return how many seconds it takes until the journal has a new reading of it."""
    board.plug()
    return wait_until(lambda: newest(device) >= board.sketch.first, f"a reading of {device}")


def wait_for_more(device: str, numbers: int) -> None:
    """Wait until the journal has more than `numbers` new readings of `device`."""
    before = newest(device)
    wait_until(lambda: newest(device) > before + numbers, f"more of {device}")


def main() -> None:
    FOLDER.mkdir()
    (FOLDER / "bench.toml").write_text(BENCH)
    greenhouse, cellar = Greenhouse(), Cellar()
    greenhouse.plug()
    wait_until(lambda: uno(GREENHOUSE), "the Uno to be listed")
    found = uno(GREENHOUSE)
    assert found
    say(f"list_ports: {found.device} {found.vid_pid} {found.serial_number} {found.location}")
    first_name = found.device

    bridge = subprocess.Popen(
        [sys.executable, "-m", "app", "run", str(FOLDER / "bench.toml"), "--json"],
        stdout=subprocess.PIPE,
        text=True,
    )
    sessions: list[Sketch] = []
    wait_until(lambda: newest("greenhouse") > 100, "readings from the Uno")
    say("unplugged while data flows")
    sessions.append(greenhouse.unplug())
    wait_until(lambda: not uno(GREENHOUSE), "the Uno to be gone")

    say(f"the other board is plugged in first: a reading after {back_in_s('cellar', cellar):.2f} s")
    other = uno(CELLAR)
    assert other
    assert other.device == first_name, "the other board did not take the name of the port"
    returned_s = back_in_s("greenhouse", greenhouse)
    again = uno(GREENHOUSE)
    assert again
    assert again.device != first_name
    say(f"the first board, once {first_name}, is now {again.device}: a reading after {returned_s:.2f} s")

    for _ in range(5):
        wait_for_more("greenhouse", 40)
        sessions.append(greenhouse.unplug())
        say(f"unplugged and plugged in: a reading after {back_in_s('greenhouse', greenhouse):.2f} s")
    wait_for_more("greenhouse", 100)
    wait_for_more("cellar", 100)
    sessions.append(greenhouse.sketch)

    bridge.send_signal(signal.SIGTERM)
    out, _ = bridge.communicate(timeout=30)
    assert bridge.returncode == 0, bridge.returncode
    check(json.loads(out), sessions, cellar.sketch)
    # End at once, without waiting for the threads of boards that still send.
    sys.stdout.flush()
    os._exit(0)


def check(ledger: dict[str, list[dict[str, dict[str, int]]]], sessions: list[Sketch], other: Sketch) -> None:
    """Check that the ledger balances, no line is missing, and no device has readings of another one."""
    for device, name in zip(ledger["devices"], ("greenhouse", "cellar"), strict=True):
        run, journal = device["run"], device["journal"]
        heard = sum(run[key] for key in ("accepted", "rejected", "comments", "blank", "partial"))
        assert run["lines"] == heard, run
        assert run["accepted"] == journal["readings"] == journal["pending"], device
        assert run["rejected"] == run["lost_bytes"] == 0, run
        say(f"{name}: {run['lines']} lines, {run['partial']} partial, {run['reconnects']} reconnects")
    assert ledger["devices"][0]["run"]["reconnects"] == len(sessions) - 1
    assert ledger["devices"][1]["run"]["reconnects"] == 0
    numbers, found = kept("greenhouse"), 0
    for session in sessions:
        mine = [number for number in numbers if session.first <= number < session.next]
        assert len(mine) > 20, (session.first, len(mine))
        assert all(after == before + 1 for before, after in pairwise(mine)), session.first
        found += len(mine)
    assert found == len(numbers), "the journal has readings that no board sent"
    theirs = kept("cellar")
    assert all(after == before + 1 for before, after in pairwise(theirs))
    assert other.first <= theirs[0] < theirs[-1] < other.next


if __name__ == "__main__":
    main()
