"""The options of `pending`, `refused`, `resend`, `discard` and `rejected`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing

import pytest

from app.journal.journal import Journal
from tests.commands.table import Done, Row, Runner, shape
from tests.processes import TOKEN

TWO = "resend --journal two.db"
RESEND = f"{TWO} --all"
DISCARD = "discard --journal two.db --all"


def listed(done: Done) -> list[str]:
    """The devices of which something is listed, as JSON."""
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
    """How many readings of each target are still refused; `--id` and `--all` free them."""
    return {f"{device} {target}": refused for device, target, _, refused, _ in streams(done) if refused}


def given_up(done: Done) -> dict[str, int]:
    return {f"{device} {target}": expired for device, target, *_, expired in streams(done) if expired}


def held(done: Done) -> int:
    """How many readings are held where the bench's own token is the account."""
    with closing(Journal(done.folder / "two.db")) as journal:
        journal.bind("a", journal.fingerprint("http://127.0.0.1:9", TOKEN))
        return sum(stream.counts().held for stream in journal.streams("a"))


def looks_of(command: str) -> dict[str, Row]:
    """The rows that `pending`, `refused` and `rejected` have in common."""
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
    # What waits for the account that two.db has had is held under that of its bench file, but for a v2,
    # which has nothing that waits.
    "resend BENCH_FILE": Row(
        "resend bench.toml --all", "resend other.toml --all", refused, {"a v1": 2, **B, **C}, {**A, **B, **C}
    ),
    "resend --journal": Row(RESEND, "resend --journal other.db --all", refused, C, {**A, **B}),
    "resend --device": Row(RESEND, f"{RESEND} --device a", refused, C, {**B, **C}),
    "resend --id": Row(RESEND, f"{TWO} --id 1 --id 4", refused, C, {"a v1": 1, **B, **C}),
    "resend --target": Row(RESEND, f"{TWO} --target v1", refused, C, {"a v2": 1, **C}),
    "resend --all": Row(TWO, RESEND, refused, {**A, **B, **C}, C),
    "resend --held": Row("resend bench.toml --all", "resend bench.toml --held", held, 1, 0),
    "discard BENCH_FILE": Row("discard bench.toml", "discard other.toml", given_up, {"a v1": 1, **B}, C),
    "discard --journal": Row(DISCARD, "discard --journal other.db --all", given_up, {"a v1": 1, **B}, C),
    "discard --device": Row(DISCARD, f"{DISCARD} --device b", given_up, {"a v1": 1, **B}, B),
    "discard --all": Row("discard --journal two.db", DISCARD, given_up, {}, {"a v1": 1, **B}),
}


@pytest.mark.parametrize("option", ROWS)
def test_an_option_does_what_it_says(option: str, runner: Runner) -> None:
    runner.hold(ROWS[option])
