"""A board on the network that loses its power is noticed within 20 s, and comes back by itself.

The board and the program are in two networks of this computer's kernel, joined by a virtual cable; nothing
leaves this computer. The seconds are the promise of the program, so this test measures them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.vanishing_board import ADDRESS, PORT
from tests.processes import ENV, ROOT, finish, read_until, start

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        sys.platform != "linux" or not shutil.which("ip") or os.geteuid() != 0,
        reason="networks for a test need root and iproute2 on Linux",
    ),
]
SILENCE_S = 60.0


@contextmanager
def board_in_a_network(scheme: str) -> Iterator[tuple[list[str], subprocess.Popen[str]]]:
    """The prefix of a command that runs beside the board, and the board's process."""
    with (
        subprocess.Popen(["unshare", "-n", "sleep", "600"]) as near,
        subprocess.Popen(
            ["unshare", "-n", sys.executable, "-m", "tests.faults.vanishing_board", "far", scheme],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=ENV,
            cwd=ROOT,
        ) as board,
    ):
        try:
            wait_for_networks(near.pid, board.pid)
            inside = ["nsenter", f"--net=/proc/{near.pid}/ns/net"]
            far = f"/proc/{board.pid}/ns/net"
            for command in (
                ["ip", "link", "add", "near", "type", "veth", "peer", "name", "far"],
                ["ip", "link", "set", "far", "netns", str(board.pid)],
                ["ip", "addr", "add", "10.99.0.1/24", "dev", "near"],
                ["ip", "link", "set", "near", "up"],
                ["ip", "link", "set", "lo", "up"],
                ["nsenter", f"--net={far}", "ip", "link", "set", "far", "up"],
            ):
                subprocess.run([*inside, *command], check=True)
            tell(board, "begin")
            assert board.stdout
            assert board.stdout.readline() == "ready\n"
            yield inside, board
        finally:
            board.kill()
            near.kill()


def wait_for_networks(*pids: int) -> None:
    """Wait until each process is in a network of its own."""
    mine = Path("/proc/self/ns/net").readlink()
    for pid in pids:
        while Path(f"/proc/{pid}/ns/net").readlink() == mine:
            time.sleep(0.01)


def tell(board: subprocess.Popen[str], command: str) -> None:
    assert board.stdin
    board.stdin.write(f"{command}\n")
    board.stdin.flush()


@pytest.mark.parametrize("scheme", ["socket", "rfc2217"])
@pytest.mark.parametrize("is_silent", [False, True], ids=["talking", "silent"])
def test_a_board_that_vanishes_is_noticed_within_20_s_and_comes_back(
    tmp_path: Path, scheme: str, is_silent: bool
) -> None:
    url = f"{scheme}://{ADDRESS}:{PORT}"
    with (
        board_in_a_network(scheme) as (inside, board),
        start("run", "--port", url, "--journal", str(tmp_path / "j.db"), "--json", prefix=inside) as process,
    ):
        read_until(process, "lines come in")
        if is_silent:
            tell(board, "hush")
            # A silent board is not cut off: whatever is reported until then is not the loss of the board.
            assert process.stderr
            os.set_blocking(process.stderr.fileno(), False)
            time.sleep(SILENCE_S)
            assert "broke off" not in (process.stderr.read() or "")
            os.set_blocking(process.stderr.fileno(), True)
        tell(board, "vanish")
        vanished_s = time.monotonic()
        said = read_until(process, "broke off")
        noticed_s = time.monotonic() - vanished_s
        print(f"noticed after {noticed_s:.1f} s: {said}")
        assert noticed_s < 20
        assert "USB" not in said
        tell(board, "return")
        read_until(process, "lines come in")
        process.terminate()
        status, ledger = finish(process)
    assert status == 0
    assert ledger["run"]["reconnects"] == 1
