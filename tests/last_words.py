"""The end of a process that a test has listened to line by line."""

from __future__ import annotations

import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor


def ending(process: subprocess.Popen[str], timeout_s: float = 60) -> tuple[str, str]:
    """What a process still prints and says until it ends by itself.

    `communicate` reads past the streams, and would leave out what they have read ahead of a line.
    """
    assert process.stdout
    assert process.stderr
    late = threading.Event()

    def give_up() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(timeout_s, give_up)
    timer.start()
    with process.stdout, process.stderr, ThreadPoolExecutor(1) as reader:
        said = reader.submit(process.stderr.read)
        out, err = process.stdout.read(), said.result()
    process.wait()
    timer.cancel()
    assert not late.is_set(), f"the program did not end: {out}{err}"
    return out, err
