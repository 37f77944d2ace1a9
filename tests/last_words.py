"""Reads the rest of a process's output after a test has read some lines of it."""

from __future__ import annotations

import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor


def ending(process: subprocess.Popen[str], timeout_s: float = 60) -> tuple[str, str]:
    """Wait until a process ends and return the rest of its standard output and standard error.

    `communicate` would lose text, because it bypasses the buffers that reading line by line has filled.
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
    assert not late.is_set(), f"the program did not end within {timeout_s:g} s: {out}{err}"
    return out, err
