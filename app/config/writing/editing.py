"""Changes the text of a bench file so that it describes a changed bench. Pure.

Only what has changed is touched: comments, blank lines, the order of keys and tables, quotes and the style of
numbers stay. A key that gets its default is written with it, so that its line and the comment there stay. A
removed device takes all within its tables along, and the comments directly above it, below a blank line.

Invariants: the new text loads to exactly the changed bench; a text without a change stays as it is, byte for
byte. tomlkit writes only the values: what it makes of lists of tables depends on the blank lines and comments
between them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from app.config.bench_file import BenchConfig
from app.config.writing.arranging import Unit, arrange, gather, insert, remove
from app.config.writing.keys import dissolve, rename, set_keys
from app.config.writing.layout import DATASTREAM, DEVICE, Layout, Section, read
from app.config.writing.matching import Changes, Earlier, Matching, Place, Source, match
from app.config.writing.statements import Path, comments
from app.config.writing.tables import keys_of, new_table, unfold
from app.config.writing.values import Value, key_text

_BENCH: Path = ("bench",)
_ORGANISATION: Path = ("organisation",)
_NOTHING = Changes()
Table = dict[str, Any]


def edited(text: str, after: BenchConfig, changes: Changes = _NOTHING) -> str:
    """The bench file `text`, which loads without an error, changed so that it describes `after`.

    Raises InvalidValueError if `after` has a text that no file can hold.
    """
    before = _loaded(text)
    if before == after:
        return text
    layout = read(text)
    _edit(layout, before, after, match(before, after, changes))
    return layout.text if _loaded(layout.text) == after else rewritten(text, after)


def rewritten(text: str, config: BenchConfig) -> str:
    """A bench file for `config` that begins with all comments of the bench file `text`.

    It is for a file that `edited` cannot change otherwise.
    """
    earlier = read(text)
    lines = [earlier.comment(comment) for comment in comments(text)]
    return laid_out(config, Layout(lines, [], [], earlier.newline, earlier.has_mark)).text


def laid_out(config: BenchConfig, layout: Layout) -> Layout:
    """`layout`, which has no tables, with those of `config`."""
    empty = BenchConfig()
    _edit(layout, empty, config, match(empty, config, _NOTHING))
    return layout


def _loaded(text: str) -> BenchConfig:
    return msgspec.convert(tomllib.loads(text.removeprefix("\ufeff")), BenchConfig)


def _edit(layout: Layout, before: BenchConfig, after: BenchConfig, matching: Matching) -> None:
    old, new = msgspec.to_builtins(before), msgspec.to_builtins(after)
    _edit_bench(layout, old["bench"], new["bench"])
    if old["organisation"] != new["organisation"]:
        _edit_organisations(layout, old["organisation"], new["organisation"], matching.organisations)
    if old["device"] != new["device"]:
        _edit_devices(layout, old["device"], new["device"], matching)


def _edit_bench(layout: Layout, old: Table, new: Table) -> None:
    values = _changed(_BENCH, old, new)
    if not values:
        return
    if section := layout.section(_BENCH):
        set_keys(layout, section.body, (), values, keys_of(_BENCH))
        return
    dissolve(layout, layout.root, _BENCH)
    if any(line.path[:1] == _BENCH for line in layout.root):
        set_keys(layout, layout.root, _BENCH, values, keys_of(_BENCH))
    else:
        insert(layout, [new_table(layout, _BENCH, new)], 0)


def _edit_organisations(layout: Layout, old: Table, new: Table, earlier: Mapping[str, str]) -> None:
    above = layout.section(_ORGANISATION)
    lines, prefix = (above.body, ()) if above else (layout.root, _ORGANISATION)
    dissolve(layout, lines, prefix)
    removed = old.keys() - earlier.values()
    if removed:
        gather(layout)
    for name in removed:
        if section := layout.section((*_ORGANISATION, name)):
            remove(layout, [section])
        else:
            path = (*prefix, name)
            lines[:] = [line for line in lines if line.path[: len(path)] != path]
    names = {old_name: name for name, old_name in earlier.items() if name != old_name}
    rename(lines, prefix, names)
    for section in layout.sections:
        if section.header.path[:-1] == _ORGANISATION and section.header.path[-1] in names:
            path = (*_ORGANISATION, names[section.header.path[-1]])
            section.header = section.header._replace(content=key_text(path), path=path)
    for name, table in new.items():
        path = (*_ORGANISATION, name)
        if name not in earlier:
            tables = [section.header.path[0] for section in layout.sections]
            kind = "organisation" if "organisation" in tables else "bench"
            place = max((place + 1 for place, found in enumerate(tables) if found == kind), default=0)
            insert(layout, [new_table(layout, path, table)], place)
        elif section := layout.section(path):
            set_keys(layout, section.body, (), _changed(path, old[earlier[name]], table), keys_of(path))
        else:
            values = _changed(path, old[earlier[name]], table)
            set_keys(layout, lines, (*prefix, name), values, keys_of(path))


def _edit_devices(layout: Layout, old: list[Table], new: list[Table], matching: Matching) -> None:
    for place, section in enumerate(unfold(layout, layout.root, DEVICE)):
        insert(layout, [section], place)
    moved = _take_out(layout, old, matching)
    units = layout.devices()
    for table, index, sources in zip(new, matching.devices, matching.datastreams, strict=True):
        if index is not None:
            unit = units[index]
            set_keys(layout, unit[0].body, (), _changed(DEVICE, old[index], table), keys_of(DEVICE))
            left = [at for at in range(len(old[index]["datastream"])) if (index, at) not in moved]
            before = [old[index]["datastream"][at] for at in left]
            places = [left.index(source) if isinstance(source, int) else source for source in sources]
            if before != list(table["datastream"]) or places != list(range(len(before))):
                _edit_datastreams(layout, unit, before, table["datastream"], places, moved)
    if matching.devices == list(range(len(old))):
        return
    gather(layout)
    units = layout.devices()
    like = units[-1][0] if units else None
    added = [
        _device(layout, table, like, sources, moved)
        for table, index, sources in zip(new, matching.devices, matching.datastreams, strict=True)
        if index is None
    ]
    arrange(layout, units, matching.devices, added)


def _device(
    layout: Layout,
    table: Table,
    like: Section | None,
    sources: Sequence[Source],
    moved: Mapping[Place, _Moved],
) -> Unit:
    datastreams = [
        _datastream(layout, each, source, moved, layout.section(DATASTREAM))
        for each, source in zip(table["datastream"], sources, strict=True)
    ]
    return [new_table(layout, DEVICE, table, like), *datastreams]


class _Moved(NamedTuple):
    """A datastream that is moved to another device: its table, and what was in it."""

    section: Section
    old: Table


def _take_out(layout: Layout, old: list[Table], matching: Matching) -> dict[Place, _Moved]:
    """Take the datastreams that are moved to another device out of a layout, with their comments."""
    moved: dict[Place, _Moved] = {}
    places = [source for sources in matching.datastreams for source in sources if isinstance(source, tuple)]
    for index in {device for device, _ in places}:
        unit = layout.devices()[index]
        lines = unit[0].body.copy()
        own = _own(layout, unit)
        found = {at: own[at] for device, at in places if device == index}
        if index not in matching.devices:
            # Comments at the beginning of a list of inline tables would go with their device.
            next(iter(found.values())).attached[:0] = [line for line in unit[0].body if line not in lines]
        moved |= {(index, at): _Moved(own, old[index]["datastream"][at]) for at, own in found.items()}
    if moved:
        gather(layout)
        removed = _removed(layout, matching, places)
    for section, _ in moved.values():
        below = layout.sections[layout.sections.index(section) + 1 :][:1]
        if below and below[0] in removed:
            section.body += below[0].shared
            below[0].shared = []
        layout.sections.remove(section)
    return moved


def _removed(layout: Layout, matching: Matching, moved: Sequence[Place]) -> list[Section]:
    """The tables of devices and datastreams that are not in the changed bench."""
    stays = {
        (index, source)
        for index, sources in zip(matching.devices, matching.datastreams, strict=True)
        for source in sources
    } | set(moved)
    units = list(enumerate(layout.devices()))
    devices = [unit[0] for index, unit in units if index not in matching.devices]
    datastreams = [
        each for index, unit in units for at, each in enumerate(unit[1:]) if (index, at) not in stays
    ]
    return [*devices, *datastreams]


def _own(layout: Layout, unit: Unit) -> list[Section]:
    """The tables of the datastreams of the device `unit`, which no inline table has any more."""
    unfolded = unfold(layout, unit[0].body, DATASTREAM)
    place = layout.sections.index(unit[0]) + 1
    layout.sections[place:place] = unfolded
    return [*unfolded, *unit[1:]]


def _datastream(
    layout: Layout, table: Table, source: Source, moved: Mapping[Place, _Moved], like: Section | None
) -> Section:
    """A table that is not in its device yet: one that was in another device, or a new one."""
    if not isinstance(source, tuple):
        return new_table(layout, DATASTREAM, table, like)
    section, old = moved[source]
    set_keys(layout, section.body, (), _changed(DATASTREAM, old, table), keys_of(DATASTREAM))
    return section


def _edit_datastreams(
    layout: Layout,
    unit: Unit,
    old: list[Table],
    new: list[Table],
    sources: Sequence[Source],
    moved: Mapping[Place, _Moved],
) -> None:
    own = _own(layout, unit)
    earlier: Earlier = [source if isinstance(source, int) else None for source in sources]
    for table, index in zip(new, earlier, strict=True):
        if index is not None:
            set_keys(
                layout, own[index].body, (), _changed(DATASTREAM, old[index], table), keys_of(DATASTREAM)
            )
    if earlier == list(range(len(old))):
        return
    gather(layout)
    like = own[-1] if own else layout.section(DATASTREAM)
    units = [
        [_datastream(layout, table, source, moved, like)]
        for table, source in zip(new, sources, strict=True)
        if not isinstance(source, int)
    ]
    arrange(layout, [[section] for section in own], earlier, units, unit[0])


def _changed(path: Path, old: Table, new: Table) -> dict[str, Value | None]:
    """The keys of the table `path` whose values differ, with the new ones."""
    return {key: new[key] for key in keys_of(path) if new[key] != old[key]}
