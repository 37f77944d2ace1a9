"""Writes the golden files of the present version, once: `python -m tests.journal.write_golden`.

When `app.journal.file.tables` gets a new step, run this module, add the checksums of the new files to
`test_golden`, and commit both. An existing file is never written again: the files of older versions were
written by the programs of those versions.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from app.journal import decisions, regions
from app.journal.export.rows import Selection, export
from app.journal.file.schema import SCHEMA_VERSION
from app.journal.journal import Journal
from app.journal.pruning import Pruner
from app.journal.rejected import RejectedLines
from app.journal.steps import carry_out
from app.journal.timeline import rows
from app.messages.message import Message, verbatim
from app.wire.arrival import ClockMark
from app.wire.batches import Batch, Intake
from app.wire.readings import Grammar
from app.wire.streams import Fate, Run, Usage
from app.wire.timeline import Event, EventKind, Marker

GOLDEN = Path(__file__).with_name("golden")
BEFORE = ("https://fra1.blynk.cloud", "a-token")
NOW = ("https://fra1.blynk.cloud", "another-token")
REGION = "https://ny3.blynk.cloud"
OTHER = "Tür; 2"
_STEP_US = 977_123


class Scene:
    """A journal, and the steps that fill it with everything that a journal can hold."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.at_us = 1_761_000_000_000_000
        self.journal = self._opened(BEFORE)

    def _opened(self, account: tuple[str, str]) -> Journal:
        journal = Journal(self.path)
        regions.bind(journal, "board", *account)
        regions.bind(journal, OTHER, *NOW)
        return journal

    def batch(self, *lines: str) -> Batch:
        found = Intake(Grammar()).feed("\n".join(("# boot", *lines, "")).encode(), self.at_us).batch
        assert found
        return found

    def say(self, *lines: str, device: str = "board") -> None:
        self.at_us += _STEP_US
        self.journal.write([(device, self.batch(*lines))], [])

    def settle(
        self, target: str, first: int, last: int, fate: Fate, reason: str = "", device: str = "board"
    ) -> None:
        streams = self.journal.streams(device)
        number = next(stream.stream for stream in streams if stream.target == target)
        self.journal.write([], [Run(number, first, last, fate, reason)])

    def play(self) -> None:
        chance = random.Random(SCHEMA_VERSION)
        for n in range(12):
            large, real = chance.randint(-(2**31), 2**31 - 1), chance.uniform(-1e9, 1e9)
            self.say(f"v1={n}", f"v2={n / 8}", f"v1={large}", f"v2={real!r}")
        self.say("v3=calm", "v3==1+1", 'v3=größer, "so"', "v1.label=Room 12", "ds7=3.5")
        self.say("v1=7", "v255=-0.5", device=OTHER)
        self.settle("v1", 1, 9, Fate.FORWARDED)
        self.settle("v1", 10, 11, Fate.REFUSED, "Value doesn't match the Datastream data type.")
        self.settle("v2", 1, 20, Fate.SUPERSEDED)
        self.settle("v2", 22, 23, Fate.EXPIRED)
        self.settle("v3", 1, 1, Fate.REFUSED, "no")
        self.settle("v1", 1, 1, Fate.FORWARDED, device=OTHER)
        # Texts that take several pages.
        self.say(*(f"v4={n:03d}{chance.randbytes(400).hex()}" for n in range(12)))
        self._set_the_clock_back()
        refused = self.journal.refused("board", 99)[0].reading.id
        carry_out(decisions.resend(self.journal, "board", "v1", [refused]))
        pruner = Pruner(self.journal, keep_days=1, max_journal_mb=1000)
        while pruner.step() == 0:
            pass
        usage = [Usage("messages of Home", "2025-10", 123), Usage("points of board", "2025-10-20", 45)]
        self.journal.write([], [], usage)
        self._reject("v256=1", "v1=nan", "3,14")
        regions.remember(self.journal, *NOW, REGION)
        self._happen()
        # The token is changed, so pending readings are held.
        self.journal.close()
        self.journal = self._opened(NOW)
        self.say("v1=2001", "v2=2002.5", "v3=later")
        self.settle("v3", 4, 4, Fate.FORWARDED)

    def _set_the_clock_back(self) -> None:
        hour_us = 3_600_000_000
        mark = ClockMark(self.at_us - hour_us, 12_345_678, -hour_us)
        batch = self.batch("v1=1000")._replace(marks=(mark,))
        batch.received_at_us[:] -= hour_us
        self.journal.write([("board", batch)], [])

    def _reject(self, *lines: str) -> None:
        intake = Intake(Grammar())
        intake.feed(b"# boot\n", self.at_us)
        found = intake.feed("\n".join((*lines, "")).encode(), self.at_us).rejected
        assert found
        rejected = RejectedLines("board")
        rejected.add(found)
        self.journal.write([], [], (), [rejected.take()])

    def _happen(self) -> None:
        reason = Message("cloud_limit_reached", answer=verbatim("Too many requests"))
        events = [
            Event(2, EventKind.CONNECTED, self.at_us, self.at_us, detail="COM5"),
            Event(3, EventKind.REJECTED, self.at_us + 1, self.at_us + 9, "v1", 17),
            Event(4, EventKind.CLOUD_DOWN, self.at_us + 2, None, count=3, reason=reason),
        ]
        markers = [Marker(1, "board", self.at_us, 'größer, "so"'), Marker(2, "", self.at_us, "=all")]
        with self.journal.transaction() as change:
            run = rows.Run(1, self.at_us, self.at_us + 99, self.at_us - 99)
            rows.write_events(change.connection, "board", events, run)
            rows.write_markers(change.connection, markers, ())


def write(folder: Path) -> None:
    """Write the present version's golden files: a closed journal, a killed program's, and their exports."""
    ended, killed = (folder / f"version-{SCHEMA_VERSION}{state}.journal" for state in ("", "-killed"))
    for path in (ended, killed):
        work = path.with_suffix(".db")
        scene = Scene(work)
        scene.play()
        if path is killed:
            shutil.copy(f"{work}-wal", f"{path}-wal")
        else:
            scene.journal.close()
        shutil.copy(work, path)
        scene.journal.close()
        with path.with_suffix(".csv").open("x", encoding="utf-8", newline="") as output:
            export(work, output, Selection())
        for left in folder.glob(f"{work.name}*"):
            left.unlink()


if __name__ == "__main__":
    if list(GOLDEN.glob(f"version-{SCHEMA_VERSION}[.-]*")):
        raise SystemExit(f"version {SCHEMA_VERSION} has its golden files already, and they stay")
    write(GOLDEN)
