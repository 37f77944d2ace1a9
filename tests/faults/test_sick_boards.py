"""With four boards at once, every line of one is read, whatever the other three do."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("pty", reason="a pty stands for a board; Windows has none")

from tests.last_words import ending
from tests.processes import TOKEN, Board, balances, local_cloud, pty_board, read_until, start

LINES = 600
UNPRIVILEGED = (
    ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search")
    if os.geteuid() == 0
    else ()
)
"""A command prefix that takes from root the right to open any file; other users do not have this right."""
TOLD = (
    re.compile("^garbage: .*unreadable", re.MULTILINE),
    re.compile("^forbidden: .* is there, but this user may not open it", re.MULTILINE),
    # Which of the two texts is shown depends on timing.
    re.compile("^gone: .*(gone went away: plug the board in again|There is no port)", re.MULTILINE),
)


@contextmanager
def flooding(board: Board) -> Iterator[None]:
    """Let a board send unreadable bytes within the block, as fast as they are read."""
    garbage = bytes(random.Random(1).choices([*range(0x80, 0x100), 0x0A], k=4000))
    enough = threading.Event()

    def flood() -> None:
        while not enough.is_set():
            board.say(garbage)

    thread = threading.Thread(target=flood, daemon=True)
    thread.start()
    try:
        yield
    finally:
        enough.set()
        thread.join()


def bench_of(folder: Path, server: str, ports: dict[str, str]) -> Path:
    path = folder / "bench.toml"
    text = '[bench]\njournal = "bench.db"\n'
    for name, port in ports.items():
        text += f'[[device]]\nname = "{name}"\nport = "{port}"\n'
        if name == "good":
            text += f'server = "{server}"\nauth_token = "env:PINBRIDGE_T"\nrequests_per_s = 0\n'
    path.write_text(text)
    return path


def test_a_good_board_is_read_whatever_the_others_do(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    with (
        local_cloud(tmp_path, "open = true\n") as cloud,
        pty_board() as good,
        pty_board() as garbage,
        pty_board() as forbidden,
        pty_board() as leaving,
    ):
        gone.symlink_to(leaving.port)
        Path(forbidden.port).chmod(0)
        ports = {
            "forbidden": forbidden.port,
            "gone": str(gone),
            "garbage": garbage.port,
            "good": good.port,
        }
        bench = bench_of(tmp_path, cloud.url, ports)
        with start("run", str(bench), "--json", prefix=UNPRIVILEGED) as bridge:
            told = read_until(bridge, "good: ")
            with flooding(garbage):
                good.say(b"# boot\n")
                for number in range(LINES):
                    good.say(b"v1=%d\r\n" % number)
                    if number == LINES // 2:
                        leaving.say(b"v1=1\nv1=2")
                        gone.unlink()
                        leaving.unplug()
                cloud.wait_for("v1", LINES, timeout_s=60)
                while not all(words.search(told) for words in TOLD):
                    told += read_until(bridge, "")
            garbage.wait_until_read()
            bridge.send_signal(signal.SIGTERM)
            out, err = ending(bridge)
        assert cloud.received("v1") == list(range(LINES))
        with start("doctor", str(bench), "--listen", "1", "--json", prefix=UNPRIVILEGED) as doctor:
            answer, _ = doctor.communicate(timeout=60)
    assert TOKEN not in told + out + err + answer
    assert bridge.returncode == 0
    ledgers = {device["name"]: device for device in json.loads(out)["devices"]}
    assert all(map(balances, ledgers.values()))
    assert ledgers["good"]["run"]["accepted"] == ledgers["good"]["journal"]["forwarded"] == LINES
    assert ledgers["garbage"]["run"]["accepted"] == 0
    assert ledgers["garbage"]["run"]["rejected"] > 0
    assert ledgers["forbidden"]["run"]["lines"] == 0
    found = json.loads(answer)
    assert doctor.returncode == 1
    assert not found["ok"]
    boards = {finding["device"]: finding for finding in found["findings"] if finding["check"] == "board"}
    assert "may not open it" in boards["forbidden"]["sentence"]
    assert "There is no port" in boards["gone"]["sentence"]
    assert {name: boards[name]["grade"] for name in ports} == {
        "forbidden": "wrong",
        "gone": "wrong",
        "garbage": "note",
        "good": "note",
    }
