"""From a cold start, with nothing set up, to a value on the plot and in a local cloud: two clicks or one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.localcloud.devices import Device
from app.localcloud.server import LocalCloud
from tests.processes import ENV, ROOT, TOKEN, Board, pty_board

MINUTE_S = 60.0
"""How long the program may take in all. It takes a few seconds."""
SCREENS = ["offscreen", pytest.param("xcb", marks=pytest.mark.long)]


@contextmanager
def screen(kind: str) -> Iterator[dict[str, str]]:
    """The environment of a program whose window Qt draws in memory, or Xvfb, which is an X server."""
    if kind == "offscreen":
        yield {"QT_QPA_PLATFORM": kind}
        return
    if not shutil.which("Xvfb"):
        pytest.skip("Xvfb is not installed")
    ours, theirs = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(theirs), "-screen", "0", "1366x768x24", "-nolisten", "tcp"],
        pass_fds=[theirs],
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs)
    with os.fdopen(ours) as answer:
        number = answer.readline().strip()
    try:
        yield {"QT_QPA_PLATFORM": kind, "DISPLAY": f":{number}"}
    finally:
        server.terminate()
        server.wait()


def first_minute(home: Path, shown_on: dict[str, str], *arguments: str) -> dict[str, object]:
    """What a user reaches in the program, whose settings and journals are in the empty folder `home`."""
    folders = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA")
    of_xdg = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
    done = subprocess.run(
        [sys.executable, "-m", "tests.ui.first_minute", *arguments],
        env={**ENV, **dict.fromkeys((*folders, *of_xdg), str(home)), **shown_on},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=MINUTE_S,
        check=False,
    )
    assert done.stdout, done.stderr
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    assert TOKEN not in done.stdout + done.stderr
    return found


@contextmanager
def printing(board: Board) -> Iterator[None]:
    """Let `board` print a value every 50 ms."""
    stop = threading.Event()

    def prints() -> None:
        number = 0
        while not stop.wait(0.05):
            number += 1
            board.say(b"v1=%d\n" % number)

    thread = threading.Thread(target=prints)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("kind", SCREENS)
def test_a_board_that_is_plugged_in(tmp_path: Path, kind: str) -> None:
    with (
        screen(kind) as shown_on,
        LocalCloud([Device("board", TOKEN)]) as cloud,
        pty_board() as board,
        printing(board),
    ):
        found = first_minute(tmp_path, shown_on, board.port, cloud.url, TOKEN)
    assert found == {"clicks": 2, "reached": ["first page", "Arduino Uno", "plot", "cloud"], "status": 0}


@pytest.mark.long
@pytest.mark.parametrize("kind", ["offscreen", "xcb"])
def test_the_demo(tmp_path: Path, kind: str) -> None:
    with screen(kind) as shown_on:
        found = first_minute(tmp_path, shown_on)
    assert found == {"clicks": 1, "reached": ["first page", "plot", "cloud"], "status": 0}
