"""Any edits of a bench, saved to its file from time to time: the file loads to the edited bench.

The comments of all tables that are still there are kept.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.config.bench_document import BenchDocument
from app.config.loading import load, with_paths
from ui.bench.model.draft import NAME, Draft, Kind, Node
from ui.bench.model.problems import problems

FILE = """\
# about the bench
[bench]  # c-bench
name = "Lab"

[organisation.school]  # c-school
monthly_messages = 1000

[[device]]  # c-one
name = "one"
port = "COM1"
server = "https://fra1.blynk.cloud"
auth_token = "keyring:one"
organisation = "school"

[[device.datastream]]  # c-one-v0
virtual_pin = 0

[[device.datastream]]  # c-one-v1
virtual_pin = 1
name = "Air"
min = -40

[[device]]  # c-two
name = "two"
port = "COM2"

[[device.datastream]]  # c-two-ds7
id = 7

[[device]]  # c-three
name = "three"
port = "COM3"
"""
MARKS = {"Lab": "c-bench", "school": "c-school", "one": "c-one", "two": "c-two", "three": "c-three"}
VALUES: dict[Kind, dict[str, list[object]]] = {
    Kind.BENCH: {"name": ["Lab", "Other"], "keep_days": [7.0, 0.0, "x"]},
    Kind.ORGANISATION: {"name": ["school", "home", ""], "monthly_messages": [0, 5, -1]},
    Kind.DEVICE: {
        "name": ["one", "two", "four", ""],
        "port": ["COM1", "COM4", "COM5", ""],
        "baud_rate": [9600, 115200, "fast"],
        "server": ["", "https://lon1.blynk.cloud", "nowhere"],
        "forward": ["every", "latest"],
    },
    Kind.DATASTREAM: {
        "virtual_pin": [None, 0, 1, 5, 300],
        "id": [None, 7, 9],
        "name": ["", "Air", "Luft"],
        "min": [None, 0.0, "low"],
        "scale": [1.0, 0.5],
        "line_style": ["solid", "dashed", "wavy"],
    },
}
EDITS = st.lists(
    st.tuples(
        st.sampled_from(("put", "put", "put", "add", "copy", "remove", "move", "give", "save")),
        st.integers(0, 999),
    ),
    max_size=25,
)


def edit(draft: Draft, what: str, pick: int) -> None:
    """Make one edit; `pick` chooses the table, and what is done with it."""
    nodes = list(draft.nodes())
    node = nodes[pick % len(nodes)]
    match what:
        case "put":
            keys = sorted(VALUES[node.kind].items())
            key, values = keys[pick // 7 % len(keys)]
            draft.put(node, key, values[pick // 3 % len(values)])
        case "add":
            kind = (Kind.DEVICE, Kind.DATASTREAM, Kind.ORGANISATION)[pick % 3]
            if kind is not Kind.DATASTREAM or node.kind in (Kind.DEVICE, Kind.DATASTREAM):
                draft.add(kind, node)
        case "copy":
            if node.kind in (Kind.DEVICE, Kind.DATASTREAM):
                draft.copy(node)
        case "remove":
            if node.kind is not Kind.BENCH:
                assert draft.remove(node) in draft.nodes()
        case "move":
            draft.move(node, 1 if pick % 2 else -1)
        case "give":
            others = [device for device in draft.devices if node not in device.children]
            if node.kind is Kind.DATASTREAM and others:
                draft.move_to_device(node, others[pick // 7 % len(others)])


def marks(draft: Draft, known: dict[Node, str]) -> set[str]:
    """The comments of the file's tables that are still in the draft."""
    return {known[node] for node in draft.nodes() if node in known}


@pytest.mark.long
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EDITS)
def test_the_file_loads_to_what_was_edited_and_keeps_its_comments(
    tmp_path: Path, edits: list[tuple[str, int]]
) -> None:
    check(tmp_path, edits)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EDITS)
def test_some_edits_are_saved(tmp_path: Path, edits: list[tuple[str, int]]) -> None:
    check(tmp_path, edits)


def check(folder: Path, edits: list[tuple[str, int]]) -> None:
    path = folder / "lab.toml"
    path.write_text(FILE, encoding="utf-8")
    document = BenchDocument.open(path)
    draft = Draft(document.config)
    known = {node: MARKS[str(node.get(NAME))] for node in draft.nodes() if node.get(NAME) in MARKS}
    for device in draft.devices:
        known |= {child: f"{MARKS[str(device.get(NAME))]}-{child.target}" for child in device.children}
    for what, pick in (*edits, ("save", 0)):
        if what != "save":
            edit(draft, what, pick)
            continue
        if problems(draft):
            continue
        config = draft.config()
        names = [device.name for device in document.config.device]
        renamed = draft.renamed()
        assert set(renamed) <= {device.name for device in config.device}
        assert set(renamed.values()) <= set(names)
        document.save(
            config,
            renamed,
            datastreams=draft.moved_datastreams(),
            organisations=draft.renamed_organisations(),
        )
        draft.saved()
        assert not draft.is_changed
        assert load(path) == with_paths(config, folder)
        text = path.read_text(encoding="utf-8")
        assert marks(draft, known) <= set(re.findall(r"# (c-\S+)", text))
