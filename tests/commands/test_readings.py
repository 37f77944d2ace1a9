"""The options of `pending`, `refused`, `resend`, `discard` and `rejected`."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, nullcontext
from datetime import datetime
from pathlib import Path

import pytest

from app.journal import rejected
from app.journal.journal import Journal, JournalError
from app.wire.streams import Fate, Run
from tests.commands.table import Done, Row, Runner, shape
from tests.journal.test_journal import ACCOUNT, batch
from tests.journal.test_rejected import wrong
from tests.processes import TOKEN

TWO = "resend --journal two.db"
RESEND = f"{TWO} --all"
DISCARD = "discard --journal two.db --all"


def listed(done: Done) -> list[str]:
    """The devices in the JSON on standard output."""
    entries = [json.loads(line) for line in done.out.splitlines()]
    found = entries[0].get("devices", entries)
    return sorted({entry.get("name") or entry["device"] for entry in found})


def streams(done: Done) -> Iterator[tuple[str, str, int, int, int]]:
    for name in ("two.db", "other.db"):
        with closing(Journal(done.folder / name)) as journal:
            for stream in journal.streams():
                counts = stream.counts()
                yield stream.device, stream.target, counts.pending, counts.refused, counts.expired


def refused(done: Done) -> dict[str, int]:
    """The number of refused readings that are not marked to be sent again, by device and target."""
    return {f"{device} {target}": refused for device, target, _, refused, _ in streams(done) if refused}


def discarded(done: Done) -> dict[str, int]:
    return {f"{device} {target}": expired for device, target, *_, expired in streams(done) if expired}


def held(done: Done) -> int:
    """The number of pending readings of device a that are meant for another token than its bench file's."""
    with closing(Journal(done.folder / "two.db")) as journal:
        journal.bind("a", journal.fingerprint("http://127.0.0.1:9", TOKEN))
        return sum(stream.counts().held for stream in journal.streams("a"))


def looks_of(command: str) -> dict[str, Row]:
    """The rows of `command` for the options that `pending`, `refused` and `rejected` have in common."""
    words, both, other = f"{command} --journal two.db", ["a", "b"], ["c"]
    two = f"{words} --json"
    return {
        f"{command} BENCH_FILE": Row(
            f"{command} bench.toml --json", f"{command} other.toml --json", listed, both, other
        ),
        f"{command} --journal": Row(two, f"{command} --journal other.db --json", listed, both, other),
        f"{command} --device": Row(two, f"{two} --device b", listed, both, ["b"]),
        f"{command} --json": Row(words, two, shape, "words", "JSON"),
    }


A, B, C = {"a v1": 2, "a v2": 1}, {"b v1": 1}, {"c v5": 1}
ROWS = {
    **looks_of("pending"),
    **looks_of("refused"),
    **looks_of("rejected"),
    # The readings in two.db were meant for another account than that of its bench file, so pending ones are
    # held, and refused ones are not sent again. The exception is v2 of device a, because none is pending.
    "resend BENCH_FILE": Row(
        "resend bench.toml --all", "resend other.toml --all", refused, {"a v1": 2, **B, **C}, {**A, **B, **C}
    ),
    "resend --journal": Row(RESEND, "resend --journal other.db --all", refused, C, {**A, **B}),
    "resend --device": Row(RESEND, f"{RESEND} --device a", refused, C, {**B, **C}),
    "resend --id": Row(RESEND, f"{TWO} --id 1 --id 4", refused, C, {"a v1": 1, **B, **C}),
    "resend --target": Row(RESEND, f"{TWO} --target v1", refused, C, {"a v2": 1, **C}),
    "resend --all": Row(TWO, RESEND, refused, {**A, **B, **C}, C),
    "resend --held": Row("resend bench.toml --all", "resend bench.toml --held", held, 1, 0),
    "discard BENCH_FILE": Row("discard bench.toml", "discard other.toml", discarded, {"a v1": 1, **B}, C),
    "discard --journal": Row(DISCARD, "discard --journal other.db --all", discarded, {"a v1": 1, **B}, C),
    "discard --device": Row(DISCARD, f"{DISCARD} --device b", discarded, {"a v1": 1, **B}, B),
    "discard --all": Row("discard --journal two.db", DISCARD, discarded, {}, {"a v1": 1, **B}),
    "discard --refused": Row(
        "discard --journal two.db", "discard --journal two.db --refused", discarded, {}, {**A, **B}
    ),
}


@pytest.mark.parametrize("option", ROWS)
def test_an_option_does_what_it_says(option: str, runner: Runner) -> None:
    runner.hold(ROWS[option])


def test_a_journal_from_before_there_were_accounts_is_refused(
    runner: Runner, template: Path, tmp_path: Path
) -> None:
    path = tmp_path / "old.db"
    shutil.copy(template / "two.db", path)
    for version, is_refused in ((2, False), (1, True)):
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(f"PRAGMA user_version = {version}")
        for command in ("pending", "refused"):
            with pytest.raises(JournalError) if is_refused else nullcontext():
                assert runner.run(f"{command} --journal {path} --json").out


def test_an_empty_list_is_reported_as_such(runner: Runner, tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    Journal(path).close()
    for command, said in (("pending", "No reading is pending.\n"), ("refused", "No reading was refused.\n")):
        done = runner.run(f"{command} --journal {path}")
        assert (done.status, done.out, done.err) == (0, "", said)
        done = runner.run(f"{command} --journal {path} --json")
        assert (done.status, done.out, done.err) == (0, "", "")
        done = runner.run(f"{command} --journal {path} --device a")
        assert (done.status, done.err) == (2, f"{path}: holds no device at all: name another journal")


def test_devices_are_in_order_and_values_as_they_came(runner: Runner, tmp_path: Path) -> None:
    path = tmp_path / "many.db"
    with closing(Journal(path)) as journal:
        for device in "hgfedcba":
            journal.bind(device, ACCOUNT)
        journal.write([(device, batch("v1=2.5\nv1=100\nv2=warm\n")) for device in "hgfedcba"], [])
        journal.write([], [Run(stream, 1, 1, Fate.REFUSED, "no") for stream in (1, 2)])
        journal.write([], [Run(1, 2, 2, Fate.REFUSED, "no")])
    done = runner.run(f"refused --journal {path} --json")
    assert [json.loads(line)["value"] for line in done.out.splitlines()] == [2.5, 100, "warm"]
    assert '"value":100,' in done.out
    for command in ("pending", "refused"):
        said = runner.run(f"{command} --journal {path} --device nobody").err
        assert said == f"{path}: holds no device nobody, but a, b, c, d, e, f, g and h"


def test_rejected_lines_have_their_time_and_no_control_characters(
    runner: Runner, template: Path, tmp_path: Path
) -> None:
    path = tmp_path / "j.db"
    shutil.copy(template / "two.db", path)
    long = "x" * 120
    with closing(Journal(path)) as journal:
        lines = rejected.read(journal.reader(), "a")
        lines.add(wrong(f"v1=\x1b[31m\n{long}\n{long}y\n"))
        journal.write([], [], unwritten=[lines.take()])
    done = runner.run(f"rejected --journal {path} --device a")
    at = f"{datetime.fromtimestamp(1):%Y-%m-%d %H:%M:%S} a: "
    said = done.out.splitlines()
    assert said[::2] == [f"{at}v256=1", f"{at}v1=\ufffd[31m", f"{at}{long}", f"{at}{long}…"]
    assert said[1].startswith("    wrong_pin: pins are v0 to v255")
    assert done.err == "a: 2 no_assignment, 1 control_character and 1 wrong_pin.\n"
    with closing(Journal(path)) as journal:
        journal.bind("d", b"d" * 16)
    assert runner.run(f"rejected --journal {path} --device d").err == "d: nothing was rejected.\n"
    done = runner.run(f"rejected --journal {path} --device e")
    assert (done.status, done.err) == (2, f"{path}: holds no device e, but a, b and d")
    assert runner.run("rejected").err == "give a bench file, or --journal FILE"
    assert runner.run("rejected bench.toml --journal two.db").status == 2
    (entry,) = json.loads(runner.run("rejected --journal two.db --device a --json").out)["devices"]
    assert entry["counts"] == {"wrong_pin": 1}
    (line,) = entry["lines"]
    assert line.pop("hint").startswith("pins are")
    assert line.pop("hint_code")
    assert line == {"received_at": "1970-01-01T00:00:01.000000Z", "text": "v256=1", "reason": "wrong_pin"}
