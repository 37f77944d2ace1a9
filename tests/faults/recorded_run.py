"""Runs Pinbridge and records its writes and its requests: `python -m tests.faults.recorded_run FOLDER OUT …`.

The remaining arguments are Pinbridge's. OUT lists, in order, the operations on the journal's files in FOLDER,
and the data sent to the cloud as notes. Each line is a JSON list: kind, file or note, offset or size, data as
hexadecimal digits.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.faults.disk import Event, Kind, recorded


def read(out: Path) -> list[Event]:
    """Read the events that a run has written to `out`."""
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    return [Event(Kind(kind), file, at, bytes.fromhex(data)) for kind, file, at, data in lines]


def run(folder: Path, out: Path, arguments: list[str]) -> None:
    with recorded(folder) as disk:

        def hear(event: str, details: tuple[object, ...]) -> None:
            if event == "http.client.send" and isinstance(data := details[1], bytes):
                disk.note(data.decode(errors="replace"))

        sys.addaudithook(hear)
        from app import cli

        try:
            sys.argv = ["pinbridge", *arguments]
            cli.main()
        finally:
            with out.open("w") as file:
                for kind, name, at, data in disk.events:
                    file.write(json.dumps([kind.value, name, at, data.hex()]) + "\n")


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
