"""A bench file is changed where the bench has changed, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from app.config.bench_file import BenchConfig, DeviceConfig, Organisation
from app.config.writing import editing
from app.config.writing.editing import edited
from app.config.writing.matching import Changes, Source
from app.errors import InvalidValueError
from app.wire.datastreams import Datastream
from tests.config.writing.test_any_bench import loaded

TWO = """\
[[device]]
name = "a"  # first
port = 'COM1'
# baud_rate = 9600

# the second
[[device]]
port = "COM2"
name = "b"
"""
PINS = """\
[[device]]
name = "a"
port = "COM1"

# one
[[device.datastream]]
virtual_pin = 1

# two
[[device.datastream]]
virtual_pin = 2
"""


def config(document: Mapping[str, Any]) -> BenchConfig:
    return msgspec.convert(document, BenchConfig)


def changed(text: str, edits: Mapping[str, Any], changes: Changes | None = None) -> str:
    """`text` after the device with the name `a` has got other values."""
    document = msgspec.to_builtins(loaded(text))
    next(device for device in document["device"] if device["name"] == "a").update(edits)
    return edited(text, config(document), changes or Changes())


@pytest.mark.parametrize(
    ("edits", "old", "new"),
    [
        ({"port": "COM7"}, "port = 'COM1'", "port = 'COM7'"),
        ({"name": "c"}, 'name = "a"  # first', 'name = "c"  # first'),
        ({"baud_rate": 300}, "'COM1'\n", "'COM1'\nbaud_rate = 300\n"),
        ({"interval_s": 2.0, "rts": True}, "'COM1'\n", "'COM1'\nrts = true\ninterval_s = 2\n"),
        ({"forward": "latest"}, "'COM1'\n", "'COM1'\nforward = \"latest\"\n"),
        (
            {"datastream": [{"id": 7}]},
            "# baud_rate = 9600\n",
            "# baud_rate = 9600\n\n[[device.datastream]]\nid = 7\n",
        ),
    ],
)
def test_a_key_is_changed_in_its_line_or_added_in_its_order(
    edits: Mapping[str, Any], old: str, new: str
) -> None:
    assert changed(TWO, edits, Changes({"c": "a"})) == TWO.replace(old, new)


def test_a_key_that_has_its_default_again_keeps_its_line() -> None:
    text = TWO.replace(
        "# baud_rate = 9600", "baud_rate = 9600 # old board\n  dtr = true  # needed\n\trts=false\n#"
    )
    edits = {"baud_rate": 115200, "dtr": None, "rts": None}
    assert changed(text, edits) == text.replace("9600", "115200").replace(
        "  dtr = true  # needed\n\trts=false\n", "  # needed\n"
    )


def test_a_key_is_added_behind_the_comment_of_the_one_before() -> None:
    text = '[[device]]\n  port = "COM1"  # the left one,\n    # not the right one\n  # name:\n  name = "a"\n'
    assert changed(text, {"baud_rate": 300}) == text.replace("  # name", "  baud_rate = 300\n  # name")
    text = '[[device]]\n# where\n  port = "COM1"\n'
    document = msgspec.to_builtins(loaded(text))
    document["device"][0]["name"] = "x"
    written = edited(text, config(document), Changes({"x": "board"}))
    assert written == text.replace("# where", '  name = "x"\n# where')


def test_devices_change_places_with_their_comments_and_datastreams() -> None:
    text = TWO + "[[device.datastream]]\nvirtual_pin = 1\n\n# end\n"
    before = loaded(text)
    after = msgspec.structs.replace(before, device=before.device[::-1])
    assert edited(text, after) == (
        '# the second\n[[device]]\nport = "COM2"\nname = "b"\n'
        "[[device.datastream]]\nvirtual_pin = 1\n\n"
        "[[device]]\nname = \"a\"  # first\nport = 'COM1'\n# baud_rate = 9600\n\n# end\n"
    )


def test_datastreams_that_are_apart_from_their_device_come_to_it() -> None:
    device = '[[device]]\nname = "{0}"\nport = "COM{0}"\n'
    parts = [device.format(1), "# of 1\n", "[bench]\n", "# of the bench\n"]
    parts += ["[[device.datastream]]\nid = 1\n", "\n# Other\n\n", "# 2\n", "[[device.datastream]]\nid = 2\n"]
    parts += ["\n", device.format(2)]
    text = "".join(parts)
    before = loaded(text)
    headed = "\n# Heading\n\n".join(["".join(parts[:3]), "".join(parts[4:])])
    removed = edited(headed, msgspec.structs.replace(before, device=before.device[1:]))
    assert removed == "".join([*parts[1:3], "\n# Heading\n\n", parts[9]])
    swapped = edited(text, msgspec.structs.replace(before, device=before.device[::-1]))
    assert swapped == "".join([parts[9], *parts[1:4], "\n", parts[0], parts[4], *parts[5:8]])
    removed = edited(text, msgspec.structs.replace(before, device=before.device[1:]))
    assert removed == "".join([*parts[1:4], *parts[8:]])


def test_a_removed_device_takes_its_comments_along() -> None:
    before = loaded(TWO)
    first, second = TWO.split("\n\n")
    assert edited(TWO, BenchConfig(device=before.device[:1])) == first + "\n"
    assert edited(TWO, BenchConfig(device=before.device[1:])) == second
    assert edited(f"\ufeff{TWO}", BenchConfig()) == "\ufeff"


def test_a_comment_that_may_not_belong_to_a_removed_table_stays() -> None:
    board = '[[device]]\nname = "{}"\nport = "{}"\n'
    parts = ["# Room 1\n", board.format("a", "COM1"), "# of a or b\n", board.format("b", "COM2")]
    parts += ["\n# Room 2\n\n# of c\n", board.format("c", "COM3"), "\n# End\n"]
    text = "".join(parts)
    a, b, c = loaded(text).device
    assert edited(text, BenchConfig(device=(a, b))) == "".join([*parts[:4], "\n# Room 2\n", "\n# End\n"])
    assert edited(text, BenchConfig(device=(a, c))) == "".join([*parts[:3], *parts[4:]])
    assert edited(text, BenchConfig(device=(b, c))) == "".join([parts[0], *parts[2:]])
    assert edited(text, BenchConfig(device=(c,))) == "".join([parts[0], parts[2], *parts[4:]])


def test_new_tables_look_like_the_ones_beside_them() -> None:
    text = PINS.replace("[[device.d", "  [[device.d").replace("virtual", "    virtual")
    entries = [{"virtual_pin": 3}, {"virtual_pin": 1}, {"virtual_pin": 2}, {"virtual_pin": 4, "max": 5.0}]
    new = "\n  [[device.datastream]]\n    virtual_pin = "
    expected = text.replace("\n# one", f"{new}3\n\n# one") + f"{new}4\n    max = 5\n"
    assert changed(text, {"datastream": entries}) == expected
    compact = TWO.replace("\n\n", "\n")
    before = loaded(compact)
    after = BenchConfig(device=(*before.device, DeviceConfig(name="c", port="COM3")))
    assert edited(compact, after) == compact + '[[device]]\nname = "c"\nport = "COM3"\n'
    first = BenchConfig(device=(DeviceConfig(name="c", port="COM3", dtr=False), *before.device))
    assert edited(TWO, first) == '[[device]]\nname = "c"\nport = "COM3"\ndtr = false\n\n' + TWO


def test_a_datastream_that_is_moved_to_another_device_takes_its_comments_along() -> None:
    text = PINS.replace("= 2", "= 2  # pin") + '\n# the second\n[[device]]\nname = "b"\nport = "COM2"\n'
    head, one, two, second = (part.rstrip("\n") for part in text.split("\n\n"))
    before = loaded(text)
    a, b = before.device
    new = DeviceConfig(name="c", port="COM3", datastream=a.datastream[1:])
    a, moved = msgspec.structs.replace(a, datastream=a.datastream[:1]), a.datastream[1]
    b = msgspec.structs.replace(b, datastream=(msgspec.structs.replace(moved, name="x"),))
    sources: list[Source] = [(0, 1)]
    changes = Changes(datastreams={"a": [0], "b": sources, "c": sources})
    named = two.replace("# pin", '# pin\nname = "x"')
    assert edited(text, BenchConfig(device=(a, b)), changes) == "\n\n".join([head, one, second, named]) + "\n"
    added = edited(text, BenchConfig(device=(a, new)), changes)
    assert added == "\n\n".join([head, one, '[[device]]\nname = "c"\nport = "COM3"', two]) + "\n"
    assert edited(text, BenchConfig(device=(new,)), changes).count("#") == 2


def test_datastreams_are_matched_as_the_editor_says() -> None:
    entries = [{"virtual_pin": 7}, {"virtual_pin": 1}]
    first, one, two = PINS.split("\n\n")
    as_told = changed(PINS, {"datastream": entries}, Changes(datastreams={"a": [1, 0]}))
    assert as_told == "\n\n".join([first, two.replace("= 2", "= 7")[:-1], one]) + "\n"
    added = changed(PINS, {"datastream": entries}, Changes(datastreams={"a": [None, 0]}))
    assert added == "\n\n".join([first, "[[device.datastream]]\nvirtual_pin = 7", one]) + "\n"


def test_the_other_tables_of_the_bench_are_changed_too() -> None:
    text = '# Ours\n\n[organisation."a b"]  # all\n\n[[device]]\nport = "COM1"\norganisation = "a b"\n'
    device = msgspec.structs.replace(loaded(text).device[0], organisation="school")
    after = BenchConfig(
        bench=msgspec.structs.replace(BenchConfig().bench, keep_days=5),
        organisation={"school": Organisation(monthly_messages=7), "x": Organisation()},
        device=(device,),
    )
    assert edited(text, after, Changes(organisations={"school": "a b"})) == (
        '# Ours\n\n[bench]\nname = "Bench"\nkeep_days = 5\n\n'
        "[organisation.school]  # all\nmonthly_messages = 7\n\n[organisation.x]\n\n"
        '[[device]]\nport = "COM1"\norganisation = "school"\n'
    )
    assert edited(text, BenchConfig(device=(DeviceConfig(port="COM1"),))) == (
        '# Ours\n\n[[device]]\nport = "COM1"\norganisation = ""\n'
    )


def test_organisations_with_dotted_keys_are_renamed_and_removed() -> None:
    school, works = "organisation.a.monthly_messages = 7\n", "organisation.b.monthly_messages = 8\n"
    board = '\n[[device]]\nport = "COM1"\n'
    after = BenchConfig(organisation={"c d": Organisation(monthly_messages=7)}, device=loaded(board).device)
    assert edited(school + works + board, after, Changes(organisations={"c d": "a"})) == (
        school.replace(".a.", '."c d".') + board
    )


def test_inline_tables_become_tables_if_something_in_them_changes() -> None:
    text = """\
device = [ # boards
  {name = "a", port = 'COM1', datastream = [{virtual_pin = 0x1}, {id = 5}]}, # left
  # no use
]  # all
organisation = {x = {monthly_messages = 1_0}, y = {}} # plans
bench = {name = 'B', keep_days = 3_0} # bench
"""
    document = msgspec.to_builtins(loaded(text))
    document["bench"]["name"] = "C"
    once = edited(text, config(document))
    assert once == text.replace(
        "bench = {name = 'B', keep_days = 3_0} # bench", "# bench\nbench.name = 'C'\nbench.keep_days = 3_0"
    )
    document["organisation"]["y"]["monthly_messages"] = 2
    twice = edited(once, config(document))
    assert twice == once.replace(
        "organisation = {x = {monthly_messages = 1_0}, y = {}} # plans",
        "# plans\norganisation.x.monthly_messages = 1_0\norganisation.y.monthly_messages = 2",
    )
    document["device"][0]["datastream"][1]["id"] = 6
    assert edited(twice, config(document)) == (
        "# all\n"
        + twice.partition("# all\n")[2]
        + "\n# boards\n[[device]]  # left\nname = \"a\"\nport = 'COM1'\n"
        "# no use\n\n[[device.datastream]]\nvirtual_pin = 0x1\n\n[[device.datastream]]\nid = 6\n"
    )


@pytest.mark.parametrize("text", ["", "# only a comment", "bench = {}", "device = []", "organisation = {}\n"])
def test_a_bench_is_written_into_an_empty_file(text: str) -> None:
    after = config(
        {
            "bench": {"name": "B"},
            "organisation": {"x": {}},
            "device": [{"port": "COM1", "datastream": [{"id": 1}]}],
        }
    )
    written = edited(text, after)
    assert loaded(written) == after
    assert written.startswith("# only a comment\n") == text.startswith("#")


def test_what_cannot_be_changed_otherwise_is_written_anew_with_its_comments(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(editing, "_edit_devices", lambda *_: monkeypatch.undo())
    text = '\ufeff[[device]]  # x\r\nport = "COM1"\r\n'
    after = BenchConfig(device=(DeviceConfig(name="b", port="COM2"),))
    assert edited(text, after) == '\ufeff# x\r\n\r\n[[device]]\r\nname = "b"\r\nport = "COM2"\r\n'


def test_a_text_that_no_file_can_hold_is_refused() -> None:
    device = DeviceConfig(port="COM1", datastream=(Datastream(id=1, unit="\udc00"),))
    with pytest.raises(InvalidValueError):
        edited("", BenchConfig(device=(device,)))
