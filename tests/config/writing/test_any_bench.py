"""Whatever is changed in whatever bench file, it loads to the same bench and keeps its comments."""

from __future__ import annotations

import difflib
import tomllib

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.config.bench_file import BenchConfig
from app.config.checking import check
from app.config.writing.editing import edited, rewritten
from app.config.writing.export import exported
from app.config.writing.layout import read
from app.config.writing.new_file import new_text
from app.config.writing.statements import comments
from tests.config.writing.benches import Change, benches, changed
from tests.config.writing.handwriting import Hand, Owner

SEEDS = st.integers(0, 2**32)


def loaded(text: str) -> BenchConfig:
    return msgspec.convert(tomllib.loads(text.removeprefix("\ufeff")), BenchConfig)


def stays(owner: Owner, change: Change) -> bool:
    """Whether that which a comment belongs to is still in the bench."""
    match owner:
        case ("organisation", name):
            return name in change.changes.organisations.values()
        case ("device", int(device), *rest):
            moved = [
                new.datastream[sources.index((device, rest[0]))]
                for new in change.after.device
                if rest and (device, rest[0]) in (sources := change.changes.datastreams.get(new.name, ()))
            ]
            if moved:
                return len(rest) < 2 or rest[1] in moved[0].values
            if device not in change.devices:
                return False
            new = change.after.device[change.devices.index(device)]
            origins = list(change.changes.datastreams[new.name])
            if rest and rest[0] not in origins:
                return False
            return len(rest) < 2 or rest[1] in new.datastream[origins.index(int(rest[0]))].values
    return True


def edit(change: Change, seed: int) -> None:
    hand = Hand(change.before, seed)
    assert loaded(hand.text) == change.before
    text = edited(hand.text, change.after, change.changes)
    assert loaded(text) == change.after
    found = list(comments(text.removeprefix("\ufeff")))
    assert len(found) == len(set(found))
    lost = {comment: owner for comment, owner in hand.comments.items() if comment not in found}
    assert {comment: owner for comment, owner in lost.items() if stays(owner, change)} == {}
    assert text.startswith("\ufeff") == hand.text.startswith("\ufeff")
    if "\r\n" in hand.text:
        assert text.count("\r\n") == text.count("\n")


@given(changed(), SEEDS)
@settings(max_examples=40)
def test_a_changed_bench_file_loads_to_the_same_bench_and_keeps_its_comments(
    change: Change, seed: int
) -> None:
    edit(change, seed)


@pytest.mark.long
@given(changed(), SEEDS)
@settings(max_examples=5000)
def test_many_changed_bench_files_do(change: Change, seed: int) -> None:
    edit(change, seed)


@given(benches(), SEEDS)
@settings(max_examples=30)
def test_a_bench_file_without_a_change_stays_as_it_is(config: BenchConfig, seed: int) -> None:
    text = Hand(config, seed).text
    assert edited(text, config) == text
    assert read(text).text == text


@given(benches().filter(lambda bench: bench.device), SEEDS)
@settings(max_examples=30)
def test_a_changed_key_changes_one_line(config: BenchConfig, seed: int) -> None:
    text = Hand(config, seed).text
    if "device = [" in text:
        return
    first = msgspec.structs.replace(config.device[0], baud_rate=300)
    text_after = edited(text, msgspec.structs.replace(config, device=(first, *config.device[1:])))
    before, after = text.splitlines(), text_after.splitlines()
    diff = [line for line in difflib.ndiff(before, after) if line[0] in "+-"]
    assert [line[0] for line in diff if "300" in line] == ["+"]
    assert len(diff) == 1 + (len(before) == len(after))


@given(benches(), benches(), SEEDS)
@settings(max_examples=15)
def test_a_file_that_is_written_anew_keeps_all_comments(
    before: BenchConfig, after: BenchConfig, seed: int
) -> None:
    hand = Hand(before, seed)
    text = rewritten(hand.text, after)
    assert loaded(text) == after
    assert sorted(comments(text.removeprefix("\ufeff"))) == sorted(hand.comments)
    assert ("\r" in text) <= ("\r" in hand.text)


@given(benches())
@settings(max_examples=30)
def test_a_new_file_loads_to_the_bench_that_it_was_written_for(config: BenchConfig) -> None:
    assert loaded(new_text(config)) == config
    assert check(msgspec.to_builtins(config)) == []
    other, _ = exported(config)
    assert other == config
