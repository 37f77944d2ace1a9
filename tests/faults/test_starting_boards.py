"""What boards print when they start, crash or wait for an upload, as `run` reports it."""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path

from tests.boards.boot_texts import BROWN_OUT, PANIC, ROM_32, ROM_8266, UPLOAD
from tests.last_words import ending
from tests.processes import pty_board, read_until, start
from tests.uart import received

SAID = {
    "noisy": received(ROM_8266, 74880, 115200) + b"\n\xf8\x80\n",
    "starting": ROM_32,
    "waiting": UPLOAD,
    "weak": ROM_32 + BROWN_OUT,
    "crashing": b"# hello\nv1=1\n" + PANIC,
}
TOLD = {
    "waiting": "the board waits in upload mode: press its reset button.",
    "weak": "is the cable or the supply too weak?",
    "crashing": "the sketch crashed",
}


def test_starting_boards_are_reported_only_if_something_is_wrong(tmp_path: Path) -> None:
    bench = tmp_path / "bench.toml"
    with ExitStack() as stack:
        boards = {name: stack.enter_context(pty_board()) for name in SAID}
        bench.write_text(
            '[bench]\njournal = "b.db"\n'
            + "".join(f'[[device]]\nname = "{name}"\nport = "{boards[name].port}"\n' for name in SAID)
        )
        bridge = stack.enter_context(start("run", str(bench), "--for", "2.5", "--json"))
        told = ""
        while not all(f"{name}: {boards[name].port} is open" in told for name in SAID):
            told += read_until(bridge, "is open")
        for name, said in SAID.items():
            boards[name].say(said)
        while not all(re.search(f"^{name}: .*{re.escape(TOLD[name])}", told, re.MULTILINE) for name in TOLD):
            told += read_until(bridge, "")
        _, err = ending(bridge)
        told += err
    for words in ("unreadable", "without line ends", "rejected", "only blank lines"):
        assert words not in told
